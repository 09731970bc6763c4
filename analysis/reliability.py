"""How well the items of a scale hang together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Status = Literal[
    "ok",
    "undefined_single_item",
    "undefined_zero_variance",
    "undefined_fewer_than_3_responses",
    "undefined_no_pairs",
    "fewer_than_10_ratees",
]
Matrix = NDArray[np.float64]

_NOTHING = 1e-12  # relative to the item variances: below it a variance is rounding error


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha of one scale. None wherever a number is undefined; ``status`` says why."""

    value: float | None  # from covariances by the deletion asked for; negative if it is so
    standardized: float | None  # the same of the correlations
    average_r: float | None  # mean inter-item correlation
    n: int  # responses with at least one item answered
    k: int  # items that entered
    low: float | None  # Feldt interval, around ``complete_value``
    high: float | None
    if_dropped: tuple[float | None, ...]  # per column, alpha of the other items
    item_total: tuple[float | None, ...]  # per column, r with the sum of the other items
    dropped_items: tuple[int, ...]  # columns left out because they do not vary
    status: Status
    complete_value: float | None = None  # alpha of the responses that answered every item
    n_complete: int = 0


def undefined(
    status: Status, *, n: int = 0, columns: int = 0, dropped: tuple[int, ...] = ()
) -> Alpha:
    """An alpha that does not exist, with the reason."""
    nothing = (None,) * columns
    k = columns - len(dropped)
    return Alpha(None, None, None, n, k, None, None, nothing, nothing, dropped, status)


def cronbach_alpha(
    items: ArrayLike,
    *,
    deletion: Literal["pairwise", "listwise"] = "pairwise",
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
        is ``complete_value``, and are None below three of them. With two items there is no alpha
        if one is dropped. Undefined (a reason in ``status``, None for the numbers): one item,
        fewer than three responses, a pair of items that fewer than two responses share, a total
        without variance.

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
    x = _checked(items, deletion, confidence)
    complete = ~np.isnan(x).any(axis=1)
    x = x[complete if deletion == "listwise" else ~np.isnan(x).all(axis=1)]
    n, columns = x.shape
    if columns < 2:
        return undefined("undefined_single_item", n=n, columns=columns)
    if n < 3:
        return undefined("undefined_fewer_than_3_responses", n=n, columns=columns)
    varying = _varying(x)
    dropped = tuple(int(column) for column in np.flatnonzero(~varying))
    if varying.sum() < 2:
        return undefined("undefined_zero_variance", n=n, columns=columns, dropped=dropped)
    return _alpha_of(x, varying, dropped, confidence)


def pairwise_covariance(x: Matrix) -> Matrix:
    """Covariances (n-1) of each pair of columns over the rows that have both; else NaN.

    Sums of products are taken of centred values, never as ``sum x^2 - n mean^2``, which loses
    its digits where the mean is large against the spread.
    """
    seen = ~np.isnan(x)
    centred = np.where(seen, x - np.nanmean(x, axis=0), 0.0)
    pairs = seen.T.astype(np.float64) @ seen.astype(np.float64)
    sums = centred.T @ seen.astype(np.float64)  # of column m over the rows that have column l
    products = centred.T @ centred - sums * sums.T / np.maximum(pairs, 1)
    return np.where(pairs > 1, products / np.maximum(pairs - 1, 1), np.nan)


def _checked(items: ArrayLike, deletion: str, confidence: float) -> Matrix:
    x = np.asarray(items, dtype=np.float64)
    if x.ndim != 2:
        raise ValueError(f"items must be responses x items, got {x.ndim} dimension(s)")
    if np.isinf(x).any():
        raise ValueError("items hold an infinite number")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    if deletion not in ("pairwise", "listwise"):
        raise ValueError(f"deletion must be pairwise or listwise, got {deletion!r}")
    return x


def _varying(x: Matrix) -> NDArray[np.bool_]:
    """Columns with at least two different points (a variance of exactly 0 is rarely computed)."""
    highest = np.where(np.isnan(x), -np.inf, x).max(axis=0)
    lowest = np.where(np.isnan(x), np.inf, x).min(axis=0)
    varying: NDArray[np.bool_] = highest > lowest
    return varying


def _alpha_of(
    x: Matrix, varying: NDArray[np.bool_], dropped: tuple[int, ...], confidence: float
) -> Alpha:
    kept = x[:, varying]
    n, columns = x.shape
    s = pairwise_covariance(kept)
    if np.isnan(s).any():
        return undefined("undefined_no_pairs", n=n, columns=columns, dropped=dropped)
    value = _coefficient(s)
    if value is None:
        return undefined("undefined_zero_variance", n=n, columns=columns, dropped=dropped)
    k = len(s)
    complete = kept[~np.isnan(kept).any(axis=1)]
    complete_value = _coefficient(pairwise_covariance(complete)) if len(complete) > 2 else None
    low, high = _feldt_interval(complete_value, len(complete), k, confidence)
    average_r = _average_correlation(s)
    return Alpha(
        value=value,
        standardized=_stepped_up(average_r, k),
        average_r=average_r,
        n=n,
        k=k,
        low=low,
        high=high,
        if_dropped=_by_column(varying, [_coefficient(_without(s, m)) for m in range(k)]),
        item_total=_by_column(varying, [_item_total(s, m) for m in range(k)]),
        dropped_items=dropped,
        status="ok",
        complete_value=complete_value,
        n_complete=len(complete),
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


def _stepped_up(r: float, k: int) -> float | None:
    """Reliability of k parallel items that correlate r (Spearman-Brown)."""
    divisor = 1 + (k - 1) * r
    return k * r / divisor if divisor > _NOTHING else None


def _item_total(s: Matrix, m: int) -> float | None:
    """Correlation of item m with the sum of the others."""
    rest, others = float(_without(s, m).sum()), float(s[m].sum() - s[m, m])
    if rest <= _NOTHING * float(np.trace(s)):
        return None
    return others / float(np.sqrt(s[m, m] * rest))


def _without(s: Matrix, m: int) -> Matrix:
    return np.delete(np.delete(s, m, axis=0), m, axis=1)


def _by_column(varying: NDArray[np.bool_], numbers: list[float | None]) -> tuple[float | None, ...]:
    """Numbers of the items kept, laid over all columns."""
    remaining = iter(numbers)
    return tuple(next(remaining) if keeps else None for keeps in varying)
