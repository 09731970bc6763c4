"""A release as a JSON file: cells, numbers asked for, numbers that are out, and the policy."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic import WithJsonSchema as Described

from analysis.disclosure.cells import Audience, Decision, Form, Kind, Number, RaterCell
from analysis.disclosure.groups import Policy
from questionnaires.model import Relation

_FACTOR = re.compile(r"-?\d{1,9}(/[1-9]\d{0,8}|\.\d{1,9})?")


def _factor(value: object) -> Fraction:
    text = str(value)
    if isinstance(value, bool) or not _FACTOR.fullmatch(text):
        raise ValueError('expected a factor such as 1, -1, 0.25 or "1/3"')
    return Fraction(text)


def _listed(value: object) -> object:
    """A list of cells is short for the factor 1 each."""
    if not isinstance(value, list):
        return value
    twice = [id for id, times in Counter(map(str, value)).items() if times > 1]
    if twice:
        raise ValueError(f"{twice[0]!r} is named twice")
    return dict.fromkeys(map(str, value), 1)


def _named(value: object) -> object:
    """``{"peers": 5}`` and ``{"peers": {"n": 5}}`` are short for ``[{"id": "peers", "n": 5}]``."""
    if not isinstance(value, dict):
        return value
    return [{"id": id, **(of if isinstance(of, dict) else {"n": of})} for id, of in value.items()]


def _one(value: object) -> object:
    return [value] if isinstance(value, str) else value


_COUNT = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
_ANY_FACTOR = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^{_FACTOR.pattern}$"}],
    "description": 'how often the sum of the cell counts: 1, -1, 0.25 or "1/3"',
}
Factor = Annotated[Fraction, BeforeValidator(_factor), Described(_ANY_FACTOR)]
Cells = Annotated[
    dict[str, Factor],
    BeforeValidator(_listed),
    Described(
        {
            "anyOf": [
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
                {"type": "object", "additionalProperties": _ANY_FACTOR, "minProperties": 1},
            ],
            "description": "which cells it adds up: a list of ids, or ids with factors",
        }
    ),
    Field(min_length=1),
]
Items = Annotated[
    tuple[str, ...],
    BeforeValidator(_one),
    Described(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ],
            "description": "the item; of a number that adds up several, all of them",
        }
    ),
    Field(min_length=1),
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CellInFile(_Part):
    id: str = Field(min_length=1)
    n: _COUNT = Field(description="raters who answered")
    ratee: str = ""
    relation: str = Field("", description="SELF, SUPERVISOR, PEER, CUSTOMER; default: the id")
    cycle: str = ""
    version: str = Field("", description="which answers, if the same cell is there twice")
    attributed: bool | None = Field(None, description="default: as the policy says")
    items: dict[str, _COUNT] = Field({}, description="items that fewer raters judged: how many")


class NumberInFile(_Part):
    id: str = Field(min_length=1)
    item: Items = ("",)
    cells: Cells
    kind: Kind = "mean"
    form: Form = Field("exact", description="as it is printed")
    extreme: bool = Field(False, description="so near an end of the scale that it tells all")
    audience: Audience = "manager"
    n: _COUNT | None = Field(None, description="raters, attributed ones too; checked if given")


class ReleaseInFile(_Part):
    cells: Annotated[list[CellInFile], BeforeValidator(_named)]
    requested: list[NumberInFile]
    released: list[NumberInFile] = []
    policy: Policy = Policy()


class BadRelease(ValueError):
    """A file that cannot be used; the message says where and why, one mistake a line."""


def json_schema() -> dict[str, Any]:
    """Describes the file as it may be written, short forms too."""
    schema = ReleaseInFile.model_json_schema()
    long = schema["properties"]["cells"]
    short = {"type": "object", "additionalProperties": {"type": ["integer", "object"]}}
    schema["properties"]["cells"] = {
        "anyOf": [long, short],
        "description": 'a list of cells, or {"id": n}, or {"id": {"n": n, ...}}',
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def read_release(text: str) -> tuple[list[Number], list[Number], Policy]:
    """What `guard` takes, from the text of a file. Raises `BadRelease`."""
    try:
        file = ReleaseInFile.model_validate(_json(text))
    except ValidationError as wrong:
        raise BadRelease("\n".join(_said(error) for error in wrong.errors())) from wrong
    cells = _cells(file)
    mistakes: list[str] = []
    numbers = [
        [_number(each, f"{name}[{place}]", cells, mistakes) for place, each in enumerate(given)]
        for name, given in (("requested", file.requested), ("released", file.released))
    ]
    if mistakes:
        raise BadRelease("\n".join(mistakes))
    return numbers[0], numbers[1], file.policy


def decision_json(decision: Decision) -> dict[str, Any]:
    return {
        "shown": [each.id for each in decision.shown],
        "hidden": [
            {
                "id": hidden.number.id,
                "cell": hidden.cell,
                "item": hidden.item,
                "reason": hidden.reason,
                "words": hidden.words,
                "using": list(hidden.using),
            }
            for hidden in decision.hidden
        ],
    }


def _json(text: str) -> object:
    try:
        return json.loads(text, parse_float=Decimal, object_pairs_hook=_once)
    except json.JSONDecodeError as wrong:
        raise BadRelease(f"line {wrong.lineno}, column {wrong.colno}: {wrong.msg}") from None
    except RecursionError:
        raise BadRelease("nested too deeply") from None


def _once(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise BadRelease(f"{key!r} is there twice in one object; the first would be lost")
        found[key] = value
    return found


def _said(error: Mapping[str, Any]) -> str:
    path = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error["loc"])
    message = error["msg"].removeprefix("Value error, ").replace("Extra inputs", "Other names")
    return f"{path.removeprefix('.') or 'file'}: {message}"


def _cells(file: ReleaseInFile) -> dict[str, RaterCell]:
    cells: dict[str, RaterCell] = {}
    mistakes = []
    for place, each in enumerate(file.cells):
        if each.id in cells:
            mistakes.append(f"cells[{place}]: the id {each.id!r} is there twice")
        mistakes += [
            f"cells[{place}].items.{item}: {n} judged it, but only {each.n} answered"
            for item, n in each.items.items()
            if n > each.n
        ]
        cells[each.id] = RaterCell(
            id=each.id,
            ratee=each.ratee,
            relation=each.relation or each.id,
            n=each.n,
            cycle=each.cycle,
            version=each.version,
            attributed=_attributed(each, file.policy),
            judged=tuple(each.items.items()),
        )
    if mistakes:
        raise BadRelease("\n".join(mistakes))
    return cells


def _attributed(cell: CellInFile, policy: Policy) -> bool:
    if cell.attributed is not None:
        return cell.attributed
    known = {relation.value: relation for relation in Relation}
    return cell.relation in known and policy.attributed(known[cell.relation])


def _number(
    each: NumberInFile, place: str, cells: Mapping[str, RaterCell], mistakes: list[str]
) -> Number:
    for id in (id for id in each.cells if id not in cells):
        near = difflib.get_close_matches(id, cells, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(cells))}"
        mistakes.append(f"{place}.cells.{id}: no such cell; {hint}")
    factors = {cells[id]: factor for id, factor in each.cells.items() if id in cells}
    made_of = [cell for cell, factor in factors.items() if factor]
    n = max(sum(cell.raters(item) for cell in made_of) for item in each.item)
    if len(factors) == len(each.cells) and each.n not in (None, n):
        mistakes.append(
            f"{place}.n: {each.n} raters, but its cells have {n}; if it is over other answers, "
            "describe those as a cell of their own with another `version`"
        )
    return Number(
        id=each.id,
        items=each.item,
        cells=factors,
        kind=each.kind,
        form=each.form,
        extreme=each.extreme,
        audience=each.audience,
    )
