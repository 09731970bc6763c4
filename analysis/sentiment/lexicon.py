"""Lists of words that ship with the engine: ``key: words`` lines, ``#`` starts a comment line."""

from __future__ import annotations

from pathlib import Path

DATA = Path(__file__).parent / "data"

Entry = tuple[str, float]  # what a word does ("opinion", "negation", "strong", "weak"), its value


def read_groups(name: str) -> list[tuple[str, list[str]]]:
    """The lines of a list as (key, words); an underscore in a word stands for a space."""
    groups = []
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, words = line.split(": ", 1)
            groups.append((key, [word.replace("_", " ") for word in words.split()]))
    return groups


def read_entries(opinions: str, modifiers: str) -> dict[str, Entry]:
    """One table of opinion words with their values and of the words that turn or weigh them.

    A word in both lists is an opinion word; between opinion groups the later one wins.
    """
    table: dict[str, Entry] = {}
    for kind, words in read_groups(modifiers):
        table.update(dict.fromkeys(words, (kind, 0.0)))
    for value, words in read_groups(opinions):
        table.update({word: ("opinion", float(value)) for word in words})
    return table
