"""What stands first: all cycles, newest first, or those in which somebody has a team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from surveyapp.errors import NotFound
from surveyapp.i18n import N_
from surveyapp.models import Cycle, CycleRatee, CycleState, Person
from surveyapp.services.accounts.reach import led_by

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


def led_cycles(session: Session, person_id: str | None) -> list[CycleLine]:
    """The cycles in which a person supervises somebody."""
    led = select(CycleRatee.cycle_id).where(led_by(person_id))
    return _lines(session, Cycle.id.in_(led))


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
    if cycle.state not in OUT:
        return []
    rows = session.execute(
        select(Person.id, Person.external_id, Person.name, CycleRatee.position)
        .join(CycleRatee, CycleRatee.ratee_id == Person.id)
        .where(CycleRatee.cycle_id == cycle.id)
        .order_by(Person.external_id)
    )
    return [Readable(*row) for row in rows]


def external_id_of(session: Session, person_id: str) -> str:
    """The id of a person in rosters, from the random one in an address."""
    return person(session, person_id).external_id


def person(session: Session, person_id: str) -> Person:
    found = session.get(Person, person_id)
    if found is None:
        raise NotFound(N_("There is no such person."))
    return found


def positions(session: Session, cycle: Cycle) -> list[str]:
    """Those that ratees of a cycle have, in their order."""
    held = select(CycleRatee.position).where(CycleRatee.cycle_id == cycle.id).distinct()
    return sorted(position for position in session.scalars(held) if position)
