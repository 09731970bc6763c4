"""The intraclass correlation of raters nested in ratees, unequally many."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from analysis.nested import Numbers, checked_confidence, nested_moments, rounding_variance
from analysis.statuses import Status

Interval = tuple[float | None, float | None]


@dataclass(frozen=True)
class IccOneway:
    """How far raters of one ratee agree more than raters of different ratees do.

    ``status`` says why there is no ``icc1``; other numbers may be missing although it exists.
    """

    icc1: float | None  # reliability of one rater; negative if it is so
    icc2: float | None  # reliability of the mean of k0 raters; None if all ratees have one mean
    icc1_mean_size: float | None  # icc1 with T/N for k0, as R multilevel computes it
    k0: float | None  # raters of an average ratee
    msb: float | None  # mean square between ratees
    msw: float | None  # mean square within ratees
    n_ratees: int  # with at least one answer
    n_ratings: int
    low: float | None  # of icc1; None if a mean square is 0
    high: float | None
    status: Status | None


def icc_oneway(values: ArrayLike, ratee: ArrayLike, *, confidence: float = 0.95) -> IccOneway:
    """ICC(1) and ICC(2) of ratees who are judged by different raters, unequally many.

    ``ICC(1) = (MSB - MSW) / (MSB + (k0 - 1) MSW)`` and ``ICC(2) = (MSB - MSW) / MSB``, with
    ``MSB = sum n_i (mean_i - mean)^2 / (N - 1)``, ``MSW = sum (y_ij - mean_i)^2 / (T - N)`` and
    ``k0 = (T - sum n_i^2 / T) / (N - 1)`` for T answers on N ratees.

    Parameters
    ----------
    values
        (answers,) one score per rater and ratee, all of one relation; any unit. NaN where not
        judged: such rows are left out.
    ratee
        (answers,) label of the ratee each answer is about, a whole number or a string.
    confidence
        Coverage of the interval of ICC(1), between 0 and 1.

    Returns
    -------
    IccOneway
        ICC(1) is at most 1 and may be negative: it is returned as it is, never cut off at 0.
        Ratees with one rater count in MSB and add nothing to MSW. Undefined with a word: fewer
        than two ratees (``undefined_no_pairs``), nobody rated twice (``undefined_no_within_df``),
        all answers the same (``undefined_zero_variance``). If raters agree fully and ratees
        differ (MSW = 0), both coefficients are 1 without an interval. If all ratees have the
        same mean (MSB = 0), there is an ICC(1), but no ICC(2) and no interval.

    Raises
    ------
    ValueError
        If ``values`` is no list of finite numbers or NaN, if there are not as many labels, or if
        ``confidence`` is not between 0 and 1.

    Notes
    -----
    With ``F = MSB / MSW`` and quantiles of N-1 and T-N degrees of freedom, each bound is
    ``(F / quantile - 1) / (F / quantile + k0 - 1)``: exact for equal n_i, approximate otherwise.

    References
    ----------
    Shrout, P. E., & Fleiss, J. L. (1979). Intraclass correlations: Uses in assessing rater
    reliability. Psychological Bulletin, 86, 420-428.
    Bliese, P. D. (2000). Within-group agreement, non-independence, and reliability. In K. J. Klein
    & S. W. J. Kozlowski (Eds.), Multilevel theory, research, and methods in organizations
    (pp. 349-381). Jossey-Bass.

    Examples
    --------
    >>> found = icc_oneway([4, 5, 4, 2, 1, 3, 3], ["Li", "Li", "Li", "Wu", "Wu", "An", "An"])
    >>> round(found.icc1, 2), round(found.k0, 2)
    (0.87, 2.29)
    """
    checked_confidence(confidence)
    _, of_ratee = nested_moments(values, ratee)
    judged = of_ratee.n > 0
    n, mean = of_ratee.n[judged], of_ratee.mean[judged]
    ratees, ratings = len(n), int(n.sum())
    within_df = ratings - ratees
    msw = float(of_ratee.squares.sum()) / within_df if within_df else None
    if ratees < 2:
        return _undefined("undefined_no_pairs", ratees, ratings, msw=msw)
    grand = float(n @ mean) / ratings
    msb = float(n @ (mean - grand) ** 2) / (ratees - 1)
    if msb <= rounding_variance(mean) * float(n.max()):
        msb = 0.0
    k0 = _average_raters(n)
    if msw is None:
        return _undefined("undefined_no_within_df", ratees, ratings, msb=msb, k0=k0)
    if msb == msw == 0:
        return _undefined("undefined_zero_variance", ratees, ratings, msb=msb, msw=msw, k0=k0)
    low, high = _interval(msb, msw, k0, (ratees - 1, within_df), confidence)
    return IccOneway(
        icc1=(msb - msw) / (msb + (k0 - 1) * msw),
        icc2=(msb - msw) / msb if msb else None,
        icc1_mean_size=(msb - msw) / (msb + (ratings / ratees - 1) * msw),
        k0=k0,
        msb=msb,
        msw=msw,
        n_ratees=ratees,
        n_ratings=ratings,
        low=low,
        high=high,
        status=None,
    )


def _undefined(
    status: Status,
    ratees: int,
    ratings: int,
    *,
    k0: float | None = None,
    msb: float | None = None,
    msw: float | None = None,
) -> IccOneway:
    return IccOneway(None, None, None, k0, msb, msw, ratees, ratings, None, None, status)


def _average_raters(n: Numbers) -> float:
    """The k0 by which the expected MSB exceeds MSW, per variance between ratees."""
    total = float(n.sum())
    return (total - float(n @ n) / total) / (len(n) - 1)


def _interval(
    msb: float, msw: float, k0: float, df: tuple[int, int], confidence: float
) -> Interval:
    if not (msb and msw):
        return None, None
    from scipy.special import fdtri  # here, so that a web process that shows no ICC does not pay

    tail = (1 - confidence) / 2
    low, high = (msb / msw / float(fdtri(*df, p)) for p in (1 - tail, tail))
    return (low - 1) / (low + k0 - 1), (high - 1) / (high + k0 - 1)
