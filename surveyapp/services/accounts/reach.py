"""Whose results somebody may reach: their own, or those of their team in a cycle."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from questionnaires.model import Relation
from surveyapp.models import Assignment, Cell, Cycle, CycleRatee


class Scope(StrEnum):
    """How far a role reaches on a route."""

    ALL = "all"
    TEAM = "team"  # ratees whom they rate as their supervisor in that cycle
    PROMISED = "promised"  # that, once released, where raters were told that supervisors read
    OWN = "own"  # themselves


def reaches(
    session: Session,
    person_id: str | None,
    scopes: Collection[Scope],
    cycle_key: str,
    ratee_id: str,
) -> bool:
    """Whether this person may see what belongs to a ratee in a cycle; one statement."""
    if Scope.ALL in scopes:
        return True
    if person_id is None:
        return False
    led = led_by(person_id)
    allowed = []
    if Scope.OWN in scopes:
        allowed.append(CycleRatee.ratee_id == person_id)
    if Scope.TEAM in scopes:
        allowed.append(led)
    if Scope.PROMISED in scopes:
        allowed.append(and_(led, Cycle.released_at.is_not(None), told_that_supervisors_read()))
    if not allowed:
        return False
    found = (
        select(CycleRatee.ratee_id)
        .join(Cycle, Cycle.id == CycleRatee.cycle_id)
        .where(Cycle.key == cycle_key, CycleRatee.ratee_id == ratee_id, or_(*allowed))
    )
    return session.scalar(found) is not None


def led_by(person_id: str | None) -> ColumnElement[bool]:
    """Whether a ratee in a cycle is rated by this person as their supervisor; of CycleRatee."""
    return (
        select(Assignment.id)
        .join(Cell, Cell.id == Assignment.cell_id)
        .where(
            Cell.cycle_id == CycleRatee.cycle_id,
            Cell.ratee_id == CycleRatee.ratee_id,
            Cell.relation == Relation.SUPERVISOR,
            Assignment.rater_id == person_id,
        )
        .exists()
    )


def told_that_supervisors_read() -> ColumnElement[bool]:
    """Whether raters of a cycle were told that supervisors read its reports; of Cycle."""
    told: ColumnElement[bool] = Cycle.policy["supervisor_reads"].as_boolean()
    return told
