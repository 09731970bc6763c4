"""Who is asked what: the parts of a questionnaire that concern a relation or a group."""

from __future__ import annotations

from analysis.disclosure import Group
from questionnaires.model import Competency, Item, OpenQuestion, Questionnaire


def is_rating(questionnaire: Questionnaire, item: Item) -> bool:
    """Whether an item enters its competency's score (recommendations stand by themselves)."""
    return questionnaire.scale_of(item).kind == "rating"


def rating_items(questionnaire: Questionnaire, competency: Competency) -> tuple[Item, ...]:
    return tuple(item for item in competency.items if is_rating(questionnaire, item))


def is_asked(group: Group, part: Item | OpenQuestion) -> bool:
    """Whether every relation of the group is asked the item or question.

    In a merged group an item that only one of its relations is asked would be that relation's
    own, and its cell is below the threshold.
    """
    return all(relation in part.relations for relation in group.relations)


def tells_apart(group: Group, question: OpenQuestion) -> bool:
    """Whether a comment of a merged group on this question would tell its writer's relation."""
    return len(group.relations) > 1 and not is_asked(group, question)
