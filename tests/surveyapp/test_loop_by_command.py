"""surveyapp report loop: the file of actions in, one page as PDF and HTML out."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from analysis.brand import Brand
from analysis.colours import Colour
from analysis.pdf import has_look
from surveyapp import create_app
from surveyapp.services.results.loops import read_actions
from tests import pages
from tests.factories import closed_cycle, released_cycle

ACTIONS = """\
actions:
  - about: service
    done: {zh: 每天回复。, en: We answer every day.}
  - done: A <b>new</b> portal.
thanks: {zh: 谢谢。, en: Thank you all.}
"""


@pytest.fixture
def released(sqlite_run):
    client = create_app(runtime=sqlite_run).test_client()
    released_cycle(sqlite_run, client, text="The service is slow and bad, please improve it.")
    return sqlite_run


@pytest.fixture
def loop(cli, tmp_path):
    """Run the command with these actions."""

    def run(actions=ACTIONS, *options):
        (tmp_path / "done.yaml").write_text(actions, "utf-8")
        words = ["--cycle", "2026-Q4", "--actions", tmp_path / "done.yaml", "--out", tmp_path / "n"]
        return cli("report", "loop", *words, *options)

    return run


def test_a_note_is_written_as_a_page_and_as_a_pdf_of_one_page(released, loop, tmp_path):
    done = loop(ACTIONS, "--ratee", "AM1", "--language", "en", "--json").json
    assert [path.rpartition("/")[2] for path in done["files"]] == [
        "loop-AM1.en.pdf",
        "loop-AM1.en.html",
    ]
    read = PdfReader(BytesIO((tmp_path / "n" / "loop-AM1.en.pdf").read_bytes()))
    page = pages.read((tmp_path / "n" / "loop-AM1.en.html").read_text("utf-8"))
    assert len(read.pages) == 1
    for said in ("We answer every day.", "A <b>new</b> portal.", "Thank you all.", "李文"):
        assert "".join(said.split()) in "".join(read.pages[0].extract_text().split())
        assert said in page.text
    assert "slow" not in page.text


def test_the_note_has_the_look_of_the_organisation(released, loop, cli, tmp_path):
    cli.set(BRAND_COLOUR="#0B5D3B")
    loop()
    pdf = (tmp_path / "n" / "loop-all.zh.pdf").read_bytes()
    assert has_look(pdf, Brand(Colour("#0B5D3B")))


def test_without_a_ratee_it_is_about_all_managers_and_in_chinese(released, loop, tmp_path):
    assert loop().code == 0
    text = (tmp_path / "n" / "loop-all.zh.html").read_text("utf-8")
    assert 'lang="zh-Hans"' in text
    assert "我们的客户经理" in text
    assert "李文" not in text


def test_markup_in_an_action_is_only_text(released, loop, tmp_path):
    loop(ACTIONS.replace("<b>new</b>", "<script>alert(1)</script>"), "--language", "en")
    page = pages.read((tmp_path / "n" / "loop-all.en.html").read_text("utf-8"))
    assert page.all("script") == []
    assert "<script>alert(1)</script>" in page.text


def test_the_log_of_acts_names_what_was_written(released, loop, cli):
    loop()
    (event,) = [e for e in cli("audit", "--json").json["events"] if e["action"] == "report loop"]
    assert event["details"]["count"] == len(event["details"]["sha256"]) == 2


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        (ACTIONS.replace("about: service", "about: nothing"), "no competency nothing"),
        (ACTIONS.replace("actions:", "action:"), "done.yaml has 2 mistakes"),
        ("actions: []", "done.yaml has 1 mistake"),
        ("actions: [{done: ''}]", "done.yaml has"),
        ("actions: [{done: {fr: oui}}]", "done.yaml has"),
        (f"actions: [{{done: {'x' * 201}}}]", "done.yaml has"),
        ("- a", "no mapping"),
        ("actions: [{done: {en: only}}]", "not said in this language (zh)"),
    ],
)
def test_a_file_with_a_mistake_is_refused_with_its_place(released, loop, tmp_path, actions, words):
    outcome = loop(actions)
    assert outcome.code == 1
    assert words in outcome.err
    assert not (tmp_path / "n").exists()


def test_a_cycle_before_its_release_is_refused(loop, sqlite_run):
    client = create_app(runtime=sqlite_run).test_client()
    closed_cycle(sqlite_run, client)
    assert "needs a cycle that is released" in loop().err


def test_an_unknown_ratee_is_refused(released, loop):
    assert 'There is no ratee "nobody"' in loop(ACTIONS, "--ratee", "nobody").err


def test_one_text_stands_for_both_languages():
    file = read_actions(b"actions: [{done: the same}]", "a.yaml")
    assert file.actions[0].done == {"zh": "the same", "en": "the same"}
