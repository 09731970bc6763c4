"""Every kind of mistake an author makes: where it is reported, what is said, how to mend it."""

from dataclasses import dataclass

import pytest
from tiny_questionnaire import edited, mistakes_in, only_mistake_in

from questionnaires import Mistake
from questionnaires.sentences import Sentence


@dataclass(frozen=True)
class Defect:
    """One edit of the small questionnaire and the one mistake it makes."""

    sentence: str
    old: str
    new: str
    place: str  # line:column
    path: str
    message: str  # part of it
    hint: str  # part of it


DEFECTS = [
    Defect(
        "a missing key of the file",
        'version: "1"\n',
        "",
        "1:1",
        "version",
        "`version` is missing",
        "add `version:`",
    ),
    Defect(
        "a missing translation of the title",
        ", en: Tiny}",
        "}",
        "4:1",
        "title.en",
        "`en` is missing",
        "add `en: ...`",
    ),
    Defect(
        "a missing translation of a short wording",
        ', en: "{ratee} replies in time."',
        "",
        "25:9",
        "competencies[0].items[0].text.en",
        "`en` is missing",
        "add `en: ...`",
    ),
    Defect(
        "a missing translation of a SELF wording",
        ", en: I have to be chased.",
        "",
        "29:11",
        "competencies[0].items[1].text.SELF.en",
        "`en` is missing",
        "add `en: ...`",
    ),
    Defect(
        "a missing translation of a label",
        ", en: Neutral",
        "",
        "9:20",
        "scales.agreement.points[1].label.en",
        "`en` is missing",
        "add `en: ...`",
    ),
    Defect(
        "a missing translation of the keywords",
        ", en: [slow, late]",
        "",
        "36:5",
        "competencies[0].keywords.en",
        "`en` is missing",
        "add `en: ...`",
    ),
    Defect(
        "a language that is not declared",
        "en: Tiny",
        "en: Tiny, fr: Petit",
        "4:28",
        "title.fr",
        "`fr` is not one of the languages",
        "use one of `zh`, `en`",
    ),
    Defect(
        "a language code that is none",
        "[zh, en]",
        "[zh, en, English]",
        "3:21",
        "languages[2]",
        "`English` is no language code",
        "write a code such as `zh` or `en`",
    ),
    Defect(
        "a language named twice",
        "[zh, en]",
        "[zh, en, zh]",
        "3:21",
        "languages[2]",
        "the language `zh` is used twice",
        "keep one, or rename it",
    ),
    Defect(
        "an unknown key in the file",
        "weights:",
        "weightz:",
        "18:1",
        "weightz",
        "unknown key `weightz`",
        "did you mean `weights`?",
    ),
    Defect(
        "an unknown key in an item",
        "reverse: true",
        "reversed: true",
        "31:9",
        "competencies[0].items[1].reversed",
        "unknown key `reversed`",
        "did you mean `reverse`?",
    ),
    Defect(
        "an unknown key in a scale",
        "kind: recommendation",
        "kind: recommendation\n    cannot_jugde: x",
        "14:5",
        "scales.likelihood.cannot_jugde",
        "unknown key `cannot_jugde`",
        "did you mean `cannot_judge`?",
    ),
    Defect(
        "an unknown relation of an item",
        "relations: [CUSTOMER]",
        "relations: [CUSTOMERS]",
        "35:21",
        "competencies[0].items[2].relations[0]",
        "unknown relation `CUSTOMERS`",
        "did you mean `CUSTOMER`?",
    ),
    Defect(
        "an unknown relation with a weight",
        "SUPERVISOR: 60",
        "SUPERVISER: 60",
        "18:11",
        "weights.SUPERVISER",
        "unknown relation `SUPERVISER`",
        "did you mean `SUPERVISOR`?",
    ),
    Defect(
        "an unknown relation of a wording",
        "SELF: {zh: 别人",
        "SELFIE: {zh: 别人",
        "29:11",
        "competencies[0].items[1].text.SELFIE",
        "unknown relation `SELFIE`",
        "did you mean `SELF`?",
    ),
    Defect(
        "an unknown scale",
        "scale: likelihood",
        "scale: likelihoods",
        "33:16",
        "competencies[0].items[2].scale",
        "unknown scale `likelihoods`",
        "did you mean `likelihood`?",
    ),
    Defect(
        "an unknown kind of scale",
        "kind: recommendation",
        "kind: recommend",
        "13:11",
        "scales.likelihood.kind",
        "unknown word `recommend`",
        "did you mean `recommendation`?",
    ),
    Defect(
        "an unknown polarity",
        "polarity: neutral",
        "polarity: positives",
        "42:15",
        "open_questions[0].polarity",
        "unknown word `positives`",
        "did you mean `positive`?",
    ),
    Defect(
        "weights that do not sum to 100",
        "CUSTOMER: 40",
        "CUSTOMER: 30",
        "18:10",
        "weights",
        "the weights sum to 90, not to 100",
        "change them by +10 in all",
    ),
    Defect(
        "a weight for SELF",
        "SUPERVISOR: 60",
        "SELF: 60",
        "18:11",
        "weights.SELF",
        "SELF has no weight",
        "remove it: the view of oneself is compared with the others, not",
    ),
    Defect(
        "a weight of nothing",
        "{SUPERVISOR: 60, CUSTOMER: 40}",
        "{SUPERVISOR: 100, CUSTOMER: 0}",
        "18:38",
        "weights.CUSTOMER",
        "0 is out of range",
        "write a number of more than 0",
    ),
    Defect(
        "a weight that is no number",
        "CUSTOMER: 40",
        "CUSTOMER: many",
        "18:37",
        "weights.CUSTOMER",
        "a number is expected here, not `many`",
        "write digits, such as 3",
    ),
    Defect(
        "a weight that is not a finite number",
        "CUSTOMER: 40",
        "CUSTOMER: .nan",
        "18:37",
        "weights.CUSTOMER",
        "a number is expected here, not `.nan`",
        "write digits, such as 3",
    ),
    Defect(
        "a weight for a relation that is asked nothing",
        'replies in time."}\n',
        'replies in time."}\n        relations: [SELF, SUPERVISOR]\n',
        "18:27",
        "weights.CUSTOMER",
        "CUSTOMER has a weight but is asked no rating item",
        "add CUSTOMER to the `relations` of items, or remove its weight",
    ),
    Defect(
        "two items with the same id",
        "id: chased",
        "id: replies",
        "26:13",
        "competencies[0].items[1].id",
        "the id `replies` is used twice",
        "keep one, or rename it",
    ),
    Defect(
        "an open question with the id of an item",
        "id: wish",
        "id: replies",
        "40:9",
        "open_questions[0].id",
        "the id `replies` is used twice",
        "keep one, or rename it",
    ),
    Defect(
        "an id with a capital letter",
        "id: chased",
        "id: Chased",
        "26:13",
        "competencies[0].items[1].id",
        "`Chased` cannot be used as a name",
        "begin with a small letter; then small letters, digits and _, at most",
    ),
    Defect(
        "an id of more than 40 characters",
        "id: chased",
        "id: ccccccccccccccccccccccccccccccccccccccccc",
        "26:13",
        "competencies[0].items[1].id",
        "`ccccccccccccccccccccccccccccccccccccccc…` cannot be used as a name",
        "begin with a small letter; then small letters, digits and _, at most",
    ),
    Defect(
        "points that do not rise by one",
        "value: 3",
        "value: 4",
        "8:7",
        "scales.agreement.points",
        "the points `1`, `2`, `4` do not rise by one",
        "number them 1 to 3, from low to high",
    ),
    Defect(
        "a point without a label",
        ", label: {zh: 一般, en: Neutral}",
        "",
        "9:9",
        "scales.agreement.points[1].label",
        "the point has no `label`",
        "add `label: {zh: ..., en: ...}`",
    ),
    Defect(
        "a point that is no number",
        "value: 2",
        "value: two",
        "9:17",
        "scales.agreement.points[1].value",
        "a number is expected here, not `two`",
        "write digits, such as 3",
    ),
    Defect(
        "a rating scale of two points",
        "      - {value: 3, label: {zh: 同意, en: Agree}}\n",
        "",
        "8:7",
        "scales.agreement.points",
        "a rating scale needs 3 to 11 points",
        "add points",
    ),
    Defect(
        "a recommendation without its upper end",
        "{value: 10,",
        "{value: 9,",
        "15:7",
        "scales.likelihood.points",
        "the end 10 of the recommendation has no label",
        "add `- {value: 10, label: {zh: ..., en: ...}}`",
    ),
    Defect(
        "a recommendation beyond 10",
        "      - {value: 10,",
        "      - {value: 11, label: {zh: 一定, en: Sure}}\n      - {value: 10,",
        "16:17",
        "scales.likelihood.points[1].value",
        "11 lies outside of a recommendation",
        "use 0 to 10",
    ),
    Defect(
        "a reversed recommendation",
        "scale: likelihood",
        "scale: likelihood\n        reverse: true",
        "34:18",
        "competencies[0].items[2].reverse",
        "a recommendation enters no score, so it cannot be reversed",
        "remove `reverse`",
    ),
    Defect(
        "a scale without words for not judging",
        "    cannot_judge: {zh: 无法评价, en: Cannot judge}\n  likelihood",
        "  likelihood",
        "6:3",
        "scales.agreement.cannot_judge",
        "`cannot_judge` is missing",
        "add `cannot_judge:`",
    ),
    Defect(
        "a placeholder that nobody fills in",
        "{ratee} has to",
        "{name} has to",
        "28:43",
        "competencies[0].items[1].text.default.en",
        "`{name}` is not a placeholder here",
        "write `{ratee}`, or no braces",
    ),
    Defect(
        "a stray brace",
        "I have to be chased.}",
        '"I have to be chased}"}',
        "29:34",
        "competencies[0].items[1].text.SELF.en",
        "`}` is not a placeholder here",
        "write `{ratee}`, or no braces",
    ),
    Defect(
        "a placeholder outside of a wording",
        "en: Answers in time.",
        'en: "{ratee} answers in time."',
        "22:34",
        "competencies[0].description.en",
        "`{ratee}` is not a placeholder here",
        "write it without braces",
    ),
    Defect(
        "a SELF wording that names the ratee",
        "en: I have to be chased.",
        'en: "{ratee} has to be chased."',
        "29:34",
        "competencies[0].items[1].text.SELF.en",
        "the SELF wording names the ratee, who is reading it",
        "write it in the first person, without `{ratee}`",
    ),
    Defect(
        "a wording for a relation that is not asked",
        "[SELF, SUPERVISOR]",
        "[SUPERVISOR]",
        "29:11",
        "competencies[0].items[1].text.SELF",
        "this wording is never shown: SELF is not asked",
        "add SELF to `relations`, or remove the wording",
    ),
    Defect(
        "a wording without a default",
        "default: {zh",
        "SUPERVISOR: {zh",
        "28:11",
        "competencies[0].items[1].text",
        "there is no `default` wording",
        "add `default: {zh: ..., en: ...}`",
    ),
    Defect(
        "an empty text",
        "en: Tiny",
        'en: ""',
        "4:22",
        "title.en",
        "the text is empty",
        "write the words",
    ),
    Defect(
        "a label of more than 60 characters",
        "en: Neutral",
        "en: Neeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
        "9:40",
        "scales.agreement.points[1].label.en",
        "61 characters are too long here",
        "shorten it to at most 60",
    ),
    Defect(
        "a text without languages",
        "title: {zh: 小问卷, en: Tiny}",
        "title: Tiny",
        "4:8",
        "title",
        "a mapping is expected here, not `Tiny`",
        "write it per language: `{zh: ..., en: ...}`",
    ),
    Defect(
        "a relation that stands alone instead of in a list",
        "relations: [CUSTOMER]",
        "relations: CUSTOMER",
        "35:20",
        "competencies[0].items[2].relations",
        "a list is expected here, not `CUSTOMER`",
        "write `[CUSTOMER]`, or lines with `- `",
    ),
    Defect(
        "a relation named twice",
        "relations: [CUSTOMER]",
        "relations: [CUSTOMER, CUSTOMER]",
        "35:31",
        "competencies[0].items[2].relations[1]",
        "the relation `CUSTOMER` is used twice",
        "keep one, or rename it",
    ),
    Defect(
        "an answer other than yes or no",
        "reverse: true",
        "reverse: perhaps",
        "31:18",
        "competencies[0].items[1].reverse",
        "yes or no is expected here, not `perhaps`",
        "write `true` or `false`",
    ),
    Defect(
        "a competency without items",
        "    items:\n",
        "    items: []\n  - id: x\n    name: {zh: 一, en: X}\n    description: {zh: 一, en: X}\n"
        "    items:\n",
        "23:12",
        "competencies[0].items",
        "`items` holds too little",
        "give at least 1, or leave the key out",
    ),
    Defect(
        "a keyword named twice",
        "[slow, late]",
        "[slow, slow]",
        "36:36",
        "competencies[0].keywords.en[1]",
        "the keyword `slow` is used twice",
        "keep one, or rename it",
    ),
    Defect(
        "a second open question for customers",
        "    polarity: neutral\n",
        "    polarity: neutral\n  - id: more\n    text: {zh: 还有吗？, en: More?}\n",
        "43:5",
        "open_questions[1].relations",
        "CUSTOMER is asked too many open questions: at most 1",
        "take CUSTOMER out of `relations` from here on",
    ),
]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.sentence.replace(" ", "-"))
def test_a_mistake_is_reported_where_it_stands_with_its_mend(defect: Defect):
    mistake = only_mistake_in(edited(defect.old, defect.new))
    assert f"{mistake.line}:{mistake.column}" == defect.place
    assert mistake.path == defect.path
    assert defect.message in mistake.message
    assert defect.hint in mistake.hint


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.sentence.replace(" ", "-"))
def test_a_mistake_and_its_mend_can_be_said_in_another_language(defect: Defect):
    mistake = only_mistake_in(edited(defect.old, defect.new))
    assert isinstance(mistake.message, Sentence)
    assert isinstance(mistake.hint, Sentence)


# What stands under `position_weights`, where the mistake is reported, and with which mend.
BY_POSITION = [
    ("keys: {PEER: 60, CUSTOMER: 30}", "20:9", "keys", "sum to 90", "+10 in all"),
    ("keys: {PEER: 60, CUSTOMER: 60}", "20:9", "keys", "sum to 120", "-20 in all"),
    ("keys: {PEER: 90, SELF: 10}", "20:20", "keys.SELF", "SELF has no weight", "remove it"),
    ("keys: {PEERS: 100}", "20:10", "keys.PEERS", "unknown relation", "did you mean `PEER`"),
    ("keys: {PEER: many}", "20:16", "keys.PEER", "a number is expected", "write digits"),
    ("keys: {PEER: 0, CUSTOMER: 100}", "20:16", "keys.PEER", "out of range", "more than 0"),
    ("keys: {}", "20:9", "keys", "holds too little", "at least 1"),
    ("keys: 60", "20:9", "keys", "a mapping is expected", "percents per relation"),
    ("[PEER]", "20:3", "", "a mapping is expected", "write positions"),
    ('" keys": {PEER: 100}', "20:3", " keys", "ends with a blank", "remove the blank"),
    ('"": {PEER: 100}', "20:3", "", "the text is empty", "write the words"),
    (f"{'x' * 101}: {{PEER: 100}}", "20:3", f"{'x' * 39}…", "too long", "at most 100"),
]


@pytest.mark.parametrize(
    ("written", "place", "path", "message", "hint"), BY_POSITION, ids=[b[0] for b in BY_POSITION]
)
def test_weights_of_a_position_are_checked_like_those_of_everybody(
    written, place, path, message, hint
):
    mistake = only_mistake_in(
        edited("competencies:", f"position_weights:\n  {written}\ncompetencies:")
    )
    assert f"{mistake.line}:{mistake.column}" == place
    assert mistake.path.removeprefix("position_weights").removeprefix(".") == path
    assert message in mistake.message
    assert hint in mistake.hint


def test_a_relation_that_is_asked_nothing_has_no_weight_for_any_position():
    text = edited(
        '        text: {zh: "{ratee}回', '        relations: [SELF]\n        text: {zh: "{ratee}回'
    )
    text = text.replace("competencies:", "position_weights: {keys: {PEER: 100}}\ncompetencies:")
    found = [m for m in mistakes_in(text) if m.path == "position_weights.keys.PEER"]
    assert "PEER has a weight but is asked no rating item" in found[0].message


def test_each_position_is_reported_by_itself():
    text = edited("weights:", "position_weights: {a: {PEER: 10}, b: {PEER: 20}}\nweights:")
    assert [m.path for m in mistakes_in(text)] == ["position_weights.a", "position_weights.b"]


def items_for(relation: str, count: int) -> str:
    """Edit that adds items for one relation behind the last one."""
    lines = (
        f"      - {{id: more{i}, text: {{zh: 题{i}, en: Item {i}}}, relations: [{relation}]}}\n"
        for i in range(count)
    )
    return edited("    keywords:", "".join(lines) + "    keywords:")


def test_customers_are_asked_at_most_twelve_items():
    mistake = only_mistake_in(items_for("CUSTOMER", 11))
    assert mistake.path == "competencies[0].items[13].relations"
    assert (mistake.line, mistake.column) == (46, 63)
    assert "CUSTOMER is asked too many items: at most 12" in mistake.message
    assert "take CUSTOMER out" in mistake.hint


def test_peers_are_asked_at_most_twenty_items():
    mistake = only_mistake_in(items_for("PEER", 20))
    assert mistake.path == "competencies[0].items[22].relations"
    assert "PEER is asked too many items: at most 20" in mistake.message
    assert "take PEER out" in mistake.hint


def test_a_wording_has_at_most_500_characters():
    mistake = only_mistake_in(edited("replies in time.", "replies" + "!" * 500))
    assert (mistake.line, mistake.column) == (25, 40)
    assert mistake.path == "competencies[0].items[0].text.en"
    assert "515 characters are too long" in mistake.message
    assert "at most 500" in mistake.hint


def test_rating_scales_of_one_questionnaire_share_their_ends():
    second = "  other:\n    points: [{}]\n    cannot_judge: {{zh: 无, en: None}}\nweights:"
    points = ", ".join(f"{{value: {v}, label: {{zh: 好, en: Good}}}}" for v in range(5))
    found = mistakes_in(edited("weights:", second.format(points)))
    assert [m.path for m in found] == [
        "scales.other.points",
        "competencies[0].items[0].scale",  # which of the two is meant?
        "competencies[0].items[1].scale",
    ]
    assert "runs from 0 to 4" in found[0].message
    assert "number its points 1 to 3" in found[0].hint


def test_a_questionnaire_needs_a_rating_scale():
    text = edited("    points:\n", "    kind: recommendation\n    points:\n")
    assert "there is no rating scale" in [m.message for m in mistakes_in(text)]


def test_a_file_that_is_a_list_is_one_mistake():
    mistake = only_mistake_in("- key: tiny\n")
    assert (mistake.line, mistake.column, mistake.path) == (1, 1, "")
    assert "a mapping is expected here, not a list" in mistake.message
    assert "write the keys `key`, `version`" in mistake.hint


def test_all_mistakes_are_reported_at_once_from_top_to_bottom():
    text = edited("CUSTOMER: 40", "CUSTOMER: 30")
    text = text.replace(", en: Tiny", "").replace("reverse: true", "revers: true")
    text = text.replace("[SELF, SUPERVISOR]", "[SELF, BOSS]").replace("id: wish", "id: chased")
    assert [(m.line, m.path) for m in mistakes_in(text)] == [
        (4, "title.en"),
        (18, "weights"),
        (30, "competencies[0].items[1].relations[1]"),
        (31, "competencies[0].items[1].revers"),
        (40, "open_questions[0].id"),
    ]


def test_a_key_given_twice_does_not_hide_other_mistakes():
    text = edited('version: "1"', 'version: "1"\nkey: other').replace(", en: Tiny", "")
    double, missing = mistakes_in(text)
    assert (double.line, double.column, double.path) == (3, 1, "key")
    assert "twice (first in line 1)" in double.message
    assert missing.path == "title.en"


def test_a_syntax_error_is_reported_alone():
    mistake = only_mistake_in(edited(", en: Tiny}", ", en: Tiny").replace("id: wish", "id: chased"))
    assert mistake.line in (4, 5)
    assert "not readable as YAML" in mistake.message


def test_text_with_a_colon_is_told_to_go_into_quotes():
    mistake = only_mistake_in('key: tiny: small\nversion: "1"\n')
    assert (mistake.line, mistake.column) == (1, 10)
    assert "in quotes" in mistake.hint


def test_a_list_of_mistakes_ends_at_a_hundred_and_says_so():
    found = mistakes_in("".join(f"key{i}: x\n" for i in range(300)))
    assert len(found) == 101
    assert found[-1].message == "only 100 mistakes are listed"


def test_a_mistake_reads_like_a_compiler_message():
    mistake = Mistake("a.yaml", 3, 7, "title.en", "`en` is missing", "add `en: ...`")
    assert str(mistake) == "a.yaml:3:7: title.en: `en` is missing (add `en: ...`)"
