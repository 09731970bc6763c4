"""The first pages: how to read the report, and all of it in a minute."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.pdf.charts import Axis, Lanes, MarkerSign, Sample, Scale, ScaleStrip
from analysis.pdf.labels import Labels
from analysis.pdf.layout import Beside, Block, Card, Gap, Stack, Tagged
from analysis.pdf.paper import Paper
from analysis.pdf.scores import chart_signs
from analysis.pdf.sheet import BELOW, Sheet, sentences
from analysis.pdf.style import (
    BODY,
    FIGURE,
    GUTTER,
    INK,
    LEAD,
    MUTED,
    PANEL,
    PRIMARY,
    SMALL,
    TABLE,
    WIDTH,
)
from analysis.pdf.tables import group_row, head_row
from analysis.pdf.text import Text
from analysis.report import ReportCell, ReportGroup, ReportRow, ShownCell


def how_to_read(on: Sheet) -> None:
    report, labels = on.report, on.labels
    on.heading(labels.how_to_read, 40)
    for paragraph in report.reading:
        on.layout.put_text(Text(paragraph, BODY, WIDTH))
        on.layout.gap(5)
    if report.scale:
        strip = ScaleStrip(report.scale, WIDTH)
        on.subheading(labels.scale, strip.height)
        on.layout.put(Tagged(strip, "L"))
        on.layout.gap(5)
        if report.cannot_judge.strip():
            words = labels.not_counted.format(answer=report.cannot_judge)
            on.layout.put(Text(words, SMALL, WIDTH, 3))
    if report.groups:
        widths = (150.0, 60.0, 90.0, WIDTH - 300)
        note = labels.note if any(group.note for group in report.groups) else ""
        names = (labels.group, labels.invited, labels.answered, note)
        on.subheading(labels.groups, 60)
        rows = [group_row(group, widths) for group in report.groups]
        on.layout.put_table(head_row(names, widths), rows)
    _signs(on)


def _signs(on: Sheet) -> None:
    """What the charts are made of, piece by piece; nothing where no chart follows."""
    held = chart_signs(on.report.competencies, on.labels)
    if not held:
        return
    on.subheading(on.labels.signs, 40)
    with on.layout.group("L"):
        for sign, words in [*held, ("shaded", on.labels.shaded)]:
            text = Tagged(Tagged(Text(words, TABLE, WIDTH - 60), "LBody"), "LI")
            on.layout.put(Beside([(0, Sample(sign)), (60, text)], middle=True))
            on.layout.gap(3)


def overview(on: Sheet) -> None:
    """All in sentences, on one page if a page can hold them."""
    blocks = [*_overview(on)]
    on.heading(on.labels.overview, sum(block.height for block in blocks) + BELOW)
    for block in blocks:
        on.layout.put(block)


def _overview(on: Sheet) -> list[Block]:
    report, labels = on.report, on.labels
    blocks: list[Block] = [_overall_card(on)]
    sides = ((labels.strengths, report.strengths), (labels.improvements, report.improvements))
    told = [(title, said) for title, said in sides if said]
    if told:
        width = (WIDTH - GUTTER * (len(told) - 1)) / len(told)
        columns = [sentences(title, said, width) for title, said in told]
        beside = [(n * (width + GUTTER), column) for n, column in enumerate(columns)]
        blocks += [Gap(11), Beside(beside)]
    for title, said in ((labels.gaps, report.gaps), (labels.wishes, report.wishes)):
        if said:
            blocks += [Gap(10), sentences(title, said, WIDTH)]
    return blocks


def _overall_card(on: Sheet) -> Card:
    report, inner = on.report, WIDTH - 24
    blocks: list[Block] = [Text(report.headline, LEAD, inner)] if report.headline else []
    if report.overall:
        blocks.append(_Overall(report.overall, report.groups, on.labels, inner))
    if report.overall and report.overall.gap_note:
        blocks.append(Text(report.overall.gap_note, SMALL, inner))
    if report.weights_text:
        blocks.append(Text(report.weights_text, SMALL, inner))
    return Card(Stack(blocks, gap=9), WIDTH, PANEL, 12, edge=PRIMARY)


class _Overall:
    """The number by itself, and beside it the groups on the scale."""

    NUMBER, NAMES, LANE = 104.0, 190.0, 14.0  # NAMES: at most

    def __init__(
        self, row: ReportRow, groups: Sequence[ReportGroup], labels: Labels, width: float
    ) -> None:
        self.row, self.groups, self.labels = row, groups, labels
        self._names = [self._name(*pair) for pair in zip(groups, row.cells, strict=True)]
        widths = [name.face.width(line, SMALL.size) for name in self._names for line in name.lines]
        self._left = self.NUMBER + 12 + max(widths, default=0) + 16
        self._scale = Scale(row.low, row.high, width - self._left)
        gap = row.gap_text if row.gap is None else f"{labels.gap} {row.gap_text}"
        style = FIGURE if isinstance(row.others, ShownCell) else TABLE
        self._number = Stack(
            [
                Text(row.label, SMALL, self.NUMBER - 14, 3),
                Text(row.others.text, style, self.NUMBER - 14, 4),
                Text(gap, SMALL, self.NUMBER - 14, 3),
            ]
        )
        self.height = max(len(groups) * self.LANE + 12, self._number.height)

    def _name(self, group: ReportGroup, cell: ReportCell) -> Text:
        type_ = SMALL.in_colour(INK if isinstance(cell, ShownCell) else MUTED)
        return Text(f"{group.label}  {cell.text}", type_, self.NAMES, 1)

    def paint(self, paper: Paper, x: float, top: float) -> None:
        self._number.paint(paper, x, top - (self.height - self._number.height) / 2)
        left = x + self.NUMBER
        for place, (group, name) in enumerate(zip(self.groups, self._names, strict=True)):
            down = top - place * self.LANE
            sign = MarkerSign(group.marker)
            sign.paint(paper, left, down - (self.LANE - sign.height) / 2)
            name.paint(paper, left + 12, down - (self.LANE - name.height) / 2)
        self._paint_chart(paper, x + self._left, top)

    def _paint_chart(self, paper: Paper, x: float, top: float) -> None:
        scale, height = self._scale, len(self.groups) * self.LANE
        lanes = Lanes(self.row, self.groups, scale, height, every=True)
        words = self.labels.chart.format(low=scale.low, high=scale.high)
        with paper.figure(f"{words}: {lanes.words(self.labels)}"):
            lanes.paint(paper, x, top)
            Axis(scale).paint(paper, x, top - height - 1)
