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
from analysis.pdf.layout import Beside, Block, Card, Gap, Stack, Tagged
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
COLUMN = (WIDTH - GUTTER) / 2
MOTIF: tuple[Marker, ...] = ("self", "supervisor", "peer", "customer")
STEP = 24.0  # from one sign to the next


@dataclass(frozen=True)
class Cover:
    """The whole first page as one block. What long names need is taken from the coloured field."""

    report: ManagerReport
    labels: Labels
    contents: Sequence[Entry]

    @property
    def height(self) -> float:
        return PAGE_HEIGHT

    def paint(self, paper: Paper, x: float, top: float) -> None:
        title = Text(self.report.title, DISPLAY, WIDTH, 3)
        cycle = Text(self.report.cycle_title, H2.in_colour(WHITE), WIDTH, 2)
        person, contents, readers = self._person(), self._contents(), self._readers()
        least = 136 + title.height + 8 + cycle.height + 66
        spare = PAGE_HEIGHT - BOTTOM - person.height - readers.height - 50
        if spare - contents.height < least:
            contents = Stack([])  # the outline has them too
        band = max(min(BAND, spare - contents.height), least)
        paper.fill(PRIMARY)
        paper.rect(0, PAGE_HEIGHT - band, PAGE_WIDTH, band)
        self._paint_motif(paper, PAGE_HEIGHT - band + 44)
        self._paint_logo(paper, paper.theme.brand.logo)
        organisation = Text(self.report.organisation, H2.in_colour(WHITE), WIDTH - 160, 3)
        organisation.paint(paper, MARGIN, PAGE_HEIGHT - MARGIN - 6)
        with paper.group("Title"):
            title.paint(paper, MARGIN, PAGE_HEIGHT - 136)
        cycle.paint(paper, MARGIN, PAGE_HEIGHT - 144 - title.height)
        below = PAGE_HEIGHT - band - 34
        person.paint(paper, MARGIN, below)
        contents.paint(paper, MARGIN, below - person.height)
        readers.paint(paper, MARGIN, BOTTOM + readers.height)

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

    def _paint_motif(self, paper: Paper, y: float) -> None:
        """The signs of the groups in a row: without a line nobody takes them for scores."""
        for place, marker in enumerate(MOTIF):
            paint_marker(paper, marker, MARGIN + 9 + place * STEP, y, 7)

    def _person(self) -> Stack:
        labels, report = self.labels, self.report
        questionnaire = f"{report.questionnaire_title} {report.questionnaire_version}"
        facts = (
            (labels.position, report.position),
            (labels.cycle, report.cycle_title),
            (labels.date, report.date_text),
            (labels.questionnaire, questionnaire),
        )
        told = [_Fact(*fact) for fact in facts if fact[1].strip()]
        rows: list[Block] = [
            Beside([(0, left), *((COLUMN + GUTTER, right) for right in others)])
            for left, *others in (told[start : start + 2] for start in range(0, len(told), 2))
        ]
        return Stack([Text(report.ratee_name, NAME, WIDTH, 3), Gap(20), *rows])

    def _contents(self) -> Stack:
        """In two columns, each line a link to its section."""
        if not self.contents:
            return Stack([])
        title = Text(self.labels.contents, TABLE.strong().in_colour(PRIMARY), WIDTH)
        return Stack([title, Gap(4), Tagged(_Contents(self.contents), "TOC")])

    def _readers(self) -> Card:
        words = Stack(
            [
                Text(self.labels.who_may_read, TABLE.strong().in_colour(PRIMARY), WIDTH - 28),
                Text(self.report.confidentiality, TABLE.in_colour(INK), WIDTH - 28, 12),
            ],
            gap=3,
        )
        return Card(words, WIDTH, PANEL, 14, edge=PRIMARY)


class _Fact:
    """One thing about the report below a rule."""

    def __init__(self, label: str, value: str) -> None:
        self._words = Stack([Text(label, SMALL, COLUMN), Text(value, BODY, COLUMN, 3)], gap=1)
        self.height = self._words.height + 18

    def paint(self, paper: Paper, x: float, top: float) -> None:
        paper.stroke(PALE, 0.8)
        paper.line(x, top + 5, x + COLUMN, top + 5)
        self._words.paint(paper, x, top)


class _Contents:
    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries, self._lines = entries, (len(entries) + 1) // 2
        self.height = self._lines * LINE

    def paint(self, paper: Paper, x: float, top: float) -> None:
        for number, entry in enumerate(self._entries):
            left = x + (number // self._lines) * (COLUMN + GUTTER)
            self._paint_entry(paper, entry, left, top - number % self._lines * LINE)

    def _paint_entry(self, paper: Paper, entry: Entry, left: float, top: float) -> None:
        title = Text(entry.title, TABLE.in_colour(INK), COLUMN - 30, 1)
        page = Text(str(entry.page), TABLE.in_colour(MUTED), COLUMN)
        right = left + COLUMN - page.face.width(page.lines[0], TABLE.size)
        paper.stroke(HAIRLINE, 0.5)
        paper.line(left, top - LINE + 3, left + COLUMN, top - LINE + 3)
        box = (left, top - LINE + 2, left + COLUMN, top + 1)
        with paper.group("TOCI"), paper.link(entry.key, entry.title, box):
            title.paint(paper, left, top)
            page.paint(paper, right, top)


def flattened(logo: bytes) -> Any:
    """The picture on white: a file without transparency is smaller and read everywhere."""
    from PIL import Image

    with Image.open(BytesIO(logo), formats=("PNG", "JPEG")) as opened:
        picture = opened.convert("RGBA")
    plate = Image.new("RGB", picture.size, "white")
    plate.paste(picture, mask=picture.getchannel("A"))
    return plate
