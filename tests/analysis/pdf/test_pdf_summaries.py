"""Team reports and company summaries as PDF."""

from __future__ import annotations

import pytest
from pdf_reading import outline_titles, reader, text_of, without_spaces
from test_pdf_report import texts_in

from analysis.pdf.labels import LABELS
from analysis.pdf.summary_pages import render_summary
from analysis.report import build_company_report, build_team_report
from tests.analysis.cycles import company_of

TEAM = [f"m{n:02d}" for n in range(5)]


def built(kind, language):
    results = company_of(12)
    if kind == "team":
        return build_team_report(results, TEAM, "Boss Sun", language)
    return build_company_report(results, language)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["team", "company"])
def test_every_text_of_the_model_stands_on_the_page(kind, language):
    report = built(kind, language)
    page = text_of(render_summary(report))
    assert [text for text in texts_in(report) if without_spaces(text) not in page] == []


@pytest.mark.parametrize("kind", ["team", "company"])
def test_the_same_report_gives_the_same_bytes(kind):
    assert render_summary(built(kind, "en")) == render_summary(built(kind, "en"))


def test_managers_are_called_managers():
    pdf = render_summary(built("team", "en"))
    assert "Manager by manager" in outline_titles(pdf)
    assert "Item by item" not in text_of(pdf)


@pytest.mark.parametrize("kind", ["team", "company"])
def test_the_annex_never_calls_every_group_shown_while_one_is_hidden(kind):
    """The customers of each third manager are too few."""
    page = text_of(render_summary(built(kind, "en")))
    assert without_spaces(LABELS["en"].all_shown) not in page
    hidden = "Customers: not shown for " + {"team": "1 of 5", "company": "4 of 12"}[kind]
    assert without_spaces(hidden) in page


def test_a_document_says_whose_it_is():
    document = reader(render_summary(built("team", "zh")))
    assert "Boss Sun 的团队" in str(document.metadata.title)
    assert document.trailer["/Root"]["/Lang"] == "zh-Hans-CN"
