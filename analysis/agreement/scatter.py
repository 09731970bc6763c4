"""How the raters of each ratee scatter on each item, for all ratees in few passes.

Ratees with equally many raters form one block, raters first, so that every step runs over
thousands of ratee-item columns at once. Blocks are small enough to stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.nested import Nested, Numbers, unjudged

Indices = NDArray[np.intp]
Sums = tuple[Numbers, Numbers, Numbers]  # squares, distances from mean, from median

_CELLS = 1 << 16  # numbers in a block: half a megabyte, and its temporaries fit beside it
_FEW = 16  # points of a scale up to which counting is quicker than sorting
_SAMPLE = 256  # responses from which the points of the scale are learnt


@dataclass(frozen=True, eq=False)
class Scatter:
    """Per ratee, means over the items that at least two raters judged; NaN without such items."""

    n: Numbers  # raters who judged at least one item
    items: Numbers  # items that at least two raters judged
    variance: Numbers  # with n-1
    ad_mean: Numbers  # mean distance from the item's mean
    ad_median: Numbers  # mean distance from the item's median


def scatter(items: Numbers, nested: Nested) -> Scatter:
    """Scatter of ``items`` (responses x items, NaN where not judged) within ratees."""
    means = np.empty((4, len(nested.ratees)))
    points = _points(items)
    for ratees, rows in _blocks(nested, items.shape[1]):
        block = items.take(rows, axis=0).reshape(len(rows), -1)
        means[:, ratees] = _of_block(block, len(ratees), points)
    return Scatter(nested.sums(~unjudged(items)), *means)


def _blocks(nested: Nested, columns: int) -> Iterator[tuple[Indices, Indices]]:
    """Ratees with equally many rows, and those rows (raters x ratees)."""
    for n in np.unique(nested.n):
        alike = np.flatnonzero(nested.n == n)
        step = max(1, _CELLS // max(1, int(n) * columns))
        for start in range(0, len(alike), step):
            ratees = alike[start : start + step]
            yield ratees, nested.order[nested.starts[ratees] + np.arange(n)[:, np.newaxis]]


def _points(items: Numbers) -> Numbers:
    """The points of the scale as a sample shows them, in order; none if there are many."""
    sample = items[:: len(items) // _SAMPLE + 1]
    points: Numbers = np.unique(sample[~np.isnan(sample)])
    return points if len(points) <= _FEW else points[:0]


def _of_block(x: Numbers, ratees: int, points: Numbers) -> Numbers:
    """The fields of `Scatter` but the first, of raters x (ratees x items)."""
    missing = np.isnan(x)
    n = len(x) - _counted(missing)
    counts = np.array([_counted(x == point) for point in points])
    if len(points) and (counts.sum(axis=0) == n).all():
        sums = _of_counts(counts, points, n)
    else:
        sums = _of_answers(x, missing, n)
    judged_twice = (n > 1).astype(np.float64)
    per_item = np.stack([judged_twice, *sums])
    per_item[1] *= judged_twice / np.maximum(n - 1, 1.0)
    per_item[2:] *= judged_twice / np.maximum(n, 1.0)
    of_ratees = per_item.reshape(4, ratees, -1)
    of_ratees = of_ratees @ np.ones(of_ratees.shape[2])
    of_ratees[1:] /= np.where(of_ratees[0], of_ratees[0], np.nan)
    return of_ratees


def _counted(cells: NDArray[np.bool_]) -> Numbers:
    """How many of each column; added up in the smallest numbers that can hold it, for speed."""
    enough = np.min_scalar_type(len(cells))
    counts: Numbers = np.add.reduce(cells.view(np.uint8), axis=0, dtype=enough).astype(np.float64)
    return counts


def _of_counts(counts: Numbers, points: Numbers, n: Numbers) -> Sums:
    """Distances in each column of how many raters ticked each point (points x columns).

    Those from the median: between two points that follow each other lies the way of all answers
    on that side of it which has fewer.
    """
    above = points - points[0]
    distance = np.abs(above[:, np.newaxis] - above @ counts / np.maximum(n, 1))
    below = np.tri(len(points) - 1, len(points)) @ counts  # up to each point but the last
    return (
        np.einsum("ij,ij,ij->j", counts, distance, distance),
        np.einsum("ij,ij->j", counts, distance),
        np.diff(above) @ np.minimum(below, n - below),
    )


def _of_answers(x: Numbers, missing: NDArray[np.bool_], n: Numbers) -> Sums:
    """Distances in each column of any numbers.

    Those from the median are the upper half less the lower half. Since distances from the mean
    cancel out, that is minus twice the lower half, and minus the one in the middle where their
    number is odd.
    """
    distance = x - np.where(missing, 0.0, x).sum(axis=0) / np.maximum(n, 1)
    known = np.where(missing, 0.0, distance)
    ordered = np.sort(distance, axis=0)  # not judged last
    rows, columns = x.shape
    half = (n // 2).astype(np.intp)
    is_below = np.arange(rows // 2)[:, np.newaxis] < half
    below = np.where(is_below, ordered[: rows // 2], 0.0).sum(axis=0)
    middle = ordered.take(half * columns + np.arange(columns), mode="clip")
    return (
        np.einsum("ij,ij->j", known, known),
        np.abs(known).sum(axis=0),
        -2 * below - np.where(n % 2 == 1, middle, 0.0),
    )
