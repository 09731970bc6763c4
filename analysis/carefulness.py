"""Which forms were perhaps filled in without reading: signs, never proofs.

Every index has honest reasons to be high. Someone who is pleased ticks the same point down a short
questionnaire without reverse-keyed items, and means it; so no index alone flags a form, and a form
flagged is never removed: results are compared with and without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.nested import checked_confidence, measured, unjudged
from analysis.reliability.covariance import Matrix, centred, pairwise_covariance
from analysis.scoring import recode
from analysis.statuses import Status

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Scales = Sequence[int] | Sequence[Sequence[int]]  # sizes, or the columns of each

LONG_SHARE = 0.5  # of the items: a longer run of one tick is a sign (Curran 2016)
LEAST_RUN = 3  # a pair of equal ticks is none, however short the form
CONSISTENT = 0.3  # even-odd consistency below it is a sign (Jackson 1977)
LEAST_SCALES = 3  # two pairs always correlate perfectly
_NOTHING = 1e-10  # relative eigenvalue or difference below which there is only rounding error


@dataclass(frozen=True, eq=False)
class Mahalanobis:
    """How far each response lies from the mean of all. NaN where undefined."""

    d2: Numbers  # squared distance, 0 or more
    flagged: Flags  # beyond the quantile; false where undefined
    df: int  # of the chi-square distribution: items, less those that others determine
    singular: bool  # some items determine others: a pseudo-inverse was used
    statuses: NDArray[Any]  # per response, why it has no distance
    status: Status | None  # why there are none at all


@dataclass(frozen=True, eq=False)
class CarefulnessFlags:
    """Per response, the signs of carelessness."""

    straight: Flags  # one tick down at least half of the items
    against_keys: Flags  # so across items of both keys
    extreme: Flags  # nothing but ends of the scale, both of them
    unusual: Flags  # far from the mean of all (Mahalanobis)
    inconsistent: Flags  # the two halves of the competencies say different things (even-odd)
    signs: NDArray[np.int64]  # independent ones, 0 to 4
    flagged: Flags  # two of them, or `against_keys`


def longstring(items: ArrayLike) -> Numbers:
    """Length of the longest run of one tick.

    Parameters
    ----------
    items
        (responses, items) points as ticked, not recoded, in the order of the form; NaN where not
        judged, which breaks a run.

    Returns
    -------
    ndarray
        (responses,) items, 1 or more. NaN where nothing was judged.

    Raises
    ------
    ValueError
        If ``items`` is not two-dimensional or holds an infinite number.

    References
    ----------
    Johnson, J. A. (2005). Ascertaining the validity of individual protocols from Web-based
    personality inventories. Journal of Research in Personality, 39, 103-129. As R careless 1.2.2.

    Examples
    --------
    >>> longstring([[4, 4, 4, 2, 2]])
    array([3.])
    """
    longest = _runs(_form(items)).max(axis=1, initial=0)
    return np.where(longest > 0, longest, np.nan)


def average_string(items: ArrayLike) -> Numbers:
    """Mean length of the runs of one tick.

    Parameters
    ----------
    items
        As in `longstring`; items not judged are no runs themselves.

    Returns
    -------
    ndarray
        (responses,) items, 1 or more. NaN where nothing was judged.

    Raises
    ------
    ValueError
        As `longstring`.

    References
    ----------
    Johnson (2005), as `longstring`; as R careless 1.2.2.

    Examples
    --------
    >>> average_string([[4, 4, 4, 2, 2]])
    array([2.5])
    """
    runs = _runs(_form(items))
    answered, begun = (runs > 0).sum(axis=1), (runs == 1).sum(axis=1)
    return np.where(begun > 0, answered / np.maximum(begun, 1), np.nan)


def irv(items: ArrayLike) -> Numbers:
    """Intra-individual response variability: the standard deviation of a response's own points.

    Low where one tick goes down the form, high where points are ticked at random.

    Parameters
    ----------
    items
        (responses, items) points as ticked, not recoded, of one scale; NaN where not judged.

    Returns
    -------
    ndarray
        (responses,) points of the scale, 0 or more, divisor n - 1. NaN below two answers.

    Raises
    ------
    ValueError
        If ``items`` is not two-dimensional or holds an infinite number.

    References
    ----------
    Dunn, A. M., Heggestad, E. D., Shanock, L. R., & Theilgard, N. (2018). Intra-individual
    response variability as an indicator of insufficient effort responding. Journal of Business
    and Psychology, 33, 105-121. As R careless 1.2.2.
    """
    x = _form(items)
    n = (~np.isnan(x)).sum(axis=1)
    squares = (centred(x.T) ** 2).sum(axis=0)
    return np.where(n > 1, np.sqrt(squares / np.maximum(n - 1, 1)), np.nan)


def mahalanobis(items: ArrayLike, *, confidence: float = 0.99) -> Mahalanobis:
    """Squared Mahalanobis distance of each response from the mean of all.

    ``d2 = (x - m)' S^-1 (x - m)``, m the means and S the covariances of the items: high where
    points are unusual together, though each may be usual by itself.

    Parameters
    ----------
    items
        (responses, items) points, recoded or not; NaN where not judged.
    confidence
        Quantile of the chi-square distribution with J degrees of freedom beyond which a response
        is flagged, between 0 and 1.

    Returns
    -------
    Mahalanobis
        Items not judged count as average, so that a form with gaps stands out less. NaN with a
        word in ``statuses`` where nothing was judged (``undefined_no_pairs``). Where items
        determine each other, do not vary or were judged by nobody, a pseudo-inverse is used,
        ``singular`` is true, and ``df`` smaller. Undefined for all (a word in ``status``): no more
        responses than items (``not_estimable``), a pair of items that fewer than two responses
        share (``undefined_no_pairs``), or no item that varies (``undefined_zero_variance``).

    Raises
    ------
    ValueError
        If ``items`` is not two-dimensional or holds an infinite number, or if ``confidence`` is
        not between 0 and 1.

    Notes
    -----
    S from the responses that answered both items of a pair, as R psych's outlier(), which R
    careless 1.2.2 calls. The distribution is that of normal numbers; with ticks it is rough.

    References
    ----------
    Mahalanobis, P. C. (1936). On the generalised distance in statistics. Proceedings of the
    National Institute of Sciences of India, 2, 49-55.
    Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data.
    Psychological Methods, 17, 437-455.
    """
    checked_confidence(confidence)
    x = _form(items)
    responses, columns = x.shape
    x, answered = x[:, ~unjudged(x.T)], ~unjudged(x)
    if answered.sum() <= columns:
        return _no_distances(responses, "not_estimable")
    s = pairwise_covariance(x[answered])
    if np.isnan(s).any():
        return _no_distances(responses, "undefined_no_pairs")
    inverse, df = _inverse(s)
    if df == 0:
        return _no_distances(responses, "undefined_zero_variance")
    from scipy.special import chdtri  # here, so that a web process does not pay

    deviation = centred(x)
    d2 = np.where(answered, ((deviation @ inverse) * deviation).sum(axis=1), np.nan)
    beyond = np.where(answered, d2, 0.0) > float(chdtri(df, 1 - confidence))
    statuses = np.full(responses, None, dtype=object)
    statuses[~answered] = "undefined_no_pairs"
    return Mahalanobis(d2, beyond, df, df < columns, statuses, None)


def even_odd(items: ArrayLike, scales: Scales) -> Numbers:
    """How little the two halves of each competency agree within one response.

    The means of the first, third, ... item of each scale are correlated with those of the second,
    fourth, ... over the scales of one response, stepped up by Spearman-Brown, and turned:
    ``-max(-1, 2 r / (1 + r))``.

    Parameters
    ----------
    items
        (responses, items) points, reverse items already recoded; NaN where not judged.
    scales
        The scales: their sizes, in the order of the columns, or the columns of each.

    Returns
    -------
    ndarray
        (responses,) -1 (consistent) to 1 (careless; the sign is that of R careless from 1.2.0
        on). NaN with fewer than three scales that have both halves, and where either half is the
        same on all of them.

    Raises
    ------
    ValueError
        If ``items`` is not two-dimensional or holds an infinite number, or if the scales name
        columns that do not exist.

    References
    ----------
    Jackson, D. N. (1977). Jackson Vocational Interest Survey manual. Research Psychologists Press.
    Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data.
    Psychological Methods, 17, 437-455.
    """
    x = _form(items)
    columns = _columns(scales, x.shape[1])
    odd = _means(x, [of_scale[::2] for of_scale in columns])
    even = _means(x, [of_scale[1::2] for of_scale in columns])
    both = ~np.isnan(odd) & ~np.isnan(even)
    r = _correlation_of_rows(np.where(both, odd, np.nan), np.where(both, even, np.nan))
    r = np.where(both.sum(axis=1) >= LEAST_SCALES, r, np.nan)
    stepped_up = 2 * r / np.maximum(1 + r, _NOTHING)
    return -np.maximum(stepped_up, -1.0)


def all_extreme(items: ArrayLike, low: ArrayLike, high: ArrayLike) -> Flags:
    """Whether every tick is an end of its scale, one or the other.

    Parameters
    ----------
    items
        (responses, items) points as ticked; NaN where not judged, which does not count.
    low, high
        Declared ends of the scale, one number or (items,).

    Returns
    -------
    ndarray
        (responses,) bool; false where nothing was judged.

    Raises
    ------
    ValueError
        If ``items`` is not two-dimensional or holds an infinite number.
    """
    x = _form(items)
    judged = ~np.isnan(x)
    at_an_end = (x == np.asarray(low)) | (x == np.asarray(high))
    every: Flags = judged.any(axis=1) & (at_an_end | ~judged).all(axis=1)
    return every


def flags(
    items: ArrayLike,
    *,
    reverse: ArrayLike,
    low: ArrayLike,
    high: ArrayLike,
    scales: Scales,
) -> CarefulnessFlags:
    """Which responses raise two independent signs of carelessness, or contradict themselves.

    Parameters
    ----------
    items
        (responses, items) points as ticked, not recoded, in the order of the form, of one group
        of raters who are asked the same items; NaN where not judged.
    reverse
        (items,) true where the item is reverse-keyed.
    low, high
        Declared ends of the scale, one number or (items,).
    scales
        The competencies: their sizes, in the order of the columns, or the columns of each.

    Returns
    -------
    CarefulnessFlags
        Signs that cannot be computed, of a response or of all, are not raised.

    Raises
    ------
    ValueError
        If ``items`` is not two-dimensional or holds an infinite number, if a point lies outside
        its scale, if ``reverse`` has another length, or if the scales name columns that do not
        exist.

    Notes
    -----
    The signs:

    - straight: a run of one tick over at least half of the items. Legitimate by itself, above all
      on a short form whose items all have the same key.
    - against the keys: such a run over items of both keys. It says yes to a thing and to its
      opposite, and flags a form by itself; the middle of the scale too, ticked all the way down
      whatever was asked.
    - extreme: nothing but ends of the scale, and both of them.
    - unusual: Mahalanobis distance beyond the .99 quantile.
    - inconsistent: even-odd consistency below .30.

    A form with one tick from top to bottom says one thing; being far from the mean, it says the
    same thing again. An angry customer who ticks 1 throughout is straight, and not unusual as well.

    References
    ----------
    Curran, P. G. (2016). Methods for the detection of carelessly invalid responses in survey data.
    Journal of Experimental Social Psychology, 66, 4-19.
    Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data.
    Psychological Methods, 17, 437-455.
    """
    x = _form(items)
    keys = np.asarray(reverse, dtype=bool)
    if keys.shape != x.shape[1:]:
        raise ValueError(f"give one key per item: {keys.shape} for {x.shape[1]} items")
    runs = _runs(x)
    long = runs >= max(LONG_SHARE * x.shape[1], LEAST_RUN)
    straight = long.any(axis=1)
    against_keys = (long & _crosses(runs, keys)).any(axis=1)
    varied = irv(x) > _NOTHING
    extreme = all_extreme(x, low, high) & varied
    unusual = mahalanobis(x).flagged & varied
    inconsistent = even_odd(recode(x, keys, low, high), scales) > -CONSISTENT
    signs = np.array([straight, extreme, unusual, inconsistent], dtype=np.int64).sum(axis=0)
    flagged = against_keys | (signs >= 2)
    return CarefulnessFlags(straight, against_keys, extreme, unusual, inconsistent, signs, flagged)


def _form(items: ArrayLike) -> Matrix:
    return measured(items, "items", "responses x items")


def _runs(x: Matrix) -> NDArray[np.int64]:
    """Length of the run of one tick up to each item; 0 where not judged."""
    runs = (~np.isnan(x)).astype(np.int64)
    for item in range(1, x.shape[1]):  # over items: all responses at once
        runs[:, item] += np.where(x[:, item] == x[:, item - 1], runs[:, item - 1], 0)
    return runs


def _crosses(runs: NDArray[np.int64], reverse: Flags) -> Flags:
    """Whether the run up to each item goes over items of both keys."""
    reversed_before = np.concatenate([[0], np.cumsum(reverse)])
    last = np.arange(1, len(reverse) + 1)
    reversed_in = reversed_before[last] - reversed_before[last - runs]
    crosses: Flags = (reversed_in > 0) & (reversed_in < runs)
    return crosses


def _inverse(s: Matrix) -> tuple[Matrix, int]:
    """The (pseudo-)inverse of covariances and its rank, whatever the units of the items."""
    sd = np.sqrt(np.diag(s))
    unit = np.where(sd > 0, sd, 1.0)
    e, u = np.linalg.eigh(s / np.outer(unit, unit))
    kept = e > _NOTHING * len(s)
    inverse: Matrix = (u[:, kept] / e[kept]) @ u[:, kept].T / np.outer(unit, unit)
    return inverse, int(kept.sum())


def _no_distances(responses: int, status: Status) -> Mahalanobis:
    statuses = np.full(responses, status, dtype=object)
    none = np.zeros(responses, dtype=bool)
    return Mahalanobis(np.full(responses, np.nan), none, 0, False, statuses, status)


def _columns(scales: Scales, items: int) -> list[list[int]]:
    """The columns of each scale, given so or by the scales' sizes."""
    columns: list[list[int]] = []
    start = 0
    for scale in scales:
        if isinstance(scale, int | np.integer):
            columns.append(list(range(start, start + int(scale))))
            start += int(scale)
        else:
            columns.append([int(column) for column in scale])
    named = [column for scale in columns for column in scale]
    if named and not 0 <= min(named) <= max(named) < items:
        raise ValueError(f"the scales name columns up to {max(named)}, but there are {items}")
    return columns


def _means(x: Matrix, columns: list[list[int]]) -> Matrix:
    """Mean of the points judged in each set of columns (responses, sets); NaN without one."""
    member = np.zeros((x.shape[1], len(columns)))
    for place, of_set in enumerate(columns):
        member[of_set, place] = 1.0
    judged = ~np.isnan(x)
    n = judged.astype(np.float64) @ member
    return np.where(n > 0, np.where(judged, x, 0.0) @ member / np.maximum(n, 1), np.nan)


def _correlation_of_rows(a: Matrix, b: Matrix) -> Numbers:
    """Of each row of the two; NaN where one of them does not vary."""
    nothing = _NOTHING * np.nanmax(np.abs([a, b]), initial=0.0)
    a, b = centred(a.T), centred(b.T)
    scale = np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))
    varies = np.minimum(np.ptp(a, axis=0), np.ptp(b, axis=0)) > nothing
    r = (a * b).sum(axis=0) / np.where(varies, scale, 1.0)
    return np.where(varies, np.clip(r, -1.0, 1.0), np.nan)
