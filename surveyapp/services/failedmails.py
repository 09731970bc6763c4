"""Mails of one cycle that were given up: who did not get theirs and why, and another try.

Reminders are left out: they go to those who have not answered, so a failed one would name them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.orm import Session

from surveyapp import tokens
from surveyapp.errors import NotFound
from surveyapp.models import (
    Cycle,
    CycleState,
    Invitation,
    MailKind,
    MailState,
    Person,
    StoppedAddress,
)
from surveyapp.services.cycles import require_state
from surveyapp.services.mailqueue import new_mail


@dataclass(frozen=True)
class FailedMail:
    id: str
    name: str
    email: str
    reason: str


def failed_mails(session: Session, cycle: Cycle) -> tuple[FailedMail, ...]:
    rows = session.execute(
        select(Person.external_id, Person.name, Person.email, Invitation.mail_error)
        .join(Invitation, Invitation.rater_id == Person.id)
        .where(_failed(cycle))
        .order_by(Person.external_id)
    )
    return tuple(FailedMail(*row) for row in rows)


def retry(session: Session, cycle: Cycle, external_id: str | None = None) -> int:
    """Queue the failed mail of one rater again, or all of the cycle; returns how many.

    Their addresses count as good again until they bounce once more.
    """
    require_state(cycle, CycleState.OPEN)
    mails = [m for m in failed_mails(session, cycle) if external_id in {None, m.id}]
    if external_id is not None and not mails:
        raise NotFound(f"No mail of {cycle.key} to {external_id} has failed.")
    digests = [tokens.address_digest(mail.email) for mail in mails]
    session.execute(delete(StoppedAddress).where(StoppedAddress.address_digest.in_(digests)))
    raters = select(Person.id).where(Person.external_id.in_([mail.id for mail in mails]))
    again = {k: v for k, v in new_mail(MailKind.INVITATION).items() if k != "mail_kind"}
    session.execute(
        update(Invitation)
        .where(_failed(cycle), Invitation.rater_id.in_(raters))
        .values(again)
        .execution_options(synchronize_session=False)
    )
    return len(mails)


def _failed(cycle: Cycle) -> ColumnElement[bool]:
    return and_(
        Invitation.cycle_id == cycle.id,
        Invitation.mail_state == MailState.FAILED,
        Invitation.mail_kind != MailKind.REMINDER,
    )
