"""The order of ratees: how much it hangs on choices, and which differences in it are real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statuses import Status

Tier = Literal["upper", "middle", "lower"]


@dataclass(frozen=True)
class RankCorrelation:
    """How alike two orders of the same ratees are."""

    value: float | None  # 1 the same order, 0 unrelated, -1 turned round
    n: int  # ratees in both
    status: Status | None


def rank_correlation(a: ArrayLike, b: ArrayLike) -> RankCorrelation:
    """Spearman's rank correlation of two scores of the same ratees.

    ``rho = r(rank a, rank b)``, ties at the mean of their ranks.

    Parameters
    ----------
    a, b
        (ratees,) scores in any unit, NaN where a ratee has none. Ratees with both enter.

    Returns
    -------
    RankCorrelation
        Between -1 and 1. Undefined with fewer than two ratees (``undefined_no_pairs``) or if
        either score is the same for all (``undefined_zero_variance``).

    Raises
    ------
    ValueError
        If ``a`` and ``b`` are not equally long lists.

    References
    ----------
    Spearman, C. (1904). The proof and measurement of association between two things. American
    Journal of Psychology, 15, 72-101.

    Examples
    --------
    >>> rank_correlation([3.1, 4.2, 3.9, 2.0], [3.0, 4.0, 4.1, 2.5]).value
    0.8
    """
    x, y = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape:
        raise ValueError(f"two equally long lists of scores are needed, got {x.shape}, {y.shape}")
    both = ~(np.isnan(x) | np.isnan(y))
    n = int(both.sum())
    if n < 2:
        return RankCorrelation(None, n, "undefined_no_pairs")
    p, q = (ranks - ranks.mean() for ranks in (mean_ranks(x[both]), mean_ranks(y[both])))
    spread = float(p @ p) * float(q @ q)
    if spread == 0:
        return RankCorrelation(None, n, "undefined_zero_variance")
    return RankCorrelation(float(p @ q) / spread**0.5, n, None)


def mean_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks from 1 up, equal values at the mean of the ranks they share."""
    _, place, times = np.unique(values, return_inverse=True, return_counts=True)
    ranks: NDArray[np.float64] = (np.cumsum(times) - (times - 1) / 2)[place]
    return ranks


def tiers(
    scores: ArrayLike, standard_errors: ArrayLike, *, confidence: float = 0.95
) -> list[Tier | None]:
    """Which ratees stand apart from the average of all, beyond what chance would do.

    A bare rank says that the 14th is better than the 15th, which few raters can never show. A
    tier says only on which side of the average of all ratees the interval of a score lies.

    Parameters
    ----------
    scores
        (ratees,) scores, NaN where there is none.
    standard_errors
        (ratees,) their standard errors, in the same unit; NaN where unknown.
    confidence
        Coverage of the interval around each score, between 0 and 1.

    Returns
    -------
    list of str or None
        ``"upper"`` or ``"lower"`` if the interval lies wholly above or below the mean of all
        scores, else ``"middle"``; None where score or standard error are missing.
    """
    from scipy.special import ndtri  # here, so that a web process that shows no tier does not pay

    score = np.asarray(scores, dtype=np.float64)
    reach = float(ndtri((1 + confidence) / 2)) * np.asarray(standard_errors, dtype=np.float64)
    known = ~np.isnan(score + reach)
    average = float(score[~np.isnan(score)].mean()) if (~np.isnan(score)).any() else 0.0
    above, below = score - reach > average, score + reach < average
    return [
        None if not is_known else "upper" if over else "lower" if under else "middle"
        for is_known, over, under in zip(known, above, below, strict=True)
    ]
