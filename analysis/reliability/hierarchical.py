"""Omega hierarchical: how much of a questionnaire is one general factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.nested import measured
from analysis.reliability.covariance import (
    Columns,
    Matrix,
    answered,
    pairwise_correlation,
    places,
    spread_out,
    varying_columns,
    why_undefined,
    words,
)
from analysis.reliability.factors import SINGULAR, Numbers, oblimin, principal_axes, varimax
from analysis.statuses import Status

_ROUNDED = 1e-9  # correlations that a program wrote and read again


@dataclass(frozen=True, eq=False)
class OmegaHierarchical:
    """How far one general factor explains the items. None where undefined; ``status`` says why."""

    value: float | None  # omega hierarchical: share of the sum's variance due to the general factor
    total: float | None  # omega total: share due to all common factors
    general: NDArray[np.float64]  # per column, loading on the general factor
    group_loadings: NDArray[np.float64]  # columns x factors, beside the general factor
    uniquenesses: NDArray[np.float64]  # per column, share of its variance
    n: int | None  # responses with at least one item answered; None of correlations
    k: int  # items that entered
    dropped_items: tuple[int, ...]  # columns left out because they do not vary
    negative_items: tuple[int, ...]  # columns that go against the others
    statuses: NDArray[Any]  # per column, why it has no loading
    status: Status | None


def omega_hierarchical(items_or_correlation: ArrayLike, factors: int = 3) -> OmegaHierarchical:
    """McDonald's omega hierarchical by a Schmid-Leiman transformation.

    ``omega_h = (sum g)^2 / 1'R1``, g the loadings on the general factor and R the correlations.
    In feedback a general factor is above all halo: raters judge the person, not the competency.

    Parameters
    ----------
    items_or_correlation
        (responses, items) points, reverse items already recoded, NaN where not judged; or (items,
        items) correlations: symmetric, with 1 in the diagonal.
    factors
        Number of oblique factors, 2 or more: about as many as there are competencies. With two,
        both are taken to load equally on the general factor.

    Returns
    -------
    OmegaHierarchical
        Both coefficients between 0 and 1, per item everything in standard deviations. Items
        without variance are left out and named in ``dropped_items``; items that load negatively
        stay as they are, lower omega, and are named in ``negative_items``. Undefined (a word in
        ``status``, None and NaN for the numbers): as `mcdonald_omega`; and ``not_estimable``
        with too few items for so many factors (five or fewer for three), without a proper
        solution (Heywood case in the items or in the factors), with fewer common factors than
        asked for, or where correlations of different responses contradict each other.

    Raises
    ------
    ValueError
        If the input is not two-dimensional or holds an infinite number, or if ``factors`` is
        below 2.

    Notes
    -----
    As R psych's omega() does by default: minimum-residual factors of the correlations (each over
    the responses that answered both items), varimax and from there direct quartimin (oblimin), one
    factor of their correlations. With pattern P and loadings c of the factors on the general one,
    ``g = P c`` and the group loadings are ``P sqrt(1 - c^2)``.

    References
    ----------
    Schmid, J., & Leiman, J. M. (1957). The development of hierarchical factor solutions.
    Psychometrika, 22, 53-61.
    McDonald, R. P. (1999). Test theory: A unified treatment. Erlbaum, ch. 6.
    Zinbarg, R. E., Revelle, W., Yovel, I., & Li, W. (2005). Cronbach's alpha, Revelle's beta, and
    McDonald's omega_H. Psychometrika, 70, 123-133.
    """
    if factors < 2:
        raise ValueError(f"factors must be 2 or more, got {factors}: one factor is mcdonald_omega")
    given = measured(items_or_correlation, "items", "responses x items")
    if _is_correlation(given):
        return _of_correlations(given, factors, None, np.ones(len(given), dtype=bool))
    x = answered(given, "pairwise")
    varying = varying_columns(x)
    status = why_undefined(x, varying)
    if status is not None:
        named = varying if status == "undefined_zero_variance" else np.ones_like(varying)
        return _undefined(status, factors, len(x), named)
    return _of_correlations(pairwise_correlation(x[:, varying]), factors, len(x), varying)


def _is_correlation(given: Matrix) -> bool:
    return (
        given.shape[0] == given.shape[1]
        and not np.isnan(given).any()
        and np.abs(given - given.T).max(initial=0.0) < _ROUNDED
        and np.abs(np.diag(given) - 1).max(initial=0.0) < _ROUNDED
        and np.abs(given).max(initial=0.0) < 1 + _ROUNDED
    )


def _of_correlations(r: Matrix, factors: int, n: int | None, varying: Columns) -> OmegaHierarchical:
    if len(r) < 2:
        return _undefined("undefined_single_item", factors, n, varying)
    if np.isnan(r).any():
        return _undefined("undefined_no_pairs", factors, n, varying)
    found = _schmid_leiman(r, factors)
    if found is None:
        return _undefined("not_estimable", factors, n, varying)
    general, group, uniquenesses = found
    of_group = np.full((len(varying), factors), np.nan)
    of_group[varying] = group
    statuses = words(len(varying))
    statuses[~varying] = "undefined_zero_variance"
    total = float(r.sum())
    return OmegaHierarchical(
        value=float(general.sum()) ** 2 / total,
        total=1 - float(uniquenesses.sum()) / total,
        general=spread_out(varying, general),
        group_loadings=of_group,
        uniquenesses=spread_out(varying, uniquenesses),
        n=n,
        k=len(r),
        dropped_items=places(~varying),
        negative_items=places(spread_out(varying, general) < 0),
        statuses=statuses,
        status=None,
    )


def _schmid_leiman(r: Matrix, factors: int) -> tuple[Numbers, Matrix, Numbers] | None:
    """Loadings on the general and the group factors, uniquenesses; None if there are none."""
    items = len(r)
    free = (items - factors) ** 2 - (items + factors)  # twice the degrees of freedom
    if items <= factors or free < 0 or np.linalg.eigvalsh(r)[0] < SINGULAR:
        return None
    loadings = principal_axes(r, factors)
    if loadings is None:
        return None
    pattern, correlations = oblimin(varimax(loadings))
    of_factors = _second_order(correlations)
    if of_factors is None:
        return None
    general = pattern @ of_factors
    sign = -1.0 if general.sum() < 0 else 1.0
    group = pattern * np.sqrt(1 - of_factors**2)
    heavier = np.where(group.sum(axis=0) < 0, -1.0, 1.0)
    return sign * general, group * heavier, 1 - (loadings**2).sum(axis=1)


def _second_order(correlations: Matrix) -> Numbers | None:
    """Loadings of the factors on the general one; of two, both the same but for the sign."""
    if len(correlations) == 2:
        shared = float(correlations[0, 1])
        loading = np.sqrt(abs(shared))
        return np.array([loading, np.copysign(loading, shared)])
    loadings = principal_axes(correlations, 1)
    return None if loadings is None else loadings[:, 0]


def _undefined(status: Status, factors: int, n: int | None, entered: Columns) -> OmegaHierarchical:
    columns, k = len(entered), int(entered.sum())
    nothing, statuses = np.full(columns, np.nan), words(columns)
    statuses[:] = status
    statuses[~entered] = "undefined_zero_variance"
    return OmegaHierarchical(
        None, None, nothing, np.full((columns, factors), np.nan), nothing, n, k,
        places(~entered), (), statuses, status,
    )  # fmt: skip
