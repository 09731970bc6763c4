"""Comments to scores: fold, tell the language, split, weigh, label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.sentiment import chinese, cues
from analysis.sentiment.clauses import Span, split
from analysis.sentiment.folding import fold
from analysis.sentiment.model import (
    OPINIONS,
    Evidence,
    Floats,
    combine,
    logits,
    signs_of_opinion,
    stated_as_fact,
)
from analysis.sentiment.nonanswers import says_nothing
from analysis.sentiment.result import NEUTRAL, Clause, CommentSentiment, Label, Language, Polarity
from analysis.sentiment.scripts import language_of, language_of_clause
from analysis.sentiment.themes import Tagger

MIXED = 0.35  # two clauses at least this far from 0, on both sides, make a text mixed
FACT = 0.5  # ... and a text that states a fact at least this probably is neutral too,
PLAIN_FACT = 0.8  # ... where words of opinion are said, at least this
ASKED = 1.2  # log-odds of an answer that only names a thing, by what was asked for
ALONE = 1.6  # opinion words of a clause count this much more when it is judged by itself
FAINT = 1.0  # opinion words up to this much are not yet an opinion
KEPT = 0.3  # ... and what remains of its own
BATCH = 2000  # texts weighed at once, so that memory does not grow with their number


class _Piece(NamedTuple):
    span: Span
    text: str  # folded
    language: Language


@dataclass
class _Reading:
    """One comment while it is read."""

    folded: str
    language: Language
    asked: Polarity | None
    silent: bool  # a way to say nothing
    pieces: list[_Piece] = field(default_factory=list)
    said: float = 0.0  # what the whole text says over its clauses


class _Judged(NamedTuple):
    """Arrays per clause or per text."""

    logit: Floats
    opinionated: NDArray[np.bool_]
    fact: Floats  # probability that no opinion is said

    def part(self, start: int, stop: int) -> _Judged:
        chosen = slice(start, stop)
        return _Judged(self.logit[chosen], self.opinionated[chosen], self.fact[chosen])


def score_batch(
    texts: Sequence[str],
    languages: Sequence[Language | None],
    polarities: Sequence[Polarity | None],
    tagger: Tagger | None,
) -> list[CommentSentiment]:
    """As :func:`analysis.sentiment.score_comments`, whose arguments it gets in full length."""
    scored: list[CommentSentiment] = []
    for start in range(0, len(texts), BATCH):
        part = slice(start, start + BATCH)
        readings = [
            _read(text, language, asked)
            for text, language, asked in zip(
                texts[part], languages[part], polarities[part], strict=True
            )
        ]
        scored += _score(readings, tagger)
    return scored


def _read(text: str, language: Language | None, asked: Polarity | None) -> _Reading:
    folded = fold(text)
    reading = _Reading(folded, language or language_of(folded), asked, says_nothing(folded))
    if reading.silent or (reading.language == "other" and not _is_picture(folded)):
        return reading
    for span in split(folded):
        clause = folded[span.start : span.end]
        spoken = language_of_clause(clause)
        if spoken == "other":  # numbers and pictures, or a foreign word
            spoken = "zh" if reading.language == "other" else reading.language
        reading.pieces.append(_Piece(span, clause, spoken))
    if reading.language != "other":
        reading.said = cues.of_text(folded, reading.language)
    return reading


def _is_picture(folded: str) -> bool:
    """Whether a text without letters says something by a picture, as a thumb does."""
    return not any(map(str.isalpha, folded)) and cues.of_clause(folded, "zh") != 0


def _score(readings: list[_Reading], tagger: Tagger | None) -> list[CommentSentiment]:
    owner = np.array([n for n, reading in enumerate(readings) for _ in reading.pieces], np.intp)
    pieces = [piece for reading in readings for piece in reading.pieces]
    by_clause, by_text = _judge(readings, pieces, owner)
    sentiments, at = [], 0
    for number, reading in enumerate(readings):
        until = at + len(reading.pieces)
        own = by_clause.part(at, until)
        text = by_text.part(number, number + 1)
        sentiments.append(_sentiment(reading, own, text, tagger))
        at = until
    return sentiments


def _judge(
    readings: list[_Reading], pieces: list[_Piece], owner: NDArray[np.intp]
) -> tuple[_Judged, _Judged]:
    """Log-odds of every clause and of every text, each clause weighed in its own language."""
    texts = len(readings)
    clause, whole = _nothing(len(pieces)), _nothing(texts)
    said = np.array([reading.said for reading in readings])
    for language in ("zh", "en"):
        at = np.array([n for n, piece in enumerate(pieces) if piece.language == language], np.intp)
        if not len(at):
            continue
        found = _evidence(language, [pieces[n].text for n in at])
        decided = np.array([not cues.is_undecided(pieces[n].text, language) for n in at])
        found = Evidence(*(values * decided for values in found))
        found = found._replace(cues=found.cues + said[owner[at]])
        turns = np.array([pieces[n].span.turn for n in at])
        alone = combine(found, np.arange(len(at)), np.zeros(len(at)), len(at))
        many = np.bincount(owner, minlength=texts)[owner[at]] > 1
        alone[many, OPINIONS] *= ALONE
        clause.logit[at] = logits(language, alone)
        clause.opinionated[at] = (np.abs(found.opinions) > FAINT) | (found.cues != 0)
        signs = signs_of_opinion(found, np.arange(len(at)), len(at))
        fact = np.where(found.cues != 0, 0.0, stated_as_fact(language, signs))
        clause.fact[at] = np.where(decided, fact, 1.0)
        together = logits(language, combine(found, owner[at], turns, texts))
        present = np.bincount(owner[at], decided, texts) > 0
        whole.logit[present] += together[present]
        np.logical_or.at(whole.opinionated, owner[at], clause.opinionated[at])
        facts = stated_as_fact(language, signs_of_opinion(found, owner[at], texts))
        facts[owner[at][found.cues != 0]] = 0.0  # a turn of phrase is an opinion
        whole.fact[present] *= facts[present]
    return (
        clause._replace(logit=_overruled(clause.logit, said[owner])),
        whole._replace(logit=_overruled(whole.logit, said)),
    )


def _nothing(size: int) -> _Judged:
    return _Judged(np.zeros(size), np.zeros(size, dtype=bool), np.ones(size))


def _overruled(logit: Floats, said: Floats) -> Floats:
    """Log-odds with the sign of what the whole text says over its clauses, where it does."""
    return np.where(said == 0, logit, np.sign(said) * np.maximum(np.abs(logit), 1.0))


def _evidence(language: str, clauses: list[str]) -> Evidence:
    if language == "zh":
        return chinese.evidence(clauses)
    from analysis.sentiment import english  # here: only reports with English comments pay for it

    return english.evidence(clauses)


def _sentiment(
    reading: _Reading, own: _Judged, text: _Judged, tagger: Tagger | None
) -> CommentSentiment:
    if not reading.pieces:
        known = reading.silent or reading.language != "other"
        return CommentSentiment(None, "none", float(known), reading.language, "")
    scores = _scores(own, reading.asked)
    score = float(scores[0] if len(scores) == 1 else _scores(text, reading.asked)[0])
    if len(scores) > 1:
        scores = scores * (1.0 - own.fact)  # a fact stands on no side
    clauses = tuple(
        Clause(
            piece.span.start,
            piece.span.end,
            float(scores[n]),
            tagger(piece.text) if tagger else (),
        )
        for n, piece in enumerate(reading.pieces)
    )
    fact = _fact(reading, text)
    label = _label(score, fact, clauses)
    confidence = _confidence(score, fact, label, clauses)
    return CommentSentiment(score, label, confidence, reading.language, _engine(reading), clauses)


def _scores(judged: _Judged, asked: Polarity | None) -> Floats:
    """2p - 1; what only names a thing ("pricing") takes the sign that was asked for."""
    logit = judged.logit
    if asked in ("positive", "negative"):
        taken = KEPT * logit + (ASKED if asked == "positive" else -ASKED)
        logit = np.where(judged.opinionated, logit, taken)
    scores: Floats = np.tanh(logit / 2.0)
    return scores


def _fact(reading: _Reading, text: _Judged) -> float:
    """Probability that a comment says no opinion, as one does not that answers what was asked."""
    if reading.asked in ("positive", "negative"):
        return 0.0
    if not text.opinionated[0] and cues.is_question(reading.folded):
        return 1.0
    fact = float(text.fact[0])
    return fact if not text.opinionated[0] or fact >= PLAIN_FACT else min(fact, FACT / 2)


def _label(score: float, fact: float, clauses: tuple[Clause, ...]) -> Label:
    if min(c.score for c in clauses) <= -MIXED and max(c.score for c in clauses) >= MIXED:
        return "mixed"
    if fact >= FACT or abs(score) <= NEUTRAL:
        return "neutral"
    return "positive" if score > 0 else "negative"


def _confidence(score: float, fact: float, label: Label, clauses: tuple[Clause, ...]) -> float:
    """The calibrated probability of the label; of a mixed text, of its less certain side."""
    if label == "neutral":
        return max(fact, 1.0 - abs(score))
    if label == "mixed":
        score = min(max(c.score for c in clauses), -min(c.score for c in clauses))
    return (1.0 - fact) * (1.0 + abs(score)) / 2.0


def _engine(reading: _Reading) -> str:
    engines = []
    for language in dict.fromkeys(piece.language for piece in reading.pieces):
        if language == "zh":
            engines.append(chinese.engine())
        else:
            from analysis.sentiment import english

            engines.append(english.engine())
    return " + ".join(engines)
