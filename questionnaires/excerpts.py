"""The lines around a mistake, so that a page can show it where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from questionnaires.mistakes import Mistake
from questionnaires.reader import printable

AROUND = 1  # lines before and after
WIDTH = 160  # characters of a line, about the column


@dataclass(frozen=True)
class Line:
    """A line of the text; of the one with the mistake, the words at it stand apart."""

    number: int
    before: str
    at: str = ""
    after: str = ""
    marked: bool = False


def lines_of(text: str) -> list[str]:
    """As the reader counts them: what else breaks a line in Python stays within its line."""
    return re.split("\r\n|\r|\n", text)


def excerpt(lines: list[str], mistake: Mistake) -> tuple[Line, ...]:
    """The line of a mistake, and those next to it."""
    first = max(mistake.line - AROUND, 1)
    last = min(mistake.line + AROUND, len(lines))
    return tuple(_line(number, lines[number - 1], mistake) for number in range(first, last + 1))


def _line(number: int, text: str, mistake: Mistake) -> Line:
    if number != mistake.line:
        return Line(number, printable(_cut(text)))
    column = min(mistake.column - 1, len(text))
    start = max(column - WIDTH // 2, 0)
    word = re.compile(r"[\w@.-]+|.?").match(text, column)
    end = word.end() if word else column
    before, at, after = text[start:column], text[column:end][:WIDTH], text[end : end + WIDTH // 2]
    lead = "…" if start else ""
    return Line(number, lead + printable(before), printable(at), printable(after), marked=True)


def _cut(text: str) -> str:
    return text if len(text) <= WIDTH else text[:WIDTH] + "…"
