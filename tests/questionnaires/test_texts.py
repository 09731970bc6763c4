"""Every text in all its languages, side by side, also while some are still missing."""

import pytest
import yaml
from tiny_questionnaire import TINY, edited

import questionnaires
from questionnaires import QuestionnaireError, rules
from questionnaires.mistakes import path_text
from questionnaires.texts import side_by_side


def texts(text=TINY):
    return side_by_side(text.encode(), "tiny.yaml")


def row(path, text=TINY):
    (found,) = [row for row in texts(text).rows if row.path == path]
    return found


def test_a_text_stands_in_all_languages_at_its_line():
    found = row("competencies[0].items[1].text.SELF")
    assert found.words == {"zh": "别人要催我。", "en": "I have to be chased."}
    assert (found.line, found.part, found.id) == (29, "item", "chased")
    assert found.missing == ()


@pytest.mark.parametrize(
    ("path", "part", "id"),
    [
        ("title", "", ""),
        ("scales.agreement.points[1].label", "scale", "agreement"),
        ("scales.agreement.cannot_judge", "scale", "agreement"),
        ("competencies[0].name", "competency", "service"),
        ("competencies[0].items[0].text.default", "item", "replies"),
        ("competencies[0].suggestions[0]", "competency", "service"),
        ("open_questions[0].text.default", "open question", "wish"),
    ],
)
def test_each_text_names_the_part_it_belongs_to(path, part, id):
    found = row(path)
    assert (found.part, found.id) == (part, id)


def test_keywords_stand_in_a_row():
    assert row("competencies[0].keywords").words == {"zh": "慢", "en": "slow, late"}


def test_texts_come_in_the_order_of_the_file():
    lines = [row.line for row in texts().rows]
    assert lines == sorted(lines)
    assert texts().rows[0].path == "title"


def test_what_is_missing_is_named_though_the_questionnaire_cannot_be_used_yet():
    half = edited(", en: Tiny", "").replace('en: "{ratee} replies in time."', 'en: " "')
    found = texts(half).missing
    assert [(row.path, row.missing) for row in found] == [
        ("title", ("en",)),
        ("competencies[0].items[0].text.default", ("en",)),
    ]


def test_a_language_that_was_just_added_is_missing_everywhere():
    found = texts(edited("[zh, en]", "[zh, en, de]"))
    assert found.languages == ("zh", "en", "de")
    assert len(found.missing) == len(found.rows) > 10


@pytest.mark.parametrize("key", ["account_manager_360", "account_manager_pulse"])
def test_nothing_is_missing_in_the_library(key):
    content = (questionnaires.LIBRARY / f"{key}.yaml").read_bytes()
    assert side_by_side(content, key).missing == ()


def test_a_file_that_cannot_be_read_is_refused_with_its_place():
    with pytest.raises(QuestionnaireError, match=r"tiny\.yaml:1:1"):
        texts("")


@pytest.mark.parametrize("text", ["- a\n", "title: x\n", "competencies: {a: b}\n", "scales: [1]\n"])
def test_whatever_has_another_shape_is_left_out(text):
    assert texts(text).rows == ()


def test_characters_that_could_steer_a_terminal_are_not_shown():
    assert row("title", edited("en: Tiny", r'en: "\e[2Jx"')).words["en"] == "\ufffd[2Jx"


def test_every_kind_of_text_is_listed():
    listed = {row.path for row in texts().rows}
    data = yaml.safe_load(TINY)
    kinds = [*rules.TEXTS, "competencies.*.items.*.text.SELF", "competencies.*.keywords"]
    there = {path_text(path) for kind in kinds for path, _ in rules.find(data, kind)}
    assert there <= listed
    assert len(there) > 10
