"""What belongs together stands on one page."""

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
from pdf_reading import reader, text_of, without_spaces
from sample_reports import NO_GAP, hidden, rich

from analysis.brand import Brand
from analysis.pdf import cover, render_pdf
from analysis.pdf.document import paint_document
from analysis.pdf.labels import LABELS
from analysis.pdf.layout import Gap
from analysis.pdf.scores import competencies
from analysis.pdf.sheet import Sheet
from analysis.pdf.style import HEIGHT


def texts_of_pages(report):
    return [without_spaces(page.extract_text()) for page in reader(render_pdf(report)).pages]


def with_competencies(report, count):
    """So many competencies, the last one with a name of its own, and no recommendations."""
    first = replace(report.competencies[0], description="A definition. " * 8)
    rows = [replace(first, id=f"c{n}", label=f"Skill {n}") for n in range(count - 1)]
    last = replace(first, id="last", label="Utmost")
    return replace(report, competencies=(*rows, last), recommendations=())


@pytest.mark.parametrize("count", range(1, 13))
def test_the_title_of_the_items_stays_with_the_first_of_them(count):
    """Whatever number of competencies stands above it."""
    report = with_competencies(hidden("en"), count)
    title = without_spaces(LABELS["en"].items)
    (page,) = [text for text in texts_of_pages(report)[1:] if title in text]  # the cover lists it
    assert without_spaces(report.sections[0].rows[0].label) in page


@pytest.mark.parametrize("room", range(60, 160, 8))
def test_the_legend_stays_with_the_last_row_of_its_table(room):
    """However much of the page is left for the table."""
    report = with_competencies(rich("en"), 1)
    sheet = Sheet(report, LABELS[report.language])
    sheet.layout.new_page()
    sheet.layout.put(Gap(HEIGHT - room))
    competencies(sheet)
    pdf = paint_document(report, sheet.layout, Brand(), sheet.labels)
    texts = [page.extract_text() for page in reader(pdf).pages]
    (page,) = [text for text in texts if LABELS["en"].bar in text]
    assert "Utmost" in page


def test_without_a_gap_the_overall_figure_says_why_and_no_more():
    report = rich("en")
    assert report.overall
    overall = replace(report.overall, gap=None, gap_text=NO_GAP["en"])
    text = text_of(render_pdf(replace(report, overall=overall)))
    assert without_spaces(NO_GAP["en"]) in text
    assert without_spaces(f"{LABELS['en'].gap} {NO_GAP['en']}") not in text


def test_the_signs_on_the_cover_cannot_be_taken_for_scores(monkeypatch):
    """They stand equally far apart and on no line: the same on every cover, they are no data."""
    at, lines = [], []
    monkeypatch.setattr(cover, "paint_marker", lambda _paper, _sign, x, *_: at.append(round(x, 6)))
    paper = SimpleNamespace(stroke=lambda *_: None, line=lambda *ends: lines.append(ends))
    cover.Cover(rich("en"), LABELS["en"], ())._paint_motif(paper, 500)
    assert len(at) == 4
    assert {round(right - left, 6) for left, right in pairwise(at)} == {24}
    assert lines == []
