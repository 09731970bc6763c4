"""What stands first: all cycles, newest first, or those of one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from surveyapp.errors import NotFound
from surveyapp.i18n import N_
from surveyapp.models import Assignment, Cell, Cycle, CycleRatee, CycleState, Person

OUT = (CycleState.RELEASED, CycleState.IMPORTED)


@dataclass(frozen=True)
class Readable:
    """Somebody whose report can be read: the random id in its address, and the name."""

    id: str
    external_id: str
    name: str
    position: str


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


def readable(session: Session, cycle: Cycle) -> list[Readable]:
    """All ratees of a cycle whose results are out."""
    return _readable(session, cycle.id, true()) if cycle.state in OUT else []


def readable_by(session: Session, person_id: str | None) -> dict[str, list[Readable]]:
    """By key of the cycle, the report that a person may read: their own."""
    cycles = session.scalars(select(Cycle).where(or_(*_is_out()))).all()
    own = CycleRatee.ratee_id == person_id
    return {cycle.key: _readable(session, cycle.id, own) for cycle in cycles}


def _is_out() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Cycle.released_at.is_not(None), Cycle.imported_at.is_not(None)


def _readable(session: Session, cycle_id: str, which: ColumnElement[bool]) -> list[Readable]:
    rows = session.execute(
        select(Person.id, Person.external_id, Person.name, CycleRatee.position)
        .join(CycleRatee, CycleRatee.ratee_id == Person.id)
        .where(CycleRatee.cycle_id == cycle_id, which)
        .order_by(Person.external_id)
    )
    return [Readable(*row) for row in rows]


def external_id_of(session: Session, person_id: str) -> str:
    """The id of a person in rosters, from the random one in an address."""
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound(N_("There is no such person."))
    return found.external_id
