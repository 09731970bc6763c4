"""Opinions that an English clause states outright: word lists, negation, degree."""

from __future__ import annotations

import re
from functools import cache

from analysis.sentiment.lexicon import Entry, by_length, read_entries, read_groups, weigh

REACH = 4  # words after a negation in which an opinion is turned

_APART = re.compile(
    r"(?<=[a-z]) (?=n't\b|'(?:s|t|m|d|re|ve|ll)\b)"
)  # "do n't", as some texts are stored
_WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*|[:;]-?[()dp](?!\w)|[!?]")


def words(clause: str) -> list[str]:
    """The words of a folded clause, ``n't`` kept with its verb, and ``!``, ``?``, smileys."""
    return _WORD.findall(_APART.sub("", clause) if " '" in clause or " n't" in clause else clause)


@cache
def entries() -> dict[str, Entry]:
    """What each word or phrase does: the own list over the general opinion list."""
    general = {
        word: ("opinion", float(value))
        for value, listed in read_groups("opinion_words_en.txt")
        for word in listed
    }
    return general | read_entries(("lexicon_en.txt", "idioms_en.txt"), "modifiers_en.txt")


@cache
def _phrase_lengths() -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for phrase in entries():
        parts = phrase.split()
        if len(parts) > 1:
            lengths.setdefault(parts[0], set()).add(len(parts))
    return by_length(lengths)


def opinions(said: list[str]) -> list[float]:
    """What the words of a clause say, see `weigh`: values in order."""
    listed, lengths = entries(), _phrase_lengths()

    def longest(at: int) -> tuple[Entry | None, int]:
        for size in lengths.get(said[at], ()):
            entry = listed.get(" ".join(said[at : at + size]))
            if entry is not None:
                return entry, size
        return listed.get(said[at]), 1

    return weigh(len(said), longest, REACH)
