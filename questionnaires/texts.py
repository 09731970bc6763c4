"""Every text of a questionnaire with its languages side by side, also of one that has mistakes.

Translators work with this before the questionnaire is complete, so the data are looked at as the
author wrote them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from questionnaires import rules
from questionnaires.loader import read_document
from questionnaires.mistakes import DataPath, path_text, shorten
from questionnaires.reader import Document, printable

# What a text belongs to, by the last of these keys on its path.
PARTS = {
    "scales": "scale",
    "competencies": "competency",
    "items": "item",
    "open_questions": "open question",
}


@dataclass(frozen=True)
class TextRow:
    """One text in all languages; words that are missing are empty."""

    path: str  # "competencies[0].items[2].text.SELF"
    line: int
    part: str  # "item", "scale", ...; empty for the questionnaire itself
    id: str  # of the part
    words: Mapping[str, str]  # by language, in the order of the languages
    missing: tuple[str, ...]


@dataclass(frozen=True)
class SideBySide:
    languages: tuple[str, ...]
    rows: tuple[TextRow, ...]  # in the order of the file

    @property
    def missing(self) -> tuple[TextRow, ...]:
        return tuple(row for row in self.rows if row.missing)


def side_by_side(content: bytes, name: str) -> SideBySide:
    """The texts in ``content``; raises ``QuestionnaireError`` where nothing can be read."""
    document = read_document(content, name)
    data = document.data if isinstance(document.data, dict) else {}
    languages = tuple(dict.fromkeys(rules.languages(data)))
    rows = [_row(document, path, text, languages) for path, text in _texts(data)]
    return SideBySide(languages, tuple(sorted(rows, key=lambda row: row.line)))


def _texts(data: rules.Data) -> Iterator[tuple[DataPath, Mapping[str, Any]]]:
    yield from ((path, text) for path, text, *_ in rules.texts(data))
    yield from rules.mappings(data, "competencies.*.keywords")


def _row(
    document: Document, path: DataPath, text: Mapping[str, Any], languages: tuple[str, ...]
) -> TextRow:
    words = {language: _said(text.get(language)) for language in languages}
    part, id = _owner(document.data, path)
    return TextRow(
        path=path_text(path),
        line=_line(document, path),
        part=part,
        id=id,
        words=words,
        missing=tuple(language for language in languages if not words[language]),
    )


def _said(value: object) -> str:
    """The words, or the keywords in a row, as they can be shown whatever stands there."""
    given = value if isinstance(value, list) else [value]
    return printable(", ".join(each for each in given if isinstance(each, str)).strip())


def _line(document: Document, path: DataPath) -> int:
    while path not in document.spots:  # a plain wording has no `default` of its own
        path = path[:-1]
    return document.spots[path].value[0]


def _owner(data: Any, path: DataPath) -> tuple[str, str]:
    """Which part of the questionnaire a text belongs to, and its id."""
    part, name = "", ""
    for key, following in pairwise(path):
        data = data[key]
        if key in PARTS:
            owner = data[following]
            given = owner.get("id", "") if isinstance(owner, dict) else ""
            part, name = PARTS[key], shorten(following if key == "scales" else given)
    return part, printable(name)
