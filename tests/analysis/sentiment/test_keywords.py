"""The keywords of the built-in questionnaires mean what they mean, also inside other words."""

import json
from pathlib import Path

import pytest

import questionnaires
import surveyapp
from analysis.comments import keywords
from analysis.sentiment import score_comments
from analysis.sentiment.lexicon import read_groups
from analysis.sentiment.themes import frequent_phrases
from questionnaires import load

WORDS = [word for _, listed in read_groups("whole_words.txt") for word in listed]
ANSWERS = Path(surveyapp.__file__).parent / "demo" / "answers.json"

SHIPPED = pytest.mark.parametrize("key", questionnaires.available())


def named(key, texts):
    """The themes of the clauses of each text."""
    said = score_comments(texts, themes=keywords(load(key)))
    return [[clause.themes for clause in each.clauses] for each in said]


def without(text):
    """A text without the words that only contain keywords."""
    for word in WORDS:
        text = text.replace(word, "○")
    return text


@SHIPPED
@pytest.mark.parametrize("wrapped", ["{}", "x {} x", "他{}", "{}！"])
def test_a_word_that_contains_a_keyword_names_no_theme(key, wrapped):
    words = [*WORDS, "价值", "lately", "valued", "evaluated", "promising", "breakfast", "orderly"]
    found = zip(words, named(key, [wrapped.format(word) for word in words]), strict=True)
    assert {word for word, themes in found if any(themes)} == set()


@SHIPPED
def test_no_theme_of_the_sample_answers_hangs_on_such_a_word(key):
    banks = json.loads(ANSWERS.read_text(encoding="utf-8"))["texts"]
    texts = [text for bank in banks.values() for listed in bank.values() for text in listed]
    assert len(texts) > 50
    assert named(key, texts) == named(key, [without(text) for text in texts])


@SHIPPED
@pytest.mark.parametrize(
    ("text", "number"),
    [("回复很快，合作愉快", 0), ("快递很快", 0), ("Quick to call in the long term", 0)],
)
def test_the_keyword_itself_still_counts_beside_such_a_word(key, text, number):
    assert named(key, [text])[0][number]


def test_a_keyword_that_is_such_a_word_itself_counts():
    themes = {"mood": ["愉快"], "parcel": ["快递员"], "speed": ["快"], "contract": ["long term"]}
    texts = ["合作愉快", "快递员来了", "答复快", "for the long term"]
    said = score_comments(texts, themes=themes)
    assert [each.clauses[0].themes for each in said] == [
        ("mood",), ("parcel",), ("speed",), ("contract",)
    ]  # fmt: skip


def test_of_what_is_said_alike_only_the_whole_is_a_frequent_phrase():
    """Not each of the pieces in which a sentence that several wrote can be cut."""
    clauses = ["有时候周报写得太简单"] * 5 + ["周报没有重点"] * 3 + ["the price list"] * 3
    assert frequent_phrases(clauses) == [
        ("周报", 8),
        ("时候周报写得太简单", 5),
        ("price list", 3),
        ("重点", 3),
    ]
