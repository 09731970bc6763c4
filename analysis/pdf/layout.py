"""Blocks on pages: everything is measured and placed first, then painted.

So the number of pages is known when the first footer is painted, and a block is never split by
accident: what may run over a page end is handed over in pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from analysis.pdf.style import BOTTOM, HAIRLINE, HEIGHT, MARGIN, TOP
from analysis.pdf.text import Text


class Block(Protocol):
    """Something of known height that paints itself downwards from ``top``."""

    @property
    def height(self) -> float: ...

    def paint(self, canvas: Canvas, x: float, top: float) -> None: ...


@dataclass(frozen=True)
class Placed:
    block: Block
    x: float
    top: float


@dataclass(frozen=True)
class Gap:
    height: float

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        pass


@dataclass(frozen=True)
class Stack:
    """Blocks one below the other."""

    blocks: Sequence[Block]
    gap: float = 0

    @property
    def height(self) -> float:
        return sum(b.height for b in self.blocks) + self.gap * max(len(self.blocks) - 1, 0)

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        for block in self.blocks:
            block.paint(canvas, x, top)
            top -= block.height + self.gap


@dataclass(frozen=True)
class Beside:
    """Blocks side by side, each at its distance from the left."""

    blocks: Sequence[tuple[float, Block]]
    middle: bool = False

    @property
    def height(self) -> float:
        return max((block.height for _, block in self.blocks), default=0)

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        for left, block in self.blocks:
            down = (self.height - block.height) / 2 if self.middle else 0
            block.paint(canvas, x + left, top - down)


@dataclass(frozen=True)
class Card:
    """A block on a panel."""

    block: Block
    width: float
    fill: Color
    padding: float = 12
    edge: Color | None = None

    @property
    def height(self) -> float:
        return self.block.height + 2 * self.padding

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        canvas.setFillColor(self.fill)
        canvas.roundRect(x, top - self.height, self.width, self.height, 4, stroke=0, fill=1)
        if self.edge:
            canvas.setFillColor(self.edge)
            canvas.rect(x, top - self.height + 4, 2.5, self.height - 8, stroke=0, fill=1)
        self.block.paint(canvas, x + self.padding, top - self.padding)


@dataclass(frozen=True)
class Ruled:
    """A table row: a block with air around it and a hairline below."""

    block: Block
    width: float
    padding: float = 4

    @property
    def height(self) -> float:
        return self.block.height + 2 * self.padding

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        self.block.paint(canvas, x, top - self.padding)
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.5)
        canvas.line(x, top - self.height, x + self.width, top - self.height)


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

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        canvas.bookmarkHorizontalAbsolute(self.key, top + 8)
        canvas.addOutlineEntry(self.title, self.key, level=self.level)
        self.text.paint(canvas, x, top)


class Layout:
    """The pages under construction and the place where the next block goes."""

    def __init__(self) -> None:
        self.pages: list[list[Placed]] = []
        self.cursor = BOTTOM
        self.headings = 0

    @property
    def room(self) -> float:
        return self.cursor - BOTTOM

    @property
    def at_top(self) -> bool:
        return self.cursor == TOP

    def new_page(self) -> None:
        self.pages.append([])
        self.cursor = TOP

    def need(self, height: float) -> None:
        """Go on to the next page unless ``height`` fits on this one (or on none)."""
        if self.room < min(height, HEIGHT) and not (self.pages and self.at_top):
            self.new_page()

    def put(self, block: Block, *, x: float = 0, follow: float = 0) -> None:
        """Place ``block`` where it and ``follow`` points of what comes after it fit."""
        self.need(block.height + follow)
        self.pages[-1].append(Placed(block, MARGIN + x, self.cursor))
        self.cursor -= block.height

    def beside(self, block: Block) -> None:
        """Place ``block`` at the cursor without moving it: what follows stands beside it."""
        self.pages[-1].append(Placed(block, MARGIN, self.cursor))

    def gap(self, height: float) -> None:
        """Air between blocks; none at the top of a page."""
        if self.pages and not self.at_top:
            self.cursor -= min(height, self.room)

    def put_text(self, text: Text, *, x: float = 0, follow: float = 0) -> None:
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
        self, header: Block, rows: Sequence[Block], *, lead: Sequence[Block] = ()
    ) -> None:
        """Place rows below a header that is repeated on every page.

        ``lead`` (a title) stays with the first rows; a table that fits on a page and would be
        cut in less than a third of one goes to the next page whole.
        """
        above = sum(block.height for block in lead) + header.height
        total = above + sum(row.height for row in rows)
        first = above + sum(row.height for row in rows[:2])
        self.need(total if total <= HEIGHT / 3 else first)
        for block in (*lead, header):
            self.put(block)
        for row in rows:
            if self.room < row.height:
                self.new_page()
                self.put(header)
            self.put(row)
