"""What supervisors see of their team in a cycle, and nothing of anybody else.

Of anonymous relations they see bands, as HR does, and never who has answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure import Policy
from surveyapp.models import Cycle, CycleRatee, CycleState, NominationState, Person
from surveyapp.services.accounts.reach import led_by
from surveyapp.services.cycles import cell_counts
from surveyapp.services.drafts.nominated import NominationLine, nominations, quotas
from surveyapp.services.paging import Page, paged
from surveyapp.services.results.actions import open_actions
from surveyapp.services.running.cycleview import CellStatus, cells_told
from surveyapp.services.running.overview import CycleLine

NEAREST = (CycleState.OPEN, CycleState.DRAFT, CycleState.CLOSED)  # to what there is to do now


@dataclass(frozen=True)
class Member:
    """One ratee of a team; ``key`` is the random id in addresses."""

    key: str
    id: str
    name: str
    position: str
    cells: tuple[CellStatus, ...]
    waiting: tuple[NominationLine, ...]  # proposed raters, for the supervisor to decide
    missing: int  # raters that the rules of the cycle ask for and nobody has proposed
    open_actions: int


def current(cycles: list[CycleLine], asked: str) -> CycleLine | None:
    """The cycle that was asked for, or else the one in which there is most to do."""
    chosen = [cycle for cycle in cycles if cycle.key == asked]
    near = [cycle for state in NEAREST for cycle in cycles if cycle.state == state]
    return next(iter([*chosen, *near, *cycles]), None)


def team(
    session: Session, cycle: Cycle, person_id: str | None, now: datetime, number: int
) -> Page[Member]:
    """Whom somebody supervises in a cycle, one page of it."""
    found = paged(
        session,
        select(Person.id, Person.external_id, Person.name, CycleRatee.position)
        .join(CycleRatee, CycleRatee.ratee_id == Person.id)
        .where(CycleRatee.cycle_id == cycle.id, led_by(person_id))
        .order_by(Person.name, Person.external_id),
        number,
    )
    keys = [key for key, *_ in found.rows]
    cells = cells_told(cycle, cell_counts(session, cycle, keys), now)
    is_draft = cycle.state == CycleState.DRAFT
    proposed = nominations(session, cycle, keys) if is_draft else []
    limits = quotas(session, cycle, keys) if is_draft else []
    actions = open_actions(session, person_id, keys)
    rows = [
        Member(
            key,
            external_id,
            name,
            position,
            cells(key),
            waiting=tuple(
                one
                for one in proposed
                if (one.ratee, one.state) == (external_id, NominationState.PROPOSED)
            ),
            missing=sum(quota.missing for quota in limits if quota.ratee == external_id),
            open_actions=actions[key],
        )
        for key, external_id, name, position in found.rows
    ]
    return Page(rows, found.number, found.count, found.size)


def may_read(cycle: Cycle) -> bool:
    """Whether supervisors may open the reports of their team in a cycle."""
    promised = Policy.model_validate(cycle.policy).supervisor_reads
    return promised and cycle.released_at is not None
