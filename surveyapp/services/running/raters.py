"""What an administrator may do for one rater, without learning how far that rater is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveyapp.errors import NotFound, Refused
from surveyapp.i18n import N_
from surveyapp.mail import mail_address
from surveyapp.models import Cycle, CycleState, Invitation, MailKind, MailState, Person
from surveyapp.services import cycles
from surveyapp.services.invitations import deadline, renew
from surveyapp.services.mails.mailqueue import new_mail
from surveyapp.services.privacy.erasure import ERASED
from surveyapp.services.results.report_links import revoke_all_of

MAX_ADDRESS = 254


@dataclass(frozen=True)
class RaterView:
    """What an administrator sees of one rater; nothing of it changes when they answer."""

    id: str  # in rosters
    name: str
    email: str
    account: str  # the company of a customer
    position: str
    until: datetime | None  # when their time to answer ends
    is_extended: bool
    is_over: bool


def rater_view(session: Session, cycle: Cycle, external_id: str, now: datetime) -> RaterView:
    """A rater as the roster and the calendar know them."""
    invitation = find_rater(session, cycle, external_id, lock=False)
    rater, until = invitation.rater, deadline(invitation)
    return RaterView(
        id=rater.external_id,
        name=rater.name,
        email=rater.email,
        account=rater.account.name if rater.account else "",
        position=rater.position,
        until=until,
        is_extended=until != cycle.closes_at,
        is_over=until is not None and until <= now,
    )


def find_rater(
    session: Session, cycle: Cycle, external_id: str, *, lock: bool = True
) -> Invitation:
    """The invitation of a rater; ``lock`` holds it against deliveries until the commit."""
    cycles.require_state(cycle, CycleState.OPEN)
    if external_id.startswith(ERASED):
        raise Refused(
            N_("%(external_id)s was erased and is asked no more."), external_id=external_id
        )
    wanted = (
        select(Invitation)
        .join(Person, Person.id == Invitation.rater_id)
        .where(Invitation.cycle_id == cycle.id, Person.external_id == external_id)
    )
    invitation = session.scalar(wanted.with_for_update(of=Invitation) if lock else wanted)
    if invitation is None:
        raise NotFound(
            N_('Nobody with the id "%(external_id)s" rates in %(cycle)s.'),
            external_id=external_id,
            cycle=cycle.key,
        )
    return invitation


def open_invitations(session: Session, invitation: Invitation) -> Sequence[Invitation]:
    """This and all others of the rater in open cycles, held against deliveries until the commit."""
    return session.scalars(
        select(Invitation)
        .join(Cycle, Cycle.id == Invitation.cycle_id)
        .where(
            Invitation.rater_id == invitation.rater_id,
            Cycle.opened_at.is_not(None),
            Cycle.closed_at.is_(None),
        )
        .order_by(Cycle.key)
        .with_for_update(of=Invitation)
    ).all()


def extend(invitation: Invitation, until: datetime, now: datetime) -> None:
    """Let this rater answer longer than the others."""
    closes_at = invitation.cycle.closes_at
    if closes_at is None:
        raise Refused(
            N_("%(cycle)s has no closing day; there is nothing to extend."),
            cycle=invitation.cycle.key,
        )
    if until <= max(closes_at, now):
        raise Refused(
            N_("The extension must end later than now and than the closing day, %(closes_at)s."),
            closes_at=f"{closes_at.astimezone(ZoneInfo(invitation.cycle.timezone)):%Y-%m-%d}",
        )
    invitation.extended_to = until


def require_no_extension(session: Session, cycle: Cycle, now: datetime) -> None:
    """Whoever was promised more time gets it."""
    longest = select(Invitation.extended_to).where(
        Invitation.cycle_id == cycle.id, Invitation.extended_to > now
    )
    until = session.scalar(longest.order_by(Invitation.extended_to.desc()).limit(1))
    if until:
        raise Refused(
            N_("A rater of %(cycle)s may answer until %(until)s UTC. Close after that."),
            command="Or now: surveyapp cycle close %(cycle)s --despite-extensions",
            cycle=cycle.key,
            until=f"{until:%Y-%m-%d %H:%M}",
        )


def new_link(session: Session, invitation: Invitation, link_key: bytes) -> None:
    """Revoke the link and queue a mail with another one."""
    renew(session, invitation, link_key)
    never_sent = (
        invitation.mail_kind == MailKind.INVITATION and invitation.mail_state != MailState.SENT
    )
    kind = MailKind.INVITATION if never_sent else MailKind.LINK
    for name, value in new_mail(kind).items():
        setattr(invitation, name, value)
    session.flush()


def correct_address(
    session: Session, invitation: Invitation, address: str, link_keys: Mapping[str, bytes]
) -> None:
    """Send the mails of all open cycles elsewhere; ``link_keys`` by cycle id.

    Each with a new link: whoever reads the wrong mailbox has the old ones. Links to reports about
    this person are revoked for the same reason.
    """
    try:
        mail_address("", address)
    except ValueError as error:
        raise Refused(N_("%(error)s; write it as name@example.com."), error=error) from None
    if len(address) > MAX_ADDRESS:
        raise Refused(
            N_("A mail address has at most %(max_address)s characters."), max_address=MAX_ADDRESS
        )
    taken = select(Person.id).where(
        func.lower(Person.email) == address.lower(), Person.id != invitation.rater_id
    )
    if session.scalar(taken.limit(1)):
        raise Refused(N_('"%(address)s" is the address of somebody else.'), address=address)
    invitation.rater.email = address
    revoke_all_of(session, invitation.rater_id)
    for one in open_invitations(session, invitation):
        new_link(session, one, link_keys[one.cycle_id])
