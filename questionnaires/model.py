"""The questionnaire as data: frozen models that a YAML file is read into.

Rating items carry points of one common scale, so that their means can stand side by side;
a recommendation item (0-10) is shown by itself and enters no competency score.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, RootModel


class Relation(StrEnum):
    """How the rater stands to the ratee."""

    SELF = "SELF"
    SUPERVISOR = "SUPERVISOR"
    PEER = "PEER"
    CUSTOMER = "CUSTOMER"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(RootModel[dict[str, str]]):
    """The same words in several languages, side by side: ``{zh: ..., en: ...}``."""

    model_config = ConfigDict(frozen=True)

    def said(self, language: str) -> str:
        """The words in ``language``, or in the first language given where it is missing."""
        return self.root.get(language) or next(iter(self.root.values()))


class Point(_Frozen):
    value: int
    label: Text | None = None


class Scale(_Frozen):
    kind: Literal["rating", "recommendation"] = "rating"
    points: tuple[Point, ...]
    cannot_judge: Text

    @property
    def low(self) -> int:
        return self.points[0].value

    @property
    def high(self) -> int:
        return self.points[-1].value


class Item(_Frozen):
    """One statement to be judged, worded per relation.

    ``text`` maps ``default`` and, where it differs, a relation to its wording.
    """

    id: str
    text: dict[str, Text]
    relations: tuple[Relation, ...]
    scale: str
    reverse: bool = False

    def wording(self, relation: Relation, language: str) -> str:
        return (self.text.get(relation) or self.text["default"]).said(language)


class Competency(_Frozen):
    id: str
    name: Text
    description: Text
    items: tuple[Item, ...]
    keywords: dict[str, tuple[str, ...]] = {}
    suggestions: tuple[Text, ...] = ()


class OpenQuestion(_Frozen):
    id: str
    text: dict[str, Text]
    relations: tuple[Relation, ...]
    polarity: Literal["positive", "negative", "neutral"] = "neutral"

    def wording(self, relation: Relation, language: str) -> str:
        return (self.text.get(relation) or self.text["default"]).said(language)


class Questionnaire(_Frozen):
    key: str
    version: str
    languages: tuple[str, ...]
    title: Text
    introduction: Text | None = None
    scales: dict[str, Scale]
    competencies: tuple[Competency, ...]
    open_questions: tuple[OpenQuestion, ...] = ()
    weights: dict[Relation, float] = {}

    @cached_property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for competency in self.competencies for item in competency.items)

    @cached_property
    def rating_scale(self) -> Scale:
        """The common scale of all rating items."""
        return next(s for s in self.scales.values() if s.kind == "rating")

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the canonical content: the same questions give the same hash."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def scale_of(self, item: Item) -> Scale:
        return self.scales[item.scale]

    def items_for(self, relation: Relation) -> tuple[Item, ...]:
        return tuple(item for item in self.items if relation in item.relations)

    def open_questions_for(self, relation: Relation) -> tuple[OpenQuestion, ...]:
        return tuple(q for q in self.open_questions if relation in q.relations)
