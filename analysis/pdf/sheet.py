"""What the sections of a report share: the report, the words of the layout, headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from analysis.pdf.labels import Labels
from analysis.pdf.layout import Block, Bulleted, Heading, Layout, Ruled, Stack, Tagged
from analysis.pdf.style import BODY, H1, H2, WIDTH, Type
from analysis.pdf.text import Text, one_line
from analysis.report import ManagerReport

ABOVE, BELOW = 18.0, 6.0  # air around the title of a section


@dataclass(frozen=True)
class Entry:
    """One line of the table of contents."""

    title: str
    key: str
    page: int


@dataclass
class Sheet:
    """One report being laid out."""

    report: ManagerReport
    labels: Labels
    layout: Layout = field(default_factory=Layout)
    contents: list[Entry] = field(default_factory=list)
    _keys: int = 0

    def key(self) -> str:
        """A name for the next place that something leads to."""
        self._keys += 1
        return f"s{self._keys}"

    def heading(self, title: str, follow: float) -> None:
        """Open a section; ``follow`` is how much of it must stand below its title."""
        block = self.title(title)
        self.layout.gap(ABOVE)
        self.layout.put(block, follow=follow + BELOW)
        self.enter(block)
        self.layout.gap(BELOW)

    def title(self, title: str) -> Heading:
        return Heading(Text(title, H1, WIDTH, 3), one_line(title), self.key())

    def enter(self, heading: Heading) -> None:
        """Put a title that was placed on this page into the table of contents."""
        self.contents.append(Entry(heading.title, heading.key, len(self.layout.pages)))

    def subheading(self, title: str, follow: float) -> None:
        self.layout.gap(12)
        self.layout.put(subtitle(title, WIDTH), follow=follow + 4)
        self.layout.gap(4)

    def table(
        self,
        title: str,
        above: Sequence[Block],
        header: Block,
        rows: Sequence[Block],
        whole: float = 1 / 3,
    ) -> None:
        """A section that is a table; its title and what stands ``above`` stay with the rows."""
        heading = self.title(title)
        self.layout.gap(ABOVE)
        self.layout.put_table(header, rows, lead=[heading, *above], whole=whole)
        self.contents.append(Entry(heading.title, heading.key, self.layout.first_page))


def subtitle(title: str, width: float) -> Block:
    return Tagged(Text(title, H2, width, 14), "H2")


def sentences(
    title: str, told: Sequence[str], width: float, type_: Type = BODY, gap: float = 4
) -> Stack:
    """A title over a rule, and a list of sentences."""
    bullets = Stack([Bulleted(Text(sentence, type_, width - 12)) for sentence in told], gap)
    return Stack([Ruled(subtitle(title, width), width, 2), Tagged(bullets, "L")], 6)
