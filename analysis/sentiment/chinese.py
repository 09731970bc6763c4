"""Chinese clauses: character n-grams and a word list. No word is cut, no dictionary loaded."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from analysis.sentiment import constructions, cues
from analysis.sentiment.chinese_words import opinions
from analysis.sentiment.model import Evidence, weigh
from analysis.sentiment.ngrams import BITS, Features, character_ngrams

SIZES = (1, 2, 3)
_LATIN = re.compile(" *[a-z]+ *")
NOTE = 75.0  # n-grams, three per character: shorter texts are notes


def engine() -> str:
    """What is said to have scored Chinese."""
    return "blend-zh 1"


def features(clauses: Sequence[str]) -> Features:
    """The n-grams of folded clauses; Latin words say nothing here."""
    return character_ngrams([_LATIN.sub("", clause) for clause in clauses], SIZES, BITS["zh"])


def evidence(clauses: Sequence[str]) -> Evidence:
    """What speaks for and against in each folded clause."""
    constructed = [constructions.read(clause, "zh") for clause in clauses]
    clauses = [rest for rest, _ in constructed]
    sums, facts, counts = weigh("zh", features(clauses), len(clauses))
    found = [opinions(clause) for clause in clauses]
    return Evidence(
        ngrams=sums,
        facts=facts,
        counts=counts,
        opinions=np.array([sum(values) for values in found], dtype=np.float64),
        hits=np.array([len(values) for values in found], dtype=np.float64),
        tone=np.zeros(len(clauses)),
        cues=np.array(
            [value + cues.of_clause(rest, "zh") for rest, value in constructed], dtype=np.float64
        ),
        prose=counts / NOTE,
    )
