"""What happens in a cycle on which day: what was, and what is to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.models import Cycle, ReminderWave
from surveyapp.services.responses import GRACE


class What(StrEnum):
    LAUNCHED = "launched"
    MAILS = "mails"
    REMINDER = "reminder"
    LAST = "last day"
    GRACE = "grace"
    CLOSED = "closed"
    RELEASED = "released"


@dataclass(frozen=True)
class Event:
    at: datetime
    what: What
    over: bool  # it has happened, or its time has come


def schedule(session: Session, cycle: Cycle, now: datetime) -> list[Event]:
    """All events of a cycle, in their order."""
    reminders = session.scalars(select(ReminderWave.at).where(ReminderWave.cycle_id == cycle.id))
    dated = [
        (cycle.opened_at, What.LAUNCHED),
        (cycle.opens_at, What.MAILS),
        *((at, What.REMINDER) for at in reminders),
        (cycle.closes_at, What.LAST),
        (cycle.closes_at and cycle.closes_at + GRACE, What.GRACE),
        (cycle.closed_at, What.CLOSED),
        (cycle.released_at, What.RELEASED),
    ]
    order = list(What)
    events = [Event(at, what, at <= now) for at, what in dated if at]
    return sorted(events, key=lambda event: (event.at, order.index(event.what)))
