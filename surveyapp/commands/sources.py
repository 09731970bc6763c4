"""From what somebody types to a questionnaire: KEY, KEY@VERSION or a file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

import questionnaires
from questionnaires.model import Questionnaire
from surveyapp.commands.base import runtime
from surveyapp.config import from_environment
from surveyapp.migrations import revision
from surveyapp.services.drafts import authoring
from surveyapp.services.drafts.authoring import Source


@contextmanager
def saved_session() -> Iterator[Session | None]:
    """What is saved in the database; None where there is no database yet."""
    if revision(runtime(migrated=False).database) is None:
        yield None
        return
    with runtime().database.reading() as session:
        yield session


def source(wanted: str) -> Source:
    """The text that a word names: KEY, KEY@NUMBER, KEY@draft or a file."""
    if questionnaires.is_path(wanted):  # needs no database; a page has no business with files
        return Source(wanted, authoring.read_file(wanted, Path(wanted)), "file")
    with saved_session() as session:
        return authoring.find_source(session, wanted, from_environment().questionnaire_dir)


def load(wanted: str) -> Questionnaire:
    """A questionnaire to make something from, with its mistakes as a refusal."""
    return authoring.usable(source(wanted))
