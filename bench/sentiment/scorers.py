"""Ours and the packages it is measured beside, each as one function from texts to scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analysis.sentiment import CommentSentiment, score_comments

Scores = list[float]  # below 0 negative, above 0 positive
Scorer = Callable[[Sequence[str]], Scores]


def ours(texts: Sequence[str]) -> Scores:
    return [said.score or 0.0 for said in score_comments(texts)]


def label_of(said: CommentSentiment) -> str:
    """One of three labels: a mixed text goes by its score, one that says nothing is neutral."""
    if said.label == "mixed":
        return "pos" if (said.score or 0.0) > 0 else "neg"
    return {"positive": "pos", "negative": "neg"}.get(said.label, "neu")


def textblob() -> Scorer:
    from textblob import TextBlob

    return lambda texts: [TextBlob(text).sentiment.polarity for text in texts]


def vader() -> Scorer:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    return lambda texts: [analyzer.polarity_scores(text)["compound"] for text in texts]


def snownlp() -> Scorer:
    from snownlp import SnowNLP

    # An empty text, and one of signs only, makes it divide by zero.
    return lambda texts: [
        2 * SnowNLP(text).sentiments - 1 if text.strip() else 0.0 for text in texts
    ]


OTHERS = {"en": {"textblob": textblob, "vader": vader}, "zh": {"snownlp": snownlp}}
BAND = {"textblob": 0.0, "vader": 0.05, "snownlp": 0.0}  # scores this near to 0 are neutral
