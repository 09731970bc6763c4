"""Months as a grid of weeks, for the days on which something happens."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from babel.dates import format_skeleton, get_day_names

from surveyapp.i18n import LOCALES

MOST = 12


@dataclass(frozen=True)
class Month:
    name: str
    weekdays: tuple[str, ...]
    weeks: tuple[tuple[date | None, ...], ...]  # none: a day of another month


def months(days: Collection[date], language: str) -> list[Month]:
    """Every month from the first of these days to the last, Monday first."""
    if not days:
        return []
    first, last = min(days), max(days)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [_month(first, number, language) for number in range(min(count, MOST))]


def _month(first: date, number: int, language: str) -> Month:
    year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
    locale = LOCALES[language]
    names = get_day_names("abbreviated", locale=locale)
    weeks = Calendar().monthdatescalendar(year, month + 1)
    return Month(
        format_skeleton("yMMMM", date(year, month + 1, 1), locale=locale),
        tuple(names[day] for day in range(7)),
        tuple(tuple(day if day.month == month + 1 else None for day in week) for week in weeks),
    )
