"""The questionnaires people start from: complete, short enough, in good order."""

import re
from collections import Counter

import pytest

import questionnaires
from questionnaires.model import Questionnaire, Relation, Text

EXAMPLE = "docs/examples/lq2002/questionnaire.yaml"


@pytest.fixture(params=["account_manager_360", "account_manager_pulse"])
def shipped(request) -> Questionnaire:
    return questionnaires.load(request.param)


@pytest.fixture
def full() -> Questionnaire:
    return questionnaires.load("account_manager_360")


def wordings(questionnaire: Questionnaire) -> list[tuple[Relation, Text]]:
    """Every wording that some relation reads, of items and open questions."""
    asked = (*questionnaire.items, *questionnaire.open_questions)
    return [
        (relation, each.text.get(relation, each.text["default"]))
        for each in asked
        for relation in each.relations
    ]


def test_the_full_questionnaire_asks_each_relation_for_a_bearable_number_of_items(full):
    asked = {relation: len(full.items_for(relation)) for relation in Relation}
    assert asked == {
        Relation.SELF: 28,
        Relation.SUPERVISOR: 28,
        Relation.PEER: 20,
        Relation.CUSTOMER: 12,
    }


def test_the_pulse_asks_customers_and_the_manager_the_same_eight_items():
    pulse = questionnaires.load("account_manager_pulse")
    assert pulse.items_for(Relation.CUSTOMER) == pulse.items_for(Relation.SELF) == pulse.items
    assert len(pulse.items) == 8
    assert pulse.weights == {Relation.CUSTOMER: 100}


def test_customers_rate_eleven_items_and_one_recommendation(full):
    scales = Counter(full.scale_of(item).kind for item in full.items_for(Relation.CUSTOMER))
    assert scales == {"rating": 11, "recommendation": 1}


def test_every_competency_is_judged_by_every_relation_with_a_weight(full):
    for competency in full.competencies:
        judged_by = {relation for item in competency.items for relation in item.relations}
        assert judged_by >= set(full.weights), competency.id


def test_customers_get_one_open_question(shipped):
    assert len(shipped.open_questions_for(Relation.CUSTOMER)) == 1


def test_open_questions_ask_for_both_sides(full):
    assert {q.polarity for q in full.open_questions} == {"positive", "negative", "neutral"}


def test_everything_is_said_in_chinese_and_english(shipped):
    assert shipped.languages == ("zh", "en")
    for _, text in wordings(shipped):
        assert set(text.root) == {"zh", "en"}


def test_managers_speak_of_themselves_in_the_first_person(shipped):
    own = [text for relation, text in wordings(shipped) if relation is Relation.SELF]
    assert not [text for text in own if "{ratee}" in str(text.root)]
    assert all("我" in text.said("zh") for text in own)
    assert all(re.search(r"\b(I|me|my)\b", text.said("en"), re.IGNORECASE) for text in own)


def test_others_read_the_name_of_the_ratee(shipped):
    others = [text for relation, text in wordings(shipped) if relation is not Relation.SELF]
    assert all("{ratee}" in words for text in others for words in text.root.values())


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("relation", Relation)
def test_no_form_says_the_same_thing_twice(shipped, relation, language):
    said = [text.said(language) for asked, text in wordings(shipped) if asked is relation]
    assert len(said) == len(set(said))


def test_a_few_items_are_turned_round(full):
    assert 2 <= sum(item.reverse for item in full.items) <= 3


def test_labels_fit_a_column_of_66_pixels(shipped):
    for point in shipped.rating_scale.points:
        assert len(point.label.said("zh")) <= 4
        assert len(point.label.said("en")) <= 9


def test_every_competency_has_keywords_and_suggestions(shipped):
    for competency in shipped.competencies:
        assert 2 <= len(competency.suggestions) <= 4
        assert all(8 <= len(words) <= 40 for words in competency.keywords.values())


def test_the_published_example_loads_with_its_eleven_items(pytestconfig):
    example = questionnaires.load(pytestconfig.rootpath / EXAMPLE)
    assert [item.id for item in example.items] == [f"lead{i:02}" for i in range(1, 12)]
    assert len(example.items_for(Relation.PEER)) == 11
