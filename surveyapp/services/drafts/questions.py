"""What a draft asks: its questionnaires by position, and how the relations count in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires import Mistake, QuestionnaireError
from questionnaires.model import Questionnaire, Weights
from questionnaires.weighting import Percents, reweighted
from surveyapp.errors import Refused
from surveyapp.i18n import N_
from surveyapp.models import Cycle, CycleQuestionnaire, CycleRatee, CycleState, QuestionnaireVersion
from surveyapp.services import people
from surveyapp.services.cycles import require_state
from surveyapp.services.drafts.authoring import FaultyQuestionnaire
from surveyapp.services.drafts.copies import questionnaires_of
from surveyapp.services.freezing import freeze
from surveyapp.services.rosters import rosterplans

OTHERS = ""  # all positions without a questionnaire of their own


class WouldLose(Refused):
    """Assignments would go; it has to be said that they may."""


@dataclass(frozen=True)
class PositionAsked:
    """By what the ratees of a position are judged."""

    position: str
    questionnaire: Questionnaire
    own: bool  # and not that of all others
    name: str  # KEY@NUMBER where that version says the same; else the key
    weights: Weights  # that are written for just this position


def asked_by_position(session: Session, cycle: Cycle) -> list[PositionAsked]:
    """All others first, then the positions of the roster and those that stand anywhere else."""
    taken = questionnaires_of(session, cycle)
    names = _names(session, cycle)
    held = session.scalars(
        select(CycleRatee.position).where(CycleRatee.cycle_id == cycle.id).distinct()
    )
    default = taken.get(OTHERS)
    named = {*held, *taken, *(default.position_weights if default else ())}
    rows = []
    for position in sorted(named):
        of = taken.get(position) or default
        if of is None:  # cannot be with a roster: it is refused without a questionnaire
            continue
        own = position in taken
        weights = of.weights if own else of.position_weights.get(position, {})
        rows.append(PositionAsked(position, of, own, names.get(of.content_hash, of.key), weights))
    return rows


def asked_hashes(cycle: Cycle) -> dict[str, str]:
    """By position, the content hash of what it is asked; weights are a part of it."""
    taken = sorted(cycle.questionnaires, key=lambda row: row.position)
    return {row.position: row.questionnaire_hash for row in taken}


def _names(session: Session, cycle: Cycle) -> dict[str, str]:
    """By content hash, the latest version that says exactly this."""
    row = QuestionnaireVersion
    found = session.execute(
        select(row.hash, row.key, row.number)
        .where(row.hash.in_([each.questionnaire_hash for each in cycle.questionnaires]))
        .order_by(row.number)
    )
    return {digest: f"{key}@{number}" for digest, key, number in found}


def change_questionnaires(
    session: Session, cycle: Cycle, wanted: Mapping[str, Questionnaire], *, losing: bool = False
) -> None:
    """Give a draft other questionnaires, by position; its roster stays as far as they ask.

    Raises
    ------
    WouldLose
        If raters stand in the roster whom the new ones ask nothing, and ``losing`` is not said.
    """
    require_state(cycle, CycleState.DRAFT)
    if not wanted:
        raise Refused(N_("A cycle needs a questionnaire."))
    roster = rosterplans.roster_of(session, cycle)
    present = {row.position: row for row in cycle.questionnaires}
    for position, questionnaire in wanted.items():
        digest = freeze(session, questionnaire)
        if position in present:
            present[position].questionnaire_hash = digest
        else:
            taken = CycleQuestionnaire(position=position, questionnaire_hash=digest)
            cycle.questionnaires.append(taken)
    for position in set(present) - set(wanted):
        cycle.questionnaires.remove(present[position])
    session.flush()
    plan = rosterplans.plan(session, cycle, roster)
    gone = len(plan.diff.assignments_removed)
    if gone and not losing:
        raise WouldLose(
            N_("Assignments that would go, since the new questionnaire does not ask them: %(n)d"),
            n=gone,
        )
    people.apply(session, cycle, plan)


def change_weights(session: Session, cycle: Cycle, by_position: Mapping[str, Percents]) -> None:
    """Give a draft other weights; a position without any counts as all others do.

    Raises
    ------
    FaultyQuestionnaire
        With every mistake; nothing is changed then.
    """
    taken = questionnaires_of(session, cycle)
    given = {position: each for position, each in by_position.items() if each}
    others = {position: each for position, each in given.items() if position not in taken}
    wanted: dict[str, Questionnaire] = {}
    found: list[Mistake] = []
    for position, of in taken.items():
        try:
            wanted[position] = reweighted(
                of, given.get(position, {}), others if position == OTHERS else {}
            )
        except QuestionnaireError as error:
            found += error.mistakes
    if found:
        raise FaultyQuestionnaire(N_("These weights cannot be used"), tuple(found))
    change_questionnaires(session, cycle, wanted)
