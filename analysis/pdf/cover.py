"""The first page: whose report, which cycle, what is in it, who may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab.lib.utils import ImageReader

from analysis.colours import WHITE
from analysis.pdf.charts import paint_marker
from analysis.pdf.labels import Labels
from analysis.pdf.layout import Card, Stack
from analysis.pdf.paper import Paper
from analysis.pdf.sheet import Entry
from analysis.pdf.style import (
    BODY,
    BOTTOM,
    DISPLAY,
    GUTTER,
    H2,
    HAIRLINE,
    INK,
    MARGIN,
    MUTED,
    NAME,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PALE,
    PANEL,
    PRIMARY,
    SMALL,
    TABLE,
    WIDTH,
)
from analysis.pdf.text import Text
from analysis.report import ManagerReport, Marker

BAND = 340.0  # the coloured field at the top
LOGO_WIDTH, LOGO_HEIGHT, LOGO_AIR = 120.0, 40.0, 9.0
LINE = 17.0  # of the table of contents
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
    contents: Sequence[Entry]

    @property
    def height(self) -> float:
        return PAGE_HEIGHT

    def paint(self, paper: Paper, x: float, top: float) -> None:
        paper.fill(PRIMARY)
        paper.rect(0, PAGE_HEIGHT - BAND, PAGE_WIDTH, BAND)
        self._paint_motif(paper)
        self._paint_logo(paper, paper.theme.brand.logo)
        organisation = Text(self.report.organisation, H2.in_colour(PALE), WIDTH - 160, 3)
        organisation.paint(paper, MARGIN, PAGE_HEIGHT - MARGIN - 6)
        title = Text(self.report.title, DISPLAY, WIDTH, 3)
        with paper.group("Title"):
            title.paint(paper, MARGIN, PAGE_HEIGHT - 136)
        cycle = Text(self.report.cycle_title, H2.in_colour(WHITE), WIDTH, 2)
        cycle.paint(paper, MARGIN, PAGE_HEIGHT - 144 - title.height)
        below = self._paint_person(paper, PAGE_HEIGHT - BAND - 34)
        self._paint_contents(paper, below - 18)
        self._paint_readers(paper)

    def _paint_logo(self, paper: Paper, logo: bytes) -> None:
        """On a white plate, so that a logo of any colour can be seen."""
        if not logo:
            return
        picture: Any = ImageReader(flattened(logo))
        width, height = picture.getSize()
        scale = min(LOGO_WIDTH / width, LOGO_HEIGHT / height)
        width, height = width * scale, height * scale
        left, bottom = PAGE_WIDTH - MARGIN - width - LOGO_AIR, PAGE_HEIGHT - MARGIN - height
        paper.fill(WHITE)
        plate = (width + 2 * LOGO_AIR, height + 2 * LOGO_AIR)
        paper.rounded(left - LOGO_AIR, bottom - LOGO_AIR, *plate, 4)
        paper.picture(picture, left, bottom, width, height)

    def _paint_motif(self, paper: Paper) -> None:
        """Dots on a line: what the report is made of."""
        y = PAGE_HEIGHT - BAND + 44
        paper.stroke(PALE, 0.6)
        paper.line(MARGIN, y, PAGE_WIDTH - MARGIN, y)
        for tick in range(5):
            at = MARGIN + tick * WIDTH / 4
            paper.line(at, y - 3, at, y + 3)
        for share, marker in MOTIF:
            paint_marker(paper, marker, MARGIN + share * WIDTH, y, 7)

    def _paint_person(self, paper: Paper, top: float) -> float:
        """Returns where the facts end."""
        name = Text(self.report.ratee_name, NAME, WIDTH, 3)
        name.paint(paper, MARGIN, top)
        top -= name.height + 20
        labels, report = self.labels, self.report
        questionnaire = f"{report.questionnaire_title} {report.questionnaire_version}"
        facts = (
            (labels.position, report.position),
            (labels.cycle, report.cycle_title),
            (labels.date, report.date_text),
            (labels.questionnaire, questionnaire),
        )
        told = [fact for fact in facts if fact[1].strip()]
        column = (WIDTH - GUTTER) / 2
        for start in range(0, len(told), 2):
            blocks = [
                Stack([Text(label, SMALL, column), Text(value, BODY, column, 3)], gap=1)
                for label, value in told[start : start + 2]
            ]
            for number, block in enumerate(blocks):
                left = MARGIN + number * (column + GUTTER)
                paper.stroke(PALE, 0.8)
                paper.line(left, top + 5, left + column, top + 5)
                block.paint(paper, left, top)
            top -= max(block.height for block in blocks) + 18
        return top

    def _paint_contents(self, paper: Paper, top: float) -> None:
        """In two columns, each line a link to its section."""
        if not self.contents:
            return
        title = Text(self.labels.contents, TABLE.strong().in_colour(PRIMARY), WIDTH)
        title.paint(paper, MARGIN, top)
        top -= title.height + 4
        column, lines = (WIDTH - GUTTER) / 2, (len(self.contents) + 1) // 2
        with paper.group("TOC"):
            for number, entry in enumerate(self.contents):
                left = MARGIN + (number // lines) * (column + GUTTER)
                self._paint_entry(paper, entry, left, top - number % lines * LINE, column)

    def _paint_entry(
        self, paper: Paper, entry: Entry, left: float, top: float, column: float
    ) -> None:
        box = (left, top - LINE + 2, left + column, top + 1)
        title = Text(entry.title, TABLE.in_colour(INK), column - 30, 1)
        page = Text(str(entry.page), TABLE.in_colour(MUTED), column)
        right = left + column - page.face.width(page.lines[0], TABLE.size)
        paper.stroke(HAIRLINE, 0.5)
        paper.line(left, top - LINE + 3, left + column, top - LINE + 3)
        with paper.group("TOCI"), paper.link(entry.key, entry.title, box):
            title.paint(paper, left, top)
            page.paint(paper, right, top)

    def _paint_readers(self, paper: Paper) -> None:
        words = Stack(
            [
                Text(self.labels.who_may_read, TABLE.strong().in_colour(PRIMARY), WIDTH - 28),
                Text(self.report.confidentiality, TABLE.in_colour(INK), WIDTH - 28, 12),
            ],
            gap=3,
        )
        card = Card(words, WIDTH, PANEL, 14, edge=PRIMARY)
        card.paint(paper, MARGIN, BOTTOM + card.height)


def flattened(logo: bytes) -> Any:
    """The picture on white: a file without transparency is smaller and read everywhere."""
    from PIL import Image

    with Image.open(BytesIO(logo), formats=("PNG", "JPEG")) as opened:
        picture = opened.convert("RGBA")
    plate = Image.new("RGB", picture.size, "white")
    plate.paste(picture, mask=picture.getchannel("A"))
    return plate
