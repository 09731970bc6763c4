"""The look of a report: page grid, colours, type scale.

Colours follow Okabe and Ito, so that they differ for every kind of colour vision; the shape of a
marker always repeats its colour, so that a report also reads in greyscale. Text keeps a contrast
of at least 4.5 to 1 on white and on panels.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from analysis.report import Marker

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 18 * mm
WIDTH = PAGE_WIDTH - 2 * MARGIN
TOP = PAGE_HEIGHT - MARGIN
BOTTOM = 20 * mm  # the footer stands below
HEIGHT = TOP - BOTTOM
GUTTER = 16.0

INK = HexColor("#1B2733")
MUTED = HexColor("#566270")
HAIRLINE = HexColor("#D3DBE3")
PANEL = HexColor("#F3F6F9")
NAVY = HexColor("#12355B")
NAVY_PALE = HexColor("#B9CBE0")
WHITE = HexColor("#FFFFFF")

MARKER_COLOURS: dict[Marker, Color] = {
    "self": HexColor("#D55E00"),
    "supervisor": HexColor("#0072B2"),
    "peer": HexColor("#009E73"),
    "customer": HexColor("#AA4499"),
    "merged": HexColor("#7A5C00"),
}
SENTIMENT_COLOURS: dict[str, Color] = {
    "positive": HexColor("#005F94"),
    "negative": HexColor("#A84300"),
    "mixed": HexColor("#833274"),
}

_HEAT_LOW, _HEAT_HIGH = (0.969, 0.980, 0.988), (0.545, 0.718, 0.871)


def heat(share: float) -> Color:
    """The shade of a score: the higher, the darker, light enough for dark text."""
    share = min(max(share, 0.0), 1.0)
    red, green, blue = (
        round(low + (high - low) * share, 3)
        for low, high in zip(_HEAT_LOW, _HEAT_HIGH, strict=True)
    )
    return Color(red, green, blue)


@dataclass(frozen=True)
class Type:
    """How a text is set."""

    size: float
    leading: float
    colour: Color = INK
    bold: bool = False
    align: Literal["left", "centre", "right"] = "left"

    def in_colour(self, colour: Color) -> Type:
        return replace(self, colour=colour)

    def centred(self) -> Type:
        return replace(self, align="centre")

    def strong(self) -> Type:
        return replace(self, bold=True)


DISPLAY = Type(30, 38, WHITE, bold=True)
NAME = Type(25, 32, NAVY, bold=True)
FIGURE = Type(33, 36, NAVY, bold=True)
H1 = Type(18, 25, NAVY, bold=True)
H2 = Type(11.5, 16, NAVY, bold=True)
LEAD = Type(11.5, 17.5, INK, bold=True)
BODY = Type(9.5, 15)
READING = Type(9, 13.5)
TABLE = Type(8.5, 12)
SMALL = Type(7.5, 11, MUTED)
NOTE = Type(7, 9.2, MUTED)
TINY = Type(6.5, 8.2, MUTED)
