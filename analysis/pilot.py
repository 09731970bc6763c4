"""A pilot beside the cycle it tried out: what both have published, and nothing else.

All numbers here are functions of published item means and their counts, so they tell nothing that
the reports of the two cycles do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np

from analysis.asked import is_asked, rating_items
from analysis.disclosure import Group, GroupScore
from analysis.precision import Difference, difference
from analysis.results import CycleResults, RateeResults
from analysis.scoring import competency_cell
from questionnaires.model import Item, Questionnaire

LEAST_MEAN = 3  # ratees: a mean over fewer describes persons
LEAST_TEST = 10  # ratees: as for all statistics of a cycle

Scores = Mapping[str, float]  # by ratee


@dataclass(frozen=True)
class MeanOfRatees:
    """The mean over ratees of their published scores; None over fewer than three."""

    ratees: int
    mean: float | None


@dataclass(frozen=True)
class CompetencyComparison:
    """One competency as one kind of group sees it, over the items that both cycles ask.

    ``difference`` is pilot less full: over the same ratees if ten or more have a score in both,
    else over all if there are ten on each side, else None.
    """

    competency: str
    group: str  # as `Group.key`
    pilot: MeanOfRatees
    full: MeanOfRatees
    difference: Difference | None
    same_ratees: bool  # whether ``difference`` is over the same ratees


@dataclass(frozen=True)
class ItemLoad:
    """How often an item could not be judged, in groups that may be shown.

    ``cannot_judge`` is the share of the raters in groups whose mean of the item is shown;
    ``hidden`` counts the groups in which so few judged it that it is not. None below three groups.
    """

    groups: int
    hidden: int
    cannot_judge: float | None


@dataclass(frozen=True)
class ItemComparison:
    item: str
    group: str
    reworded: bool
    pilot: ItemLoad
    full: ItemLoad


@dataclass(frozen=True)
class PilotComparison:
    """Two cycles with questionnaires of the same key, side by side."""

    questionnaire: str
    competencies: tuple[CompetencyComparison, ...]
    items: tuple[ItemComparison, ...]
    only_in_pilot: tuple[str, ...]  # items
    only_in_full: tuple[str, ...]


def compare_cycles(pilot: CycleResults, full: CycleResults) -> PilotComparison:
    """What a pilot and the full cycle say of the same competencies and items.

    Parameters
    ----------
    pilot, full
        Results of two cycles whose questionnaires have the same key; versions may differ.

    Returns
    -------
    PilotComparison
        Competencies in the order of the full questionnaire, over items that both ask on the same
        scale; items with the share of "cannot judge" per kind of group.

    Raises
    ------
    ValueError
        If the questionnaires have different keys.
    """
    ours, theirs = pilot.questionnaire, full.questionnaire
    if ours.key != theirs.key:
        raise ValueError(f"questionnaires {ours.key!r} and {theirs.key!r} cannot be compared")
    before, after = _items(ours), _items(theirs)
    return PilotComparison(
        questionnaire=theirs.key,
        competencies=tuple(_competencies(pilot, full)),
        items=tuple(_item_comparisons(pilot, full)),
        only_in_pilot=tuple(one for one in before if one not in after),
        only_in_full=tuple(one for one in after if one not in before),
    )


def _items(questionnaire: Questionnaire) -> dict[str, Item]:
    return {item.id: item for item in questionnaire.items}


def _kinds(*cycles: CycleResults) -> list[str]:
    """The kinds of groups that one of the cycles publishes, in the order of its response."""
    return list(dict.fromkeys(of.key for cycle in cycles for of in cycle.response))


def _competencies(pilot: CycleResults, full: CycleResults) -> Iterator[CompetencyComparison]:
    for competency in full.questionnaire.competencies:
        common = _common(pilot, full, competency.id)
        for kind in _kinds(full, pilot) if common else ():
            ours, theirs = _scores(pilot, kind, common), _scores(full, kind, common)
            if ours or theirs:
                found, same = _difference(ours, theirs)
                yield CompetencyComparison(
                    competency.id, kind, _mean(ours), _mean(theirs), found, same
                )


def _common(pilot: CycleResults, full: CycleResults, competency: str) -> list[str]:
    """The items of a competency that both cycles ask on the same scale."""
    asked = [
        {
            (item.id, scale.low, scale.high, item.reverse)
            for each in results.questionnaire.competencies
            if each.id == competency
            for item in rating_items(results.questionnaire, each)
            for scale in [results.questionnaire.scale_of(item)]
        }
        for results in (pilot, full)
    ]
    return sorted(id for id, *_ in asked[0] & asked[1])


def _scores(results: CycleResults, kind: str, items: Sequence[str]) -> dict[str, float]:
    found = {}
    for ratee, of in results.ratees.items():
        for place, _ in _groups(of, kind):
            cell = competency_cell([of.items[item].cells[place] for item in items])
            if isinstance(cell, GroupScore):
                found[ratee] = cell.mean
    return found


def _groups(of: RateeResults, kind: str) -> Iterator[tuple[int, Group]]:
    return ((place, group) for place, group in enumerate(of.groups) if group.key == kind)


def _mean(scores: Scores) -> MeanOfRatees:
    mean = fmean(scores.values()) if len(scores) >= LEAST_MEAN else None
    return MeanOfRatees(len(scores), mean)


def _difference(ours: Scores, theirs: Scores) -> tuple[Difference | None, bool]:
    both = sorted(ours.keys() & theirs.keys())
    if len(both) >= LEAST_TEST:
        pairs = [[scores[ratee] for ratee in both] for scores in (ours, theirs)]
        return difference(*pairs, paired=True), True
    if min(len(ours), len(theirs)) >= LEAST_TEST:
        return difference(list(ours.values()), list(theirs.values())), False
    return None, False


def _item_comparisons(pilot: CycleResults, full: CycleResults) -> Iterator[ItemComparison]:
    before = _items(pilot.questionnaire)
    for item in full.questionnaire.items:
        if item.id not in before:
            continue
        for kind in _kinds(full, pilot):
            ours, theirs = _load(pilot, kind, before[item.id]), _load(full, kind, item)
            if ours.groups or theirs.groups:
                reworded = before[item.id].text != item.text
                yield ItemComparison(item.id, kind, reworded, ours, theirs)


def _load(results: CycleResults, kind: str, item: Item) -> ItemLoad:
    asked, judged, hidden = [], [], 0
    for of in results.ratees.values():
        for place, group in _groups(of, kind):
            if group.answered is None or not is_asked(group, item):
                continue
            cell = of.items[item.id].cells[place]
            if isinstance(cell, GroupScore):
                asked.append(group.answered)
                judged.append(cell.n)
            else:
                hidden += 1
    groups = len(asked) + hidden
    share = 1 - np.sum(judged) / np.sum(asked) if len(asked) >= LEAST_MEAN else None
    return ItemLoad(groups, hidden, None if share is None else float(share))
