"""Krippendorff's alpha: agreement of any number of raters, at any level of measurement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.nested import Numbers, measured
from analysis.statuses import Status

Level = Literal["nominal", "ordinal", "interval", "ratio"]


@dataclass(frozen=True)
class KrippendorffAlpha:
    """Agreement beyond chance. None where undefined; ``status`` says why."""

    value: float | None  # 1 full agreement, 0 as by chance; may be negative
    n_units: int  # judged by at least two raters
    n_values: int  # their answers
    status: Status | None


def krippendorff_alpha(table: ArrayLike, level: Level) -> KrippendorffAlpha:
    """Agreement of raters on units, whatever cells are missing.

    ``alpha = 1 - Do / De``: disagreement observed within units over disagreement expected if the
    same answers had fallen to the units by chance.

    Parameters
    ----------
    table
        (raters, units) answers, NaN where not judged. A unit is what several raters judge in
        common, such as one item of one ratee.
    level
        ``"nominal"`` (answers are names), ``"ordinal"`` (their order counts), ``"interval"``
        (their distances) or ``"ratio"`` (their proportions; numbers from 0 up).

    Returns
    -------
    KrippendorffAlpha
        Units with fewer than two answers do not count, neither as units nor for the expectation.
        Undefined with a word: no unit with two answers (``undefined_no_pairs``), only one value
        in use (``undefined_no_variation``), neither 1 nor 0.

    Raises
    ------
    ValueError
        If ``table`` is not two-dimensional or holds an infinite number, if ``level`` is unknown,
        or if an answer is negative at the ratio level.

    Notes
    -----
    Each ordered pair of answers in a unit of m answers counts ``1 / (m - 1)`` in the coincidence
    matrix o; its margins are the frequencies n_c. Then
    ``alpha = 1 - (n - 1) sum o_ck d_ck / sum n_c n_k d_ck`` with the squared differences d: 1
    (nominal); ``(sum of n_g from c to k - (n_c + n_k) / 2)^2`` (ordinal); ``(c - k)^2``
    (interval); ``((c - k) / (c + k))^2`` (ratio). Takes memory for the square of the number of
    different values.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of
    Pennsylvania.

    Examples
    --------
    >>> krippendorff_alpha([[1, 2, 3, 3], [1, 2, 3, None], [1, 3, 3, None]], "nominal").value
    0.6923076923076923
    """
    if level not in get_args(Level):
        raise ValueError(f"level must be {', '.join(get_args(Level))}; got {level!r}")
    x = measured(table, "table", "raters x units")
    if level == "ratio" and (x < 0).any():
        raise ValueError("at the ratio level answers start at 0; use interval for negative numbers")
    values, counts = _counted(x)
    units, answers = len(counts), int(counts.sum())
    if not units:
        return KrippendorffAlpha(None, 0, 0, "undefined_no_pairs")
    if len(values) < 2:
        return KrippendorffAlpha(None, units, answers, "undefined_no_variation")
    frequencies = counts.sum(axis=0)
    difference = _difference(values, frequencies, level)
    observed = float((_coincidences(counts) * difference).sum())
    expected = float(frequencies @ difference @ frequencies) / (answers - 1)
    return KrippendorffAlpha(1 - observed / expected, units, answers, None)


def _counted(x: Numbers) -> tuple[Numbers, Numbers]:
    """The values in use, and how often each is (units x values), of units with two answers."""
    pairable = x[:, (~np.isnan(x)).sum(axis=0) > 1].T
    seen = ~np.isnan(pairable)
    values, code = np.unique(pairable[seen], return_inverse=True)
    shape = len(pairable), len(values)
    cell = np.nonzero(seen)[0] * len(values) + code
    counts = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
    return values, counts.astype(np.float64)


def _coincidences(counts: Numbers) -> Numbers:
    """Pairs of values within units (values x values); a value does not pair with itself."""
    weighted = counts / (counts.sum(axis=1, keepdims=True) - 1)
    pairs: Numbers = counts.T @ weighted - np.diag(weighted.sum(axis=0))
    return pairs


def _difference(values: Numbers, frequencies: Numbers, level: Level) -> Numbers:
    """Squared difference of each pair of values."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "ordinal":  # the middle of the ranks that a value takes up
        values = np.cumsum(frequencies) - frequencies / 2
    distance: NDArray[np.float64] = values[:, np.newaxis] - values
    if level == "ratio":
        total = values[:, np.newaxis] + values
        distance = distance / np.where(total > 0, total, 1.0)
    return distance**2
