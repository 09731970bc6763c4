"""Days as people choose them, as moments in the zone of a cycle."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

MORNING = time(9)  # when people read mails
LAST_YEAR = 9000  # beyond it, adding a time zone leaves the calendar


def start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day: what is due that day is in time until midnight."""
    last = datetime.combine(day, time(23, 59, 59), zone)
    return last.replace(fold=1)  # where clocks go back at midnight, this hour comes twice


def morning_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, zone)


def moments(
    days: Iterable[date | None],
    before: Iterable[datetime | None],
    zone: ZoneInfo,
    usual: Callable[[date, ZoneInfo], datetime],
) -> list[datetime]:
    """Days as moments: at the hour that was set for that day before, else at the usual one."""
    known = sorted(at for at in before if at)
    found = []
    for day in filter(None, days):
        same = next((at for at in known if at.astimezone(zone).date() == day), None)
        found.append(same or usual(day, zone))
        if same:
            known.remove(same)
    return found
