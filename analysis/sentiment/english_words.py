"""Opinions that an English clause states outright: word lists, negation, degree."""

from __future__ import annotations

import re
from functools import cache

from analysis.sentiment.lexicon import Entry, read_entries, read_groups

REACH = 4  # words after a negation in which an opinion is turned
LONGEST = 5  # words of the longest phrase
TURNED = -0.8
DEGREE = {"strong": 1.4, "weak": 0.8}

_WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*|[:;]-?[()dp](?!\w)|[!?]")


def words(clause: str) -> list[str]:
    """The words of a folded clause, ``n't`` kept with its verb, and ``!``, ``?``, smileys."""
    return _WORD.findall(clause)


@cache
def entries() -> dict[str, Entry]:
    """What each word or phrase does: the own list over the general opinion list."""
    general = {
        word: ("opinion", float(value))
        for value, listed in read_groups("opinion_words_en.txt")
        for word in listed
    }
    return general | read_entries("lexicon_en.txt", "modifiers_en.txt")


@cache
def _phrase_lengths() -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for phrase in entries():
        parts = phrase.split()
        if len(parts) > 1:
            lengths.setdefault(parts[0], set()).add(len(parts))
    return {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()}


def opinions(said: list[str]) -> tuple[list[float], bool]:
    """Values of the opinions among the words of a clause, after negation and degree; whether one
    was turned.

    From left to right the longest listed phrase wins. A negation turns the first opinion that
    begins within ``REACH`` words; a second negation turns it back.
    """
    listed, lengths = entries(), _phrase_lengths()
    found, turned = [], False
    at, sign, degree, until = 0, 1.0, 1.0, 0
    while at < len(said):
        entry, size = _longest(said, at, listed, lengths)
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
                turned = turned or sign != 1.0
                sign, degree, until = 1.0, 1.0, 0
        at += size
    return found, turned


def _longest(
    said: list[str], at: int, listed: dict[str, Entry], lengths: dict[str, tuple[int, ...]]
) -> tuple[Entry | None, int]:
    word = said[at]
    for size in lengths.get(word, ()):
        entry = listed.get(" ".join(said[at : at + size]))
        if entry is not None:
            return entry, size
    return listed.get(word), 1
