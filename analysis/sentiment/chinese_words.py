"""Opinions that a Chinese clause states outright: word list, negation, degree."""

from __future__ import annotations

from functools import cache

from analysis.sentiment.lexicon import Entry, by_length, read_entries, weigh

REACH = 5  # characters after a negation in which an opinion is turned

_Table = tuple[dict[str, Entry], dict[str, tuple[int, ...]]]


@cache
def _table() -> _Table:
    """The entries, and per first character the lengths that occur, longest first."""
    entries = read_entries(("lexicon_zh.txt", "idioms_zh.txt"), "modifiers_zh.txt")
    lengths: dict[str, set[int]] = {}
    for word in entries:
        lengths.setdefault(word[0], set()).add(len(word))
    return entries, by_length(lengths)


def opinions(clause: str) -> list[float]:
    """What a folded clause says, see `weigh`: values in order."""
    entries, lengths = _table()

    def longest(at: int) -> tuple[Entry | None, int]:
        for size in lengths.get(clause[at], ()):
            entry = entries.get(clause[at : at + size])
            if entry is not None:
                return entry, size
        return None, 1

    return weigh(len(clause), longest, REACH)
