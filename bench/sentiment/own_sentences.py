"""Training sentences written for this project, in `own/`: what the other texts lack.

`own/<language>/<kind>.<pos|neg|neu>.txt` has one sentence per line, about delivered meals, hotels,
shops, films, flights and account managers. `{a|b|}` stands for one of several wordings, `{dish}`
for a word of the list of that name in `lists.txt`; of a line with such places up to `MOST`
different sentences are made, in an order that is always the same.
"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import NamedTuple

OWN = Path(__file__).parent / "own"
MOST = 15

_PLACE = re.compile(r"\{([^{}]*)\}")


class Sentence(NamedTuple):
    text: str
    label: str  # "pos", "neg" or "neu"
    kind: str  # what it is about: the name of its file


def sentences(language: str) -> list[Sentence]:
    """All sentences of a language."""
    named, rng, made = _lists(language), random.Random(5), []
    for file in sorted((OWN / language).glob("*.*.txt")):
        kind, label = file.name.split(".")[:2]
        taken: set[str] = set()
        for line in file.read_text(encoding="utf-8").splitlines():
            found = _wordings(line, named, rng) - taken
            taken |= found
            made += [Sentence(text, label, kind) for text in sorted(found)]
    return made


def _wordings(line: str, named: dict[str, list[str]], rng: random.Random) -> set[str]:
    """Up to `MOST` sentences of a line."""
    found: set[str] = set()
    for _ in range(3 * MOST if "{" in line else 1):
        text = line
        while place := _PLACE.search(text):
            choices = named.get(place[1]) or place[1].split("|")
            text = text[: place.start()] + rng.choice(choices) + text[place.end() :]
        found.add(re.sub(" +", " ", text).strip())
        if len(found) == MOST:
            break
    return found - {""}


def _lists(language: str) -> dict[str, list[str]]:
    lines = (OWN / language / "lists.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(": ", 1) for line in lines)
    return {name: words.split("|") if "|" in words else words.split() for name, words in pairs}
