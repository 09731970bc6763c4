"""Says in plain words where data do not have the shape of a questionnaire.

The models decide; this module only translates what pydantic reports into findings that name the
place as the author wrote it and the mend.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
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

# Which model describes the mapping at a path; `*` stands for a list index or a chosen name.
MODELS: dict[tuple[str, ...], type[BaseModel]] = {
    (): Questionnaire,
    ("scales", "*"): Scale,
    ("scales", "*", "points", "*"): Point,
    ("competencies", "*"): Competency,
    ("competencies", "*", "items", "*"): Item,
    ("open_questions", "*"): OpenQuestion,
}
# Mappings without a model of their own, and how they are written.
PERCENTS = "write percents per relation: `{SUPERVISOR: 60, CUSTOMER: 40}`"
HINTS = {
    ("weights",): PERCENTS,
    ("position_weights",): "write positions, each with its percents per relation",
    ("position_weights", "*"): PERCENTS,
}
CHOSEN_NAMES = {("scales",), ("position_weights",)}  # of what they hold


def check_shape(data: object) -> Questionnaire | tuple[ErrorDetails, ...]:
    """The questionnaire, or everything pydantic has against its shape."""
    try:
        return Questionnaire.model_validate(data)
    except ValidationError as error:
        return tuple(error.errors(include_url=False, include_input=True))


def findings(errors: tuple[ErrorDetails, ...]) -> Iterator[Finding]:
    for error in errors:
        if _follows_from_another(error):
            continue
        path: DataPath = error["loc"]
        of_key = bool(path) and path[-1] == "[key]"
        if of_key:
            path = path[:-1]
        message, hint = _explain(error, path)
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


def _explain(error: ErrorDetails, path: DataPath) -> tuple[str, str]:
    """Message and mend for one error."""
    explain = _EXPLANATIONS.get(error["type"])
    if explain is None:
        return error["msg"], "see docs/questionnaires.md"
    return explain(path, error["input"], error.get("ctx", {}))


Explanation = Callable[[DataPath, Any, dict[str, Any]], tuple[str, str]]


def _missing(path: DataPath, _value: object, _ctx: dict[str, Any]) -> tuple[str, str]:
    return f"`{path[-1]}` is missing", f"add `{path[-1]}:`"


def _unknown_key(path: DataPath, _value: object, _ctx: dict[str, Any]) -> tuple[str, str]:
    model = MODELS.get(_pattern(path[:-1]), Questionnaire)
    return f"unknown key `{shorten(path[-1])}`", suggest(path[-1], model.model_fields)


def _not_among(_path: DataPath, value: object, ctx: dict[str, Any]) -> tuple[str, str]:
    known = ctx.get("known") or re.findall("'([^']*)'", ctx.get("expected", ""))
    what = "relation" if set(Relation) <= set(known) else "word"
    return f"unknown {what} `{shorten(value)}`", suggest(value, known)


def _not_a_mapping(path: DataPath, value: object, _ctx: dict[str, Any]) -> tuple[str, str]:
    fields = MODELS.get(_pattern(path))
    message = f"a mapping is expected here, not {_kind(value)}"
    if fields is None:
        return message, HINTS.get(_pattern(path), "write it per language: `{zh: ..., en: ...}`")
    required = (name for name, field in fields.model_fields.items() if field.is_required())
    return message, f"write the keys {listed(required)}"


def _not_a_list(_path: DataPath, value: object, _ctx: dict[str, Any]) -> tuple[str, str]:
    inner = shorten(value) if isinstance(value, str) and value else "..."
    return f"a list is expected here, not {_kind(value)}", f"write `[{inner}]`, or lines with `- `"


def _not_text(_path: DataPath, value: object, _ctx: dict[str, Any]) -> tuple[str, str]:
    return f"text is expected here, not {_kind(value)}", "write the words, in quotes if need be"


def _not_a_number(_path: DataPath, value: object, _ctx: dict[str, Any]) -> tuple[str, str]:
    return f"a number is expected here, not {_kind(value)}", "write digits, such as 3"


def _not_yes_or_no(_path: DataPath, value: object, _ctx: dict[str, Any]) -> tuple[str, str]:
    return f"yes or no is expected here, not {_kind(value)}", "write `true` or `false`"


def _out_of_range(_path: DataPath, value: object, ctx: dict[str, Any]) -> tuple[str, str]:
    limits = {"gt": "more than", "ge": "at least", "le": "at most", "lt": "less than"}
    name, limit = next(iter(ctx.items()))
    return f"{shorten(value)} is out of range", f"write a number of {limits[name]} {limit:g}"


def _bad_name(_path: DataPath, value: object, ctx: dict[str, Any]) -> tuple[str, str]:
    if ctx["pattern"] == LANGUAGE_CODE:
        return f"`{shorten(value)}` is no language code", "write a code such as `zh` or `en`"
    hint = "begin with a small letter; then small letters, digits and _, at most 40 in all"
    return f"`{shorten(value)}` cannot be used as a name", hint


def _no_words(_path: DataPath, _value: object, _ctx: dict[str, Any]) -> tuple[str, str]:
    return "the text is empty", "write the words"


def _text_too_long(_path: DataPath, _value: object, ctx: dict[str, Any]) -> tuple[str, str]:
    limit = ctx["max_length"]
    return "the text is too long", f"shorten it to at most {limit} characters"


def _too_few(path: DataPath, _value: object, ctx: dict[str, Any]) -> tuple[str, str]:
    wanted = ctx["min_length"]
    return f"`{path[-1]}` holds too little", f"give at least {wanted}, or leave the key out"


def _too_many(path: DataPath, _value: object, ctx: dict[str, Any]) -> tuple[str, str]:
    return f"`{path[-1]}` holds too much", f"keep at most {ctx['max_length']}"


_EXPLANATIONS: dict[str, Explanation] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "enum": _not_among,
    "literal_error": _not_among,
    "unknown_name": _not_among,
    "dict_type": _not_a_mapping,
    "model_type": _not_a_mapping,
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


def _pattern(path: DataPath) -> tuple[str, ...]:
    """The path with `*` for list indices and for names that the author chooses."""
    return tuple(
        "*" if isinstance(part, int) or path[:depth] in CHOSEN_NAMES else part
        for depth, part in enumerate(path)
    )


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return f"`{shorten(value)}`" if value else "nothing"
