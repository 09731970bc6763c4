"""The door through which results leave: nothing passes that the release guard holds back.

A release remembers which answers it showed. Everything shown later must be of the same answers:
one more or one less would tell, by subtraction, what one person said.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from analysis import analyse
from analysis.disclosure import Policy, guard
from analysis.ratings import CycleData
from analysis.release_guard import published_numbers
from surveyapp.errors import Refused
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
    numbers = [
        number
        for data in collect_ratings(session, cycle, "")
        for number in published_numbers(analyse(data), version)
    ]
    held_back = guard(numbers, [], Policy.model_validate(cycle.policy)).hidden
    if held_back:
        named = "; ".join(f"{hidden.number.id}: {hidden.words}" for hidden in held_back[:MAX_NAMED])
        raise Refused(f"The release guard holds back {len(held_back)} numbers. {named}")
    cycle.released_version = version


def earlier_data(
    session: Session, cycle: Cycle, organisation: str, most: int = 3
) -> list[CycleData]:
    """The data of the last cycles before this one whose results are out, oldest first."""
    ended = func.coalesce(Cycle.closed_at, Cycle.imported_at)
    before = session.scalars(
        select(Cycle)
        .where(or_(Cycle.released_at.is_not(None), Cycle.imported_at.is_not(None)))
        .where(ended < (cycle.closed_at or cycle.imported_at))
        .order_by(ended.desc(), Cycle.key)
        .limit(most)
    ).all()
    return [
        data for each in reversed(before) for data in released_data(session, each, organisation)
    ]


def released_data(session: Session, cycle: Cycle, organisation: str) -> list[CycleData]:
    """The data of a released cycle; refused where its answers are no longer those released."""
    data = collect_ratings(session, cycle, organisation)
    require_same_answers(session, cycle)
    return data


def require_same_answers(session: Session, cycle: Cycle) -> None:
    """Refuse results that are not out, or no longer those that were released."""
    require_state(cycle, CycleState.RELEASED, CycleState.IMPORTED)
    if version_of(session, cycle) != cycle.released_version:
        raise Refused(
            f"The answers of {cycle.key} are not those that were released. What differs would tell "
            "on single people, so nothing is shown. Restore the database as it was at the release."
        )
