"""From what was found in clauses to how a text sounds: one linear model per language.

A text's logit is the sum of its hashed n-grams, of its words of opinion, in English of TextBlob's
polarity, and of its cues. ``bench/sentiment/train.py`` fits the weights of all parts together, so
that the n-grams learn what the words of opinion leave open, and then scales them on development
texts, so that ``1 / (1 + exp(-logit))`` is a calibrated probability.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment.lexicon import DATA
from analysis.sentiment.ngrams import Features

Floats = NDArray[np.float64]

NGRAMS, OPINIONS, TONE, CUES = 0, slice(1, 3), 3, 4  # columns of what is found in a text
CALM = 3  # an n-gram's weight for stating a fact stands under its index without the last bits

TURN = 1.3  # what stands after "but" counts this much more than what stands before
CUE = 1.6  # logits per unit of a cue: wishes and irony outweigh the words they are made of
CUE_IN_PROSE = 0.8  # ... and in running text, where a wish is one remark of many
LOUDEST = 2.5  # cues of a text together count at most this much


class Evidence(NamedTuple):
    """What was found in each clause: arrays with one entry per clause."""

    ngrams: Floats  # sum of the weights of its n-grams
    facts: Floats  # sum of their weights for stating a fact
    counts: Floats  # how many n-grams it has
    opinions: Floats  # sum of the values of its opinion words
    hits: Floats  # how many opinion words it has
    tone: Floats  # TextBlob's polarity; 0 in Chinese
    cues: Floats  # sum of its cues
    prose: Floats  # how much running text it is; a text with less than 1 in all is a note


def weigh(language: str, features: Features, pieces: int) -> tuple[Floats, Floats, Floats]:
    """Sum of n-gram weights, of their weights for a fact, and number of n-grams per piece."""
    parts = _parts(language)

    def total(weights: NDArray[np.int8] | float) -> Floats:
        counted = features.weight * weights
        return np.bincount(features.row, counted, pieces).astype(np.float64)

    sums, facts = total(parts.ngrams[features.index]), total(parts.facts[features.index >> CALM])
    return sums * parts.joined["scale"], facts * parts.joined["fact_scale"], total(1.0)


def combine(evidence: Evidence, owner: NDArray[np.intp], turns: Floats, texts: int) -> Floats:
    """Features of each text from its clauses: (texts, 5).

    Sums over a text's clauses are divided by the root of how many n-grams (opinion words) it
    has, so that long texts are surer than short ones, but not in proportion. Words of opinion
    have weights of their own in notes ("quick replies, fair prices") and in running text; then
    come TextBlob's mean polarity and the cues.
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
            ngrams,
            opinions * note,
            opinions * ~note,
            total(evidence.tone) / np.maximum(toned, 1.0),
            np.where(note, CUE, CUE_IN_PROSE) * np.clip(total(evidence.cues), -LOUDEST, LOUDEST),
        ]
    )


def logits(language: str, features: Floats) -> Floats:
    """Calibrated log-odds that a text is positive, from :func:`combine`."""
    joined = _parts(language).joined
    weighed = features[:, OPINIONS] @ np.array(joined["opinions"])
    weighed += features[:, NGRAMS] + joined["tone"] * features[:, TONE]
    weighed += joined["cues"] * features[:, CUES]
    fitted: Floats = joined["bias"] + weighed
    return fitted


def signs_of_opinion(evidence: Evidence, owner: NDArray[np.intp], texts: int) -> Floats:
    """What tells an opinion from a fact: (texts, 4), facts first, then words of opinion and cues."""

    def total(values: Floats) -> Floats:
        sums: Floats = np.bincount(owner, values, texts).astype(np.float64)
        return sums

    facts = total(evidence.facts) / np.sqrt(np.maximum(total(evidence.counts), 1.0))
    hits, said = total(evidence.hits), total(np.abs(evidence.opinions))
    cued = total(np.abs(evidence.cues))
    return np.column_stack([facts, hits > 0, np.minimum(said, 4.0), cued > 0])


def stated_as_fact(language: str, signs: Floats) -> Floats:
    """Probability that a text says no opinion, from :func:`signs_of_opinion`."""
    joined = _parts(language).joined
    logit = joined["fact_bias"] + signs[:, 0] + signs[:, 1:] @ np.array(joined["fact_signs"])
    probability: Floats = 1.0 / (1.0 + np.exp(-logit))
    return probability


class Parts(NamedTuple):
    """The weights of one language."""

    ngrams: NDArray[np.int8]
    facts: NDArray[np.int8]
    joined: dict[str, Any]  # how the parts are joined: scales, biases and a few weights


_loaded: dict[str, Parts] = {}


def use(language: str, parts: Parts) -> None:
    """Weigh with other weights than those that ship; for training."""
    _loaded[language] = parts


def _parts(language: str) -> Parts:
    if language not in _loaded:
        ngrams, facts = (
            np.load(DATA / f"{name}.npy", allow_pickle=False)
            for name in (language, f"{language}_facts")
        )
        joined = json.loads((DATA / "blend.json").read_text(encoding="utf-8"))[language]
        _loaded[language] = Parts(ngrams, facts, joined)
    return _loaded[language]
