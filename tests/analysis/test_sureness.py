"""When a report may say that so many raters are enough."""

import pytest

from analysis.agreement import IccOneway
from analysis.disclosure import Group
from analysis.quality import OVERALL, ScaleQuality
from analysis.sureness import how_sure
from analysis.wording import EN, ZH
from questionnaires.model import Relation


def told(raters, icc1, low, high, words=EN, *, comments=True):
    """What is said of so many peers where one rater has this reliability, with its interval."""
    icc = IccOneway(icc1, None, None, 6.0, 1.0, 1.0, 12, 72, low, high, None)
    quality = ScaleQuality(OVERALL, Relation.PEER, ("x",), 12, 72, icc=icc)
    group = Group("a", (Relation.PEER,), invited=9, answered=raters, attributed=False)
    return how_sure(words, (quality,), [(group, f"{raters} peers")], comments=comments)


@pytest.mark.parametrize(
    ("raters", "sentence"),
    [
        (5, "Based on 5 peers: enough to be sure of their overall score."),
        (
            4,  # the estimate asks for 2, the interval allows 5
            "Based on 4 peers: a sound start; to be sure of the overall score, 5 would be needed.",
        ),
        (
            1,
            "Based on 1 peers: treat as indicative; to be sure of the overall score, "
            "5 would be needed.",
        ),
    ],
)
def test_enough_is_what_is_enough_at_the_lower_end_of_the_interval(raters, sentence):
    icc1 = 0.62 if raters > 1 else 0.45
    assert told(raters, icc1, 0.36, 0.85) == sentence


def test_an_interval_that_reaches_to_nothing_is_never_enough():
    assert "more than 50 would be needed" in told(40, 0.3, -0.02, 0.6)
    assert "more than 50 would be needed" in told(40, 0.3, 0.01, 0.6)


def test_without_an_interval_the_estimate_decides():
    assert told(2, 0.62, None, None).endswith("enough to be sure of their overall score.")


@pytest.mark.parametrize("comments", [True, False])
def test_comments_are_recommended_in_place_of_scores_only_where_there_are_some(comments):
    sentence = told(6, -0.1, -0.3, 0.2, comments=comments)
    assert "see all managers much alike" in sentence
    assert ("Read the comments" in sentence) == comments


@pytest.mark.parametrize("words", [EN, ZH])
def test_every_such_sentence_says_that_it_is_about_the_overall_score(words):
    about = {EN.overall: "overall score", ZH.overall: "综合得分"}[words.overall]
    for raters, icc1 in ((5, 0.62), (4, 0.62), (1, 0.45)):
        assert about in told(raters, icc1, 0.36, 0.85, words)
