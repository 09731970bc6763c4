"""Agreement about one ratee: how much less his or her raters scatter than by chance."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.agreement.scatter import scatter
from analysis.nested import Numbers, by_ratee, measured, nested_moments, same_rows, shared_status
from analysis.statuses import Status

_POLE = 1e-9  # relative: nearer to its pole the raw rwg(j) is a matter of rounding


@dataclass(frozen=True, eq=False)
class Rwg:
    """Agreement on one item, per ratee. ``status`` says why no ratee has a value."""

    ratees: NDArray[Any]  # sorted distinct labels; the arrays below follow them
    rwg: Numbers  # 0 to 1; NaN where undefined
    raw: Numbers  # below 0 where raters scatter more than by chance
    n: NDArray[np.intp]  # raters who judged
    statuses: NDArray[np.object_]  # why there is no value, or None
    status: Status | None

    @property
    def value(self) -> Numbers:
        return self.rwg


@dataclass(frozen=True, eq=False)
class RwgJ:
    """Agreement on a scale of items, per ratee. ``status`` says why no ratee has a value."""

    ratees: NDArray[Any]  # sorted distinct labels; the arrays below follow them
    rwg_j: Numbers  # 0 to 1; grows with the number of items
    r_star: Numbers  # at most 1, below 0 where raters scatter more than by chance
    raw: Numbers  # the formula of rwg(j) where it makes no sense: below 0, above 1, NaN at its pole
    ad_mean: Numbers  # mean distance from the item's mean, in points
    ad_median: Numbers  # mean distance from the item's median, in points
    n: NDArray[np.intp]  # raters who judged at least one item
    statuses: NDArray[np.object_]  # why there is no value, or None
    status: Status | None

    @property
    def value(self) -> Numbers:
        return self.rwg_j


def rwg(values: ArrayLike, ratee: ArrayLike, null_variance: float) -> Rwg:
    """Agreement of the raters of each ratee on one item.

    ``rwg = 1 - s2 / s2E``, s2 the variance (n-1) of the answers on the ratee, s2E the variance
    that raters without agreement would show. 1 full agreement, 0 none.

    Parameters
    ----------
    values
        (answers,) points of one item, NaN where not judged.
    ratee
        (answers,) label of the ratee each answer is about, a whole number or a string.
    null_variance
        s2E, in squared points, as `null_variance` gives it.

    Returns
    -------
    Rwg
        Values below 0 (more scatter than by chance) are 0, and kept in ``raw``. With fewer than
        two raters NaN (``undefined_fewer_than_2_raters``), never 1.

    Raises
    ------
    ValueError
        If ``values`` is no list of finite numbers or NaN, if there are not as many labels, or if
        ``null_variance`` is not positive.

    References
    ----------
    James, L. R., Demaree, R. G., & Wolf, G. (1984). Estimating within-group interrater reliability
    with and without response bias. Journal of Applied Psychology, 69, 85-98, formula 1.

    Examples
    --------
    >>> found = rwg([4, 5, 5, 1, 5, 3], ["Li", "Li", "Li", "Wu", "Wu", "An"], 2.0)
    >>> found.ratees.tolist(), found.rwg.round(2).tolist()
    (['An', 'Li', 'Wu'], [nan, 0.83, 0.0])
    """
    _checked_null(null_variance)
    nested, of_ratee = nested_moments(values, ratee)
    enough = of_ratee.n > 1
    raw = 1 - of_ratee.squares / np.where(enough, of_ratee.n - 1, np.nan) / null_variance
    statuses = _statuses(of_ratee.n, enough)
    return Rwg(
        ratees=nested.ratees,
        rwg=np.maximum(raw, 0.0),
        raw=raw,
        n=of_ratee.n.astype(np.intp),
        statuses=statuses,
        status=shared_status(statuses),
    )


def rwg_j(items: ArrayLike, ratee: ArrayLike, null_variance: float) -> RwgJ:
    """Agreement of the raters of each ratee on a scale of items, and their scatter in points.

    With ``u = mean item variance / s2E``, the variances (n-1) over the raters who judged the item,
    and s2E the variance that raters without agreement would show:
    ``rwg(j) = J (1 - u) / (J (1 - u) + u)`` and ``r* = 1 - u``. Both 1 in full agreement; rwg(j)
    comes near 1 for many items whatever the raters say, r* does not.

    Parameters
    ----------
    items
        (responses, items) points, reverse items already recoded, NaN where not judged.
    ratee
        (responses,) label of the ratee each response is about, a whole number or a string.
    null_variance
        s2E, in squared points, as `null_variance` gives it.

    Returns
    -------
    RwgJ
        Per ratee, from the items that at least two raters judged; J is their number. Where u
        exceeds 1, ``rwg_j`` is 0, and ``raw`` and ``r_star`` keep what the formulas give (``raw``
        is NaN at its pole, ``u = J / (J - 1)``). ``ad_mean`` and ``ad_median`` are the mean
        distances of the answers from the mean and the median of the item, averaged over items;
        acceptable up to a sixth of the number of points. NaN with a word: fewer than two raters
        (``undefined_fewer_than_2_raters``), never 1; no item that two of them judged
        (``undefined_no_pairs``).

    Raises
    ------
    ValueError
        If ``items`` is not two-dimensional, has rows without a column or holds an infinite number,
        if there are not as many labels as rows, or if ``null_variance`` is not positive.

    Notes
    -----
    Every answer counts. R multilevel up to 2.7 leaves out responses with a gap; leave them out
    beforehand to obtain its numbers.

    References
    ----------
    James, L. R., Demaree, R. G., & Wolf, G. (1984). Estimating within-group interrater reliability
    with and without response bias. Journal of Applied Psychology, 69, 85-98, formula 2.
    Lindell, M. K., Brandt, C. J., & Whitney, D. J. (1999). A revised index of interrater agreement
    for multi-item ratings of a single target. Applied Psychological Measurement, 23, 127-135.
    Burke, M. J., Finkelstein, L. M., & Dusig, M. S. (1999). On average deviation indices for
    estimating interrater agreement. Organizational Research Methods, 2, 49-68.

    Examples
    --------
    >>> found = rwg_j([[4, 5], [5, 5], [2, 3], [4, 3]], ["Li", "Li", "Wu", "Wu"], 2.0)
    >>> found.rwg_j.round(2).tolist(), found.r_star.tolist(), found.ad_mean.tolist()
    ([0.93, 0.67], [0.875, 0.5], [0.25, 0.5])
    """
    _checked_null(null_variance)
    x, nested = measured(items, "items", "responses x items"), by_ratee(ratee)
    same_rows(x, nested, "items")
    if len(x) and not x.shape[1]:
        raise ValueError("items have no column; give at least one item")
    of_ratee = scatter(x, nested)
    r_star = 1 - of_ratee.variance / null_variance
    raw = _spearman_brown_of(r_star, of_ratee.items)
    statuses = _statuses(of_ratee.n, of_ratee.items > 0)
    return RwgJ(
        ratees=nested.ratees,
        rwg_j=np.where(r_star < 0, 0.0, raw),
        r_star=r_star,
        raw=raw,
        ad_mean=of_ratee.ad_mean,
        ad_median=of_ratee.ad_median,
        n=of_ratee.n.astype(np.intp),
        statuses=statuses,
        status=shared_status(statuses),
    )


def _spearman_brown_of(r_star: Numbers, items: Numbers) -> Numbers:
    """``J r* / (J r* + 1 - r*)``, which is rwg(j); NaN at its pole."""
    denominator = items * r_star + 1 - r_star
    at_pole = np.abs(denominator) <= _POLE * items
    return items * r_star / np.where(at_pole, np.nan, denominator)


def _checked_null(null_variance: float) -> None:
    if not isinstance(null_variance, Real) or not 0 < null_variance < np.inf:
        raise ValueError(
            f"null_variance must be positive (2.0 for 5 points, uniform), got {null_variance}"
        )


def _statuses(n: Numbers, defined: NDArray[np.bool_]) -> NDArray[np.object_]:
    statuses = np.full(len(n), None, dtype=object)
    statuses[~defined] = "undefined_no_pairs"
    statuses[n < 2] = "undefined_fewer_than_2_raters"
    return statuses
