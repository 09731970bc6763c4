"""Other weights for the same questions, held to the rules of a questionnaire."""

import pytest

import questionnaires
from questionnaires import QuestionnaireError
from questionnaires.weighting import reweighted

FULL = questionnaires.load("account_manager_360")
PULSE = questionnaires.load("account_manager_pulse")


def mistakes(of, weights, by_position=None):
    with pytest.raises(QuestionnaireError) as caught:
        reweighted(of, weights, by_position or {})
    return [(mistake.path, mistake.message) for mistake in caught.value.mistakes]


def test_the_same_percents_make_the_same_questionnaire():
    percents = {relation: f"{percent:g}" for relation, percent in FULL.weights.items()}
    assert reweighted(FULL, percents, {}).content_hash == FULL.content_hash


def test_only_the_weights_change():
    made = reweighted(FULL, {"PEER": "100"}, {"key": {"SUPERVISOR": "62.5", "CUSTOMER": "37.5"}})
    assert made.weights == {"PEER": 100}
    assert made.weights_for("key") == {"SUPERVISOR": 62.5, "CUSTOMER": 37.5}
    assert (made.items, made.title) == (FULL.items, FULL.title)


def test_every_mistake_is_named_at_once():
    found = mistakes(FULL, {"PEER": "90"}, {"key": {"PEER": "x"}, "new": {"SELF": "100"}})
    assert ("weights", "the weights sum to 90, not to 100") in found
    assert ("position_weights.new.SELF", "SELF has no weight") in found
    assert any(path == "position_weights.key.PEER" for path, _ in found)


def test_a_relation_that_is_asked_nothing_has_no_weight():
    found = mistakes(PULSE, {"SUPERVISOR": "100"})
    assert found == [("weights.SUPERVISOR", "SUPERVISOR has a weight but is asked no rating item")]
