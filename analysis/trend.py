"""How the view of the others on one ratee went from cycle to cycle, on the same items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot
from typing import Literal

from analysis.disclosure import Cell, GroupScore, HiddenGroup
from analysis.results import CycleResults
from analysis.scoring import competency_cell

PRACTICAL = 0.3  # points of the scale; a smaller change is of no use even if it is no chance

Direction = Literal["higher", "lower", "same"]


@dataclass(frozen=True)
class CompetencyTrend:
    """The score of others per cycle, oldest first, over the items that all these cycles asked."""

    competency: str
    cells: tuple[Cell, ...]
    change: Direction | None  # from the last but one score shown to the last; None if unknown


def trends(now: CycleResults, earlier: Sequence[CycleResults], ratee: str) -> list[CompetencyTrend]:
    """The trend of each competency that an earlier cycle asked too.

    Scores are made of published item means, like those of the competencies. A change is called
    one only if it is at least .3 points *and* larger than its uncertainty, the root of the sum of
    both squared margins: raters of two cycles may be others, so the cycles count as independent.
    Without margins (fewer than ten ratees in a cycle) nothing is said about the change.

    Parameters
    ----------
    now, earlier
        Results of this cycle and of earlier ones, oldest first. Those without the ratee are left
        out.
    ratee
        External id of the ratee.

    Returns
    -------
    list of CompetencyTrend
        In the order of the questionnaire. Competencies without an item that all the cycles asked
        on the same scale have no trend.
    """
    cycles = [*(results for results in earlier if ratee in results.ratees), now]
    if len(cycles) < 2:
        return []
    found = []
    for competency in now.ratees[ratee].competencies:
        items = _common_items(cycles, competency)
        if items:
            cells = tuple(_cell(results, ratee, items) for results in cycles)
            found.append(
                CompetencyTrend(competency, cells, _change(cycles, ratee, competency, cells))
            )
    return found


def _common_items(cycles: Sequence[CycleResults], competency: str) -> list[str]:
    asked = [
        {
            (item.id, scale.low, scale.high, item.reverse)
            for each in results.questionnaire.competencies
            if each.id == competency
            for item in each.items
            if (scale := results.questionnaire.scale_of(item)).kind == "rating"
        }
        for results in cycles
    ]
    return sorted(id for id, *_ in set.intersection(*asked))


def _cell(results: CycleResults, ratee: str, items: Sequence[str]) -> Cell:
    rows = results.ratees[ratee].items
    return competency_cell([rows[item].others for item in items])


def _change(
    cycles: Sequence[CycleResults], ratee: str, competency: str, cells: Sequence[Cell]
) -> Direction | None:
    shown = [(at, cell) for at, cell in enumerate(cells) if isinstance(cell, GroupScore)]
    if len(shown) < 2 or isinstance(cells[-1], HiddenGroup):
        return None
    (before, first), (after, last) = shown[-2:]
    margins = [
        cycles[at].ratees[ratee].competencies[competency].others_margin for at in (before, after)
    ]
    known = [margin for margin in margins if margin is not None]
    if len(known) < 2:
        return None
    difference = last.mean - first.mean
    if abs(difference) < max(PRACTICAL, hypot(*known)):
        return "same"
    return "higher" if difference > 0 else "lower"
