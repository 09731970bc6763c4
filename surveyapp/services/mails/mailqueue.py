"""The queue of mails: what is due, who has claimed it, when a failed one is tried again.

Each link, to forms or to a report, holds one mail at a time. Times are kept to the minute and only
while a mail waits: they say when a mail server was slow, never when a rater answered.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from surveyapp import tokens
from surveyapp.models import (
    AccountLink,
    Assignment,
    AssignmentState,
    Cell,
    Cycle,
    Invitation,
    MailKind,
    MailState,
    Person,
    ReportLink,
    StoppedAddress,
    UserAccount,
)
from surveyapp.services.invitations import assignments_of

MAX_ATTEMPTS = 5
LEASE = timedelta(minutes=15)  # how long a claim holds before the mail is taken up again
FIRST_WAIT = timedelta(minutes=10)
FACTOR = 3  # 10 minutes, 30, 90, 270: most greylists let the second try pass
NO_LINK = 16  # bytes at random in the place of a digest: no link has this one

Link = Invitation | ReportLink | AccountLink
TABLES: tuple[type[Link], ...] = (Invitation, ReportLink, AccountLink)
NO_CYCLE = ""  # what a link to an account belongs to


@dataclass(frozen=True)
class Claim:
    """The right to send one mail once."""

    id: str  # of the link; an id is random, so it is of one table only
    wave: int
    cycle_id: str
    kind: str  # of MailKind

    @property
    def counted(self) -> bool:
        """All but mails about what is open: their number would tell how many have not answered."""
        return self.kind not in {MailKind.REMINDER, MailKind.LINK}


def another_mail(table: type[Link]) -> dict[str, Any]:
    """The values that queue one more mail of a link."""
    return {
        "wave": table.wave + 1,
        "mail_state": MailState.QUEUED,
        "mail_attempts": 0,
        "mail_due_at": None,
        "mail_error": "",
    }


def new_mail(kind: MailKind) -> dict[str, Any]:
    """The values that queue one more mail of an invitation."""
    return another_mail(Invitation) | {"mail_kind": kind}


def is_live(table: type[Link]) -> ColumnElement[bool]:
    """Whether the link leads somewhere."""
    return func.length(table.token_digest) == tokens.DIGEST_BYTES


def kill(link: Link) -> None:
    """Let the link lead nowhere from now on; a mail that waits with it never leaves."""
    link.token_digest = secrets.token_bytes(NO_LINK)
    link.generation += 1  # never back: an earlier link would come to life again
    _set(link, MailState.SENT)


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
    for table in TABLES:
        session.execute(
            update(table)
            .where(table.mail_state.in_(states))
            .values(
                wave=case((table.mail_state == MailState.FAILED, table.wave + 1), else_=table.wave),
                mail_doubled=or_(table.mail_doubled, table.mail_state == MailState.SENDING),
                mail_state=MailState.QUEUED,
                mail_attempts=0,
                mail_due_at=None,
            )
            .execution_options(synchronize_session=False)
        )


def _may_leave(table: type[Link], now: datetime) -> ColumnElement[bool]:
    """Only invitations wait, for their cycle: other links are made when they may be used."""
    waits = table.mail_state.in_([MailState.QUEUED, MailState.SENDING])
    if table is not Invitation:
        return waits
    begun = or_(Cycle.opens_at.is_(None), Cycle.opens_at <= now)
    return and_(waits, Cycle.id == Invitation.cycle_id, accepting(now), begun)


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
    """The links whose mail is to be sent now, or whose sender has not come back."""
    return [
        identity
        for table in TABLES
        for identity in session.scalars(
            select(table.id)
            .where(
                _may_leave(table, now), or_(table.mail_due_at.is_(None), table.mail_due_at <= now)
            )
            .order_by(table.id)
        )
    ]


def next_due(session: Session, now: datetime) -> datetime | None:
    """When the next try of a waiting mail comes."""
    times = [
        session.scalar(
            select(func.min(table.mail_due_at)).where(
                _may_leave(table, now), table.mail_due_at > now
            )
        )
        for table in TABLES
    ]
    return min((at for at in times if at), default=None)


def held(session: Session, identity: str) -> Link | None:
    """A link, held against deliveries until the commit; None if its opening was taken back."""
    found = (session.get(table, identity, with_for_update=True) for table in TABLES)
    return cast(Link | None, next(filter(None, found), None))


def claim(session: Session, identity: str, now: datetime) -> Claim | None:
    """Take a mail for sending; None where another sender has it or it is not wanted any more."""
    link = held(session, identity)
    if link is None:
        return None
    waits = link.mail_state in {MailState.QUEUED, MailState.SENDING}
    if not waits or _is_over(link) or (link.mail_due_at or now) > now:
        return None
    if not _wanted(session, link):
        _set(link, MailState.SENT)
        return None
    stopped = session.get(StoppedAddress, tokens.address_digest(link.recipient.email))
    if stopped:
        _set(link, MailState.FAILED, stopped.reason)
        return None
    if link.mail_state == MailState.SENDING:  # its sender died: sent or not, nobody knows
        link.mail_doubled = True
        if link.mail_attempts >= MAX_ATTEMPTS:  # perhaps it is this mail that kills them
            _set(link, MailState.FAILED, "its delivery was interrupted each time")
            return None
    link.mail_state = MailState.SENDING
    link.mail_attempts += 1
    link.mail_due_at = now + LEASE
    cycle_id = NO_CYCLE if isinstance(link, AccountLink) else link.cycle_id
    return Claim(identity, link.wave, cycle_id, link.mail_kind)


def _is_over(link: Link) -> bool:
    return isinstance(link, Invitation) and link.cycle.closed_at is not None


def _wanted(session: Session, link: Link) -> bool:
    if not isinstance(link, Invitation) or link.mail_kind == MailKind.LINK:
        return True  # even to those who have finished: its absence would tell that
    if link.mail_kind == MailKind.INVITATION and link.wave > 0:
        return True  # the same: a mail that was given up and is tried again
    if link.mail_kind == MailKind.REMINDER and link.reminders_off:
        return False
    return any(a.state == AssignmentState.OPEN for a in assignments_of(session, link))


def _set(link: Link, state: MailState, error: str = "", due_at: datetime | None = None) -> None:
    link.mail_state, link.mail_error = state, error[:200]
    link.mail_due_at = due_at


def _still(session: Session, claim: Claim) -> Link | None:
    """The link of a claim, unless a newer mail has taken its place."""
    link = held(session, claim.id)
    ours = link is not None and (link.wave, link.mail_state) == (claim.wave, MailState.SENDING)
    return link if ours else None


def mark_sent(session: Session, claim: Claim) -> None:
    if link := _still(session, claim):
        _set(link, MailState.SENT)


def put_back(session: Session, claim: Claim, due_at: datetime | None = None) -> None:
    """As if it had not been tried: the server failed, not the mail."""
    if link := _still(session, claim):
        _set(link, MailState.QUEUED, link.mail_error, due_at)
        link.mail_attempts -= 1


def give_up(session: Session, claim: Claim, reason: str) -> None:
    if link := _still(session, claim):
        _set(link, MailState.FAILED, reason)


def postpone(
    session: Session, claim: Claim, reason: str, now: datetime, *, maybe_sent: bool
) -> None:
    """Try again later, each time later; after some tries give up."""
    if not (link := _still(session, claim)):
        return
    link.mail_doubled |= maybe_sent
    if link.mail_attempts >= MAX_ATTEMPTS:
        _set(link, MailState.FAILED, reason)
    else:
        _set(link, MailState.QUEUED, reason, next_try(claim.id, link.mail_attempts, now))


def next_try(identity: str, attempts: int, now: datetime) -> datetime:
    """Later after each attempt, and spread by up to a half so that mails do not come in crowds."""
    digest = hashlib.sha256(f"{identity} {attempts}".encode()).digest()
    spread = 1 + int.from_bytes(digest[:4], "big") / 2**33
    wait: timedelta = FIRST_WAIT * FACTOR ** (attempts - 1) * spread
    later = now + wait
    return later.replace(second=0, microsecond=0) + timedelta(minutes=1)


def first_mails_queued(session: Session, waiting: Sequence[str]) -> int:
    """How many of these still wait; reminders are not counted."""
    return sum(
        session.scalar(
            select(func.count()).where(
                table.id.in_(waiting),
                table.mail_state == MailState.QUEUED,
                *([Invitation.mail_kind == MailKind.INVITATION] * (table is Invitation)),
            )
        )
        or 0
        for table in TABLES
    )


def interrupted(session: Session) -> int:
    """How many mails a killed delivery left half done: sent or not, nobody knows."""
    counts = (select(func.count()).where(t.mail_state == MailState.SENDING) for t in TABLES)
    return sum(session.scalar(count) or 0 for count in counts)


def possibly_doubled(session: Session) -> int:
    """To how many raters of running cycles a mail may have gone twice."""
    counted = select(func.count()).select_from(Invitation).join(Cycle)
    return session.scalar(counted.where(Invitation.mail_doubled, Cycle.closed_at.is_(None))) or 0


def failed(session: Session) -> Iterator[tuple[str, str]]:
    """(address, reason) of mails that were given up.

    Reminders are left out: they go to those who have not answered, so a list of the addresses
    that refused one would name them.
    """
    invitations = (
        select(Person.email, Invitation.mail_error)
        .join(Invitation, Invitation.rater_id == Person.id)
        .where(Invitation.mail_state == MailState.FAILED, Invitation.mail_kind != MailKind.REMINDER)
    )
    reports = (
        select(Person.email, ReportLink.mail_error)
        .join(ReportLink, ReportLink.ratee_id == Person.id)
        .where(ReportLink.mail_state == MailState.FAILED)
    )
    links = (
        select(UserAccount.email, AccountLink.mail_error)
        .join(AccountLink, AccountLink.account_id == UserAccount.id)
        .where(AccountLink.mail_state == MailState.FAILED)
    )
    for found in (invitations, reports, links):
        yield from map(tuple, session.execute(found.order_by("email")))
