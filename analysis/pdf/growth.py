"""What comes of it: the trend, suggestions, and a plan to fill in and sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.colours import WHITE
from analysis.pdf.charts import Scale
from analysis.pdf.layout import Beside, Block, Bulleted, Card, Gap, Ruled, Stack, Tagged
from analysis.pdf.paper import Paper
from analysis.pdf.sheet import Sheet, subtitle
from analysis.pdf.style import (
    CELL,
    GUTTER,
    HEIGHT,
    INK,
    MUTED,
    NOTE,
    PANEL,
    PRIMARY,
    SMALL,
    TABLE,
    WIDTH,
)
from analysis.pdf.tables import block_row, empty_row, head_row
from analysis.pdf.text import Text
from analysis.report import ShownCell, TrendRow

LINES = 3  # of the plan
LABEL, CHART, CHANGE = 128.0, 118.0, 80.0  # columns of the trend


def trend(on: Sheet) -> None:
    told = on.report.trend
    if told is None or not told.rows:
        return
    number = min((WIDTH - LABEL - CHART - CHANGE) / len(told.cycles), 60.0)
    chart = WIDTH - LABEL - CHANGE - number * len(told.cycles)
    widths = (LABEL, chart, *(number for _ in told.cycles), CHANGE)
    header = head_row((on.labels.competency, "", *told.cycles, on.labels.change), widths, 2.5)
    rows = [_trend_row(row, widths, on) for row in told.rows]
    above: list[Block] = [Gap(3), Text(on.labels.trend_note, SMALL, WIDTH), Gap(4)]
    on.table(on.labels.trend, above, header, rows, whole=0.6)


def _trend_row(row: TrendRow, widths: Sequence[float], on: Sheet) -> Block:
    low, high = _ends(on)
    path = _Path(row, Scale(low, high, widths[1] - 12, 5))
    cells: list[Block] = [
        Text(cell.text, CELL if isinstance(cell, ShownCell) else NOTE, width - 8, 3)
        for cell, width in zip(row.cells, widths[2:-1], strict=True)
    ]
    change = Beside([(0, _Change(row)), (12, Text(row.change_text, CELL, widths[-1] - 16, 3))])
    label = Text(row.label, CELL, widths[0] - 8, 3)
    return block_row([label, path, *cells, change], widths, 2.5)


def _ends(on: Sheet) -> tuple[int, int]:
    rows = on.report.competencies
    return (rows[0].low, rows[0].high) if rows else (1, 5)


@dataclass(frozen=True)
class _Path:
    """Cycle after cycle on the scale, the last one full. A line says that it changed: noise, and
    what nobody knows, has none."""

    row: TrendRow
    scale: Scale
    height: float = 10

    def paint(self, paper: Paper, x: float, top: float) -> None:
        y = top - self.height / 2
        self.scale.paint_grid(paper, x, top + 2, self.height + 4)
        shown = [cell for cell in self.row.cells if isinstance(cell, ShownCell)]
        places = [x + self.scale.at(cell.value) for cell in shown]
        if self.row.direction in {"higher", "lower"} and len(places) > 1:
            paper.stroke(PRIMARY, 1.4)
            paper.line(places[-2], y, places[-1], y)
        paper.stroke(MUTED, 0.8)
        for number, at in enumerate(places, start=1):
            paper.fill(PRIMARY if number == len(places) else WHITE)
            paper.circle(at, y, 2.6 if number == len(places) else 1.9)


@dataclass(frozen=True)
class _Change:
    """An arrow up or down, two bars for "the same", nothing where it is not known."""

    row: TrendRow
    height: float = 10.5

    def paint(self, paper: Paper, x: float, top: float) -> None:
        y, direction = top - self.height / 2, self.row.direction
        paper.fill(PRIMARY if direction in {"higher", "lower"} else MUTED)
        if direction == "same":
            paper.rect(x, y + 0.6, 6, 1)
            paper.rect(x, y - 1.6, 6, 1)
        elif direction is not None:
            turn = 1 if direction == "higher" else -1
            paper.stroke(WHITE, 0.1)
            paper.polygon([(x, y - 2.4 * turn), (x + 6, y - 2.4 * turn), (x + 3, y + 3 * turn)])


def suggestions(on: Sheet) -> None:
    told = on.report.suggestions
    if not told:
        return
    width = (WIDTH - GUTTER * (len(told) - 1)) / len(told)
    cards = [_suggestion(title, said, width) for title, said in told]
    tallest = max(card.height for card in cards)
    if len(cards) <= 3 and tallest <= HEIGHT / 2:
        even = [replace(card, least=tallest) for card in cards]
        on.heading(on.labels.suggestions, tallest)
        on.layout.put(Beside([(n * (width + GUTTER), card) for n, card in enumerate(even)]))
    else:
        _suggestions_below(on, told)
    if on.report.audience == "manager":
        _plan(on)


def _suggestion(title: str, said: Sequence[str], width: float) -> Card:
    inner = width - 22
    bullets = Stack([Bulleted(Text(each, CELL, inner - 12)) for each in said], 4)
    return Card(Stack([subtitle(title, inner), Tagged(bullets, "L")], 5), width, PANEL, 11)


def _suggestions_below(on: Sheet, told: Sequence[tuple[str, tuple[str, ...]]]) -> None:
    """One competency below the other: too many or too long to stand side by side."""
    on.heading(on.labels.suggestions, 70)
    for title, said in told:
        on.layout.put(Ruled(subtitle(title, WIDTH), WIDTH, 2), follow=30)
        with on.layout.group("L"):
            for sentence in said:
                on.layout.gap(4)
                on.layout.put(Bulleted(Text(sentence, TABLE, WIDTH - 12)))
        on.layout.gap(10)


def _plan(on: Sheet) -> None:
    """An empty table for the first conversation after reading, and where to sign it."""
    widths = (WIDTH - 330, 130.0, 80.0, 120.0)
    header = head_row(on.labels.plan_columns, widths, 2.5)
    lead: list[Block] = [
        Gap(12),
        subtitle(on.labels.plan, WIDTH),
        Text(on.labels.plan_note, SMALL, WIDTH),
        Gap(2),
    ]
    rows, signatures = [empty_row(19)] * LINES, _Signatures(on.labels.plan_signatures)
    on.layout.need(sum(block.height for block in (*lead, header, *rows, signatures)))
    on.layout.put_table(header, rows, lead=lead)
    on.layout.put(signatures)


@dataclass(frozen=True)
class _Signatures:
    labels: Sequence[str]
    height: float = 44

    def paint(self, paper: Paper, x: float, top: float) -> None:
        width = (WIDTH - 2 * GUTTER) / 3
        paper.stroke(INK, 0.6)
        for number, label in enumerate(self.labels):
            left, bottom = x + number * (width + GUTTER), top - self.height + 12
            paper.line(left, bottom, left + width, bottom)
            Text(label, SMALL, width).paint(paper, left, bottom - 1)
