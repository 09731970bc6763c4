"""What is said of one comment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Label = Literal["positive", "neutral", "negative", "mixed", "none"]
Language = Literal["zh", "en", "other"]
Polarity = Literal["positive", "negative", "neutral"]

NEUTRAL = 0.1  # a score up to this far from 0 is neutral
ONE_SIDED = 0.95  # a text this far from 0 can hardly be mixed


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

    @property
    def at_odds(self) -> bool:
        """Whether clauses contradict the score of the text, so that a person should look.

        A text has a clause on the side that its score denies, or is called mixed though its
        score leaves no doubt.
        """
        if self.score is None or self.label == "neutral":
            return False
        if self.label == "mixed":
            return abs(self.score) >= ONE_SIDED
        return any(
            clause.score * self.score < -NEUTRAL * abs(self.score) for clause in self.clauses
        )
