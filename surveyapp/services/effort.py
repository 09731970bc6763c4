"""How long forms take, said beforehand to those who are asked."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from questionnaires.model import Questionnaire, Relation

SECONDS_PER_ITEM = 6
SECONDS_PER_QUESTION = 30


def minutes(forms: Iterable[tuple[Questionnaire, Relation]]) -> int:
    """Minutes for all these forms together, rounded up."""
    seconds = sum(
        SECONDS_PER_ITEM * len(questionnaire.items_for(relation))
        + SECONDS_PER_QUESTION * len(questionnaire.open_questions_for(relation))
        for questionnaire, relation in forms
    )
    return ceil(seconds / 60)
