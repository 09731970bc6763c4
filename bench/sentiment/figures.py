"""Figures of how often scores and labels are right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

BINS = 10


def macro_f1(truth: Sequence[str], said: Sequence[str]) -> float:
    """Mean over the labels that occur of 2 TP / (2 TP + FP + FN)."""
    found = []
    for label in sorted(set(truth)):
        pairs = [(a == label, b == label) for a, b in zip(truth, said, strict=True)]
        hits = sum(a and b for a, b in pairs)
        found.append(2 * hits / max(sum(a + b for a, b in pairs), 1))
    return float(np.mean(found))


def calibration_error(probability: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error over ten bins of equal width: mean |how often - how sure|."""
    sure, hit = np.array(probability), np.array(right, dtype=float)
    place = np.minimum((sure * BINS).astype(int), BINS - 1)
    gaps = np.bincount(place, hit - sure, BINS)
    return float(np.abs(gaps).sum() / max(len(sure), 1))


def two_classes(scores: Sequence[float]) -> list[str]:
    """By the sign of the score; 0 is no answer, and wrong."""
    return ["pos" if score > 0 else "neg" if score < 0 else "" for score in scores]


def three_classes(scores: Sequence[float], band: float) -> list[str]:
    return ["pos" if score > band else "neg" if score < -band else "neu" for score in scores]


def theme_f1(
    wanted: Sequence[Sequence[tuple[int, int, str]]], said: Sequence[Sequence[tuple[int, int, str]]]
) -> float:
    """F1 of (start, end, theme) per text: the same theme, in places that overlap."""

    def found(one: tuple[int, int, str], others: Sequence[tuple[int, int, str]]) -> bool:
        return any(one[2] == o[2] and one[0] < o[1] and o[0] < one[1] for o in others)

    pairs = list(zip(wanted, said, strict=True))
    exact = [found(one, want) for want, got in pairs for one in got]
    complete = [found(one, got) for want, got in pairs for one in want]
    precision, recall = np.mean(exact), np.mean(complete)
    return float(2 * precision * recall / (precision + recall))
