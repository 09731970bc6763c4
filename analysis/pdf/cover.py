"""The first page: whose report, which cycle, who may read it."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from analysis.pdf.charts import paint_marker
from analysis.pdf.labels import Labels
from analysis.pdf.layout import Card, Stack
from analysis.pdf.style import (
    BODY,
    BOTTOM,
    DISPLAY,
    H2,
    INK,
    MARGIN,
    NAME,
    NAVY,
    NAVY_PALE,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PANEL,
    SMALL,
    TABLE,
    WHITE,
    WIDTH,
)
from analysis.pdf.text import Text
from analysis.report import ManagerReport, Marker

BAND = 380.0  # the coloured field at the top
MOTIF: tuple[tuple[float, Marker], ...] = (
    (0.56, "supervisor"),
    (0.66, "customer"),
    (0.74, "peer"),
    (0.9, "self"),
)


@dataclass(frozen=True)
class Cover:
    """The whole first page as one block."""

    report: ManagerReport
    labels: Labels

    @property
    def height(self) -> float:
        return PAGE_HEIGHT

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        canvas.setFillColor(NAVY)
        canvas.rect(0, PAGE_HEIGHT - BAND, PAGE_WIDTH, BAND, stroke=0, fill=1)
        self._paint_motif(canvas)
        organisation = Text(self.report.organisation, H2.in_colour(NAVY_PALE), WIDTH, 2)
        organisation.paint(canvas, MARGIN, PAGE_HEIGHT - MARGIN - 6)
        title = Text(self.report.title, DISPLAY, WIDTH, 3)
        title.paint(canvas, MARGIN, PAGE_HEIGHT - 150)
        cycle = Text(self.report.cycle_title, H2.in_colour(WHITE), WIDTH, 2)
        cycle.paint(canvas, MARGIN, PAGE_HEIGHT - 158 - title.height)
        self._paint_person(canvas, PAGE_HEIGHT - BAND - 40)
        self._paint_readers(canvas)

    def _paint_motif(self, canvas: Canvas) -> None:
        """Dots on a line: what the report is made of."""
        y = PAGE_HEIGHT - BAND + 46
        canvas.setStrokeColor(NAVY_PALE)
        canvas.setLineWidth(0.6)
        canvas.line(MARGIN, y, PAGE_WIDTH - MARGIN, y)
        for tick in range(5):
            at = MARGIN + tick * WIDTH / 4
            canvas.line(at, y - 3, at, y + 3)
        for share, marker in MOTIF:
            paint_marker(canvas, marker, MARGIN + share * WIDTH, y, 7)

    def _paint_person(self, canvas: Canvas, top: float) -> None:
        name = Text(self.report.ratee_name, NAME, WIDTH, 3)
        name.paint(canvas, MARGIN, top)
        top -= name.height + 26
        labels, report = self.labels, self.report
        questionnaire = f"{report.questionnaire_title} {report.questionnaire_version}"
        facts = (
            (labels.position, report.position),
            (labels.cycle, report.cycle_title),
            (labels.date, report.date_text),
            (labels.questionnaire, questionnaire),
        )
        column = WIDTH / 2
        for number, (label, value) in enumerate(fact for fact in facts if fact[1].strip()):
            left = MARGIN + (number % 2) * column
            down = top - (number // 2) * 66
            block = Stack([Text(label, SMALL, column), Text(value, BODY, column - 18, 3)], gap=1)
            canvas.setStrokeColor(NAVY_PALE)
            canvas.setLineWidth(0.8)
            canvas.line(left, down + 5, left + column - 18, down + 5)
            block.paint(canvas, left, down)

    def _paint_readers(self, canvas: Canvas) -> None:
        words = Stack(
            [
                Text(self.labels.who_may_read, TABLE.strong().in_colour(NAVY), WIDTH - 28),
                Text(self.report.confidentiality, TABLE.in_colour(INK), WIDTH - 28, 12),
            ],
            gap=3,
        )
        card = Card(words, WIDTH, PANEL, 14, edge=NAVY)
        card.paint(canvas, MARGIN, BOTTOM + card.height)
