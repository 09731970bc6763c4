"""Erasing who somebody is: on request, or by the rule of retention.

What was counted stays counted and what was released stays the same for all others; only the person
behind it is replaced by a random word. Anonymous answers cannot be erased, because nobody can tell
whose they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from surveyapp import tokens
from surveyapp.config import Retention
from surveyapp.errors import NotFound, Refused
from surveyapp.i18n import N_
from surveyapp.models import (
    Assignment,
    AssignmentState,
    Cell,
    Cycle,
    CycleRatee,
    Draft,
    Invitation,
    LinkRequest,
    Nomination,
    Person,
    ReportLink,
    StoppedAddress,
    random_id,
)
from surveyapp.services.accounts import accounts
from surveyapp.services.datasets import version_of
from surveyapp.services.drafts import nominated
from surveyapp.services.groups import drop_groups, forget_rater
from surveyapp.services.mails.mailqueue import is_live, kill
from surveyapp.services.results import actions
from surveyapp.services.rosters import rostersnapshots

ERASED = "erased-"


def find_person(session: Session, external_id: str) -> Person:
    person = session.scalar(select(Person).where(Person.external_id == external_id))
    if person is None:
        raise NotFound(
            N_('There is no person with the id "%(external_id)s".'), external_id=external_id
        )
    return person


def erase(session: Session, person: Person, *, with_results: bool, force: bool) -> str:
    """Replace an identity everywhere; returns the word that stands for it from now on.

    On somebody who was erased before it changes nothing that was not left over.
    """
    running = open_cycles_of(session, person)
    if running and not force:
        raise Refused(
            N_(
                "%(id)s takes part in %(running)s, which is open. Close it first, or erase all "
                "the same: then nobody is asked about them any more, their link stops working, "
                "and what was submitted by and about them counts without their name."
            ),
            command="To erase all the same: --force",
            id=person.external_id,
            running=", ".join(running),
        )
    _leave_forms(session, person)
    _forget_invitations(session, Invitation.rater_id == person.id)
    _forget_reports(session, ReportLink.ratee_id == person.id)
    _forget_address(session, person.email)
    rostersnapshots.forget_person(session, person.external_id)
    forget_rater(session, person.id)
    accounts.forget(session, person.id)
    actions.forget_ratee(session, person.id)
    if with_results:
        _drop_results(session, person)
    known = not is_erased(person)
    word = ERASED + random_id()[:16] if known else person.external_id
    nominated.forget_person(session, person, word)
    if known:
        person.external_id = person.name = word
    person.email = person.position = ""
    person.account_id = None
    session.flush()
    return person.external_id


def is_erased(person: Person) -> bool:
    """Whether a word stands for this person already."""
    return person.external_id.startswith(ERASED)


def open_cycles_of(session: Session, person: Person) -> list[str]:
    """The keys of the open cycles in which a person rates or is rated."""
    rows = session.scalars(
        select(Cycle.key)
        .join(Cell, Cell.cycle_id == Cycle.id)
        .join(Assignment, Assignment.cell_id == Cell.id)
        .where(Cycle.opened_at.is_not(None), Cycle.closed_at.is_(None), _by_or_about(person))
    )
    return sorted(set(rows))


def _by_or_about(person: Person) -> ColumnElement[bool]:
    about = select(Cell.id).where(Cell.ratee_id == person.id)
    return or_(Assignment.rater_id == person.id, Assignment.cell_id.in_(about))


def _leave_forms(session: Session, person: Person) -> None:
    """Nobody is asked any more; what was submitted stays, for it cannot be told apart."""
    unfinished = (_by_or_about(person), Assignment.state == AssignmentState.OPEN)
    drafts = Draft.assignment_id.in_(select(Assignment.id).where(*unfinished))
    for statement in (
        delete(Draft).where(drafts),
        update(Assignment).where(*unfinished).values(state=AssignmentState.DECLINED),
    ):
        session.execute(statement.execution_options(synchronize_session=False))


def _forget_invitations(session: Session, which: ColumnElement[bool]) -> int:
    """Put something random in the place of link digests, and drop what mail servers said."""
    rows = session.scalars(select(Invitation).where(which, is_live(Invitation))).all()
    for invitation in rows:
        kill(invitation)
        invitation.extended_to = None
        invitation.reminders_off = True
    session.flush()
    return len(rows)


def _forget_reports(session: Session, which: ColumnElement[bool]) -> int:
    rows = session.scalars(select(ReportLink).where(which, is_live(ReportLink))).all()
    for link in rows:
        kill(link)
    session.flush()
    return len(rows)


def _forget_address(session: Session, address: str) -> None:
    if not address:
        return
    digest = tokens.address_digest(address)
    session.execute(delete(StoppedAddress).where(StoppedAddress.address_digest == digest))
    session.execute(delete(LinkRequest).where(LinkRequest.address_digest == digest))


def _drop_results(session: Session, person: Person) -> None:
    """Delete what is kept about a ratee of ended cycles; the results of others stay released."""
    ended = list(
        session.scalars(
            select(Cycle)
            .join(CycleRatee, CycleRatee.cycle_id == Cycle.id)
            .where(CycleRatee.ratee_id == person.id, _ended().is_not(None))
        )
    )
    intact = [c for c in ended if c.released_version == version_of(session, c)]
    for cycle in ended:
        drop_groups(session, cycle.id, person.id)
        cells = select(Cell.id).where(Cell.cycle_id == cycle.id, Cell.ratee_id == person.id)
        for statement in (
            delete(Assignment).where(Assignment.cell_id.in_(cells)),
            delete(Cell).where(Cell.cycle_id == cycle.id, Cell.ratee_id == person.id),
            delete(ReportLink).where(
                ReportLink.cycle_id == cycle.id, ReportLink.ratee_id == person.id
            ),
            delete(CycleRatee).where(
                CycleRatee.cycle_id == cycle.id, CycleRatee.ratee_id == person.id
            ),
        ):
            session.execute(statement.execution_options(synchronize_session=False))
    for cycle in intact:
        cycle.released_version = version_of(session, cycle)


def _ended() -> ColumnElement[datetime | None]:
    return func.coalesce(Cycle.closed_at, Cycle.imported_at)


@dataclass(frozen=True)
class Expired:
    """How much has passed its time."""

    links: int  # to forms
    raters: int
    reports: int = 0  # links to reports


def apply_retention(session: Session, rule: Retention, now: datetime) -> Expired:
    """Forget what the rule keeps no longer; what is forgotten already is not counted again."""
    old = select(Cycle.id).where(Cycle.closed_at <= now - timedelta(days=rule.links))
    links = _forget_invitations(session, Invitation.cycle_id.in_(old))
    shown_since = func.coalesce(Cycle.released_at, Cycle.imported_at)
    read = select(Cycle.id).where(shown_since <= now - timedelta(days=rule.reports))
    reports = _forget_reports(session, ReportLink.cycle_id.in_(read))
    raters = _raters_over(session, now - timedelta(days=rule.raters))
    for person in raters:
        erase(session, person, with_results=False, force=False)
    return Expired(links, len(raters), reports)


def _raters_over(session: Session, before: datetime) -> list[Person]:
    """Who was never rated and is in no cycle that goes on or ended after this.

    Not only who has assignments: a roster read again, or an erasure, may have taken the last one.
    """
    running = or_(_ended().is_(None), _ended() > before)
    rates_still = exists().where(
        Assignment.rater_id == Person.id,
        Assignment.cell_id == Cell.id,
        Cell.cycle_id == Cycle.id,
        running,
    )
    invited_still = exists().where(
        Invitation.rater_id == Person.id, Invitation.cycle_id == Cycle.id, running
    )
    nominated = exists().where(Nomination.rater_id == Person.id)  # no longer than the cycle is open
    rated = exists().where(CycleRatee.ratee_id == Person.id)
    known = Person.external_id.not_like(f"{ERASED}%")
    due = select(Person).where(known, ~rates_still, ~invited_still, ~nominated, ~rated)
    return list(session.scalars(due))
