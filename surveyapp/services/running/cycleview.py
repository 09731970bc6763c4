"""All that a page says of one cycle: where it stands, what comes next, how far the response is.

Nothing here tells who has answered in an anonymous relation, and every count of one is a band. The
number of statements does not depend on how many people there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp.models import (
    Cycle,
    CycleRatee,
    CycleState,
    Invitation,
    MailKind,
    MailState,
    Nomination,
    NominationState,
    Person,
    ReminderWave,
    RosterSnapshot,
)
from surveyapp.services.cycles import (
    UNTOLD,
    CellCounts,
    RelationStatus,
    cell_band,
    cell_counts,
    only_stragglers,
    relation_status,
)
from surveyapp.services.mails.failedmails import FailedMail, failed_mails


class NextStep(StrEnum):
    ROSTER = "bring in the roster"
    DECIDE = "decide on nominations"
    OPEN = "open"
    DELIVER = "deliver the mails"
    WAIT = "wait for answers"
    CLOSE = "close"
    RELEASE = "release"
    READ = "read the results"


@dataclass(frozen=True)
class CellStatus:
    """How far the raters of one relation of one ratee are, as far as that may be said."""

    relation: Relation
    invited: int
    answered: str


@dataclass(frozen=True)
class RateeStatus:
    id: str
    name: str
    position: str
    cells: tuple[CellStatus, ...]


@dataclass(frozen=True)
class PlannedReminder:
    at: datetime
    queued: bool  # it has gone out, or goes with the next delivery


@dataclass(frozen=True)
class CycleView:
    key: str
    title: str
    timezone: str
    state: CycleState
    next_step: NextStep
    opens_at: datetime | None
    closes_at: datetime | None
    opened_at: datetime | None
    closed_at: datetime | None
    released_at: datetime | None
    relations: tuple[RelationStatus, ...]
    ratees: tuple[RateeStatus, ...]
    reminders: tuple[PlannedReminder, ...]
    waiting_mails: int  # first mails only: the number of reminders would tell who has answered
    failed_mails: tuple[FailedMail, ...]
    longer: int  # raters whose own longer time is not over, whether they have answered or not
    longer_until: datetime | None  # the longest time that a single rater was given
    can_be_taken_back: bool  # no mail has left yet
    can_undo_import: bool
    nominations_waiting: int


def cycle_state(
    session: Session, cycle: Cycle, now: datetime, counts: CellCounts | None = None
) -> CycleView:
    """``counts``: of `cell_counts`, for who has them already."""
    counts = cell_counts(session, cycle) if counts is None else counts
    mails = _mails(session, cycle, now)
    undecided = _undecided(session, cycle)
    return CycleView(
        key=cycle.key,
        title=cycle.title,
        timezone=cycle.timezone,
        state=cycle.state,
        next_step=_next_step(cycle, now, bool(counts), mails, undecided),
        opens_at=cycle.opens_at,
        closes_at=cycle.closes_at,
        opened_at=cycle.opened_at,
        closed_at=cycle.closed_at,
        released_at=cycle.released_at,
        relations=tuple(relation_status(cycle, counts, now)),
        ratees=_ratees(session, cycle, counts, now),
        reminders=_reminders(session, cycle),
        waiting_mails=mails.waiting,
        failed_mails=failed_mails(session, cycle),
        longer=mails.longer,
        longer_until=mails.longer_until,
        can_be_taken_back=cycle.state == CycleState.OPEN and not mails.left,
        can_undo_import=_has_snapshot(session, cycle),
        nominations_waiting=undecided,
    )


@dataclass(frozen=True)
class _Mails:
    waiting: int
    left: int  # more than none: some mail has left, or may have
    longer: int
    longer_until: datetime | None


def _mails(session: Session, cycle: Cycle, now: datetime) -> _Mails:
    queued = Invitation.mail_state.in_([MailState.QUEUED, MailState.SENDING])
    untouched = and_(
        Invitation.mail_state == MailState.QUEUED,
        Invitation.wave == 0,
        Invitation.mail_attempts == 0,
        Invitation.mail_doubled.is_(False),
    )
    waiting, left, longer, until = session.execute(
        select(
            func.count().filter(Invitation.mail_kind == MailKind.INVITATION, queued),
            func.count().filter(~untouched),
            func.count().filter(Invitation.extended_to > now),
            func.max(Invitation.extended_to),
        ).where(Invitation.cycle_id == cycle.id)
    ).one()
    return _Mails(waiting, left, longer, until)


def _has_snapshot(session: Session, cycle: Cycle) -> bool:
    """Whether there is one, without reading it: it may be as large as a roster."""
    kept = select(RosterSnapshot.cycle_id).where(RosterSnapshot.cycle_id == cycle.id)
    return session.scalar(kept) is not None


def _undecided(session: Session, cycle: Cycle) -> int:
    waiting = select(func.count()).where(
        Nomination.cycle_id == cycle.id, Nomination.state == NominationState.PROPOSED
    )
    return session.scalar(waiting) or 0


def _next_step(
    cycle: Cycle, now: datetime, has_roster: bool, mails: _Mails, undecided: int
) -> NextStep:
    if cycle.state == CycleState.DRAFT:
        if not has_roster:
            return NextStep.ROSTER
        return NextStep.DECIDE if undecided else NextStep.OPEN
    if cycle.state == CycleState.OPEN:
        return _while_open(cycle, now, mails)
    return NextStep.RELEASE if cycle.state == CycleState.CLOSED else NextStep.READ


def _while_open(cycle: Cycle, now: datetime, mails: _Mails) -> NextStep:
    until = max((at for at in (cycle.closes_at, mails.longer_until) if at), default=None)
    if cycle.closes_at and until and now > until:
        return NextStep.CLOSE
    may_leave = cycle.opens_at is None or cycle.opens_at <= now
    return NextStep.DELIVER if mails.waiting and may_leave else NextStep.WAIT


def cells_told(
    cycle: Cycle, counts: CellCounts, now: datetime
) -> Callable[[str], tuple[CellStatus, ...]]:
    """What may be said of the cells of a ratee (id of the database)."""
    policy, silent = Policy.model_validate(cycle.policy), only_stragglers(cycle, now)

    def cells(ratee: str) -> tuple[CellStatus, ...]:
        return tuple(
            CellStatus(
                relation,
                invited,
                UNTOLD
                if silent and not policy.attributed(relation)
                else cell_band(relation, invited, done, policy),
            )
            for relation in Relation
            if (found := counts.get((ratee, relation)))
            for invited, done in [found]
        )

    return cells


def _ratees(
    session: Session, cycle: Cycle, counts: CellCounts, now: datetime
) -> tuple[RateeStatus, ...]:
    cells = cells_told(cycle, counts, now)
    rows = session.execute(
        select(Person.id, Person.external_id, Person.name, CycleRatee.position)
        .join(CycleRatee, CycleRatee.ratee_id == Person.id)
        .where(CycleRatee.cycle_id == cycle.id)
        .order_by(Person.external_id)
    )
    return tuple(RateeStatus(ext, name, position, cells(one)) for one, ext, name, position in rows)


def _reminders(session: Session, cycle: Cycle) -> tuple[PlannedReminder, ...]:
    rows = session.execute(
        select(ReminderWave.at, ReminderWave.queued)
        .where(ReminderWave.cycle_id == cycle.id)
        .order_by(ReminderWave.at)
    )
    return tuple(PlannedReminder(at, queued) for at, queued in rows)
