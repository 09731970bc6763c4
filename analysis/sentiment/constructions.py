"""Constructions that say the opposite of their words: denied faults, mended faults, wishes.

"没有任何拖延", "handles complaints quickly" and "could not be happier" are praise made of words of
blame; "希望更主动" and "faster quotes, please" are wishes made of words of praise. A construction
says its value itself, and what stands in its group ``off`` is weighed no further. The tables are
``data/constructions_*.txt``: lists of words, ``list: words``, and patterns in which ``{list}``
stands for one of them, ``value<tab>pattern``. Repeats are bounded, but for ``.*`` over a clause and the letters of one word.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from analysis.sentiment.lexicon import DATA

_GAP = {"zh": "", "en": " "}  # what is left where something is taken out
_NAME = re.compile(r"\{([a-z_]+)\}")
_NOTHING = (0, 0)


class _Grammar(NamedTuple):
    when: re.Pattern[str]
    others: tuple[tuple[re.Pattern[str], float], ...]


@cache
def _grammar(language: str) -> _Grammar:
    text = (DATA / f"constructions_{language}.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    lists = dict(line.split(": ", 1) for line in lines if "\t" not in line)
    choices = {name: _any_of(words.split()) for name, words in lists.items()}
    patterns = [
        (value, re.compile(_NAME.sub(lambda name: choices[name[1]], pattern)))
        for value, pattern in (line.split("\t") for line in lines if "\t" in line)
    ]
    (when,) = (pattern for value, pattern in patterns if value == "when")
    others = [(pattern, float(value)) for value, pattern in patterns if value != "when"]
    return _Grammar(when, tuple(others))


def _any_of(words: list[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(word.replace("_", " ") for word in longest_first) + ")"


def only_says_when(clause: str) -> bool:
    """Whether a folded clause only says when what comes after it happens."""
    return any(_grammar(language).when.fullmatch(clause) for language in ("zh", "en"))


def read(clause: str, language: str) -> tuple[str, float]:
    """What is left of a folded clause to be weighed, and what its constructions say, together."""
    grammar = _grammar(language)
    found = grammar.when.match(clause)
    if found and found.end() < len(clause):
        clause = clause[found.end() :]
    said = 0.0
    for pattern, value in grammar.others:
        found = pattern.search(clause)
        if found:
            said += value
            start, end = found.span("off") if "off" in pattern.groupindex else _NOTHING
            if start < end:
                clause = clause[:start] + _GAP[language] + clause[end:]
    return clause, said
