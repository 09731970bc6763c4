"""Getting one's link again by typing one's address, without learning whether it is known.

The page stores the digest of what was typed and looks nothing up, so a known address costs exactly
what an unknown one costs. The next delivery finds out whose it is.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveyapp import tokens
from surveyapp.models import Cycle, Invitation, LinkRequest, MailKind, MailState, Person
from surveyapp.services.mailqueue import accepting, new_mail

MAX_REQUESTS = 1000  # kept at a time; beyond it somebody is playing
FREE = (MailState.SENT, MailState.FAILED)  # no other mail of the invitation is on its way


def ask(session: Session, address: str, now: datetime) -> bool:
    """Note that a link is wanted at this address, one row per address and hour.

    False for every address alike, noted before or not, while too many requests are kept.
    """
    kept = session.scalar(select(func.count()).select_from(LinkRequest)) or 0
    if kept >= MAX_REQUESTS:
        return False
    row = {
        "address_digest": tokens.address_digest(address),
        "hour": _hour(now),
        "handled": False,
    }
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sqlite.insert(LinkRequest).values(row).on_conflict_do_nothing())
    else:
        session.execute(postgresql.insert(LinkRequest).values(row).on_conflict_do_nothing())
    return True


def never_opened(session: Session) -> bool:
    """Whether no cycle was ever opened: then nobody has a link, and the service has no secret."""
    opened = select(Cycle.id).where(Cycle.opened_at.is_not(None))
    return session.scalar(opened.limit(1)) is None


def fulfil(session: Session, now: datetime) -> None:
    """Queue a mail to every rater who asked; forget requests of earlier hours."""
    waiting = select(LinkRequest.address_digest).where(LinkRequest.handled.is_(False))
    asked = set(session.scalars(waiting))
    if asked:
        session.execute(
            update(Invitation)
            .where(
                Invitation.id.in_(_theirs(session, asked, now)),
                Invitation.mail_state.in_(FREE),  # still: another delivery may have been faster
            )
            .values(new_mail(MailKind.LINK))
            .execution_options(synchronize_session=False)
        )
        session.execute(
            update(LinkRequest).where(LinkRequest.address_digest.in_(asked)).values(handled=True)
        )
    earlier = delete(LinkRequest).where(LinkRequest.handled, LinkRequest.hour < _hour(now))
    session.execute(earlier.execution_options(synchronize_session=False))


def _theirs(session: Session, asked: set[bytes], now: datetime) -> list[str]:
    rows = session.execute(
        select(Invitation.id, Person.email)
        .join(Cycle, Cycle.id == Invitation.cycle_id)
        .join(Person, Person.id == Invitation.rater_id)
        .where(accepting(now), Invitation.mail_state.in_(FREE))
    )
    return [identity for identity, email in rows if tokens.address_digest(email) in asked]


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
