"""What callers hand over, checked once at the entrance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar, get_args

from analysis.sentiment.result import Language, Polarity
from analysis.sentiment.themes import Theme, Themes

T = TypeVar("T")

_KNOWN = {"languages": get_args(Language), "polarities": get_args(Polarity)}


def checked_texts(texts: Iterable[str]) -> list[str]:
    """The texts as a list; a generator will do, a single text or a missing one will not."""
    listed = _listed("texts", texts)
    for number, text in enumerate(listed, 1):
        if not isinstance(text, str):
            raise TypeError(f"text {number} is {_kind(text)}, not a str")
    return listed


def checked_values(name: str, values: Iterable[T] | None, size: int) -> Sequence[T | None]:
    """One known value or None per text."""
    if values is None:
        return [None] * size
    listed = _listed(name, values)
    if len(listed) != size:
        raise ValueError(f"{len(listed)} {name} for {size} texts")
    known = _KNOWN[name]
    for number, value in enumerate(listed, 1):
        if value is not None and value not in known:
            raise ValueError(
                f"{name}: number {number} is {value!r}; known are {', '.join(known)} and None"
            )
    return listed


def checked_themes(themes: Themes | None) -> Sequence[Theme]:
    """Themes from a mapping of ids to keywords, or as they are."""
    if not isinstance(themes, Mapping):
        return themes or ()
    return [Theme.of(name, _listed(f"keywords of {name}", words)) for name, words in themes.items()]


def _listed(name: str, values: Iterable[T]) -> list[T]:
    if isinstance(values, str | bytes):
        raise TypeError(f"{name} must be a list, not one {_kind(values)}; put it into a list")
    if not isinstance(values, Iterable):
        raise TypeError(f"{name} must be a list, not {_kind(values)}")
    return list(values)


def _kind(value: object) -> str:
    return "None" if value is None else type(value).__name__
