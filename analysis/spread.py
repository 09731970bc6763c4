"""How far the raters of one ratee see the same thing: wide, medium or narrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from analysis.agreement import null_variance, rwg_j

Width = Literal["narrow", "medium", "wide"]

WORD_FROM = 5  # raters from which on the word is shown
NUMBERS_FROM = 10  # raters from which on HR sees the numbers
LEAST_ITEMS = 3  # fewer would describe single answers
NARROW = 0.71  # "strong agreement" and "moderate agreement" begin here
MEDIUM = 0.51  # (LeBreton & Senter 2008, p. 836)
_SKEWED_SCALES = range(5, 8)  # points for which a slightly skewed null is known


@dataclass(frozen=True)
class Spread:
    """Agreement of one group on one competency.

    Numbers are None below ten raters and beside a band.
    """

    width: Width
    n: int
    r_star: float | None  # 1 all the same, 0 as scattered as by chance; may be negative
    ad: float | None  # mean distance from the item means, in points of the scale


def spreads(
    values: NDArray[np.float64],
    group: NDArray[np.int64],
    points: int,
    banded: NDArray[np.bool_],
) -> dict[int, Spread]:
    """How far the raters of each group agree on one competency.

    ``r* = 1 - mean item variance / null variance``, the null slightly skewed: people rate others
    leniently, so that an even spread of points is not what chance would give. r* does not grow
    with the number of items, as rwg(j) does.

    Parameters
    ----------
    values
        (responses, items) recoded points of the rating items of one competency, NaN where not
        judged.
    group
        (responses,) the group each response belongs to, a number from 0 up.
    points
        How many points the scale has.
    banded
        (groups,) whether the mean of one of the items is a band. Then there are no numbers: with
        the band they would tell every answer.

    Returns
    -------
    dict of int to Spread
        By group. Groups of fewer than five raters, and those with fewer than three items that
        five of them judged, are left out.

    References
    ----------
    Lindell, M. K., Brandt, C. J., & Whitney, D. J. (1999). A revised index of interrater agreement
    for multi-item ratings of a single target. Applied Psychological Measurement, 23, 127-135.
    LeBreton, J. M., & Senter, J. L. (2008). Answers to 20 questions about interrater reliability
    and interrater agreement. Organizational Research Methods, 11, 815-852.
    """
    if not len(values):
        return {}
    present, place = np.unique(group, return_inverse=True)
    judged = np.zeros((len(present), values.shape[1]))
    np.add.at(judged, place, ~np.isnan(values))
    usable = judged >= WORD_FROM
    enough = usable.sum(axis=1) >= LEAST_ITEMS
    rows = enough[place]
    if not rows.any():
        return {}
    kept = np.where(usable[place], values, np.nan)[rows]
    skewed = points in _SKEWED_SCALES
    chance = null_variance(points, "slight_skew" if skewed else "uniform")
    found = rwg_j(kept, group[rows], chance)
    raters = judged[enough].min(axis=1, initial=np.inf, where=usable[enough]).astype(int)
    return {
        int(key): _spread(float(r_star), float(ad), int(n), told=not banded[key])
        for key, r_star, ad, n in zip(
            found.ratees, found.r_star, found.ad_mean, raters, strict=True
        )
    }


def _spread(r_star: float, ad: float, n: int, *, told: bool) -> Spread:
    width: Width = "narrow" if r_star >= NARROW else "medium" if r_star >= MEDIUM else "wide"
    if not told or n < NUMBERS_FROM:
        return Spread(width, n, None, None)
    return Spread(width, n, round(r_star, 2), round(ad, 2))
