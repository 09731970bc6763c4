"""What is held about one person, for that person to have.

Anonymous answers are not in it, because nobody can tell whose they are. Nor is whether a form was
answered: who may run the command must not learn that.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from surveyapp.models import (
    AccountSession,
    Assignment,
    Cell,
    Cycle,
    CycleRatee,
    Invitation,
    MailKind,
    MailState,
    Nomination,
    Person,
    ReportLink,
    UserAccount,
)
from surveyapp.services.datasets import attributed_answers
from surveyapp.services.results import actions


def held_about(session: Session, person: Person) -> dict[str, Any]:
    return {
        "person": {
            "id": person.external_id,
            "name": person.name,
            "email": person.email,
            "language": person.language,
            "position": person.position,
            "account": person.account.name if person.account else "",
        },
        "signs_in": _signs_in(session, person),
        "is_rated_in": _is_rated_in(session, person),
        "is_asked_to_rate": _is_asked_to_rate(session, person),
        "is_nominated_for": _is_nominated_for(session, person),
        "agreed_actions": _agreed_actions(session, person),
        "mails": _mails(session, person),
        "report_mails": _report_mails(session, person),
        "own_attributed_answers": attributed_answers(session, person.id),
    }


def _signs_in(session: Session, person: Person) -> dict[str, Any] | None:
    account = session.scalar(select(UserAccount).where(UserAccount.person_id == person.id))
    if account is None:
        return None
    started = select(AccountSession).where(AccountSession.account_id == account.id)
    return {
        "email": account.email,
        "roles": sorted(account.role_set),
        "since": account.created_at.isoformat(),
        "second_factor": account.totp_sealed is not None,
        "sessions": [
            {"device": row.device, "since": row.started_at.isoformat()}
            for row in session.scalars(started.order_by(AccountSession.started_at))
        ],
    }


def _is_rated_in(session: Session, person: Person) -> list[dict[str, str]]:
    rows = session.execute(
        select(Cycle.key, CycleRatee.position)
        .join(CycleRatee, CycleRatee.cycle_id == Cycle.id)
        .where(CycleRatee.ratee_id == person.id)
        .order_by(Cycle.key)
    )
    return [{"cycle": key, "position": position} for key, position in rows]


def _is_asked_to_rate(session: Session, person: Person) -> list[dict[str, str]]:
    rows = session.execute(
        select(Cycle.key, Person.external_id, Cell.relation)
        .join(Cell, Cell.cycle_id == Cycle.id)
        .join(Assignment, Assignment.cell_id == Cell.id)
        .join(Person, Person.id == Cell.ratee_id)
        .where(Assignment.rater_id == person.id)
        .order_by(Cycle.key, Person.external_id, Cell.relation)
    )
    return [{"cycle": key, "ratee": ratee, "relation": how} for key, ratee, how in rows]


def _is_nominated_for(session: Session, person: Person) -> list[dict[str, str]]:
    """Until the closing: whom they may come to rate, and whom they have proposed themselves."""
    rows = session.scalars(
        select(Nomination)
        .join(Cycle, Cycle.id == Nomination.cycle_id)
        .where(
            or_(
                Nomination.rater_id == person.id,
                Nomination.proposed_by == person.external_id,
            )
        )
        .order_by(Cycle.key)
    )
    return sorted(
        (
            {
                "rater": row.rater.external_id,
                "ratee": row.cycle_ratee.ratee.external_id,
                "relation": row.relation,
                "state": row.state,
                "reason": row.reason,
            }
            for row in rows
        ),
        key=lambda one: (one["ratee"], one["rater"]),
    )


def _agreed_actions(session: Session, person: Person) -> list[dict[str, Any]]:
    return [
        {
            "cycle": one.cycle,
            "text": one.text,
            "due_on": one.due_on.isoformat() if one.due_on else None,
            "done": one.done,
        }
        for one in actions.of_ratee(session, person.id)
    ]


def _mails(session: Session, person: Person) -> list[dict[str, str]]:
    rows = session.scalars(
        select(Invitation)
        .where(Invitation.rater_id == person.id)
        .options(joinedload(Invitation.cycle))
    )
    return sorted(
        ({"cycle": r.cycle.key} | _told(r) for r in rows),
        key=lambda mail: mail["cycle"],
    )


def _report_mails(session: Session, person: Person) -> list[dict[str, str]]:
    rows = session.execute(
        select(Cycle.key, ReportLink.mail_state, ReportLink.mail_error)
        .join(ReportLink, ReportLink.cycle_id == Cycle.id)
        .where(ReportLink.ratee_id == person.id)
        .order_by(Cycle.key)
    )
    return [{"cycle": key, "state": state, "error": error} for key, state, error in rows]


def _told(row: Invitation) -> dict[str, str]:
    """A reminder goes to those who have not answered, so none is spoken of, nor how it fared.

    Nor is the delay of an invitation that has left: a reminder would take its place.
    """
    if row.mail_kind == MailKind.INVITATION and row.mail_state != MailState.SENT:
        return {"state": row.mail_state, "error": row.mail_error}
    return {"state": MailState.SENT, "error": ""}
