"""A pilot beside the full cycle: how many answered, and what the reports of both already say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from analysis.pilot import ItemComparison, PilotComparison, compare_cycles
from analysis.results import CycleResults
from questionnaires.model import Relation
from surveyapp.errors import Refused
from surveyapp.i18n import N_
from surveyapp.models import Cycle
from surveyapp.services.cycles import RelationStatus, status
from surveyapp.services.results.readings import results_of

HARD = 0.2  # from this share of "cannot judge" on


@dataclass(frozen=True)
class ResponseComparison:
    """Response of one relation in both cycles, banded; None where nobody was invited."""

    relation: Relation
    pilot: RelationStatus | None
    full: RelationStatus | None


@dataclass(frozen=True)
class CycleComparison:
    pilot: str
    full: str
    response: tuple[ResponseComparison, ...]
    questionnaires: tuple[PilotComparison, ...]


def is_hard(row: ItemComparison) -> bool:
    """Whether an item that many could not judge is worth a look."""
    return any((side.cannot_judge or 0) >= HARD or side.hidden for side in (row.pilot, row.full))


def compare(
    session: Session, pilot: Cycle, full: Cycle, now: datetime, organisation: str = ""
) -> CycleComparison:
    """Two released cycles, questionnaire by questionnaire."""
    ours = _results(session, pilot, organisation)
    theirs = _results(session, full, organisation)
    common = [key for key in theirs if key in ours]
    if not common:
        raise Refused(
            N_("%(pilot)s and %(full)s have no questionnaire in common."),
            pilot=pilot.key,
            full=full.key,
        )
    before = {row.relation: row for row in status(session, pilot, now)}
    after = {row.relation: row for row in status(session, full, now)}
    return CycleComparison(
        pilot=pilot.key,
        full=full.key,
        response=tuple(
            ResponseComparison(relation, before.get(relation), after.get(relation))
            for relation in Relation
            if relation in before or relation in after
        ),
        questionnaires=tuple(compare_cycles(ours[key], theirs[key]) for key in common),
    )


def _results(session: Session, cycle: Cycle, organisation: str) -> dict[str, CycleResults]:
    """What a released cycle has published, by key of the questionnaire."""
    found = results_of(session, cycle, organisation)
    return {results.questionnaire.key: results for results in found}
