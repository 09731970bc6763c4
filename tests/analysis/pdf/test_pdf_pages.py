"""What goes on which page: as few as can be, nothing alone at an end of one."""

from dataclasses import replace
from functools import cache
from itertools import groupby

import pytest
from sample_reports import rich, with_comment

from analysis.pdf.labels import LABELS
from analysis.pdf.layout import Gap, Heading, Ruled, Tagged
from analysis.pdf.pages import lay_out
from analysis.pdf.sheet import Sheet
from analysis.pdf.style import BOTTOM, HEIGHT
from analysis.pdf.summary_pages import summary_labels
from analysis.pdf.text import Text
from analysis.pdf.voices import comments
from analysis.report import build_company_report, build_team_report
from tests import company
from tests.company import RATEES, Company

MANAGERS = [f"AM{number:02}" for number in range(1, RATEES + 1)]
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@cache
def results(language):
    return Company(language, ()).results(0)


def laid_out(report):
    return lay_out(report, LABELS[report.language]).pages


def is_heading(block):
    block = block.block if isinstance(block, Ruled) else block
    return isinstance(block, Heading) or (isinstance(block, Tagged) and block.kind == "H2")


def lowest(page):
    return min(page, key=lambda placed: placed.top - placed.block.height).block


@LANGUAGES
@pytest.mark.parametrize("ratee", MANAGERS)
def test_no_report_of_a_manager_has_more_than_eight_pages(ratee, language):
    pages = laid_out(company.rich(language, ratee=ratee))
    assert 6 <= len(pages) <= 8
    assert not any(is_heading(lowest(page)) for page in pages)


@LANGUAGES
@pytest.mark.parametrize("ratee", MANAGERS)
def test_the_last_page_holds_the_whole_method(ratee, language):
    """Not a sentence that found no room, and the versions."""
    report = company.rich(language, ratee=ratee)
    titles = [placed.block.title for placed in laid_out(report)[-1] if is_h1(placed.block)]
    assert titles[-1] == LABELS[language].method


def is_h1(block):
    return isinstance(block, Heading)


@LANGUAGES
def test_no_title_stands_at_the_foot_of_a_page_of_a_summary(language):
    for report in (
        build_company_report(results(language), language),
        build_team_report(results(language), MANAGERS[:5], "B", language),
    ):
        pages = lay_out(report, summary_labels(language)).pages
        assert not any(is_heading(lowest(page)) for page in pages)


@LANGUAGES
def test_own_view_and_overview_are_on_one_page(language):
    """Before the tables, which need their pages whole."""
    pages = laid_out(company.rich(language))
    titles = [[p.block.title for p in page if is_h1(p.block)] for page in pages]
    labels = LABELS[language]
    assert [labels.overview, labels.perception] in titles


def test_only_the_version_for_hr_begins_its_annex_on_a_page_of_its_own():
    team = build_team_report(results("en"), MANAGERS[:3], "B", "en")
    assert team.statistics == ()
    labels = summary_labels("en")
    titles = [
        [p.block.title for p in page if is_h1(p.block)] for page in lay_out(team, labels).pages
    ]
    assert any(labels.annex in page and page[0] != labels.annex for page in titles)


@pytest.mark.parametrize("room", range(80, 400, 7))
def test_the_last_comment_of_a_group_is_not_left_alone(room):
    """However much of the page is left for the comments."""
    block = with_comment("Short and clear.", "en").comments[0]
    block = replace(block, comments=block.comments * 8)
    sheet = Sheet(replace(rich("en"), comments=(block,), themes=()), LABELS["en"])
    sheet.layout.new_page()
    sheet.layout.put(Gap(HEIGHT - room))
    comments(sheet)
    said = [
        (number, placed.block)
        for number, page in enumerate(sheet.layout.pages)
        for placed in page
        if isinstance(placed.block, Text) and placed.block.lines == ["Short and clear."]
    ]
    assert len(said) == 8
    counts = [len(list(on_page)) for _, on_page in groupby(said, key=lambda pair: pair[0])]
    assert counts[-1] > 1


@pytest.mark.parametrize("room", range(30, 400, 11))
def test_the_title_of_the_comments_stays_with_what_they_are_about(room):
    for report in (company.rich("en"), build_company_report(results("en"), "en")):
        sheet = Sheet(report, LABELS["en"])
        sheet.layout.new_page()
        sheet.layout.put(Gap(HEIGHT - room))
        comments(sheet)
        assert not any(is_heading(lowest(page)) for page in sheet.layout.pages)
        (at,) = [
            number
            for number, page in enumerate(sheet.layout.pages)
            if any(is_h1(placed.block) for placed in page)
        ]
        rows = [p for p in sheet.layout.pages[at] if isinstance(p.block, Tagged)]
        assert len([p for p in rows if p.block.kind == "TR"]) >= 3  # with the titles of columns
        assert all(p.top - p.block.height >= BOTTOM - 0.01 for p in rows)
