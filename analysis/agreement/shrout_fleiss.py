"""The six intraclass correlations of Shrout and Fleiss, for tables without gaps."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from numpy.typing import ArrayLike

from analysis.nested import Numbers, checked_confidence, measured, rounding_variance
from analysis.statuses import Status

_ROUNDING = 1e-10  # relative: a smaller difference of mean squares is rounding
Form = Literal["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]
Interval = tuple[float | None, float | None]

_FORMS: tuple[Form, ...] = ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")


@dataclass(frozen=True)
class MeanSquares:
    """Analysis of variance of a complete table of ratees by raters; None if it is not one."""

    bms: float | None  # between ratees, n - 1 degrees of freedom
    wms: float | None  # within ratees, n (k - 1)
    jms: float | None  # between raters (judges), k - 1
    ems: float | None  # residual (error), (n - 1)(k - 1)
    n: int  # ratees
    k: int  # raters
    status: Status | None


@dataclass(frozen=True)
class Icc:
    """One form of the intraclass correlation. ``status`` says why there is no ``value``."""

    value: float | None  # at most 1; negative if it is so
    low: float | None  # None where the error's mean square is 0
    high: float | None
    f: float | None  # variance ratio that tests it; None where the error's mean square is 0
    df1: int | None
    df2: int | None
    p: float | None
    status: Status | None


def mean_squares(table: ArrayLike) -> MeanSquares:
    """Mean squares of a two-way table: ratees, raters and what neither explains.

    Parameters
    ----------
    table
        (ratees, raters) scores, every rater having judged every ratee; any unit.

    Returns
    -------
    MeanSquares
        At least 0, in squared units of the scores; exactly 0 where only rounding is left. All
        None with a word: a gap in the table (``incomplete_table``), one rater
        (``undefined_fewer_than_2_raters``), one ratee (``undefined_no_pairs``).

    Raises
    ------
    ValueError
        If ``table`` is not two-dimensional or holds an infinite number.

    References
    ----------
    Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: Uses in assessing rater
    reliability. Psychological Bulletin, 86, 420-428, Tables 1 and 3.
    """
    x = measured(table, "table", "ratees x raters")
    status = _unusable(x)
    if status is not None:
        n, k = x.shape
        return MeanSquares(None, None, None, None, n, k, status)
    return MeanSquares(*_anova(x), status=None)


class _Anova(NamedTuple):
    bms: float
    wms: float
    jms: float
    ems: float
    n: int
    k: int

    @property
    def nested_df(self) -> tuple[int, int]:
        """Degrees of freedom of BMS / WMS."""
        return self.n - 1, self.n * (self.k - 1)

    @property
    def crossed_df(self) -> tuple[int, int]:
        """Degrees of freedom of BMS / EMS."""
        return self.n - 1, (self.n - 1) * (self.k - 1)


def _unusable(x: Numbers) -> Status | None:
    if x.shape[1] < 2:
        return "undefined_fewer_than_2_raters"
    if x.shape[0] < 2:
        return "undefined_no_pairs"
    return "incomplete_table" if (x != x).any() else None


def _anova(x: Numbers) -> _Anova:
    n, k = x.shape
    distances = x - x.mean()
    of_ratees, of_raters = distances.mean(axis=1, keepdims=True), distances.mean(axis=0)
    nothing = rounding_variance(x) * max(n, k)

    def mean_square(parts: Numbers, times: int, df: int) -> float:
        found = times * float((parts * parts).sum()) / df
        return found if found > nothing else 0.0

    return _Anova(
        bms=mean_square(of_ratees, k, n - 1),
        wms=mean_square(distances - of_ratees, 1, n * (k - 1)),
        jms=mean_square(of_raters, n, k - 1),
        ems=mean_square(distances - of_ratees - of_raters, 1, (n - 1) * (k - 1)),
        n=n,
        k=k,
    )


def icc_shrout_fleiss(table: ArrayLike, *, confidence: float = 0.95) -> dict[Form, Icc]:
    """The six intraclass correlations of a complete table, with intervals and tests.

    The form follows from the design, not from which number is largest: ICC1 if every ratee has
    other raters, ICC2 if the same raters judged all ratees and their level matters, ICC3 if only
    the order does. A form with k is the reliability of the mean of the k raters, else of one.

    Parameters
    ----------
    table
        (ratees, raters) scores, every rater having judged every ratee; any unit.
    confidence
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    dict of str to Icc
        By ``ICC1, ICC2, ICC3, ICC1k, ICC2k, ICC3k``. Undefined with a word: a gap in the table
        (``incomplete_table``), one rater (``undefined_fewer_than_2_raters``), one ratee
        (``undefined_no_pairs``), a variance in the denominator that is not positive
        (``undefined_zero_variance``). With full agreement the value is 1 and has no interval.

    Raises
    ------
    ValueError
        If ``table`` is not two-dimensional or holds an infinite number, or if ``confidence`` is
        not between 0 and 1.

    Notes
    -----
    With n ratees, k raters and the mean squares of `mean_squares`::

        ICC1 = (BMS - WMS) / (BMS + (k-1) WMS)                   ICC1k = (BMS - WMS) / BMS
        ICC2 = (BMS - EMS) / (BMS + (k-1) EMS + k (JMS-EMS)/n)   ICC2k = (BMS - EMS) /
                                                                         (BMS + (JMS-EMS)/n)
        ICC3 = (BMS - EMS) / (BMS + (k-1) EMS)                   ICC3k = (BMS - EMS) / BMS

    The interval of ICC2 has Satterthwaite's degrees of freedom; that of ICC2k is it, stepped up by
    Spearman-Brown, as R psych does (R irr differs there).

    References
    ----------
    Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: Uses in assessing rater
    reliability. Psychological Bulletin, 86, 420-428.

    Examples
    --------
    >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8],
    ...           [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> {form: round(icc.value, 2) for form, icc in icc_shrout_fleiss(judges).items()}
    {'ICC1': 0.17, 'ICC2': 0.29, 'ICC3': 0.71, 'ICC1k': 0.44, 'ICC2k': 0.62, 'ICC3k': 0.91}
    """
    checked_confidence(confidence)
    x = measured(table, "table", "ratees x raters")
    status = _unusable(x)
    if status is not None:
        return {form: Icc(None, None, None, None, None, None, None, status) for form in _FORMS}
    ms, tail = _anova(x), (1 - confidence) / 2
    nested = _test(ms.bms, ms.wms, ms.nested_df)
    crossed = _test(ms.bms, ms.ems, ms.crossed_df)
    values, absolute = _values(ms), _satterthwaite(ms, tail)
    found: dict[Form, tuple[VarianceRatio, Interval]] = {
        "ICC1": (nested, _bounds(nested, _of_one(ms.k), tail)),
        "ICC2": (crossed, absolute),
        "ICC3": (crossed, _bounds(crossed, _of_one(ms.k), tail)),
        "ICC1k": (nested, _bounds(nested, _of_mean, tail)),
        "ICC2k": (crossed, _stepped_up(absolute, ms.k)),
        "ICC3k": (crossed, _bounds(crossed, _of_mean, tail)),
    }
    return {form: _icc(values[form], *parts) for form, parts in found.items()}


class VarianceRatio(NamedTuple):
    """A variance ratio and what it tells."""

    f: float | None
    df1: int
    df2: int
    p: float | None


def _icc(value: float | None, test: VarianceRatio, interval: Interval) -> Icc:
    low, high = (None, None) if value is None else interval
    status: Status | None = "undefined_zero_variance" if value is None else None
    return Icc(value, low, high, test.f, test.df1, test.df2, test.p, status)


def _test(between: float, error: float, df: tuple[int, int]) -> VarianceRatio:
    from scipy.special import fdtrc  # here, so that a web process that shows no ICC does not pay

    f = _ratio(between, error)
    return VarianceRatio(f, *df, None if f is None else float(fdtrc(*df, f)))


def _values(ms: _Anova) -> dict[Form, float | None]:
    bms, wms, jms, ems, n, k = ms
    size = bms + ems + jms / n
    return {
        "ICC1": _ratio(bms - wms, bms + (k - 1) * wms),
        "ICC2": _ratio(bms - ems, bms + (k - 1) * ems + k * (jms - ems) / n, size),
        "ICC3": _ratio(bms - ems, bms + (k - 1) * ems),
        "ICC1k": _ratio(bms - wms, bms),
        "ICC2k": _ratio(bms - ems, bms + (jms - ems) / n, size),
        "ICC3k": _ratio(bms - ems, bms),
    }


def _ratio(numerator: float, denominator: float, size: float = 0.0) -> float | None:
    """None where the denominator, an estimated variance, is not positive.

    ``size`` is that of the parts it is a difference of: what is left of them may be rounding.
    """
    return numerator / denominator if denominator > _ROUNDING * size else None


def _of_one(k: int) -> Callable[[float], float]:
    """Reliability of one rater from the variance ratio of k."""
    return lambda f: (f - 1) / (f + k - 1)


def _of_mean(f: float) -> float:
    return 1 - 1 / f


def _bounds(test: VarianceRatio, coefficient: Callable[[float], float], tail: float) -> Interval:
    """The coefficient at the ends of the interval of the variance ratio."""
    if not test.f:
        return None, None
    from scipy.special import fdtri

    df = test.df1, test.df2
    low, high = (test.f / float(fdtri(*df, p)) for p in (1 - tail, tail))
    return coefficient(low), coefficient(high)


def _satterthwaite(ms: _Anova, tail: float) -> Interval:
    """Interval of ICC2 (Shrout & Fleiss 1979, p. 424), free of ratios to an EMS that may be 0."""
    from scipy.special import fdtri

    bms, _, jms, ems, n, k = ms
    rho = _values(ms)["ICC2"]
    if rho is None:
        return None, None
    judges, residual = k * rho * jms, (n * (1 + (k - 1) * rho) - k * rho) * ems
    both = abs(judges) + abs(residual)
    if abs(judges + residual) <= _ROUNDING * both:
        return None, None  # no degrees of freedom
    judges, residual = judges / both, residual / both
    df = (n - 1) * (k - 1) * (judges + residual) ** 2 / ((n - 1) * judges**2 + residual**2)
    upper, lower = float(fdtri(n - 1, df, 1 - tail)), float(fdtri(df, n - 1, 1 - tail))
    if not math.isfinite(upper * lower):  # the two parts nearly cancel out
        return None, None
    rest = k * jms + (k * n - k - n) * ems
    size = k * jms + (k * n + k + n) * ems + n * bms
    return (
        _ratio(n * (bms - upper * ems), upper * rest + n * bms, size * upper),
        _ratio(n * (lower * bms - ems), rest + n * lower * bms, size),
    )


def _stepped_up(interval: Interval, k: int) -> Interval:
    """Spearman-Brown of both bounds; none where it has its pole."""
    low, high = (
        None if r is None else _ratio(k * r, 1 + (k - 1) * r, 1 + k * abs(r)) for r in interval
    )
    return low, high
