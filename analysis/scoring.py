"""From published item means to competency scores and the weighted view of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.disclosure import Cell, Group, GroupScore, HiddenGroup
from questionnaires.model import Relation

ITEM_COVERAGE = 0.5  # share of a competency's items that must be shown
WEIGHT_COVERAGE = 0.6  # share of the weights that must be shown
EQUAL_WEIGHTS: Mapping[Relation, float] = dict.fromkeys(Relation, 1.0)
_TOLERANCE = 1e-9  # so that .6 reached as .1 + .2 + .3 counts as .6


@dataclass(frozen=True)
class WeightedScore:
    """The view of the others, and the weight each group had in it (sums to 1)."""

    cell: Cell
    weights: Mapping[str, float]


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
    used = {key: cell for key in weight if isinstance(cell := cells_by_group[key], GroupScore)}
    used = {key: cell for key, cell in used.items() if weight[key] > 0}
    total = sum(weight[key] for key in used)
    if not used or total < coverage * sum(weight.values()) - _TOLERANCE:
        return WeightedScore(_hidden([cells_by_group[key] for key in weight]), {})
    share = {key: weight[key] / total for key in used}
    mean = sum(share[key] * cell.mean for key, cell in used.items())
    n = sum(cell.n for cell in used.values())
    return WeightedScore(GroupScore(mean, n, _common_band(list(used.values()))), share)


def _common_band(cells: Sequence[GroupScore]) -> Literal["high", "low"] | None:
    bands = {cell.band for cell in cells}
    return bands.pop() if len(bands) == 1 else None


def _hidden(cells: Sequence[Cell]) -> HiddenGroup:
    """The reason that tells most: too few before not answered before not asked."""
    reasons = {cell.reason for cell in cells if isinstance(cell, HiddenGroup)}
    if not cells:
        return HiddenGroup("not_asked")
    return HiddenGroup("not_answered" if reasons == {"not_answered"} else "too_few")
