"""A questionnaire under another key: the text of the author, with its comments, as it is."""

from __future__ import annotations

import re

from questionnaires.loader import read_document, text_of
from questionnaires.mistakes import Mistake, QuestionnaireError
from questionnaires.sentences import N_, Sentence

# Names a schema file by its place next to the old file.
_SCHEMA_REMARK = re.compile(r"\A# yaml-language-server:[^\n]*\n(#\r?\n)?")


def renamed(content: bytes, key: str, name: str) -> bytes:
    """The same text with another key; raises ``QuestionnaireError`` where no key can be found."""
    document = read_document(content, name)
    text = text_of(content, name)
    spot = document.spots.get(("key",))
    old = document.data.get("key") if isinstance(document.data, dict) else None
    if spot and isinstance(old, str):
        line, column = spot.value
        start = sum(len(each) for each in text.splitlines(keepends=True)[: line - 1]) + column - 1
        written = re.compile(rf"(['\"]?){re.escape(old)}\1").match(text, start)
        if written and old:
            changed = text[:start] + key + text[written.end() :]
            return _SCHEMA_REMARK.sub("", changed).encode()
    place = spot.value if spot else (1, 1)
    message = Sentence(N_("the key cannot be replaced here"))
    hint = Sentence(N_("write `key: %(key)s`"), key=key)
    mistake = Mistake(name, *place, "key", message, hint)
    raise QuestionnaireError((mistake,))
