"""Colours as numbers: contrast as WCAG defines it, mixtures, shades that text can stand on."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

READABLE = 4.5  # contrast of text that WCAG 2 asks for (AA)
VISIBLE = 3.0  # of a mark that means something
LIVELY, GREY = 0.55, 0.1  # saturation of a tint; what has less is no colour
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True)
class Colour:
    """An opaque sRGB colour, written as ``#12355B``."""

    code: str

    def __post_init__(self) -> None:
        if not _HEX.fullmatch(self.code):
            raise ValueError(f"a colour is written like #12355B, not {self.code[:20]!r}")

    @cached_property
    def parts(self) -> tuple[float, float, float]:
        red, green, blue = (int(self.code[at : at + 2], 16) / 255 for at in (1, 3, 5))
        return red, green, blue

    @cached_property
    def luminance(self) -> float:
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in self.parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(self, other: Colour) -> float:
        """From 1 (the same) to 21 (black on white).

        Examples
        --------
        >>> round(Colour("#000000").contrast(Colour("#FFFFFF")), 1)
        21.0
        """
        low, high = sorted((self.luminance, other.luminance))
        return (high + 0.05) / (low + 0.05)

    def mixed(self, other: Colour, share: float) -> Colour:
        """This colour with ``share`` (0 to 1) of the other one in it."""
        return _colour(
            mine + (theirs - mine) * share
            for mine, theirs in zip(self.parts, other.parts, strict=True)
        )

    def tint(self, luminance: float) -> Colour:
        """A light colour of the same hue, not much duller; a grey stays grey."""
        hue, _, saturation = colorsys.rgb_to_hls(*self.parts)
        saturation = max(saturation, LIVELY) if saturation > GREY else saturation
        steps = (colorsys.hls_to_rgb(hue, step / 100, saturation) for step in range(30, 101))
        return next(found for each in steps if (found := _colour(each)).luminance >= luminance)


def _colour(parts: Iterable[float]) -> Colour:
    return Colour("#" + "".join(f"{round(255 * part):02X}" for part in parts))


WHITE = Colour("#FFFFFF")
