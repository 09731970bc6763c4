"""A QR code as the path of an SVG: no file, no style, nothing that a policy must allow."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import segno


@dataclass(frozen=True)
class Drawing:
    size: int  # modules, with the quiet zone
    path: str


def path_of(text: str) -> Drawing:
    """One stroke for every run of dark modules in a row."""
    code = segno.make(text, error="m", micro=False)
    strokes = []
    for y, row in enumerate(code.matrix_iter(border=4)):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                strokes.append(f"M{x} {y}.5h{length}")
            x += length
    return Drawing(int(code.symbol_size(border=4)[0]), "".join(strokes))
