"""What changed from one version to another, and which results can still stand side by side."""

import pytest
from tiny_questionnaire import TINY, tiny

from questionnaires import diff, loader
from questionnaires.diff import Change, compare
from questionnaires.model import Questionnaire, Relation

SECOND = """\
  - id: trust
    name: {zh: 信任, en: Trust}
    description: {zh: 可靠。, en: Is reliable.}
    items:
      - {id: honest, text: {zh: 诚实。, en: Is honest.}}
"""


def edited(*edits):
    text = TINY
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    result = loader.parse(text.encode(), "tiny.yaml")
    assert isinstance(result, Questionnaire), result
    return result


def changed(*edits):
    return compare(tiny(), edited(*edits))


def verdicts(found):
    return {trend.item: (trend.verdict, trend.reasons) for trend in found.trends}


KEPT = {"replies": ("kept", ()), "chased": ("kept", ())}


def test_a_questionnaire_does_not_differ_from_itself():
    found = compare(tiny(), tiny())
    assert found.changes == ()
    assert verdicts(found) == KEPT
    assert found.comparable


def test_layout_and_comments_are_no_change():
    swapped = ("{zh: 服务, en: Service}", '{en: "Service", zh: 服务}')
    assert changed(("key: tiny", "# mine\nkey: tiny"), swapped).changes == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "en: Tiny",
            "en: Small",
            Change("questionnaire", "title", "reworded", "Tiny", "Small", "en"),
        ),
        (
            "en: Service}",
            "en: Help}",
            Change("competency", "service.name", "reworded", "Service", "Help", "en"),
        ),
        (
            "en: Neutral",
            "en: Middle",
            Change("scale", "agreement.2", "labels", "Neutral", "Middle", "en"),
        ),
        (
            "en: [slow, late]",
            "en: [slow]",
            Change("competency", "service", "keywords", "慢, slow, late", "慢, slow"),
        ),
        (
            "当天回复",
            "马上回复",
            Change(
                "competency",
                "service",
                "suggestions",
                "当天回复。, Reply the same day.",
                "马上回复。, Reply the same day.",
            ),
        ),
        (
            "polarity: neutral",
            "polarity: positive",
            Change("open question", "wish", "polarity", "neutral", "positive"),
        ),
        ("reverse: true", "reverse: false", Change("item", "chased", "reverse", "true", "false")),
        (
            "relations: [CUSTOMER]",
            "relations: [CUSTOMER, PEER]",
            Change("item", "recommend", "relations", "CUSTOMER", "PEER, CUSTOMER"),
        ),
        (
            "SUPERVISOR: 60, CUSTOMER: 40",
            "SUPERVISOR: 50, CUSTOMER: 50",
            Change(
                "weights", "", "percent", "SUPERVISOR 60, CUSTOMER 40", "SUPERVISOR 50, CUSTOMER 50"
            ),
        ),
        (
            "weights:",
            "position_weights: {keys: {PEER: 100}}\nweights:",
            Change("weights", "keys", "percent", "", "PEER 100"),
        ),
    ],
)
def test_each_change_is_named_by_what_it_is(old, new, expected):
    assert changed((old, new)).changes == (expected,)


def test_a_new_wording_of_some_relations_is_told_with_who_reads_it():
    own = (
        "SELF: {zh: 别人要催我。, en: I have to be chased.}",
        "SELF: {zh: 要催我。, en: Chase me.}",
    )
    assert changed(own).changes == (
        Change("item", "chased", "reworded", "别人要催我。", "要催我。", "zh", (Relation.SELF,)),
        Change(
            "item",
            "chased",
            "reworded",
            "I have to be chased.",
            "Chase me.",
            "en",
            (Relation.SELF,),
        ),
    )


def test_a_default_written_out_for_a_relation_is_no_change():
    same = '          SUPERVISOR: {zh: "要催{ratee}。", en: "{ratee} has to be chased."}\n'
    assert (
        changed(("        relations: [SELF, SUP", same + "        relations: [SELF, SUP")).changes
        == ()
    )


def test_a_language_that_comes_is_one_change():
    chinese = tiny().model_copy(update={"languages": ("zh",)})
    found = compare(chinese, tiny())
    assert found.changes == (Change("questionnaire", "", "languages", "zh", "zh, en"),)


def test_what_came_and_went_is_named_by_its_id():
    other = ("id: replies", "id: answers")
    found = changed(other)
    assert found.changes == (
        Change("item", "replies", "removed"),
        Change("item", "answers", "added"),
    )
    assert verdicts(found) == {
        "answers": ("new", ()),
        "chased": ("kept", ()),
        "replies": ("lost", ("removed",)),
    }
    assert not found.comparable


def test_another_order_of_the_form_is_one_change_and_breaks_nothing():
    before = edited(("open_questions:", SECOND + "open_questions:"))
    after = before.model_copy(update={"competencies": before.competencies[::-1]})
    found = compare(before, after)
    assert [(c.part, c.what) for c in found.changes] == [("competency", "order"), ("item", "order")]
    assert found.comparable


def test_an_item_in_another_competency_has_lost_its_trend():
    before = edited(("open_questions:", SECOND + "open_questions:"))
    first, second = before.competencies
    moved = (
        first.model_copy(update={"items": first.items[1:]}),
        second.model_copy(update={"items": (*second.items, first.items[0])}),
    )
    found = compare(before, before.model_copy(update={"competencies": moved}))
    assert Change("item", "replies", "moved", "service", "trust") in found.changes
    assert verdicts(found)["replies"] == ("lost", ("moved",))


def test_a_reworded_item_keeps_its_trend_but_somebody_should_look():
    found = changed(("replies in time.", "replies on the same day."))
    assert verdicts(found) == KEPT | {"replies": ("changed", ("reworded",))}
    assert found.comparable


def test_other_labels_of_the_points_are_worth_a_look_at_every_item():
    found = changed(("en: Neutral", "en: Middle"))
    assert set(verdicts(found).values()) == {("changed", ("labels",))}


def test_another_number_of_points_breaks_every_trend_and_is_told_once():
    more = "- {value: 4, label: {zh: 很同意, en: Fully}}\n"
    found = changed(
        ("label: {zh: 同意, en: Agree}}\n", "label: {zh: 同意, en: Agree}}\n      " + more)
    )
    assert found.changes == (
        Change("scale", "agreement", "scale", "rating 1 to 3", "rating 1 to 4"),
    )
    assert set(verdicts(found).values()) == {("lost", ("scale",))}


def test_a_scale_under_another_name_breaks_nothing():
    found = changed(("  agreement:", "  consent:"))
    assert found.comparable
    assert verdicts(found) == KEPT


def test_a_rating_that_became_a_recommendation_has_lost_its_trend():
    before = edited(("        relations: [SELF, SUPERVISOR]\n", ""))
    first, *rest = before.competencies[0].items
    items = (first.model_copy(update={"scale": "likelihood"}), *rest)
    competency = before.competencies[0].model_copy(update={"items": items})
    found = compare(before, before.model_copy(update={"competencies": (competency,)}))
    assert verdicts(found)["replies"] == ("lost", ("scale",))


def test_recommendations_have_no_trend_and_need_none():
    found = changed(("id: recommend", "id: recommended"))
    assert verdicts(found) == KEPT


def test_lines_are_compared_as_they_were_written():
    lines = diff.line_diff("a\nb\n", "a\nc\n", ("old", "new"))
    assert lines == ("--- old", "+++ new", "@@ -1,2 +1,2 @@", " a", "-b", "+c")


def test_texts_of_too_many_lines_are_not_compared():
    assert diff.line_diff("a\n" * (diff.MAX_LINES + 1), "a", ("old", "new")) is None
