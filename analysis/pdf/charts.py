"""Painters: rater markers, dots on a common scale, shaded numbers.

Everything is drawn as vector shapes. What a chart shows and no number beside it says stands in its
words for those who do not see it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from analysis.colours import WHITE
from analysis.figures import rounded
from analysis.pdf.labels import Labels
from analysis.pdf.layout import Stack
from analysis.pdf.paper import Paper
from analysis.pdf.style import (
    BAND,
    CELL,
    HAIRLINE,
    INK,
    MARKER_COLOURS,
    MUTED,
    PRIMARY,
    SENTIMENT_COLOURS,
    SMALL,
    TABLE,
    TINY,
)
from analysis.pdf.text import Text
from analysis.report import (
    HiddenCell,
    Marker,
    ReportCell,
    ReportGroup,
    ReportRow,
    ScalePoint,
    ShownCell,
    ThemeRow,
)

DOT = 3.4  # half the size of a marker
LANE = 9.5  # height of the lane of one group
CORNERS: dict[Marker, tuple[int, float, float]] = {  # corners, turn, size
    "self": (4, 90, 1.2),
    "supervisor": (4, 45, 1.25),
    "peer": (3, 90, 1.3),
    "merged": (6, 90, 1.12),
}
NOT_ASKED = "—"
NUMBER, STRONG_NUMBER, STRONG_CELL = TABLE.centred(), TABLE.centred().strong(), CELL.strong()
SMALL_PRINT, ON_SHADE, DASH = TINY.centred(), TINY.in_colour(INK), CELL.centred().in_colour(MUTED)
Sign = Literal["bar", "likely", "whiskers", "own_line", "shaded"]


def paint_marker(paper: Paper, marker: Marker, x: float, y: float, size: float = DOT) -> None:
    """The sign of a group, with a white rim so that it stands out from what it covers."""
    paper.fill(MARKER_COLOURS[marker])
    paper.stroke(WHITE, 0.8)
    if marker not in CORNERS:
        paper.circle(x, y, size)
        return
    corners, turn, scale = CORNERS[marker]
    drop = 0.22 * size if corners == 3 else 0
    angles = [math.radians(turn + corner * 360 / corners) for corner in range(corners)]
    paper.polygon(
        [
            (x + size * scale * math.cos(angle), y + size * scale * math.sin(angle) - drop)
            for angle in angles
        ]
    )


@dataclass(frozen=True)
class MarkerSign:
    """A marker as a block of its own."""

    marker: Marker
    size: float = DOT

    @property
    def height(self) -> float:
        return 2.6 * self.size

    def paint(self, paper: Paper, x: float, top: float) -> None:
        paint_marker(paper, self.marker, x + 1.3 * self.size, top - 1.3 * self.size, self.size)


@dataclass(frozen=True)
class Scale:
    """Where a score stands between the ends of its scale."""

    low: int
    high: int
    width: float
    inset: float = 8

    def share(self, value: float) -> float:
        return min(max((value - self.low) / max(self.high - self.low, 1), 0), 1)

    def at(self, value: float) -> float:
        return self.inset + self.share(value) * (self.width - 2 * self.inset)

    @property
    def points(self) -> range:
        return range(self.low, self.high + 1)

    def paint_grid(self, paper: Paper, x: float, top: float, height: float) -> None:
        paper.stroke(HAIRLINE, 0.5)
        for point in self.points:
            paper.line(x + self.at(point), top, x + self.at(point), top - height)


@dataclass(frozen=True)
class Axis:
    """The points of the scale above (or below) the dots."""

    scale: Scale

    @property
    def height(self) -> float:
        return TINY.leading

    def paint(self, paper: Paper, x: float, top: float) -> None:
        with paper.artifact():
            for point in self.scale.points:
                label = Text(str(point), TINY.centred(), 16)
                label.paint(paper, x + self.scale.at(point) - 8, top)


@dataclass(frozen=True)
class Lanes:
    """The scores of one row on the scale: a lane per group with its dot and where it might lie.

    An upright bar through all lanes marks all others together; a line leads to it from the own
    view, as long as the gap.
    """

    row: ReportRow
    groups: Sequence[ReportGroup]
    scale: Scale
    height: float
    every: bool = False  # a lane for hidden groups too: their names stand beside it

    @cached_property
    def _shown(self) -> list[tuple[int, ShownCell, ReportGroup, float | None]]:
        margins = self.row.margins or (None,) * len(self.groups)
        found = [
            (place, cell, group, margin)
            for place, (cell, group, margin) in enumerate(
                zip(self.row.cells, self.groups, margins, strict=True)
            )
            if isinstance(cell, ShownCell)
        ]
        if self.every:
            return found
        return [(lane, *facts[1:]) for lane, facts in enumerate(found)]

    def words(self, labels: Labels) -> str:
        """What the chart shows, for those who do not see it."""
        parts = [
            f"{group.label} {_told(cell, margin, labels)}" for _, cell, group, margin in self._shown
        ]
        if isinstance(self.row.others, ShownCell) and self.row.margin is not None:
            parts.append(f"{labels.others} {_told(self.row.others, self.row.margin, labels)}")
        return "; ".join(parts)

    def paint(self, paper: Paper, x: float, top: float) -> None:
        self.scale.paint_grid(paper, x, top, self.height)
        if not self._shown:
            return
        lanes = len(self.groups) if self.every else len(self._shown)
        lane = min(LANE * 1.5, self.height / lanes)
        first = top - (self.height - lane * (lanes - 1)) / 2
        self._paint_others(paper, x, first + lane / 2, first - lane * (lanes - 0.5))
        for number, cell, group, margin in self._shown:
            self._paint_lane(paper, x, first - number * lane, cell, group, margin)

    def _paint_others(self, paper: Paper, x: float, top: float, bottom: float) -> None:
        others = self.row.others
        if not isinstance(others, ShownCell):
            return
        at, height = x + self.scale.at(others.value), top - bottom
        if self.row.margin is not None:
            left, right = (
                x + self.scale.at(others.value + side * self.row.margin) for side in (-1, 1)
            )
            paper.fill(BAND)
            paper.rect(left, bottom + 1, right - left, height - 2)
        paper.fill(PRIMARY)
        paper.rect(at - 0.9, bottom, 1.8, height)

    def _paint_lane(
        self, paper: Paper, x: float, y: float, cell: ShownCell, group: ReportGroup,
        margin: float | None,
    ) -> None:  # fmt: skip
        at, colour = x + self.scale.at(cell.value), MARKER_COLOURS[group.marker]
        if group.marker == "self" and self.row.gap is not None:
            if isinstance(self.row.others, ShownCell):
                paper.stroke(colour, 1.2)
                paper.line(at, y, x + self.scale.at(self.row.others.value), y)
        elif margin is not None:
            left, right = (x + self.scale.at(cell.value + side * margin) for side in (-1, 1))
            _paint_whiskers(paper, group.marker, left, right, y)
        paint_marker(paper, group.marker, at, y)


def _told(cell: ShownCell, margin: float | None, labels: Labels) -> str:
    if margin is None:
        return cell.text
    low, high = rounded(cell.value - margin), rounded(cell.value + margin)
    return cell.text + labels.interval.format(low=low, high=high)


@dataclass(frozen=True)
class NumberCell:
    """One number of a table, with its n below or (in a flat row) beside it.

    Shaded by its height on the scale if ``scale`` is given. A hidden cell says why in words, or
    with a dash where the legend says that it means "not asked".
    """

    cell: ReportCell
    width: float
    height: float
    scale: Scale | None = None
    strong: bool = False
    dash: bool = False

    def paint(self, paper: Paper, x: float, top: float) -> None:
        if isinstance(self.cell, HiddenCell):
            self._paint_hidden(paper, x, top, self.cell)
        elif self.scale:
            paper.fill(paper.theme.heat(self.scale.share(self.cell.value)))
            paper.rounded(
                x + 0.75, top - self.height + 0.75, self.width - 1.5, self.height - 1.5, 2
            )
            self._paint_flat(paper, x, top, self.cell)
        else:
            self._paint_number(paper, x, top, self.cell)

    def _paint_number(self, paper: Paper, x: float, top: float, cell: ShownCell) -> None:
        lines = [Text(cell.text, STRONG_NUMBER if self.strong else NUMBER, self.width)]
        if cell.n > 1:
            lines.append(Text(f"n {cell.n}", SMALL_PRINT, self.width))
        _paint_middle(paper, lines, x, top - self.height / 2)

    def _paint_flat(self, paper: Paper, x: float, top: float, cell: ShownCell) -> None:
        number = Text(cell.text, STRONG_CELL if self.strong else CELL, self.width)
        n = Text(f"n {cell.n}" if cell.n > 1 else "", ON_SHADE, self.width)
        wide = [
            text.face.width(line, text.type.size) for text in (number, n) for line in text.lines
        ]
        left = x + (self.width - sum(wide) - 3 * (len(wide) - 1)) / 2
        number.paint(paper, left, top - (self.height - number.height) / 2)
        n.paint(paper, left + wide[0] + 3, top - (self.height - n.height) / 2 - 0.6)

    def _paint_hidden(self, paper: Paper, x: float, top: float, cell: HiddenCell) -> None:
        if self.dash and cell.reason == "not_asked":
            words = Text(NOT_ASKED, DASH, self.width)
        else:
            words = Text(cell.text, SMALL_PRINT, self.width - 3)
        _paint_middle(paper, [words], x, top - self.height / 2)


def _paint_middle(paper: Paper, lines: Sequence[Text], x: float, middle: float) -> None:
    Stack(lines).paint(paper, x, middle + sum(line.height for line in lines) / 2)


@dataclass(frozen=True)
class Shares:
    """How many comments on a theme sound how, as parts of a bar; the numbers stand beside it.

    Praise is full, what is mixed half full, blame hollow: that reads in greyscale too.
    """

    theme: ThemeRow
    width: float
    height: float = 6

    def paint(self, paper: Paper, x: float, top: float) -> None:
        theme, bottom = self.theme, top - self.height
        rest = theme.n - theme.positive - theme.mixed - theme.negative
        parts = (
            ("positive", theme.positive, 1.0),
            ("mixed", theme.mixed, 0.5),
            ("neutral", rest, 1.0),
            ("negative", theme.negative, 0.0),
        )
        for tone, n, full in parts:
            if n:
                width = self.width * n / theme.n
                colour = SENTIMENT_COLOURS.get(tone, HAIRLINE)
                paper.fill(colour)
                paper.rect(x, bottom, width - 1.5, self.height * full)
                paper.stroke(colour, 0.8)
                paper.frame(x + 0.4, bottom + 0.4, width - 2.3, self.height - 0.8)
                x += width


@dataclass(frozen=True)
class ScaleStrip:
    """The points of the scale in the shades that the tables use."""

    points: Sequence[ScalePoint]
    width: float

    @property
    def _each(self) -> float:
        return self.width / len(self.points)

    @cached_property
    def _labels(self) -> list[Text]:
        type_ = SMALL.centred().in_colour(INK)
        return [Text(point.label, type_, self._each - 6, 8) for point in self.points]

    @property
    def height(self) -> float:
        return 24 + max(text.height for text in self._labels)

    def paint(self, paper: Paper, x: float, top: float) -> None:
        for number, (point, label) in enumerate(zip(self.points, self._labels, strict=True)):
            left = x + number * self._each
            paper.fill(paper.theme.heat(number / max(len(self.points) - 1, 1)))
            paper.rounded(left + 1, top - 20, self._each - 2, 20, 3)
            with paper.group("LI"), paper.group("LBody"):
                value = Text(str(point.value), TABLE.strong().centred(), self._each)
                value.paint(paper, left, top - 4)
                label.paint(paper, left + 3, top - 23)


@dataclass(frozen=True)
class Sample:
    """A piece of a chart by itself, to be explained beside it."""

    what: Sign
    width: float = 46
    height: float = 15

    def paint(self, paper: Paper, x: float, top: float) -> None:
        middle, y = x + self.width / 2, top - self.height / 2
        if self.what == "shaded":
            for step in range(4):
                paper.fill(paper.theme.heat(step / 3))
                paper.rounded(x + step * 11.5, y - 4.5, 10.5, 9, 2)
            return
        if self.what == "likely":
            paper.fill(BAND)
            paper.rect(middle - 11, y - 6, 22, 12)
        if self.what != "whiskers":
            paper.fill(PRIMARY)
            paper.rect(middle - 0.9, y - 6, 1.8, 12)
        if self.what == "own_line":
            paper.stroke(MARKER_COLOURS["self"], 1.2)
            paper.line(middle, y, middle + 16, y)
            paint_marker(paper, "self", middle + 16, y)
        if self.what == "whiskers":
            _paint_whiskers(paper, "peer", middle - 14, middle + 14, y)
            paint_marker(paper, "peer", middle, y)


def _paint_whiskers(paper: Paper, marker: Marker, left: float, right: float, y: float) -> None:
    paper.stroke(MARKER_COLOURS[marker], 0.9)
    paper.line(left, y, right, y)
    for end in (left, right):
        paper.line(end, y - 1.8, end, y + 1.8)
