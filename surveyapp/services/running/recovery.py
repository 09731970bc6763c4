"""Getting one's link again by typing one's address, without learning whether it is known.

The page stores the digest of what was typed and looks nothing up, so a known address costs exactly
what an unknown one costs. The next delivery finds out whose it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveyapp import tokens
from surveyapp.models import (
    Cycle,
    Invitation,
    LinkRequest,
    MailKind,
    MailState,
    Person,
    ReportLink,
)
from surveyapp.services.accounts import account_links
from surveyapp.services.mails.mailqueue import Link, accepting, another_mail, is_live, new_mail

KEPT_FOR = 3600  # seconds
MAX_REQUESTS = 1000  # kept at a time; beyond it somebody is playing
FREE = (MailState.SENT, MailState.FAILED)  # no other mail of the link is on its way


def ask(session: Session, address: str, now: datetime, purpose: str = "") -> bool:
    """Note that a link is wanted at this address, one row per address and hour.

    ``purpose``: what is wanted other than links to forms and reports. False for every address
    alike, noted before or not, while too many requests are kept.
    """
    kept = session.scalar(select(func.count()).select_from(LinkRequest)) or 0
    if kept >= MAX_REQUESTS:
        return False
    row = {
        "address_digest": tokens.address_digest(address, purpose),
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
    """Queue a mail with each link of everybody who asked; forget requests of earlier hours."""
    waiting = select(LinkRequest.address_digest).where(LinkRequest.handled.is_(False))
    asked = set(session.scalars(waiting))
    if asked:
        _mail_again(session, asked, Invitation, _forms(now), new_mail(MailKind.LINK))
        _mail_again(session, asked, ReportLink, _reports(), another_mail(ReportLink))
        account_links.queue_asked(session, asked, now)
        session.execute(
            update(LinkRequest).where(LinkRequest.address_digest.in_(asked)).values(handled=True)
        )
    earlier = delete(LinkRequest).where(LinkRequest.handled, LinkRequest.hour < _hour(now))
    session.execute(earlier.execution_options(synchronize_session=False))


def _mail_again(
    session: Session,
    asked: set[bytes],
    table: type[Link],
    links: Select[str, str],
    values: dict[str, Any],
) -> None:
    again = (
        update(table)
        # Still free: another delivery may have been faster.
        .where(table.id.in_(_theirs(session, asked, links)), table.mail_state.in_(FREE))
        .values(values)
    )
    session.execute(again.execution_options(synchronize_session=False))


def _theirs(session: Session, asked: set[bytes], links: Select[str, str]) -> list[str]:
    found = session.execute(links)
    return [identity for identity, email in found if tokens.address_digest(email) in asked]


def _forms(now: datetime) -> Select[str, str]:
    return (
        select(Invitation.id, Person.email)
        .join(Cycle, Cycle.id == Invitation.cycle_id)
        .join(Person, Person.id == Invitation.rater_id)
        .where(accepting(now), Invitation.mail_state.in_(FREE))
    )


def _reports() -> Select[str, str]:
    return (
        select(ReportLink.id, Person.email)
        .join(Person, Person.id == ReportLink.ratee_id)
        .where(is_live(ReportLink), ReportLink.mail_state.in_(FREE))
    )


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)
