"""Tables of scores: a label, dots or shaded numbers per group, all others, the gap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from reportlab.pdfgen.canvas import Canvas

from analysis.pdf.charts import DOT, Axis, DotRow, MarkerSign, NumberCell, Scale, paint_marker
from analysis.pdf.labels import Labels
from analysis.pdf.layout import Beside, Block, Ruled, Stack
from analysis.pdf.style import HAIRLINE, INK, MUTED, NOTE, SMALL, TABLE, TINY, WIDTH, Type
from analysis.pdf.text import Text
from analysis.report import HiddenCell, ReportGroup, ReportRow

AIR = 8  # above and below the label of a row


@dataclass(frozen=True)
class Columns:
    """How the width of a score table is shared out: label, chart (or none), numbers."""

    groups: Sequence[ReportGroup]
    chart: bool

    @property
    def number(self) -> float:
        return 36 if self.chart else 42

    @property
    def numbers(self) -> float:
        return self.number * (len(self.groups) + 2)

    @property
    def label(self) -> float:
        rest = WIDTH - self.numbers
        return rest * 0.43 if self.chart else rest

    def scale(self, row: ReportRow) -> Scale:
        return Scale(row.low, row.high, WIDTH - self.numbers - self.label)

    def left(self, column: int) -> float:
        """Where a column of numbers begins."""
        return WIDTH - self.numbers + column * self.number


@dataclass(frozen=True)
class ScoreHeader:
    """Column titles: the markers of the groups, and the axis above the dots."""

    title: str
    columns: Columns
    row: ReportRow  # any row of the table: its scale is the axis
    labels: Labels

    @cached_property
    def _titles(self) -> list[Text]:
        groups = [group.label for group in self.columns.groups]
        width = self.columns.number - 2
        type_ = TINY.centred().in_colour(INK)
        return [Text(t, type_, width, 4) for t in (*groups, self.labels.others, self.labels.gap)]

    @property
    def height(self) -> float:
        return max(title.height for title in self._titles) + 3.4 * DOT + 5

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        bottom = top - self.height
        Text(self.title, SMALL, self.columns.label).paint(canvas, x, bottom + SMALL.leading + 2)
        for column, title in enumerate(self._titles):
            left = x + self.columns.left(column)
            title.paint(canvas, left + 1, bottom + title.height + 3)
            if column < len(self.columns.groups):
                marker = self.columns.groups[column].marker
                middle = left + self.columns.number / 2
                paint_marker(canvas, marker, middle, bottom + title.height + 4 + 1.5 * DOT)
        if self.columns.chart:
            axis = Axis(self.columns.scale(self.row))
            axis.paint(canvas, x + self.columns.label, bottom + axis.height + 2)
        canvas.setStrokeColor(MUTED)
        canvas.setLineWidth(0.8)
        canvas.line(x, bottom, x + WIDTH, bottom)


@dataclass(frozen=True)
class ScoreRow:
    """One competency or item across the groups."""

    row: ReportRow
    columns: Columns
    labels: Labels

    @cached_property
    def _label(self) -> Stack:
        width = self.columns.label - 10
        type_ = TABLE.strong() if self.columns.chart else TABLE
        parts: list[Block] = [Text(self.row.label, type_, width, 8)]
        if self.row.description:
            parts.append(Text(self.row.description, NOTE, width, 4))
        if self.row.reverse:
            parts.append(Text(f"[{self.labels.reverse}]", NOTE, width))
        return Stack(parts)

    @property
    def height(self) -> float:
        return max(self._label.height + AIR, 28, *(self._words(c) for c in self._hidden))

    @property
    def _hidden(self) -> list[HiddenCell]:
        cells = (*self.row.cells, self.row.others)
        return [cell for cell in cells if isinstance(cell, HiddenCell)]

    def _words(self, cell: HiddenCell) -> float:
        return Text(cell.text, TINY, self.columns.number - 3).height + 6

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        height, columns = self.height, self.columns
        self._label.paint(canvas, x, top - (height - self._label.height) / 2)
        scale = columns.scale(self.row)
        if columns.chart:
            dots = DotRow(self.row, columns.groups, scale, height)
            dots.paint(canvas, x + columns.label, top)
        shade = None if columns.chart else scale
        for column, cell in enumerate(self.row.cells):
            dash = columns.groups[column].marker != "merged"
            number = NumberCell(cell, columns.number, height, shade, dash=dash)
            number.paint(canvas, x + columns.left(column), top)
        others = NumberCell(self.row.others, columns.number, height, shade, strong=True)
        others.paint(canvas, x + columns.left(len(self.row.cells)), top)
        self._paint_gap(canvas, x + columns.left(len(self.row.cells) + 1), top)
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.5)
        canvas.line(x, top - height, x + WIDTH, top - height)

    def _paint_gap(self, canvas: Canvas, x: float, top: float) -> None:
        type_ = TINY if self.row.gap is None else TABLE
        words = Text(self.row.gap_text, type_.centred(), self.columns.number - 2, 4)
        words.paint(canvas, x + 1, top - (self.height - words.height) / 2)


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
    parts: list[Block] = [
        name,
        _cell(str(group.invited), invited),
        _cell(group.answered, answered),
        _cell(group.note, note, TABLE.in_colour(MUTED)),
    ]
    return Ruled(_across(parts, widths), WIDTH)


def text_row(
    texts: Sequence[str], widths: Sequence[float], type_: Type = TABLE, *, remark: str = ""
) -> Block:
    """One cell for each width, and what is to be said about them below."""
    cells = _across([_cell(t, w, type_) for t, w in zip(texts, widths, strict=True)], widths)
    return Ruled(Stack([cells, Text(remark, SMALL, WIDTH)]) if remark else cells, WIDTH)


def _cell(text: str, width: float, type_: Type = TABLE) -> Text:
    return Text(text, type_, width - 8, 8)


def _across(blocks: Sequence[Block], widths: Sequence[float]) -> Beside:
    lefts = [sum(widths[:column]) for column in range(len(widths))]
    return Beside(list(zip(lefts, blocks, strict=True)))
