"""Comments of one ratee: how they sound, what they are about, and which stand for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from analysis.asked import tells_apart
from analysis.disclosure import may_show_comments
from analysis.ratings import Comment, CycleData
from analysis.sentiment import CommentSentiment, Label, score_comments
from questionnaires.model import OpenQuestion, Questionnaire, Relation

CERTAIN = 0.6  # below this confidence a person should look before a comment is called anything
SURE = 2 * CERTAIN - 1  # the same as a score, which is twice a probability less one
QUOTE = 80  # characters of a comment that is quoted whole; of a longer one its clause is

Polarity = Literal["positive", "mixed", "negative", "neutral"]


@dataclass(frozen=True)
class ScoredComment:
    comment: Comment
    sentiment: CommentSentiment

    @property
    def label(self) -> Label:
        """How the comment sounds: as a person said, else as the program did."""
        return self.comment.label or self.sentiment.label

    @property
    def certain(self) -> bool:
        return self.comment.label is not None or not is_unsure(self.sentiment)

    @cached_property
    def named(self) -> frozenset[str]:
        """What any of its clauses is about."""
        return frozenset(theme for clause in self.sentiment.clauses for theme in clause.themes)

    def about(self, theme: str) -> Polarity | None:
        """How the comment speaks of a theme; None if it does not, or nobody can say how."""
        scores = [clause.score for clause in self.sentiment.clauses if theme in clause.themes]
        if not scores or not self.certain or self.comment.label == "none":
            return None
        if self.comment.label is not None:
            return self.comment.label
        praised, blamed = max(scores) >= SURE, min(scores) <= -SURE
        if praised and blamed:
            return "mixed"
        return "positive" if praised else "negative" if blamed else "neutral"

    def wishes(self, theme: str) -> bool:
        """Whether it wants a theme to be better. A comment that a person called mixed need not:
        what it says of the theme may be the praise in it."""
        polarity = self.about(theme)
        if polarity != "mixed":
            return polarity == "negative"
        return any(
            clause.score <= -SURE for clause in self.sentiment.clauses if theme in clause.themes
        )

    def quote(self, theme: str, sign: int) -> tuple[float, str]:
        """The strongest clause about a theme in one direction, and the words to quote it by."""
        clauses = [
            (sign * clause.score, self.comment.text[clause.start : clause.end].strip())
            for clause in self.sentiment.clauses
            if theme in clause.themes
        ]
        strength, words = max(clauses)
        text = self.comment.text.strip()
        return strength, text if len(text) <= QUOTE else words


Spoken = tuple[Polarity, ScoredComment]  # how a comment speaks of the theme at hand


@dataclass(frozen=True)
class Theme:
    """What comments say about one competency."""

    competency: str
    spoken: tuple[Spoken, ...]  # each comment once

    @property
    def n(self) -> int:
        return len(self.spoken)

    @cached_property
    def counts(self) -> Mapping[Polarity, int]:
        counts: dict[Polarity, int] = {"positive": 0, "mixed": 0, "negative": 0, "neutral": 0}
        for polarity, _ in self.spoken:
            counts[polarity] += 1
        return counts

    @property
    def praise(self) -> str:
        """A comment that stands for the positive ones, else ""."""
        return self._quoted("positive", 1)

    @property
    def wish(self) -> str:
        """One for the negative ones, else ""."""
        return self._quoted("negative", -1)

    def _quoted(self, polarity: Polarity, sign: int) -> str:
        """The clearest comment of a polarity; of equally clear ones the first in words."""
        quotes = [of.quote(self.competency, sign) for said, of in self.spoken if said == polarity]
        return min(quotes, key=lambda quote: (-quote[0], quote[1]))[1] if quotes else ""


def is_unsure(sentiment: CommentSentiment) -> bool:
    """Whether a person should look before a comment is called what the program calls it."""
    return sentiment.confidence < CERTAIN or sentiment.at_odds


def shown_comments(data: CycleData) -> dict[str, tuple[ScoredComment, ...]]:
    """Comments that may be shown, per ratee, in the order given.

    Raises
    ------
    ValueError
        If a comment answers a question that the questionnaire does not ask.
    """
    questions = {question.id: question for question in data.questionnaire.open_questions}
    unknown = {comment.question for comment in data.comments} - set(questions)
    if unknown:
        raise ValueError(f"comments answer questions that are not asked: {sorted(unknown)}")
    readable = _readable(data, questions)
    shown = [comment for comment in data.comments if _place(comment) in readable]
    sentiments = score_comments(
        [comment.text for comment in shown],
        polarities=[questions[comment.question].polarity for comment in shown],
        themes=keywords(data.questionnaire),
    )
    by_ratee: dict[str, list[ScoredComment]] = {}
    for comment, sentiment in zip(shown, sentiments, strict=True):
        by_ratee.setdefault(comment.ratee, []).append(ScoredComment(comment, sentiment))
    return {ratee: tuple(comments) for ratee, comments in by_ratee.items()}


def keywords(questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    """Per competency the words by which a comment is recognised as being about it."""
    return {
        competency.id: tuple(word for words in competency.keywords.values() for word in words)
        for competency in questionnaire.competencies
        if competency.keywords
    }


def themes(comments: Sequence[ScoredComment], competencies: Iterable[str]) -> tuple[Theme, ...]:
    """What is said about each competency, most spoken of first; those never named are left out."""
    spoken: dict[str, list[Spoken]] = {competency: [] for competency in competencies}
    for of in comments:
        for theme in of.named & spoken.keys():
            if polarity := of.about(theme):
                spoken[theme].append((polarity, of))
    found = [Theme(competency, tuple(said)) for competency, said in spoken.items() if said]
    return tuple(sorted(found, key=lambda theme: -theme.n))


def wished(
    comments: Sequence[ScoredComment], competencies: Iterable[str], *, least: int = 1
) -> list[tuple[str, int]]:
    """What customers would like to be better, most spoken of first: (competency, comments).

    Only what at least ``least`` comments say. Groups that were merged count as nobody's.
    """
    given = [of for of in comments if of.comment.group == Relation.CUSTOMER]
    asked_for = [
        (theme.competency, sum(of.wishes(theme.competency) for _, of in theme.spoken))
        for theme in themes(given, competencies)
    ]
    return sorted((pair for pair in asked_for if pair[1] >= least), key=lambda pair: -pair[1])


def _readable(data: CycleData, questions: Mapping[str, OpenQuestion]) -> set[tuple[str, str, str]]:
    return {
        (group.ratee, group.key, question.id)
        for group in data.groups
        if may_show_comments(group, data.policy)
        for question in questions.values()
        if not tells_apart(group, question)
    }


def _place(comment: Comment) -> tuple[str, str, str]:
    return (comment.ratee, comment.group, comment.question)
