"""Questionnaires as they were when a cycle took them, or when somebody saved them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from questionnaires.model import Questionnaire
from surveyapp.models import FrozenQuestionnaire


def freeze(session: Session, questionnaire: Questionnaire) -> str:
    """Keep the questionnaire as it is now; its content hash finds it again."""
    if session.get(FrozenQuestionnaire, questionnaire.content_hash) is None:
        session.add(
            FrozenQuestionnaire(
                hash=questionnaire.content_hash,
                key=questionnaire.key,
                content=questionnaire.model_dump_json(),
            )
        )
        session.flush()
    return questionnaire.content_hash


_frozen: dict[str, Questionnaire] = {}  # by content hash, so it can never be stale


def frozen(session: Session, content_hash: str) -> Questionnaire:
    """The questionnaire that was frozen under this hash."""
    return frozen_all(session, [content_hash])[content_hash]


def frozen_all(session: Session, hashes: Collection[str]) -> dict[str, Questionnaire]:
    """The same of several; those that were not read before cost one statement together."""
    missing = set(hashes) - _frozen.keys()
    if missing:
        row = FrozenQuestionnaire
        wanted = select(row.hash, row.content).where(row.hash.in_(missing))
        for digest, content in session.execute(wanted):
            _frozen[digest] = Questionnaire.model_validate_json(content)
    return {digest: _frozen[digest] for digest in hashes}
