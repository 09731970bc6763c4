"""Reminders planned at the creation of a cycle: each day's is queued once, whoever comes first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from surveyapp.errors import Refused
from surveyapp.i18n import N_
from surveyapp.models import Cycle, ReminderWave
from surveyapp.services.mails.mailqueue import remind


def plan(session: Session, cycle: Cycle, moments: Iterable[datetime]) -> None:
    """Plan reminders for a cycle in state draft."""
    for at in sorted(set(moments)):
        if (cycle.opens_at and at <= cycle.opens_at) or (cycle.closes_at and at >= cycle.closes_at):
            raise Refused(
                N_("A reminder on %(at)s lies outside the time for answers; choose another day."),
                at=f"{at:%Y-%m-%d %H:%M}",
            )
        session.add(ReminderWave(cycle_id=cycle.id, at=at))
    session.flush()


def queue_due(session: Session, now: datetime) -> None:
    """Queue the reminders whose day has come; several days that were missed make one reminder."""
    for cycle in session.scalars(_running(now).where(ReminderWave.at <= now)).unique().all():
        claimed = session.execute(
            update(ReminderWave)
            .where(
                ReminderWave.cycle_id == cycle.id,
                ReminderWave.at <= now,
                ReminderWave.queued.is_(False),
            )
            .values(queued=True)
            .execution_options(synchronize_session=False)
        )
        # Of any number of deliveries at the same time only one changes the rows.
        if getattr(claimed, "rowcount", 0):
            remind(session, cycle)


def next_planned(session: Session, now: datetime) -> datetime | None:
    """When the next planned reminder comes."""
    ahead = _running(now).with_only_columns(ReminderWave.at).where(ReminderWave.at > now)
    return session.scalar(ahead.order_by(ReminderWave.at).limit(1))


def _running(now: datetime) -> Select[Cycle]:
    return (
        select(Cycle)
        .join(ReminderWave, ReminderWave.cycle_id == Cycle.id)
        .where(
            ReminderWave.queued.is_(False),
            Cycle.opened_at.is_not(None),
            Cycle.closed_at.is_(None),
            (Cycle.closes_at.is_(None)) | (Cycle.closes_at > now),
        )
    )
