"""A file on its way into the roster of a draft cycle: read, looked at before, stored.

Three kinds of file come through this door: a roster, a roster with other headers, and an export of
contacts that adds customers to the roster there is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure import Policy
from questionnaires.sentences import Sentence
from surveyapp import tokens
from surveyapp.errors import BadInput, Mistake
from surveyapp.models import Cycle, CycleState, StoppedAddress
from surveyapp.services.cycles import require_state
from surveyapp.services.drafts.forecasts import Forecast, foresee
from surveyapp.services.people import RosterChange, change_of, import_roster
from surveyapp.services.rosters import rosterplans
from surveyapp.services.rosters.contacts import ContactReader, LeftOut
from surveyapp.services.rosters.roster import Roster, read_roster
from surveyapp.services.rosters.rostermaps import contact_map
from surveyapp.services.rosters.rosterplans import RosterDiff, RosterPlan
from surveyapp.services.tables import read_table

MOST_FORMS = 7  # beyond it, raters tire and answer carelessly


@dataclass(frozen=True)
class RosterFile:
    content: bytes
    name: str = "roster"
    column_map: bytes | None = None  # of rostermaps; without it, the headers are ours
    sheet: str = ""  # of a workbook; without it, the first visible one with rows


@dataclass(frozen=True)
class RaterLine:
    """One rater, who gets one mail, and how much is asked of them."""

    id: str
    name: str
    email: str
    language: str
    forms: int
    too_many: bool
    stopped: str  # why no mail would leave to this address; empty where it would


@dataclass(frozen=True)
class RosterEffect:
    """All that storing a file would do."""

    read_as: str
    change: RosterChange  # the diff in numbers
    diff: RosterDiff
    left_out: tuple[LeftOut, ...]  # rows of an export of contacts that were not taken
    workload: tuple[RaterLine, ...]  # who has most to do comes first
    most_forms: int
    forecast: tuple[Forecast, ...]

    @property
    def is_first(self) -> bool:
        """Whether nothing of the roster was there before."""
        return self.change.assignments_added == sum(rater.forms for rater in self.workload)


@dataclass(frozen=True)
class RosterPreview:
    """What a file would do; or its problems, and then nothing of it would be stored."""

    cycle: str
    effect: RosterEffect | None
    summary: str = ""  # of the problems
    problems: tuple[Mistake, ...] = ()


def store(
    session: Session, cycle: Cycle, file: RosterFile, seen: str = ""
) -> tuple[RosterChange, str]:
    """Make the roster of a cycle what the file says; returns how it was read, too.

    ``seen`` is a digest of the differences that a preview showed.
    """
    require_state(cycle, CycleState.DRAFT)
    roster, _ = _read(session, cycle, file)
    return import_roster(session, cycle, roster, seen), roster.read_as


def preview(
    session: Session, cycle: Cycle, file: RosterFile, most_forms: int = MOST_FORMS
) -> RosterPreview:
    """What `store` would do; stores nothing."""
    require_state(cycle, CycleState.DRAFT)
    try:
        roster, left_out = _read(session, cycle, file)
        plan = rosterplans.plan(session, cycle, roster)
    except BadInput as error:
        return RosterPreview(cycle.key, None, Sentence(error.reason, **error.words), error.problems)
    policy = Policy.model_validate(cycle.policy)
    effect = RosterEffect(
        read_as=roster.read_as,
        change=change_of(plan),
        diff=plan.diff,
        left_out=left_out,
        workload=tuple(_workload(session, plan, most_forms)),
        most_forms=most_forms,
        forecast=tuple(foresee(plan.people, plan.assignments, policy)),
    )
    return RosterPreview(cycle.key, effect)


def _read(session: Session, cycle: Cycle, file: RosterFile) -> tuple[Roster, tuple[LeftOut, ...]]:
    contacts = contact_map(file.column_map) if file.column_map else None
    if contacts is None:
        return read_roster(file.content, file.name, file.column_map, file.sheet), ()
    reader = ContactReader(
        table=read_table(file.content, file.name, file.sheet),
        name=file.name,
        column_map=contacts,
        roster=rosterplans.roster_of(session, cycle),
        known=rosterplans.known_people(session),
    )
    return reader.read(), tuple(reader.left_out)


def _workload(session: Session, plan: RosterPlan, most_forms: int) -> Iterable[RaterLine]:
    stopped = dict(
        session.execute(select(StoppedAddress.address_digest, StoppedAddress.reason)).all()
    )
    forms = Counter(rater for rater, _, _ in plan.assignments)
    for rater, count in sorted(forms.items(), key=lambda one: (-one[1], one[0])):
        person = plan.people[rater]
        yield RaterLine(
            id=rater,
            name=person.name,
            email=person.email,
            language=person.language,
            forms=count,
            too_many=count > most_forms,
            stopped=stopped.get(tokens.address_digest(person.email), "") if stopped else "",
        )
