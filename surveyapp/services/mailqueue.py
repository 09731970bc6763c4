"""The queue of mails: what is due, who has claimed it, when a failed one is tried again.

Each rater's invitation holds one mail at a time. Times are kept to the minute and only while a mail
waits: they say when a mail server was slow, never when a rater answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from surveyapp import tokens
from surveyapp.models import (
    Assignment,
    AssignmentState,
    Cell,
    Cycle,
    Invitation,
    MailKind,
    MailState,
    Person,
    StoppedAddress,
)
from surveyapp.services.invitations import assignments_of

MAX_ATTEMPTS = 5
LEASE = timedelta(minutes=15)  # how long a claim holds before the mail is taken up again
FIRST_WAIT = timedelta(minutes=10)
FACTOR = 3  # 10 minutes, 30, 90, 270: most greylists let the second try pass


@dataclass(frozen=True)
class Claim:
    """The right to send one mail once."""

    invitation_id: str
    wave: int
    cycle_id: str
    counted: bool  # first mails only: the number of others would tell how many have not answered


def new_mail(kind: MailKind) -> dict[str, Any]:
    """The values that queue one more mail of an invitation."""
    return {
        "wave": Invitation.wave + 1,
        "mail_kind": kind,
        "mail_state": MailState.QUEUED,
        "mail_attempts": 0,
        "mail_due_at": None,
        "mail_error": "",
    }


def remind(session: Session, cycle: Cycle) -> None:
    """Queue one more mail for every rater with something open; tells neither who nor how many."""
    unfinished = exists().where(
        Assignment.rater_id == Invitation.rater_id,
        Assignment.cell_id == Cell.id,
        Cell.cycle_id == cycle.id,
        Assignment.state == AssignmentState.OPEN,
    )
    session.execute(
        update(Invitation)
        .where(
            Invitation.cycle_id == cycle.id,
            Invitation.mail_state == MailState.SENT,
            Invitation.reminders_off.is_(False),
            unfinished,
        )
        .values(new_mail(MailKind.REMINDER))
        .execution_options(synchronize_session=False)
    )


def switch_reminders(invitation: Invitation, *, on: bool) -> None:
    """What the rater wishes; the link and the answers stay as they are."""
    invitation.reminders_off = not on


def requeue(session: Session, states: Sequence[MailState]) -> None:
    """Queue again mails that were given up or left half done.

    A mail left half done may have arrived, so its Message-ID stays the same. One that was given up
    gets another, so that a report about the earlier try does not stop it again.
    """
    if MailState.FAILED in states:
        session.execute(delete(StoppedAddress))
    session.execute(
        update(Invitation)
        .where(Invitation.mail_state.in_(states))
        .values(
            wave=case(
                (Invitation.mail_state == MailState.FAILED, Invitation.wave + 1),
                else_=Invitation.wave,
            ),
            mail_doubled=or_(Invitation.mail_doubled, Invitation.mail_state == MailState.SENDING),
            mail_state=MailState.QUEUED,
            mail_attempts=0,
            mail_due_at=None,
        )
        .execution_options(synchronize_session=False)
    )


def _may_leave(now: datetime) -> ColumnElement[bool]:
    return and_(
        Invitation.mail_state.in_([MailState.QUEUED, MailState.SENDING]),
        accepting(now),
        or_(Cycle.opens_at.is_(None), Cycle.opens_at <= now),
    )


def accepting(now: datetime) -> ColumnElement[bool]:
    """Whether the rater of an invitation may still answer; joins Invitation and Cycle."""
    return and_(
        Cycle.opened_at.is_not(None),
        Cycle.closed_at.is_(None),
        or_(
            Cycle.closes_at.is_(None),
            Cycle.closes_at > now,
            Invitation.extended_to > now,
        ),
    )


def due(session: Session, now: datetime) -> list[str]:
    """The invitations whose mail is to be sent now, or whose sender has not come back."""
    return list(
        session.scalars(
            select(Invitation.id)
            .join(Cycle)
            .where(
                _may_leave(now),
                or_(Invitation.mail_due_at.is_(None), Invitation.mail_due_at <= now),
            )
            .order_by(Invitation.id)
        )
    )


def next_due(session: Session, now: datetime) -> datetime | None:
    """When the next try of a waiting mail comes."""
    waiting = select(Invitation.mail_due_at).join(Cycle)
    waiting = waiting.where(_may_leave(now), Invitation.mail_due_at > now)
    return session.scalar(waiting.order_by(Invitation.mail_due_at).limit(1))


def claim(session: Session, invitation_id: str, now: datetime) -> Claim | None:
    """Take a mail for sending; None where another sender has it or it is not wanted any more."""
    invitation = session.get(Invitation, invitation_id, with_for_update=True)
    if invitation is None:  # the opening was taken back meanwhile
        return None
    waits = invitation.mail_state in {MailState.QUEUED, MailState.SENDING}
    if not waits or invitation.cycle.closed_at or (invitation.mail_due_at or now) > now:
        return None
    if not _wanted(session, invitation):
        _set(invitation, MailState.SENT)
        return None
    stopped = session.get(StoppedAddress, tokens.address_digest(invitation.rater.email))
    if stopped:
        _set(invitation, MailState.FAILED, stopped.reason)
        return None
    if invitation.mail_state == MailState.SENDING:  # its sender died: sent or not, nobody knows
        invitation.mail_doubled = True
        if invitation.mail_attempts >= MAX_ATTEMPTS:  # perhaps it is this mail that kills them
            _set(invitation, MailState.FAILED, "its delivery was interrupted each time")
            return None
    invitation.mail_state = MailState.SENDING
    invitation.mail_attempts += 1
    invitation.mail_due_at = now + LEASE
    counted = invitation.mail_kind == MailKind.INVITATION
    return Claim(invitation_id, invitation.wave, invitation.cycle_id, counted)


def _wanted(session: Session, invitation: Invitation) -> bool:
    if invitation.mail_kind == MailKind.LINK:
        return True  # even to those who have finished: its absence would tell that
    if invitation.mail_kind == MailKind.REMINDER and invitation.reminders_off:
        return False
    return any(a.state == AssignmentState.OPEN for a in assignments_of(session, invitation))


def _set(
    invitation: Invitation, state: MailState, error: str = "", due_at: datetime | None = None
) -> None:
    invitation.mail_state, invitation.mail_error = state, error[:200]
    invitation.mail_due_at = due_at


def _still(session: Session, claim: Claim) -> Invitation | None:
    """The invitation of a claim, unless a newer mail has taken its place."""
    invitation = session.get_one(Invitation, claim.invitation_id, with_for_update=True)
    held = (invitation.wave, invitation.mail_state) == (claim.wave, MailState.SENDING)
    return invitation if held else None


def mark_sent(session: Session, claim: Claim) -> None:
    if invitation := _still(session, claim):
        _set(invitation, MailState.SENT)


def put_back(session: Session, claim: Claim, due_at: datetime | None = None) -> None:
    """As if it had not been tried: the server failed, not the mail."""
    if invitation := _still(session, claim):
        _set(invitation, MailState.QUEUED, invitation.mail_error, due_at)
        invitation.mail_attempts -= 1


def give_up(session: Session, claim: Claim, reason: str) -> None:
    if invitation := _still(session, claim):
        _set(invitation, MailState.FAILED, reason)


def postpone(
    session: Session, claim: Claim, reason: str, now: datetime, *, maybe_sent: bool
) -> None:
    """Try again later, each time later; after some tries give up."""
    if not (invitation := _still(session, claim)):
        return
    invitation.mail_doubled |= maybe_sent
    if invitation.mail_attempts >= MAX_ATTEMPTS:
        _set(invitation, MailState.FAILED, reason)
    else:
        due_at = next_try(claim.invitation_id, invitation.mail_attempts, now)
        _set(invitation, MailState.QUEUED, reason, due_at)


def next_try(invitation_id: str, attempts: int, now: datetime) -> datetime:
    """Later after each attempt, and spread by up to a half so that mails do not come in crowds."""
    digest = hashlib.sha256(f"{invitation_id} {attempts}".encode()).digest()
    spread = 1 + int.from_bytes(digest[:4], "big") / 2**33
    wait: timedelta = FIRST_WAIT * FACTOR ** (attempts - 1) * spread
    later = now + wait
    return later.replace(second=0, microsecond=0) + timedelta(minutes=1)


def first_mails_queued(session: Session, waiting: Sequence[str]) -> int:
    """How many of these are invitations that still wait; reminders are not counted."""
    counted = select(func.count()).where(
        Invitation.id.in_(waiting),
        Invitation.mail_kind == MailKind.INVITATION,
        Invitation.mail_state == MailState.QUEUED,
    )
    return session.scalar(counted) or 0


def interrupted(session: Session) -> int:
    """How many mails a killed delivery left half done: sent or not, nobody knows."""
    counted = select(func.count()).where(Invitation.mail_state == MailState.SENDING)
    return session.scalar(counted) or 0


def possibly_doubled(session: Session) -> int:
    """To how many raters of running cycles a mail may have gone twice."""
    counted = select(func.count()).select_from(Invitation).join(Cycle)
    return session.scalar(counted.where(Invitation.mail_doubled, Cycle.closed_at.is_(None))) or 0


def failed(session: Session) -> Iterator[tuple[str, str]]:
    """(address, reason) of mails that were given up.

    Reminders are left out: they go to those who have not answered, so a list of the addresses
    that refused one would name them.
    """
    rows = session.scalars(
        select(Invitation)
        .join(Person)
        .where(Invitation.mail_state == MailState.FAILED, Invitation.mail_kind != MailKind.REMINDER)
        .options(joinedload(Invitation.rater))
        .order_by(Person.email)
    )
    for invitation in rows:
        yield invitation.rater.email, invitation.mail_error
