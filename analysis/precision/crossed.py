"""Severe and lenient raters told apart from good and poor ratees: crossed random effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analysis.nested import Nested, Numbers, by_ratee, measured, rounding_variance, same_rows
from analysis.precision.crossed_likelihood import Ratings, best_fit, gather
from analysis.precision.shrinkage import statuses_of
from analysis.statuses import Status


@dataclass(frozen=True, eq=False)
class CrossedEffects:
    """Variance of ratees, raters and residual, and the effect of each ratee and rater.

    ``status`` "not_connected" leaves the numbers in place if the components can be told apart all
    the same; any other word says why there are none.
    """

    mean: float | None
    between_ratees: float | None  # variance
    between_raters: float | None  # variance: how differently severe raters are
    residual: float | None  # variance
    ratees: NDArray[Any]  # sorted distinct labels
    ratee_effects: Numbers  # of each ratee; add ``mean`` for the adjusted score
    raters: NDArray[Any]  # sorted distinct labels
    rater_effects: Numbers  # of each rater, positive if lenient
    connected: bool  # whether raters link all ratees
    components: int  # parts that no rater links; 0 if raters are unlinked
    n: int  # ratings
    statuses: NDArray[np.object_]  # why a ratee has no effect
    status: Status | None


def crossed_effects(values: ArrayLike, ratee: ArrayLike, rater: ArrayLike | None) -> CrossedEffects:
    """Ratees adjusted for the severity of those who happened to rate them (REML).

    ``y_ij = mu + a_i + b_j + e_ij`` with ratee effects a, rater effects b and residuals e drawn
    independently from normal distributions with mean 0. The adjusted score of a ratee is
    ``mean + ratee_effects``.

    Parameters
    ----------
    values
        (ratings,) one score per row, in any unit. NaN where not judged: such rows are left out.
        A rater may rate a ratee more than once.
    ratee
        (ratings,) label of the ratee each rating is about, a whole number or a string.
    rater
        (ratings,) label of the rater, or None where raters are unlinked by design.

    Returns
    -------
    CrossedEffects
        Effects in the unit of ``values``, variances in its square; a variance of 0 is legitimate
        and makes its effects 0. Effects are NaN for a ratee (``undefined_fewer_than_2_raters``) or
        rater without a rating. Where no rater links some ratees to the others, ``components``
        counts the parts and the status is ``not_connected``: comparing ratees of different parts
        then rests only on the assumption that their raters were drawn from the same population.
        If each rater rated once only, there are no numbers either: severity is then part of the
        residual, and ``shrunken_means`` says all there is to say. Undefined, with None and NaN for
        all numbers: no labels of raters (``raters_unlinked``), fewer than two ratees
        (``undefined_no_pairs``) or raters (``undefined_fewer_than_2_raters``), all ratings the same
        (``undefined_zero_variance``); ``not_estimable`` if connected ratings cannot separate the
        components, or if ratees and raters explain the ratings without a residual.

    Raises
    ------
    ValueError
        If ``values`` is no list of finite numbers or NaN, or if there are not as many labels.

    Notes
    -----
    Raters' effects describe persons: they are for adjusting, not for showing. Cost grows with the
    cube of the smaller side, memory with its square (1,128 ratees: 10 MB a matrix, about ten of
    them) and with the number of ratings.

    References
    ----------
    Patterson, H. D., & Thompson, R. (1971). Recovery of inter-block information when block sizes
    are unequal. Biometrika, 58, 545-554.
    Rao, C. R. (1971). Estimation of variance and covariance components: MINQUE theory. Journal of
    Multivariate Analysis, 1, 257-275.
    Gilmour, A. R., Thompson, R., & Cullis, B. R. (1995). Average information REML: An efficient
    algorithm for variance parameter estimation in linear mixed models. Biometrics, 51, 1440-1450.

    Examples
    --------
    >>> ratee = ["An", "An", "An", "Li", "Li", "Li", "Wu", "Wu", "Wu"]
    >>> rater = ["x", "y", "z"] * 3
    >>> found = crossed_effects([2, 3, 4, 3, 5, 5, 1, 3, 3], ratee, rater)
    >>> (found.mean + found.ratee_effects).round(2).tolist(), found.rater_effects.round(2).tolist()
    ([3.01, 4.29, 2.37], [-1.18, 0.43, 0.75])
    """
    y, of_ratee = measured(values, "values", "ratings"), by_ratee(ratee)
    same_rows(y, of_ratee, "values")
    if rater is None:
        n = int((~np.isnan(y)).sum())
        return _undefined("raters_unlinked", of_ratee.ratees, np.empty(0), n, components=0)
    of_rater = by_ratee(rater)
    if len(of_rater.order) != len(y):
        raise ValueError(f"values have {len(y)} rows, but {len(of_rater.order)} labels of raters")
    design = _design(y, of_ratee, of_rater)
    ratees, raters, n, parts = of_ratee.ratees, of_rater.ratees, design.n, design.components
    status = _why_undefined(design)
    fit = None if status else best_fit(design.ratings)
    if fit is None:
        unfitted: Status = "not_estimable" if parts == 1 else "not_connected"
        return _undefined(status or unfitted, ratees, raters, n, parts)
    of_ratees, of_raters = fit.theta[design.turn] * fit.residual
    effects = (fit.few, fit.many)[design.turn]
    rated, rating = design.has_ratings
    return CrossedEffects(
        mean=design.center + fit.mean,
        between_ratees=float(of_ratees),
        between_raters=float(of_raters),
        residual=fit.residual,
        ratees=ratees,
        ratee_effects=np.where(rated, effects[0], np.nan),
        raters=raters,
        rater_effects=np.where(rating, effects[1], np.nan),
        connected=parts == 1,
        components=parts,
        n=n,
        statuses=statuses_of(rated),
        status=None if parts == 1 else "not_connected",
    )


@dataclass(frozen=True, eq=False)
class _Design:
    """The ratings, the smaller side first."""

    ratings: Ratings  # their mean taken out
    center: float  # that mean
    turn: slice  # turns (few, many) into (ratees, raters)
    has_ratings: tuple[NDArray[np.bool_], NDArray[np.bool_]]  # each ratee, each rater
    n: int
    components: int
    alike: bool  # whether all ratings are the same


def _design(y: Numbers, of_ratee: Nested, of_rater: Nested) -> _Design:
    seen = ~np.isnan(y)
    y, n = y[seen], int(seen.sum())
    center = float(y.sum()) / max(n, 1)
    sides = [of_ratee, of_rater]
    places = [side.spread(np.arange(len(side.ratees)))[seen] for side in sides]
    lengths = [len(side.ratees) for side in sides]
    rated, rating = (
        np.bincount(place, minlength=length) > 0
        for place, length in zip(places, lengths, strict=True)
    )
    turn = slice(None, None, 1 if lengths[0] <= lengths[1] else -1)
    (few, many), (fewer, more) = places[turn], lengths[turn]
    ratings = gather(few, many, (fewer, more), y - center)
    return _Design(
        ratings=ratings,
        center=center,
        turn=turn,
        has_ratings=(rated, rating),
        n=n,
        components=_components(ratings) - int((~rated).sum() + (~rating).sum()),
        alike=float(ratings.columns.gram[1, 1]) <= n * rounding_variance(y),
    )


def _components(ratings: Ratings) -> int:
    """Parts of the graph of ratees and raters; who has no rating is a part alone."""
    from scipy.sparse import block_array
    from scipy.sparse.csgraph import connected_components

    graph = block_array([[None, ratings.counts], [ratings.back, None]])
    return int(connected_components(graph, directed=False)[0])


def _why_undefined(design: _Design) -> Status | None:
    rated, rating = design.has_ratings
    if rated.sum() < 2:
        return "undefined_no_pairs"
    if rating.sum() < 2:
        return "undefined_fewer_than_2_raters"
    return "undefined_zero_variance" if design.alike else None


def _undefined(
    status: Status, ratees: NDArray[Any], raters: NDArray[Any], n: int, components: int
) -> CrossedEffects:
    return CrossedEffects(
        mean=None,
        between_ratees=None,
        between_raters=None,
        residual=None,
        ratees=ratees,
        ratee_effects=np.full(len(ratees), np.nan),
        raters=raters,
        rater_effects=np.full(len(raters), np.nan),
        connected=components == 1,
        components=components,
        n=n,
        statuses=np.full(len(ratees), status, dtype=object),
        status=status,
    )
