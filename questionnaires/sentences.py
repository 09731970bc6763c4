"""Sentences that are written in English and can be said in another language.

This room has one language; whoever shows its sentences hands in how words are translated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Self

Translate = Callable[[str], str]


def N_(text: str) -> str:  # noqa: N802 - as gettext calls it
    """Mark a text for translation where it stands; it is translated where it is shown."""
    return text


class Sentence(str):
    """A template and the words that fill it: the English text, which knows how it came about.

    ``Sentence(N_("There is no account %(email)s."), email=email)``; without words to fill in, the
    template is said as it stands.
    """

    template: str
    words: Mapping[str, object]

    def __new__(cls, template: str, /, **words: object) -> Self:
        if isinstance(template, Sentence):  # more words to it
            words = {**template.words, **words}
            template = template.template
        made = super().__new__(cls, _filled(template, words, str))
        made.template, made.words = template, words
        return made

    def said(self, translate: Translate) -> str:
        """The sentence as ``translate`` says it."""
        return _filled(self.template, self.words, translate)


def said(text: str, translate: Translate) -> str:
    """A sentence in another language; any other text as it is, for it is not ours."""
    return text.said(translate) if isinstance(text, Sentence) else text


def _filled(template: str, words: Mapping[str, object], translate: Translate) -> str:
    if not template:
        return ""
    spelt = {name: _spelt(word, translate) for name, word in words.items()}
    return translate(template) % spelt if spelt else translate(template)


def _spelt(word: object, translate: Translate) -> object:
    """States are words of ours and are translated too; a tuple is a choice, a list are several."""
    if isinstance(word, Sentence):
        return word.said(translate)
    if isinstance(word, StrEnum):
        return translate(word.value)
    if isinstance(word, tuple | list):
        between = translate(N_(" or ") if isinstance(word, tuple) else N_(", "))
        return between.join(str(_spelt(each, translate)) for each in word)
    return word
