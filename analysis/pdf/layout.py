"""Blocks on pages: everything is measured and placed first, then painted.

So the number of pages is known when the first footer is painted, and a block is never split by
accident: what may run over a page end is handed over in pieces.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from analysis.pdf.paper import Paper
from analysis.pdf.style import BOTTOM, HAIRLINE, HEIGHT, MARGIN, PRIMARY, TOP, Paint
from analysis.pdf.tags import Element, Kind
from analysis.pdf.text import Text

EMPTY = HEIGHT * 0.6  # more than so much of a page is not left empty for what comes next


class Block(Protocol):
    """Something of known height that paints itself downwards from ``top``."""

    @property
    def height(self) -> float: ...

    def paint(self, paper: Paper, x: float, top: float) -> None: ...


@dataclass(frozen=True)
class Placed:
    block: Block
    x: float
    top: float
    element: Element  # what it is a part of
    repeated: bool = False  # the heading of a table, said once already


@dataclass(frozen=True)
class Gap:
    height: float

    def paint(self, paper: Paper, x: float, top: float) -> None:
        pass


class Stack:
    """Blocks one below the other."""

    def __init__(self, blocks: Sequence[Block], gap: float = 0) -> None:
        self.blocks, self.gap = blocks, gap
        self.height = sum(b.height for b in blocks) + gap * max(len(blocks) - 1, 0)

    def paint(self, paper: Paper, x: float, top: float) -> None:
        for block in self.blocks:
            block.paint(paper, x, top)
            top -= block.height + self.gap


class Beside:
    """Blocks side by side, each at its distance from the left."""

    def __init__(self, blocks: Sequence[tuple[float, Block]], middle: bool = False) -> None:
        self.blocks, self.middle = blocks, middle
        self.height = max((block.height for _, block in blocks), default=0)

    def paint(self, paper: Paper, x: float, top: float) -> None:
        for left, block in self.blocks:
            down = (self.height - block.height) / 2 if self.middle else 0
            block.paint(paper, x + left, top - down)


@dataclass(frozen=True)
class Card:
    """A block on a panel."""

    block: Block
    width: float
    fill: Paint
    padding: float = 12
    edge: Paint | None = None
    least: float = 0  # as high as its neighbours

    @property
    def height(self) -> float:
        return max(self.block.height + 2 * self.padding, self.least)

    def paint(self, paper: Paper, x: float, top: float) -> None:
        paper.fill(self.fill)
        paper.rounded(x, top - self.height, self.width, self.height, 4)
        if self.edge:
            paper.fill(self.edge)
            paper.rect(x, top - self.height + 4, 2.5, self.height - 8)
        self.block.paint(paper, x + self.padding, top - self.padding)


@dataclass(frozen=True)
class Ruled:
    """A block with air around it and a hairline below."""

    block: Block
    width: float
    padding: float = 4

    @property
    def height(self) -> float:
        return self.block.height + 2 * self.padding

    def paint(self, paper: Paper, x: float, top: float) -> None:
        self.block.paint(paper, x, top - self.padding)
        paper.stroke(HAIRLINE, 0.5)
        paper.line(x, top - self.height, x + self.width, top - self.height)


@dataclass(frozen=True)
class Tagged:
    """A block that is one element of the structure, such as a list or a row."""

    block: Block
    kind: Kind
    scope: str = ""

    @property
    def height(self) -> float:
        return self.block.height

    def paint(self, paper: Paper, x: float, top: float) -> None:
        with paper.group(self.kind, scope=self.scope):
            self.block.paint(paper, x, top)


@dataclass(frozen=True)
class Bulleted:
    """A sentence behind a small square: one entry of a list."""

    text: Text

    @property
    def height(self) -> float:
        return self.text.height

    def paint(self, paper: Paper, x: float, top: float) -> None:
        paper.fill(PRIMARY)
        paper.rect(x + 1, top - self.text.type.leading / 2 - 1.6, 3.2, 3.2)
        with paper.group("LI"), paper.group("LBody"):
            self.text.paint(paper, x + 12, top)


@dataclass(frozen=True)
class Heading:
    """A title that also stands in the outline of the document."""

    text: Text
    title: str
    key: str
    level: int = 0

    @property
    def height(self) -> float:
        return self.text.height

    def paint(self, paper: Paper, x: float, top: float) -> None:
        paper.bookmark(self.key, self.title, self.level, top + 8)
        with paper.group("H1" if self.level == 0 else "H2"):
            self.text.paint(paper, x, top)


class Layout:
    """The pages under construction and the place where the next block goes."""

    def __init__(self) -> None:
        self.pages: list[list[Placed]] = []
        self.cursor = BOTTOM
        self.root = self._element = Element("Document")
        self.first_page = 0  # of the last table

    @property
    def room(self) -> float:
        return self.cursor - BOTTOM

    @property
    def at_top(self) -> bool:
        return self.cursor == TOP

    def new_page(self) -> None:
        self.pages.append([])
        self.cursor = TOP

    @contextmanager
    def group(self, kind: Kind, **facts: Any) -> Iterator[None]:
        """What is placed now is a part of one element, on however many pages."""
        before = self._element
        self._element = Element(kind, before, **facts)
        yield
        self._element = before

    def need(self, height: float) -> None:
        """Go on to the next page unless ``height`` fits on this one (or on none)."""
        if self.room < min(height, HEIGHT) - 0.01 and not (self.pages and self.at_top):
            self.new_page()

    def put(self, block: Block, *, x: float = 0, follow: float = 0, repeated: bool = False) -> None:
        """Place ``block`` where it and ``follow`` points of what comes after it fit."""
        self.need(block.height + follow)
        self.beside(block, x=x, repeated=repeated)
        self.cursor -= block.height

    def beside(self, block: Block, *, x: float = 0, repeated: bool = False) -> None:
        """Place ``block`` at the cursor without moving it: what follows stands beside it."""
        placed = Placed(block, MARGIN + x, self.cursor, self._element, repeated)
        self.pages[-1].append(placed)

    def gap(self, height: float) -> None:
        """Air between blocks; none at the top of a page."""
        if self.pages and not self.at_top:
            self.cursor -= min(height, self.room)

    def put_text(self, text: Text, *, x: float = 0) -> None:
        """Place a text that may run over page ends, never with a single line left alone."""
        start, count = 0, len(text.lines)
        while start < count:
            rest = count - start
            self.need(min(rest, 3 if rest == 3 else 2) * text.type.leading)
            fits = min(rest, int((self.room + 0.01) // text.type.leading) or 1)
            if rest - fits == 1 and fits > 2:
                fits -= 1
            self.put(text.part(start, start + fits), x=x)
            start += fits

    def put_table(
        self,
        header: Block,
        rows: Sequence[Block],
        *,
        lead: Sequence[Block] = (),
        whole: float = 1 / 3,
    ) -> None:
        """Place rows below a header that is repeated on every page.

        ``lead`` (a title) stays with the first rows. A table that takes up to ``whole`` of a page
        goes to the next page rather than being cut, unless that would leave most of this one
        empty. The last row never stands alone.
        """
        above = sum(block.height for block in lead) + header.height
        total = above + sum(row.height for row in rows)
        first = above + sum(row.height for row in rows[:2])
        self.need(total if total <= HEIGHT * whole and self.room < EMPTY else first)
        self.first_page = len(self.pages)
        for block in lead:
            self.put(block)
        with self.group("Table"):
            self.put(header)
            for number, row in enumerate(rows):
                last = rows[-1].height if number == len(rows) - 2 else 0
                if self.room < row.height + last - 0.01:
                    self.new_page()
                    self.put(header, repeated=True)
                self.put(row)
