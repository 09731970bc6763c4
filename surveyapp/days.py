"""Days as people choose them, as moments in the zone of a cycle."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(9)  # when people read mails


def start_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last second of a day: what is due that day is in time until midnight."""
    return datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(seconds=1)


def morning_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, zone)
