"""The same report gives the same bytes, and nothing in a report can act."""

import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sample_reports
from pdf_reading import keys, outline_titles, reader, rendered, streams, text_of
from reportlab import rl_config

from analysis.pdf import render_pdf

HERE = Path(__file__).parent
HOSTILE = (
    "R&D <script>alert(1)</script> <img src='/etc/passwd'/> <a href='javascript:x'>y</a> "
    "<b>open <font color='[[1]]'> &lt; ]]> %PDF- \\( (unclosed"
)
DIGEST = """
import hashlib, sample_reports
from analysis.pdf import render_pdf
print(hashlib.sha256(render_pdf(sample_reports.rich("zh"))).hexdigest())
"""


def digest_in_a_new_process(seed: str) -> str:
    path = os.pathsep.join([str(HERE), str(HERE.parents[2])])
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path}
    done = subprocess.run(
        [sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_two_processes_with_different_hash_seeds_give_the_same_bytes():
    here = hashlib.sha256(rendered("rich_zh")).hexdigest()
    assert {digest_in_a_new_process("1"), digest_in_a_new_process("4242")} == {here}


def test_rendering_one_report_leaves_no_trace_in_the_next():
    first = render_pdf(sample_reports.rich("en"))
    render_pdf(sample_reports.large())
    assert render_pdf(sample_reports.rich("en")) == first


def test_a_different_report_gives_different_bytes():
    report = sample_reports.rich("en")
    assert render_pdf(replace(report, ratee_name="Li")) != render_pdf(report)


@pytest.mark.parametrize("name", list(sample_reports.EVERY))
def test_a_report_holds_nothing_that_acts_and_no_picture(name):
    forbidden = {"/URI", "/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles"}
    forbidden |= {"/A", "/GoTo", "/GoToR", "/OpenAction", "/AA", "/Image", "/XObject"}
    assert not keys(rendered(name)) & forbidden


def test_the_only_annotations_are_links_to_places_in_the_same_file():
    pdf = rendered("rich_zh")
    found = [note.get_object() for page in reader(pdf).pages for note in page.get("/Annots", ())]
    assert len(found) == len(outline_titles(pdf)) - len(sample_reports.rich("zh").sections)
    assert {note["/Subtype"] for note in found} == {"/Link"}
    pages = [page.indirect_reference for page in reader(pdf).pages]
    assert all(note["/Dest"][0].idnum in {page.idnum for page in pages} for note in found)


def test_hostile_text_is_printed_as_it_is_and_does_nothing():
    pdf = render_pdf(sample_reports.with_comment(HOSTILE))
    assert "".join(HOSTILE.split()) in text_of(pdf)
    assert not keys(pdf) & {"/URI", "/JavaScript", "/JS", "/Launch", "/A", "/XObject"}


@pytest.mark.parametrize("field", ["organisation", "ratee_name", "position", "cycle_title"])
def test_hostile_names_are_printed_as_they_are(field):
    report = replace(sample_reports.rich("en"), **{field: "R&D <script> (x"})
    assert "R&D<script>(x" in text_of(render_pdf(report))


def test_control_characters_and_emoji_do_not_break_a_report():
    text = text_of(render_pdf(sample_reports.with_comment("\x00好\ud800\x1b[0m\U0001f600棒")))
    assert "好[0m[grinningface]棒" in text


def test_reportlab_loads_nothing_from_anywhere():
    assert not rl_config.trustedHosts
    assert not rl_config.trustedSchemes


def test_a_hidden_number_is_in_no_stream_of_the_file():
    painted = b"(4.2)"  # as the font subset writes it
    assert painted in streams(rendered("rich_en"))
    assert painted not in streams(rendered("hidden"))
