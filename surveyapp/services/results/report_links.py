"""Personal links to released reports: issue, find by link, revoke, and what their mails say.

A link derives from a secret of the service, because the link key of the cycle is gone when its
report can be read. It is its own outbox, as an invitation is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveyapp import tokens
from surveyapp.errors import KeyUnavailable, NotFound, UnknownLink
from surveyapp.i18n import N_, chosen
from surveyapp.mail import ReportMail, compose_report
from surveyapp.models import Cycle, CycleRatee, ReportLink, random_id
from surveyapp.services.invitations import Sender
from surveyapp.services.mails.mailqueue import another_mail, is_live, kill
from surveyapp.services.releases import require_unchanged

PURPOSE = "report links"  # of the secret that links derive from


@dataclass
class Sending:
    """External ids of the managers, by what becomes of their mail."""

    queued: list[str] = field(default_factory=list)
    sent_before: list[str] = field(default_factory=list)
    without_address: list[str] = field(default_factory=list)


def find_by_token(session: Session, token: str) -> ReportLink:
    """The link that leads here; unknown, revoked and malformed ones are all alike."""
    link = session.scalar(
        select(ReportLink)
        .where(ReportLink.token_digest == tokens.digest(token))
        .options(joinedload(ReportLink.cycle), joinedload(ReportLink.ratee))
    )
    if link is None:
        raise UnknownLink
    return link


def send(
    session: Session, cycle: Cycle, key: bytes, *, ratee: str | None = None, again: bool = False
) -> Sending:
    """Queue one mail per manager of a released cycle who has got none.

    ``again``: also to those who have, with the same link. A link that was revoked is replaced.
    """
    require_unchanged(session, cycle)
    sending = Sending()
    links = _links(session, cycle)
    for row in _ratees(session, cycle, ratee):
        who, link = row.ratee.external_id, links.get(row.ratee_id)
        if not row.ratee.email:
            sending.without_address.append(who)
            continue
        if link is None:
            link = ReportLink(id=random_id(), cycle_id=cycle.id, ratee_id=row.ratee_id)
            _give(link, key, generation=1)
            session.add(link)
        elif not again and len(link.token_digest) == tokens.DIGEST_BYTES:
            sending.sent_before.append(who)
            continue
        else:
            _queue_again(link, key)
        sending.queued.append(who)
    session.flush()
    return sending


def _give(link: ReportLink, key: bytes, generation: int) -> None:
    link.generation = generation
    link.token_digest = tokens.digest(tokens.link_token(key, link.id, generation))


def _queue_again(link: ReportLink, key: bytes) -> None:
    """The same link once more, or another one where it was revoked or its secret is lost."""
    if not _is_derived(link, key):
        _give(link, key, link.generation + 1)
    for name, value in another_mail(ReportLink).items():
        setattr(link, name, value)


def _is_derived(link: ReportLink, key: bytes) -> bool:
    return link.token_digest == tokens.digest(tokens.link_token(key, link.id, link.generation))


def _ratees(session: Session, cycle: Cycle, ratee: str | None) -> list[CycleRatee]:
    rows = session.scalars(
        select(CycleRatee)
        .where(CycleRatee.cycle_id == cycle.id)
        .options(joinedload(CycleRatee.ratee))
    )
    found = [row for row in rows if ratee in {None, row.ratee.external_id}]
    if ratee and not found:
        raise NotFound(N_('There is no ratee "%(ratee)s" in this cycle.'), ratee=ratee)
    return sorted(found, key=lambda row: row.ratee.external_id)


def _links(session: Session, cycle: Cycle) -> dict[str, ReportLink]:
    """By the id of the ratee, held against deliveries until the commit."""
    rows = session.scalars(
        select(ReportLink).where(ReportLink.cycle_id == cycle.id).with_for_update()
    )
    return {link.ratee_id: link for link in rows}


def revoke(session: Session, cycle: Cycle, ratee: str | None = None) -> list[str]:
    """Let links lead nowhere from now on; returns whose."""
    links = _links(session, cycle)
    revoked = []
    for row in _ratees(session, cycle, ratee):
        link = links.get(row.ratee_id)
        if link and len(link.token_digest) == tokens.DIGEST_BYTES:
            kill(link)
            revoked.append(row.ratee.external_id)
    session.flush()
    return revoked


def holders(session: Session, cycle: Cycle) -> set[str]:
    """The random ids of the ratees whose link leads to their report."""
    theirs = select(ReportLink.ratee_id).where(ReportLink.cycle_id == cycle.id, is_live(ReportLink))
    return set(session.scalars(theirs))


def revoke_all_of(session: Session, person_id: str) -> None:
    """Let every link to a report about this person lead nowhere."""
    theirs = select(ReportLink).where(ReportLink.ratee_id == person_id, is_live(ReportLink))
    for link in session.scalars(theirs.with_for_update()).all():
        kill(link)


def compose(
    session: Session, link_id: str, key: bytes, sender: Sender, now: datetime
) -> EmailMessage:
    """The mail of a link as it stands now."""
    link = session.get_one(ReportLink, link_id)
    if not _is_derived(link, key):
        raise KeyUnavailable(N_("The secret from which this link was made is another one now."))
    mail = ReportMail(
        sender=sender.address,
        organisation=sender.organisation or link.cycle.title,
        address=link.ratee.email,
        name=link.ratee.name,
        language=chosen(link.ratee.language, "zh"),
        cycle_title=link.cycle.title,
        link=f"{sender.base_url}/m/{tokens.link_token(key, link.id, link.generation)}",
        message_id=tokens.message_id(key, link.id, link.generation, link.wave),
    )
    return compose_report(mail, now)
