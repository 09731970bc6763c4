"""Lists of words that ship with the engine: ``key: words`` lines, ``#`` starts a comment line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

DATA = Path(__file__).parent / "data"

TURNED = -0.8  # "not good" is a little less than "bad"
DEGREE = {"strong": 1.4, "weak": 0.8}

Entry = tuple[str, float]  # what a word does ("opinion", "negation", "strong", "weak"), its value


def read_groups(name: str) -> list[tuple[str, list[str]]]:
    """The lines of a list as (key, words); an underscore in a word stands for a space."""
    groups = []
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, words = line.split(": ", 1)
            groups.append((key, [word.replace("_", " ") for word in words.split()]))
    return groups


def read_entries(opinions: Sequence[str], modifiers: str) -> dict[str, Entry]:
    """One table of opinion words with their values and of the words that turn or weigh them.

    A word in several lists is an opinion word; between opinion groups the later one wins.
    """
    table: dict[str, Entry] = {}
    for kind, words in read_groups(modifiers):
        table.update(dict.fromkeys(words, (kind, 0.0)))
    for name in opinions:
        for value, words in read_groups(name):
            table.update({word: ("opinion", float(value)) for word in words})
    return table


def by_length(sizes: dict[str, set[int]]) -> dict[str, tuple[int, ...]]:
    """The lengths that occur, longest first."""
    return {first: tuple(sorted(each, reverse=True)) for first, each in sizes.items()}


def weigh(
    length: int,
    longest: Callable[[int], tuple[Entry | None, int]],
    reach: int,
) -> list[float]:
    """Values of the opinions in a clause, after negation and degree.

    From left to right the longest listed entry wins. A negation turns the first opinion that
    begins within ``reach`` units (characters or words) after it; a second negation turns it back.
    Degree words weigh it. ``longest`` gives the entry at a place and how many units it takes.
    """
    found = []
    at, sign, degree, until = 0, 1.0, 1.0, 0
    while at < length:
        entry, size = longest(at)
        if at >= until:
            sign = degree = 1.0
        if entry is not None:
            kind, value = entry
            if kind == "negation":
                sign, until = sign * TURNED, at + size + reach
            elif kind != "opinion":
                degree, until = DEGREE[kind], max(until, at + size + reach)
            elif value:
                found.append(value * degree * sign)
                sign, degree, until = 1.0, 1.0, 0
        at += size
    return found
