"""What is wrong with a questionnaire, said so that its author can mend it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from questionnaires.sentences import N_, Sentence

AVAILABLE = N_("available are %(known)s")
DataPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Mistake:
    """One thing to mend. Line and column count from 1 and point at the key or value concerned."""

    file: str
    line: int
    column: int
    path: str  # "competencies[0].items[2].text.en"; empty for the file as a whole
    message: str
    hint: str

    def __str__(self) -> str:
        where = f"{self.path}: " if self.path else ""
        return f"{self.file}:{self.line}:{self.column}: {where}{self.message} ({self.hint})"


class QuestionnaireError(ValueError):
    """A questionnaire that cannot be used; ``mistakes`` says all that is wrong with it."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Finding:
    """A mistake before it has a place in the file: what is wrong at ``path`` of the data."""

    path: DataPath
    message: str
    hint: str
    at: Literal["value", "key"] = "value"


def finding(
    path: DataPath,
    message: str,
    hint: str,
    at: Literal["value", "key"] = "value",
    /,
    **words: object,
) -> Finding:
    """A finding in sentences; the words are those of the message and of its hint."""
    return Finding(path, Sentence(message, **words), Sentence(hint, **words), at)


def path_text(path: DataPath) -> str:
    """A path as authors read it: ``competencies[0].items[2].text.en``."""
    text = "".join(f"[{p}]" if isinstance(p, int) else f".{shorten(p)}" for p in path)
    return text.removeprefix(".")


def shorten(value: object, length: int = 40) -> str:
    """The value as it can stand in a message, however long it is."""
    text = str(value)
    return text if len(text) <= length else text[: length - 1] + "…"


def suggest(
    word: object, known: Iterable[str], otherwise: str = N_("use one of %(known)s")
) -> Sentence:
    """The nearest known name, or all of them. Bounded, since a hostile file may hold anything."""
    names = list(islice(known, 30))
    near = nearest(word, names)
    if near:
        return Sentence(N_("did you mean `%(near)s`?"), near=near)
    return Sentence(otherwise, known=listed(names))


def nearest(word: object, names: Iterable[str]) -> str:
    """The known name that was probably meant; empty where none is near."""
    by_lower = {name.lower(): name for name in reversed([*islice(names, 30)])}
    near = difflib.get_close_matches(str(word).lower()[:40], by_lower, 1, 0.6)
    return by_lower[near[0]] if near else ""


def listed(names: Iterable[object]) -> Sentence:
    shown = [f"`{shorten(name)}`" for name in islice(names, 20)]
    return Sentence("%(shown)s", shown=shown) if shown else Sentence(N_("nothing"))
