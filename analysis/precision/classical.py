"""The error of measurement of a score, and the reliability of several sources together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import ArrayLike

from analysis.nested import Numbers, checked_confidence, finite, rounding_variance
from analysis.statuses import Status


@dataclass(frozen=True)
class TrueScore:
    """What a score is expected to be without error of measurement."""

    value: float  # drawn towards the mean of all
    se: float  # standard error of ``value``
    low: float  # of the true score, around ``value``
    high: float


@dataclass(frozen=True)
class CompositeReliability:
    """Reliability of a weighted mean of sources. ``status`` says why there is none."""

    value: float | None  # at most 1
    variance: float | None  # of the weighted mean
    status: Status | None


@overload
def sem(sd: float, reliability: float) -> float: ...
@overload
def sem(sd: float | None, reliability: float | None) -> float | None: ...
def sem(sd: float | None, reliability: float | None) -> float | None:
    """Standard error of measurement, ``sd sqrt(1 - reliability)``, in the unit of ``sd``.

    Parameters
    ----------
    sd
        Standard deviation of the scores, at least 0.
    reliability
        Of the scores, 0 to 1. For the mean score of a ratee take that between raters
        (``shrunken_means``), not alpha, which takes disagreement of raters for truth.

    Returns
    -------
    float or None
        At least 0, at most ``sd``; None where either of the two is: an undefined reliability, as
        ``cronbach_alpha`` may give it, leaves the error undefined.

    Raises
    ------
    ValueError
        If ``sd`` is negative or not finite, or ``reliability`` not between 0 and 1.

    References
    ----------
    Lord, F. M., & Novick, M. R. (1968). Statistical theories of mental test scores.
    Addison-Wesley, section 3.8.

    Examples
    --------
    >>> round(sem(0.62, 0.81), 3)
    0.27
    """
    if sd is None or reliability is None:
        return None
    _check_measure(sd, reliability)
    return sd * math.sqrt(1 - reliability)


def score_interval(
    score: float, sd: float, reliability: float, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Where the score would lie again: ``score +- z sd sqrt(1 - reliability)``.

    Parameters
    ----------
    score
        The score of one ratee.
    sd, reliability
        As in ``sem``; the standard deviation in the unit of the score.
    confidence
        Coverage, between 0 and 1; z is the normal quantile that belongs to it.

    Returns
    -------
    tuple of float
        The lower and the upper bound, in the unit of ``score``.

    Raises
    ------
    ValueError
        As ``sem``, and if ``score`` is not finite or ``confidence`` not between 0 and 1.

    References
    ----------
    Lord, F. M., & Novick, M. R. (1968). Statistical theories of mental test scores.
    Addison-Wesley, section 3.8.

    Examples
    --------
    >>> [round(bound, 2) for bound in score_interval(3.9, 0.62, 0.81)]
    [3.37, 4.43]
    """
    _check_finite(score=score)
    reach = _normal_quantile(confidence) * sem(sd, reliability)
    return score - reach, score + reach


def true_score(
    score: float, mean: float, sd: float, reliability: float, *, confidence: float = 0.95
) -> TrueScore:
    """Kelley's estimate of the true score, ``mean + reliability (score - mean)``.

    Parameters
    ----------
    score
        The score of one ratee.
    mean, sd
        Mean and standard deviation (at least 0) of the scores of all ratees, in the same unit.
    reliability
        Of the scores, 0 to 1.
    confidence
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    TrueScore
        With the standard error ``sd sqrt(reliability (1 - reliability))`` and the normal interval
        around the estimate, all in the unit of ``score``.

    Raises
    ------
    ValueError
        As ``sem``, and if ``confidence`` is not between 0 and 1.

    References
    ----------
    Kelley, T. L. (1947). Fundamentals of statistics. Harvard University Press, p. 409.

    Examples
    --------
    >>> round(true_score(3.9, 3.6, 0.62, 0.81).value, 3)
    3.843
    """
    _check_measure(sd, reliability)
    _check_finite(score=score, mean=mean)
    value = mean + reliability * (score - mean)
    se = sd * math.sqrt(reliability * (1 - reliability))
    reach = _normal_quantile(confidence) * se
    return TrueScore(value, se, value - reach, value + reach)


def standard_error_of_difference(sem_a: float, sem_b: float) -> float:
    """Of two scores with independent errors: ``sqrt(sem_a^2 + sem_b^2)``.

    Parameters
    ----------
    sem_a, sem_b
        Standard errors of measurement of the two, at least 0, in the same unit.

    Returns
    -------
    float
        In that unit, at least 0.

    Raises
    ------
    ValueError
        If one is negative or not finite.

    Examples
    --------
    >>> round(standard_error_of_difference(0.3, 0.4), 2)
    0.5
    """
    _check_finite(sem_a=sem_a, sem_b=sem_b)
    if min(sem_a, sem_b) < 0:
        raise ValueError(f"a standard error is 0 or more, got {sem_a} and {sem_b}")
    return math.hypot(sem_a, sem_b)


def minimum_detectable_difference(sem_a: float, sem_b: float, *, confidence: float = 0.95) -> float:
    """Below this, two scores may differ by error alone: ``z sqrt(sem_a^2 + sem_b^2)``.

    Parameters
    ----------
    sem_a, sem_b
        As in ``standard_error_of_difference``.
    confidence
        How often error alone stays below it, between 0 and 1; z is the normal quantile that
        belongs to it.

    Returns
    -------
    float
        In the unit of the scores, at least 0.

    Raises
    ------
    ValueError
        As ``standard_error_of_difference``, and if ``confidence`` is not between 0 and 1.

    Examples
    --------
    >>> round(minimum_detectable_difference(0.3, 0.4), 2)
    0.98
    """
    return _normal_quantile(confidence) * standard_error_of_difference(sem_a, sem_b)


def composite_reliability(
    weights: ArrayLike, sd: ArrayLike, reliability: ArrayLike, correlations: ArrayLike
) -> CompositeReliability:
    """Reliability of a weighted mean of sources such as supervisor, peers and customers.

    ``1 - sum w_s^2 sd_s^2 (1 - rel_s) / Var(C)``, ``Var(C) = sum_sr w_s w_r sd_s sd_r r_sr``.

    Parameters
    ----------
    weights
        (sources,) at least 0, in any unit: they are divided by their sum.
    sd
        (sources,) standard deviations of the scores, at least 0.
    reliability
        (sources,) of the scores, 0 to 1.
    correlations
        (sources, sources) of the scores, symmetric with a diagonal of 1.

    Returns
    -------
    CompositeReliability
        ``variance`` is that of the weighted mean. A source whose weight, sd or reliability is NaN
        is missing: it leaves, and the others share its weight. Undefined with a word: no source
        with a weight left, or a correlation of two that are left is NaN (``undefined_no_pairs``),
        or the weighted mean does not vary (``undefined_zero_variance``).

    Raises
    ------
    ValueError
        If lengths differ, a number is out of its range or the correlations are none.

    References
    ----------
    Mosier, C. I. (1943). On the reliability of a weighted composite. Psychometrika, 8, 161-168.

    Examples
    --------
    >>> found = composite_reliability([2, 1], [0.6, 0.7], [0.8, 0.6], [[1, 0.3], [0.3, 1]])
    >>> round(found.value, 2)
    0.8
    """
    w, s, rel = (
        finite(each, name, "sources")
        for each, name in ((weights, "weights"), (sd, "sd"), (reliability, "reliability"))
    )
    r = finite(correlations, "correlations", "sources x sources")
    _check_sources(w, s, rel, r)
    there = (w > 0) & ~np.isnan(s) & ~np.isnan(rel)
    w, s, rel, r = w[there], s[there], rel[there], r[np.ix_(there, there)]
    if not there.any() or np.isnan(r).any():
        return CompositeReliability(None, None, "undefined_no_pairs")
    parts = w / w.sum() * s
    variance = float(parts @ r @ parts)
    if variance <= len(parts) * rounding_variance(parts):
        return CompositeReliability(None, None, "undefined_zero_variance")
    return CompositeReliability(1 - float(parts**2 @ (1 - rel)) / variance, variance, None)


def _normal_quantile(confidence: float) -> float:
    checked_confidence(confidence)
    from scipy.special import ndtri

    return float(ndtri((1 + confidence) / 2))


def _check_finite(**numbers: float) -> None:
    for name, number in numbers.items():
        if not math.isfinite(number):
            raise ValueError(f"{name} must be a finite number, got {number}")


def _check_measure(sd: float, reliability: float) -> None:
    if not 0 <= sd < math.inf:
        raise ValueError(f"a standard deviation is a number from 0 up, got {sd}")
    if not 0 <= reliability <= 1:
        raise ValueError(
            f"a reliability lies between 0 and 1, got {reliability}; take 0 for a negative estimate"
        )


def _check_sources(w: Numbers, sd: Numbers, rel: Numbers, r: Numbers) -> None:
    if not len(w) == len(sd) == len(rel) or r.shape != (len(w), len(w)):
        raise ValueError(
            f"every source needs a weight, sd, reliability and row and column of correlations, "
            f"got {len(w)}, {len(sd)}, {len(rel)} and {r.shape}"
        )
    if (w < 0).any() or (sd < 0).any():
        raise ValueError("weights and standard deviations are numbers from 0 up")
    if (rel < 0).any() or (rel > 1).any():
        raise ValueError("a reliability lies between 0 and 1; take 0 for a negative estimate")
    if not np.allclose(r, r.T, rtol=0, atol=1e-9, equal_nan=True) or (np.abs(r) > 1 + 1e-9).any():
        raise ValueError("correlations must be symmetric, each between -1 and 1")
    diagonal = np.diag(r)
    if not np.allclose(diagonal[~np.isnan(diagonal)], 1, rtol=0, atol=1e-9):
        raise ValueError("correlations must have a diagonal of 1; were covariances given?")
