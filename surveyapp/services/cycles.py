"""The life of a cycle: create, open, release, and what may be said of it while it runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.disclosure import Policy
from questionnaires.model import Questionnaire, Relation
from surveyapp import sealing
from surveyapp.errors import NotFound, Refused
from surveyapp.i18n import N_
from surveyapp.models import (
    Assignment,
    AssignmentState,
    Cell,
    Cycle,
    CycleQuestionnaire,
    CycleState,
)
from surveyapp.services import invitations
from surveyapp.services.drafts.settling import settle
from surveyapp.services.freezing import freeze
from surveyapp.services.mails import waves
from surveyapp.services.tables import has_control_character

KEY = re.compile(r"\w[\w.\-]{0,63}")
MAX_TITLE = 200
STEPS = 20  # a share is told in steps of 5 %
UNTOLD = "told after the closing"
CellCounts = dict[tuple[str, Relation], tuple[int, int]]  # (ratee, relation): invited, submitted


def find_cycle(session: Session, key: str, *, lock: bool = False) -> Cycle:
    """The cycle of this key; ``lock`` keeps others from changing it until the commit."""
    wanted = select(Cycle).where(Cycle.key == key)
    cycle = session.scalar(wanted.with_for_update() if lock else wanted)
    if cycle is None:
        keys = ", ".join(session.scalars(select(Cycle.key).order_by(Cycle.key))) or "none yet"
        raise NotFound(N_('There is no cycle "%(key)s". Cycles: %(keys)s.'), key=key, keys=keys)
    return cycle


def open_cycles(session: Session) -> list[Cycle]:
    """The cycles that take answers."""
    opened = select(Cycle).where(Cycle.opened_at.is_not(None), Cycle.closed_at.is_(None))
    return list(session.scalars(opened.order_by(Cycle.key)))


def closed_cycles(session: Session) -> list[Cycle]:
    closed = select(Cycle).where(Cycle.closed_at.is_not(None))
    return list(session.scalars(closed.order_by(Cycle.key)))


def older_than(session: Session, closed_before: Collection[str]) -> list[Cycle]:
    """The cycles that this database, an older backup, does not know to have been closed."""
    rows = session.scalars(select(Cycle).where(Cycle.closed_at.is_(None)).order_by(Cycle.key))
    return [cycle for cycle in rows if cycle.id in closed_before]


def require_state(cycle: Cycle, *states: CycleState) -> None:
    if cycle.state not in states:
        raise Refused(
            N_("The cycle %(cycle)s is %(state)s; this needs a cycle that is %(wanted)s."),
            cycle=cycle.key,
            state=cycle.state,
            wanted=states,
        )


def create_cycle(
    session: Session,
    key: str,
    questionnaires: Mapping[str, Questionnaire],
    policy: Policy,
    *,
    title: str = "",
    timezone: str = "Asia/Shanghai",
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    remind_at: Sequence[datetime] = (),
) -> Cycle:
    """A new cycle in state draft; ``questionnaires`` by position, "" for all others."""
    if not KEY.fullmatch(key):
        raise Refused(
            N_(
                '"%(key)s" is no key of a cycle; use at most 64 letters, digits, dots, '
                "hyphens and underscores, such as 2026-Q4."
            ),
            key=key,
        )
    zone(timezone)
    if session.scalar(select(Cycle.id).where(Cycle.key == key)):
        raise Refused(N_('There is a cycle "%(key)s" already; choose another key.'), key=key)
    require_sense(title, opens_at, closes_at)
    cycle = Cycle(
        key=key,
        title=title or key,
        timezone=timezone,
        opens_at=opens_at,
        closes_at=closes_at,
        policy=policy.model_dump(mode="json"),
        questionnaires=[
            CycleQuestionnaire(position=position, questionnaire_hash=freeze(session, questionnaire))
            for position, questionnaire in questionnaires.items()
        ],
    )
    session.add(cycle)
    session.flush()
    waves.plan(session, cycle, remind_at)
    return cycle


def require_sense(title: str, opens_at: datetime | None, closes_at: datetime | None) -> None:
    """What every title and every time for answers must be."""
    if len(title) > MAX_TITLE or has_control_character(title):
        reason = N_("The title must be one line of at most %(most)d characters.")
        raise Refused(reason, most=MAX_TITLE)
    if opens_at and closes_at and closes_at <= opens_at:
        raise Refused(N_("The cycle would close before it opens; change one of these days."))


def require_typed(cycle: Cycle, typed: str) -> None:
    """What cannot be undone is confirmed by typing the key of the cycle."""
    if typed != cycle.key:
        raise Refused(
            N_('Nothing was changed: "%(typed)s" is not %(cycle)s.'), typed=typed, cycle=cycle.key
        )


def zone(name: str) -> ZoneInfo:
    """The time zone of this name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder
        reason = N_('There is no time zone "%(name)s"; write one such as Asia/Shanghai.')
        raise Refused(reason, name=name) from None


def require_future(closes_at: datetime | None, now: datetime) -> None:
    if closes_at and closes_at <= now:
        raise Refused(
            N_("The closing day is over since %(at)s; choose a later one."),
            at=f"{closes_at:%Y-%m-%d %H:%M}",
        )


def require_roster(session: Session, cycle: Cycle) -> list[str]:
    """The ids of all raters; refuses where there are none."""
    raters = session.scalars(
        select(Assignment.rater_id).join(Cell).where(Cell.cycle_id == cycle.id).distinct()
    ).all()
    if not raters:
        raise no_roster(cycle)
    return sorted(raters)


def no_roster(cycle: Cycle) -> Refused:
    return Refused(
        N_("The cycle %(cycle)s has no roster."),
        command="Run: surveyapp roster import FILE --cycle %(cycle)s",
        cycle=cycle.key,
    )


def count_raters(session: Session, cycle: Cycle) -> int:
    """How many people rate somebody: so many mails leave when the cycle opens."""
    raters = select(Assignment.rater_id).join(Cell).where(Cell.cycle_id == cycle.id)
    each = raters.group_by(Assignment.rater_id).subquery()  # SQLite is slower at count(distinct)
    return session.scalar(select(func.count()).select_from(each)) or 0


def open_cycle(session: Session, cycle: Cycle, keys: sealing.CycleKeys, now: datetime) -> int:
    """Freeze everything and queue one invitation per rater; returns how many."""
    require_state(cycle, CycleState.DRAFT)
    require_future(cycle.closes_at, now)
    raters = require_roster(session, cycle)
    cycle.public_key = keys.public_key
    cycle.opened_at = now
    settle(session, cycle)
    invitations.issue(session, cycle, raters, keys.link_key)
    return len(raters)


@dataclass(frozen=True)
class RelationStatus:
    """How far one relation is, as far as that may be said."""

    relation: Relation
    invited: int
    answered: str
    ready_cells: int | None  # cells with k answers or more; None where all are attributed
    cells: int


def status(session: Session, cycle: Cycle, now: datetime) -> list[RelationStatus]:
    """Response by relation, banded so that no single answer can be watched coming in."""
    return relation_status(cycle, cell_counts(session, cycle), now)


def relation_status(cycle: Cycle, counts: CellCounts, now: datetime) -> list[RelationStatus]:
    """The same from counts that are known already."""
    policy, silent = Policy.model_validate(cycle.policy), only_stragglers(cycle, now)
    result = []
    for relation in Relation:
        cells = [(invited, done) for (_, r), (invited, done) in counts.items() if r == relation]
        if not cells:
            continue
        invited, done = sum(c[0] for c in cells), sum(c[1] for c in cells)
        attributed = policy.attributed(relation)
        answered = f"{done} of {invited}" if attributed else _banded(done, invited, policy)
        ready = None if attributed else sum(n >= policy.threshold for _, n in cells)
        if silent and not attributed:
            answered, ready = UNTOLD, None
        result.append(RelationStatus(relation, invited, answered, ready, len(cells)))
    return result


def only_stragglers(cycle: Cycle, now: datetime) -> bool:
    """Whether only raters with an extension still answer.

    Any change would be theirs, so anonymous relations are not spoken of until the closing.
    """
    return cycle.state == CycleState.OPEN and bool(cycle.closes_at and now > cycle.closes_at)


def cell_band(relation: Relation, invited: int, done: int, policy: Policy) -> str:
    """How many have answered in one cell, as far as that may be said."""
    if policy.attributed(relation):
        return f"{done} of {invited}"
    return _few_or_more(done, policy)


def _banded(done: int, invited: int, policy: Policy) -> str:
    """A band at least k raters wide: a step of the share, or with fewer raters "k or more"."""
    if invited >= STEPS * policy.threshold:
        step = min(done * STEPS // invited, STEPS - 1)
        return f"{step * 100 // STEPS} to {(step + 1) * 100 // STEPS} %"
    return _few_or_more(done, policy)


def _few_or_more(done: int, policy: Policy) -> str:
    word = "fewer than {}" if done < policy.threshold else "{} or more"
    return word.format(policy.threshold)


def cell_counts(
    session: Session, cycle: Cycle, ratees: Collection[str] | None = None
) -> CellCounts:
    """Per (ratee id, relation): how many were invited and how many have submitted."""
    submitted = func.count().filter(Assignment.state == AssignmentState.SUBMITTED)
    wanted = (
        select(Cell.ratee_id, Cell.relation, func.count(), submitted)
        .join(Assignment, Assignment.cell_id == Cell.id)
        .where(Cell.cycle_id == cycle.id)
        .group_by(Cell.ratee_id, Cell.relation)
    )
    if ratees is not None:
        wanted = wanted.where(Cell.ratee_id.in_(ratees))
    rows = session.execute(wanted)
    return {(ratee, Relation(relation)): (n, done) for ratee, relation, n, done in rows}
