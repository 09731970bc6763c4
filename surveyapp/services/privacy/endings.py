"""Deleting a whole cycle, with all that hangs on it; people stay known, and the log of acts too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, Table, delete, or_, select, tuple_
from sqlalchemy.orm import Session

from surveyapp.models import Base, Cycle, CycleState
from surveyapp.services.cycles import require_state, require_typed

ENDED = (CycleState.CLOSED, CycleState.RELEASED, CycleState.IMPORTED)


def delete_draft(session: Session, cycle: Cycle, typed: str) -> None:
    """Delete a draft with its roster; ``typed`` is its key, as somebody typed it."""
    require_state(cycle, CycleState.DRAFT)
    require_typed(cycle, typed)
    _wipe(session, cycle)


def forget_cycle(session: Session, cycle: Cycle, typed: str) -> list[str]:
    """Delete an ended cycle with its results; returns the tables whose files are to be cleaned."""
    require_state(cycle, *ENDED)
    require_typed(cycle, typed)
    return _wipe(session, cycle)


def _wipe(session: Session, cycle: Cycle) -> list[str]:
    """Delete every row that leads to the cycle by foreign keys, in tables to come too."""
    rows: dict[Table, ColumnElement[bool]] = {}
    for table in Base.metadata.sorted_tables:
        if table is Cycle.__table__:
            rows[table] = table.c.id == cycle.id
        elif conditions := list(_leading_to(table, rows)):
            rows[table] = or_(*conditions)
    for table in reversed(rows):
        session.execute(delete(table).where(rows[table]))
    session.expire_all()
    return [table.name for table in rows]


def _leading_to(
    table: Table, rows: Mapping[Table, ColumnElement[bool]]
) -> Iterator[ColumnElement[bool]]:
    """For each foreign key to one of these tables: that it leads to one of the rows."""
    for key in table.foreign_key_constraints:
        if key.referred_table in rows and key.referred_table is not table:
            parents = [element.column for element in key.elements]
            found = select(*parents).where(rows[key.referred_table])
            yield tuple_(*key.columns).in_(found)
