"""Variances and covariances of items that not everybody answered."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.nested import SMALLEST, measured, unjudged
from analysis.statuses import Status

Matrix = NDArray[np.float64]
Columns = NDArray[np.bool_]  # per column of the items, whether it enters
Deletion = Literal["pairwise", "listwise"]

_ROWS = 1024  # responses at a time: they and their products stay in the processor's cache
_FIRST = 128  # responses that mostly show where a column lies and that it varies
_NOTHING = 1e-12  # relative to the sum of squares: below it a variance is rounding error


def answered(items: ArrayLike, deletion: Deletion) -> Matrix:
    """The responses that may enter: with every item answered (listwise), or with any (pairwise)."""
    if deletion not in ("pairwise", "listwise"):
        raise ValueError(f"deletion must be pairwise or listwise, got {deletion!r}")
    x = measured(items, "items", "responses x items")
    if deletion == "listwise":
        return complete(x)
    nobody = unjudged(x)
    return x[~nobody] if nobody.any() else x


def complete(x: Matrix) -> Matrix:
    """The responses that answered every item; an item that nobody judged does not count."""
    whole = ~np.isnan(x @ np.ones(x.shape[1]))  # a gap makes the sum NaN
    if not whole.any():
        judged = ~unjudged(x.T)
        whole = judged.any() & ~np.isnan(x[:, judged].sum(axis=1))
    return x[whole]


def why_undefined(x: Matrix, varying: Columns) -> Status | None:
    """Why there is nothing to compute; None if at least two items of three responses vary."""
    if x.shape[1] < 2:
        return "undefined_single_item"
    if len(x) < 3:
        return "undefined_no_pairs"
    return "undefined_zero_variance" if varying.sum() < 2 else None


def varying_columns(x: Matrix) -> Columns:
    """Columns with at least two different points (a variance of exactly 0 is rarely computed)."""
    for rows in (x[:_FIRST], x):
        highest = np.fmax.reduce(rows, axis=0, initial=-np.inf)
        lowest = np.fmin.reduce(rows, axis=0, initial=np.inf)
        varying: Columns = highest - lowest > SMALLEST
        if varying.all():
            break
    return varying


def places(columns: Columns) -> tuple[int, ...]:
    """The columns that are true, by number."""
    return tuple(int(column) for column in np.flatnonzero(columns))


def pairwise_covariance(x: Matrix) -> Matrix:
    """Covariances (n-1) of each pair of columns over the rows that have both; else NaN.

    Sums of products are taken of centred values, never as ``sum x^2 - n mean^2``, which loses
    its digits where the mean is large against the spread. Centred on what: any number near the
    mean does, so it is the mean of the first responses, and one reading of all is enough.
    """
    columns = x.shape[1]
    first = x[:_FIRST] if (~np.isnan(x[:_FIRST])).any(axis=0).all() else x
    origin = np.tile(_means(first), (min(_ROWS, len(x)), 1))  # laid out as the answers, for speed
    products, cross, pairs = np.zeros((3, columns, columns))
    for start in range(0, len(x), _ROWS):
        rows = x[start : start + _ROWS]
        seen = ~np.isnan(rows)
        there = seen.astype(np.float64)
        distances = np.where(seen, rows - origin[: len(rows)], 0.0)
        products += distances.T @ distances
        cross += distances.T @ there
        pairs += there.T @ there
    products -= cross * cross.T / np.maximum(pairs, 1)
    return np.where(pairs > 1, products / np.maximum(pairs - 1, 1), np.nan)


def pairwise_correlation(x: Matrix) -> Matrix:
    """Correlations of each pair of columns, everything over the rows that have both; else NaN.

    Not the covariances above divided by the variances of all rows: those may exceed 1.
    """
    products, squares, _ = pairwise_sums(centred(x), ~np.isnan(x))
    return correlation(products, squares)


def correlation(products: Matrix, squares: Matrix) -> Matrix:
    """Correlations from `pairwise_sums`, also of a stack of them; NaN without variance."""
    root = np.sqrt(squares)
    scale = root * root.swapaxes(-1, -2)
    r = np.where(scale > 0, products / np.where(scale > 0, scale, 1.0), np.nan)
    return np.clip(r, -1.0, 1.0)


def centred(x: Matrix) -> Matrix:
    """Columns less their means, 0 where not judged."""
    return np.where(np.isnan(x), 0.0, x - _means(x))


def _means(x: Matrix) -> Matrix:
    """Column means, 0 where nobody judged."""
    seen = ~np.isnan(x)
    means: Matrix = np.where(seen, x, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    return means


def pairwise_sums(
    x: NDArray[np.floating], seen: NDArray[np.bool_]
) -> tuple[Matrix, Matrix, Matrix]:
    """Centred sums over the rows that have both columns of a pair: products, squares, counts.

    ``x`` may be a stack of matrices of the same pattern ``seen``; it is 0 where not seen. The
    squares are of the first column of the pair.
    """
    there = seen.astype(x.dtype)
    pairs = there.T @ there
    n = np.maximum(pairs, 1)
    sums = x.swapaxes(-1, -2) @ there  # of column m over the rows that have column l
    products = x.swapaxes(-1, -2) @ x - sums * sums.swapaxes(-1, -2) / n
    raw = (x * x).swapaxes(-1, -2) @ there
    squares = raw - sums * sums / n
    return products, np.where(squares > _NOTHING * raw, squares, 0.0), pairs


def spread_out(columns: Columns, numbers: Matrix) -> Matrix:
    """Numbers of the items kept, laid over all columns; NaN for the others."""
    laid = np.full(len(columns), np.nan)
    laid[columns] = numbers
    return laid


def words(columns: int) -> NDArray[Any]:
    """Room for one status per column, all None."""
    return np.full(columns, None, dtype=object)
