"""What is held about one person, for that person to have.

Anonymous answers are not in it, because nobody can tell whose they are. Nor is whether a form was
answered: who may run the command must not learn that.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveyapp.models import (
    Assignment,
    Cell,
    Cycle,
    CycleRatee,
    Invitation,
    MailKind,
    MailState,
    Person,
    ReportLink,
)
from surveyapp.services.datasets import attributed_answers


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
        "is_rated_in": _is_rated_in(session, person),
        "is_asked_to_rate": _is_asked_to_rate(session, person),
        "mails": _mails(session, person),
        "report_mails": _report_mails(session, person),
        "own_attributed_answers": attributed_answers(session, person.id),
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
    """A reminder goes to those who have not answered, so none is spoken of, nor how it fared."""
    if row.mail_kind == MailKind.INVITATION:
        return {"state": row.mail_state, "error": row.mail_error}
    return {"state": MailState.SENT, "error": ""}
