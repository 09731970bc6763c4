"""How sure the mean of a few raters is."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.nested import (
    Moments,
    Numbers,
    checked_confidence,
    nested_moments,
    shared_status,
)
from analysis.statuses import Status

OWN_FROM = 5  # answers from which on a ratee's own standard deviation is trusted


@dataclass(frozen=True, eq=False)
class MeanIntervals:
    """Mean of each ratee with its interval. ``status`` says why no ratee has an interval."""

    ratees: NDArray[Any]  # sorted distinct labels; the arrays below follow them
    mean: Numbers  # NaN without an answer
    low: Numbers
    high: Numbers
    standard_error: Numbers
    n: NDArray[np.intp]  # answers on the ratee
    pooled: NDArray[np.bool_]  # whether the variance is that of all ratees
    statuses: NDArray[np.object_]  # why there is no interval, or None
    status: Status | None


@dataclass(frozen=True)
class PooledStandardError:
    """Standard error of the mean of n raters. None where undefined; ``status`` says why."""

    value: float | None  # in the unit of the answers
    df: int  # degrees of freedom of ``within``
    within: float | None  # variance of the answers within ratees (MSW)
    status: Status | None


def mean_interval(
    values: ArrayLike, ratee: ArrayLike, *, confidence: float = 0.95
) -> MeanIntervals:
    """The mean of each ratee's answers and the interval around it.

    ``mean_i +- t(df) s / sqrt(n_i)``. With five answers or more s is the ratee's own standard
    deviation and df = n_i - 1. With fewer, s^2 is the variance within ratees pooled over all of
    them, ``MSW = sum (y_ij - mean_i)^2 / (T - N)``, and df = T - N: two or three answers know
    next to nothing of their own spread, and two equal ones would claim to be exact.

    Parameters
    ----------
    values
        (answers,) one score per rater and ratee, all of one relation; any unit. NaN where not
        judged: such rows do not count.
    ratee
        (answers,) label of the ratee each answer is about, a whole number or a string.
    confidence
        Coverage of each interval, between 0 and 1.

    Returns
    -------
    MeanIntervals
        In the unit of ``values``; ends may lie outside its scale. If five answers or more are all
        the same, the pooled variance is used as well: no interval has the width zero. NaN with a
        word: a ratee without an answer (``undefined_fewer_than_2_raters``, no mean either);
        a pooled variance is needed and nobody was rated twice (``undefined_no_within_df``) or it
        is 0 (``undefined_zero_variance``); the mean stays.

    Raises
    ------
    ValueError
        If ``values`` is no list of finite numbers or NaN, if there are not as many labels, or if
        ``confidence`` is not between 0 and 1.

    Notes
    -----
    The pooled variance takes ratees to differ in their means, not in how much their raters
    scatter. The raters are taken as a sample of those who could have answered.

    References
    ----------
    Snedecor, G. W., & Cochran, W. G. (1989). Statistical methods (8th ed.). Iowa State University
    Press, chapter 12.

    Examples
    --------
    >>> found = mean_interval([4, 4, 5, 2, 3, 2], ["Li", "Li", "Li", "Wu", "Wu", "An"])
    >>> found.low.round(1).tolist(), found.high.round(1).tolist()
    ([0.0, 3.2, 1.1], [4.0, 5.5, 3.9])
    """
    checked_confidence(confidence)
    nested, of_ratee = nested_moments(values, ratee)
    n = np.where(of_ratee.n > 0, of_ratee.n, np.nan)
    pooled = (of_ratee.n < OWN_FROM) | (of_ratee.squares == 0)
    within = _pooled(of_ratee)
    variance = np.where(pooled, within.within or np.nan, of_ratee.squares / np.maximum(n - 1, 1))
    standard_error = np.sqrt(variance / n)
    df = np.where(pooled, max(within.df, 1), of_ratee.n - 1)
    reach = _t((1 + confidence) / 2, df) * standard_error
    statuses = np.full(len(n), None, dtype=object)
    statuses[np.isnan(variance)] = within.status
    statuses[of_ratee.n == 0] = "undefined_fewer_than_2_raters"
    return MeanIntervals(
        ratees=nested.ratees,
        mean=of_ratee.mean,
        low=of_ratee.mean - reach,
        high=of_ratee.mean + reach,
        standard_error=standard_error,
        n=of_ratee.n.astype(np.intp),
        pooled=pooled,
        statuses=statuses,
        status=shared_status(statuses),
    )


def pooled_standard_error(values: ArrayLike, ratee: ArrayLike, n: float) -> PooledStandardError:
    """Standard error of the mean of n raters, from how all raters scatter around their ratees.

    ``sqrt(MSW / n)`` with ``MSW = sum (y_ij - mean_i)^2 / (T - N)`` of T answers on N ratees.

    Parameters
    ----------
    values
        (answers,) one score per rater and ratee, all of one relation; any unit. NaN where not
        judged: such rows do not count.
    ratee
        (answers,) label of the ratee each answer is about, a whole number or a string.
    n
        Raters whose mean it is, at least 1.

    Returns
    -------
    PooledStandardError
        In the unit of ``values``. Undefined with a word: nobody was rated twice
        (``undefined_no_within_df``); raters agree fully on every ratee
        (``undefined_zero_variance``), which does not make a mean exact.

    Raises
    ------
    ValueError
        If ``values`` is no list of finite numbers or NaN, if there are not as many labels, or if
        ``n`` is less than 1.

    Examples
    --------
    >>> round(pooled_standard_error([4, 5, 5, 2, 3], ["Li", "Li", "Li", "Wu", "Wu"], 3).value, 3)
    0.36
    """
    if not isinstance(n, Real) or not 1 <= n < np.inf:
        raise ValueError(f"n is one number of raters, at least 1; got {n}")
    _, of_ratee = nested_moments(values, ratee)
    within = _pooled(of_ratee)
    value = float((within.within / n) ** 0.5) if within.within else None
    return PooledStandardError(value, within.df, within.within, within.status)


def _pooled(of_ratee: Moments) -> PooledStandardError:
    """The variance within ratees, still without a standard error."""
    judged = of_ratee.n > 0
    df = int(of_ratee.n.sum()) - int(judged.sum())
    if df == 0:
        return PooledStandardError(None, 0, None, "undefined_no_within_df")
    within = float(of_ratee.squares.sum()) / df
    return PooledStandardError(None, df, within, None if within else "undefined_zero_variance")


def _t(p: float, df: NDArray[np.float64]) -> Numbers:
    """Quantiles of t; many ratees share few degrees of freedom."""
    from scipy.special import stdtrit  # here, so that a web process that shows none does not pay

    distinct, place = np.unique(df, return_inverse=True)
    return np.asarray(stdtrit(distinct, p), dtype=np.float64)[place]
