"""What was written: what it is about and how it sounds, then every comment word for word."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from analysis.pdf.charts import MarkerSign, Shares
from analysis.pdf.layout import Beside, Block, Stack
from analysis.pdf.sheet import Sheet
from analysis.pdf.style import (
    BODY,
    CELL,
    INK,
    MUTED,
    NOTE,
    READING,
    SENTIMENT_COLOURS,
    SMALL,
    TABLE,
    WIDTH,
)
from analysis.pdf.tables import block_row, head_row
from analysis.pdf.text import Text, other_language
from analysis.report import CommentBlock, Marker, ReportComment, ThemeRow

NAME, TONE = 84.0, 62.0  # columns of the group and of how a comment sounds
THEME = 150.0


def comments(on: Sheet) -> None:
    report = on.report
    if not (report.comments or report.comments_note):
        return
    on.heading(on.labels.comments, 70)
    if report.comments_note:
        on.layout.put_text(Text(report.comments_note, BODY.in_colour(MUTED), WIDTH))
        on.layout.gap(4)
    if report.themes:
        _themes(on, report.themes)
    markers = {group.label: group.marker for group in report.groups}
    for question, blocks in groupby(report.comments, key=lambda block: block.question):
        on.subheading(question, 30)
        for block in blocks:
            _block(on, block, markers.get(block.group))


def _themes(on: Sheet, themes: Sequence[ThemeRow]) -> None:
    """Theme by theme how many comments sound how, and one of each kind side by side."""
    if not any(theme.praise or theme.wish for theme in themes):
        _counts(on, themes)
        return
    labels, quoted = on.labels, (WIDTH - THEME) / 2
    widths = (THEME, quoted, quoted)
    header = head_row((labels.theme, labels.praise, labels.wish), widths, 2)
    rows: list[Block] = []
    for theme in themes:
        name = Stack(
            [
                Text(theme.label, CELL.strong(), THEME - 12, 3),
                Shares(theme, THEME - 24),
                Text(theme.text, NOTE, THEME - 12),
            ],
            gap=1.5,
        )
        quotes = [Text(quote, CELL, quoted - 10, 6) for quote in (theme.praise, theme.wish)]
        rows.append(block_row([name, *quotes], widths, 2.5))
    on.layout.put_table(header, rows)


def _counts(on: Sheet, themes: Sequence[ThemeRow]) -> None:
    """The same where nothing may be quoted."""
    widths = (THEME, THEME, WIDTH - 2 * THEME)
    rows = [
        block_row(
            [
                Text(theme.label, CELL.strong(), THEME - 12, 3),
                Shares(theme, THEME - 24),
                Text(theme.text, CELL, widths[2] - 12),
            ],
            widths,
        )
        for theme in themes
    ]
    on.layout.put_table(head_row((on.labels.theme, "", ""), widths, 2), rows)


def _block(on: Sheet, block: CommentBlock, marker: Marker | None) -> None:
    """The comments of one group, its name beside them on every page."""
    label = f"{block.group} ({len(block.comments)})"
    name: Block = Text(label, TABLE.strong().in_colour(INK), NAME - 20, 3)
    if marker:
        name = Beside([(0, MarkerSign(marker)), (12, name)])
    with on.layout.group("L"):
        page = 0
        for comment in block.comments:
            _comment(on, comment, name, first=page == 0, again=page != len(on.layout.pages))
            page = len(on.layout.pages)


def _comment(on: Sheet, comment: ReportComment, name: Block, *, first: bool, again: bool) -> None:
    layout = on.layout
    text = Text(comment.text, READING, WIDTH - NAME - TONE)
    colour = SENTIMENT_COLOURS.get(comment.sentiment, MUTED)
    tone = Text(comment.sentiment_text, SMALL.in_colour(colour), TONE - 8, 2)
    before = len(layout.pages)
    layout.need(max(min(len(text.lines), 2) * READING.leading, name.height if first else 0))
    if first or again or before != len(layout.pages):
        layout.beside(name, repeated=not first)
    language = other_language(comment.text, on.report.language)
    with layout.group("LI"), layout.group("LBody", language=language):
        layout.beside(Stack([tone]), x=WIDTH - TONE + 8)
        layout.put_text(text, x=NAME)
    layout.gap(4.5)
