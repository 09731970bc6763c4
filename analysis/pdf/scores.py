"""The numbers: competencies, own view and that of others, items, recommendation, agreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.pdf.charts import NOT_ASKED, Sign
from analysis.pdf.labels import Labels
from analysis.pdf.layout import Beside, Block, Bulleted, Card, Gap, Stack, Tagged
from analysis.pdf.sheet import Sheet, subtitle
from analysis.pdf.style import BODY, GUTTER, NOTE, PANEL, SMALL, TABLE, WIDTH
from analysis.pdf.tables import BandRow, Columns, ScoreHeader, ScoreRow, not_asked_text
from analysis.pdf.text import Text
from analysis.report import ReportRow, ShownCell


def competencies(on: Sheet) -> None:
    rows = on.report.competencies
    if not rows:
        return
    columns = Columns.of(on.report, rows, chart=any(map(_shows, rows)))
    header = ScoreHeader(on.labels.competency, columns, rows[0], on.labels)
    blocks = [ScoreRow(row, columns, on.labels) for row in rows]
    above: list[Block] = [Gap(3), _legend(on, rows, chart=columns.chart), Gap(8)]
    on.table(on.labels.competencies, above, header, blocks, whole=0.85)


def _shows(row: ReportRow) -> bool:
    return any(isinstance(cell, ShownCell) for cell in row.cells)


def chart_signs(rows: Sequence[ReportRow], labels: Labels) -> list[tuple[Sign, str]]:
    """The signs that the charts of these rows hold, and what they mean."""
    others = any(isinstance(row.others, ShownCell) for row in rows)
    held: list[tuple[bool, Sign, str]] = [
        (others, "bar", labels.bar),
        (any(row.margin is not None for row in rows), "likely", labels.likely),
        (any(any(row.margins) for row in rows), "whiskers", labels.whiskers),
        (any(row.gap is not None for row in rows), "own_line", labels.own_line),
    ]
    return [(sign, words) for there, sign, words in held if there]


def _legend(on: Sheet, rows: Sequence[ReportRow], *, chart: bool) -> Text:
    labels = on.labels
    parts = [words for _, words in chart_signs(rows, labels)] if chart else []
    if not chart and any(map(_shows, rows)):
        parts.append(labels.shaded)
    not_asked = not_asked_text(rows, on.report.groups)
    if not_asked:
        parts.append(labels.sign.format(sign=NOT_ASKED, text=not_asked))
    if any(row.reverse for row in rows):
        parts.append(labels.reverse_legend)
    return Text(" · ".join(parts), SMALL, WIDTH)


def perception(on: Sheet) -> None:
    """The competencies in columns: seen higher by oneself, seen lower, seen alike."""
    told = on.report.perception
    if not told:
        return
    width = (WIDTH - GUTTER * (len(told) - 1)) / len(told)
    columns: list[tuple[float, Card]] = []
    for number, group in enumerate(told):
        inner = width - 20
        names = Stack([Bulleted(Text(name, TABLE, inner - 12)) for name in group.competencies], 3)
        parts = [subtitle(group.title, inner), Text(group.meaning, NOTE, inner), Tagged(names, "L")]
        columns.append((number * (width + GUTTER), Card(Stack(parts, 4), width, PANEL, 10)))
    tallest = max(card.height for _, card in columns)
    row = Beside([(left, replace(card, least=tallest)) for left, card in columns])
    on.heading(on.labels.perception, row.height)
    on.layout.put(row)


def items(on: Sheet) -> None:
    """One table over all competencies, so that shades can be compared at a glance."""
    sections = [section for section in on.report.sections if section.rows]
    if not sections:
        return
    rows = [row for section in sections for row in section.rows]
    columns = Columns.of(on.report, rows, chart=False)
    blocks: list[Block] = []
    for section in sections:
        band = BandRow(section.title, section.agreement, columns, on.key())
        first, *others = (ScoreRow(row, columns, on.labels) for row in section.rows)
        blocks += [Stack([band, first]), *others]
    legend: list[Block] = [_legend(on, rows, chart=False)]
    if any(any(section.agreement) for section in sections):
        legend.append(Text(on.labels.agreement_legend, SMALL, WIDTH))
    header = ScoreHeader(on.labels.item, columns, rows[0], on.labels)
    on.table(on.labels.items, [Gap(3), *legend, Gap(6)], header, blocks, whole=1)


def recommendations(on: Sheet) -> None:
    rows = on.report.recommendations
    if not rows:
        return
    columns = Columns.of(on.report, rows, chart=any(map(_shows, rows)))
    header = ScoreHeader(on.labels.item, columns, rows[0], on.labels)
    blocks = [ScoreRow(row, columns, on.labels) for row in rows]
    above: list[Block] = [Gap(3), _legend(on, rows, chart=columns.chart), Gap(6)]
    on.table(on.labels.recommendations, above, header, blocks)


def agreement(on: Sheet) -> None:
    told = on.report.agreement
    if not told:
        return
    blocks = Stack([Bulleted(Text(sentence, BODY, WIDTH - 12)) for sentence in told], 4)
    on.heading(on.labels.agreement, blocks.height)
    on.layout.put(Tagged(blocks, "L"))
