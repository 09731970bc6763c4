"""Ratee means drawn towards the mean of all, the more so the fewer raters there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.nested import (
    Moments,
    Numbers,
    by_ratee,
    moments,
    nested_moments,
    rounding_variance,
)
from analysis.statuses import Status

_GRID = 64  # ratios looked at before the best is refined


@dataclass(frozen=True, eq=False)
class ShrunkenMeans:
    """One-way variance components and what they make of each ratee's mean.

    ``status`` says why there are no components, ``statuses`` why a ratee has no shrunken mean.
    """

    ratees: NDArray[Any]  # sorted distinct labels; the arrays below follow them
    mean: float | None  # of all ratees, each weighted by how well it is known
    between: float | None  # variance between ratees; 0 if they cannot be told apart
    within: float | None  # variance between the raters of a ratee
    told_apart: bool  # whether there is variance between ratees
    shrunken: Numbers  # best linear unbiased prediction of each ratee
    reliability: Numbers  # of each ratee's raw mean, 0 to 1
    posterior_sd: Numbers  # of ``shrunken``; NaN if raters agree fully
    n: NDArray[np.intp]  # ratings of each ratee
    statuses: NDArray[np.object_]
    status: Status | None


def shrunken_means(values: ArrayLike, ratee: ArrayLike) -> ShrunkenMeans:
    """Empirical Bayes means of ratees judged by different raters, unequally many (REML).

    ``shrunken_i = mu + lambda_i (mean_i - mu)`` with ``lambda_i = n_i t2 / (n_i t2 + s2)``: t2 the
    variance between ratees, s2 within, mu the mean of the ratees weighted by
    ``1 / (t2 + s2 / n_i)``.

    Parameters
    ----------
    values
        (ratings,) one score per rater and ratee, all of one relation; any unit. NaN where not
        judged: such rows are left out.
    ratee
        (ratings,) label of the ratee each rating is about, a whole number or a string.

    Returns
    -------
    ShrunkenMeans
        Means in the unit of ``values``, variances in its square. If t2 is 0 (``told_apart`` is
        False) everybody equals mu, legitimately: ratees cannot be told apart. If all raters of
        each ratee agree, s2 is 0, the shrunken means are the raw ones and have no
        ``posterior_sd``. A ratee without a rating is NaN (``undefined_fewer_than_2_raters``).
        Undefined with a word, None and NaN for all numbers: fewer than two ratees
        (``undefined_no_pairs``), nobody rated twice (``undefined_no_within_df``), all ratings the
        same (``undefined_zero_variance``).

    Raises
    ------
    ValueError
        If ``values`` is no list of finite numbers or NaN, or if there are not as many labels.

    Notes
    -----
    The restricted likelihood depends on the data through n_i, the means and the sum of squares
    within only, and on one unknown after profiling, the ratio ``t2 / s2``; ratees with equally many
    ratings share its terms. The ratio is a root of the score, bracketed on a grid that reaches
    beyond the largest possible root. ``posterior_sd`` is
    ``sqrt(t2 (1 - lambda_i) + (1 - lambda_i)^2 Var(mu))``; it takes the variances as known.

    References
    ----------
    Patterson, H. D., & Thompson, R. (1971). Recovery of inter-block information when block sizes
    are unequal. Biometrika, 58, 545-554.
    Robinson, G. K. (1991). That BLUP is a good thing: The estimation of random effects.
    Statistical Science, 6, 15-32.

    Examples
    --------
    >>> found = shrunken_means([4, 5, 4, 2, 1, 3], ["Li", "Li", "Li", "Wu", "Wu", "An"])
    >>> found.ratees.tolist(), found.shrunken.round(2).tolist()
    (['An', 'Li', 'Wu'], [2.99, 4.25, 1.63])
    """
    nested, of_ratee = nested_moments(values, ratee, axes="ratings")
    judged = of_ratee.n > 0
    seen = Moments(of_ratee.n[judged], of_ratee.mean[judged], of_ratee.squares[judged])
    status = _why_undefined(seen)
    if status:
        return _undefined(status, nested.ratees, of_ratee.n)
    mean, between, within = _components(seen)
    kept = within / (within + between * of_ratee.n) if within else np.zeros(len(judged))
    weights = seen.n / (within + between * seen.n)  # 1 / variance of each ratee's mean
    variance = between * kept + kept**2 / weights.sum()
    return ShrunkenMeans(
        ratees=nested.ratees,
        mean=mean,
        between=between,
        within=within,
        told_apart=between > 0,
        shrunken=kept * mean + (1 - kept) * of_ratee.mean,
        reliability=np.where(judged, 1 - kept, np.nan),
        posterior_sd=np.where(judged & (within > 0), np.sqrt(variance), np.nan),
        n=of_ratee.n.astype(np.intp),
        statuses=statuses_of(judged),
        status=None,
    )


def statuses_of(judged: NDArray[np.bool_]) -> NDArray[np.object_]:
    """The word for each ratee without a rating, None for the others."""
    statuses = np.full(len(judged), None, dtype=object)
    statuses[~judged] = "undefined_fewer_than_2_raters"
    return statuses


def _why_undefined(seen: Moments) -> Status | None:
    ratees = len(seen.n)
    if ratees < 2:
        return "undefined_no_pairs"
    if seen.n.sum() == ratees:
        return "undefined_no_within_df"
    if not seen.squares.any() and seen.mean.var() <= rounding_variance(seen.mean):
        return "undefined_zero_variance"
    return None


def _undefined(status: Status, ratees: NDArray[Any], n: Numbers) -> ShrunkenMeans:
    nothing = np.full(len(ratees), np.nan)
    return ShrunkenMeans(
        ratees=ratees,
        mean=None,
        between=None,
        within=None,
        told_apart=False,
        shrunken=nothing,
        reliability=nothing,
        posterior_sd=nothing,
        n=n.astype(np.intp),
        statuses=np.full(len(ratees), status, dtype=object),
        status=status,
    )


def _components(seen: Moments) -> tuple[float, float, float]:
    """Mean, variance between and variance within ratees."""
    if not seen.squares.any():  # raters agree fully: the limit for ever larger ratios
        return float(seen.mean.mean()), float(seen.mean.var(ddof=1)), 0.0
    likelihood = _likelihood(seen)
    ratio = _best_ratio(likelihood, _largest_ratio(seen))
    (mean,), (squares,) = likelihood.fitted(np.array([ratio]))[:2]
    within = float(squares) / likelihood.df
    return float(mean), ratio * within, within


@dataclass(frozen=True, eq=False)
class _Likelihood:
    """Restricted likelihood of the ratio between / within, with mean and scale profiled out.

    Ratees with equally many ratings count as one size; the ratios asked for are the rows.
    """

    size: Numbers  # distinct numbers of ratings
    ratees: Numbers  # of each size
    mean: Numbers  # of their means
    squares: Numbers  # of the distances of their means from that
    within: float  # sum of squares within ratees
    df: int  # ratings - 1

    def fitted(self, ratio: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Mean, residual squares, weights (ratios, sizes) and distances of the ratees' means."""
        weight = self.size / (1 + self.size * ratio[:, None])
        mean = (weight * self.ratees) @ self.mean / (weight @ self.ratees)
        distances = self.squares + self.ratees * (self.mean - mean[:, None]) ** 2
        return mean, self.within + (weight * distances).sum(axis=1), weight, distances

    def deviance(self, ratio: Numbers) -> Numbers:
        """-2 log likelihood, up to a constant."""
        _, squares, weight, _ = self.fitted(ratio)
        spread = np.log1p(self.size * ratio[:, None]) @ self.ratees
        found: Numbers = spread + np.log(weight @ self.ratees) + self.df * np.log(squares)
        return found

    def slope(self, ratio: Numbers) -> Numbers:
        """Derivative of the deviance."""
        _, squares, weight, distances = self.fitted(ratio)
        information = weight @ self.ratees
        explained = (weight**2 * distances).sum(axis=1)
        found: Numbers = (
            information - weight**2 @ self.ratees / information - self.df * explained / squares
        )
        return found


def _likelihood(seen: Moments) -> _Likelihood:
    sizes = by_ratee(seen.n)
    of_size = moments(seen.mean, sizes)
    within = float(seen.squares.sum())
    df = int(seen.n.sum()) - 1
    return _Likelihood(sizes.ratees, of_size.n, of_size.mean, of_size.squares, within, df)


def _largest_ratio(seen: Moments) -> float:
    """A ratio above every root of the score.

    The positive part of the score is at least (N - 1) / (ratio + 1), the negative at most
    (T - 1) S / (ratio^2 W) for T ratings on N ratees, S the squares of the means around their own
    and W those within; so ratio^2 / (ratio + 1) <= (T - 1) S / ((N - 1) W) at a root.
    """
    return 1 + float((seen.n.sum() - 1) * seen.mean.var(ddof=1) / seen.squares.sum())


def _best_ratio(likelihood: _Likelihood, largest: float) -> float:
    from scipy.optimize import (
        brentq,
    )  # here, so that a web process that shrinks no mean does not pay

    smallest = 1e-4 / float(likelihood.size.max())
    grid = np.concatenate([[0.0], np.geomspace(smallest, largest, _GRID)])
    slope, deviance = likelihood.slope(grid), likelihood.deviance(grid)
    lowest = 0.0, float(deviance[0])
    for place in np.flatnonzero((slope[:-1] < 0) & (slope[1:] >= 0)):
        root = brentq(
            lambda at: float(likelihood.slope(np.array([at]))[0]), *grid[place : place + 2]
        )
        there = float(likelihood.deviance(np.array([root]))[0])
        if there < lowest[1]:
            lowest = float(root), there
    return lowest[0]
