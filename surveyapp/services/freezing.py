"""Questionnaires as they were when a cycle took them, or when somebody saved them."""

from __future__ import annotations

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
    if content_hash not in _frozen:
        row = session.get_one(FrozenQuestionnaire, content_hash)
        _frozen[content_hash] = Questionnaire.model_validate_json(row.content)
    return _frozen[content_hash]
