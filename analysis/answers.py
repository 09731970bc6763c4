"""The answers of a cycle as one matrix in the order of its questionnaire, and which may count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import PublishedMeans
from analysis.ratings import CycleData, RatingTable
from analysis.scoring import recode
from questionnaires.model import Questionnaire

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Answers:
    """Responses x items of the questionnaire, NaN where not judged or not asked."""

    group: NDArray[np.int64]  # per response the place of its group in the cycle
    ticked: Matrix  # as the forms said it
    values: Matrix  # reverse items recoded: high is good everywhere


def all_answers(data: CycleData) -> Answers:
    """Every answer of the cycle.

    Raises
    ------
    ValueError
        If a column, a row or a point does not belong to the cycle.
    """
    ticked = _in_order(data.questionnaire, data.ratings)
    low, high = scale_ends(data.questionnaire)
    reverse = [item.reverse for item in data.questionnaire.items]
    return Answers(_group_of_each_row(data), ticked, recode(ticked, reverse, low, high))


def shown_answers(
    data: CycleData, answers: Answers, means: PublishedMeans
) -> tuple[Answers, NDArray[np.str_]]:
    """What may enter a number about the cycle, and the relation of each response.

    Answers of hidden groups do not, nor those to an item whose mean is hidden: the cycle's number
    less what is shown would tell them. Nor do merged groups, whose answers no longer carry a
    relation. And each group is moved to its *published* item means, so that what a number says of
    the differences between groups is nothing but what is published: an exact number about rounded
    or banded means would give the digits back.
    """
    relation = np.array(
        [g.key if len(g.relations) == 1 and g.answered is not None else "" for g in data.groups],
        dtype=np.str_,
    )
    of_row = relation[answers.group] if len(relation) else np.empty(0, dtype=np.str_)
    kept = of_row != ""
    group, ticked = answers.group[kept], answers.ticked[kept]
    published = means.mean[group]
    ticked = np.where(np.isnan(published), np.nan, ticked)
    values = answers.values[kept] + (published - means.raw[group])
    return Answers(group, ticked, values), of_row[kept]


def scale_ends(questionnaire: Questionnaire) -> tuple[Matrix, Matrix]:
    """Declared lowest and highest point of each item's scale."""
    scales = [questionnaire.scale_of(item) for item in questionnaire.items]
    return (
        np.array([scale.low for scale in scales], dtype=np.float64),
        np.array([scale.high for scale in scales], dtype=np.float64),
    )


def _group_of_each_row(data: CycleData) -> NDArray[np.int64]:
    index = {(group.ratee, group.key): number for number, group in enumerate(data.groups)}
    pairs = zip(data.ratings.ratee.tolist(), data.ratings.group.tolist(), strict=True)
    try:
        return np.array([index[pair] for pair in pairs], dtype=np.int64)
    except KeyError as unknown:
        raise ValueError(f"ratings name a group that the cycle lacks: {unknown}") from None


def _in_order(questionnaire: Questionnaire, ratings: RatingTable) -> Matrix:
    """Columns in the order of the questionnaire; NaN where one is missing."""
    column = {item: number for number, item in enumerate(ratings.items)}
    unknown = set(column) - {item.id for item in questionnaire.items}
    if unknown:
        raise ValueError(f"ratings name items that the questionnaire lacks: {sorted(unknown)}")
    values = np.full((len(ratings.values), len(questionnaire.items)), np.nan)
    for number, item in enumerate(questionnaire.items):
        if item.id in column:
            values[:, number] = ratings.values[:, column[item.id]]
    return values
