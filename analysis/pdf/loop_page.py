"""The note to customers as one page: what they wished on the left, what was done on the right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from analysis.brand import Brand
from analysis.colours import WHITE
from analysis.pdf import PLAIN, painting
from analysis.pdf.charts import paint_marker
from analysis.pdf.document import paint_document
from analysis.pdf.fonts import FONT_FOLDER, load_faces
from analysis.pdf.labels import LABELS
from analysis.pdf.layout import Beside, Block, Bulleted, Card, Gap, Layout, Stack
from analysis.pdf.paper import Paper
from analysis.pdf.style import (
    BOTTOM,
    DISPLAY,
    H2,
    LEAD,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    PALE,
    PANEL,
    PRIMARY,
    SMALL,
    WIDTH,
)
from analysis.pdf.text import Text
from analysis.report.loop import LoopNote, Wish

BAND = 158.0
READ = replace(LEAD, bold=False)  # larger than in a report: it is read once, by somebody busy
LEFT = 150.0  # the column of wishes
INNER = WIDTH - 28


class DoesNotFit(ValueError):
    """The note needs more than one page."""


def render_loop_note(note: LoopNote, brand: Brand = PLAIN, fonts: Path = FONT_FOLDER) -> bytes:
    """The note as a PDF of one page; raises `DoesNotFit` where the actions are too long for it."""
    load_faces(fonts)
    layout = Layout()
    layout.new_page()
    layout.cursor = PAGE_HEIGHT
    layout.beside(_Head(note), x=-MARGIN)
    layout.cursor = PAGE_HEIGHT - BAND - 24
    for block, gap in _blocks(note):
        layout.put(block)
        layout.gap(gap)
    end = Stack([Text(line, SMALL, WIDTH) for line in (note.protected,) if line])
    if len(layout.pages) > 1 or layout.room < end.height + 6:
        raise DoesNotFit("What was done does not fit on one page; say it more shortly.")
    layout.cursor = BOTTOM + end.height
    layout.beside(end)
    with painting:
        return paint_document(note, layout, brand, LABELS[note.language])


@dataclass(frozen=True)
class _Head:
    """The coloured field with the title."""

    note: LoopNote

    @property
    def height(self) -> float:
        return BAND

    def paint(self, paper: Paper, x: float, top: float) -> None:
        paper.fill(PRIMARY)
        paper.rect(0, PAGE_HEIGHT - BAND, PAGE_WIDTH, BAND)
        middle = PAGE_HEIGHT - BAND + 24
        paper.stroke(PALE, 0.6)
        paper.line(MARGIN, middle, PAGE_WIDTH - MARGIN, middle)
        paint_marker(paper, "customer", MARGIN + 0.3 * WIDTH, middle, 6)
        paint_marker(paper, "self", MARGIN + 0.7 * WIDTH, middle, 6)
        organisation = Text(self.note.organisation, H2.in_colour(WHITE), WIDTH, 2)
        organisation.paint(paper, MARGIN, PAGE_HEIGHT - MARGIN - 2)
        with paper.group("Title"):
            Text(self.note.title, DISPLAY, WIDTH, 2).paint(paper, MARGIN, PAGE_HEIGHT - 78)


def _blocks(note: LoopNote) -> list[tuple[Block, float]]:
    """Each block with the air below it."""
    blocks: list[tuple[Block, float]] = [(Text(note.introduction, LEAD, WIDTH), 22)]
    if note.wishes:
        titles = (
            (14, Text(note.wished, SMALL, LEFT)),
            (14 + LEFT, Text(note.did, SMALL, INNER - LEFT)),
        )
        blocks.append((Beside(titles), 4))
        blocks += [(_wish(wish), 10) for wish in note.wishes]
    if note.others:
        blocks.append((Stack([Gap(8), Text(note.others_title, H2, WIDTH)]), 6))
        blocks += [(Bulleted(Text(done, READ, WIDTH - 12)), 5) for done in note.others]
    blocks.append((Stack([Gap(10), Text(note.thanks, READ, WIDTH)]), 0))
    return blocks


def _wish(wish: Wish) -> Card:
    done = [Bulleted(Text(text, READ, INNER - LEFT - 12)) for text in wish.done]
    sides = ((0, Text(wish.wish, H2, LEFT - 16, 4)), (LEFT, Stack(done, gap=5)))
    return Card(Beside(sides), WIDTH, PANEL, 14, edge=PRIMARY)
