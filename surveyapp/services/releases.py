"""The door through which results leave: nothing passes that the release guard holds back.

A release remembers which answers it showed. Everything shown later must be of the same answers:
one more or one less would tell, by subtraction, what one person said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from analysis import CycleResults, analyse
from analysis.disclosure import Policy, guard
from analysis.ratings import CycleData
from analysis.release_guard import published_numbers
from surveyapp.errors import Refused
from surveyapp.i18n import N_
from surveyapp.models import Cycle, CycleState
from surveyapp.services.cycles import require_state
from surveyapp.services.datasets import collect_ratings, version_of

MAX_NAMED = 5


def release_cycle(session: Session, cycle: Cycle, now: datetime) -> None:
    """Make the results of a closed cycle readable: the one act that does."""
    require_state(cycle, CycleState.CLOSED)
    cycle.released_at = now
    remember(session, cycle)


def remember(session: Session, cycle: Cycle) -> None:
    """Ask the guard about every number of the cycle, and note which answers they come from."""
    version = version_of(session, cycle)
    results = [analyse(data) for data in collect_ratings(session, cycle, "")]
    require_publishable(results, Policy.model_validate(cycle.policy), version)
    cycle.released_version = version


def require_publishable(results: Sequence[CycleResults], policy: Policy, version: str) -> None:
    """Refuse if the guard holds back any number of a cycle."""
    numbers = [number for each in results for number in published_numbers(each, version)]
    held_back = guard(numbers, [], policy).hidden
    if held_back:
        named = "; ".join(f"{hidden.number.id}: {hidden.words}" for hidden in held_back[:MAX_NAMED])
        raise Refused(
            N_("The release guard holds back %(count)s numbers. %(named)s"),
            count=len(held_back),
            named=named,
        )


def earlier_cycles(session: Session, cycle: Cycle, most: int = 3) -> list[Cycle]:
    """The last cycles before this one whose results are out, oldest first."""
    ended = func.coalesce(Cycle.closed_at, Cycle.imported_at)
    before = session.scalars(
        select(Cycle)
        .where(or_(Cycle.released_at.is_not(None), Cycle.imported_at.is_not(None)))
        .where(ended < (cycle.closed_at or cycle.imported_at))
        .order_by(ended.desc(), Cycle.key)
        .limit(most)
    ).all()
    return list(reversed(before))


def earlier_data(session: Session, cycle: Cycle, organisation: str) -> list[CycleData]:
    """The data of these cycles."""
    return [
        data
        for each in earlier_cycles(session, cycle)
        for data in released_data(session, each, organisation)
    ]


def released_data(session: Session, cycle: Cycle, organisation: str) -> list[CycleData]:
    """The data of a released cycle; refused where its answers are no longer those released."""
    data = collect_ratings(session, cycle, organisation)
    require_unchanged(session, cycle)
    return data


def require_unchanged(session: Session, cycle: Cycle) -> None:
    """Refuse a cycle whose results are not out, or whose answers are not those released."""
    require_state(cycle, CycleState.RELEASED, CycleState.IMPORTED)
    if version_of(session, cycle) != cycle.released_version:
        raise Refused(
            N_(
                "The answers of %(cycle)s are not those that were released. What differs "
                "would tell on single people, so nothing is shown. Restore the database "
                "as it was at the release."
            ),
            cycle=cycle.key,
        )
