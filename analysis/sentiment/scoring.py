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
from analysis.sentiment.model import Evidence, Floats, combine, logits
from analysis.sentiment.nonanswers import says_nothing
from analysis.sentiment.result import Clause, CommentSentiment, Label, Language, Polarity
from analysis.sentiment.scripts import language_of, language_of_clause
from analysis.sentiment.themes import Tagger

MIXED = 0.35  # two clauses at least this far from 0, on both sides, make a text mixed
NEUTRAL = 0.1  # a score up to this far from 0 is neutral
SILENT = {"zh": 0.5, "en": 0.6}  # ... and this far where no word of opinion is said
ASKING = 0.95  # ... and this far where that is a question
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
    pieces: list[_Piece] = field(default_factory=list)
    said: float = 0.0  # what the whole text says over its clauses


class _Judged(NamedTuple):
    """Arrays per clause or per text."""

    logit: Floats
    opinionated: NDArray[np.bool_]


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
    reading = _Reading(folded, language or language_of(folded), asked)
    if says_nothing(folded) or (reading.language == "other" and not _is_picture(folded)):
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
        own = _Judged(by_clause.logit[at:until], by_clause.opinionated[at:until])
        text = (float(by_text.logit[number]), bool(by_text.opinionated[number]))
        sentiments.append(_sentiment(reading, own, *text, tagger))
        at = until
    return sentiments


def _judge(
    readings: list[_Reading], pieces: list[_Piece], owner: NDArray[np.intp]
) -> tuple[_Judged, _Judged]:
    """Log-odds of every clause and of every text, each clause weighed in its own language."""
    texts = len(readings)
    clause = _Judged(np.zeros(len(pieces)), np.zeros(len(pieces), dtype=bool))
    whole = _Judged(np.zeros(texts), np.zeros(texts, dtype=bool))
    said = np.array([reading.said for reading in readings])
    for language in ("zh", "en"):
        at = np.array([n for n, piece in enumerate(pieces) if piece.language == language], np.intp)
        if not len(at):
            continue
        found = _evidence(language, [pieces[n].text for n in at])
        decided = [not cues.is_undecided(pieces[n].text, language) for n in at]
        found = Evidence(*(values * decided for values in found))
        found = found._replace(cues=found.cues + said[owner[at]])
        turns = np.array([pieces[n].span.turn for n in at])
        alone = combine(found, np.arange(len(at)), np.zeros(len(at)), len(at))
        many = np.bincount(owner, minlength=texts)[owner[at]] > 1
        alone[many, 2:4] *= ALONE
        clause.logit[at] = logits(language, alone)
        clause.opinionated[at] = (np.abs(found.opinions) > FAINT) | (found.cues != 0)
        together = logits(language, combine(found, owner[at], turns, texts))
        present = np.bincount(owner[at], minlength=texts) > 0
        whole.logit[present] += together[present]
        np.logical_or.at(whole.opinionated, owner[at], clause.opinionated[at])
    return _Judged(_overruled(clause.logit, said[owner]), clause.opinionated), _Judged(
        _overruled(whole.logit, said), whole.opinionated
    )


def _overruled(logit: Floats, said: Floats) -> Floats:
    """Log-odds with the sign of what the whole text says over its clauses, where it does."""
    return np.where(said == 0, logit, np.sign(said) * np.maximum(np.abs(logit), 1.0))


def _evidence(language: str, clauses: list[str]) -> Evidence:
    if language == "zh":
        return chinese.evidence(clauses)
    from analysis.sentiment import english  # here: only reports with English comments pay for it

    return english.evidence(clauses)


def _sentiment(
    reading: _Reading, own: _Judged, logit: float, opinionated: bool, tagger: Tagger | None
) -> CommentSentiment:
    if not reading.pieces:
        known = reading.language != "other"
        return CommentSentiment(None, "none", float(known), reading.language, "")
    clauses = tuple(
        Clause(
            piece.span.start,
            piece.span.end,
            _clause_score(piece, float(own.logit[n]), bool(own.opinionated[n]), reading.asked),
            tagger(piece.text) if tagger else (),
        )
        for n, piece in enumerate(reading.pieces)
    )
    score = clauses[0].score if len(clauses) == 1 else _score_of(logit, opinionated, reading.asked)
    label = _label(score, _neutral_up_to(reading, opinionated), clauses)
    confidence = _confidence(score, label, clauses)
    return CommentSentiment(score, label, confidence, reading.language, _engine(reading), clauses)


def _clause_score(piece: _Piece, logit: float, opinionated: bool, asked: Polarity | None) -> float:
    return _score_of(logit, opinionated, asked)


def _score_of(logit: float, opinionated: bool, asked: Polarity | None) -> float:
    """2p - 1; what only names a thing ("pricing") takes the sign that was asked for."""
    if not opinionated and asked in ("positive", "negative"):
        logit = KEPT * logit + (ASKED if asked == "positive" else -ASKED)
    return float(np.tanh(logit / 2.0))


def _neutral_up_to(reading: _Reading, opinionated: bool) -> float:
    """How far from 0 a score is still called neutral."""
    if opinionated or reading.asked in ("positive", "negative"):
        return NEUTRAL
    if cues.is_question(reading.folded):
        return ASKING
    return SILENT["zh" if reading.language == "zh" else "en"]


def _label(score: float, neutral: float, clauses: tuple[Clause, ...]) -> Label:
    if min(c.score for c in clauses) <= -MIXED and max(c.score for c in clauses) >= MIXED:
        return "mixed"
    if abs(score) <= neutral:
        return "neutral"
    return "positive" if score > 0 else "negative"


def _confidence(score: float, label: Label, clauses: tuple[Clause, ...]) -> float:
    """The calibrated probability of the label; of a mixed text, of its less certain side."""
    if label == "mixed":
        score = min(max(c.score for c in clauses), -min(c.score for c in clauses))
    return (1.0 + abs(score)) / 2.0 if label != "neutral" else 1.0 - abs(score)


def _engine(reading: _Reading) -> str:
    engines = []
    for language in dict.fromkeys(piece.language for piece in reading.pieces):
        if language == "zh":
            engines.append(chinese.engine())
        else:
            from analysis.sentiment import english

            engines.append(english.engine())
    return " + ".join(engines)
