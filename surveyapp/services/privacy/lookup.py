"""Finding somebody whom the roster knows, and where they stand in it; nothing of what they did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from surveyapp.errors import NotFound
from surveyapp.i18n import N_
from surveyapp.models import (
    Account,
    Assignment,
    Cell,
    Cycle,
    CycleRatee,
    CycleState,
    Person,
    UserAccount,
)
from surveyapp.services.paging import Page, paged


@dataclass(frozen=True)
class Standing:
    """As what somebody stands in the roster of a cycle."""

    cycle: Cycle
    is_rated: bool
    position: str  # of that time, of whoever is rated
    rates: Mapping[str, int]  # how many people, by relation

    @property
    def may_have_results(self) -> bool:
        """Whether there may be results about them; none are made before the end."""
        return self.is_rated and self.cycle.state not in (CycleState.DRAFT, CycleState.OPEN)


def holding(words: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Those with these words in one of the columns. Search only what its reader may see: whoever
    finds by a part of an address can spell it out."""
    return or_(*(column.icontains(words, autoescape=True) for column in columns))


def find(session: Session, words: str, number: int) -> Page[Any]:
    """Whose id, name or address holds these words, and their company: one page of them."""
    wanted = (
        select(Person, Account.name.label("company"))
        .outerjoin(Account, Account.id == Person.account_id)
        .where(holding(words, Person.external_id, Person.name, Person.email))
        .order_by(Person.external_id != words, Person.name, Person.external_id)
    )
    return paged(session, wanted, number)


def person_of(session: Session, identity: str) -> Person:
    """The person with this random id, with their company."""
    person = session.get(Person, identity, options=[joinedload(Person.account)])
    if person is None:
        raise NotFound(N_("There is no such person."))
    return person


def account_of(session: Session, person: Person) -> UserAccount | None:
    """With what somebody signs in, if they do."""
    return session.scalar(select(UserAccount).where(UserAccount.person_id == person.id))


def standings(session: Session, person: Person) -> list[Standing]:
    """In which cycles somebody is rated or asked to rate; the latest key first."""
    rated = select(CycleRatee.cycle_id, CycleRatee.position).where(CycleRatee.ratee_id == person.id)
    positions = {row.cycle_id: row.position for row in session.execute(rated)}
    asked = (
        select(Cell.cycle_id, Cell.relation, func.count())
        .join(Assignment, Assignment.cell_id == Cell.id)
        .where(Assignment.rater_id == person.id)
        .group_by(Cell.cycle_id, Cell.relation)
        .order_by(Cell.relation)
    )
    rates: dict[str, dict[str, int]] = {}
    for cycle_id, relation, count in session.execute(asked):
        rates.setdefault(cycle_id, {})[relation] = count
    involved = select(Cycle).where(Cycle.id.in_(positions.keys() | rates.keys()))
    return [
        Standing(cycle, cycle.id in positions, positions.get(cycle.id, ""), rates.get(cycle.id, {}))
        for cycle in session.scalars(involved.order_by(Cycle.key.desc()))
    ]
