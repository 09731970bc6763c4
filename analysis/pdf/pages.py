"""The sections of a report, in reading order: from the general to the particular."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from analysis.cycle_summary import Section
from analysis.pdf.charts import NOT_ASKED, Axis, DotRow, Key, Scale, Shares
from analysis.pdf.cover import Cover
from analysis.pdf.labels import LABELS, Labels
from analysis.pdf.layout import Beside, Block, Card, Gap, Heading, Layout, Placed, Ruled, Stack
from analysis.pdf.pieces import Bulleted, ScaleStrip
from analysis.pdf.style import (
    BODY,
    FIGURE,
    GUTTER,
    H1,
    H2,
    LEAD,
    MUTED,
    NAVY,
    NOTE,
    PAGE_HEIGHT,
    PANEL,
    READING,
    SENTIMENT_COLOURS,
    SMALL,
    TABLE,
    WIDTH,
)
from analysis.pdf.tables import (
    Columns,
    ScoreHeader,
    ScoreRow,
    group_row,
    not_asked_text,
    text_row,
)
from analysis.pdf.text import Text, one_line
from analysis.report import (
    CommentBlock,
    ManagerReport,
    ReportComment,
    ReportRow,
    ShownCell,
    ThemeRow,
)


@dataclass
class Pages:
    """One report being laid out, section by section."""

    report: ManagerReport
    layout: Layout = field(default_factory=Layout)

    @property
    def labels(self) -> Labels:
        return LABELS[self.report.language]

    def lay_out(self) -> list[list[Placed]]:
        self.layout.pages.append([Placed(Cover(self.report, self.labels), 0, PAGE_HEIGHT)])
        self.how_to_read()
        self.overview()
        self.competencies()
        self.perception()
        self.items()
        self.recommendations()
        self.comments()
        self.trend()
        self.suggestions()
        self.reliability()
        self.method()
        return self.layout.pages

    # Headings

    def heading(self, title: str, follow: float) -> None:
        """Open a section; ``follow`` is how much of it must stand below its title."""
        self.layout.gap(26)
        self.layout.put(self._heading(title, 0), follow=follow + 8)
        self.layout.gap(6)

    def subheading(self, title: str, follow: float) -> None:
        self.layout.gap(14)
        self.layout.put(Text(title, H2, WIDTH, 3), follow=follow + 4)
        self.layout.gap(4)

    def _heading(self, title: str, level: int) -> Heading:
        self.layout.headings += 1
        style = H1 if level == 0 else H2
        return Heading(
            Text(title, style, WIDTH, 3), one_line(title), f"s{self.layout.headings}", level
        )

    # Sections

    def how_to_read(self) -> None:
        report, labels = self.report, self.labels
        self.heading(labels.how_to_read, 40)
        for paragraph in report.reading:
            self.layout.put_text(Text(paragraph, READING, WIDTH))
            self.layout.gap(5)
        if report.scale:
            strip = ScaleStrip(report.scale)
            self.subheading(labels.scale, strip.height)
            self.layout.put(strip)
            self.layout.gap(5)
            if report.cannot_judge.strip():
                words = labels.not_counted.format(answer=report.cannot_judge)
                self.layout.put(Text(words, SMALL, WIDTH, 3))
        if report.groups:
            widths = (150.0, 60.0, 90.0, WIDTH - 300)
            note = labels.note if any(group.note for group in report.groups) else ""
            names = (labels.group, labels.invited, labels.answered, note)
            self.subheading(labels.groups, 60)
            rows = [group_row(group, widths) for group in report.groups]
            self.layout.put_table(text_row(names, widths, SMALL), rows)

    def overview(self) -> None:
        report, labels = self.report, self.labels
        card = self._overall_card()
        self.heading(labels.overview, card.height)
        self.layout.put(card)
        sides = ((labels.strengths, report.strengths), (labels.improvements, report.improvements))
        told = [(title, sentences) for title, sentences in sides if sentences]
        if told:
            width = (WIDTH - GUTTER * (len(told) - 1)) / len(told)
            blocks = [self._sentences(title, sentences, width) for title, sentences in told]
            self.layout.gap(18)
            self.layout.put(
                Beside([(n * (width + GUTTER), block) for n, block in enumerate(blocks)])
            )
        for title, sentences in ((labels.gaps, report.gaps), (labels.wishes, report.wishes)):
            if sentences:
                self.layout.gap(14)
                self.layout.put(self._sentences(title, sentences, WIDTH))

    def _overall_card(self) -> Card:
        report, inner = self.report, WIDTH - 28
        blocks: list[Block] = [Text(report.headline, LEAD, inner)] if report.headline else []
        if report.overall:
            blocks.append(self._overall_figure(report.overall, inner))
        if report.weights_text:
            blocks.append(Text(report.weights_text, SMALL, inner))
        return Card(Stack(blocks, gap=8), WIDTH, PANEL, 14, edge=NAVY)

    def _overall_figure(self, row: ReportRow, width: float) -> Beside:
        """The number by itself, and beside it the groups on the scale."""
        left = 118.0
        groups = self.report.groups
        scale = Scale(row.low, row.high, width - left)
        style = FIGURE if isinstance(row.others, ShownCell) else TABLE
        gap = row.gap_text if row.gap is None else f"{self.labels.gap} {row.gap_text}"
        number = Stack(
            [
                Text(row.label, SMALL, left - 14, 3),
                Text(row.others.text, style, left - 14, 4),
                Text(gap, SMALL, left - 14, 3),
            ]
        )
        dots = DotRow(row, groups, scale, 32)
        chart = Stack([Axis(scale), dots, Gap(4), Key(row, groups, scale.width)])
        return Beside([(0, number), (left, chart)])

    def _sentences(self, title: str, sentences: Sequence[str], width: float) -> Stack:
        parts: list[Block] = [Ruled(Text(title, H2, width), width, 2)]
        parts += [Bulleted(Text(sentence, TABLE, width - 12)) for sentence in sentences]
        return Stack(parts, gap=5)

    def competencies(self) -> None:
        rows = self.report.competencies
        if rows:
            self._score_table(self.labels.competencies, rows, self.labels.competency, chart=True)

    def _score_table(
        self,
        title: str,
        rows: Sequence[ReportRow],
        first: str,
        *,
        chart: bool,
        level: int = 0,
        above: Sequence[Block] = (),
    ) -> None:
        """A table under its title; title, what stands ``above`` and the legend stay with rows."""
        columns = Columns(self.report.groups, chart)
        header = ScoreHeader(first, columns, rows[0], self.labels)
        self.layout.gap(16 if level else 22)
        lead: list[Block] = [*above, self._heading(title, level), Gap(4)]
        blocks: list[Block] = [ScoreRow(row, columns, self.labels) for row in rows]
        if chart:
            blocks[-1] = Stack([blocks[-1], Gap(4), self._legend(rows, self.labels.bar)])
        self.layout.put_table(header, blocks, lead=lead)

    def _legend(self, rows: Sequence[ReportRow], first: str) -> Text:
        """What the signs in these rows mean."""
        parts = [first]
        if first == self.labels.bar and any(row.margin is not None for row in rows):
            parts.append(self.labels.likely)
        not_asked = not_asked_text(rows, self.report.groups)
        if not_asked:
            parts.append(self.labels.sign.format(sign=NOT_ASKED, text=not_asked))
        if any(row.reverse for row in rows):
            parts.append(self.labels.reverse_legend)
        return Text(" · ".join(parts), SMALL, WIDTH)

    def perception(self) -> None:
        """The competencies in columns: seen higher by oneself, seen lower, seen alike."""
        told = self.report.perception
        if not told:
            return
        width = (WIDTH - GUTTER * (len(told) - 1)) / len(told)
        columns: list[tuple[float, Block]] = []
        for number, group in enumerate(told):
            inner = width - 24
            parts: list[Block] = [Text(group.title, H2, inner, 3), Text(group.meaning, NOTE, inner)]
            parts += [Bulleted(Text(name, TABLE, inner - 12)) for name in group.competencies]
            card = Card(Stack(parts, gap=5), width, PANEL, 12)
            columns.append((number * (width + GUTTER), card))
        row = Beside(columns)
        self.heading(self.labels.perception, row.height)
        self.layout.put(row)

    def trend(self) -> None:
        trend = self.report.trend
        if trend is None:
            return
        self.heading(self.labels.trend, 80)
        self.layout.put_text(Text(self.labels.trend_note, SMALL, WIDTH))
        self.layout.gap(6)
        number, last = 72.0, 110.0
        first = WIDTH - last - number * len(trend.cycles)
        widths = (first, *(number for _ in trend.cycles), last)
        header = text_row(
            (self.labels.competency, *trend.cycles, self.labels.change), widths, SMALL
        )
        rows = [
            text_row((row.label, *(cell.text for cell in row.cells), row.change_text), widths)
            for row in trend.rows
        ]
        self.layout.put_table(header, rows)

    def items(self) -> None:
        sections = [section for section in self.report.sections if section.rows]
        if not sections:
            return
        rows = [row for section in sections for row in section.rows]
        legend = self._legend(rows, self.labels.shaded)
        above: list[Block] = [self._heading(self.labels.items, 0), Gap(6), legend, Gap(16)]
        self.layout.gap(10)
        for section in sections:
            self._score_table(
                section.title, section.rows, self.labels.item, chart=False, level=1, above=above
            )
            above = []

    def recommendations(self) -> None:
        rows = self.report.recommendations
        if rows:
            self._score_table(self.labels.recommendations, rows, self.labels.item, chart=True)

    def comments(self) -> None:
        report = self.report
        if not (report.comments or report.comments_note):
            return
        self.heading(self.labels.comments, 70)
        if report.comments_note:
            self.layout.put_text(Text(report.comments_note, BODY.in_colour(MUTED), WIDTH))
        if report.themes:
            self._themes(report.themes)
        for question, blocks in groupby(report.comments, key=lambda block: block.question):
            self.subheading(question, 55)
            for block in blocks:
                self._comment_block(block)

    def _themes(self, themes: Sequence[ThemeRow]) -> None:
        """Theme by theme how many comments sound how, and one of each kind side by side."""
        labels, widths = self.labels, (150.0, (WIDTH - 150) / 2, (WIDTH - 150) / 2)
        header = text_row((labels.theme, labels.praise, labels.wish), widths, SMALL)
        rows: list[Block] = []
        for theme in themes:
            name = Stack(
                [
                    Text(theme.label, TABLE.strong(), 142, 3),
                    Shares(theme, 130),
                    Text(theme.text, NOTE, 142),
                ],
                gap=3,
            )
            quotes = [Text(quote, TABLE, widths[1] - 8, 6) for quote in (theme.praise, theme.wish)]
            across = Beside([(0, name), (widths[0], quotes[0]), (widths[0] + widths[1], quotes[1])])
            rows.append(Ruled(across, WIDTH))
        self.layout.put_table(header, rows)

    def _comment_block(self, block: CommentBlock) -> None:
        self.layout.gap(8)
        title = f"{block.group}  ({len(block.comments)})"
        title_block = Ruled(Text(title, TABLE.strong().in_colour(MUTED), WIDTH, 2), WIDTH, 2)
        self.layout.put(title_block, follow=36)
        for comment in block.comments:
            self._comment(comment)

    def _comment(self, comment: ReportComment) -> None:
        margin = 64.0
        colour = SENTIMENT_COLOURS.get(comment.sentiment, MUTED)
        word = Text(comment.sentiment_text, SMALL.in_colour(colour), margin - 8, 2)
        text = Text(comment.text, BODY, WIDTH - margin)
        self.layout.gap(6)
        self.layout.need(min(len(text.lines), 2) * BODY.leading)
        self.layout.beside(Beside([(0, Stack([Gap(2), word]))]))
        self.layout.put_text(text, x=margin)

    def suggestions(self) -> None:
        if not self.report.suggestions:
            return
        self.heading(self.labels.suggestions, 70)
        for competency, sentences in self.report.suggestions:
            self.layout.put(Ruled(Text(competency, H2, WIDTH, 3), WIDTH, 2), follow=30)
            for sentence in sentences:
                self.layout.gap(5)
                self.layout.put(Bulleted(Text(sentence, TABLE, WIDTH - 12)))
            self.layout.gap(12)
        if self.report.audience == "manager":
            self._plan()

    def _plan(self) -> None:
        """An empty table for the first conversation after reading."""
        widths = (WIDTH - 240, 90.0, 150.0)
        header = text_row(self.labels.plan_columns, widths, SMALL)
        lead: list[Block] = [Text(self.labels.plan, H2, WIDTH), Gap(2)]
        self.layout.put_table(header, [Ruled(Gap(22), WIDTH) for _ in range(3)], lead=lead)

    def reliability(self) -> None:
        report, labels = self.report, self.labels
        if not (report.statistics or report.reliability_text):
            return
        self.heading(labels.reliability, 60)
        for sentence in (report.reliability_text, *report.agreement):
            if sentence:
                self.layout.put_text(Text(sentence, BODY, WIDTH))
                self.layout.gap(6)
        for section in report.statistics:
            self._statistics(section)

    def _statistics(self, section: Section) -> None:
        names = tuple(name for name, _ in section.columns)
        widths = _shared_out([names, *(line.values for line in section.lines)])
        rows: list[Block] = [
            text_row((line.name, *line.values), widths, remark=line.remark)
            for line in section.lines
        ]
        explained = self.labels.explained
        legend = "  ".join(explained.format(name=name, text=text) for name, text in section.columns)
        rows[-1] = Stack([rows[-1], Gap(4), Text(legend, SMALL, WIDTH)])
        title = (Text(section.title, H2, WIDTH, 3), Gap(4))
        self.layout.gap(14)
        self.layout.put_table(text_row(("", *names), widths, SMALL), rows, lead=title)

    def method(self) -> None:
        report = self.report
        self.heading(self.labels.method, 60)
        for paragraph in report.method[:-1]:
            self.layout.put_text(Text(paragraph, TABLE, WIDTH))
            self.layout.gap(4)
        # The versions never stand on a page by themselves.
        last = [Text(paragraph, TABLE, WIDTH) for paragraph in report.method[-1:]]
        lines = (report.versions, f"{self.labels.digest}  {report.digest}")
        self.layout.put(Stack([*last, *(Text(line, SMALL, WIDTH) for line in lines)], gap=4))


def _shared_out(rows: Sequence[Sequence[str]]) -> tuple[float, ...]:
    """Widths of a column of names and the columns of ``rows``, by the longest text of each."""
    first, spare = 130.0, 3
    longest = [max(map(len, column)) + spare for column in zip(*rows, strict=True)]
    return (first, *((WIDTH - first) * each / sum(longest) for each in longest))
