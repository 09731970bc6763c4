"""Reports as they come out of a whole cycle: length, content, and what must not be in them."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from pdf_reading import reader, streams, text_of, without_spaces
from structure import tree
from test_pdf_report import texts_in

from analysis import analyse
from analysis.pdf import render_pdf
from analysis.pdf.labels import LABELS
from analysis.report import ShownCell, build_manager_report
from questionnaires.model import Relation
from tests import company
from tests.company import Company

KINDS = {
    "rich": company.rich,
    "sparse": company.sparse,
    "silent": company.silent,
    "one_relation": company.one_relation,
    "merged": company.merged,
    "hr": lambda language: company.rich(language, "hr"),
}
LANGUAGES = ["zh", "en"]


@cache
def made(kind, language):
    return KINDS[kind](language)


@cache
def printed(kind, language):
    return render_pdf(made(kind, language))


def pages(kind, language):
    return len(reader(printed(kind, language)).pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_eight_pages_hold_all_that_a_manager_reads(language):
    report = made("rich", language)
    assert len(report.competencies) == 8
    assert sum(len(section.rows) for section in report.sections) + 1 == 30
    assert sum(len(block.comments) for block in report.comments) == 26
    assert report.trend is not None
    assert len(report.trend.cycles) == 4
    assert 6 <= pages("rich", language) <= 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_hr_gets_two_pages_more(language):
    assert pages("hr", language) == pages("rich", language) + 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["sparse", "silent", "one_relation"])
def test_a_report_with_little_in_it_is_shorter(kind, language):
    assert pages(kind, language) <= 6


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_text_and_number_of_the_model_stands_on_the_page(kind, language):
    page = text_of(printed(kind, language))
    texts = {without_spaces(text) for text in texts_in(made(kind, language))}
    assert sorted(text for text in texts if text not in page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_score_stands_in_the_cell_of_its_group(language):
    """Row by row and column by column, as the structure of the document tells it."""
    report = made("rich", language)
    document = reader(printed("rich", language))
    rows = [row for section in report.sections for row in section.rows]
    text = text_of(printed("rich", language))
    for row in rows:
        cells = [*row.cells, row.others]
        words = without_spaces(
            f"{row.label}{f'[{LABELS[language].reverse}]' if row.reverse else ''}"
            + "".join(_told(cell) for cell in cells)
            + row.gap_text
        )
        assert words in text
    assert len(document.pages) == 8


def _told(cell):
    if isinstance(cell, ShownCell):
        return f"{cell.text}n{cell.n}" if cell.n > 1 else cell.text
    return "—" if cell.reason == "not_asked" else cell.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_comments_stand_in_the_order_of_their_ids(language):
    report, page = made("rich", language), text_of(printed("rich", language))
    start = page.index(without_spaces(report.comments[0].question))
    for block in report.comments:
        for comment in block.comments:
            start = page.index(without_spaces(comment.text), start) + 1


@pytest.mark.parametrize("kind", ["rich", "hr"])
def test_a_report_with_everything_stays_below_a_quarter_of_a_megabyte(kind):
    assert len(printed(kind, "zh")) <= 250_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_page_says_digest_and_versions(language):
    report = made("rich", language)
    last = without_spaces(reader(printed("rich", language)).pages[-1].extract_text())
    assert report.digest in last
    assert without_spaces(report.versions) in last


def test_hidden_answers_leave_no_trace_in_any_byte():
    """Two peers below the threshold: whatever they ticked, the file is the same."""
    counts = {Relation.SELF: 1, Relation.SUPERVISOR: 1, Relation.PEER: 2, Relation.CUSTOMER: 0}
    data = Company("zh", (counts,)).data(0)
    hidden = (data.ratings.ratee == "AM01") & (data.ratings.group == "PEER")
    assert hidden.sum() == 2

    def file(point):
        values = np.where(hidden[:, np.newaxis], point, data.ratings.values)
        table = replace(data.ratings, values=values)
        results = analyse(replace(data, ratings=table))
        return render_pdf(build_manager_report(results, "AM01", "zh"))

    assert file(1.0) == file(5.0)


def test_no_picture_and_no_stream_holds_a_hidden_comment():
    counts = {Relation.SELF: 1, Relation.SUPERVISOR: 1, Relation.PEER: 3, Relation.CUSTOMER: 10}
    data = Company("en", (counts,)).data(0)
    hidden = [c.text for c in data.comments if (c.ratee, c.group) == ("AM01", "PEER")]
    others = " ".join(c.text for c in data.comments if (c.ratee, c.group) != ("AM01", "PEER"))
    pdf = render_pdf(build_manager_report(analyse(data), "AM01", "en"))
    assert hidden
    for text in hidden:
        if text not in others:
            assert text.encode() not in streams(pdf)
            assert without_spaces(text) not in text_of(pdf)


def test_a_rare_name_can_be_copied_and_is_told_to_screen_readers():
    report = company.rich("zh", ratee="AM03")
    assert report.ratee_name == "𬭚龘"
    pdf = render_pdf(report)
    assert text_of(pdf).count("𬭚龘") > 30
    assert tree(pdf).of("H1")


def test_links_of_the_cover_stay_above_who_may_read_it():
    names = {"ratee_name": "Wolfeschlegelsteinhausenbergerdorff " * 2, "position": "Berater " * 20}
    cover = reader(render_pdf(replace(made("rich", "en"), **names))).pages[0]
    lowest = min(float(link.get_object()["/Rect"][1]) for link in cover["/Annots"])
    assert lowest > top_of(LABELS["en"].who_may_read, cover) + 15


def test_names_that_need_the_whole_cover_leave_the_contents_to_the_outline():
    names = {"title": "Feedback and more feedback " * 6, "ratee_name": "Wolfeschlegelsteinhau " * 9}
    names |= {"position": "Berater " * 40, "cycle_title": "The quarter that would not end " * 4}
    pdf = render_pdf(replace(made("rich", "en"), **names))
    cover = reader(pdf).pages[0]
    assert "/Annots" not in cover
    lowest = top_of(LABELS["en"].questionnaire, cover)
    assert lowest > top_of(LABELS["en"].who_may_read, cover) + 30


def top_of(words, page):
    found = []

    def note(text, _cm, matrix, *_):
        if words in text:
            found.append(matrix[5])

    page.extract_text(visitor_text=note)
    return found[0]
