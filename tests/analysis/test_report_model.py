"""The report of one manager: every field filled, in both languages, whatever is missing."""

import json
import math
import string
from dataclasses import fields

import pytest
from cycles import comment, competency, cycle, item, questionnaire, rows

from analysis import analyse
from analysis.figures import coefficient, rounded, signed
from analysis.report import HiddenCell, ShownCell, build_manager_report, digest_of, to_json
from analysis.wording import EN, ZH

FULL = {
    "SELF": [[5, 5, 2, 2]],
    "SUPERVISOR": [[4, 4, 3, 3]],
    "PEER": [[4, 4, 3, 2], [5, 4, 3, 3], [4, 5, 2, 3], [4, 4, 4, 4]],
    "CUSTOMER": [[5, 5, 3, 3]] * 5,
}


def report(answers=FULL, language="en", audience="manager", **options):
    return build_manager_report(analyse(cycle({"a": answers}, **options)), "a", language, audience)


def cell(row, key, of):
    return row.cells[[group.key for group in of.groups].index(key)]


def test_groups_are_named_in_their_language():
    assert [group.label for group in report(language="zh").groups] == [
        "自评",
        "上级",
        "同事",
        "客户",
    ]
    assert [group.label for group in report().groups] == [
        "Self",
        "Supervisor",
        "Peers",
        "Customers",
    ]


def test_a_merged_group_says_so():
    merged = report({"PEER": rows(3, 3), "CUSTOMER": rows(4, 4)}, "zh").groups[0]
    assert (merged.label, merged.marker, merged.answered) == ("同事与客户（合并）", "merged", "4")
    assert merged.note == "同事与客户的回答各自少于 3 人，为保护匿名合并显示。"


def test_a_hidden_group_shows_no_count():
    hidden = report({"SUPERVISOR": rows(3), "PEER": rows(3)}).groups[1]
    assert not hidden.shown
    assert hidden.answered == "fewer than 3"
    assert hidden.note == "Fewer than 3 answers: not shown, to protect anonymity."


def test_a_silent_supervisor_is_counted_as_none():
    (silent,) = report({"SUPERVISOR": []}, invited={"SUPERVISOR": 1}).groups
    assert (silent.answered, silent.note) == ("0", "No answer was received.")


def test_numbers_are_told_with_one_decimal_and_bands_as_bounds():
    made = report()
    trust = made.competencies[0]
    assert cell(trust, "PEER", made) == ShownCell(4.3, "4.3", 4)
    assert cell(trust, "CUSTOMER", made) == ShownCell(4.9, "≥ 4.5", 5)


def test_a_hidden_cell_holds_words_and_no_number():
    made = report({"SUPERVISOR": rows(3), "PEER": rows(1)}, "zh")
    assert cell(made.competencies[0], "PEER", made) == HiddenCell("too_few", "人数不足")


def test_competencies_are_sorted_by_the_others_with_hidden_ones_last():
    of = questionnaire([competency(id, [item(f"{id}1")]) for id in ("x", "y", "z")])
    made = report({"PEER": [[math.nan, 2, 4]] * 3}, of=of)
    assert [row.id for row in made.competencies] == ["z", "y", "x"]


def test_sections_keep_the_order_of_the_questionnaire():
    made = report({"PEER": [[2, 2, 4, 4]] * 3})
    assert [section.title for section in made.sections] == ["Competency trust", "Competency speed"]
    assert [row.label for row in made.sections[0].rows] == [
        "Manager a does t1",
        "Manager a does t2",
    ]


def test_an_item_asked_of_the_ratee_alone_speaks_in_the_first_person():
    of = questionnaire([competency("x", [item("x1", relations=["SELF"])])])
    assert report({"SELF": [[4]]}, of=of).sections[0].rows[0].label == "I do x1"


def test_strengths_and_improvements_name_the_number_and_who_said_it():
    made = report(language="zh")
    assert made.strengths == ("能力trust：4.4 分（上级 1 人、同事 4 人、客户 5 人）",)
    assert made.improvements == ("能力speed：3.0 分（上级 1 人、同事 4 人、客户 5 人）",)
    assert made.suggestions == (("能力speed", ("练习speed",)),)


def test_strengths_and_improvements_never_overlap():
    of = questionnaire([competency(id, [item(f"{id}1")]) for id in "vwxyz"])
    made = report({"SUPERVISOR": [[1, 2, 3, 4, 5]]}, of=of)
    assert [line.split(":")[0] for line in made.strengths] == ["Competency z", "Competency y"]
    assert [line.split(":")[0] for line in made.improvements] == ["Competency v", "Competency w"]


def test_equal_scores_are_neither_strength_nor_weakness():
    made = report({"SUPERVISOR": rows(3)})
    assert made.strengths == made.improvements == ()
    assert made.headline == "Overall 3.0 (1 supervisor)."


def test_gaps_are_told_in_plain_words():
    assert report(language="zh").gaps == (
        "能力speed：双方都评价了的 2 题中，自评 2.0 分，他评 3.0 分，自评低了 1.0 分。",
        "能力trust：双方都评价了的 2 题中，自评 5.0 分，他评 4.4 分，自评高出 0.6 分。",
    )
    close = report({"SELF": rows(3), "SUPERVISOR": rows(3)})
    assert "no more than 0.5 points" in close.gaps[0]


def test_without_a_self_rating_nothing_speaks_of_gaps():
    made = report({"PEER": rows(3, 3, 4), "CUSTOMER": rows(3, 3, 4)})
    assert {row.gap for row in made.competencies} == {None}
    assert {row.gap_text for row in (*made.competencies, made.overall)} == {""}
    assert made.gaps == made.perception == ()
    assert "gap" not in " ".join((*made.reading, *made.method)).lower()


def test_a_self_rating_without_others_says_why_there_is_no_gap():
    made = report({"SELF": rows(3), "PEER": rows(3, 3)}, "zh")
    assert made.competencies[0].gap_text == "他评不可显示"
    assert made.gaps == ("没有可以比较的自评和他评。",)


def test_a_single_group_is_not_combined_with_anything():
    unasked = questionnaire().model_copy(update={"open_questions": ()})
    made = report({"PEER": [[1] * 4] * 3 + [[5] * 4] * 3}, of=unasked)
    assert not made.combines
    assert made.weights_text == made.comments_note == ""
    assert "“Others”" not in " ".join(made.reading)
    assert "by weight" not in " ".join(made.method)
    two = report({"PEER": rows(3, 3, 4), "SUPERVISOR": rows(3)}, of=unasked)
    assert two.combines
    assert "“Others” combines" in " ".join(two.reading)


@pytest.mark.parametrize("commented", [True, False])
def test_comments_are_recommended_only_where_there_are_some(commented):
    given = [comment("a", "PEER", "回复很快")] * commented
    of = questionnaire([competency("x", [item(f"x{n}") for n in range(4)])])
    made = report({"PEER": [[1] * 4] * 3 + [[5] * 4] * 3}, of=of, comments=given)
    (sentence,) = made.agreement
    assert "differently" in sentence
    assert ("read the comments" in sentence) == commented


def test_weights_used_are_told():
    weighted = questionnaire(weights={"SUPERVISOR": 40, "PEER": 30, "CUSTOMER": 30})
    made = report({**FULL, "CUSTOMER": rows(3)}, "zh", of=weighted)
    assert made.weights_text == "本报告实际使用的权重：上级 57%、同事 43%。"


def test_weights_of_the_position_are_told_as_such():
    weighted = questionnaire(by_position={"key accounts": {"SUPERVISOR": 40, "PEER": 60}})
    made = report({"SUPERVISOR": rows(3), "PEER": rows(3, 3, 4)}, of=weighted)
    told = "as set for the position “key accounts”: Supervisor 40%, Peers 60%."
    assert made.weights_text.endswith(told)


def test_reverse_items_are_marked_and_recoded():
    of = questionnaire([competency("x", [item("x1", reverse=True)])])
    row = report({"SUPERVISOR": [[1]]}, of=of).sections[0].rows[0]
    assert row.reverse
    assert row.cells[0].text == "5.0"


def test_recommendations_stand_by_themselves():
    of = questionnaire([competency("x", [item("x1"), item("r", scale="recommend")])])
    made = report({"CUSTOMER": [[3, 9], [3, 8], [3, 8]]}, of=of)
    (row,) = made.recommendations
    assert (row.low, row.high, row.cells[0].text) == (0, 10, "8.3")
    assert [row.id for section in made.sections for row in section.rows] == ["x1"]


def test_comments_stand_as_written_per_question_and_group():
    given = [
        comment("a", "CUSTOMER", "Very <b>reliable</b> & kind."),
        comment("a", "CUSTOMER", "回复很快"),
        comment("a", "SUPERVISOR", "N/A"),
    ]
    made = report(comments=given)
    assert [(block.question, block.group) for block in made.comments] == [
        ("Advice for Manager a?", "Supervisor"),
        ("Advice for Manager a?", "Customers"),
    ]
    texts = [(said.text, said.sentiment) for said in made.comments[1].comments]
    assert texts == [("Very <b>reliable</b> & kind.", "positive"), ("回复很快", "positive")]
    assert made.comments[0].comments[0].sentiment == "none"


def test_withheld_comments_are_counted_by_group_only():
    note = report(comments=[comment("a", "PEER", "secret")]).comments_note
    assert "fewer than 5 answers" in note
    assert "(groups concerned: 1)" in note


def test_no_comments_are_no_surprise():
    assert report({"SUPERVISOR": rows(3)}, "zh").comments_note == "没有收到文字意见。"


@pytest.mark.parametrize(
    ("peers", "words"), [(3, "indicative"), (6, "sound start"), (12, "stable")]
)
def test_the_manager_is_told_how_sure_this_is(peers, words):
    assert words in report({"PEER": rows(*[3] * peers)}).reliability_text


def test_raters_who_could_not_judge_anything_make_nothing_sure():
    made = report({"PEER": [[math.nan] * 4] * 3})
    assert made.reliability_text.startswith("No rating by others")


def statistics(answers, language="en"):
    """What HR's report says of the cycle, line by line."""
    results = analyse(cycle({f"r{n}": {"PEER": answers} for n in range(10)}))
    assert build_manager_report(results, "r0", language).statistics == ()
    sections = build_manager_report(results, "r0", language, "hr").statistics
    return {line.name: line for section in sections for line in section.lines}


def test_coefficients_are_for_hr_only():
    told = statistics([[1, 2, 3, 2], [4, 4, 3, 5], [3, 4, 5, 5]])
    assert told["Competency trust"].values[0].startswith(".95 (.9")


def test_what_alpha_is_good_for_goes_by_the_lower_end_of_its_interval():
    """.95 with .90 as the least it may well be: the worse of the two is what is sure."""
    told = statistics([[1, 2, 3, 2], [4, 4, 3, 5], [3, 4, 5, 5]])
    assert told["Competency trust"].remark.startswith("enough to compare groups")


def test_a_negative_coefficient_asks_for_the_reverse_items():
    told = statistics([[1, 5, 3, 2], [4, 2, 3, 5], [5, 2, 5, 4]], "zh")
    assert "反向题" in told["能力trust"].remark


def test_hr_is_told_where_complete_answers_say_something_else():
    gaps = [[1, 2, 3, 3], [5, 4, 3, 3], [4, 2, 3, 3], [math.nan, 5, 3, 3], [1, math.nan, 3, 3]]
    remark = statistics(gaps)["Competency trust"].remark
    assert "from complete answers alone (30)" in remark


@pytest.mark.parametrize(
    ("language", "only"),
    [
        ("en", "For the human resources team of Acme only."),
        ("zh", "仅供\u2009Acme\u2009的人力资源负责人阅读"),
    ],
)
def test_the_version_that_names_other_managers_says_that_it_is_for_hr_only(language, only):
    results = analyse(cycle({f"r{n}": FULL | {"SELF": rows(3)} for n in range(10)}))
    own, hr = (build_manager_report(results, "r0", language, of) for of in ("manager", "hr"))
    assert "Manager r7" in to_json(hr).decode()
    assert "Manager r7" not in to_json(own).decode()
    assert hr.confidentiality.startswith(only)
    assert {"en": "HR version", "zh": "人力资源版"}[language] in hr.title
    assert hr.title != own.title
    assert {"en": "their supervisor", "zh": "直属上级"}[language] not in hr.confidentiality


def test_few_ratees_give_hr_the_reason():
    lines = [line for section in report(audience="hr").statistics for line in section.lines]
    assert any("fewer than 10" in line.remark for line in lines)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "answers",
    [
        FULL,
        {},
        {"SELF": rows(3)},
        {"PEER": rows(1, 1)},
        {"PEER": rows(3, 4, 4)},
        {"SELF": [[math.nan] * 4], "SUPERVISOR": [[math.nan] * 4], "PEER": [[math.nan] * 4] * 3},
    ],
    ids=["full", "nobody", "self alone", "all hidden", "peers alone", "nothing judged"],
)
def test_every_report_is_complete_and_clean(answers, language):
    made = report(answers, language, audience="hr")
    text = to_json(made).decode()
    assert "NaN" not in text
    for field in fields(made):
        value = getattr(made, field.name)
        assert not (isinstance(value, str) and ("{" in value or "nan" in value.split()))
    for row in made.competencies:
        assert len(row.cells) == len(made.groups)


def test_a_ratee_without_anything_to_show_has_no_overall_row():
    made = report({"PEER": rows(1, 1)})
    assert made.overall is None
    assert made.headline == "There are too few answers to show an overall score."
    assert made.weights_text == "Too few groups can be shown to compute an overall score."


def test_the_same_results_give_the_same_bytes():
    one, other = (to_json(report()) for _ in range(2))
    assert one == other
    assert one.endswith(b"}\n")
    assert list(json.loads(one)) == sorted(json.loads(one))


def test_the_digest_covers_everything_but_itself():
    from dataclasses import replace

    made = report()
    assert made.digest == digest_of(made) == digest_of(replace(made, digest="x"))
    assert digest_of(replace(made, headline="other")) != made.digest


def test_an_unknown_ratee_is_refused():
    with pytest.raises(ValueError, match="'nobody'"):
        build_manager_report(analyse(cycle({"a": FULL})), "nobody", "zh")


def test_an_import_is_dated_as_such():
    assert report(imported=True).date_text == "Imported data as of 22 November 2026"
    assert report(language="zh").date_text == "反馈收集截至 2026 年 11 月 22 日"


def placeholders(words):
    texts = [words] if isinstance(words, str) else words
    texts = list(texts.values()) if isinstance(texts, dict) else texts
    flat = [part for text in texts for part in ([text] if isinstance(text, str) else text)]
    return {name for text in flat for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_say_the_same_things():
    for field in fields(ZH):
        zh, en = getattr(ZH, field.name), getattr(EN, field.name)
        assert placeholders(zh) == placeholders(en), field.name
        if isinstance(zh, dict):
            assert zh.keys() == en.keys()


@pytest.mark.parametrize(
    ("number", "text"),
    [(4.25, "4.3"), (4.24, "4.2"), (0.35, "0.4"), (-0.04, "0.0"), (-2.25, "−2.3")],
)
def test_numbers_are_rounded_as_readers_do(number, text):
    assert rounded(number) == text


def test_differences_carry_their_sign_and_coefficients_no_zero():
    assert [signed(0.4), signed(-0.4), signed(0.01)] == ["+0.4", "−0.4", "0.0"]
    assert [coefficient(0.844), coefficient(-0.12), coefficient(1)] == [".84", "−.12", "1.00"]
