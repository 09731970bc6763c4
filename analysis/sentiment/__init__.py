"""How comments sound: one score per text, and an honest "not analysed" where there is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Label = Literal["positive", "neutral", "negative", "mixed", "none", "not_analysed"]
Language = Literal["zh", "en", "other"]
Polarity = Literal["positive", "negative", "neutral"]

HAN_SHARE = 0.3  # a text is Chinese if this share of its letters is Han
NEUTRAL = 0.1  # scores up to this far from 0 are called neutral

_NON_ANSWERS = frozenset(
    {"", "na", "n a", "no", "no comment", "no comments", "none", "nothing"}
    | {"无", "没", "没有", "没有了", "没有意见", "没意见", "无意见", "暂无", "暂时没有"}
)


@dataclass(frozen=True)
class Clause:
    """A part of a text with a score of its own: ``text[start:end]``."""

    start: int
    end: int
    score: float
    themes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommentSentiment:
    """How one comment sounds. ``score`` is None where nothing was scored."""

    score: float | None  # -1 (negative) to 1 (positive)
    label: Label
    confidence: float  # 0 to 1: how strongly the words speak; not calibrated
    language: Language
    engine: str  # what scored it, "" where nothing did
    clauses: tuple[Clause, ...] = ()


def score_comments(
    texts: Sequence[str],
    *,
    languages: Sequence[Language] | None = None,
    polarities: Sequence[Polarity] | None = None,
    themes: Sequence[Sequence[str]] | None = None,
) -> list[CommentSentiment]:
    """How each comment sounds.

    English is scored by TextBlob's lexicon. Chinese is not scored yet: an English lexicon would
    call every Chinese text neutral, which would be a lie about its writer.

    Parameters
    ----------
    texts
        Comments as they were written.
    languages
        Language per text; None finds it out by the share of Han characters.
    polarities, themes
        What each question asked for, and the themes to look for per text. Accepted, so that
        callers need not change when an engine uses them; without effect in this version.

    Returns
    -------
    list of CommentSentiment
        One per text, in the same order. Positive above .1, negative below -.1, else neutral;
        ``none`` for texts that say nothing ("N/A", "没有意见"), ``not_analysed`` where no engine
        speaks the language.

    Raises
    ------
    ValueError
        If a sequence given is not as long as ``texts``.
    """
    for name, given in (("languages", languages), ("polarities", polarities), ("themes", themes)):
        if given is not None and len(given) != len(texts):
            raise ValueError(f"{len(given)} {name} for {len(texts)} texts")
    spoken = languages if languages is not None else [language_of(text) for text in texts]
    return [_score(text, language) for text, language in zip(texts, spoken, strict=True)]


def language_of(text: str) -> Language:
    """Chinese, English or other, by the share of Han characters among the letters."""
    letters = [letter for letter in unicodedata.normalize("NFKC", text) if letter.isalpha()]
    han = sum(unicodedata.name(letter, "").startswith("CJK") for letter in letters)
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    if letters and han >= HAN_SHARE * len(letters):
        return "zh"
    return "en" if 2 * latin > len(letters) else "other"


def _score(text: str, language: Language) -> CommentSentiment:
    if _says_nothing(text):
        return CommentSentiment(None, "none", 1.0, language, "")
    if language != "en":
        return CommentSentiment(None, "not_analysed", 0.0, language, "")
    from analysis.sentiment import english  # here: only reports with English comments pay for it

    score = english.polarity(text)
    return CommentSentiment(score, _label(score), abs(score), language, english.ENGINE)


def _label(score: float) -> Label:
    if abs(score) <= NEUTRAL:
        return "neutral"
    return "positive" if score > 0 else "negative"


def _says_nothing(text: str) -> bool:
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(words) in _NON_ANSWERS
