"""What stands first: all cycles, newest first, or those of one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from surveyapp.models import Assignment, Cell, Cycle, CycleRatee, CycleState


@dataclass(frozen=True)
class CycleLine:
    """One cycle in a list."""

    key: str
    title: str
    state: CycleState
    timezone: str
    opens_at: datetime | None
    closes_at: datetime | None
    ratees: int


def all_cycles(session: Session) -> list[CycleLine]:
    return _lines(session, true())


def cycles_of(session: Session, person_id: str | None) -> list[CycleLine]:
    """The cycles in which a person is rated or rates."""
    rated = select(CycleRatee.cycle_id).where(CycleRatee.ratee_id == person_id)
    rates = (
        select(Cell.cycle_id)
        .join(Assignment, Assignment.cell_id == Cell.id)
        .where(Assignment.rater_id == person_id)
    )
    return _lines(session, or_(Cycle.id.in_(rated), Cycle.id.in_(rates)))


def _lines(session: Session, which: ColumnElement[bool]) -> list[CycleLine]:
    ratees = (
        select(func.count()).where(CycleRatee.cycle_id == Cycle.id).correlate(Cycle)
    ).scalar_subquery()
    rows = session.execute(select(Cycle, ratees).where(which)).all()
    lines = [
        CycleLine(c.key, c.title, c.state, c.timezone, c.opens_at, c.closes_at, count)
        for c, count in rows
    ]
    return sorted(lines, key=lambda line: line.key, reverse=True)
