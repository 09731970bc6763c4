"""Hostile texts in reports: no crash, nothing opened, little time and memory.

The process that prints is ended by the system when it takes longer than it may: see ``limited``.
"""

import sys
from pathlib import Path

import pytest

from tests import company
from tests.attacks import hostile_texts
from tests.attacks.limited import MEMORY, print_alone

sys.path.insert(0, str(Path(__file__).parent.parent / "analysis" / "pdf"))
from pdf_reading import keys, reader

IN_ONE = 40  # texts of one report
FORBIDDEN = {"/URI", "/JavaScript", "/JS", "/Launch", "/A", "/AA", "/OpenAction", "/EmbeddedFile"}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's limits")


@pytest.mark.timeout(1200)  # 250 reports at full length
def test_hostile_texts_become_pages_and_nothing_else(scaled, rng, figures):
    texts = scaled(80, 10_000)
    printed = []
    for start in range(0, texts, IN_ONE):
        sample = company.rich("zh" if start % 80 else "en")
        report = hostile_texts.report(sample, [hostile_texts.text(rng) for _ in range(IN_ONE)], rng)
        done = print_alone(report, sample)
        assert done.pdf, f"the report of texts {start} to {start + IN_ONE} ended its process"
        printed.append(done)
        if start % 400 == 0:
            assert not keys(done.pdf) & FORBIDDEN
            assert len(reader(done.pdf).pages) > 8
    acts = [act for done in printed for act in done.acts]
    cpu, megabytes = (max(getattr(d, name) for d in printed) for name in ("cpu", "megabytes"))
    figures(
        texts=texts, crashes=0, files_opened=len(acts), cpu_s=f"{cpu:.2f}", mb=f"{megabytes:.0f}"
    )
    assert acts == []
    assert megabytes <= MEMORY


@pytest.mark.parametrize("piece", ["👍", "\U000f0000", "《", "好", "x"])
def test_a_report_whose_every_comment_is_as_long_as_can_be_is_printed_in_time(piece, rng):
    long = (piece * hostile_texts.LONGEST)[: hostile_texts.LONGEST]
    sample = company.rich("en")
    done = print_alone(hostile_texts.report(sample, [long] * IN_ONE, rng), sample)
    assert done.pdf
    assert done.megabytes <= MEMORY
