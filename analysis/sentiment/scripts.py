"""Which language a text is written in: its script tells Chinese from English."""

from __future__ import annotations

import re
import unicodedata

from analysis.sentiment.result import Language

HAN_SHARE = 0.3  # a text is Chinese if this share of its letters is Han

_HAN = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN = re.compile("[a-z\u00c0-\u024f]", re.IGNORECASE)
_WORD = re.compile("[a-z\u00c0-\u024f]+", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


def language_of(text: str) -> Language:
    """Chinese, English or other, by the share of Han characters among the letters."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text[:4000])
    letters = len(_LETTER.findall(plain))
    han = len(_HAN.findall(plain))
    if letters and han >= HAN_SHARE * letters:
        return "zh"
    return "en" if 2 * len(_LATIN.findall(plain)) > letters else "other"


def language_of_clause(clause: str) -> Language:
    """As :func:`language_of`, but a Latin word weighs no more than a Han character.

    "response 很快" has the word of opinion in Chinese, whatever the letters of the topic.
    """
    han = len(_HAN.findall(clause))
    if han:
        return "zh" if han >= len(_WORD.findall(clause)) else "en"
    return language_of(clause)
