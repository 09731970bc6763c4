"""Comparing databases: everything that is stored, as plain values."""

from __future__ import annotations

from surveyapp.models import Base
from surveyapp.runtime import Runtime


def dump(run: Runtime) -> dict[str, list[tuple]]:
    """All rows of all tables, in an order that depends on their content alone."""
    with run.database.reading() as session:
        return {
            table.name: sorted(map(tuple, session.execute(table.select())), key=repr)
            for table in Base.metadata.sorted_tables
        }


def bytes_on_disk(run: Runtime) -> bytes:
    """Every file of a SQLite service: data, write-ahead log, keys and mails."""
    root = run.config.data_dir.parent
    return b"".join(path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file())
