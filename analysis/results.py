"""From the ratings of a cycle to everything that may be published of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analysis.disclosure import (
    Cell,
    Group,
    HiddenGroup,
    Policy,
    PublishedMeans,
    may_show_comments,
    publish_means,
)
from analysis.gaps import Gap, gap, mean_gap
from analysis.ratings import Comment, CycleData, CycleInfo, Ratee, RatingTable
from analysis.reliability import Alpha, cronbach_alpha, undefined
from analysis.scoring import competency_cell, recode, weighted_others
from analysis.sentiment import CommentSentiment, score_comments
from questionnaires.model import Competency, Item, OpenQuestion, Questionnaire, Relation

RATEES_FOR_ALPHA = 10  # below this many ratees alpha would describe persons, not the questionnaire


@dataclass(frozen=True)
class ScoreRow:
    """One item, competency or the overall score across the groups of a ratee."""

    cells: tuple[Cell, ...]  # as `RateeResults.groups`
    others: Cell
    weights: Mapping[str, float]  # used in ``others``, by group key
    gap: Gap | None  # self and others on the same items


@dataclass(frozen=True)
class ScoredComment:
    comment: Comment
    sentiment: CommentSentiment


@dataclass(frozen=True)
class RateeResults:
    """What may be published of one ratee."""

    ratee: Ratee
    groups: tuple[Group, ...]
    items: Mapping[str, ScoreRow]
    competencies: Mapping[str, ScoreRow]
    overall: ScoreRow
    comments: tuple[ScoredComment, ...]


@dataclass(frozen=True)
class CycleAlpha:
    """How the items of a competency hang together in one relation over the cycle."""

    competency: str
    group: str
    ratees: int
    alpha: Alpha


@dataclass(frozen=True)
class CycleResults:
    """What may be published of a cycle. Holds no single answer."""

    cycle: CycleInfo
    questionnaire: Questionnaire
    policy: Policy
    ratees: Mapping[str, RateeResults]
    alphas: tuple[CycleAlpha, ...]


def is_rating(questionnaire: Questionnaire, item: Item) -> bool:
    """Whether an item enters its competency's score (recommendations stand by themselves)."""
    return questionnaire.scale_of(item).kind == "rating"


def rating_items(questionnaire: Questionnaire, competency: Competency) -> tuple[Item, ...]:
    return tuple(item for item in competency.items if is_rating(questionnaire, item))


def is_asked(group: Group, part: Item | OpenQuestion) -> bool:
    """Whether every relation of the group is asked the item or question.

    In a merged group an item that only one of its relations is asked would be that relation's
    own, and its cell is below the threshold.
    """
    return all(relation in part.relations for relation in group.relations)


def tells_apart(group: Group, question: OpenQuestion) -> bool:
    """Whether a comment of a merged group on this question would tell its writer's relation."""
    return len(group.relations) > 1 and not is_asked(group, question)


def analyse(data: CycleData) -> CycleResults:
    """Everything that may be published of one questionnaire of a cycle.

    Parameters
    ----------
    data
        Ratings as ticked, the groups formed at closing, and the comments.

    Returns
    -------
    CycleResults
        Item means under the disclosure rules; competency scores, weighted others, gaps and
        overall scores computed from those published means alone; alpha per competency and
        relation over the cycle.

    Raises
    ------
    ValueError
        If a column, a row or a point does not belong to the cycle.
    """
    rows = _group_of_each_row(data)
    recoded = _recoded(data.questionnaire, data.ratings)
    means = _item_means(data, rows, recoded)
    comments = _scored_comments(data)
    groups: dict[str, list[tuple[int, Group]]] = {ratee.id: [] for ratee in data.ratees}
    for number, group in enumerate(data.groups):
        groups.setdefault(group.ratee, []).append((number, group))
    return CycleResults(
        cycle=data.cycle,
        questionnaire=data.questionnaire,
        policy=data.policy,
        ratees={
            ratee.id: _ratee_results(
                data, ratee, groups[ratee.id], means, comments.get(ratee.id, [])
            )
            for ratee in data.ratees
        },
        alphas=_alphas(data, rows, recoded),
    )


def _group_of_each_row(data: CycleData) -> NDArray[np.int64]:
    index = {(group.ratee, group.key): number for number, group in enumerate(data.groups)}
    pairs = zip(data.ratings.ratee.tolist(), data.ratings.group.tolist(), strict=True)
    try:
        return np.array([index[pair] for pair in pairs], dtype=np.int64)
    except KeyError as unknown:
        raise ValueError(f"ratings name a group that the cycle lacks: {unknown}") from None


def _recoded(questionnaire: Questionnaire, ratings: RatingTable) -> NDArray[np.float64]:
    """Responses x items of the questionnaire, in its order; NaN where a column is missing."""
    column = {item: number for number, item in enumerate(ratings.items)}
    unknown = set(column) - {item.id for item in questionnaire.items}
    if unknown:
        raise ValueError(f"ratings name items that the questionnaire lacks: {sorted(unknown)}")
    values = np.full((len(ratings.values), len(questionnaire.items)), np.nan)
    for number, item in enumerate(questionnaire.items):
        if item.id in column:
            values[:, number] = ratings.values[:, column[item.id]]
    low, high = _scale_ends(questionnaire)
    return recode(values, [item.reverse for item in questionnaire.items], low, high)


def _scale_ends(
    questionnaire: Questionnaire,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    scales = [questionnaire.scale_of(item) for item in questionnaire.items]
    return (
        np.array([scale.low for scale in scales], dtype=np.float64),
        np.array([scale.high for scale in scales], dtype=np.float64),
    )


def _item_means(
    data: CycleData, rows: NDArray[np.int64], recoded: NDArray[np.float64]
) -> PublishedMeans:
    """Published means of all groups x items: rows sorted by group, summed in one pass."""
    judged = ~np.isnan(recoded)
    order = np.argsort(rows, kind="stable")
    present, starts = np.unique(rows[order], return_index=True)
    total = np.zeros((len(data.groups), recoded.shape[1]))
    n = np.zeros(total.shape, dtype=np.int64)
    total[present] = np.add.reduceat(np.where(judged, recoded, 0.0)[order], starts, axis=0)
    n[present] = np.add.reduceat(judged[order].astype(np.int64), starts, axis=0)
    # Groups hidden by their counts stay hidden, and items not asked of a group have no mean.
    open_to = np.array([group.answered is not None for group in data.groups], dtype=bool)
    n[~(open_to[:, np.newaxis] & _asked(data))] = 0
    low, high = _scale_ends(data.questionnaire)
    attributed = np.array([group.attributed for group in data.groups], dtype=bool)
    return publish_means(total, n, low, high, attributed, data.policy)


def _asked(data: CycleData) -> NDArray[np.bool_]:
    """Groups x items, see `is_asked`."""
    items = data.questionnaire.items
    return np.array(
        [[is_asked(group, item) for item in items] for group in data.groups],
        dtype=bool,
    ).reshape(len(data.groups), len(items))


def _ratee_results(
    data: CycleData,
    ratee: Ratee,
    numbered: list[tuple[int, Group]],
    means: PublishedMeans,
    comments: list[ScoredComment],
) -> RateeResults:
    questionnaire = data.questionnaire
    numbered = sorted(numbered, key=lambda pair: _order(pair[1]))
    groups = tuple(group for _, group in numbered)
    cells = {
        item.id: tuple(_cell(means, number, column, group, item) for number, group in numbered)
        for column, item in enumerate(questionnaire.items)
    }
    weights = questionnaire.weights
    items = {key: _row(groups, row, weights) for key, row in cells.items()}
    competencies = {
        competency.id: _mean_row(groups, [items[item.id] for item in rated], weights)
        for competency in questionnaire.competencies
        if (rated := rating_items(questionnaire, competency))
    }
    return RateeResults(
        ratee=ratee,
        groups=groups,
        items=items,
        competencies=competencies,
        overall=_mean_row(groups, list(competencies.values()), weights),
        comments=tuple(comments),
    )


def _order(group: Group) -> tuple[bool, int]:
    """SELF, SUPERVISOR, PEER, CUSTOMER, merged groups last."""
    return len(group.relations) > 1, list(Relation).index(group.relations[0])


def _cell(means: PublishedMeans, number: int, column: int, group: Group, item: Item) -> Cell:
    if not is_asked(group, item):
        return HiddenGroup("not_asked")
    return means.score(number, column) or HiddenGroup(
        "not_answered" if group.attributed else "too_few"
    )


def _row(
    groups: tuple[Group, ...], cells: tuple[Cell, ...], weights: Mapping[Relation, float]
) -> ScoreRow:
    by_group = {group.key: cell for group, cell in zip(groups, cells, strict=True)}
    others = weighted_others(by_group, groups, weights)
    own = by_group.get(Relation.SELF)
    return ScoreRow(cells, others.cell, others.weights, gap(own, others.cell))


def _mean_row(
    groups: tuple[Group, ...], rows: list[ScoreRow], weights: Mapping[Relation, float]
) -> ScoreRow:
    """A competency from its items, or the overall score from the competencies."""
    cells = tuple(competency_cell([row.cells[at] for row in rows]) for at in range(len(groups)))
    row = _row(groups, cells, weights)
    return replace(row, gap=mean_gap([part.gap for part in rows]) if row.gap else None)


def _scored_comments(data: CycleData) -> dict[str, list[ScoredComment]]:
    """Comments that may be shown, per ratee, in the order given."""
    questions = {question.id: question for question in data.questionnaire.open_questions}
    unknown = {comment.question for comment in data.comments} - set(questions)
    if unknown:
        raise ValueError(f"comments answer questions that are not asked: {sorted(unknown)}")
    readable = {
        (group.ratee, group.key, question.id)
        for group in data.groups
        if may_show_comments(group, data.policy)
        for question in questions.values()
        if not tells_apart(group, question)
    }
    shown = [
        comment
        for comment in data.comments
        if (comment.ratee, comment.group, comment.question) in readable
    ]
    sentiments = score_comments(
        [comment.text for comment in shown],
        polarities=[questions[comment.question].polarity for comment in shown],
    )
    by_ratee: dict[str, list[ScoredComment]] = {}
    for comment, sentiment in zip(shown, sentiments, strict=True):
        by_ratee.setdefault(comment.ratee, []).append(ScoredComment(comment, sentiment))
    return by_ratee


def _alphas(
    data: CycleData, rows: NDArray[np.int64], recoded: NDArray[np.float64]
) -> tuple[CycleAlpha, ...]:
    """Alpha per competency and relation, never over mixed relations and never over SELF.

    Answers of hidden groups do not enter.
    """
    column = {item.id: number for number, item in enumerate(data.questionnaire.items)}
    alphas = []
    for relation in (Relation.SUPERVISOR, Relation.PEER, Relation.CUSTOMER):
        shown = [
            number
            for number, group in enumerate(data.groups)
            if group.relations == (relation,) and group.answered is not None
        ]
        answers = recoded[np.isin(rows, shown)]
        for competency in data.questionnaire.competencies:
            asked = [
                column[item.id]
                for item in rating_items(data.questionnaire, competency)
                if relation in item.relations
            ]
            if shown and asked:
                alpha = _alpha(answers[:, asked], ratees=len(shown))
                alphas.append(CycleAlpha(competency.id, relation.value, len(shown), alpha))
    return tuple(alphas)


def _alpha(answers: NDArray[np.float64], ratees: int) -> Alpha:
    if ratees < RATEES_FOR_ALPHA:
        return undefined("fewer_than_10_ratees", columns=answers.shape[1])
    return cronbach_alpha(answers)
