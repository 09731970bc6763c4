"""How reliability grows with the number of raters (or items), and how many are needed."""

from __future__ import annotations

from math import ceil
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

_NOTHING = 1e-12  # below it a divisor or a reliability is rounding error
_DECIMALS = 9  # kept before rounding up: t(1-r)/(r(1-t)) for r=.5, t=.8 is 4.000000000000001


@overload
def spearman_brown(reliability: float, factor: float) -> float | None: ...
@overload
def spearman_brown(reliability: NDArray[np.float64], factor: ArrayLike) -> NDArray[np.float64]: ...
@overload
def spearman_brown(reliability: ArrayLike, factor: NDArray[np.float64]) -> NDArray[np.float64]: ...
def spearman_brown(reliability: ArrayLike, factor: ArrayLike) -> float | NDArray[np.float64] | None:
    """Reliability of the mean of ``factor`` times as many raters, or of a scale so much longer.

    ``rel(k) = k r / (1 + (k-1) r)``

    Parameters
    ----------
    reliability
        r, reliability now, at most 1: of one rater an ICC(1). One number or an array.
    factor
        k, how many times as many, above 0: 5 for five raters where r is that of one; 1/5 for the
        way back. One number or an array of a fitting shape.

    Returns
    -------
    float, ndarray or None
        At most 1; a negative r stays negative. An array where one of the two is an array.
        Undefined where ``1 + (k-1) r`` is not positive (so many raters can not agree so little)
        and where r is NaN: None, in an array NaN.

    Raises
    ------
    ValueError
        If a reliability is above 1 or a factor is not above 0.

    References
    ----------
    Spearman, C. (1910). Correlation calculated from faulty data. British Journal of Psychology,
    3, 271-295.
    Brown, W. (1910). Some experimental results in the correlation of mental abilities. British
    Journal of Psychology, 3, 296-322.

    Examples
    --------
    >>> round(spearman_brown(0.3, 6), 2)  # one rater in agreement by .30, six of them
    0.72
    """
    r, k = np.asarray(reliability, dtype=np.float64), np.asarray(factor, dtype=np.float64)
    if (r > 1 + _NOTHING).any():
        raise ValueError(f"a reliability is at most 1, got {r.max():g}")
    if not ((k > 0) & np.isfinite(k)).all():
        raise ValueError(f"factor must be above 0 and finite, got {np.min(k):g}")
    divisor = 1 + (k - 1) * r
    defined = divisor > _NOTHING
    stepped = np.where(defined, k * r / np.where(defined, divisor, 1.0), np.nan)
    if stepped.ndim:
        return stepped
    return float(stepped) if np.isfinite(stepped) else None


def raters_needed(icc1: float | None, target: float) -> int | None:
    """How many raters of one ratee make their mean as reliable as wanted.

    ``k = t (1-r) / (r (1-t))``, rounded up: the Spearman-Brown formula solved for k.

    Parameters
    ----------
    icc1
        r, reliability of one rater, at most 1; None or NaN where it is undefined.
    target
        t, the reliability wanted, between 0 and 1.

    Returns
    -------
    int or None
        At least 1. None where r is undefined or not above 0: raters who do not agree at all make
        no reliable mean, however many they are.

    Raises
    ------
    ValueError
        If ``target`` does not lie between 0 and 1, or if ``icc1`` is above 1.

    Notes
    -----
    Rounded to nine decimals before it is rounded up, so that the exact 4 of r = .5 and t = .8
    does not become 5.

    Examples
    --------
    >>> raters_needed(0.37, 0.7)  # peers (Conway & Huffcutt 1997)
    4
    """
    if not 0 < target < 1:
        raise ValueError(f"the reliability wanted must lie between 0 and 1, got {target}")
    if icc1 is None or not icc1 > _NOTHING:
        return None
    if icc1 > 1 + _NOTHING:
        raise ValueError(f"a reliability is at most 1, got {icc1:g}")
    exact = target * (1 - icc1) / (icc1 * (1 - target))
    return max(1, ceil(round(exact, _DECIMALS)))
