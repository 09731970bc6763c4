"""Personal links and their mails: issue, find by link, remind, deliver.

An invitation is its own outbox. It holds neither link nor text: both are made at the moment of
sending from the cycle's link key.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, joinedload

from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp import tokens
from surveyapp.errors import UnknownLink
from surveyapp.i18n import chosen
from surveyapp.mail import InvitationMail, compose_invitation
from surveyapp.models import (
    Assignment,
    AssignmentState,
    Cell,
    Cycle,
    CycleRatee,
    Invitation,
    MailState,
    random_id,
)
from surveyapp.sealing import CycleKeys
from surveyapp.services.promises import promises, relation_word

MAX_ATTEMPTS = 5


def issue(session: Session, cycle: Cycle, raters: Sequence[str], link_key: bytes) -> None:
    """One invitation per rater, queued."""
    for rater in raters:
        identity = random_id()
        token = tokens.link_token(link_key, identity, generation=1)
        session.add(
            Invitation(
                id=identity,
                cycle_id=cycle.id,
                rater_id=rater,
                token_digest=tokens.digest(token),
            )
        )
    session.flush()


def find_by_token(session: Session, token: str) -> Invitation:
    """The invitation behind a link; unknown, revoked and malformed links are all alike."""
    invitation = session.scalar(
        select(Invitation)
        .where(Invitation.token_digest == tokens.digest(token))
        .options(joinedload(Invitation.cycle), joinedload(Invitation.rater))
    )
    if invitation is None:
        raise UnknownLink
    return invitation


def assignments_of(session: Session, invitation: Invitation) -> list[Assignment]:
    """Whom this rater rates, in the order of the page: own view first, then by relation, name."""
    rows = session.scalars(
        select(Assignment)
        .join(Cell)
        .where(Cell.cycle_id == invitation.cycle_id, Assignment.rater_id == invitation.rater_id)
        .options(
            joinedload(Assignment.cell).joinedload(Cell.cycle_ratee).joinedload(CycleRatee.ratee)
        )
    )
    order = list(Relation)
    return sorted(
        rows,
        key=lambda a: (order.index(Relation(a.cell.relation)), a.cell.ratee.name, a.cell.ratee_id),
    )


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
        .where(Invitation.cycle_id == cycle.id, Invitation.mail_state == MailState.SENT, unfinished)
        .values(mail_state=MailState.QUEUED, wave=Invitation.wave + 1, mail_attempts=0)
        .execution_options(synchronize_session=False)
    )


def requeue(session: Session, states: Sequence[MailState]) -> None:
    """Queue again mails that were given up or left half done; their Message-ID stays the same."""
    session.execute(
        update(Invitation)
        .where(Invitation.mail_state.in_(states))
        .values(mail_state=MailState.QUEUED, mail_attempts=0)
    )


def interrupted(session: Session) -> int:
    """How many mails a killed delivery left half done: sent or not, nobody knows."""
    counted = select(func.count()).where(Invitation.mail_state == MailState.SENDING)
    return session.scalar(counted) or 0


def due(session: Session, now: datetime) -> list[str]:
    """The invitations whose mail waits to be sent, in cycles that run."""
    return list(
        session.scalars(
            select(Invitation.id)
            .join(Cycle)
            .where(
                Invitation.mail_state == MailState.QUEUED,
                Cycle.closed_at.is_(None),
                (Cycle.opens_at.is_(None)) | (Cycle.opens_at <= now),
                (Cycle.closes_at.is_(None)) | (Cycle.closes_at > now),
            )
            .order_by(Invitation.id)
        )
    )


@dataclass(frozen=True)
class Sender:
    """From whom mails come and where links lead: the configuration, never the request."""

    address: str
    organisation: str
    base_url: str


def compose(
    session: Session, invitation_id: str, keys: CycleKeys, sender: Sender, now: datetime
) -> EmailMessage:
    """The mail of an invitation as it stands now: one link, all ratees."""
    invitation = session.get_one(Invitation, invitation_id)
    cycle, rater = invitation.cycle, invitation.rater
    language = chosen(rater.language, "zh")
    # A reminder names all ratees again: which of them are open is nobody's business on the way.
    rows = assignments_of(session, invitation)
    relations = [Relation(row.cell.relation) for row in rows]
    token = tokens.link_token(keys.link_key, invitation.id, invitation.generation)
    mail = InvitationMail(
        sender=sender.address,
        organisation=sender.organisation or cycle.title,
        address=rater.email,
        name=rater.name,
        language=language,
        cycle_title=cycle.title,
        link=f"{sender.base_url}/r/{token}",
        ratees=tuple(
            (row.cell.ratee.name, relation_word(relation, language))
            for row, relation in zip(rows, relations, strict=True)
        ),
        closes_at=cycle.closes_at,
        timezone=cycle.timezone,
        promise=promises(relations, Policy.model_validate(cycle.policy), language),
        reminder=invitation.wave > 0,
        message_id=tokens.message_id(keys.link_key, invitation.id, invitation.wave),
    )
    return compose_invitation(mail, now)


def first_mails_queued(session: Session, waiting: Sequence[str]) -> int:
    """How many of these are invitations that still wait; reminders are not counted."""
    counted = select(func.count()).where(
        Invitation.id.in_(waiting), Invitation.wave == 0, Invitation.mail_state == MailState.QUEUED
    )
    return session.scalar(counted) or 0


def mark_sending(session: Session, invitation_id: str) -> bool:
    """Claim an invitation's mail; False where another sender has it or nothing is open."""
    invitation = session.get_one(Invitation, invitation_id, with_for_update=True)
    if invitation.mail_state != MailState.QUEUED or invitation.cycle.closed_at:
        return False
    if all(a.state != AssignmentState.OPEN for a in assignments_of(session, invitation)):
        invitation.mail_state = MailState.SENT  # finished meanwhile: no mail to them
        return False
    invitation.mail_state = MailState.SENDING
    invitation.mail_attempts += 1
    return True


def mark_sent(session: Session, invitation_id: str) -> None:
    invitation = session.get_one(Invitation, invitation_id)
    invitation.mail_state, invitation.mail_error = MailState.SENT, ""


def mark_untried(session: Session, invitation_id: str) -> None:
    """Put a mail back as it was: the server failed, not the mail."""
    invitation = session.get_one(Invitation, invitation_id)
    invitation.mail_state = MailState.QUEUED
    invitation.mail_attempts -= 1


def mark_failed(session: Session, invitation_id: str, reason: str, *, final: bool) -> None:
    """Note a failed mail: given up at once where it was rejected, else after some tries."""
    invitation = session.get_one(Invitation, invitation_id)
    give_up = final or invitation.mail_attempts >= MAX_ATTEMPTS
    invitation.mail_state = MailState.FAILED if give_up else MailState.QUEUED
    invitation.mail_error = reason[:200]


def failed(session: Session) -> Iterator[tuple[str, str]]:
    """(address, reason) of mails that were given up."""
    rows = session.scalars(
        select(Invitation)
        .where(Invitation.mail_state == MailState.FAILED)
        .options(joinedload(Invitation.rater))
    )
    for invitation in sorted(rows, key=lambda i: i.rater.email):
        yield invitation.rater.email, invitation.mail_error
