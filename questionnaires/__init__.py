"""Questionnaires as YAML files: this is the room's whole interface.

>>> load("account_manager_360").title.said("en")
'Account manager feedback'
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from questionnaires.loader import load_content, load_file
from questionnaires.mistakes import AVAILABLE, Mistake, QuestionnaireError, suggest
from questionnaires.model import Questionnaire
from questionnaires.schema import json_schema
from questionnaires.sentences import N_, Sentence

__all__ = [
    "Mistake",
    "QuestionnaireError",
    "available",
    "check",
    "find",
    "is_path",
    "json_schema",
    "load",
    "load_content",
]

LIBRARY = Path(str(files(__name__) / "library"))


def load(key_or_path: str | Path, directory: Path | None = None) -> Questionnaire:
    """The questionnaire of this key (own ``directory`` first, then the library), or this file.

    Raises ``QuestionnaireError``, which holds every mistake with its place.
    """
    if isinstance(key_or_path, Path) or is_path(key_or_path):
        return load_file(Path(key_or_path))
    return load_file(find(key_or_path, directory), key_or_path)


def is_path(key_or_path: str) -> bool:
    """Whether a word names a file; else it is a key."""
    return key_or_path.endswith((".yaml", ".yml"))


def find(key: str, directory: Path | None = None) -> Path:
    """The file of this key (own ``directory`` first, then the library)."""
    known = _known(directory)
    if key not in known:
        hint = suggest(key, known, otherwise=AVAILABLE)
        mistake = Mistake(key, 1, 1, "", Sentence(N_("no questionnaire `%(key)s`"), key=key), hint)
        raise QuestionnaireError((mistake,))
    return known[key]


def available(directory: Path | None = None) -> tuple[str, ...]:
    """The keys that ``load`` knows, in order."""
    return tuple(_known(directory))


def check(path: str | Path) -> tuple[Mistake, ...]:
    """Everything wrong with the file at ``path``; empty means fine."""
    try:
        load_file(Path(path))
    except QuestionnaireError as error:
        return error.mistakes
    return ()


def _known(directory: Path | None) -> dict[str, Path]:
    """Key to file. A file of one's own wins over the library's."""
    folders = [LIBRARY] if directory is None else [LIBRARY, Path(directory)]
    found = {file.stem: file for folder in folders for file in folder.glob("*.yaml")}
    return dict(sorted(found.items()))
