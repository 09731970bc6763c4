"""How one's own view differs from that of the others, on the same items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.disclosure import Cell, GroupScore
from analysis.nested import finite
from analysis.scoring import mean_score
from analysis.statuses import Status

Kind = Literal["blind_spot", "hidden_strength"]

NOTABLE = 0.5  # points of the rating scale
COHORT = 20  # ratees from which on they may be compared with each other
_BEYOND = 0.5  # standard deviations of the differences (Atwater & Yammarino 1992)
_TOLERANCE = 1e-9  # 4.5 - 4.0 and 4.3 - 3.8 are both half a point
_ROUNDING = 1e-12  # relative: what two scores that are the same may differ by


@dataclass(frozen=True)
class Gap:
    """Both views of the same items."""

    own: GroupScore
    others: GroupScore
    items: int  # how many were compared

    @property
    def difference(self) -> float:
        """Self minus others: positive where one sees oneself as better."""
        return self.own.mean - self.others.mean


def gap(own: Cell | None, others: Cell) -> Gap | None:
    """Both views of one item, from its two published values.

    None where either is hidden or there was no self-rating (``own`` None): a difference would
    reveal the hidden side.
    """
    if isinstance(own, GroupScore) and isinstance(others, GroupScore):
        return Gap(own, others, items=1)
    return None


def mean_gap(parts: Sequence[Gap | None]) -> Gap | None:
    """Both views of a competency, from those of its items (overall: of the competencies).

    The two scores of the competency are not subtracted from each other: the ratee judges more
    items than customers do, so they may be means of different items. None without an item that
    both views have.
    """
    common = [part for part in parts if part is not None]
    if not common:
        return None
    return Gap(
        own=mean_score([part.own for part in common]),
        others=mean_score([part.others for part in common]),
        items=sum(part.items for part in common),
    )


def is_notable(difference: float | None, margin: float | None = None) -> bool:
    """Whether a difference is worth a sentence: more than half a point, and beyond its margin.

    The absolute rule, for a report on one ratee. It compares nobody with other ratees, so that it
    holds in a cohort of any size.

    Parameters
    ----------
    difference
        D, self minus others, in points of the rating scale; None where one view is hidden.
    margin
        Half the 95 % interval of D, which is that of the mean of the others, in points (with many
        raters 1.96 standard errors); None where it is not known. Half a point then decides alone,
        and the difference may still lie within what a few raters scatter.

    Returns
    -------
    bool
        False where there is no difference.

    Raises
    ------
    ValueError
        If ``margin`` is negative or not a number.
    """
    if margin is not None and not margin >= 0:
        raise ValueError(f"a margin is 0 or more, got {margin}; None if it is not known")
    if difference is None or abs(difference) <= NOTABLE + _TOLERANCE:
        return False
    return margin is None or abs(difference) > margin


def kind(difference: float | None, margin: float | None = None) -> Kind | None:
    """What a difference tells its ratee: a blind spot, a hidden strength, or nothing.

    Parameters
    ----------
    difference, margin
        As `is_notable`, which decides whether the difference counts.

    Returns
    -------
    str or None
        ``"blind_spot"`` where one sees oneself notably above the others' view,
        ``"hidden_strength"`` where notably below, else None.
    """
    if difference is None or not is_notable(difference, margin):
        return None
    return "blind_spot" if difference > 0 else "hidden_strength"


@dataclass(frozen=True, eq=False)
class SelfOther:
    """How the ratees of a cohort see themselves. None where undefined; ``status`` says why."""

    category: NDArray[Any]  # per ratee "over", "under", "in_agreement" or None
    category4: NDArray[Any]  # agreement split into "in_agreement_good" and "in_agreement_poor"
    mean: float | None  # of self minus others over the ratees with both
    sd: float | None
    n: int  # ratees with both
    few: bool  # fewer than twenty: better told by `kind`
    statuses: NDArray[Any]  # per ratee, why there is no category
    status: Status | None


def self_other_categories(
    self_scores: ArrayLike, others: ArrayLike, *, standardized: bool = False
) -> SelfOther:
    """Who sees oneself higher or lower than others do, compared with the rest of the cohort.

    ``D = self - others``; over where ``D > mean(D) + SD(D)/2``, under where
    ``D < mean(D) - SD(D)/2``, else in agreement, which is good where the others' view is not below
    its mean, and else poor.

    Parameters
    ----------
    self_scores, others
        (ratees,) own score and the mean of the others, in points of one scale; NaN where there is
        none.
    standardized
        Compare standing rather than points: both views are first standardized over the ratees with
        both, and the limits are half a standard deviation of a view, above or below 0.

    Returns
    -------
    SelfOther
        ``mean`` and ``sd`` (divisor n - 1) are of the differences that were compared: in points,
        or standardized. None as category where a view is missing (``undefined_no_pairs``). By
        design about a third of any cohort is over and a third under: the categories say how one
        stands to the others, not that the difference is large. Undefined for all: fewer than two
        ratees with both (``undefined_no_pairs``); standardized, a view that does not vary
        (``undefined_zero_variance``).

    Raises
    ------
    ValueError
        If the two are no lists of the same length, or hold an infinite number.

    References
    ----------
    Atwater, L. E., & Yammarino, F. J. (1992). Does self-other agreement on leadership perceptions
    moderate the validity of leadership and performance predictions? Personnel Psychology, 45,
    141-164.
    Yammarino, F. J., & Atwater, L. E. (1997). Do managers see themselves as others see them?
    Organizational Dynamics, 25(4), 35-44.
    Fleenor, J. W., McCauley, C. D., & Brutus, S. (1996). Self-other rating agreement and leader
    effectiveness. Leadership Quarterly, 7, 487-506.
    """
    own, seen = finite(self_scores, "self_scores", "ratees"), finite(others, "others", "ratees")
    if len(own) != len(seen):
        raise ValueError(f"give both views per ratee: {len(own)} self_scores, {len(seen)} others")
    both = ~np.isnan(own) & ~np.isnan(seen)
    own, seen = own[both], seen[both]
    if len(own) < 2:
        return _no_categories(both, "undefined_no_pairs")
    nothing = _ROUNDING * float(np.abs([own, seen]).max())
    if standardized and min(np.ptp(own), np.ptp(seen)) <= nothing:
        return _no_categories(both, "undefined_zero_variance")
    difference = _standard(own) - _standard(seen) if standardized else own - seen
    mean, sd = float(difference.mean()), float(difference.std(ddof=1))
    middle, limit = (0.0, _BEYOND + _TOLERANCE) if standardized else (mean, _BEYOND * sd + nothing)
    category, category4 = np.full((2, len(both)), None, dtype=object)
    above = difference > middle + limit
    below = difference < middle - limit
    good = seen >= seen.mean() - nothing
    category[both] = np.select([above, below], ["over", "under"], "in_agreement")
    quality = np.where(good, "in_agreement_good", "in_agreement_poor")
    category4[both] = np.select([above, below], ["over", "under"], quality)
    statuses = np.full(len(both), None, dtype=object)
    statuses[~both] = "undefined_no_pairs"
    few = len(own) < COHORT
    return SelfOther(category, category4, mean, sd, len(own), few, statuses, None)


def _standard(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    standard: NDArray[np.float64] = (scores - scores.mean()) / scores.std(ddof=1)
    return standard


def _no_categories(both: NDArray[np.bool_], status: Status) -> SelfOther:
    none = np.full(len(both), None, dtype=object)
    n = int(both.sum())
    reasons = np.where(both, status, "undefined_no_pairs").astype(object)
    return SelfOther(none, none, None, None, n, n < COHORT, reasons, status)
