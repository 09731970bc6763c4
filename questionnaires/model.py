"""The questionnaire as data: frozen models that a YAML file is read into.

Rating items carry points of one common scale, so that their means can stand side by side;
a recommendation item (0-10) is shown by itself and enters no competency score.

The models know the shape of a questionnaire; what must agree between its parts (ids, weights,
languages, how long a form may be) is said in ``rules``. The text under each field is what an
editor shows to the author: it goes into the JSON schema.
"""

from __future__ import annotations

import hashlib
import json
import operator
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Literal, NotRequired

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict  # pydantic asks for this one before Python 3.12

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
NAME = r"^[a-z][a-z0-9_]{0,39}$"
Name = Annotated[str, StringConstraints(pattern=NAME)]
LANGUAGE_CODE = r"^[a-z]{2,3}(_[A-Za-z]{2,4}){0,2}$"
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_CODE)]
Percent = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
Position = Annotated[str, StringConstraints(min_length=1, max_length=100)]  # as rosters have it


class Relation(StrEnum):
    """How the rater stands to the ratee."""

    SELF = "SELF"
    SUPERVISOR = "SUPERVISOR"
    PEER = "PEER"
    CUSTOMER = "CUSTOMER"


Weights = dict[Relation, Percent]
WORDING_KEYS = ("default", *(relation.value for relation in Relation))
RECOMMENDATION_POINTS = range(11)


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Text(RootModel[dict[str, Words]]):
    """The same words in several languages, side by side: ``{zh: ..., en: ...}``."""

    model_config = ConfigDict(frozen=True)

    def said(self, language: str) -> str:
        """The words in ``language``, or in the first language given where it is missing."""
        return self.root.get(language) or next(iter(self.root.values()))


def spread_wording(text: object) -> object:
    """The long form of a wording: plain ``{zh:, en:}`` becomes ``{default: {zh:, en:}}``."""
    if not isinstance(text, dict) or not text:
        return text
    by_relation = any(
        key in WORDING_KEYS or isinstance(value, dict | Text) for key, value in text.items()
    )
    return text if by_relation else {"default": text}


def _check_wording_key(key: str) -> str:
    if key not in WORDING_KEYS:
        raise PydanticCustomError("unknown_name", "not a relation", {"known": WORDING_KEYS})
    return key


class WordingByRelation(TypedDict):
    """One wording per relation where it differs, `default` for the others."""

    __pydantic_config__ = ConfigDict(extra="forbid", title="WordingByRelation")  # type: ignore[misc]

    default: Text
    SELF: NotRequired[Text]
    SUPERVISOR: NotRequired[Text]
    PEER: NotRequired[Text]
    CUSTOMER: NotRequired[Text]


Wording = Annotated[
    dict[Annotated[str, AfterValidator(_check_wording_key)], Text],
    BeforeValidator(spread_wording, json_schema_input_type=Text | WordingByRelation),
]


class Point(_Frozen):
    """One step of a scale."""

    value: int = Field(ge=-100, le=100)
    """The number that is stored and averaged."""
    label: Text | None = None
    """The words over this step, short enough for a narrow column."""


class Scale(_Frozen):
    """The answers an item offers."""

    kind: Literal["rating", "recommendation"] = "rating"
    """`rating`: 3 to 11 labelled points. `recommendation`: 0 to 10, shown by itself."""
    points: tuple[Point, ...] = Field(min_length=2, max_length=11)
    """The points from low to high. A recommendation needs only its ends, 0 and 10."""
    cannot_judge: Text
    """The words of the answer "I cannot judge this"."""

    @field_validator("points")
    @classmethod
    def _complete_recommendation(
        cls, points: tuple[Point, ...], info: ValidationInfo
    ) -> tuple[Point, ...]:
        if info.data.get("kind") != "recommendation":
            return points
        given = {point.value: point for point in points}
        return tuple(given.get(value, Point(value=value)) for value in RECOMMENDATION_POINTS)

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

    id: Name
    """Stands in exports and saved answers; never change it once a cycle has used it."""
    text: Wording
    """The statement. `{ratee}` becomes the name; SELF speaks in the first person."""
    relations: tuple[Relation, ...] = Field(default=tuple(Relation), min_length=1)
    """Who is asked. All four, if left out."""
    scale: Name
    """The name of a scale. May be left out if there is one rating scale."""
    reverse: bool = False
    """Whether agreeing is bad news: the points are turned round before scoring."""

    def wording(self, relation: Relation, language: str) -> str:
        return (self.text.get(relation) or self.text["default"]).said(language)


class Competency(_Frozen):
    """A group of items that are averaged into one score."""

    id: Name
    """Stands in exports; never change it once a cycle has used it."""
    name: Text
    """The heading in reports and forms."""
    description: Text
    """What somebody does who is good at it, in one or two sentences."""
    items: tuple[Item, ...] = Field(min_length=1, max_length=30)
    """The statements that make up the score."""
    keywords: dict[str, tuple[Words, ...]] = {}
    """Per language: words by which comments are recognised as being about this."""
    suggestions: tuple[Text, ...] = Field(default=(), max_length=10)
    """Ideas for development, shown to a manager for whom this is an area to improve."""


class OpenQuestion(_Frozen):
    """A question answered in the rater's own words."""

    id: Name
    """Stands in exports and saved answers; differs from every item id."""
    text: Wording
    """The question. `{ratee}` becomes the name; SELF speaks in the first person."""
    relations: tuple[Relation, ...] = Field(default=tuple(Relation), min_length=1)
    """Who is asked. All four, if left out."""
    polarity: Literal["positive", "negative", "neutral"] = "neutral"
    """Whether it asks for good things, for things to improve, or for either."""

    def wording(self, relation: Relation, language: str) -> str:
        return (self.text.get(relation) or self.text["default"]).said(language)


class Questionnaire(_Frozen):
    """Everything that is asked in one cycle, in all its languages."""

    key: Name
    """Its name for programs; in a library also the name of the file."""
    version: Annotated[str, StringConstraints(min_length=1, max_length=20)] = Field(
        json_schema_extra={"type": ["string", "number"]}
    )
    """Any short text, for people. Raise it when you change a wording."""
    languages: tuple[Language, ...] = Field(min_length=1, max_length=10)
    """Every text must be there in each of them. The first is the fallback."""
    title: Text
    """The heading of the form and the report."""
    introduction: Text | None = None
    """A few sentences over the form."""
    scales: dict[Name, Scale] = Field(min_length=1, max_length=5)
    """The scales by name."""
    competencies: tuple[Competency, ...] = Field(min_length=1, max_length=20)
    """What is judged, in the order of the form."""
    open_questions: tuple[OpenQuestion, ...] = Field(default=(), max_length=10)
    """Questions for comments, after the items."""
    weights: Weights = {}
    """Percent per relation in the overall score; they sum to 100. SELF never counts."""
    # Left out where empty, so that the content hash of what was frozen before stays the same.
    position_weights: dict[Position, Annotated[Weights, Field(min_length=1)]] = Field(
        default={}, max_length=50, exclude_if=operator.not_
    )
    """Other `weights` for the ratees of a position, written as in the roster."""

    @model_validator(mode="before")
    @classmethod
    def _fill_in_scale(cls, data: object) -> object:
        return name_the_rating_scale(data)

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
        canonical = json.dumps(
            self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        return hashlib.sha256(canonical.encode()).hexdigest()

    def weights_for(self, position: str) -> Weights:
        """The weights by which the ratees of a position are judged; empty means equal ones."""
        return self.position_weights.get(position, self.weights)

    def scale_of(self, item: Item) -> Scale:
        return self.scales[item.scale]

    def items_for(self, relation: Relation) -> tuple[Item, ...]:
        return tuple(item for item in self.items if relation in item.relations)

    def open_questions_for(self, relation: Relation) -> tuple[OpenQuestion, ...]:
        return tuple(q for q in self.open_questions if relation in q.relations)


def name_the_rating_scale(data: object) -> object:
    """Give each item written without a scale the one rating scale, leaving ``data`` untouched.

    With several rating scales nothing is guessed. Whatever has another shape than expected
    passes through: to report it is the work of the models.
    """
    if not isinstance(data, dict) or not isinstance(data.get("scales"), dict):
        return data
    ratings = [name for name, scale in data["scales"].items() if _is_rating(scale)]
    competencies = data.get("competencies")
    if len(ratings) > 1 or not isinstance(competencies, list | tuple):
        return data
    scale = ratings[0] if ratings else "rating"
    return {**data, "competencies": [_with_scale(each, scale) for each in competencies]}


def _is_rating(scale: object) -> bool:
    if isinstance(scale, Scale):
        return scale.kind == "rating"
    return isinstance(scale, dict) and scale.get("kind", "rating") == "rating"


def _with_scale(competency: Any, scale: str) -> Any:
    if not isinstance(competency, dict) or not isinstance(competency.get("items"), list | tuple):
        return competency
    items = [
        {"scale": scale} | item if isinstance(item, dict) else item for item in competency["items"]
    ]
    return {**competency, "items": items}
