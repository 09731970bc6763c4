"""What the rater's templates receive: plain values, already in the language of the rater."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g, url_for

from analysis.disclosure import Policy
from questionnaires.model import Item, OpenQuestion, Questionnaire, Relation
from surveyapp import i18n
from surveyapp.models import AssignmentState
from surveyapp.services.effort import minutes
from surveyapp.services.invitations import deadline
from surveyapp.services.privacy.promises import promise, promises, relation_word
from surveyapp.services.responses import (
    CANNOT_JUDGE,
    MAX_WITHDRAWAL_TRIES,
    RaterPage,
    RatingTask,
)
from surveyapp.views.pages import current_runtime


@dataclass(frozen=True)
class Choice:
    value: str
    label: str  # may be empty between the ends of a recommendation scale


@dataclass(frozen=True)
class ItemWords:
    field: str
    text: str
    choices: tuple[Choice, ...]
    cannot_judge: Choice
    recommendation: bool


@dataclass(frozen=True)
class Person:
    """One line in the rater's list."""

    number: int
    name: str
    relation: str
    state: str
    address: str


def page_words(page: RaterPage) -> dict[str, Any]:
    relations = [Relation(a.cell.relation) for a in page.assignments]
    people = [
        Person(
            number=number,
            name=assignment.cell.ratee.name,
            relation=relation_word(relation, g.language),
            state=assignment.state,
            address=_address(page, number),
        )
        for number, (assignment, relation) in enumerate(
            zip(page.assignments, relations, strict=True), start=1
        )
    ]
    return _common(page) | {
        "people": people,
        "open_count": sum(p.state == AssignmentState.OPEN for p in people),
        "promises": promises(relations, page.policy, g.language),
    }


def form_words(task: RatingTask) -> dict[str, Any]:
    asked = Asked(task.questionnaire, task.relation, g.language, task.assignment.cell.ratee.name)
    return _common(task.page) | asked.words(task.page.policy)


@dataclass(frozen=True)
class Asked:
    """What a form asks in one language: nothing of it depends on a link or on answers."""

    questionnaire: Questionnaire
    relation: Relation
    language: str
    name: str  # of the ratee

    def words(self, policy: Policy) -> dict[str, Any]:
        introduction = self.questionnaire.introduction
        return {
            "name": self.name,
            "relation": relation_word(self.relation, self.language),
            "itself": self.relation == Relation.SELF,
            "promise": promise(self.relation, policy, self.language),
            "introduction": introduction.said(self.language) if introduction else "",
            "minutes": minutes([(self.questionnaire, self.relation)]),
            "items": [self._item(item) for item in self.questionnaire.items_for(self.relation)],
            "questions": [
                (f"open-{question.id}", self._said(question))
                for question in self.questionnaire.open_questions_for(self.relation)
            ],
        }

    def _item(self, item: Item) -> ItemWords:
        scale = self.questionnaire.scale_of(item)
        return ItemWords(
            field=f"item-{item.id}",
            text=self._said(item),
            choices=tuple(
                Choice(str(p.value), p.label.said(self.language) if p.label else "")
                for p in scale.points
            ),
            cannot_judge=Choice(CANNOT_JUDGE, scale.cannot_judge.said(self.language)),
            recommendation=scale.kind == "recommendation",
        )

    def _said(self, part: Item | OpenQuestion) -> str:
        return part.wording(self.relation, self.language).replace("{ratee}", self.name)


def received_words(task: RatingTask) -> dict[str, Any]:
    page = task.page
    following = [
        number
        for number, assignment in enumerate(page.assignments, start=1)
        if assignment.state == AssignmentState.OPEN and number != task.number
    ]
    after = next((n for n in following if n > task.number), next(iter(following), None))
    return _common(page) | {
        "name": task.assignment.cell.ratee.name,
        "next_address": _address(page, after) if after else "",
        "next_name": page.assignments[after - 1].cell.ratee.name if after else "",
        "left": len(following),
        "max_tries": MAX_WITHDRAWAL_TRIES,
    }


def _common(page: RaterPage) -> dict[str, Any]:
    cycle = page.cycle
    until = deadline(page.invitation)
    closes = i18n.moment(until, g.language, cycle.timezone) if until else ""
    return {
        "asked_by": " · ".join(filter(None, (current_runtime().config.organisation, cycle.title))),
        "closes": closes,
        "list_address": url_for("rate.people", token=page.token, lang=g.asked_language),
        "alone": len(page.assignments) == 1,
    }


def _address(page: RaterPage, number: int) -> str:
    return url_for("rate.form", token=page.token, number=number, lang=g.asked_language)
