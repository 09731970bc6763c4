"""From points to competency scores, and from the groups to the weighted view of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.disclosure import Cell, Group, GroupScore, HiddenGroup
from analysis.nested import finite
from analysis.statuses import Status
from questionnaires.model import Relation

ITEM_COVERAGE = 0.5  # share of a competency's items that must be shown
WEIGHT_COVERAGE = 0.6  # share of the weights that must be shown
EQUAL_WEIGHTS: Mapping[Relation, float] = dict.fromkeys(Relation, 1.0)
_ROWS = 2048  # at a time: copies as large as all answers cost more than the sums
_TOLERANCE = 1e-9  # so that .6 reached as .1 + .2 + .3 counts as .6


@dataclass(frozen=True)
class WeightedScore:
    """The view of the others, and the weight each group had in it (sums to 1)."""

    cell: Cell
    weights: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Composite:
    """One overall score of several sources. None where undefined; ``status`` says why."""

    value: float | None  # in points of the scale
    weights: NDArray[np.float64]  # per source as used: sums to 1, 0 where missing
    missing: tuple[int, ...]  # sources without a score, by place
    status: Status | None


def recode(
    values: ArrayLike, reverse: ArrayLike, low: ArrayLike, high: ArrayLike
) -> NDArray[np.float64]:
    """Turn reverse-keyed items round, so that a high point is good everywhere.

    ``x' = (low + high) - x`` with the *declared* ends of the scale: with the observed ends the
    same tick would mean something else in another group.

    Parameters
    ----------
    values
        (responses, items) points as ticked, NaN where not judged.
    reverse
        (items,) true where the item is reverse-keyed.
    low, high
        Declared ends of the scale, one number or (items,).

    Returns
    -------
    ndarray
        (responses, items) recoded points. NaN stays NaN.

    Raises
    ------
    ValueError
        If a point lies outside its scale.

    Examples
    --------
    >>> recode([[4.0, 2.0]], [False, True], 1, 5)
    array([[4., 4.]])
    """
    points = np.asarray(values, dtype=np.float64)
    lowest, highest = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    outside = points[(points < lowest) | (points > highest)]
    if outside.size:
        raise ValueError(f"point {outside[0]:g} lies outside its scale")
    return np.where(np.asarray(reverse, dtype=bool), lowest + highest - points, points)


def competency_scores(items: ArrayLike, *, coverage: float = ITEM_COVERAGE) -> NDArray[np.float64]:
    """One score per response: the mean of the items it judged.

    Parameters
    ----------
    items
        (responses, items) points of the items of one competency that were asked, reverse items
        already recoded; NaN where not judged, which is no 0 and no middle of the scale.
    coverage
        Share of the items that a response must have judged, 0 to 1.

    Returns
    -------
    ndarray
        (responses,) points of the scale. NaN below the coverage, and where nothing was judged.

    Raises
    ------
    ValueError
        If ``items`` is not two-dimensional or holds an infinite number, or if ``coverage`` is not
        between 0 and 1.

    Examples
    --------
    >>> competency_scores([[4, 5, np.nan, np.nan], [3, np.nan, np.nan, np.nan]])
    array([4.5, nan])
    """
    _checked_coverage(coverage)
    x = finite(items, "items", "responses x items")
    scores, ones = np.empty(len(x)), np.ones(x.shape[1])
    for start in range(0, len(x), _ROWS):
        part = x[start : start + _ROWS]
        judged = ~np.isnan(part)
        n = judged @ ones
        enough = (n > 0) & (n >= coverage * x.shape[1] - _TOLERANCE)
        total = np.where(judged, part, 0.0) @ ones
        scores[start : start + _ROWS] = np.where(enough, total / np.maximum(n, 1), np.nan)
    return scores


def used_weights(
    weights: ArrayLike, present: ArrayLike, coverage: float = WEIGHT_COVERAGE
) -> NDArray[np.float64]:
    """The declared weights, renormalised over the sources that are there.

    Parameters
    ----------
    weights
        (sources,) declared weights, 0 or more, in any unit.
    present
        (sources,) or (ratees, sources) true where a source has a score.
    coverage
        Least share of the weights that must be there, 0 to 1.

    Returns
    -------
    ndarray
        As ``present``: weights that sum to 1 per ratee, 0 where missing. All NaN below the coverage
        and where nothing with a weight is there.

    Raises
    ------
    ValueError
        If a weight is negative or no number, or if ``coverage`` is not between 0 and 1.
    """
    _checked_coverage(coverage)
    declared = np.asarray(weights, dtype=np.float64)
    if not (np.isfinite(declared) & (declared >= 0)).all():
        raise ValueError(f"weights must be 0 or more, got {declared.tolist()}")
    there = declared * np.asarray(present, dtype=bool)
    total = there.sum(axis=-1, keepdims=True)
    enough = (total > 0) & (total >= (coverage - _TOLERANCE) * declared.sum())
    return np.where(enough, there / np.where(enough, total, 1.0), np.nan)


def weighted_composite(
    scores: ArrayLike, weights: ArrayLike, *, coverage: float = WEIGHT_COVERAGE
) -> Composite:
    """One overall score of several sources by their declared weights.

    ``C = sum_s w_s m_s / sum_s w_s`` over the sources that have a score.

    Parameters
    ----------
    scores
        (sources,) mean per source, in points of one scale; NaN where a source is missing, which
        leaves its weight to the others and counts as no 0.
    weights
        (sources,) declared weights, 0 or more, in any unit.
    coverage
        Least share of the weights that must be there, 0 to 1.

    Returns
    -------
    Composite
        The weights used, and which sources were missing. Undefined (``below_coverage``, weights
        NaN) where too little of the weight is there, or none.

    Raises
    ------
    ValueError
        If the two are no lists of the same length, if a score is infinite, if a weight is negative
        or no number, or if ``coverage`` is not between 0 and 1.

    Examples
    --------
    >>> weighted_composite([4.0, np.nan, 3.0], [0.5, 0.25, 0.25]).value
    3.6666666666666665
    """
    means = finite(scores, "scores", "sources")
    declared = finite(weights, "weights", "sources")
    if len(means) != len(declared):
        raise ValueError(
            f"give one weight per source: {len(means)} scores, {len(declared)} weights"
        )
    present = ~np.isnan(means)
    share = used_weights(declared, present, coverage)
    missing = tuple(int(source) for source in np.flatnonzero(~present))
    if np.isnan(share).any() or not len(share):
        return Composite(None, share, missing, "below_coverage")
    return Composite(float(share @ np.where(present, means, 0.0)), share, missing, None)


def competency_cell(cells_of_items: Sequence[Cell], coverage: float = ITEM_COVERAGE) -> Cell:
    """The score of one group on one competency: the mean of its published item means.

    Published means, not answers, are averaged: whatever is shown here could be worked out from
    the item page, so it can reveal no more than that page does. Every item counts the same.

    Parameters
    ----------
    cells_of_items
        What is published of the group, one cell per item of the competency. Items not asked of
        the group (``HiddenGroup("not_asked")``) do not count.
    coverage
        Share of the items asked that must be shown, 0 to 1.

    Returns
    -------
    Cell
        Mean in points of the scale. ``n`` is the smallest among the items used. A band remains
        a band only if every item used lies in it. Below the coverage a `HiddenGroup`.
    """
    asked = [cell for cell in cells_of_items if cell != HiddenGroup("not_asked")]
    shown = [cell for cell in asked if isinstance(cell, GroupScore)]
    if not shown or len(shown) < coverage * len(asked):
        return _hidden(asked)
    return mean_score(shown)


def mean_score(scores: Sequence[GroupScore]) -> GroupScore:
    """The mean of several scores, each counting the same, with the smallest ``n`` among them."""
    return GroupScore(
        mean=fmean(score.mean for score in scores),
        n=min(score.n for score in scores),
        band=_common_band(scores),
    )


def weighted_others(
    cells_by_group: Mapping[str, Cell],
    groups: Sequence[Group],
    weights: Mapping[Relation, float],
    coverage: float = WEIGHT_COVERAGE,
) -> WeightedScore:
    """The view of the others: the mean of the groups shown, by the declared weights.

    ``C = sum_g w_g m_g / sum_g w_g`` over the groups shown. Each relation has its weight however
    many raters answered, so that twenty customers do not drown one supervisor; a merged group
    has the sum of its relations' weights. SELF never counts.

    Parameters
    ----------
    cells_by_group
        What is published, by `Group.key`.
    groups
        The groups of the ratee.
    weights
        Declared weight per relation, >= 0; empty means equal weights. A relation left out has
        weight 0.
    coverage
        Least share of the weight of the groups asked that must be shown; below it the mean would
        stand for too few of the points of view declared.

    Returns
    -------
    WeightedScore
        ``n`` is the number of raters in the groups used. Undefined (nothing shown, or too little
        of the weight) is a `HiddenGroup`, never 0: a missing group does not pull the score down.
    """
    declared = weights or EQUAL_WEIGHTS
    weight = {
        group.key: sum(declared.get(relation, 0.0) for relation in group.relations)
        for group in groups
        if Relation.SELF not in group.relations
        and cells_by_group[group.key] != HiddenGroup("not_asked")
    }
    cells = [cells_by_group[key] for key in weight]
    shown = [isinstance(cell, GroupScore) for cell in cells]
    shares = used_weights(list(weight.values()), shown, coverage).tolist()
    share = {key: used for key, used in zip(weight, shares, strict=True) if used > 0}
    used = [cell for key in share if isinstance(cell := cells_by_group[key], GroupScore)]
    if not used:
        return WeightedScore(_hidden(cells), {})
    mean = sum(weight * cell.mean for weight, cell in zip(share.values(), used, strict=True))
    n = sum(cell.n for cell in used)
    return WeightedScore(GroupScore(mean, n, _common_band(used)), share)


def _checked_coverage(coverage: float) -> None:
    if not 0 <= coverage <= 1:
        raise ValueError(f"coverage is a share between 0 and 1, got {coverage}")


def _common_band(cells: Sequence[GroupScore]) -> Literal["high", "low"] | None:
    bands = {cell.band for cell in cells}
    return bands.pop() if len(bands) == 1 else None


def _hidden(cells: Sequence[Cell]) -> HiddenGroup:
    """The reason that tells most: too few before not answered before not asked."""
    reasons = {cell.reason for cell in cells if isinstance(cell, HiddenGroup)}
    if not cells:
        return HiddenGroup("not_asked")
    return HiddenGroup("not_answered" if reasons == {"not_answered"} else "too_few")
