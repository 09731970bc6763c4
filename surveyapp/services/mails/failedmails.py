"""Mails of one cycle that were given up: who did not get theirs and why, and another try.

While a cycle is open these are the mails to raters, afterwards those that bring reports. Reminders
are left out: they go to those who have not answered, so a failed one would name them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, select, true, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from surveyapp import tokens
from surveyapp.errors import NotFound
from surveyapp.i18n import N_
from surveyapp.models import (
    Cycle,
    CycleState,
    Invitation,
    MailKind,
    MailState,
    Person,
    ReportLink,
    StoppedAddress,
)
from surveyapp.services.cycles import require_state
from surveyapp.services.mails.mailqueue import another_mail

OfCycle = Invitation | ReportLink


@dataclass(frozen=True)
class FailedMail:
    id: str
    name: str
    email: str
    reason: str


def failed_mails(session: Session, cycle: Cycle) -> tuple[FailedMail, ...]:
    table, reader = _mails_of(cycle)
    rows = session.execute(
        select(Person.external_id, Person.name, Person.email, table.mail_error)
        .join(table, reader == Person.id)
        .where(_failed(cycle, table))
        .order_by(Person.external_id)
    )
    return tuple(FailedMail(*row) for row in rows)


def retry(session: Session, cycle: Cycle, external_id: str | None = None) -> int:
    """Queue the failed mail to one person again, or all of the cycle; returns how many.

    Their addresses count as good again until they bounce once more.
    """
    require_state(cycle, CycleState.OPEN, CycleState.RELEASED, CycleState.IMPORTED)
    if external_id is not None:
        require_failed(session, cycle, external_id)
    mails = [m for m in failed_mails(session, cycle) if external_id in {None, m.id}]
    digests = [tokens.address_digest(mail.email) for mail in mails]
    session.execute(delete(StoppedAddress).where(StoppedAddress.address_digest.in_(digests)))
    table, reader = _mails_of(cycle)
    readers = select(Person.id).where(Person.external_id.in_([mail.id for mail in mails]))
    session.execute(
        update(table)
        .where(_failed(cycle, table), reader.in_(readers))
        .values(another_mail(table))
        .execution_options(synchronize_session=False)
    )
    return len(mails)


def require_failed(session: Session, cycle: Cycle, external_id: str) -> None:
    if external_id not in {mail.id for mail in failed_mails(session, cycle)}:
        raise NotFound(
            N_("No mail of %(cycle)s to %(reader)s has failed."),
            cycle=cycle.key,
            reader=external_id,
        )


def _mails_of(cycle: Cycle) -> tuple[type[OfCycle], InstrumentedAttribute[str]]:
    """The outbox that matters in the state of the cycle, and whom its mails go to."""
    if cycle.state in {CycleState.DRAFT, CycleState.OPEN}:
        return Invitation, Invitation.rater_id
    return ReportLink, ReportLink.ratee_id


def _failed(cycle: Cycle, table: type[OfCycle]) -> ColumnElement[bool]:
    is_reminder = Invitation.mail_kind == MailKind.REMINDER
    return and_(
        table.cycle_id == cycle.id,
        table.mail_state == MailState.FAILED,
        ~is_reminder if table is Invitation else true(),
    )
