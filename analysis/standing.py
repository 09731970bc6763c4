"""How the ratees of a cycle stand to each other, and how much of that would outlast other choices.

For HR. A ranking printed from means would say that the 14th is better than the 15th; few raters can
never show that. So there are tiers, and for each choice that could have been made otherwise one
rank correlation with the order under the other choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.answers import Answers
from analysis.asked import is_rating
from analysis.ordering import RankCorrelation, Tier, rank_correlation, tiers
from analysis.precision import shrunken_means
from analysis.quality import RATED_BY_OTHERS, RATEES_NEEDED
from analysis.ratings import CycleData
from analysis.scoring import WEIGHT_COVERAGE, competency_scores

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Standing:
    """None where there is no other choice to compare with."""

    ratees: int  # with a weighted score
    equal_weights: RankCorrelation | None  # against the weights declared
    careful_forms: RankCorrelation | None  # without the flagged forms, against all
    shrunken: RankCorrelation  # means drawn towards the average as far as raters are few
    tiers: Mapping[str, Tier | None]  # by ratee


@dataclass(frozen=True, eq=False)
class Views:
    """Every response as one score over all rating items."""

    ratees: tuple[str, ...]
    row: NDArray[np.int64]  # per response, its place among the answers
    score: NDArray[np.float64]  # NaN where too little was judged
    ratee: NDArray[np.int64]  # the place in ``ratees``
    relation: NDArray[np.int64]  # the place in `RATED_BY_OTHERS`
    # Per ratee and relation as declared for the position, else 1; 0 where nobody answered.
    weights: Matrix
    declared: bool  # for some position at least


def views(data: CycleData, answers: Answers, relation: NDArray[np.str_]) -> Views:
    """The views of all others on all ratees."""
    ratees = tuple(ratee.id for ratee in data.ratees)
    place = {ratee: number for number, ratee in enumerate(ratees)}
    of_group = np.array([place[group.ratee] for group in data.groups], dtype=np.int64)
    keys = [by.value for by in RATED_BY_OTHERS]
    row = np.flatnonzero(np.isin(relation, keys))
    items = data.questionnaire.items
    rated = [n for n, item in enumerate(items) if is_rating(data.questionnaire, item)]
    declared = [data.questionnaire.weights_for(ratee.position) for ratee in data.ratees]
    weights = [of.get(key, 0.0) if of else 1.0 for of in declared for key in RATED_BY_OTHERS]
    return Views(
        ratees=ratees,
        row=row,
        score=competency_scores(answers.values[row][:, rated]),
        ratee=of_group[answers.group[row]],
        relation=np.array([keys.index(key) for key in relation[row]], dtype=np.int64),
        weights=np.where(np.isin(keys, relation), np.reshape(weights, (-1, len(keys))), 0.0),
        declared=any(declared),
    )


def standing(given: Views, flagged: NDArray[np.bool_], least_flagged: int) -> Standing | None:
    """The order of the ratees by the weighted view of the others, and under other choices.

    Parameters
    ----------
    given
        The views of the others.
    flagged
        (responses,) whether the form looks careless.
    least_flagged
        Flagged forms from which on the order without them is compared: with fewer, the number
        would tell of single forms.

    Returns
    -------
    Standing or None
        None with fewer than ten ratees that have a weighted score.
    """
    means = _means(given, np.ones(len(given.score), dtype=bool))
    score = weighted(means, given.weights)
    n = int((~np.isnan(score)).sum())
    if n < RATEES_NEEDED:
        return None
    drawn, variance = _shrunken(given, means)
    careful = weighted(_means(given, ~flagged), given.weights)
    errors = _standard_errors(drawn, variance, given.weights)
    drawn_score = weighted(drawn, given.weights)
    equal = np.where(given.weights > 0, 1.0, 0.0)
    return Standing(
        ratees=n,
        equal_weights=rank_correlation(score, weighted(means, equal)) if given.declared else None,
        careful_forms=rank_correlation(score, careful) if flagged.sum() >= least_flagged else None,
        shrunken=rank_correlation(score, drawn_score),
        tiers=dict(zip(given.ratees, tiers(drawn_score, errors), strict=True)),
    )


def weighted(means: Matrix, weights: Matrix) -> NDArray[np.float64]:
    """Weighted mean over the relations present (ratees,), NaN below the coverage of weights."""
    share = np.where(np.isnan(means), 0.0, weights)
    total = share.sum(axis=1)
    enough = (total > 0) & (total >= WEIGHT_COVERAGE * weights.sum(axis=-1) - 1e-9)
    score = (share * np.nan_to_num(means)).sum(axis=1) / np.where(total > 0, total, 1.0)
    return np.where(enough, score, np.nan)


def _means(given: Views, kept: NDArray[np.bool_]) -> Matrix:
    """Mean score per ratee and relation over the responses kept, NaN without one."""
    used = kept & ~np.isnan(given.score)
    shape = given.weights.shape
    cell = given.ratee[used] * shape[1] + given.relation[used]
    n = np.bincount(cell, minlength=shape[0] * shape[1])
    total = np.bincount(cell, weights=given.score[used], minlength=len(n))
    return np.where(n > 0, total / np.maximum(n, 1), np.nan).reshape(shape)


def _shrunken(given: Views, means: Matrix) -> tuple[Matrix, Matrix]:
    """Means drawn towards each relation's average, and their posterior variances.

    Where a relation has one rater a ratee, as a supervisor is, nobody can tell the rater from the
    ratee: the mean stays as it is, with a variance that is unknown (NaN).
    """
    drawn, variance = means.copy(), np.full(means.shape, np.nan)
    for relation in range(means.shape[1]):
        rows = (given.relation == relation) & ~np.isnan(given.score)
        if not rows.any():
            continue
        found = shrunken_means(given.score[rows], given.ratee[rows])
        if found.status is None:
            drawn[found.ratees.astype(np.int64), relation] = found.shrunken
            variance[found.ratees.astype(np.int64), relation] = found.posterior_sd**2
    return drawn, variance


def _standard_errors(drawn: Matrix, variance: Matrix, weights: Matrix) -> NDArray[np.float64]:
    """Of the weighted score, from the relations whose variance is known; NaN where none is."""
    share = np.where(np.isnan(drawn), 0.0, weights)
    total = np.where(share.sum(axis=1) > 0, share.sum(axis=1), np.nan)
    known = ~np.isnan(variance) & (share > 0)
    error = np.sqrt((share**2 * np.nan_to_num(variance)).sum(axis=1)) / total
    return np.where(known.any(axis=1), error, np.nan)
