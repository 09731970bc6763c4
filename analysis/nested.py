"""Answers nested in ratees: which rows are whose, and sums and means over the rows of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.statuses import Status

Numbers = NDArray[np.float64]

_LARGEST = 1e100  # numbers beyond it, or all below its inverse, cannot be squared and summed
SMALLEST = 1 / _LARGEST
_ROUNDING = 32 * float(np.finfo(np.float64).eps)  # relative error of a mean of equal numbers


@dataclass(frozen=True, eq=False)
class Nested:
    """The rows of each ratee."""

    ratees: NDArray[Any]  # sorted distinct labels
    order: NDArray[np.intp]  # rows, ratee by ratee; within a ratee as they came
    starts: NDArray[np.intp]  # place of each ratee's first row in ``order``
    n: NDArray[np.intp]  # rows of each ratee, at least 1

    def sums(self, values: NDArray[Any]) -> Numbers:
        """Sums over the rows of each ratee; ``values`` (rows,) or (rows, columns) as they came."""
        total: Numbers = np.add.reduceat(values[self.order], self.starts, dtype=np.float64)
        return total

    def means(self, values: NDArray[Any]) -> Numbers:
        """Means over the rows of each ratee; NaN where one of them is."""
        return (self.sums(values).T / self.n).T

    def spread(self, per_ratee: NDArray[Any]) -> NDArray[Any]:
        """What belongs to each ratee, at each of its rows; rows as they came."""
        at_rows = np.empty((len(self.order), *per_ratee.shape[1:]), per_ratee.dtype)
        at_rows[self.order] = np.repeat(per_ratee, self.n, axis=0)
        return at_rows


def by_ratee(ratee: ArrayLike) -> Nested:
    """The rows of each ratee, from the label of each row: whole numbers or strings.

    Labels keep their kind; strings sort as strings ("10" before "9"). Raises ValueError if the
    labels are no list or one is missing.
    """
    labels = np.asarray(ratee)
    if labels.dtype == object:  # strings or numbers out of a table: find their common kind
        labels = np.asarray(labels.tolist())
    if labels.ndim != 1:
        raise ValueError(f"give one label of a ratee per row; the labels are {labels.shape}")
    if labels.dtype == object or (labels != labels).any():
        missing = [
            row for row, label in enumerate(labels.tolist()) if label is None or label != label
        ]
        where = f"row {missing[0]} has none" if missing else f"got {labels.dtype}"
        raise ValueError(f"every row needs a number or a string as label of its ratee: {where}")
    order = np.argsort(labels, kind="stable")
    ordered = labels[order]
    is_first = np.ones(len(labels), dtype=bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    starts = np.flatnonzero(is_first)
    return Nested(ordered[starts], order, starts, np.diff(starts, append=len(labels)))


@dataclass(frozen=True, eq=False)
class Moments:
    """How many answers each ratee has, their mean, and the squares of their distances from it."""

    n: Numbers  # answers of each ratee
    mean: Numbers  # NaN without an answer
    squares: Numbers  # sum of (answer - mean)^2; exactly 0 where the answers are the same


def moments(values: Numbers, nested: Nested) -> Moments:
    """Moments of the answers (rows,) of each ratee, passing over NaN."""
    seen = ~np.isnan(values)
    n = nested.sums(seen)
    mean = nested.sums(np.where(seen, values, 0.0)) / np.where(n > 0, n, np.nan)
    distance = np.where(seen, values - nested.spread(mean), 0.0)
    squares = nested.sums(distance * distance)
    squares[squares <= n * rounding_variance(values[seen])] = 0.0
    return Moments(n, mean, squares)


def nested_moments(
    values: ArrayLike, ratee: ArrayLike, *, axes: str = "answers"
) -> tuple[Nested, Moments]:
    """Which of the ``values`` are whose, and their moments; ValueError as the two functions."""
    y, nested = measured(values, "values", axes), by_ratee(ratee)
    same_rows(y, nested, "values")
    return nested, moments(y, nested)


def unjudged(x: Numbers) -> NDArray[np.bool_]:
    """Rows of ``x`` (rows, columns) without a single answer."""
    silent = np.asarray(np.isnan(x[:, :1]).all(axis=1))
    silent[silent] = np.isnan(x[silent]).all(axis=1)  # mostly few are left to look at
    return silent


def finite(values: ArrayLike, name: str, axes: str) -> Numbers:
    """Numbers as an array of the named axes ("responses x items"); NaN where not judged.

    An empty list is empty along all of them. Raises ValueError, with the place, on other dimensions
    or an infinite number.
    """
    return _with_largest(values, name, axes)[0]


def measured(values: ArrayLike, name: str, axes: str) -> Numbers:
    """As ``finite``, for numbers on a scale, whose squares are summed.

    Raises ValueError too where their size makes those squares infinite or nothing.
    """
    x, largest = _with_largest(values, name, axes)
    if largest > _LARGEST or 0 < largest < SMALLEST:
        raise ValueError(
            f"{name} are of size {largest:g}, beyond what can be squared; rescale them"
        )
    return x


def _with_largest(values: ArrayLike, name: str, axes: str) -> tuple[Numbers, float]:
    """The numbers, and the size of the largest: one pass tells of infinite ones too."""
    x = np.asarray(values, dtype=np.float64)
    wanted = axes.count(" x ") + 1
    if x.shape == (0,):
        x = x.reshape((0,) * wanted)
    if x.ndim != wanted:
        raise ValueError(f"{name} must be {axes} ({wanted} dimension(s)), got {x.ndim}")
    highest = float(np.fmax.reduce(x, axis=None, initial=0.0))
    lowest = float(np.fmin.reduce(x, axis=None, initial=0.0))
    largest = max(highest, -lowest)
    if largest == np.inf:
        place = ", ".join(str(int(axis[0])) for axis in np.nonzero(np.isinf(x)))
        raise ValueError(f"{name} hold an infinite number at [{place}]; use NaN for not judged")
    return x, largest


def same_rows(values: Numbers, nested: Nested, name: str) -> None:
    """Raises ValueError unless there are as many labels of ratees as rows of ``values``."""
    if len(values) != len(nested.order):
        raise ValueError(
            f"{name} have {len(values)} rows, but there are {len(nested.order)} labels of ratees"
        )


def rounding_variance(values: Numbers) -> float:
    """The variance below which numbers of this size differ by rounding only."""
    return float(_ROUNDING * np.abs(values).max(initial=0.0)) ** 2


def checked_confidence(confidence: float) -> None:
    """Raises ValueError unless the coverage of an interval lies between 0 and 1."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1 (such as 0.95), got {confidence}")


def shared_status(statuses: NDArray[np.object_]) -> Status | None:
    """The status of all ratees: None as soon as one is defined, else the word of the first."""
    if not len(statuses):
        return "undefined_no_pairs"
    return None if None in statuses.tolist() else cast(Status, statuses[0])
