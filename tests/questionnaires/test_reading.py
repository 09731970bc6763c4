"""What a questionnaire file may leave out, and what its values become."""

import pytest
from pydantic import ValidationError
from tiny_questionnaire import TINY, edited, mistakes_in, tiny

from questionnaires import loader
from questionnaires.model import Questionnaire, Relation


def test_a_short_wording_holds_for_every_relation():
    replies = tiny().items[0]
    assert replies.wording(Relation.PEER, "en") == "{ratee} replies in time."
    assert replies.wording(Relation.SELF, "zh") == "{ratee}回复及时。"


def test_a_relation_may_have_its_own_wording():
    chased = tiny().items[1]
    assert chased.wording(Relation.SELF, "en") == "I have to be chased."
    assert chased.wording(Relation.SUPERVISOR, "en") == "{ratee} has to be chased."


def test_an_item_without_relations_asks_everybody():
    assert tiny().items[0].relations == tuple(Relation)


def test_an_item_without_a_scale_has_the_one_rating_scale():
    questionnaire = tiny()
    assert questionnaire.items[0].scale == "agreement"
    assert questionnaire.scale_of(questionnaire.items[0]) is questionnaire.rating_scale


def test_the_points_between_the_ends_of_a_recommendation_are_filled_in():
    scale = tiny().scales["likelihood"]
    assert [point.value for point in scale.points] == list(range(11))
    assert [point.value for point in scale.points if point.label] == [0, 10]


@pytest.mark.parametrize(
    "word", ["no", "on", "12:30:45", "null", "~", "1_000", "0x1F", "2026-11-22"]
)
def test_words_that_yaml_would_convert_stay_as_written(word):
    assert tiny("en: Disagree", f"en: {word}").rating_scale.points[0].label.said("en") == word


@pytest.mark.parametrize(("word", "meant"), [("true", True), ("yes", True), ("no", False)])
def test_reverse_takes_yes_and_no(word, meant):
    assert tiny("reverse: true", f"reverse: {word}").items[1].reverse is meant


def test_a_version_may_look_like_a_number():
    assert tiny('version: "1"', "version: 2.10").version == "2.10"


def test_a_byte_order_mark_is_passed_over():
    assert isinstance(loader.parse(b"\xef\xbb\xbf" + TINY.encode(), "tiny.yaml"), Questionnaire)


def test_windows_line_ends_change_neither_content_nor_lines():
    windows = TINY.replace("\n", "\r\n")
    result = loader.parse(windows.encode(), "tiny.yaml")
    assert isinstance(result, Questionnaire)
    assert result.content_hash == tiny().content_hash
    assert mistakes_in(windows.replace("id: wish", "id: chased"))[0].line == 40


def test_columns_count_characters_not_bytes():
    assert mistakes_in(edited("en: Tiny", "fr: Petit"))[-1].column == 18


def test_each_relation_gets_its_own_form():
    assert [item.id for item in tiny().items_for(Relation.CUSTOMER)] == ["replies", "recommend"]
    assert [item.id for item in tiny().items_for(Relation.SELF)] == ["replies", "chased"]
    assert [question.id for question in tiny().open_questions_for(Relation.PEER)] == ["wish"]


def test_the_hash_follows_the_content_not_the_layout():
    assert (
        tiny("{zh: 小问卷, en: Tiny}", "{en: Tiny, zh: 小问卷}").content_hash == tiny().content_hash
    )
    assert tiny("en: Tiny", "en: Small").content_hash != tiny().content_hash


def test_a_questionnaire_without_weights_of_positions_keeps_the_hash_it_had_before_them():
    before = "e5b98c11f38d793d55a8b5c8f10a762c75a3272dcc2543961b9ac1d96411f36c"
    assert tiny().content_hash == before
    own = "position_weights: {keys: {PEER: 100}}\nweights:"
    assert tiny("weights:", own).content_hash != before


def test_a_position_has_its_own_weights_or_those_of_everybody():
    found = tiny("weights:", "position_weights: {keys: {PEER: 70, CUSTOMER: 30}}\nweights:")
    assert found.weights_for("keys") == {Relation.PEER: 70, Relation.CUSTOMER: 30}
    assert found.weights_for("other") == {Relation.SUPERVISOR: 60, Relation.CUSTOMER: 40}


def test_weights_of_positions_outlive_being_stored():
    found = tiny("weights:", "position_weights: {重点客户: {PEER: 100}}\nweights:")
    again = Questionnaire.model_validate_json(found.model_dump_json())
    assert again == found
    assert again.content_hash == found.content_hash


def test_a_text_is_said_in_its_first_language_where_one_is_missing():
    assert tiny().title.said("fr") == "小问卷"


def test_a_questionnaire_cannot_be_changed():
    with pytest.raises(ValidationError):
        tiny().key = "other"
