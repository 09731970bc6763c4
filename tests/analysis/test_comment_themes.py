"""What the comments are about: counted, quoted and corrected."""

from dataclasses import replace

import pytest
from cycles import comment, cycle, rows

from analysis import analyse
from analysis.comments import (
    ScoredComment,
    is_unsure,
    keywords,
    shown_comments,
    themes,
    wished,
)
from analysis.ratings import Comment
from analysis.report import build_manager_report
from analysis.report.commentary import wish_sentences
from analysis.sentiment import Clause, CommentSentiment
from analysis.wording import EN


def said(text, *clauses, label=None, confidence=0.9):
    """A comment whose clauses are (score, themes), one after the other."""
    parts = tuple(
        Clause(n, n + 1, score, tuple(about)) for n, (score, *about) in enumerate(clauses)
    )
    scores = [part.score for part in parts]
    sides = {score > 0 for score in scores if score}
    how = "mixed" if len(sides) == 2 else "positive" if True in sides else "negative"
    sentiment = CommentSentiment(sum(scores) / 2, how, confidence, "en", "x", parts)
    return ScoredComment(Comment("a", "PEER", "advice", text, label=label), sentiment)


@pytest.mark.parametrize(
    ("clauses", "polarity"),
    [
        ([(0.8, "price")], "positive"),
        ([(-0.8, "price")], "negative"),
        ([(0.0, "price")], "neutral"),
        ([(0.8, "price"), (-0.8, "price")], "mixed"),
        ([(0.8, "price"), (-0.8, "speed")], "positive"),
        ([(-0.8, "speed")], None),
    ],
)
def test_a_comment_speaks_of_a_theme_as_its_clauses_do(clauses, polarity):
    assert said("ab", *clauses).about("price") == polarity


def test_what_nobody_is_sure_of_is_neither_praise_nor_criticism():
    assert said("ab", (0.8, "price"), confidence=0.5).about("price") is None


@pytest.mark.parametrize(
    ("label", "polarity"), [("negative", "negative"), ("mixed", "mixed"), ("none", None)]
)
def test_a_correction_counts_instead_of_the_program(label, polarity):
    assert said("ab", (0.8, "price"), label=label, confidence=0.1).about("price") == polarity


def test_a_comment_counts_once_per_theme_and_the_most_spoken_of_stands_first():
    given = [said("abc", (0.9, "price"), (0.4, "price")), said("ab", (-0.9, "speed")),
             said("ac", (0.5, "speed"), (-0.5, "speed"))]  # fmt: skip
    first, second = themes(given, ["price", "speed", "never"])
    assert (first.competency, first.n) == ("speed", 2)
    assert (first.counts["negative"], first.counts["mixed"]) == (1, 1)
    assert (second.competency, second.counts["positive"]) == ("price", 1)


def test_the_clearest_comment_is_quoted_and_of_a_long_one_its_clause():
    long = "x" + "y" * 200
    (theme,) = themes([said("weak", (0.3, "price")), said(long, (0.9, "price"))], ["price"])
    assert (theme.praise, theme.wish) == ("x", "")
    (theme,) = themes([said("short one", (-0.9, "price"))], ["price"])
    assert (theme.praise, theme.wish) == ("", "short one")


def asking_about_price():
    data = cycle(
        {"a": {"CUSTOMER": rows(3, 3, 3, 3, 3), "PEER": rows(3, 3, 3, 3)}},
        comments=[
            comment("a", "CUSTOMER", "报价总是拖延"),
            comment("a", "CUSTOMER", "报价很清楚"),
            comment("a", "PEER", "报价总是拖延，太慢了"),
        ],
    )
    first, *rest = data.questionnaire.competencies
    named = first.model_copy(update={"keywords": {"zh": ("报价",)}})
    return data, data.questionnaire.model_copy(update={"competencies": (named, *rest)})


def test_a_report_counts_only_comments_that_may_be_read():
    data, questionnaire = asking_about_price()
    data = replace(data, questionnaire=questionnaire)
    assert keywords(questionnaire) == {"trust": ("报价",)}
    assert len(shown_comments(data)["a"]) == 2  # four peers are below the threshold
    made = build_manager_report(analyse(data), "a", "zh")
    (row,) = made.themes
    assert (row.label, row.n, row.positive, row.negative) == ("能力trust", 2, 1, 1)
    assert (row.praise, row.wish) == ("报价很清楚", "报价总是拖延")
    assert made.wishes == ("有一位客户的意见希望改进：能力trust。",)


def by_customer(*clauses, label=None):
    of = said("ab", *clauses, label=label)
    return replace(of, comment=replace(of.comment, group="CUSTOMER"))


@pytest.mark.parametrize(
    ("clauses", "label", "wishes"),
    [
        ([(-0.8, "price")], None, True),
        ([(0.8, "price"), (-0.8, "price")], None, True),
        ([(0.8, "price"), (-0.8, "speed")], None, False),
        ([(0.8, "price"), (-0.8, "speed")], "mixed", False),  # the praise in it
        ([(-0.8, "price"), (0.8, "speed")], "mixed", True),
        ([(-0.19, "price")], None, False),  # hardly likelier than not
        ([(-0.2, "price")], None, True),
    ],
)
def test_only_surely_blamed_themes_are_wishes(clauses, label, wishes):
    found = wished([by_customer(*clauses, label=label)], ["price"])
    assert found == ([("price", 1)] if wishes else [])


@pytest.mark.parametrize(
    ("found", "sentences"),
    [
        ([("a", 1)], ("Wished for in one comment of a customer: A.",)),
        ([("a", 1), ("b", 1)], ("Wished for in one comment of a customer each: A, B.",)),
        (
            [("a", 3), ("b", 1)],
            (
                "Customers wish for most: A (comments: 3).",
                "Wished for in one comment of a customer: B.",
            ),
        ),
        (
            [("a", 3), ("b", 3), ("c", 2)],
            (
                "Customers wish for most, equally often: A, B (comments: 3 each).",
                "Customers also wish for: C (comments: 2).",
            ),
        ),
        ([], ()),
    ],
)
def test_only_what_several_wish_is_wished_most_and_ties_are_one_sentence(found, sentences):
    assert wish_sentences(EN, {"a": "A", "b": "B", "c": "C"}, found) == sentences


@pytest.mark.parametrize(
    ("score", "label", "clauses", "unsure"),
    [
        (0.97, "mixed", (-0.6, 0.98), True),  # called mixed, though the score leaves no doubt
        (-0.97, "mixed", (0.6, -0.98), True),
        (0.5, "mixed", (-0.6, 0.98), False),
        (0.9, "positive", (-0.2, 0.98), True),  # a clause on the side that the score denies
        (-0.9, "negative", (0.2, -0.98), True),
        (0.9, "positive", (-0.05, 0.98), False),
        (0.05, "neutral", (-0.3, 0.3), False),
        (None, "none", (), False),
    ],
)
def test_a_text_whose_clauses_contradict_its_score_waits_for_a_person(
    score, label, clauses, unsure
):
    said = CommentSentiment(
        score,
        label,
        0.9,
        "zh",
        "",
        tuple(Clause(n, n + 1, value) for n, value in enumerate(clauses)),
    )
    assert is_unsure(said) is unsure
    assert ScoredComment(Comment("a", "PEER", "advice", "text"), said).certain is not unsure
