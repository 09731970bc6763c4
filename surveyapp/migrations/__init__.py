"""The history of the schema (Alembic), run from inside the program: no ini file is needed."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from surveyapp.db import Database, storage_errors
from surveyapp.errors import StorageUnavailable
from surveyapp.i18n import N_


def alembic_config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["engine"] = engine
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Make the tables, or bring them to a revision; makes the folder of a SQLite file too."""
    if database.file:
        try:
            database.file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageUnavailable(
                N_("The data folder cannot be made: %(error)s"), error=error
            ) from error
    with storage_errors():
        command.upgrade(alembic_config(database.engine), revision)


def is_current(database: Database) -> bool:
    """Whether the database has the schema of this version; a missing file is not made."""
    head = ScriptDirectory.from_config(alembic_config(database.engine)).get_current_head()
    return revision(database) == head


def revision(database: Database) -> str | None:
    """The schema of the database; None if it has none yet."""
    if database.file and not database.file.exists():
        return None
    with storage_errors(), database.readers.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
