"""Opinions that a Chinese clause states outright: word list, negation, degree."""

from __future__ import annotations

from functools import cache

from analysis.sentiment.lexicon import Entry, read_entries

REACH = 5  # characters after a negation in which an opinion is turned
TURNED = -0.8  # "not good" is a little less than "bad"
DEGREE = {"strong": 1.4, "weak": 0.8}

_Table = tuple[dict[str, Entry], dict[str, tuple[int, ...]]]


@cache
def _table() -> _Table:
    """The entries, and per first character the lengths that occur, longest first."""
    entries = read_entries("lexicon_zh.txt", "modifiers_zh.txt")
    lengths: dict[str, set[int]] = {}
    for word in entries:
        lengths.setdefault(word[0], set()).add(len(word))
    return entries, {first: tuple(sorted(ls, reverse=True)) for first, ls in lengths.items()}


def opinions(clause: str) -> tuple[list[float], bool]:
    """Values of the opinions in a folded clause, in order, after negation and degree; whether one was turned.

    From left to right the longest listed word wins. A negation turns the first opinion that
    begins within ``REACH`` characters; a second negation turns it back. Degree words weigh it.
    """
    entries, lengths = _table()
    found, turned = [], False
    at, sign, degree, until = 0, 1.0, 1.0, 0
    while at < len(clause):
        entry, size = _longest(clause, at, entries, lengths)
        if at >= until:
            sign = degree = 1.0
        if entry is not None:
            kind, value = entry
            if kind == "negation":
                sign, until = sign * TURNED, at + size + REACH
            elif kind != "opinion":
                degree, until = DEGREE[kind], max(until, at + size + REACH)
            elif value:
                found.append(value * degree * sign)
                turned = turned or sign != 1.0 or (value > 0 and clause[at] in "不没无")
                sign, degree, until = 1.0, 1.0, 0
        at += size
    return found, turned


def _longest(
    clause: str, at: int, entries: dict[str, Entry], lengths: dict[str, tuple[int, ...]]
) -> tuple[Entry | None, int]:
    for size in lengths.get(clause[at], ()):
        entry = entries.get(clause[at : at + size])
        if entry is not None:
            return entry, size
    return None, 1
