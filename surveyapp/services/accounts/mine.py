"""What somebody who signed in finds of their own: forms to fill in, reports, raters to propose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from questionnaires.model import Relation
from surveyapp.errors import NotFound
from surveyapp.i18n import N_
from surveyapp.models import (
    Assignment,
    AssignmentState,
    Cell,
    Cycle,
    CycleRatee,
    Invitation,
    MailKind,
    MailState,
    NominationRule,
    Person,
)
from surveyapp.services.invitations import deadline
from surveyapp.services.mails.mailqueue import accepting, is_live, new_mail


@dataclass(frozen=True)
class OpenCycle:
    """A cycle in which they rate. Of their forms only the own view is spoken of."""

    key: str
    title: str
    timezone: str
    until: datetime | None
    own: AssignmentState | None  # of the self-rating; None: nobody asked for one
    email: str  # where the link goes; empty: nowhere


def open_cycles(session: Session, person_id: str | None, now: datetime) -> list[OpenCycle]:
    """The cycles that wait for answers of somebody, or have got them."""
    own = (
        select(Cell.cycle_id, Assignment.state)
        .join(Assignment, Assignment.cell_id == Cell.id)
        .where(
            Cell.ratee_id == person_id,
            Cell.relation == Relation.SELF,
            Assignment.rater_id == person_id,
        )
        .subquery()
    )
    rows = session.execute(
        select(Invitation, own.c.state, Person.email)
        .join(Invitation.cycle)
        .join(Person, Person.id == Invitation.rater_id)
        .outerjoin(own, own.c.cycle_id == Invitation.cycle_id)
        .where(_answering(person_id, now))
        .order_by(Cycle.closes_at, Cycle.key)
        .options(contains_eager(Invitation.cycle))
    )
    return [
        OpenCycle(
            invitation.cycle.key,
            invitation.cycle.title,
            invitation.cycle.timezone,
            deadline(invitation),
            AssignmentState(state) if state else None,
            email,
        )
        for invitation, state, email in rows
    ]


def _answering(person_id: str | None, now: datetime) -> ColumnElement[bool]:
    return (Invitation.rater_id == person_id) & accepting(now) & is_live(Invitation)


def send_link(session: Session, person_id: str | None, key: str, now: datetime) -> None:
    """Queue one more mail with one's own link, unless one is on its way.

    By mail and never on a page: whoever gets hold of an account, such as who invites people to
    one, would otherwise get hold of the forms and drafts of its owner.
    """
    invitation = session.scalar(
        select(Invitation)
        .join(Invitation.cycle)
        .where(_answering(person_id, now), Cycle.key == key)
        .with_for_update(of=Invitation)
    )
    if invitation is None:
        raise NotFound(N_("No answers of yours are waited for in this cycle."))
    # A reminder may find nothing to remind of, and then never leaves.
    waits = invitation.mail_state in {MailState.QUEUED, MailState.SENDING}
    if waits and invitation.mail_kind != MailKind.REMINDER:
        return
    for name, value in new_mail(MailKind.LINK).items():
        setattr(invitation, name, value)
    session.flush()


@dataclass(frozen=True)
class OwnReport:
    key: str
    title: str
    timezone: str
    ended_at: datetime | None


def own_reports(session: Session, person_id: str | None) -> list[OwnReport]:
    """The cycles in which somebody was rated and whose results are out, newest first."""
    ended = func.coalesce(Cycle.closed_at, Cycle.imported_at)
    rows = session.execute(
        select(Cycle.key, Cycle.title, Cycle.timezone, ended)
        .join(CycleRatee, CycleRatee.cycle_id == Cycle.id)
        .where(CycleRatee.ratee_id == person_id)
        .where(or_(Cycle.released_at.is_not(None), Cycle.imported_at.is_not(None)))
        .order_by(ended.desc(), Cycle.key)
    )
    return [OwnReport(*row) for row in rows]


@dataclass(frozen=True)
class Proposing:
    """A draft in which somebody may propose who rates them."""

    key: str
    title: str


def may_propose_in(session: Session, person_id: str | None) -> list[Proposing]:
    rows = session.execute(
        select(Cycle.key, Cycle.title)
        .join(CycleRatee, CycleRatee.cycle_id == Cycle.id)
        .where(
            CycleRatee.ratee_id == person_id,
            Cycle.opened_at.is_(None),
            Cycle.imported_at.is_(None),
            exists().where(NominationRule.cycle_id == Cycle.id),
        )
        .order_by(Cycle.key)
    )
    return [Proposing(*row) for row in rows]
