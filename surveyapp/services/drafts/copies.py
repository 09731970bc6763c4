"""A new draft from a cycle there was: the next quarter, or a pilot with a part of the managers."""

from __future__ import annotations

import calendar
import hashlib
import math
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure import Policy
from questionnaires.model import Questionnaire
from surveyapp import tokens
from surveyapp.errors import Refused
from surveyapp.i18n import N_
from surveyapp.models import Cycle, MailText, NominationRule, ReminderWave, StoppedAddress
from surveyapp.services.cycles import create_cycle
from surveyapp.services.freezing import frozen
from surveyapp.services.people import RosterChange, import_roster
from surveyapp.services.privacy.erasure import ERASED
from surveyapp.services.rosters.roster import Roster, RosterPerson
from surveyapp.services.rosters.rosterplans import roster_of

QUARTER = 3  # months
NAMED_QUARTER = re.compile(r"(20\d\d)(\W*Q|年第?)([1-4])")


@dataclass(frozen=True)
class Dates:
    """When a cycle opens and closes, and on which days it reminds."""

    opens_at: datetime | None
    closes_at: datetime | None
    remind_at: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Unreachable:
    """A rater of the copy to whom no mail would arrive."""

    id: str
    name: str
    email: str
    reason: str


@dataclass(frozen=True)
class Copied:
    """What came along, and what did not."""

    change: RosterChange
    unreachable: tuple[Unreachable, ...]
    erased: int  # people of the older cycle who were erased since


def copy_cycle(
    session: Session,
    source: Cycle,
    key: str,
    dates: Dates,
    *,
    title: str = "",
    questionnaires: Mapping[str, Questionnaire] | None = None,
    ratees: Collection[str] | None = None,
    policy: Policy | None = None,
) -> Copied:
    """A draft with the policy, questionnaires, rules, mail words and roster of another cycle.

    ``questionnaires`` by position and ``policy`` take the place of the older ones; ``ratees``
    limits the copy to some account managers and their raters.
    """
    before = roster_of(session, source)
    roster = _kept(before, ratees)
    if not roster.assignments:
        raise Refused(
            N_("The cycle %(cycle)s has no roster that could be copied."), cycle=source.key
        )
    cycle = create_cycle(
        session,
        key,
        questionnaires or questionnaires_of(session, source),
        policy or Policy.model_validate(source.policy),
        title=title,
        timezone=source.timezone,
        opens_at=dates.opens_at,
        closes_at=dates.closes_at,
        remind_at=dates.remind_at,
    )
    _copy_rows(session, source, cycle)
    change = import_roster(session, cycle, roster)
    erased = sum(_is_erased(person.id) for person in before.people)
    return Copied(change, _unreachable(session, roster), erased)


def _copy_rows(session: Session, source: Cycle, cycle: Cycle) -> None:
    """The rules of nominations, and the words of mails, as they stand."""
    for table in (NominationRule, MailText):
        columns = [column.name for column in table.__table__.columns if column.name != "cycle_id"]
        for row in session.scalars(select(table).filter_by(cycle_id=source.id)).all():
            session.add(table(cycle_id=cycle.id, **{name: getattr(row, name) for name in columns}))


def questionnaires_of(session: Session, cycle: Cycle) -> dict[str, Questionnaire]:
    """By position, as the cycle took them."""
    return {q.position: frozen(session, q.questionnaire_hash) for q in cycle.questionnaires}


def _kept(roster: Roster, ratees: Collection[str] | None) -> Roster:
    rated = [p.id for p in roster.ratees if not _is_erased(p.id) and (not ratees or p.id in ratees)]
    assignments = tuple(
        one for one in roster.assignments if one[1] in rated and not _is_erased(one[0])
    )
    named = {*rated, *(rater for rater, _, _ in assignments)}
    people = tuple(
        one if one.id in rated else one.at("") for one in roster.people if one.id in named
    )
    return Roster(people, assignments, roster.read_as)


def _is_erased(external_id: str) -> bool:
    return external_id.startswith(ERASED)


def _unreachable(session: Session, roster: Roster) -> tuple[Unreachable, ...]:
    stopped = dict(
        session.execute(select(StoppedAddress.address_digest, StoppedAddress.reason)).all()
    )
    raters = {rater for rater, _, _ in roster.assignments}
    found = []
    for person in roster.people:
        reason = (
            stopped.get(tokens.address_digest(person.email), "") if person.email else "no address"
        )
        if person.id in raters and reason:
            found.append(Unreachable(person.id, person.name, person.email, reason))
    return tuple(found)


def dates_of(session: Session, cycle: Cycle) -> Dates:
    waves = select(ReminderWave.at).where(ReminderWave.cycle_id == cycle.id)
    reminders = tuple(session.scalars(waves.order_by(ReminderWave.at)))
    return Dates(cycle.opens_at, cycle.closes_at, reminders)


def next_name(name: str) -> str:
    """The key or title of the next quarter, where the name of this one tells which it is.

    Examples
    --------
    >>> next_name("2026-Q4"), next_name("2026 Q1"), next_name("2026年第3季度"), next_name("pilot")
    ('2027-Q1', '2026 Q2', '2026年第4季度', '')
    """
    found = NAMED_QUARTER.search(name)
    if not found:
        return ""
    year, between, quarter = found.groups()
    later = int(year) * 4 + int(quarter)
    named = f"{later // 4}{between}{later % 4 + 1}"
    return name[: found.start()] + named + name[found.end() :]


def next_free(session: Session, cycle: Cycle) -> tuple[str, str, int]:
    """Key and title of the next quarter that no cycle has yet, and how many quarters on it is."""
    taken = set(session.scalars(select(Cycle.key)))
    key, title, quarters = next_name(cycle.key), next_name(cycle.title), 1
    while key in taken:
        key, title, quarters = next_name(key), next_name(title), quarters + 1
    return key, title, quarters


def shifted(
    dates: Dates,
    timezone: ZoneInfo,
    now: datetime,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    *,
    otherwise: Callable[[date], date] | None = None,
) -> Dates:
    """The dates moved so that they fit a new closing, or else opening, day.

    Everything keeps its distance in days, and its time of the day on the clocks of the zone;
    ``otherwise`` says where a day goes if neither is given: a quarter later. Reminders that would
    lie outside the time for answers, or behind us, are left out.
    """
    move = (
        _by_days(dates.closes_at, closes_at, timezone)
        or _by_days(dates.opens_at, opens_at, timezone)
        or otherwise
        or a_quarter_later
    )

    def later(moment: datetime) -> datetime:
        local = moment.astimezone(timezone)
        return datetime.combine(move(local.date()), local.time(), timezone)

    opens = opens_at or (dates.opens_at and later(dates.opens_at))
    closes = closes_at or (dates.closes_at and later(dates.closes_at))
    reminders = (later(at) for at in dates.remind_at)
    return Dates(opens, closes, tuple(at for at in reminders if _within(at, opens, closes, now)))


def _by_days(
    before: datetime | None, after: datetime | None, timezone: ZoneInfo
) -> Callable[[date], date] | None:
    if not (before and after):
        return None
    days = after.astimezone(timezone).date() - before.astimezone(timezone).date()
    return lambda day: day + days


def the_same(day: date) -> date:
    return day


def _within(at: datetime, opens: datetime | None, closes: datetime | None, now: datetime) -> bool:
    return at > max(opens or now, now) and (closes is None or at < closes)


def a_quarter_later(day: date, quarters: int = 1) -> date:
    """The same day three months on, or more; the last day of a month stays a last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + QUARTER * quarters, 12)
    last = calendar.monthrange(year, month + 1)[1]
    was_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if was_last else min(day.day, last))


def chosen_ratees(
    roster: Roster,
    key: str,
    ids: Sequence[str] = (),
    position: str | None = None,
    share: float | None = None,
) -> set[str]:
    """Who takes part in a pilot: these ids, all of a position, or a share of each position.

    A share is drawn by the key of the pilot: the same every time, and nobody's choice.
    """
    ratees = {person.id: person for person in roster.ratees if not _is_erased(person.id)}
    unknown = [one for one in ids if one not in ratees]
    if unknown:
        raise Refused(
            N_("Nobody with the id %(unknown)s is rated there."), unknown=", ".join(unknown)
        )
    if position is not None and not any(one.position == position for one in ratees.values()):
        known = ", ".join(sorted({f'"{one.position}"' for one in ratees.values()}))
        raise Refused(
            N_('Nobody has the position "%(position)s"; there are %(known)s.'),
            position=position,
            known=known,
        )
    found = set(ids)
    found |= {one.id for one in ratees.values() if one.position == position}
    if share is not None:
        found |= set(_drawn(list(ratees.values()), key, share))
    return found


def _drawn(ratees: Sequence[RosterPerson], key: str, share: float) -> list[str]:
    drawn: list[str] = []
    for position in {one.position for one in ratees}:
        here = [one.id for one in ratees if one.position == position]
        here.sort(key=lambda one: hashlib.sha256(f"{key} {one}".encode()).digest())
        drawn += here[: math.ceil(share * len(here))]
    return drawn
