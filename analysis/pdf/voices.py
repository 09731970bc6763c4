"""What was written: what it is about and how it sounds, then every comment word for word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from analysis.pdf.charts import MarkerSign, Shares
from analysis.pdf.layout import Beside, Block, Gap, Stack
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
SHORT, BETWEEN = 3, 4.5  # lines of a comment that is not cut; air between two


def comments(on: Sheet) -> None:
    report = on.report
    if not (report.comments or report.comments_note):
        return
    note = Text(report.comments_note, BODY.in_colour(MUTED), WIDTH)
    header, rows = _themes(on, report.themes) if report.themes else (Gap(0), [])
    follow = sum(block.height for block in (header, *rows[:2])) or 40.0 * bool(report.comments)
    on.heading(on.labels.comments, note.height + 4 + follow)
    if report.comments_note:
        on.layout.put_text(note)
        on.layout.gap(4)
    if rows:
        on.layout.put_table(header, rows, whole=0)  # it stays with the title, if not whole
    markers = {group.label: group.marker for group in report.groups}
    for question, blocks in groupby(report.comments, key=lambda block: block.question):
        first, *others = blocks
        on.subheading(question, _Said.of(on, first.comments[0]).least)
        for block in (first, *others):
            _block(on, block, markers.get(block.group))


def _themes(on: Sheet, themes: Sequence[ThemeRow]) -> tuple[Block, list[Block]]:
    """Theme by theme how many comments sound how, and one of each kind side by side."""
    if not any(theme.praise or theme.wish for theme in themes):
        return _counts(on, themes)
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
    return header, rows


def _counts(on: Sheet, themes: Sequence[ThemeRow]) -> tuple[Block, list[Block]]:
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
    return head_row((on.labels.theme, "", ""), widths, 2), rows


@dataclass(frozen=True)
class _Said:
    """One comment as it is set."""

    comment: ReportComment
    text: Text
    tone: Text

    @classmethod
    def of(cls, on: Sheet, comment: ReportComment) -> _Said:
        colour = SENTIMENT_COLOURS.get(comment.sentiment, MUTED)
        return cls(
            comment,
            Text(comment.text, READING, WIDTH - NAME - TONE),
            Text(comment.sentiment_text, SMALL.in_colour(colour), TONE - 8, 2),
        )

    @property
    def least(self) -> float:
        """How much of it stands together: all of a short one."""
        lines = len(self.text.lines)
        return (lines if lines <= SHORT else 2) * READING.leading


def _block(on: Sheet, block: CommentBlock, marker: Marker | None) -> None:
    """The comments of one group, its name beside them on every page."""
    label = f"{block.group} ({len(block.comments)})"
    name: Block = Text(label, TABLE.strong().in_colour(INK), NAME - 20, 3)
    if marker:
        name = Beside([(0, MarkerSign(marker)), (12, name)])
    said = [_Said.of(on, comment) for comment in block.comments]
    with on.layout.group("L"):
        page = 0
        for number, one in enumerate(said):
            # The last one is not left alone on the next page.
            after = said[-1].least + BETWEEN if number == len(said) - 2 else 0.0
            _comment(on, one, name, after, first=page == 0, again=page != len(on.layout.pages))
            page = len(on.layout.pages)


def _comment(
    on: Sheet, said: _Said, name: Block, after: float, *, first: bool, again: bool
) -> None:
    layout, before = on.layout, len(on.layout.pages)
    layout.need(max(said.least + after, name.height if first else 0))
    if first or again or before != len(layout.pages):
        layout.beside(name, repeated=not first)
    language = other_language(said.comment.text, on.report.language)
    with layout.group("LI"), layout.group("LBody", language=language):
        layout.beside(Stack([said.tone]), x=WIDTH - TONE + 8)
        layout.put_text(said.text, x=NAME)
    layout.gap(BETWEEN)
