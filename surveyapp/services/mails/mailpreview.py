"""A mail of a cycle as its reader would get it, with a link that leads nowhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import case, distinct, func, select
from sqlalchemy.orm import Session

from questionnaires.model import Relation
from surveyapp import tokens
from surveyapp.errors import NotFound
from surveyapp.i18n import N_
from surveyapp.mail import (
    InvitationMail,
    ReportMail,
    compose_invitation,
    compose_report,
    mail_address,
)
from surveyapp.models import Assignment, Cell, Cycle, CycleRatee, MailKind, Person
from surveyapp.services.invitations import Sender, letter

KINDS = (MailKind.INVITATION, MailKind.REMINDER, MailKind.LINK, MailKind.REPORT)


@dataclass(frozen=True)
class Wanted:
    """Which mail to look at. Without a rater one is chosen who has this relation, if any is named,
    best one who reads this language and has no other relation. A report goes to a ratee."""

    kind: MailKind = MailKind.INVITATION
    language: str = "zh"
    relation: Relation | None = None
    rater: str = ""  # external id, of a report that of the ratee


@dataclass(frozen=True)
class MailPreview:
    """A mail as its reader sees it."""

    subject: str
    sender: str
    to: str
    text: str
    html: str


def preview(
    session: Session, cycle: Cycle, wanted: Wanted, sender: Sender, now: datetime
) -> MailPreview:
    """The mail with all its real names and dates; nothing is sent, and no link is made."""
    return read_mail(_composed(_sample(session, cycle, wanted, sender, "preview"), now))


def trial_mail(
    session: Session,
    cycle: Cycle,
    wanted: Wanted,
    sender: Sender,
    now: datetime,
    *,
    to: str,
    message_id: str,
) -> EmailMessage:
    """The same mail, marked as a test and addressed to whoever wants to see it.

    Raises ValueError for an address that no mail can carry.
    """
    mail = replace(_sample(session, cycle, wanted, sender, message_id), address=to, test=True)
    message = _composed(mail, now)
    message.replace_header("To", mail_address("", to))  # the name in it is the rater's
    return message


def read_mail(message: EmailMessage) -> MailPreview:
    plain, page = (message.get_body((kind,)) for kind in ("plain", "html"))
    return MailPreview(
        subject=message["Subject"],
        sender=str(message["From"]),
        to=str(message["To"]),
        text=plain.get_content() if plain else "",
        html=page.get_content() if page else "",
    )


def _composed(mail: InvitationMail | ReportMail, now: datetime) -> EmailMessage:
    if isinstance(mail, ReportMail):
        return compose_report(mail, now)
    return compose_invitation(mail, now)


def _sample(
    session: Session, cycle: Cycle, wanted: Wanted, sender: Sender, message_id: str
) -> InvitationMail | ReportMail:
    if wanted.kind == MailKind.REPORT:
        ratee = _ratee(session, cycle, wanted)
        return ReportMail(
            sender=sender.address,
            organisation=sender.organisation or cycle.title,
            address=ratee.email,
            name=ratee.name,
            language=wanted.language,
            cycle_title=cycle.title,
            link=f"{sender.base_url}/m/{tokens.SAMPLE}",
            message_id=message_id,
        )
    return letter(
        session,
        cycle,
        _rater(session, cycle, wanted),
        sender,
        language=wanted.language,
        kind=wanted.kind,
        link=f"{sender.base_url}/r/{tokens.SAMPLE}",
        closes_at=cycle.closes_at,
        message_id=message_id,
    )


def _rater(session: Session, cycle: Cycle, wanted: Wanted) -> Person:
    as_wanted = func.count().filter(Cell.relation == wanted.relation)
    raters = (
        select(Person)
        .join(Assignment, Assignment.rater_id == Person.id)
        .join(Cell, Cell.id == Assignment.cell_id)
        .where(Cell.cycle_id == cycle.id)
        .group_by(Person.id)
        .order_by(
            case((Person.language == wanted.language, 0), else_=1),
            func.count(distinct(Cell.relation)),
            Person.external_id,
        )
    )
    if wanted.rater:
        raters = raters.where(Person.external_id == wanted.rater)
    if wanted.relation:
        raters = raters.having(as_wanted > 0)
    found = session.scalars(raters.limit(1)).first()
    if found is None and wanted.rater:
        who = f"{wanted.rater} as {wanted.relation}" if wanted.relation else wanted.rater
        raise NotFound(N_("%(cycle)s has no rater %(rater)s."), cycle=cycle.key, rater=who)
    if found is None:
        raise NotFound(N_("Nobody rates like that in %(cycle)s."), cycle=cycle.key)
    return found


def _ratee(session: Session, cycle: Cycle, wanted: Wanted) -> Person:
    ratees = (
        select(Person)
        .join(CycleRatee, CycleRatee.ratee_id == Person.id)
        .where(CycleRatee.cycle_id == cycle.id)
        .order_by(case((Person.language == wanted.language, 0), else_=1), Person.external_id)
    )
    if wanted.rater:
        ratees = ratees.where(Person.external_id == wanted.rater)
    found = session.scalars(ratees.limit(1)).first()
    if found is None:
        raise NotFound(N_("Nobody is rated in %(cycle)s yet."), cycle=cycle.key)
    return found
