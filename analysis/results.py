"""From the ratings of a cycle to everything that may be published of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import hypot

import numpy as np
from numpy.typing import NDArray

from analysis.answers import Answers, all_answers, scale_ends, shown_answers
from analysis.asked import is_asked, rating_items
from analysis.comments import ScoredComment, shown_comments
from analysis.disclosure import (
    Cell,
    Group,
    GroupScore,
    HiddenGroup,
    Policy,
    PublishedMeans,
    publish_means,
)
from analysis.gaps import Gap, gap, mean_gap
from analysis.quality import OVERALL, Forms, ScaleQuality, careful_forms, scale_qualities
from analysis.ratings import CycleData, CycleInfo, Ratee
from analysis.scoring import competency_cell, weighted_others
from analysis.spread import Spread, spreads
from analysis.standing import Standing, standing, views
from questionnaires.model import Item, Questionnaire, Relation

Numbered = list[tuple[int, Group]]  # the groups of a ratee with their places in the cycle


@dataclass(frozen=True)
class ScoreRow:
    """One item, competency or the overall score across the groups of a ratee."""

    cells: tuple[Cell, ...]  # as `RateeResults.groups`
    others: Cell
    weights: Mapping[str, float]  # used in ``others``, by group key
    gap: Gap | None  # self and others on the same items
    margins: tuple[float | None, ...] = ()  # half the 95 % interval of a cell, as ``cells``
    others_margin: float | None = None


@dataclass(frozen=True)
class RateeResults:
    """What may be published of one ratee."""

    ratee: Ratee
    groups: tuple[Group, ...]
    items: Mapping[str, ScoreRow]
    competencies: Mapping[str, ScoreRow]
    overall: ScoreRow
    spreads: Mapping[str, tuple[Spread | None, ...]]  # by competency, as ``groups``
    comments: tuple[ScoredComment, ...]


@dataclass(frozen=True)
class GroupResponse:
    """How many were asked, and in the groups that are shown how many answered.

    Who was asked stands in the roster. The answers of a hidden group are in no sum, since what is
    shown could be taken away from it.
    """

    key: str  # as `Group.key`
    shown: int
    hidden: int
    invited: int
    answered: int  # in the groups shown


@dataclass(frozen=True, eq=False)  # known by identity, so that what is made of it can be kept
class CycleResults:
    """What may be published of a cycle. Holds no single answer."""

    cycle: CycleInfo
    questionnaire: Questionnaire
    policy: Policy
    ratees: Mapping[str, RateeResults]
    response: tuple[GroupResponse, ...]
    scales: tuple[ScaleQuality, ...]
    forms: Forms
    standing: Standing | None  # None below ten ratees


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
        overall scores computed from those published means alone, with margins from the variance
        pooled over the cycle; how far raters agree, as a word; and, for HR, how far the numbers
        of the cycle can be trusted.

    Raises
    ------
    ValueError
        If a column, a row or a point does not belong to the cycle.
    """
    answers = all_answers(data)
    means = _item_means(data, answers)
    shown, relation = shown_answers(data, answers, means)
    scales = scale_qualities(data.questionnaire, shown, relation)
    forms = careful_forms(data, shown, relation)
    given = views(data, shown, relation)
    return CycleResults(
        cycle=data.cycle,
        questionnaire=data.questionnaire,
        policy=data.policy,
        ratees=_all_ratees(data, answers, means, scales),
        response=_response(data),
        scales=scales,
        forms=forms.counted,
        standing=standing(given, forms.flagged[given.row], data.policy.threshold),
    )


def _all_ratees(
    data: CycleData, answers: Answers, means: PublishedMeans, scales: tuple[ScaleQuality, ...]
) -> dict[str, RateeResults]:
    found = _Published(
        data,
        means,
        {(scale.scale, scale.relation): scale for scale in scales},
        _spreads(data.questionnaire, answers, means),
    )
    comments = shown_comments(data)
    groups: dict[str, Numbered] = {ratee.id: [] for ratee in data.ratees}
    for number, group in enumerate(data.groups):
        groups.setdefault(group.ratee, []).append((number, group))
    return {
        ratee.id: _ratee_results(found, ratee, groups[ratee.id], comments.get(ratee.id, ()))
        for ratee in data.ratees
    }


@dataclass(frozen=True)
class _Published:
    """What the results of all ratees are made of."""

    data: CycleData
    means: PublishedMeans
    scales: Mapping[tuple[str, str], ScaleQuality]
    spreads: Mapping[str, Mapping[int, Spread]]  # by competency and group

    def margins(
        self, scale: str, groups: tuple[Group, ...], cells: tuple[Cell, ...]
    ) -> tuple[float | None, ...]:
        return tuple(
            self._margin(scale, group, cell) for group, cell in zip(groups, cells, strict=True)
        )

    def _margin(self, scale: str, group: Group, cell: Cell) -> float | None:
        quality = self.scales.get((scale, group.key))
        if quality is None or not isinstance(cell, GroupScore) or cell.band is not None:
            return None
        return quality.margin(cell.n)


def _response(data: CycleData) -> tuple[GroupResponse, ...]:
    by_key: dict[str, list[Group]] = {}
    for group in sorted(data.groups, key=_order):
        by_key.setdefault(group.key, []).append(group)
    return tuple(_group_response(key, of, data.cycle) for key, of in by_key.items())


def asked_of(group: Group, cycle: CycleInfo) -> int | None:
    """How many raters of a group were asked; None where that would tell how many answered.

    An import knows only of those who answered, and of a hidden group that is told to nobody.
    """
    return None if cycle.imported and group.answered is None else group.invited


def raters_asked(groups: Sequence[Group], cycle: CycleInfo) -> int:
    """How many raters of these groups were asked, as far as that may be told."""
    return sum(asked_of(group, cycle) or 0 for group in groups)


def _group_response(key: str, groups: list[Group], cycle: CycleInfo) -> GroupResponse:
    shown = [group for group in groups if group.answered is not None]
    return GroupResponse(
        key=key,
        shown=len(shown),
        hidden=len(groups) - len(shown),
        invited=raters_asked(groups, cycle),
        answered=sum(group.answered or 0 for group in shown),
    )


def _spreads(
    questionnaire: Questionnaire, answers: Answers, means: PublishedMeans
) -> dict[str, dict[int, Spread]]:
    """Per competency how far the raters of each group agree, over items whose mean is shown."""
    column = {item.id: number for number, item in enumerate(questionnaire.items)}
    points = len(questionnaire.rating_scale.points)
    values = np.where(np.isnan(means.mean[answers.group]), np.nan, answers.values)
    found = {}
    for competency in questionnaire.competencies:
        asked = [column[item.id] for item in rating_items(questionnaire, competency)]
        if asked:
            banded = (means.band[:, asked] != 0).any(axis=1)
            found[competency.id] = spreads(values[:, asked], answers.group, points, banded)
    return found


def _item_means(data: CycleData, answers: Answers) -> PublishedMeans:
    """Published means of all groups x items: rows sorted by group, summed in one pass."""
    rows, recoded = answers.group, answers.values
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
    low, high = scale_ends(data.questionnaire)
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
    found: _Published, ratee: Ratee, numbered: Numbered, comments: tuple[ScoredComment, ...]
) -> RateeResults:
    questionnaire = found.data.questionnaire
    numbered = sorted(numbered, key=lambda pair: _order(pair[1]))
    groups = tuple(group for _, group in numbered)
    cells = {
        item.id: tuple(
            _cell(found.means, number, column, group, item) for number, group in numbered
        )
        for column, item in enumerate(questionnaire.items)
    }
    weights = questionnaire.weights_for(ratee.position)
    items = {key: _row(groups, row, weights) for key, row in cells.items()}

    def mean_row(scale: str, rows: list[ScoreRow]) -> ScoreRow:
        return _mean_row(found, scale, groups, rows, weights)

    competencies = {
        competency.id: mean_row(competency.id, [items[item.id] for item in rated])
        for competency in questionnaire.competencies
        if (rated := rating_items(questionnaire, competency))
    }
    return RateeResults(
        ratee=ratee,
        groups=groups,
        items=items,
        competencies=competencies,
        overall=mean_row(OVERALL, list(competencies.values())),
        spreads={
            key: tuple(found.spreads[key].get(number) for number, _ in numbered)
            for key in competencies
        },
        comments=comments,
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
    found: _Published,
    scale: str,
    groups: tuple[Group, ...],
    rows: list[ScoreRow],
    weights: Mapping[Relation, float],
) -> ScoreRow:
    """A competency from its items, or the overall score from the competencies."""
    cells = tuple(competency_cell([row.cells[at] for row in rows]) for at in range(len(groups)))
    row = _row(groups, cells, weights)
    margins = found.margins(scale, groups, cells)
    return replace(
        row,
        gap=mean_gap([part.gap for part in rows]) if row.gap else None,
        margins=margins,
        others_margin=_others_margin(row.weights, groups, margins),
    )


def _others_margin(
    weights: Mapping[str, float], groups: tuple[Group, ...], margins: tuple[float | None, ...]
) -> float | None:
    """Of independent groups, each with its weight. A group without a margin counts as given.

    A supervisor is one person, whose view is not a sample of supervisors.
    """
    parts = [
        weights[group.key] * margin
        for group, margin in zip(groups, margins, strict=True)
        if margin is not None and group.key in weights
    ]
    return hypot(*parts) if parts else None
