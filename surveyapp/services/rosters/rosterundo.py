"""Undoing the last roster import of a draft.

Only a draft: once a cycle is open, whether undoing is still possible would tell whether somebody
has answered. An opened cycle can be taken back to a draft as long as no mail has left, see
``services/drafts/openings.py``; nobody can have answered then.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session, joinedload

from questionnaires.model import Relation
from surveyapp.errors import Refused
from surveyapp.i18n import N_
from surveyapp.models import Account, Base, Cycle, CycleState, Person
from surveyapp.services.cycles import require_state
from surveyapp.services.people import RosterChange, apply, change_of
from surveyapp.services.rosters import rostersnapshots
from surveyapp.services.rosters.roster import Roster
from surveyapp.services.rosters.rosterplans import (
    FieldChange,
    PersonChange,
    known_people,
    plan,
    require_no_link_out,
)


def undo_import(session: Session, cycle: Cycle) -> RosterChange:
    """Make the roster what it was before the last import, and forget whom that brought.

    What was changed about a person since, by another cycle or by hand, stays.
    """
    require_state(cycle, CycleState.DRAFT)
    content = rostersnapshots.kept(session, cycle.id)
    if content is None:
        raise Refused(
            N_("There is no roster import of %(cycle)s that could be undone."), cycle=cycle.key
        )
    positions = dict(content["ratees"])
    triples = tuple((who, whom, Relation(how)) for who, whom, how in content["assignments"])
    named = {one for who, whom, _ in triples for one in (who, whom)} | positions.keys()
    before = Roster(
        people=tuple(
            one.at(positions.get(one.id, "")) for one in known_people(session) if one.id in named
        ),
        assignments=triples,
        read_as="the database",
    )
    planned = plan(session, cycle, before)
    require_no_link_out(session, _changes_back(session, content["changed"]))
    apply(session, cycle, planned)
    _restore_people(session, content["changed"])
    _forget_newcomers(session, set(content["added"]))
    _forget_companies(session, set(content["accounts"]))
    rostersnapshots.drop(session, cycle.id)
    session.flush()
    return change_of(planned)


def _changes_back(session: Session, changed: list[list[str]]) -> list[PersonChange]:
    """What undoing would make of people, where nobody else has changed them since."""
    now = {person.id: person for person in known_people(session)}
    return [
        PersonChange(who, now[who].name, (FieldChange(field, after, before),))
        for who, field, before, after in changed
        if who in now and getattr(now[who], field) == after
    ]


def _restore_people(session: Session, changed: list[list[str]]) -> None:
    people = {
        person.external_id: person
        for person in session.scalars(select(Person).options(joinedload(Person.account)))
    }
    accounts = {account.name: account for account in session.scalars(select(Account))}
    for external_id, name, before, after in changed:
        person = people.get(external_id)
        if person is None:
            continue
        if name == "account":
            if (person.account.name if person.account else "") == after:
                person.account = accounts[before] if before else None
        elif getattr(person, name) == after:
            setattr(person, name, before)
    session.flush()


def _forget_newcomers(session: Session, added: set[str]) -> None:
    """Delete people whom the import brought and nothing else knows."""
    for person in session.scalars(_unused(Person)).all():
        if person.external_id in added:
            session.delete(person)
    session.flush()


def _forget_companies(session: Session, added: set[str]) -> None:
    for account in session.scalars(_unused(Account)).all():
        if account.name in added:
            session.delete(account)
    session.flush()


def _unused(table: type[Person] | type[Account]) -> Select[Any]:
    """The rows that no foreign key of any table refers to."""
    columns = [
        key.parent
        for other in Base.metadata.tables.values()
        for key in other.foreign_keys
        if key.column is table.__table__.c.id
    ]
    return select(table).where(*(~exists().where(column == table.id) for column in columns))
