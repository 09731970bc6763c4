"""Whether two means differ, and what is left of it when many were compared."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.nested import Numbers, checked_confidence, finite, measured, rounding_variance
from analysis.statuses import Status


@dataclass(frozen=True)
class Difference:
    """The difference of two means. ``status`` says why there is no test of it."""

    difference: float | None  # mean of a - mean of b; None if one has no answer
    t: float | None
    df: float | None  # degrees of freedom of the interval, and of the test if there is one
    p: float | None  # two-sided
    low: float | None  # of ``difference``
    high: float | None
    effect: float | None  # Hedges' g; paired: Cohen's d_z
    d: float | None  # Cohen's d by the pooled standard deviation; paired: d_z
    n_a: int  # answers
    n_b: int
    n_pairs: int  # with both answers; 0 if not paired
    status: Status | None


def difference(
    a: ArrayLike, b: ArrayLike, *, paired: bool = False, confidence: float = 0.95
) -> Difference:
    """Whether two means differ: Welch's t of independent answers, or the paired t.

    Parameters
    ----------
    a, b
        (answers,) scores in the same unit, NaN where not judged. Paired: answers of the same
        raters in the same order; a pair that lacks one is left out.
    paired
        Whether the same raters gave both.
    confidence
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    Difference
        With a Student interval and test. Hedges' g is Cohen's d (pooled standard deviation) times
        ``1 - 3 / (4 (n_a + n_b - 2) - 1)``; d_z is the mean of the paired differences by their
        standard deviation. What is undefined is None, with a word: fewer than three answers on a
        side (or pairs): no test and no effect, the interval from the pooled variance
        (``fewer_than_3_answers``); one on each side, or one pair: no interval either
        (``undefined_no_within_df``); no answers on a side: not even a difference
        (``undefined_no_pairs``). If the answers of each side are all the same, or the paired
        differences, there is a difference and nothing else (``undefined_zero_variance``).

    Raises
    ------
    ValueError
        If ``a`` or ``b`` is no list of finite numbers or NaN, if they are paired and of different
        lengths, or if ``confidence`` is not between 0 and 1.

    References
    ----------
    Welch, B. L. (1947). The generalization of "Student's" problem when several different
    population variances are involved. Biometrika, 34, 28-35.
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size and related
    estimators. Journal of Educational Statistics, 6, 107-128.

    Examples
    --------
    >>> found = difference([4, 5, 4, 5], [3, 4, 2, 3])
    >>> found.difference, round(found.low, 2), round(found.high, 2), round(found.p, 3)
    (1.5, 0.24, 2.76, 0.027)
    """
    checked_confidence(confidence)
    x, y = measured(a, "a", "answers"), measured(b, "b", "answers")
    if paired and len(x) != len(y):
        raise ValueError(f"paired answers come in twos, got {len(x)} of a and {len(y)} of b")
    in_x, in_y = ~np.isnan(x), ~np.isnan(y)
    both = in_x & in_y if paired else None
    contrast = _independent(x[in_x], y[in_y]) if both is None else _of_pairs(x[both], y[both])
    low, high = _interval(contrast, confidence)
    t, p = _test(contrast)
    return Difference(
        difference=contrast.difference,
        t=t,
        df=contrast.df,
        p=p,
        low=low,
        high=high,
        effect=contrast.effect,
        d=contrast.d,
        n_a=int(in_x.sum()),
        n_b=int(in_y.sum()),
        n_pairs=0 if both is None else int(both.sum()),
        status=contrast.status,
    )


def adjust_p(p: ArrayLike, method: str) -> Numbers:
    """p-values corrected for how many there are.

    Parameters
    ----------
    p
        (tests,) p-values, 0 to 1, NaN where there was no test.
    method
        ``"holm"`` keeps the chance of even one false finding (for a page of a report), ``"bh"``,
        ``"fdr"`` or ``"benjamini-hochberg"`` the expected share of false ones among the findings.

    Returns
    -------
    array
        (tests,) in the order given, each at least its p and at most 1. NaN stays NaN and does not
        count as a test.

    Raises
    ------
    ValueError
        If ``p`` is no list of numbers from 0 to 1 or NaN, or on another method.

    Notes
    -----
    With the m p-values in ascending order, Holm: ``max over k <= i of (m - k + 1) p_k``;
    Benjamini and Hochberg: ``min over k >= i of m / k p_k``; both at most 1.

    References
    ----------
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scandinavian Journal
    of Statistics, 6, 65-70.
    Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
    Royal Statistical Society B, 57, 289-300.

    Examples
    --------
    >>> adjust_p([0.01, 0.04, 0.03, float("nan")], "holm").round(2).tolist()
    [0.03, 0.06, 0.06, nan]
    """
    given = finite(p, "p", "tests")
    if (given < 0).any() or (given > 1).any():
        raise ValueError("p-values lie between 0 and 1; use NaN where there was no test")
    order = np.argsort(given)[: int((~np.isnan(given)).sum())]  # NaN sorts last
    ascending, rank = given[order], np.arange(1, len(order) + 1)
    name = method.lower().replace("_", "-")
    if name == "holm":
        stepped = np.maximum.accumulate((len(order) + 1 - rank) * ascending)
    elif name in ("bh", "fdr", "fdr-bh", "benjamini-hochberg"):
        stepped = np.minimum.accumulate((len(order) / rank * ascending)[::-1])[::-1]
    else:
        raise ValueError(f"method must be holm, bh or fdr, got {method!r}")
    adjusted = np.full(len(given), np.nan)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


@dataclass(frozen=True)
class _Contrast:
    """A difference and its standard error; None where undefined."""

    difference: float | None
    status: Status | None
    se: float | None = None
    df: float | None = None
    d: float | None = None
    effect: float | None = None


def _independent(x: Numbers, y: Numbers) -> _Contrast:
    n_a, n_b = len(x), len(y)
    if not (n_a and n_b):
        return _Contrast(None, "undefined_no_pairs")
    apart, df = float(x.mean() - y.mean()), n_a + n_b - 2
    if not df:
        return _Contrast(apart, "undefined_no_within_df")
    nothing = rounding_variance(np.concatenate([x, y]))
    squares_a, squares_b = _squares(x, nothing), _squares(y, nothing)
    pooled = (squares_a + squares_b) / df
    if not pooled:
        return _Contrast(apart, "undefined_zero_variance")
    if min(n_a, n_b) < 3:
        return _Contrast(apart, "fewer_than_3_answers", math.sqrt(pooled * (1 / n_a + 1 / n_b)), df)
    of_a, of_b = squares_a / (n_a - 1) / n_a, squares_b / (n_b - 1) / n_b  # of the means
    satterthwaite = (of_a + of_b) ** 2 / (of_a**2 / (n_a - 1) + of_b**2 / (n_b - 1))
    d = apart / math.sqrt(pooled)
    hedges = d * (1 - 3 / (4 * df - 1))
    return _Contrast(apart, None, math.sqrt(of_a + of_b), satterthwaite, d, hedges)


def _of_pairs(x: Numbers, y: Numbers) -> _Contrast:
    apart, n = x - y, len(x)
    if not n:
        return _Contrast(None, "undefined_no_pairs")
    mean = float(apart.mean())
    if n == 1:
        return _Contrast(mean, "undefined_no_within_df")
    variance = _squares(apart, rounding_variance(np.concatenate([x, y]))) / (n - 1)
    if not variance:
        return _Contrast(mean, "undefined_zero_variance")
    se = math.sqrt(variance / n)
    if n < 3:
        return _Contrast(mean, "fewer_than_3_answers", se, n - 1)
    d_z = mean / math.sqrt(variance)
    return _Contrast(mean, None, se, n - 1, d_z, d_z)


def _squares(x: Numbers, nothing: float) -> float:
    """Sum of squares around the mean; 0 if that is rounding only."""
    squares = float(((x - x.mean()) ** 2).sum())
    return squares if squares > len(x) * nothing else 0.0


def _interval(contrast: _Contrast, confidence: float) -> tuple[float | None, float | None]:
    if contrast.difference is None or contrast.se is None or contrast.df is None:
        return None, None
    from scipy.special import (
        stdtrit,
    )  # here, so that a web process that compares nothing does not pay

    reach = float(stdtrit(contrast.df, (1 + confidence) / 2)) * contrast.se
    return contrast.difference - reach, contrast.difference + reach


def _test(contrast: _Contrast) -> tuple[float | None, float | None]:
    """Student's t and its two-sided p, unless a word speaks against a test."""
    if contrast.status or not (contrast.difference is not None and contrast.se and contrast.df):
        return None, None
    from scipy.special import stdtr

    t = contrast.difference / contrast.se
    return t, 2 * float(stdtr(contrast.df, -abs(t)))
