"""Painters: rater markers, dots on a common scale, shaded numbers.

Everything is drawn straight on the canvas as vector shapes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from analysis.pdf.style import (
    HAIRLINE,
    INK,
    MARKER_COLOURS,
    MUTED,
    NAVY,
    NAVY_PALE,
    SENTIMENT_COLOURS,
    SMALL,
    TABLE,
    TINY,
    WHITE,
    heat,
)
from analysis.pdf.text import Text
from analysis.report import (
    HiddenCell,
    Marker,
    ReportCell,
    ReportGroup,
    ReportRow,
    ShownCell,
    ThemeRow,
)

DOT = 3.6  # half the size of a marker
CORNERS: dict[Marker, tuple[int, float, float]] = {  # corners, turn, size
    "self": (4, 90, 1.2),
    "supervisor": (4, 45, 1.25),
    "peer": (3, 90, 1.3),
    "merged": (6, 90, 1.12),
}
NOT_ASKED = "—"


def paint_marker(canvas: Canvas, marker: Marker, x: float, y: float, size: float = DOT) -> None:
    """The sign of a group, with a white rim so that it stands out from what it covers."""
    canvas.setFillColor(MARKER_COLOURS[marker])
    canvas.setStrokeColor(WHITE)
    canvas.setLineWidth(0.8)
    if marker not in CORNERS:
        canvas.circle(x, y, size, stroke=1, fill=1)
        return
    corners, turn, scale = CORNERS[marker]
    path = canvas.beginPath()
    drop = 0.22 * size if corners == 3 else 0
    for corner in range(corners):
        angle = math.radians(turn + corner * 360 / corners)
        px, py = x + size * scale * math.cos(angle), y + size * scale * math.sin(angle) - drop
        (path.lineTo if corner else path.moveTo)(px, py)
    path.close()
    canvas.drawPath(path, stroke=1, fill=1)


@dataclass(frozen=True)
class MarkerSign:
    """A marker as a block of its own."""

    marker: Marker
    size: float = DOT

    @property
    def height(self) -> float:
        return 2.6 * self.size

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        paint_marker(canvas, self.marker, x + 1.3 * self.size, top - 1.3 * self.size, self.size)


@dataclass(frozen=True)
class Scale:
    """Where a score stands between the ends of its scale."""

    low: int
    high: int
    width: float
    inset: float = 8

    def at(self, value: float) -> float:
        share = (value - self.low) / max(self.high - self.low, 1)
        return self.inset + min(max(share, 0), 1) * (self.width - 2 * self.inset)

    @property
    def points(self) -> range:
        return range(self.low, self.high + 1)


@dataclass(frozen=True)
class Axis:
    """The points of the scale above (or below) the dots."""

    scale: Scale

    @property
    def height(self) -> float:
        return TINY.leading

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        for point in self.scale.points:
            label = Text(str(point), TINY.centred(), 16)
            label.paint(canvas, x + self.scale.at(point) - 8, top)


@dataclass(frozen=True)
class DotRow:
    """The scores of one row on the scale: a dot per group, a bar for all others together."""

    row: ReportRow
    groups: Sequence[ReportGroup]
    scale: Scale
    height: float

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        middle = top - self.height / 2
        self._grid(canvas, x, top)
        self._likely(canvas, x, middle)
        shown = [
            (self.scale.at(cell.value), group.marker)
            for cell, group in zip(self.row.cells, self.groups, strict=True)
            if isinstance(cell, ShownCell)
        ]
        if len(shown) > 1:
            canvas.setStrokeColor(MUTED)
            canvas.setLineWidth(1)
            canvas.line(x + min(shown)[0], middle, x + max(shown)[0], middle)
        if isinstance(self.row.others, ShownCell):
            canvas.setFillColor(NAVY)
            canvas.rect(x + self.scale.at(self.row.others.value) - 1, middle - 8, 2, 16, 0, 1)
        for at, marker, lift in _spread(shown):
            paint_marker(canvas, marker, x + at, middle + lift * self.height)

    def _likely(self, canvas: Canvas, x: float, middle: float) -> None:
        """Where the others might also lie, had other raters of the same kind answered."""
        others, margin = self.row.others, self.row.margin
        if isinstance(others, ShownCell) and margin is not None:
            left, right = (self.scale.at(others.value + side * margin) for side in (-1, 1))
            canvas.setFillColor(NAVY_PALE)
            canvas.rect(x + left, middle - 5, right - left, 10, stroke=0, fill=1)

    def _grid(self, canvas: Canvas, x: float, top: float) -> None:
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.5)
        for point in self.scale.points:
            at = x + self.scale.at(point)
            canvas.line(at, top, at, top - self.height)


def _spread(shown: Sequence[tuple[float, Marker]]) -> Iterator[tuple[float, Marker, float]]:
    """Lift dots that would cover each other, by a share of the height: middle, above, below."""
    lifts = (0.0, 0.22, -0.22, 0.4, -0.4)
    neighbours: list[tuple[float, int]] = []
    for at, marker in sorted(shown):
        taken = {lane for left, lane in neighbours if at - left < 2 * DOT}
        lane = next(lane for lane in range(len(lifts) + 1) if lane not in taken)
        neighbours.append((at, lane))
        yield at, marker, lifts[min(lane, len(lifts) - 1)]


@dataclass(frozen=True)
class NumberCell:
    """One number of a table, shaded by its height on the scale if ``scale`` is given.

    A hidden cell says why in words, or with a dash where the legend says that it means "not asked".
    """

    cell: ReportCell
    width: float
    height: float
    scale: Scale | None = None
    strong: bool = False
    dash: bool = False

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        if isinstance(self.cell, HiddenCell):
            self._paint_hidden(canvas, x, top, self.cell)
            return
        if self.scale:
            share = (self.cell.value - self.scale.low) / max(self.scale.high - self.scale.low, 1)
            _tile(canvas, x, top, self.width, self.height, heat(share))
        number = TABLE.centred().strong() if self.strong else TABLE.centred()
        lines = [Text(self.cell.text, number, self.width)]
        if self.cell.n > 1:
            lines.append(Text(f"n {self.cell.n}", TINY.centred().in_colour(INK), self.width))
        _paint_middle(canvas, lines, x, top - self.height / 2)

    def _paint_hidden(self, canvas: Canvas, x: float, top: float, cell: HiddenCell) -> None:
        if self.dash and cell.reason == "not_asked":
            words = Text(NOT_ASKED, TABLE.centred().in_colour(MUTED), self.width)
        else:
            words = Text(cell.text, TINY.centred(), self.width - 3)
        _paint_middle(canvas, [words], x, top - self.height / 2)


def _tile(canvas: Canvas, x: float, top: float, width: float, height: float, fill: Color) -> None:
    canvas.setFillColor(fill)
    canvas.roundRect(x + 1, top - height + 1, width - 2, height - 2, 2, stroke=0, fill=1)


def _paint_middle(canvas: Canvas, lines: Sequence[Text], x: float, middle: float) -> None:
    top = middle + sum(line.height for line in lines) / 2
    for line in lines:
        line.paint(canvas, x, top)
        top -= line.height


@dataclass(frozen=True)
class Shares:
    """How many comments on a theme sound how, as parts of a bar; the numbers stand beside it."""

    theme: ThemeRow
    width: float
    height: float = 7

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        theme = self.theme
        rest = theme.n - theme.positive - theme.mixed - theme.negative
        parts = (
            ("positive", theme.positive),
            ("mixed", theme.mixed),
            ("neutral", rest),
            ("negative", theme.negative),
        )
        for tone, n in parts:
            if n:
                width = self.width * n / theme.n
                canvas.setFillColor(SENTIMENT_COLOURS.get(tone, HAIRLINE))
                canvas.rect(x, top - self.height, width - 1, self.height, stroke=0, fill=1)
                x += width


@dataclass(frozen=True)
class Key:
    """The groups of an overall row in a line: marker, name and number."""

    row: ReportRow
    groups: Sequence[ReportGroup]
    width: float

    @property
    def height(self) -> float:
        return (max((line for line, _, _ in self._places()), default=0) + 1) * SMALL.leading

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        for (line, left, words), group in zip(self._places(), self.groups, strict=True):
            y = top - line * SMALL.leading
            paint_marker(canvas, group.marker, x + left + 4, y - SMALL.leading / 2, 3.2)
            words.paint(canvas, x + left + 11, y)

    def _places(self) -> list[tuple[int, float, Text]]:
        places: list[tuple[int, float, Text]] = []
        line, left = 0, 0.0
        for group, cell in zip(self.groups, self.row.cells, strict=True):
            words = Text(f"{group.label} {cell.text}", SMALL.in_colour(INK), self.width - 11, 1)
            taken = 11 + max((words.face.width(w, SMALL.size) for w in words.lines), default=0)
            if left and left + taken > self.width:
                line, left = line + 1, 0.0
            places.append((line, left, words))
            left += taken + 14
        return places
