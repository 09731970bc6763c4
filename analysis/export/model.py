"""Tables about to leave: columns that say what they hold, and rows of plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "score", "difference", "coefficient", "percent", "count"]


@dataclass(frozen=True)
class Why:
    """No number; ``words`` say why not."""

    words: str


@dataclass(frozen=True)
class Range:
    """A number that is told as a range such as "≥ 4.5"; ``middle`` is for sorting and sums."""

    middle: float
    words: str


Value = str | bool | int | float | None | Why | Range
Row = Mapping[str, Value]  # by column; what is left out is empty


@dataclass(frozen=True)
class Column:
    key: str  # its name for programs: never translated, never changed
    name: str
    meaning: str
    kind: Kind = "text"
    width: int = 12
    note: str = ""  # what the words mean that may stand in place of a number; "" if none do


@dataclass(frozen=True)
class Table:
    """One sheet or file. ``rows`` makes them anew each time, as there may be very many."""

    key: str
    name: str
    meaning: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterator[Row]]
    fixed: int = 0  # columns that stay in sight when the others are moved
    shaded: tuple[str, ...] = ()  # columns of scores that are compared by eye


@dataclass(frozen=True)
class Chapter:
    """A part of what explains the rest: names and what they mean."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Export:
    """All that a cycle gives away, in one language."""

    title: str
    date: str  # ISO: when answering ended; stands in a workbook for the time it was made
    about: str  # name of the first sheet
    chapters: tuple[Chapter, ...]
    tables: str  # title of the chapter on the tables
    columns_of: str  # title of the chapter on the columns of a table
    sheets: tuple[Table, ...]
    files: tuple[Table, ...]
    scale: tuple[int, int]  # ends of the rating scale
    flags: tuple[str, str]  # "no" and "yes" where people read it; programs get false and true
