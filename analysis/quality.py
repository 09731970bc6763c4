"""How far the numbers of a cycle can be trusted: per relation and competency, over all ratees.

Nothing here describes one ratee or one rater. A cycle of fewer than ten ratees in a relation has no
such numbers at all: they would describe those few persons, not the questionnaire.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from analysis.agreement import IccOneway, icc_oneway
from analysis.answers import Answers, scale_ends
from analysis.asked import is_rating, rating_items
from analysis.carefulness import flags
from analysis.ratings import CycleData
from analysis.reliability import (
    Alpha,
    Omega,
    cronbach_alpha,
    mcdonald_omega,
    raters_needed,
    spearman_brown,
    undefined,
)
from analysis.scoring import competency_scores
from analysis.statuses import Status
from questionnaires.model import Item, Questionnaire, Relation

RATEES_NEEDED = 10
OVERALL = "overall"  # the scale of all rating items
RATED_BY_OTHERS = (Relation.SUPERVISOR, Relation.PEER, Relation.CUSTOMER)
RELIABLE = 0.7  # reliability of a mean that is wanted (Nunnally & Bernstein 1994; Bliese 2000)
FIRM = 0.8  # reliability for decisions that matter
FITS_FROM = 0.3  # least correlation of an item with the others of its competency


class Coefficients(TypedDict):
    alpha: Alpha
    omega: Omega | None


Matrix = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class ScaleQuality:
    """One competency (or all rating items) as one relation judged it, over the cycle.

    With a ``status`` there are no coefficients. ``alpha`` and ``omega`` are None for the scale of
    all items as well: several competencies are not meant to be one thing.
    """

    scale: str  # id of the competency, or ``OVERALL``
    relation: Relation
    items: tuple[str, ...]
    ratees: int
    responses: int
    alpha: Alpha | None = None
    omega: Omega | None = None
    icc: IccOneway | None = None
    status: Status | None = None

    @property
    def icc1(self) -> float | None:
        return self.icc.icc1 if self.icc else None

    @property
    def misfits(self) -> tuple[str, ...]:
        """Items that hardly go together with the others, or against them."""
        if self.alpha is None or len(self.items) < 3:  # two items fit each other alike
            return ()
        fit = zip(self.items, self.alpha.item_total, strict=True)
        return tuple(item for item, r in fit if r < FITS_FROM)

    def raters_needed(self, target: float) -> int | None:
        """Raters of one ratee from which on their mean has the reliability ``target``.

        From ICC(1) as it is published, to 0.01: of a small one the number of raters tells more.
        """
        return None if self.icc1 is None else raters_needed(round(self.icc1, 2), target)

    def raters_between(self, target: float) -> tuple[int | None, int | None]:
        """The same at the upper and the lower end of the interval of ICC(1), as published."""
        if self.icc is None or self.icc.low is None or self.icc.high is None:
            return None, None
        fewest, most = (
            raters_needed(round(end, 2), target) for end in (self.icc.high, self.icc.low)
        )
        return fewest, most

    def reliability(self, raters: int) -> float | None:
        """Reliability of the mean of so many raters, 0 to 1; None where it is undefined."""
        return None if self.icc1 is None else spearman_brown(max(self.icc1, 0.0), float(raters))

    def margin(self, raters: int) -> float | None:
        """Half the 95 % interval of the mean of so many raters, in points: ``t sqrt(MSW / n)``.

        From the variance within ratees pooled over the cycle, never from the answers on one
        ratee: three answers that happen to agree do not make a mean exact, and an own interval
        would tell how they differ. None where it is undefined.
        """
        if self.icc is None or self.icc.msw is None:
            return None
        from scipy.special import stdtrit  # here, so that only who needs an interval pays

        t = float(stdtrit(self.icc.n_ratings - self.icc.n_ratees, 0.975))
        # To 0.01: more digits would give back the exact variance.
        return round(t * float((self.icc.msw / raters) ** 0.5), 2)


@dataclass(frozen=True)
class Forms:
    """One count for the whole cycle: nobody learns which forms are meant."""

    responses: int  # forms of anonymous relations with ten ratees or more
    flagged: int | None  # None without such a relation: it would tell of single forms


@dataclass(frozen=True, eq=False)
class CarefulForms:
    flagged: NDArray[np.bool_]  # per response; stays inside
    counted: Forms


def scale_qualities(
    questionnaire: Questionnaire, answers: Answers, relation: NDArray[np.str_]
) -> tuple[ScaleQuality, ...]:
    """Every competency and last the scale of all items, by each relation that rated others."""
    return tuple(_qualities(questionnaire, answers, relation))


def _qualities(
    questionnaire: Questionnaire, answers: Answers, relation: NDArray[np.str_]
) -> Iterator[ScaleQuality]:
    scales = {each.id: rating_items(questionnaire, each) for each in questionnaire.competencies}
    scales[OVERALL] = tuple(item for items in scales.values() for item in items)
    column = {item.id: number for number, item in enumerate(questionnaire.items)}
    for by in RATED_BY_OTHERS:
        given = relation == by
        if not given.any():
            continue
        for scale, items in scales.items():
            asked = tuple(item for item in items if by in item.relations)
            if asked:
                values = answers.values[given][:, [column[item.id] for item in asked]]
                yield _quality(scale, by, asked, values, answers.group[given])


def _quality(
    scale: str, relation: Relation, asked: tuple[Item, ...], values: Matrix, groups: Places
) -> ScaleQuality:
    scored = ~np.isnan(competency_scores(values))
    values, groups = values[scored], groups[scored]
    # An item that only a few groups judged would describe those few.
    values = np.where(_ratees_with(~np.isnan(values), groups) >= RATEES_NEEDED, values, np.nan)
    found = ScaleQuality(
        scale=scale,
        relation=relation,
        items=tuple(item.id for item in asked),
        ratees=len(np.unique(groups)),
        responses=len(values),
        status="fewer_than_10_ratees",
    )
    if found.ratees < RATEES_NEEDED:
        return found
    found = replace(found, icc=icc_oneway(competency_scores(values), groups), status=None)
    return found if scale == OVERALL else replace(found, **_consistency(values, groups))


def _ratees_with(seen: NDArray[np.bool_], groups: Places) -> NDArray[np.int64]:
    """How many ratees have a response with each of the columns (one group a ratee)."""
    return np.array([len(np.unique(groups[column])) for column in seen.T], dtype=np.int64)


def _consistency(values: Matrix, groups: Places) -> Coefficients:
    """Alpha and omega, as far as ten ratees stand behind each covariance they are made of."""
    seen = ~np.isnan(values)
    used = np.flatnonzero(seen.any(axis=0))
    pairs = [seen[:, one] & seen[:, two] for one, two in combinations(used, 2)]
    together = np.array(pairs, dtype=bool).reshape(len(pairs), len(values)).T
    if (_ratees_with(together, groups) < RATEES_NEEDED).any():
        few = undefined("fewer_than_10_ratees", n=len(values), columns=values.shape[1])
        return {"alpha": few, "omega": None}
    alpha = cronbach_alpha(values)
    if len(np.unique(groups[seen[:, used].all(axis=1)])) >= RATEES_NEEDED:
        return {"alpha": alpha, "omega": mcdonald_omega(values)}
    alone = replace(alpha, low=None, high=None, complete_value=None, n_complete=0)
    return {"alpha": alone, "omega": None}


def careful_forms(data: CycleData, answers: Answers, relation: NDArray[np.str_]) -> CarefulForms:
    """Which forms look careless, relation by relation, as each is asked other items.

    Only anonymous relations with ten ratees or more: answers that carry a name are published as
    they are, so that anybody could take them out of the count.
    """
    flagged = np.zeros(len(answers.group), dtype=bool)
    counted = np.zeros(len(answers.group), dtype=bool)
    for by in RATED_BY_OTHERS:
        rows = relation == by
        if data.policy.attributed(by) or len(np.unique(answers.group[rows])) < RATEES_NEEDED:
            continue
        counted |= rows
        flagged[rows] = _careless(data.questionnaire, by, answers.ticked[rows])
    count = int(flagged.sum()) if counted.any() else None
    return CarefulForms(flagged, Forms(int(counted.sum()), count))


def _careless(questionnaire: Questionnaire, by: Relation, ticked: Matrix) -> NDArray[np.bool_]:
    low, high = scale_ends(questionnaire)
    asked = [
        number
        for number, item in enumerate(questionnaire.items)
        if by in item.relations and is_rating(questionnaire, item)
    ]
    found = flags(
        ticked[:, asked],
        reverse=[questionnaire.items[number].reverse for number in asked],
        low=low[asked],
        high=high[asked],
        scales=_columns_by_competency(questionnaire, asked),
    )
    flagged: NDArray[np.bool_] = found.flagged
    return flagged


def _columns_by_competency(questionnaire: Questionnaire, asked: list[int]) -> list[list[int]]:
    """Places among the items asked, competency by competency."""
    ids = [questionnaire.items[number].id for number in asked]
    return [
        [ids.index(item.id) for item in competency.items if item.id in ids]
        for competency in questionnaire.competencies
        if any(item.id in ids for item in competency.items)
    ]
