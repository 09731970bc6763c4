"""What account managers and their supervisors agree on after a report: what, by when, and done.

Supervisors write it, for the cycles in which they are that; the account manager reads all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlalchemy.orm import Session

from surveyapp.errors import NotFound, Refused
from surveyapp.i18n import N_
from surveyapp.models import Cycle, CycleRatee, CycleState, DevelopmentAction
from surveyapp.services.accounts.reach import led_by
from surveyapp.services.cycles import require_state
from surveyapp.services.tables import has_control_character

MAX_TEXT = 300
MOST = 20  # of one account manager in one cycle: nobody works on more


@dataclass(frozen=True)
class Agreed:
    """One action as it is read."""

    id: str
    cycle: str  # its key
    cycle_title: str
    text: str
    due_on: date | None
    done: bool


def agree(session: Session, cycle: Cycle, ratee_id: str, text: str, due_on: date | None) -> None:
    """One more action of a ratee (random id) on the results of a cycle."""
    require_state(cycle, CycleState.RELEASED)
    text = " ".join(text.split())
    if not text or len(text) > MAX_TEXT or has_control_character(text):
        raise Refused(N_("An action is one line of at most %(most)d characters."), most=MAX_TEXT)
    kept = select(func.count()).where(
        DevelopmentAction.cycle_id == cycle.id, DevelopmentAction.ratee_id == ratee_id
    )
    if (session.scalar(kept) or 0) >= MOST:
        raise Refused(N_("These are %(most)d actions already; take one out first."), most=MOST)
    session.add(DevelopmentAction(cycle_id=cycle.id, ratee_id=ratee_id, text=text, due_on=due_on))
    session.flush()


def mark(session: Session, cycle: Cycle, ratee_id: str, action_id: str, *, done: bool) -> None:
    _one(session, cycle, ratee_id, action_id).done = done
    session.flush()


def take_out(session: Session, cycle: Cycle, ratee_id: str, action_id: str) -> None:
    session.delete(_one(session, cycle, ratee_id, action_id))
    session.flush()


def _one(session: Session, cycle: Cycle, ratee_id: str, action_id: str) -> DevelopmentAction:
    found = session.get(DevelopmentAction, action_id)
    if found is None or (found.cycle_id, found.ratee_id) != (cycle.id, ratee_id):
        raise NotFound(N_("There is no such action."))
    return found


def of_ratee(session: Session, ratee_id: str | None) -> list[Agreed]:
    """All actions of somebody, open ones first, then by day."""
    return _read(session, _wanted().where(DevelopmentAction.ratee_id == ratee_id))


def seen_by(session: Session, supervisor_id: str | None, ratee_id: str) -> list[Agreed]:
    """Those from the cycles in which somebody is the supervisor."""
    theirs = _wanted().where(DevelopmentAction.ratee_id == ratee_id, led_by(supervisor_id))
    return _read(session, theirs)


def open_actions(
    session: Session, supervisor_id: str | None, ratees: Collection[str]
) -> Counter[str]:
    """How many of these each ratee has still to do."""
    rows = session.execute(
        select(DevelopmentAction.ratee_id, func.count())
        .join(CycleRatee, _same_ratee())
        .where(
            DevelopmentAction.ratee_id.in_(ratees),
            DevelopmentAction.done.is_(False),
            led_by(supervisor_id),
        )
        .group_by(DevelopmentAction.ratee_id)
    )
    return Counter(dict(rows.all()))


def _wanted() -> Select[DevelopmentAction, str, str]:
    return (
        select(DevelopmentAction, Cycle.key, Cycle.title)
        .join(CycleRatee, _same_ratee())
        .join(Cycle, Cycle.id == DevelopmentAction.cycle_id)
        .order_by(
            DevelopmentAction.done,
            func.coalesce(DevelopmentAction.due_on, date.max),
            DevelopmentAction.id,
        )
    )


def _same_ratee() -> ColumnElement[bool]:
    return (CycleRatee.cycle_id == DevelopmentAction.cycle_id) & (
        CycleRatee.ratee_id == DevelopmentAction.ratee_id
    )


def _read(session: Session, wanted: Select[DevelopmentAction, str, str]) -> list[Agreed]:
    return [
        Agreed(row.id, key, title, row.text, row.due_on, row.done)
        for row, key, title in session.execute(wanted)
    ]


def forget_ratee(session: Session, ratee_id: str) -> None:
    session.execute(delete(DevelopmentAction).where(DevelopmentAction.ratee_id == ratee_id))
