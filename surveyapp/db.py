"""The database: one engine, two kinds of session, durability that is asserted and not assumed.

``transaction()`` writes and commits at its end; ``reading()`` cannot write, because the database
itself refuses. That is how GET requests are kept from changing anything.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from surveyapp.errors import Refused, StorageUnavailable
from surveyapp.i18n import N_

# Checked after setting: a SQLite built without one of them would silently ignore the PRAGMA.
SQLITE_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
BUSY_TIMEOUT_MS = 5000
POOL_TIMEOUT = 3  # seconds
OUTAGES = (OperationalError, InterfaceError, PoolTimeout, sqlite3.OperationalError)
BROKEN_FILES = {DatabaseError, sqlite3.DatabaseError}  # their subclasses are mistakes of ours
POSTGRES_WEAK = {"fsync": {"off"}, "full_page_writes": {"off"}, "synchronous_commit": {"off"}}
# Tables whose deleted rows must not survive in the files of PostgreSQL after a closing.
SCRUBBED = ("ballot", "draft")


class Database:
    """Sessions on the configured database."""

    def __init__(self, url: str) -> None:
        parsed = _address(url)
        self.file: Path | None = None  # of SQLite
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.file = Path(parsed.database) if parsed.database else None
            self.engine = create_engine(parsed, hide_parameters=True)
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            self.engine = create_engine(
                parsed, hide_parameters=True, pool_pre_ping=True, pool_timeout=POOL_TIMEOUT
            )
        self.readers: Engine = self.engine.execution_options(
            **({"read_only": True} if self.is_sqlite else {"postgresql_readonly": True})
        )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing session: all of it is committed, or nothing is."""
        with (
            storage_errors(),
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session in which the database refuses every write."""
        with storage_errors(), Session(self.readers, expire_on_commit=False) as session:
            yield session

    def scrub(self, tables: Sequence[str] = SCRUBBED) -> None:
        """Rewrite the files so that deleted rows leave no trace in them."""
        with storage_errors(), self.engine.connect() as connection:
            raw = connection.execution_options(isolation_level="AUTOCOMMIT")
            if self.is_sqlite:
                raw.exec_driver_sql("PRAGMA query_only=0")
                raw.exec_driver_sql("VACUUM")
                busy = raw.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
                if busy:
                    raise StorageUnavailable(
                        N_(
                            "The journal could not be emptied, because another process "
                            "reads the database at the moment"
                        )
                    )
            else:
                for table in tables:
                    raw.exec_driver_sql(f"VACUUM (FULL) {table}")

    def require_durable(self) -> None:
        """Refuse a PostgreSQL server that may lose what it has confirmed.

        SQLite needs no asking: its settings are set and checked on every connection.
        """
        if self.is_sqlite:
            return
        with self.reading() as session:
            for setting, weak in POSTGRES_WEAK.items():
                found = session.scalar(text(f"SHOW {setting}"))
                if found in weak:
                    raise StorageUnavailable(
                        N_(
                            "PostgreSQL runs with %(setting)s = %(found)s and could lose "
                            "confirmed answers; set %(setting)s = on"
                        ),
                        setting=setting,
                        found=found,
                    )

    def answers(self) -> bool:
        """Whether the database can be reached at the moment."""
        try:
            with self.reading() as session:
                session.execute(text("SELECT 1"))
        except StorageUnavailable:
            return False
        return True


@contextmanager
def storage_errors() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout, sqlite3.DatabaseError) as error:
        # Our own BEGIN goes past SQLAlchemy, so a locked SQLite file raises its bare error.
        if not isinstance(error, OUTAGES) and type(error) not in BROKEN_FILES:
            _quote_no_row(error)
            raise
        reason = str(error.orig) if isinstance(error, DBAPIError) else str(error)
        raise StorageUnavailable(
            N_("The database is not available: %(reason)s"), reason=reason
        ) from error


def _quote_no_row(error: BaseException | None) -> None:
    """Keep the first line only: PostgreSQL says in the next ones what stands in the failing row."""
    while error is not None:
        error.args = tuple(str(word).partition("\n")[0] for word in error.args[:1])
        error = error.orig if isinstance(error, DBAPIError) else None


def _log_no_row(record: logging.LogRecord) -> bool:
    return record.levelno > logging.DEBUG


# At level DEBUG SQLAlchemy logs every row that it reads.
logging.getLogger("sqlalchemy.engine.Engine").addFilter(_log_no_row)


def _address(url: str) -> URL:
    """The address as SQLAlchemy wants it, of one of the two databases this service is made for."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = URL.create("none")
    match parsed.drivername:
        case "sqlite":
            return parsed
        case "postgres" | "postgresql" | "postgresql+psycopg":
            if find_spec("psycopg") is None:
                raise Refused(
                    N_(
                        "The driver of PostgreSQL is not installed; run in the folder of this "
                        'program: pip install -e ".[postgres]"'
                    )
                )
            return parsed.set(drivername="postgresql+psycopg")
    # Not quoted: it may hold a password.
    raise Refused(
        N_(
            "SURVEYAPP_DATABASE_URL must read sqlite:///PATH or "
            "postgresql://user:password@host/name"
        )
    )


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    for name, wanted in SQLITE_PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={wanted}")
        found = cursor.execute(f"PRAGMA {name}").fetchone()
        # A database in memory has no journal file to keep.
        if found != (wanted,) and found != ("memory",):
            raise StorageUnavailable(
                N_("SQLite refuses %(name)s=%(wanted)s (it says %(found)s)"),
                name=name,
                wanted=wanted,
                found=found,
            )
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = bool(connection.get_execution_options().get("read_only"))
    if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        return
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA query_only={int(read_only)}")
    # A writer takes the lock at once: two readers that both turn writers would deadlock.
    cursor.execute("BEGIN" if read_only else "BEGIN IMMEDIATE")
    cursor.close()
