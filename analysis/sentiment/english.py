"""English by TextBlob: the only module that knows it."""

from __future__ import annotations

ENGINE = "textblob"


def polarity(text: str) -> float:
    """Polarity of an English text, -1 to 1.

    The pattern lexicon that ships inside the package is asked directly: it splits words by
    itself, so neither NLTK's corpora nor its tokenizers, which would have to be downloaded, are
    needed.
    """
    from textblob.en import sentiment

    score, _subjectivity = sentiment(text)
    return float(score)
