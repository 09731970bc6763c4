"""From a YAML file to a ``Questionnaire``, or to every mistake in it at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from questionnaires import reader, shape
from questionnaires.mistakes import (
    DataPath,
    Finding,
    Mistake,
    QuestionnaireError,
    finding,
    path_text,
    shorten,
)
from questionnaires.model import Questionnaire
from questionnaires.rules import check_rules
from questionnaires.sentences import N_, Sentence

MAX_MISTAKES = 100  # more help nobody, and a hostile file shall not keep us busy


def load_file(file: Path, key: str | None = None) -> Questionnaire:
    """The questionnaire in ``file``; raises ``QuestionnaireError`` with all its mistakes."""
    return load_content(file_content(file), str(file), key)


def load_content(content: bytes, name: str, key: str | None = None) -> Questionnaire:
    """The questionnaire in ``content``; raises ``QuestionnaireError`` with all its mistakes."""
    result = parse(content, name, key)
    if not isinstance(result, Questionnaire):
        raise QuestionnaireError(result)
    return result


def parse(content: bytes, name: str, key: str | None = None) -> Questionnaire | tuple[Mistake, ...]:
    """The questionnaire in ``content``, or everything that is wrong with it.

    ``key``: under which it is kept, where that is fixed.
    """
    try:
        document = read_document(content, name)
    except QuestionnaireError as error:
        return error.mistakes
    questionnaire, findings = _check(document)
    findings = chain(findings, _another_key(document, key))
    located = (_located(finding, document) for finding in findings)
    found = list(islice(chain(document.findings, located), MAX_MISTAKES + 1))
    if not found and questionnaire is not None:
        return questionnaire
    return tuple(_in_order(name, found))


def read_document(content: bytes, name: str) -> reader.Document:
    """The data with their places; raises ``QuestionnaireError`` where nothing can be read."""
    try:
        return reader.read(content)
    except reader.UnreadableError as error:
        raise QuestionnaireError((_mistake(name, error.position, error.finding),)) from None


def text_of(content: bytes, name: str) -> str:
    """The text as it can be kept; raises ``QuestionnaireError`` if it is too large or no text."""
    try:
        return reader.decode(content)
    except reader.UnreadableError as error:
        raise QuestionnaireError((_mistake(name, error.position, error.finding),)) from None


def file_content(file: Path) -> bytes:
    """The content, read no further than needed to see that it is too large."""
    try:
        if not file.is_file():
            raise FileNotFoundError
        with file.open("rb") as stream:
            return stream.read(reader.MAX_BYTES + 1)
    except OSError:
        message = Sentence(N_("there is no such file that can be read"))
        hint = Sentence(N_("check the path and its rights"))
        raise QuestionnaireError((Mistake(str(file), 1, 1, "", message, hint),)) from None


def _check(document: reader.Document) -> tuple[Questionnaire | None, Iterator[Finding]]:
    """Shape first, then the rules; where parts were left out, neither could judge fairly."""
    if not document.whole:
        return None, iter(())
    checked = shape.check_shape(document.data)
    data = document.data if isinstance(document.data, dict) else {}
    if isinstance(checked, Questionnaire):
        return checked, check_rules(data)
    return None, chain(shape.findings(checked), check_rules(data))


def _another_key(document: reader.Document, key: str | None) -> Iterator[Finding]:
    given = document.data.get("key") if isinstance(document.data, dict) else None
    if key is not None and isinstance(given, str) and given != key:
        message = N_("the key is `%(given)s`, but it is kept as `%(key)s`")
        hint = N_("write `key: %(key)s`")
        yield finding(("key",), message, hint, given=shorten(given), key=key)


def _in_order(name: str, found: list[tuple[reader.Position, Finding]]) -> Iterator[Mistake]:
    """One mistake per place and message, from the top of the file to its end."""
    shown = {_mistake(name, position, finding) for position, finding in found[:MAX_MISTAKES]}
    yield from sorted(shown, key=lambda m: (m.line, m.column, m.path, m.message))
    if len(found) > MAX_MISTAKES:
        message = Sentence(N_("only %(most)d mistakes are listed"), most=MAX_MISTAKES)
        yield Mistake(name, 1, 1, "", message, Sentence(N_("mend these and check again")))


def _mistake(name: str, position: reader.Position, finding: Finding) -> Mistake:
    return Mistake(name, *position, path_text(finding.path), finding.message, finding.hint)


def _located(finding: Finding, document: reader.Document) -> tuple[reader.Position, Finding]:
    """The finding with its place; what is missing stands at the key it is missing under."""
    path = standing = _as_written(finding.path, document)
    while standing not in document.spots:
        standing = standing[:-1]
    spot = document.spots[standing]
    at_key = finding.at == "key" or standing != path
    return (spot.key or spot.value) if at_key else spot.value, replace(finding, path=path)


def _as_written(path: DataPath, document: reader.Document) -> DataPath:
    """The path without the ``default`` that the author left out of a wording."""
    written: DataPath = ()
    for part in path:
        longer = (*written, part)
        if part != "default" or written[-1:] != ("text",) or longer in document.spots:
            written = longer
    return written
