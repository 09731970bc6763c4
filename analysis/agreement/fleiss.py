"""Fleiss' kappa: agreement of equally many raters on categories."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis.nested import Numbers, finite
from analysis.statuses import Status


@dataclass(frozen=True)
class FleissKappa:
    """Agreement beyond chance. None where undefined; ``status`` says why there is no ``value``."""

    value: float | None  # 1 full agreement, 0 as by chance; may be negative
    z: float | None  # of the hypothesis that there is no agreement beyond chance
    status: Status | None


def fleiss_kappa(counts: ArrayLike) -> FleissKappa:
    """Agreement of equally many raters, not the same ones, who put each unit into a category.

    ``kappa = (P - Pe) / (1 - Pe)``: P the share of pairs of raters who agree on a unit, averaged
    over units, ``Pe = sum p_j^2`` with p_j the share of all answers in category j.

    Parameters
    ----------
    counts
        (units, categories) how many raters put the unit there; every unit has equally many
        raters.

    Returns
    -------
    FleissKappa
        Undefined with a word: no unit (``undefined_no_pairs``), one rater
        (``undefined_fewer_than_2_raters``), one category in use (``undefined_no_variation``),
        neither 1 nor 0.

    Raises
    ------
    ValueError
        If ``counts`` is not two-dimensional, holds anything but whole numbers from 0 up, or if
        units have unequal numbers of raters; with the row.

    Notes
    -----
    The variance under no agreement is that of Fleiss, Nee and Landis, for N units and n raters:
    ``2 ((sum p q)^2 - sum p q (q - p)) / (N n (n - 1) (sum p q)^2)`` with q = 1 - p.

    References
    ----------
    Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological
    Bulletin, 76, 378-382.
    Fleiss, J. L., Nee, J. C. M., & Landis, J. R. (1979). Large sample variance of kappa in the case
    of different sets of raters. Psychological Bulletin, 86, 974-977.

    Examples
    --------
    >>> round(fleiss_kappa([[3, 0], [0, 3], [2, 1], [3, 0]]).value, 3)
    0.625
    """
    table = finite(counts, "counts", "units x categories")
    raters = _raters(table)
    units = len(table)
    if not units:
        return FleissKappa(None, None, "undefined_no_pairs")
    if raters < 2:
        return FleissKappa(None, None, "undefined_fewer_than_2_raters")
    if (table.sum(axis=0) > 0).sum() < 2:
        return FleissKappa(None, None, "undefined_no_variation")
    p = table.sum(axis=0) / table.sum()
    q = 1 - p
    agreeing = float((table * (table - 1)).sum()) / (units * raters * (raters - 1))
    by_chance = float(p @ p)
    value = (agreeing - by_chance) / (1 - by_chance)
    pq = float(p @ q)
    variance = 2 * (pq**2 - float((p * q) @ (q - p))) / (units * raters * (raters - 1) * pq**2)
    return FleissKappa(value, value / variance**0.5 if variance > 0 else None, None)


def _raters(table: Numbers) -> float:
    """How many judged each unit."""
    odd = ~((table >= 0) & (table == np.floor(table))).all(axis=1)
    if odd.any():
        raise ValueError(f"row {int(np.argmax(odd))} of counts holds no whole numbers from 0 up")
    raters = table.sum(axis=1)
    unequal = raters != raters[:1]
    if unequal.any():
        row = int(np.argmax(unequal))
        raise ValueError(
            f"row {row} of counts has {raters[row]:g} raters, row 0 has {raters[0]:g}; "
            "use krippendorff_alpha for unequal numbers"
        )
    return float(raters[0]) if len(raters) else 0.0
