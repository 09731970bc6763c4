"""From what was found in clauses to how a text sounds: one linear model per language.

A text's logit is ``bias + a . f``; ``f`` joins the hashed n-gram model, the words of opinion and,
in English, TextBlob. The weights ``a`` are fitted by ``bench/sentiment/train.py`` on
development texts, so that ``1 / (1 + exp(-logit))`` is a calibrated probability.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment.lexicon import DATA
from analysis.sentiment.ngrams import Features

Floats = NDArray[np.float64]

TURN = 1.3  # what stands after "but" counts this much more than what stands before
CUE = 1.6  # logits per unit of a cue: wishes and irony outweigh the words they are made of
CUE_IN_PROSE = 0.8  # ... and in running text, where a wish is one remark of many
DOUBTED = 0.4  # what remains of the n-grams of a clause whose opinion a negation turned
LOUDEST = 2.5  # cues of a text together count at most this much


class Evidence(NamedTuple):
    """What was found in each clause: arrays with one entry per clause."""

    ngrams: Floats  # sum of the weights of its n-grams
    counts: Floats  # how many n-grams it has
    opinions: Floats  # sum of the values of its opinion words
    hits: Floats  # how many opinion words it has
    tone: Floats  # TextBlob's polarity; 0 in Chinese
    cues: Floats  # sum of its cues
    prose: Floats  # how much running text it is; a text with less than 1 in all is a note


def weigh(language: str, features: Features, pieces: int) -> tuple[Floats, Floats]:
    """Sum of n-gram weights and number of n-grams per piece."""
    weights = _weights(language)[features.index]
    sums = np.bincount(features.row, weights, pieces) * _blend()[language]["scale"]
    return sums, np.bincount(features.row, minlength=pieces).astype(np.float64)


def combine(evidence: Evidence, owner: NDArray[np.intp], turns: Floats, texts: int) -> Floats:
    """Features of each text from its clauses: (texts, 6).

    Sums over a text's clauses are divided by the root of how many n-grams (opinion words) it
    has, so that long texts are surer than short ones, but not in proportion. Notes ("quick
    replies, fair prices") and running text have weights of their own for both; then come
    TextBlob's mean polarity and the cues.
    """
    heavy = np.where(turns, TURN, 1.0)

    def total(values: Floats) -> Floats:
        sums: Floats = np.bincount(owner, values, texts).astype(np.float64)
        return sums

    ngrams = total(heavy * evidence.ngrams) / np.sqrt(np.maximum(total(evidence.counts), 1.0))
    opinions = total(heavy * evidence.opinions) / np.sqrt(np.maximum(total(evidence.hits), 1.0))
    toned = total((evidence.tone != 0).astype(np.float64))
    note = total(evidence.prose) < 1.0
    return np.column_stack(
        [
            ngrams * note,
            ngrams * ~note,
            opinions * note,
            opinions * ~note,
            total(evidence.tone) / np.maximum(toned, 1.0),
            np.where(note, CUE, CUE_IN_PROSE) * np.clip(total(evidence.cues), -LOUDEST, LOUDEST),
        ]
    )


def logits(language: str, features: Floats) -> Floats:
    """Calibrated log-odds that a text is positive, from :func:`combine`."""
    blend = _blend()[language]
    fitted: Floats = blend["bias"] + features[:, :5] @ np.array(blend["weights"]) + features[:, 5]
    return fitted


@cache
def _weights(language: str) -> NDArray[np.int8]:
    stored: NDArray[np.int8] = np.load(DATA / f"{language}.npy", allow_pickle=False)
    return stored


@cache
def _blend() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DATA / "blend.json").read_text(encoding="utf-8"))
    return loaded
