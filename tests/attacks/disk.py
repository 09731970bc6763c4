"""Every byte that a service keeps, on SQLite and on PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from surveyapp.runtime import Runtime


def files(run: Runtime) -> dict[str, bytes]:
    """All files: database, journals, keys, mails; of PostgreSQL the whole folder of the server."""
    roots = [run.config.data_dir.parent]
    if not run.database.is_sqlite:
        roots.append(_server_folder(run))
    return {
        str(path): content
        for root in roots
        for path in root.rglob("*")
        if (content := _read(path)) is not None
    }


def table_files(run: Runtime, *tables: str) -> set[str]:
    """The files of PostgreSQL that hold these tables, long values included."""
    query = text(
        "SELECT pg_relation_filepath(oid), pg_relation_filepath(nullif(reltoastrelid, 0)) "
        "FROM pg_class WHERE relname = :name"
    )
    with run.database.reading() as session:
        rows = [row for name in tables for row in session.execute(query, {"name": name})]
    paths = [path for row in rows for path in row if path]
    data = _server_folder(run) / "data"
    return {str(data / path) for path in paths}


def _server_folder(run: Runtime) -> Path:
    with run.database.engine.connect() as connection:
        raw = connection.execution_options(isolation_level="AUTOCOMMIT")
        raw.execute(text("CHECKPOINT"))
        data = Path(raw.scalar(text("SHOW data_directory")))
    if not data.is_dir():
        pytest.skip("the files of this PostgreSQL server lie on another machine")
    return data.parent


def _read(path: Path) -> bytes | None:
    """Nothing of folders and sockets, and of files that go away meanwhile."""
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None
