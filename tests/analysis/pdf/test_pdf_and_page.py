"""Two renderers, one model: the PDF and the web page of a report say the same, and nothing else."""

import re
from dataclasses import replace

import pytest
from flask import Flask, g
from pdf_reading import outline_titles, reader, text_of, without_spaces
from sample_reports import EVERY, hidden, sparse
from test_pdf_report import texts_in

from analysis import analyse
from analysis.pdf import render_pdf
from analysis.report import ShownCell, build_manager_report
from surveyapp import create_app
from surveyapp.config import Config
from surveyapp.views.report_pages import report_page
from tests import company, pages
from tests.analysis.cycles import cycle

SAMPLES = {name: make for name, make in EVERY.items() if name != "long_names"} | {
    "sparse_en": lambda: sparse("en"),
    "hidden_zh": lambda: hidden("zh"),
}
DECIMAL = re.compile(r"(?<![\d.])[−+-]?\d*\.\d+(?![\d.])")


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Flask:
    folder = tmp_path_factory.mktemp("app")
    return create_app(
        Config(
            data_dir=folder,
            database_url="sqlite://",
            key_dir=folder / "keys",
            secret_file=folder / "keys" / "secret",
            mail_url=f"folder:{folder}",
        )
    )


def page_of(app, report):
    with app.test_request_context("/"):
        g.language, g.asked_language = report.language, None
        return pages.read(report_page(report, "/report.pdf"))


def both(app, report):
    """The text of the PDF and of the page, without white space."""
    return text_of(render_pdf(report)), without_spaces(page_of(app, report).text)


def decimals(app, report) -> tuple[set[str], set[str]]:
    """The numbers with a point that the PDF prints, and those of the page."""
    pdf = "\n".join(page.extract_text() for page in reader(render_pdf(report)).pages)
    return set(DECIMAL.findall(pdf)), set(DECIMAL.findall(page_of(app, report).text))


def cells(report):
    rows = [*report.competencies, *report.recommendations]
    rows += [row for section in report.sections for row in section.rows]
    found = [cell for row in rows for cell in (*row.cells, row.others)]
    found += [cell for row in (report.trend.rows if report.trend else ()) for cell in row.cells]
    return [cell for cell in found if isinstance(cell, ShownCell)]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_text_of_the_model_stands_in_both(app, name):
    report = SAMPLES[name]()
    pdf, page = both(app, report)
    texts = {without_spaces(text) for text in texts_in(report)}
    assert {text for text in texts if text not in page} == set()
    assert {text for text in texts if text not in pdf} == set()


@pytest.mark.parametrize("name", SAMPLES)
def test_both_print_the_same_numbers_and_no_others(app, name):
    pdf, page = decimals(app, SAMPLES[name]())
    assert page == pdf


def test_a_starred_gap_is_explained_where_it_stands(app):
    note = "* over the items both judged: 2 of 3"
    report = SAMPLES["rich_en"]()
    first, *rest = report.competencies
    starred = {"gap_text": "+0.3*", "gap_note": note}
    report = replace(
        report,
        competencies=(replace(first, **starred), *rest),
        overall=replace(report.overall, **starred),
    )
    assert [text.count(without_spaces(note)) for text in both(app, report)] == [2, 2]
    for page in reader(render_pdf(report)).pages:
        text = without_spaces(page.extract_text())
        assert text.count("+0.3*") == text.count(without_spaces(note))


def test_a_latin_name_keeps_off_the_hanzi_beside_it(app):
    """In both by a thin space of the model, where only a browser of today would leave air."""
    answers = {"SUPERVISOR": [[4, 4, 3, 3]], "SELF": [[4, 4, 3, 3]]}
    report = build_manager_report(analyse(cycle({"a": answers})), "a", "zh")
    label = report.sections[0].rows[0].label
    assert label == "Manager a\u2009做到t1"
    assert label in page_of(app, report).text
    read = " ".join(page.extract_text() for page in reader(render_pdf(report)).pages)
    assert "Manager a做到" not in read
    assert " ".join(label.split()) in " ".join(read.split())


def test_columns_that_have_nothing_to_say_are_left_out_of_both(app):
    report = company.rich("en")
    titles = ("Others", "Gap")
    assert [count in text for text in both(app, report) for count in titles] == [True] * 4
    peers = {"PEER": [[4, 4, 3, 3], [3, 4, 3, 3], [5, 4, 3, 2]]}
    alone = build_manager_report(analyse(cycle({"a": peers})), "a", "en")
    pdf = text_of(render_pdf(alone))
    page = page_of(app, alone)
    heads = [attributes for attributes in page.all("th") if attributes.get("scope") == "col"]
    assert len(heads) == 3 + 3 + 2 * 2 + 4  # groups, competencies with a chart, items, the plan
    for title in titles:
        assert title not in page.text.replace("all others together", "").replace("others might", "")
    assert "Gap" not in pdf
    assert "noself-rating" not in pdf


@pytest.mark.parametrize("name", ["rich_zh", "rich_en", "large"])
def test_every_score_and_every_n_stands_in_both_as_often_as_in_the_model(app, name):
    report = SAMPLES[name]()
    texts = both(app, report)
    shown = cells(report)
    for said in {cell.text for cell in shown}:
        least = sum(cell.text == said for cell in shown)
        assert all(text.count(said) >= least for text in texts)
    for n in {cell.n for cell in shown if cell.n > 1}:
        least = sum(cell.n == n for cell in shown if cell not in _trend_cells(report))
        assert all(text.count(f"n{n}") >= least for text in texts)


def _trend_cells(report):
    return [cell for row in (report.trend.rows if report.trend else ()) for cell in row.cells]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_where_everything_is_hidden_neither_shows_a_score(app, language):
    bare = {"trend": None, "method": (), "versions": "v"}
    report = replace(hidden(language), questionnaire_version="1", **bare)
    assert decimals(app, report) == (set(), set())


@pytest.mark.parametrize("name", ["rich_zh", "rich_en", "hr", "hidden"])
def test_sections_come_in_the_same_order_in_both(app, name):
    report = SAMPLES[name]()
    titles = [title for level, title in page_of(app, report).headings if level == 2]
    outline = outline_titles(render_pdf(report))
    assert len(titles) > 5
    assert [title for title in outline if title in titles] == titles
