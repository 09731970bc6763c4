"""Tables: rows of texts, and rows of scores with dots or shaded numbers per group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.pdf.charts import DOT, LANE, Axis, Lanes, MarkerSign, NumberCell, Scale, paint_marker
from analysis.pdf.labels import Labels
from analysis.pdf.layout import Beside, Block, Gap, Ruled, Stack, Tagged
from analysis.pdf.paper import Paper
from analysis.pdf.style import (
    CELL,
    HAIRLINE,
    INK,
    MUTED,
    NOTE,
    PANEL,
    PRIMARY,
    SMALL,
    TABLE,
    TINY,
    WIDTH,
    Type,
)
from analysis.pdf.text import Text, one_line
from analysis.report import HiddenCell, ManagerReport, ReportCell, ReportGroup, ReportRow

AIR = 7  # above and below the label of a row
FLAT = 16.0  # the lowest row of a heat table
MOST_NUMBERS = 250.0  # of the width of a table


@dataclass(frozen=True)
class Columns:
    """How the width of a score table is shared out: label, chart (or none), numbers."""

    groups: Sequence[ReportGroup]
    chart: bool
    others: bool = True  # whether there is a column of all others together
    gap: bool = True

    @classmethod
    def of(cls, report: ManagerReport, rows: Sequence[ReportRow], *, chart: bool) -> Columns:
        """Those that these rows have something for."""
        gap = any(row.gap_text for row in rows)
        return cls(report.groups, chart, others=report.combines, gap=gap)

    @property
    def count(self) -> int:
        return len(self.groups) + self.others + self.gap

    @cached_property
    def number(self) -> float:
        wide = 35 if self.chart else 36.5
        return min(wide, MOST_NUMBERS / max(self.count, 1))

    @cached_property
    def numbers(self) -> float:
        return self.number * self.count

    @cached_property
    def label(self) -> float:
        rest = WIDTH - self.numbers
        return rest * 0.43 if self.chart else rest

    def scale(self, row: ReportRow) -> Scale:
        return Scale(row.low, row.high, WIDTH - self.numbers - self.label)

    def left(self, column: int) -> float:
        """Where a column of numbers begins."""
        return WIDTH - self.numbers + column * self.number


class ScoreHeader:
    """Column titles: the markers of the groups, and the axis above the dots."""

    def __init__(self, title: str, columns: Columns, row: ReportRow, labels: Labels) -> None:
        """``row``: any row of the table; its scale is the axis."""
        self.columns, self.row = columns, row
        titles = [group.label for group in columns.groups]
        titles += [labels.others] if columns.others else []
        titles += [labels.gap] if columns.gap else []
        type_ = TINY.centred().in_colour(INK)
        self._title = Text(title, SMALL, columns.label)
        self._titles = [Text(title, type_, columns.number - 2, 4) for title in titles]
        self._axis = labels.chart.format(low=row.low, high=row.high)
        self.height = max((one.height for one in self._titles), default=0) + 3.4 * DOT + 5

    def paint(self, paper: Paper, x: float, top: float) -> None:
        bottom = top - self.height
        with paper.group("TR"):
            with paper.group("TH", scope="head"):
                self._title.paint(paper, x, bottom + SMALL.leading + 2)
            if self.columns.chart:
                axis = Axis(self.columns.scale(self.row))
                with paper.group("TH", scope="head"), paper.figure(self._axis):
                    axis.paint(paper, x + self.columns.label, bottom + axis.height + 2)
            for column, title in enumerate(self._titles):
                self._paint_title(paper, x, bottom, column, title)
        paper.stroke(MUTED, 0.8)
        paper.line(x, bottom, x + WIDTH, bottom)

    def _paint_title(self, paper: Paper, x: float, bottom: float, column: int, text: Text) -> None:
        left = x + self.columns.left(column)
        with paper.group("TH", scope="head"):
            text.paint(paper, left + 1, bottom + text.height + 3)
        if column < len(self.columns.groups):
            marker = self.columns.groups[column].marker
            middle = left + self.columns.number / 2
            paint_marker(paper, marker, middle, bottom + text.height + 4 + 1.5 * DOT)


class ScoreRow:
    """One competency or item across the groups."""

    def __init__(self, row: ReportRow, columns: Columns, labels: Labels) -> None:
        self.row, self.columns, self.labels = row, columns, labels
        width = columns.label - 10
        parts: list[Block] = [Text(row.label, TABLE.strong() if columns.chart else CELL, width, 24)]
        if row.description:
            parts.append(Text(row.description, NOTE, width, 40))
        if row.gap_note:
            parts.append(Text(row.gap_note, NOTE, width, 3))
        if row.reverse:
            parts[0] = Text(f"{row.label} [{labels.reverse}]", CELL, width, 24)
        self._label = Stack(parts)
        hidden = [(cell, dash) for cell, dash in self._cells if isinstance(cell, HiddenCell)]
        shown = len(row.cells) - sum(isinstance(cell, HiddenCell) for cell in row.cells)
        self._gap = Text(
            row.gap_text, (TINY if row.gap is None else CELL).centred(), columns.number - 2, 5
        )
        self.height = max(
            self._label.height + (AIR if columns.chart else 5),
            shown * LANE + 4 if columns.chart else FLAT,
            self._gap.height + 4,
            *(self._words(cell, dash) for cell, dash in hidden),
        )

    @property
    def _cells(self) -> list[tuple[ReportCell, bool]]:
        """What stands in the columns of scores; whether a dash says "not asked" there."""
        cells: list[tuple[ReportCell, bool]] = [
            (cell, group.marker != "merged")
            for cell, group in zip(self.row.cells, self.columns.groups, strict=True)
        ]
        return [*cells, (self.row.others, False)] if self.columns.others else cells

    def _words(self, cell: HiddenCell, dash: bool) -> float:
        if dash and cell.reason == "not_asked":
            return 0.0
        return Text(cell.text, TINY, self.columns.number - 3).height + 4

    def paint(self, paper: Paper, x: float, top: float) -> None:
        with paper.group("TR"):
            with paper.group("TH", scope="row"):
                self._label.paint(paper, x, top - (self.height - self._label.height) / 2)
            if self.columns.chart:
                self._paint_chart(paper, x + self.columns.label, top)
            self._paint_numbers(paper, x, top)
        paper.stroke(HAIRLINE, 0.5)
        paper.line(x, top - self.height, x + WIDTH, top - self.height)

    def _paint_chart(self, paper: Paper, x: float, top: float) -> None:
        lanes = Lanes(self.row, self.columns.groups, self.columns.scale(self.row), self.height)
        words = lanes.words(self.labels)
        with paper.group("TD"):
            if words:
                with paper.figure(words):
                    lanes.paint(paper, x, top)
            else:
                lanes.paint(paper, x, top)

    def _paint_numbers(self, paper: Paper, x: float, top: float) -> None:
        columns = self.columns
        shade = None if columns.chart else columns.scale(self.row)
        for column, (cell, dash) in enumerate(self._cells):
            strong = column == len(columns.groups)
            number = NumberCell(cell, columns.number, self.height, shade, strong, dash)
            with paper.group("TD"):
                number.paint(paper, x + columns.left(column), top)
        if not columns.gap:
            return
        with paper.group("TD"):
            left = x + columns.left(columns.count - 1) + 1
            self._gap.paint(paper, left, top - (self.height - self._gap.height) / 2)


class BandRow:
    """The name of a competency above its items, and how far each group agrees on it."""

    def __init__(self, title: str, words: Sequence[str], columns: Columns, key: str) -> None:
        self.columns, self.key, self.title = columns, key, one_line(title)
        self._title = Text(title, CELL.strong().in_colour(PRIMARY), columns.label - 10, 3)
        width = columns.number - 1
        empty = [""] * (columns.count - len(words))
        self._words = [Text(word, TINY.centred(), width, 2) for word in (*words, *empty)]
        self.height = max(self._title.height, *(text.height for text in self._words)) + 5

    def paint(self, paper: Paper, x: float, top: float) -> None:
        paper.bookmark(self.key, self.title, 1, top + 4)
        paper.fill(PANEL)
        paper.rect(x, top - self.height, WIDTH, self.height)
        with paper.group("TR"):
            with paper.group("TH", scope="row"):
                self._title.paint(paper, x + 4, top - (self.height - self._title.height) / 2)
            for column, text in enumerate(self._words):
                with paper.group("TD"):
                    left = x + self.columns.left(column) + 0.5
                    text.paint(paper, left, top - (self.height - text.height) / 2)


def not_asked_text(rows: Sequence[ReportRow], groups: Sequence[ReportGroup]) -> str:
    """What the dash in the cells of these rows stands for, or nothing if there is none."""
    for row in rows:
        for cell, group in zip(row.cells, groups, strict=True):
            not_asked = isinstance(cell, HiddenCell) and cell.reason == "not_asked"
            if not_asked and group.marker != "merged":
                return cell.text
    return ""


def group_row(group: ReportGroup, widths: Sequence[float]) -> Block:
    """One line of the table of groups: marker and name, invited, answered, why hidden."""
    label, invited, answered, note = widths
    name = Beside([(0, MarkerSign(group.marker)), (14, _cell(group.label, label - 14))], True)
    return _row(
        [
            name,
            _cell("–" if group.invited is None else str(group.invited), invited),
            _cell(group.answered, answered),
            _cell(group.note, note, TABLE.in_colour(MUTED)),
        ],
        widths,
    )


def text_row(
    texts: Sequence[str], widths: Sequence[float], type_: Type = TABLE, padding: float = 4
) -> Block:
    blocks = [_cell(t, w, type_) for t, w in zip(texts, widths, strict=True)]
    return _row(blocks, widths, padding)


def head_row(texts: Sequence[str], widths: Sequence[float], padding: float = 4) -> Block:
    """The titles of the columns."""
    blocks = [_cell(t, w, SMALL) for t, w in zip(texts, widths, strict=True)]
    return _row(blocks, widths, padding, head=True)


def empty_row(height: float) -> Block:
    return Ruled(Gap(height), WIDTH)


def block_row(blocks: Sequence[Block], widths: Sequence[float], padding: float = 4) -> Block:
    return _row(blocks, widths, padding)


def remarked_row(
    texts: Sequence[str], widths: Sequence[float], remark: str, *, below: bool
) -> Block:
    """Values with a remark in a last column, or on a line of its own below the values."""
    values: list[Block] = [
        Text(text, CELL, width - 8, 8) for text, width in zip(texts, widths, strict=False)
    ]
    if not below:
        return _row([*values, Text(remark, NOTE, widths[-1] - 8)], widths, 1.5)
    words = Text(remark, NOTE, WIDTH - widths[0])
    under = Stack([Gap(CELL.leading + 1), words]) if remark else words
    lefts = [*_lefts(widths)[: len(values)], widths[0]]
    return _placed_row([*values, under], lefts, 1.5)


def _cell(text: str, width: float, type_: Type = TABLE) -> Text:
    return Text(text, type_, width - 8, 8)


def _lefts(widths: Sequence[float]) -> list[float]:
    return [sum(widths[:column]) for column in range(len(widths))]


def _row(
    blocks: Sequence[Block], widths: Sequence[float], padding: float = 4, *, head: bool = False
) -> Block:
    return _placed_row(blocks, _lefts(widths), padding, head=head)


def _placed_row(
    blocks: Sequence[Block], lefts: Sequence[float], padding: float, *, head: bool = False
) -> Block:
    cells: list[tuple[float, Block]] = []
    for number, (left, block) in enumerate(zip(lefts, blocks, strict=True)):
        heading = head or number == 0
        scope = "head" if head else "row" if heading else ""
        cells.append((left, Tagged(block, "TH" if heading else "TD", scope)))
    return Tagged(Ruled(Beside(cells), WIDTH, padding), "TR")
