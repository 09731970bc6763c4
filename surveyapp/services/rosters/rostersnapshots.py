"""The last roster import of a draft, as much of it as undoing it needs; gone when it opens."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp.models import RosterSnapshot


def keep(session: Session, cycle_id: str, content: dict[str, Any]) -> None:
    """Remember an import in the place of the one before."""
    session.merge(RosterSnapshot(cycle_id=cycle_id, content=content))
    session.flush()


def kept(session: Session, cycle_id: str) -> dict[str, Any] | None:
    row = session.get(RosterSnapshot, cycle_id)
    return row.content if row else None


def drop(session: Session, cycle_id: str) -> None:
    session.execute(delete(RosterSnapshot).where(RosterSnapshot.cycle_id == cycle_id))


def forget_person(session: Session, external_id: str) -> None:
    """Drop every snapshot that names somebody: undoing must not bring an erased person back."""
    for row in session.scalars(select(RosterSnapshot)):
        if external_id in _named(row.content):
            session.delete(row)
    session.flush()


def _named(content: dict[str, Any]) -> set[str]:
    first = [one[0] for key in ("assignments", "ratees", "changed") for one in content[key]]
    return {*content["added"], *first, *(whom for _, whom, _ in content["assignments"])}
