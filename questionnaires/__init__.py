"""Questionnaires as YAML files: this is the room's whole interface.

>>> load("account_manager_360").title.said("en")
'Account manager feedback'
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from questionnaires.loader import load_file
from questionnaires.mistakes import Mistake, QuestionnaireError, suggest
from questionnaires.model import Questionnaire
from questionnaires.schema import json_schema

__all__ = ["Mistake", "QuestionnaireError", "available", "check", "json_schema", "load"]

LIBRARY = Path(str(files(__name__) / "library"))


def load(key_or_path: str | Path, directory: Path | None = None) -> Questionnaire:
    """The questionnaire of this key (own ``directory`` first, then the library), or this file.

    Raises ``QuestionnaireError``, which holds every mistake with its place.
    """
    if isinstance(key_or_path, Path) or key_or_path.endswith((".yaml", ".yml")):
        return load_file(Path(key_or_path))
    known = _known(directory)
    if key_or_path not in known:
        hint = suggest(key_or_path, known, otherwise="available are")
        mistake = Mistake(key_or_path, 1, 1, "", f"no questionnaire `{key_or_path}`", hint)
        raise QuestionnaireError((mistake,))
    file = known[key_or_path]
    questionnaire = load_file(file)
    if questionnaire.key != key_or_path:
        message = f"the key is `{questionnaire.key}`, the file is named `{file.name}`"
        raise QuestionnaireError(
            (Mistake(str(file), 1, 1, "key", message, f"write `key: {key_or_path}`"),)
        )
    return questionnaire


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
