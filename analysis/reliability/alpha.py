"""Cronbach's alpha: the items of a scale taken as equally good measures of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.nested import checked_confidence
from analysis.reliability.covariance import (
    Columns,
    Deletion,
    Matrix,
    answered,
    complete,
    pairwise_covariance,
    places,
    spread_out,
    varying_columns,
    why_undefined,
    words,
)
from analysis.reliability.planning import spearman_brown
from analysis.statuses import Status

_NOTHING = 1e-12  # relative to the item variances: below it a variance is rounding error


@dataclass(frozen=True, eq=False)
class Alpha:
    """Cronbach's alpha of one scale. None wherever a number is undefined; ``status`` says why."""

    value: float | None  # from covariances by the deletion asked for; negative if it is so
    # The same of the correlations; None where items oppose each other too much to step up.
    standardized: float | None
    average_r: float | None  # mean inter-item correlation
    n: int  # responses with at least one item answered
    k: int  # items that entered
    low: float | None  # Feldt interval, around ``complete_value``
    high: float | None
    if_dropped: NDArray[np.float64]  # per column, alpha of the other items
    item_total: NDArray[np.float64]  # per column, r with the sum of the other items
    statuses: NDArray[Any]  # per column, why one of its two numbers is NaN
    dropped_items: tuple[int, ...]  # columns left out because they do not vary
    status: Status | None
    complete_value: float | None = None  # alpha of the responses that answered every item
    n_complete: int = 0


def undefined(
    status: Status, *, n: int = 0, columns: int = 0, dropped: tuple[int, ...] = ()
) -> Alpha:
    """An alpha that does not exist, with the reason."""
    nothing, statuses = np.full(columns, np.nan), words(columns)
    statuses[:] = status
    k = columns - len(dropped)
    return Alpha(None, None, None, n, k, None, None, nothing, nothing, statuses, dropped, status)


def cronbach_alpha(
    items: ArrayLike,
    *,
    deletion: Deletion = "pairwise",
    confidence: float = 0.95,
) -> Alpha:
    """Cronbach's alpha, with its interval and what each item does to it.

    ``alpha = J/(J-1) (1 - sum_m S_mm / sum_ml S_ml)``, S the covariance matrix of the J items.

    Parameters
    ----------
    items
        (responses, items) points of one scale and one group of raters, reverse items already
        recoded, NaN where not judged. Any unit; alpha has none.
    deletion
        ``"pairwise"``: each covariance from the responses that answered both items (as R psych
        does). ``"listwise"``: all from the responses that answered every item.
    confidence
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    Alpha
        At most 1, and not bounded below: a negative alpha is returned as it is and usually means
        a reverse-keyed item that was not recoded. Items without variance are left out and named
        in ``dropped_items``. ``low`` and ``high`` belong to the complete responses, whose alpha
        is ``complete_value``, and are None below three of them. ``if_dropped`` and ``item_total``
        are NaN where undefined, with the reason in ``statuses``: of two items there is no alpha
        if one is dropped. Undefined (a reason in ``status``, None for the numbers): one item
        (``undefined_single_item``); fewer than three responses, or a pair of items that fewer than
        two responses share (``undefined_no_pairs``); a total without variance
        (``undefined_zero_variance``); covariances of different responses that contradict each
        other so far that alpha or the mean correlation would be beyond 1 (``not_estimable``).

    Raises
    ------
    ValueError
        If ``items`` is not two-dimensional or holds an infinite number, if ``confidence`` is not
        between 0 and 1, or if ``deletion`` is neither of the two words.

    Notes
    -----
    Standardized: ``J r / (1 + (J-1) r)``, r the mean inter-item correlation. Interval of Feldt,
    Woodruff and Salih, formulas 6 and 7, with n complete responses and F quantiles of n-1 and
    (n-1)(J-1) degrees of freedom: ``[1 - (1-alpha) F(1-c/2), 1 - (1-alpha) F(c/2)]``. It takes the
    responses as independent; several of one ratee are not, so it is somewhat too narrow.
    Corrected item-total correlation: an item with the sum of the others, from the covariances.

    References
    ----------
    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika,
    16, 297-334.
    Feldt, L. S., Woodruff, D. J., & Salih, F. A. (1987). Statistical inference for coefficient
    alpha. Applied Psychological Measurement, 11, 93-103, formulas 6 and 7.

    Examples
    --------
    >>> ticked = [[4, 5, 4], [2, 2, 3], [5, 4, 4], [3, 3, 2], [1, 2, 2]]
    >>> round(cronbach_alpha(ticked).value, 2)
    0.91
    """
    checked_confidence(confidence)
    x = answered(items, deletion)
    n, columns = x.shape
    varying = varying_columns(x)
    dropped = places(~varying)
    status = why_undefined(x, varying)
    if status is not None:
        named = dropped if status == "undefined_zero_variance" else ()
        return undefined(status, n=n, columns=columns, dropped=named)
    kept = x if varying.all() else x[:, varying]
    s = pairwise_covariance(kept)
    if np.isnan(s).any():
        return undefined("undefined_no_pairs", n=n, columns=columns, dropped=dropped)
    value, average_r = _coefficient(s), _average_correlation(s)
    contradicted = s.sum() < -_NOTHING * np.trace(s) or abs(average_r) > 1 + _NOTHING
    if contradicted or (value or 0.0) > 1 + _NOTHING:  # by different responses, each to each
        return undefined("not_estimable", n=n, columns=columns, dropped=dropped)
    if value is None:
        return undefined("undefined_zero_variance", n=n, columns=columns, dropped=dropped)
    return _alpha_of(kept, varying, s, (value, average_r), confidence)


def _alpha_of(
    x: Matrix, varying: Columns, s: Matrix, found: tuple[float, float], confidence: float
) -> Alpha:
    k, (value, average_r) = len(s), found
    whole, complete_value = complete(x), None
    if len(whole) > 2 and varying_columns(whole).all():
        complete_value = _coefficient(pairwise_covariance(whole))
    low, high = _feldt_interval(complete_value, len(whole), k, confidence)
    if_dropped, item_total, why = _without_each(s)
    statuses = words(len(varying))
    statuses[~varying] = "undefined_zero_variance"
    statuses[varying] = why
    return Alpha(
        value=value,
        standardized=spearman_brown(average_r, k),
        average_r=average_r,
        n=len(x),
        k=k,
        low=low,
        high=high,
        if_dropped=spread_out(varying, if_dropped),
        item_total=spread_out(varying, item_total),
        statuses=statuses,
        dropped_items=places(~varying),
        status=None,
        complete_value=complete_value,
        n_complete=len(whole),
    )


def _coefficient(s: Matrix) -> float | None:
    """Alpha of a covariance matrix; None for one item or a total without variance."""
    k, total, trace = len(s), float(s.sum()), float(np.trace(s))
    if k < 2 or total <= _NOTHING * trace:
        return None
    return k / (k - 1) * (1 - trace / total)


def _feldt_interval(
    alpha: float | None, n: int, k: int, confidence: float
) -> tuple[float | None, float | None]:
    if alpha is None:
        return None, None
    from scipy.special import fdtri  # here, so that a web process that shows no alpha does not pay

    df1, df2, tail = n - 1, (n - 1) * (k - 1), (1 - confidence) / 2
    upper, lower = float(fdtri(df1, df2, 1 - tail)), float(fdtri(df1, df2, tail))
    return 1 - (1 - alpha) * upper, 1 - (1 - alpha) * lower


def _average_correlation(s: Matrix) -> float:
    sd = np.sqrt(np.diag(s))
    r = s / np.outer(sd, sd)
    return float(r[~np.eye(len(s), dtype=bool)].mean())


def _without_each(s: Matrix) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[Any]]:
    """Of each item: alpha of the others, its correlation with their sum, and why one is NaN."""
    k, variances = len(s), np.diag(s)
    with_others = s.sum(axis=1) - variances
    trace = variances.sum() - variances  # sum of the variances of the others
    rest = s.sum() - variances - 2 * with_others  # variance of their sum
    nothing = _NOTHING * variances.sum()
    root = np.sqrt(np.where(rest > nothing, rest, np.nan))
    if_dropped = (k - 1) / (k - 2) * (1 - trace / root**2) if k > 2 else np.full(k, np.nan)
    item_total = with_others / (np.sqrt(variances) * root)
    # Covariances of different responses may be such as no response could have.
    if_dropped = np.where(if_dropped > 1 + _NOTHING, np.nan, if_dropped)
    item_total = np.where(np.abs(item_total) > 1 + _NOTHING, np.nan, item_total)
    why = words(k)
    why[np.isnan(if_dropped + item_total)] = "not_estimable"
    why[np.abs(rest) <= nothing] = "undefined_zero_variance"
    if k == 2:
        why[:] = "undefined_single_item"
    return if_dropped, item_total, why
