"""Personal links and what their mails say: issue, find by link, renew, compose.

An invitation is its own outbox. It holds neither link nor text: both are made at the moment of
sending from the cycle's link key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp import tokens
from surveyapp.errors import UnknownLink
from surveyapp.i18n import chosen
from surveyapp.mail import InvitationMail, compose_invitation
from surveyapp.models import (
    Assignment,
    Cell,
    Cycle,
    CycleRatee,
    Draft,
    Invitation,
    Person,
    random_id,
)
from surveyapp.services.effort import minutes
from surveyapp.services.freezing import frozen
from surveyapp.services.mails.mailwords import words_of
from surveyapp.services.privacy.promises import promises, relation_word


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
    return _assignments(session, invitation.cycle_id, invitation.rater_id)


def _assignments(session: Session, cycle_id: str, rater_id: str) -> list[Assignment]:
    rows = session.scalars(
        select(Assignment)
        .join(Cell)
        .where(Cell.cycle_id == cycle_id, Assignment.rater_id == rater_id)
        .options(
            joinedload(Assignment.cell).joinedload(Cell.cycle_ratee).joinedload(CycleRatee.ratee)
        )
    )
    order = list(Relation)
    return sorted(
        rows,
        key=lambda a: (order.index(Relation(a.cell.relation)), a.cell.ratee.name, a.cell.ratee_id),
    )


def deadline(invitation: Invitation) -> datetime | None:
    """Until when this rater may answer."""
    closes_at = invitation.cycle.closes_at
    return closes_at and max(closes_at, invitation.extended_to or closes_at)


def renew(session: Session, invitation: Invitation, link_key: bytes) -> None:
    """Another link: the one before is unknown from now on, and drafts under it cannot be read."""
    invitation.generation += 1
    token = tokens.link_token(link_key, invitation.id, invitation.generation)
    invitation.token_digest = tokens.digest(token)
    cells = select(Cell.id).where(Cell.cycle_id == invitation.cycle_id)
    own = select(Assignment.id).where(
        Assignment.rater_id == invitation.rater_id, Assignment.cell_id.in_(cells)
    )
    unreadable = delete(Draft).where(Draft.assignment_id.in_(own))
    session.execute(unreadable.execution_options(synchronize_session=False))


@dataclass(frozen=True)
class Sender:
    """From whom mails come and where links lead: the configuration, never the request."""

    address: str
    organisation: str
    base_url: str


def compose(
    session: Session, invitation_id: str, link_key: bytes, sender: Sender, now: datetime
) -> EmailMessage:
    """The mail of an invitation as it stands now: one personal link, all ratees."""
    invitation = session.get_one(Invitation, invitation_id)
    rater = invitation.rater
    token = tokens.link_token(link_key, invitation.id, invitation.generation)
    mail = letter(
        session,
        invitation.cycle,
        rater,
        sender,
        language=chosen(rater.language, "zh"),
        kind=invitation.mail_kind,
        link=f"{sender.base_url}/r/{token}",
        closes_at=deadline(invitation),
        message_id=tokens.message_id(
            link_key, invitation.id, invitation.generation, invitation.wave
        ),
    )
    return compose_invitation(mail, now)


def letter(
    session: Session,
    cycle: Cycle,
    rater: Person,
    sender: Sender,
    *,
    language: str,
    kind: str,
    link: str,
    closes_at: datetime | None,
    message_id: str,
) -> InvitationMail:
    """What a mail to a rater says: all whom they rate, in which relations, and what is promised.

    A reminder names all ratees again: which of them are open is nobody's business on the way.
    """
    rows = _assignments(session, cycle.id, rater.id)
    relations = [Relation(row.cell.relation) for row in rows]
    asked = [frozen(session, row.cell.cycle_ratee.questionnaire_hash) for row in rows]
    return InvitationMail(
        sender=sender.address,
        organisation=sender.organisation or cycle.title,
        address=rater.email,
        name=rater.name,
        language=language,
        cycle_title=cycle.title,
        link=link,
        ratees=tuple(
            (row.cell.ratee.name, relation_word(relation, language))
            for row, relation in zip(rows, relations, strict=True)
        ),
        closes_at=closes_at,
        timezone=cycle.timezone,
        promise=promises(relations, Policy.model_validate(cycle.policy), language),
        kind=kind,
        message_id=message_id,
        minutes=minutes(zip(asked, relations, strict=True)),
        words=words_of(session, cycle, kind, language),
    )
