"""What is said of one comment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Label = Literal["positive", "neutral", "negative", "mixed", "none"]
Language = Literal["zh", "en", "other"]
Polarity = Literal["positive", "negative", "neutral"]


@dataclass(frozen=True)
class Clause:
    """A part of a text with a score of its own: ``text[start:end]``, in code points."""

    start: int
    end: int
    score: float  # -1 to 1
    themes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommentSentiment:
    """How one comment sounds. ``score`` is None where nothing was scored."""

    score: float | None  # -1 (negative) to 1 (positive); 2p - 1 of a calibrated probability p
    label: Label
    confidence: float  # 0 to 1: the calibrated probability that ``label`` is right
    language: Language  # of most of the text; "other" is a script that no engine reads
    engine: str  # what scored it, "" where nothing did
    clauses: tuple[Clause, ...] = ()
