"""Text of people on its way into a spreadsheet: never more than text.

A cell that begins with a sign of arithmetic is a formula to spreadsheet programs, and a formula may
fetch addresses and start programs. A workbook can say that a cell holds text; a CSV file cannot,
so there such a text gets an apostrophe in front.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 32_000  # a cell of a workbook holds 32,767
ELLIPSIS = "…"
# What begins a formula, also in the full width that an East Asian keyboard gives. Not only at the
# beginning of a text: where the program takes ";" or a tab for the mark between cells, as in many
# countries, or does not honour quotes, what follows such a mark or the end of a line is a cell.
_BLANK = r"(?:[^\S\t\r\n]|[\u200b-\u200f\u2060\ufeff])"
_FORMULA = re.compile(rf"(\A|[;\t\n])(?={_BLANK}*[=+\-@＝＋－＠﹢﹣﹦﹫])")
_KEPT = "\t\n"


def plain(text: str) -> str:
    """``text`` without what no cell may hold: control characters, lone surrogates, non-characters.

    Lines end with a line feed; what is longer than a cell is cut, visibly.
    """
    if text.isprintable() and len(text) <= LONGEST:
        return text  # nearly all of them, and there may be a million
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(lines) > LONGEST:
        lines = lines[: LONGEST - 1] + ELLIPSIS
    return "".join(letter for letter in lines if letter in _KEPT or _printed(letter))


def _printed(letter: str) -> bool:
    code = ord(letter)
    return unicodedata.category(letter) not in {"Cc", "Cs"} and code & 0xFFFE != 0xFFFE


def inert(text: str) -> str:
    """``text`` as a CSV cell that no program takes for a formula."""
    cleaned = plain(text)
    guarded = _FORMULA.sub(r"\1'", cleaned)
    return f"'{guarded}" if cleaned.startswith(("\t", "\n")) else guarded
