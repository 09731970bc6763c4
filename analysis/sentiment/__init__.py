"""How comments sound and what they are about: Chinese and English, offline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.sentiment.arguments import checked_texts, checked_themes, checked_values
from analysis.sentiment.result import Clause, CommentSentiment, Label, Language, Polarity
from analysis.sentiment.scripts import language_of
from analysis.sentiment.themes import Tagger, Theme, Themes, frequent_phrases

__all__ = [
    "Clause",
    "CommentSentiment",
    "Label",
    "Language",
    "Polarity",
    "Theme",
    "Themes",
    "frequent_untagged",
    "language_of",
    "score_comments",
]


def score_comments(
    texts: Iterable[str],
    *,
    languages: Iterable[Language | None] | None = None,
    polarities: Iterable[Polarity | None] | None = None,
    themes: Themes | None = None,
) -> list[CommentSentiment]:
    """How each comment sounds, as a whole and clause by clause, and what the clauses are about.

    Deterministic and without network. A text is folded (width, case, traditional forms), split
    at punctuation and before contrast words, and every clause is weighed in its own language: by
    a hashed n-gram model, a word list with negation and degree and, in English, TextBlob. See
    docs/sentiment.md for the models' data and figures.

    Parameters
    ----------
    texts
        Comments as they were written; of each the first 4,000 characters are read.
    languages
        Language per text; None finds it out by the share of Han characters.
    polarities
        What each question asked for. To "What could be better?" the bare answer "pricing" is
        criticism; where a comment says an opinion itself, the opinion counts.
    themes
        What to look for in all texts: :class:`Theme` objects, or a mapping of ids to keywords.

    Returns
    -------
    list of CommentSentiment
        One per text, in the same order. ``score`` is 2p - 1, p the calibrated probability that
        the text is positive. ``mixed`` if two clauses lie .35 or more from 0 on both sides.
        ``none``, with score None, for texts that say nothing ("N/A", "没有意见", "", confidence 1)
        and for scripts that no engine reads (language ``other``, confidence 0).

    Raises
    ------
    TypeError
        If ``texts`` is a single text or not a list, or if one of them is not a text.
    ValueError
        If ``languages`` or ``polarities`` are not as many as the texts, or one is not known.
    """
    listed = checked_texts(texts)
    spoken = checked_values("languages", languages, len(listed))
    asked = checked_values("polarities", polarities, len(listed))
    looked_for = checked_themes(themes)
    from analysis.sentiment.scoring import score_batch  # here: the models load when first asked

    return score_batch(listed, spoken, asked, Tagger(looked_for) if looked_for else None)


def frequent_untagged(
    texts: Sequence[str],
    sentiments: Sequence[CommentSentiment],
    *,
    least: int = 3,
    most: int = 20,
) -> list[tuple[str, int]]:
    """Frequent phrases of the clauses in which no theme was found, for whoever keeps the keywords.

    Parameters
    ----------
    texts, sentiments
        Comments and what :func:`score_comments` said of them, with themes.
    least
        In how many clauses a phrase must stand: not below the comment threshold of the cycle.
    most
        How many phrases are returned.

    Returns
    -------
    list of (phrase, clauses)
        Most frequent first.
    """
    untagged = [
        text[clause.start : clause.end]
        for text, sentiment in zip(texts, sentiments, strict=True)
        for clause in sentiment.clauses
        if not clause.themes
    ]
    return frequent_phrases(untagged, least=least, most=most)
