"""The look of a report: page grid, colours, type scale.

Colours of the groups follow Okabe and Ito, so that they differ for every kind of colour vision;
the shape of a marker always repeats its colour, so that a report also reads in greyscale. Text
keeps a contrast of at least 4.5 to 1 on whatever it stands on, marks of 3 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cached_property
from typing import Literal

from analysis.brand import Brand
from analysis.colours import WHITE, Colour
from analysis.report import Marker

MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
MARGIN = 18 * MM
WIDTH = PAGE_WIDTH - 2 * MARGIN
TOP = PAGE_HEIGHT - 16 * MM
BOTTOM = 19 * MM  # the footer stands below
HEIGHT = TOP - BOTTOM
GUTTER = 16.0

INK = Colour("#1B2733")
MUTED = Colour("#566270")
HAIRLINE = Colour("#D3DBE3")
PANEL = Colour("#F3F6F9")

MARKER_COLOURS: dict[Marker, Colour] = {
    "self": Colour("#D55E00"),
    "supervisor": Colour("#0072B2"),
    "peer": Colour("#009E73"),
    "customer": Colour("#AA4499"),
    "merged": Colour("#7A5C00"),
}
SENTIMENT_COLOURS: dict[str, Colour] = {
    "positive": Colour("#005F94"),
    "negative": Colour("#A84300"),
    "mixed": Colour("#833274"),
}
SHADE = 0.44  # the darkest shade of a score is no darker (luminance): dark text stands on it


class Role(Enum):
    """Colours that belong to the organisation."""

    PRIMARY = auto()  # headings, and what the eye should find first
    PALE = auto()  # rules, and lines on the primary colour
    BAND = auto()  # where a number might also lie


Paint = Colour | Role
PRIMARY, PALE, BAND = Role.PRIMARY, Role.PALE, Role.BAND


@dataclass(frozen=True)
class Theme:
    """The colours of one organisation."""

    brand: Brand

    def colour(self, paint: Paint) -> Colour:
        return self._roles[paint] if isinstance(paint, Role) else paint

    @cached_property
    def _roles(self) -> dict[Role, Colour]:
        primary = self.brand.colour
        return {PRIMARY: primary, PALE: primary.tint(0.58), BAND: primary.tint(0.66)}

    @cached_property
    def _heat(self) -> tuple[Colour, Colour]:
        dark = self.brand.colour.tint(SHADE)
        return dark.mixed(WHITE, 0.93), dark

    def heat(self, share: float) -> Colour:
        """The shade of a score: the higher, the darker, light enough for dark text."""
        pale, dark = self._heat
        return pale.mixed(dark, min(max(share, 0.0), 1.0))


@dataclass(frozen=True)
class Type:
    """How a text is set."""

    size: float
    leading: float
    colour: Paint = INK
    bold: bool = False
    align: Literal["left", "centre", "right"] = "left"

    def in_colour(self, colour: Paint) -> Type:
        return replace(self, colour=colour)

    def centred(self) -> Type:
        return replace(self, align="centre")

    def strong(self) -> Type:
        return replace(self, bold=True)


DISPLAY = Type(30, 38, WHITE, bold=True)
NAME = Type(25, 32, PRIMARY, bold=True)
FIGURE = Type(33, 36, PRIMARY, bold=True)
H1 = Type(18, 25, PRIMARY, bold=True)
H2 = Type(11.5, 16, PRIMARY, bold=True)
H3 = Type(9, 13, INK, bold=True)
LEAD = Type(11.5, 17.5, INK, bold=True)
BODY = Type(9.5, 15)
READING = Type(9, 13.5)
TABLE = Type(8.5, 12)
CELL = Type(8, 10.5)
SMALL = Type(7.5, 11, MUTED)
NOTE = Type(7, 9.2, MUTED)
TINY = Type(6.5, 8.2, MUTED)
