"""The order of a report: from the general to the particular, then what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analysis.pdf import closing, growth, opening, scores, voices
from analysis.pdf.cover import Cover
from analysis.pdf.labels import Labels
from analysis.pdf.layout import Layout
from analysis.pdf.sheet import Sheet
from analysis.pdf.style import BOTTOM, MARGIN, PAGE_HEIGHT
from analysis.report import ManagerReport

SECTIONS: Sequence[Callable[[Sheet], None]] = (
    opening.how_to_read,
    opening.overview,
    scores.perception,
    scores.competencies,
    scores.items,
    scores.recommendations,
    scores.agreement,
    voices.comments,
    growth.trend,
    growth.suggestions,
    closing.reliability,
    closing.method,
    closing.annex,
)


def lay_out(report: ManagerReport, labels: Labels) -> Layout:
    """Every block of the report at its place."""
    sheet = Sheet(report, labels)
    sheet.layout.new_page()
    cover = Cover(report, sheet.labels, sheet.contents)  # the contents fill as pages do
    sheet.layout.cursor = PAGE_HEIGHT
    sheet.layout.beside(cover, x=-MARGIN)
    sheet.layout.cursor = BOTTOM
    for section in SECTIONS:
        section(sheet)
    return sheet.layout
