"""Says in plain words where data do not have the shape of a questionnaire, or of another model.

The models decide; this module only translates what pydantic reports into findings that name the
place as the author wrote it and the mend.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from questionnaires.mistakes import DataPath, Finding, listed, shorten, suggest
from questionnaires.model import (
    LANGUAGE_CODE,
    Competency,
    Item,
    OpenQuestion,
    Point,
    Questionnaire,
    Relation,
    Scale,
)
from questionnaires.sentences import N_, Sentence

Models = Mapping[tuple[str, ...], type[BaseModel]]


@dataclass(frozen=True)
class Form:
    """How a file is written: the models of its mappings, what to write for others, and where all
    of it is described."""

    models: Models
    hints: Mapping[tuple[str, ...], Sentence]
    document: str


PER_LANGUAGE = Sentence(N_("write it per language: `{zh: ..., en: ...}`"))
LIMITS = {
    "gt": N_("write a number of more than %(limit)g"),
    "ge": N_("write a number of at least %(limit)g"),
    "le": N_("write a number of at most %(limit)g"),
    "lt": N_("write a number of less than %(limit)g"),
}
# Which model describes the mapping at a path; `*` stands for a list index or a chosen name.
MODELS: Models = {
    (): Questionnaire,
    ("scales", "*"): Scale,
    ("scales", "*", "points", "*"): Point,
    ("competencies", "*"): Competency,
    ("competencies", "*", "items", "*"): Item,
    ("open_questions", "*"): OpenQuestion,
}
# Mappings without a model of their own, and how they are written.
PERCENTS = Sentence(N_("write percents per relation: `{SUPERVISOR: 60, CUSTOMER: 40}`"))
HINTS = {
    ("weights",): PERCENTS,
    ("position_weights",): Sentence(N_("write positions, each with its percents per relation")),
    ("position_weights", "*"): PERCENTS,
}
QUESTIONNAIRE = Form(MODELS, HINTS, "docs/questionnaires.md")
CHOSEN_NAMES = {("scales",), ("position_weights",)}  # of what they hold


def check_shape(data: object) -> Questionnaire | tuple[ErrorDetails, ...]:
    """The questionnaire, or everything pydantic has against its shape."""
    try:
        return Questionnaire.model_validate(data)
    except ValidationError as error:
        return tuple(error.errors(include_url=False, include_input=True))


def findings(errors: Sequence[ErrorDetails], form: Form = QUESTIONNAIRE) -> Iterator[Finding]:
    """What pydantic has against data that should have this form."""
    for error in errors:
        if _follows_from_another(error):
            continue
        path: DataPath = error["loc"]
        of_key = bool(path) and path[-1] == "[key]"
        if of_key:
            path = path[:-1]
        message, hint = _explain(error, path, form)
        at_key = of_key or error["type"] == "extra_forbidden"
        yield Finding(path, message, hint, at="key" if at_key else "value")


def _follows_from_another(error: ErrorDetails) -> bool:
    """Whether a list only seems too short because pydantic leaves out its faulty entries."""
    given = error["input"]
    return (
        error["type"] == "too_short"
        and isinstance(given, list | dict)
        and len(given) >= error["ctx"]["min_length"]
    )


def _explain(error: ErrorDetails, path: DataPath, form: Form) -> tuple[str, str]:
    """Message and mend for one error."""
    if error["type"] in _OF_MODELS:
        return _OF_MODELS[error["type"]](path, error["input"], form)
    explain = _EXPLANATIONS.get(error["type"])
    if explain is None:
        return error["msg"], Sentence(N_("see %(document)s"), document=form.document)
    return explain(path, error["input"], error.get("ctx", {}))


Explanation = Callable[[DataPath, Any, dict[str, Any]], tuple[str, str]]


def _missing(path: DataPath, _value: object, _ctx: dict[str, Any]) -> tuple[str, str]:
    return (
        Sentence(N_("`%(key)s` is missing"), key=path[-1]),
        Sentence(N_("add `%(key)s:`"), key=path[-1]),
    )


def _unknown_key(path: DataPath, _value: object, form: Form) -> tuple[str, str]:
    model = form.models.get(_pattern(path[:-1]), form.models[()])
    message = Sentence(N_("unknown key `%(key)s`"), key=shorten(path[-1]))
    return message, suggest(path[-1], model.model_fields)


def _not_among(_path: DataPath, value: object, ctx: dict[str, Any]) -> tuple[str, str]:
    known = ctx.get("known") or re.findall("'([^']*)'", ctx.get("expected", ""))
    of_relation = set(Relation) <= set(known)
    message = N_("unknown relation `%(value)s`") if of_relation else N_("unknown word `%(value)s`")
    return Sentence(message, value=shorten(value)), suggest(value, known)


def _not_a_mapping(path: DataPath, value: object, form: Form) -> tuple[str, str]:
    fields = form.models.get(_pattern(path))
    message = Sentence(N_("a mapping is expected here, not %(kind)s"), kind=_kind(value))
    if fields is None:
        return message, form.hints.get(_pattern(path), PER_LANGUAGE)
    required = (name for name, field in fields.model_fields.items() if field.is_required())
    return message, Sentence(N_("write the keys %(keys)s"), keys=listed(required))


def _not_a_list(_path: DataPath, value: object, _ctx: dict[str, Any]) -> tuple[str, str]:
    inner = shorten(value) if isinstance(value, str) and value else "..."
    message = Sentence(N_("a list is expected here, not %(kind)s"), kind=_kind(value))
    return message, Sentence(N_("write `[%(inner)s]`, or lines with `- `"), inner=inner)


def _not_text(_path: DataPath, value: object, _ctx: dict[str, Any]) -> tuple[str, str]:
    message = Sentence(N_("text is expected here, not %(kind)s"), kind=_kind(value))
    return message, Sentence(N_("write the words, in quotes if need be"))


def _not_a_number(_path: DataPath, value: object, _ctx: dict[str, Any]) -> tuple[str, str]:
    message = Sentence(N_("a number is expected here, not %(kind)s"), kind=_kind(value))
    return message, Sentence(N_("write digits, such as 3"))


def _not_yes_or_no(_path: DataPath, value: object, _ctx: dict[str, Any]) -> tuple[str, str]:
    message = Sentence(N_("yes or no is expected here, not %(kind)s"), kind=_kind(value))
    return message, Sentence(N_("write `true` or `false`"))


def _out_of_range(_path: DataPath, value: object, ctx: dict[str, Any]) -> tuple[str, str]:
    name, limit = next(iter(ctx.items()))
    message = Sentence(N_("%(value)s is out of range"), value=shorten(value))
    return message, Sentence(LIMITS[name], limit=limit)


def _bad_name(_path: DataPath, value: object, ctx: dict[str, Any]) -> tuple[str, str]:
    if ctx["pattern"] == LANGUAGE_CODE:
        message = Sentence(N_("`%(value)s` is no language code"), value=shorten(value))
        return message, Sentence(N_("write a code such as `zh` or `en`"))
    hint = N_("begin with a small letter; then small letters, digits and _, at most 40 in all")
    message = Sentence(N_("`%(value)s` cannot be used as a name"), value=shorten(value))
    return message, Sentence(hint)


def _no_words(_path: DataPath, _value: object, _ctx: dict[str, Any]) -> tuple[str, str]:
    return Sentence(N_("the text is empty")), Sentence(N_("write the words"))


def _text_too_long(_path: DataPath, _value: object, ctx: dict[str, Any]) -> tuple[str, str]:
    limit = ctx["max_length"]
    hint = Sentence(N_("shorten it to at most %(limit)d characters"), limit=limit)
    return Sentence(N_("the text is too long")), hint


def _too_few(path: DataPath, _value: object, ctx: dict[str, Any]) -> tuple[str, str]:
    wanted = ctx["min_length"]
    message = Sentence(N_("`%(key)s` holds too little"), key=path[-1])
    return message, Sentence(N_("give at least %(wanted)d, or leave the key out"), wanted=wanted)


def _too_many(path: DataPath, _value: object, ctx: dict[str, Any]) -> tuple[str, str]:
    message = Sentence(N_("`%(key)s` holds too much"), key=path[-1])
    return message, Sentence(N_("keep at most %(most)d"), most=ctx["max_length"])


_EXPLANATIONS: dict[str, Explanation] = {
    "missing": _missing,
    "enum": _not_among,
    "literal_error": _not_among,
    "unknown_name": _not_among,
    "tuple_type": _not_a_list,
    "string_type": _not_text,
    "int_type": _not_a_number,
    "int_parsing": _not_a_number,
    "int_parsing_size": _not_a_number,
    "int_from_float": _not_a_number,
    "float_type": _not_a_number,
    "float_parsing": _not_a_number,
    "finite_number": _not_a_number,
    "bool_type": _not_yes_or_no,
    "bool_parsing": _not_yes_or_no,
    "greater_than": _out_of_range,
    "greater_than_equal": _out_of_range,
    "less_than_equal": _out_of_range,
    "string_pattern_mismatch": _bad_name,
    "string_too_short": _no_words,
    "string_too_long": _text_too_long,
    "too_short": _too_few,
    "too_long": _too_many,
}
# What is said of mappings names the keys that they may have.
_OF_MODELS: dict[str, Callable[[DataPath, Any, Form], tuple[str, str]]] = {
    "extra_forbidden": _unknown_key,
    "dict_type": _not_a_mapping,
    "model_type": _not_a_mapping,
}


def _pattern(path: DataPath) -> tuple[str, ...]:
    """The path with `*` for list indices and for names that the author chooses."""
    return tuple(
        "*" if isinstance(part, int) or path[:depth] in CHOSEN_NAMES else part
        for depth, part in enumerate(path)
    )


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return Sentence(N_("a mapping"))
    if isinstance(value, list):
        return Sentence(N_("a list"))
    return f"`{shorten(value)}`" if value else Sentence(N_("nothing"))
