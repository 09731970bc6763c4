"""The variance that raters without agreement would show, by which rwg measures agreement."""

from __future__ import annotations

import math
from typing import Literal

Shape = Literal["uniform", "slight_skew", "moderate_skew", "heavy_skew", "triangular"]

# By points of the scale; LeBreton & Senter 2008, Table 2 (triangular: peak in the middle).
_VARIANCES: dict[str, dict[int, float]] = {
    "slight_skew": {5: 1.34, 6: 1.85, 7: 2.90, 9: 5.66, 10: 6.30, 11: 7.31},
    "moderate_skew": {5: 0.90, 6: 1.26, 7: 2.14},
    "heavy_skew": {5: 0.44, 6: 0.69, 7: 1.39},
    "triangular": {5: 1.32, 7: 2.10},
}


def null_variance(points: int, shape: Shape = "uniform") -> float:
    """Variance of answers that follow no agreement, only a habit of answering.

    ``uniform``: every point equally often, ``(A^2 - 1) / 12`` for A points. The skewed shapes
    allow for leniency (most answers near the upper end), ``triangular`` for a central tendency.
    Leniency makes a uniform null flatter the raters, so judge by the slight skew.

    Parameters
    ----------
    points
        How many points the scale has, at least 2.
    shape
        ``"uniform"`` for any number of points; ``"slight_skew"`` for 5, 6, 7, 9, 10, 11;
        ``"moderate_skew"`` and ``"heavy_skew"`` for 5, 6, 7; ``"triangular"`` for 5, 7.

    Returns
    -------
    float
        Positive, in squared points of the scale.

    Raises
    ------
    ValueError
        If the scale has fewer than 2 points, the shape is unknown, or the source gives no value
        for so many points.

    References
    ----------
    LeBreton, J. M., & Senter, J. L. (2008). Answers to 20 questions about interrater reliability
    and interrater agreement. Organizational Research Methods, 11, 815-852, Table 2.

    Examples
    --------
    >>> null_variance(5), null_variance(5, "slight_skew")
    (2.0, 1.34)
    """
    if not 2 <= points < math.inf or points != int(points):
        raise ValueError(f"a scale has at least 2 points, a whole number; got {points}")
    if shape == "uniform":
        return (points**2 - 1) / 12
    if shape not in _VARIANCES:
        raise ValueError(f"shape must be uniform, {', '.join(_VARIANCES)}; got {shape!r}")
    known = _VARIANCES[shape]
    if points not in known:
        available = ", ".join(map(str, known))
        raise ValueError(f"{shape} is known for {available} points, not for {points}; use uniform")
    return known[points]
