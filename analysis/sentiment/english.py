"""English clauses: words, pairs and pieces of words, lists, and TextBlob, which it alone knows."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from analysis.sentiment import constructions, cues
from analysis.sentiment.english_words import REACH, entries, opinions, words
from analysis.sentiment.model import Evidence, weigh
from analysis.sentiment.ngrams import BITS, Features, character_ngrams, word_hash, word_ngrams

if TYPE_CHECKING:
    from textblob._text import Sentiment

SIZES = (1, 2)
PIECE = 4  # characters
# Pieces know word forms and slips, but mislead about texts from elsewhere.
PIECE_COUNTS = 0.2  # of what words count

_RUNNING = frozenset(
    "i it is was are were am be been this that my me you your we us our he him his she her they them"
    " have has had do does did will would it's i'm i've he's she's the who".split()
)  # words of sentences, which notes do without

Said = list[str]  # the words of a clause


@cache
def engine() -> str:
    """What is said to have scored English."""
    return f"blend-en 1 (textblob {_version()})"


def _version() -> str:
    """TextBlob's, from the name of the folder of its metadata: to read them takes 20 ms more."""
    folder = _folder()
    names = (path.name for path in folder.parent.glob("textblob-*.dist-info"))
    return next(names, "textblob-unknown").removesuffix(".dist-info").split("-")[1]


def features(said: Sequence[Said]) -> Features:
    """The words, pairs of words and pieces of words of clauses, given as their words."""
    hashes, row = [], []
    for number, spoken in enumerate(said):
        marked = _marked(spoken)
        hashes += marked
        row += [number] * len(marked)
    coded = np.array(hashes, np.uint32), np.array(row, np.intp)
    by_word = word_ngrams(*coded, SIZES, BITS["en"])
    by_piece = character_ngrams([" ".join(spoken) for spoken in said], (PIECE,), BITS["en"])
    return by_word + by_piece.counting(PIECE_COUNTS)


def evidence(clauses: Sequence[str]) -> Evidence:
    """What speaks for and against in each folded clause."""
    constructed = [constructions.read(clause, "en") for clause in clauses]
    clauses = [rest for rest, _ in constructed]
    said = [words(clause) for clause in clauses]
    sums, facts, counts = weigh("en", features(said), len(clauses))
    found = [opinions(spoken) for spoken in said]
    return Evidence(
        ngrams=sums,
        facts=facts,
        counts=counts,
        opinions=np.array([sum(values) for values in found], dtype=np.float64),
        hits=np.array([len(values) for values in found], dtype=np.float64),
        tone=np.array([_tone(spoken) for spoken in said], dtype=np.float64),
        cues=np.array(
            [value + cues.of_clause(rest, "en") for rest, value in constructed], dtype=np.float64
        ),
        prose=np.array([float(not _RUNNING.isdisjoint(spoken)) for spoken in said]),
    )


def _marked(spoken: Said) -> list[int]:
    """A hash per word; the words after a negation have hashes of their own."""
    listed = entries()
    left, hashes = 0, []
    for word in spoken:
        hashes.append(_hash("not " + word if left else word))
        left = REACH if listed.get(word, ("", 0.0))[0] == "negation" else max(left - 1, 0)
    return hashes


_HASHES: dict[str, int] = {}


def _hash(word: str) -> int:
    known = _HASHES.get(word)
    if known is None:
        known = word_hash("0" if word.isdigit() else word)
        if len(_HASHES) < 50_000:  # a hostile text must not fill the memory
            _HASHES[word] = known
    return known


def _tone(spoken: Said) -> float:
    """TextBlob's polarity of a list of words, -1 to 1."""
    split = [part for word in spoken for part in _apart(word)]
    polarity, _subjectivity = _textblob()(split)
    return float(polarity)


def _apart(word: str) -> tuple[str, ...]:
    return (word[:-3], "n't") if word.endswith("n't") else (word,)


@cache
def _textblob() -> Sentiment:
    """TextBlob's English lexicon with its own rules for negation and degree.

    Only the file that holds them is run: importing the package loads NLTK as well, which takes
    1.5 s and 100 MB and is not used. Adverbs inherit from adjectives as in ``textblob.en``.
    """
    folder = _folder()
    own = importlib.util.spec_from_file_location(
        "analysis.sentiment._textblob", folder / "_text.py"
    )
    if own is None or own.loader is None:
        raise ModuleNotFoundError(f"{folder} holds no _text.py; textblob 0.20 is needed")
    rules = importlib.util.module_from_spec(own)
    own.loader.exec_module(rules)
    lexicon: Sentiment = rules.Sentiment(
        path=str(folder / "en" / "en-sentiment.xml"),
        synset="wordnet_id",
        negations=("no", "not", "n't", "never"),
        modifiers=("RB",),
        modifier=lambda word: word.endswith("ly"),
        language="en",
    )
    lexicon.load()
    _add_adverbs(lexicon)
    return lexicon


def _folder() -> Path:
    spec = importlib.util.find_spec("textblob")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("textblob is not installed; pip install textblob")
    return Path(spec.submodule_search_locations[0])


def _add_adverbs(lexicon: Sentiment) -> None:
    for word, meanings in list(lexicon.items()):
        if "JJ" in meanings:
            stem = word[:-1] + "i" if word.endswith("y") else word
            stem = stem[:-2] if stem.endswith("le") else stem
            lexicon.annotate(stem + "ly", "RB", *meanings["JJ"])
