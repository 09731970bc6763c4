"""How many SQL statements something sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from surveyapp.runtime import Runtime


@contextmanager
def statements(run: Runtime) -> Iterator[list[str]]:
    """The statements that a block sends."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(run.database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(run.database.engine, "before_cursor_execute", note)
