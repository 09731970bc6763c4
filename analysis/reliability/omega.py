"""McDonald's omega: the items of a scale taken as unequally good measures of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.reliability.covariance import (
    Columns,
    Deletion,
    Matrix,
    answered,
    pairwise_covariance,
    places,
    spread_out,
    varying_columns,
    why_undefined,
    words,
)
from analysis.reliability.factors import HEYWOOD, Numbers, one_factor
from analysis.statuses import Status

Factor = tuple[Numbers, Numbers]  # loadings and uniquenesses


@dataclass(frozen=True, eq=False)
class Omega:
    """Omega total of one scale. None where undefined; ``status`` says why."""

    value: float | None  # 0 to 1
    standardized: float | None  # the same of the items in standard deviations
    loadings: NDArray[np.float64]  # per column, in its unit; NaN where it did not enter
    uniquenesses: NDArray[np.float64]  # per column, in its unit squared
    n: int  # responses that entered
    k: int  # items that entered
    dropped_items: tuple[int, ...]  # columns left out because they do not vary
    negative_items: tuple[int, ...]  # columns that go against the others: probably not recoded
    statuses: NDArray[Any]  # per column, why it has no loading
    status: Status | None


def mcdonald_omega(items: ArrayLike, *, deletion: Deletion = "listwise") -> Omega:
    """McDonald's omega total from one common factor, and how each item measures it.

    ``omega = (sum l)^2 / ((sum l)^2 + sum theta)``, l the loadings and theta the uniquenesses of
    the items: the share of the variance of the scale's sum that is due to the common factor.

    Parameters
    ----------
    items
        (responses, items) points of one scale and one group of raters, reverse items already
        recoded, NaN where not judged. Any unit.
    deletion
        ``"listwise"``: from the responses that answered every item, whose likelihood it is (as
        lavaan does). ``"pairwise"``: from covariances over the responses that answered both
        items of a pair, for long scales: of thirty items with 5 % of the answers missing, only
        one response in five is complete.

    Returns
    -------
    Omega
        Between 0 and 1. Items without variance are left out and named in ``dropped_items``. Items
        that load negatively stay as they are, lower omega, and are named in ``negative_items``.
        Two items do not tell their loadings apart: both are taken as equal, and omega equals
        Cronbach's alpha. Undefined (a word in ``status``, None and NaN for the numbers): one item
        (``undefined_single_item``); fewer than three responses (``undefined_no_pairs``); fewer
        than two items that vary (``undefined_zero_variance``); no proper solution
        (``not_estimable``), which is an item without uniqueness of its own (Heywood case), no
        common factor, items that determine each other, or no more responses than items.

    Raises
    ------
    ValueError
        If ``items`` is not two-dimensional or holds an infinite number, or if ``deletion`` is
        neither of the two words.

    Notes
    -----
    Maximum likelihood of the correlations, laid back into the items' units by standard deviations
    with divisor n, as lavaan's. Omega does not depend on the divisor.

    References
    ----------
    McDonald, R. P. (1999). Test theory: A unified treatment. Erlbaum, ch. 6.
    Jöreskog, K. G. (1967). Some contributions to maximum likelihood factor analysis.
    Psychometrika, 32, 443-482.

    Examples
    --------
    >>> ticked = [[4, 5, 4], [2, 2, 3], [5, 4, 4], [3, 3, 2], [1, 2, 2], [2, 3, 3]]
    >>> round(mcdonald_omega(ticked).value, 2)
    0.92
    """
    x = answered(items, deletion)
    varying = varying_columns(x)
    status = why_undefined(x, varying)
    if status is not None:
        named = varying if status == "undefined_zero_variance" else np.ones_like(varying)
        return _undefined(status, len(x), named)
    s = pairwise_covariance(x[:, varying])
    if np.isnan(s).any():
        return _undefined("undefined_no_pairs", len(x), varying)
    found = _solution(s)
    if found is None:
        return _undefined("not_estimable", len(x), varying)
    in_units, in_sd = found
    loadings, uniquenesses = in_units
    n = (~np.isnan(x[:, varying])).sum(axis=0)  # the divisor of `pairwise_covariance` was n - 1
    statuses = words(len(varying))
    statuses[~varying] = "undefined_zero_variance"
    return Omega(
        value=_omega(*in_units),
        standardized=_omega(*in_sd),
        loadings=spread_out(varying, loadings * np.sqrt((n - 1) / n)),
        uniquenesses=spread_out(varying, uniquenesses * (n - 1) / n),
        n=len(x),
        k=len(s),
        dropped_items=places(~varying),
        negative_items=places(spread_out(varying, loadings) < 0),
        statuses=statuses,
        status=None,
    )


def _solution(s: Matrix) -> tuple[Factor, Factor] | None:
    """Loadings and uniquenesses in the items' units and in standard deviations."""
    sd = np.sqrt(np.diag(s))
    r = s / np.outer(sd, sd)
    if len(s) == 2:
        in_units, in_sd = _two_equal(s), _two_equal(r)
        return None if in_units is None or in_sd is None else (in_units, in_sd)
    found = one_factor(r)
    return None if found is None else ((sd * found[0], sd**2 * found[1]), found)


def _two_equal(s: Matrix) -> Factor | None:
    """Of two items: the covariance is the square of the loading of both."""
    variances, shared = np.diag(s), s[0, 1]
    if shared < HEYWOOD * variances.max() or (variances - shared < HEYWOOD * variances).any():
        return None
    return np.full(2, np.sqrt(shared)), variances - shared


def _omega(loadings: Numbers, uniquenesses: Numbers) -> float:
    common = float(loadings.sum()) ** 2
    return common / (common + float(uniquenesses.sum()))


def _undefined(status: Status, n: int, entered: Columns) -> Omega:
    nothing, statuses = np.full(len(entered), np.nan), words(len(entered))
    statuses[:] = status
    statuses[~entered] = "undefined_zero_variance"
    k = int(entered.sum())
    return Omega(None, None, nothing, nothing, n, k, places(~entered), (), statuses, status)
