"""Sentences that must agree with the numbers beside them."""

import math
from dataclasses import replace

import pytest
from cycles import competency, cycle, item, questionnaire, rows

from analysis import analyse
from analysis.disclosure import Policy
from analysis.report import build_manager_report
from questionnaires.model import OpenQuestion, Text

NAN = math.nan
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


def report(answers, language="en", *, organisation="Acme", **options):
    data = cycle({"a": answers}, **options)
    data = replace(data, cycle=replace(data.cycle, organisation=organisation))
    return build_manager_report(analyse(data), "a", language)


def asking(**relations):
    text = {"default": Text({"zh": "如何？", "en": "How?"})}
    questions = tuple(
        OpenQuestion(id=id, text=text, relations=asked) for id, asked in relations.items()
    )
    return questionnaire().model_copy(update={"open_questions": questions})


MERGED = {"PEER": rows(3, 3, 3), "CUSTOMER": rows(3, 3)}


def test_comments_withheld_within_a_merged_group_are_told_without_numbers_of_raters():
    of = asking(keep=["PEER"], together=["CUSTOMER"])
    note = report(MERGED, of=of, policy=Policy(threshold=4)).comments_note
    assert note == (
        "Of groups shown together, comments on questions that only some of them were asked are "
        "not shown, to protect anonymity (groups concerned: 1)."
    )
    note = report(MERGED, "zh", of=of, policy=Policy(threshold=4)).comments_note
    assert note == ("有 1 个合并显示的群体，只向其中一部分人提出的问题不显示文字意见，以保护匿名。")


def test_a_merged_group_below_the_comment_threshold_is_withheld_once():
    of = asking(keep=["PEER"], together=["CUSTOMER"])
    note = report({"PEER": rows(3, 3), "CUSTOMER": rows(3, 3)}, of=of).comments_note
    assert "fewer than 5 answers" in note
    assert note.count("groups concerned") == 1


def test_questions_asked_of_the_whole_merged_group_withhold_nothing():
    note = report(MERGED, of=asking(all=["PEER", "CUSTOMER"]), policy=Policy(threshold=4))
    assert note.comments_note == "No comments were received."


def test_sentences_count_who_answered_and_cells_who_judged():
    peers = [[NAN, 4, 3, 3], [4, 4, 3, 3], [4, 4, 3, 3], [4, 4, 3, 3]]
    made = report({"SUPERVISOR": rows(3), "PEER": peers})
    assert made.headline.startswith("Overall 3.3 (1 supervisor, 4 peers).")
    assert made.strengths == ("Competency trust: 3.5 (1 supervisor, 4 peers)",)
    assert made.groups[1].answered == "4"
    assert made.competencies[0].cells[1].n == 3


@LANGUAGES
def test_what_n_counts_is_told(language):
    reading = report({"SUPERVISOR": rows(3)}, language).reading
    assert any({"zh": "分数下方的 n", "en": "The n below a score"}[language] in p for p in reading)


COMPLIANCE = questionnaire(
    [
        competency(
            "compliance",
            [*(item(f"c{n}", relations=["SELF", "PEER"]) for n in (1, 2, 3)), item("c4")],
        )
    ]
)
INSIDE_OUT = {"SELF": [[2, 2, 2, 5]], "CUSTOMER": [[NAN, NAN, NAN, 4]] * 3}


def test_a_gap_is_told_with_the_scores_it_is_the_difference_of():
    made = report(INSIDE_OUT, of=COMPLIANCE)
    assert made.competencies[0].gap_text == made.overall.gap_text == "+1.0*"
    assert made.gaps == (
        "Competency compliance: on the items both judged (1), self 5.0, others 4.0; "
        "the self-rating is 1.0 points higher.",
    )


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "无共同题目"), ("en", "no items in common")]
)
def test_a_gap_without_an_item_in_common_is_words(language, words):
    parts = [item("c1", relations=["SELF"]), item("c2", relations=["CUSTOMER"])]
    of = questionnaire([competency("apart", parts)])
    made = report({"SELF": [[5, NAN]], "CUSTOMER": [[NAN, 3]] * 3}, language, of=of)
    assert made.competencies[0].gap is None
    assert made.competencies[0].gap_text == words


@LANGUAGES
def test_the_method_says_where_the_groups_judge_different_items(language):
    words = {"zh": "各方评价的题目不完全相同", "en": "do not all judge the same items"}[language]
    different = report(INSIDE_OUT, language, of=COMPLIANCE).method
    assert any(words in sentence for sentence in different)
    assert not any(
        words in sentence for sentence in report({"PEER": rows(3, 3, 4)}, language).method
    )


@pytest.mark.parametrize("organisation", ["", "  "])
def test_an_organisation_without_a_name_leaves_no_hole(organisation):
    zh = report(MERGED, "zh", organisation=organisation).confidentiality
    assert zh == "本报告仅供\u2009Manager a\u2009本人和人力资源负责人阅读，请勿转发。"
    en = report(MERGED, organisation=organisation).confidentiality
    assert en == (
        "Confidential: for Manager a and the human resources team only. Please do not pass it on."
    )


@pytest.mark.parametrize(
    ("language", "word", "hr"),
    [("zh", "直属上级", "人力资源"), ("en", "supervisor", "human resources")],
)
@pytest.mark.parametrize("organisation", ["", "Morningstar"])
def test_the_cover_names_supervisors_exactly_where_they_read(language, word, hr, organisation):
    for reads in (True, False):
        policy = Policy(supervisor_reads=reads)
        said = report(MERGED, language, organisation=organisation, policy=policy).confidentiality
        assert (word in said) == reads
        assert hr in said
        assert organisation in said


@LANGUAGES
def test_a_gap_is_the_difference_of_the_scores_as_they_are_printed(language):
    """3.75 and 3.125 are printed as 3.8 and 3.1: the gap of 0.625 as 0.7."""
    answers = {"SELF": [[4, 4, 4, 3]], "PEER": [[3, 3, 3, 3]] * 7 + [[4, 4, 4, 4]]}
    of = questionnaire([competency("x", [item(f"x{n}") for n in range(4)])])
    made = report(answers, language, of=of)
    (row,) = made.competencies
    assert (row.cells[0].text, row.others.text, row.gap_text) == ("3.8", "3.1", "+0.7")
    assert row.gap_note == made.overall.gap_note == ""
    assert row.gap == 0.625
    words = {
        "zh": "自评 3.8 分，他评 3.1 分，自评高出 0.7 分。",
        "en": "self 3.8, others 3.1; the self-rating is 0.7 points higher.",
    }
    assert made.gaps[0].endswith(words[language])


@pytest.mark.parametrize(("fours", "items", "notable"), [(7, 10, False), (22, 30, True)])
def test_what_is_notable_goes_by_the_exact_gap(fours, items, notable):
    """3.70 and 3.73 beside 3.2: only the second is more than half a point; both print as 0.5."""
    of = questionnaire([competency("x", [item(f"x{n}") for n in range(items)])])
    own = [4] * fours + [3] * (items - fours)
    made = report({"SELF": [own], "PEER": [[p] * items for p in (3, 3, 3, 3, 4)]}, of=of)
    assert made.competencies[0].gap_text == "+0.5"
    assert [told.kind for told in made.perception] == ["blind_spot" if notable else "alike"]


@pytest.mark.parametrize(
    ("language", "note"),
    [
        ("zh", "* 只比较双方都评价的题目：3 题中的 2 题"),
        ("en", "* over the items both judged: 2 of 3"),
    ],
)
def test_a_gap_over_fewer_items_than_the_scores_beside_it_says_so(language, note):
    parts = [item("x1"), item("x2"), item("x3", relations=["SELF"])]
    of = questionnaire([competency("x", parts)])
    made = report({"SELF": [[4, 3, 5]], "PEER": [[3, 3, NAN]] * 3}, language, of=of)
    (row,) = made.competencies
    assert (row.cells[0].text, row.others.text, row.gap_text) == ("4.0", "3.0", "+0.5*")
    assert row.gap_note == made.overall.gap_note == note
    assert {of.gap_note for section in made.sections for of in section.rows} == {""}


def test_a_gap_that_does_not_add_up_as_groups_judge_different_items_says_so():
    parts = [item("x1"), item("x2", relations=["SELF", "SUPERVISOR"])]
    of = questionnaire([competency("x", parts)], weights={"SUPERVISOR": 60, "PEER": 40})
    made = report({"SELF": [[4, 4]], "SUPERVISOR": [[3, 1]], "PEER": [[5, NAN]] * 3}, of=of)
    (row,) = made.competencies
    assert row.gap_text.endswith("*")
    assert row.gap_note == "* compared item by item: the groups judge different items"


def sized(**items):
    """Competencies of so many items."""
    return questionnaire(
        [competency(id, [item(f"{id}{n}") for n in range(count)]) for id, count in items.items()]
    )


def test_scores_that_print_alike_are_neither_strength_nor_weakness():
    """4.25 and 4.33 are both printed as 4.3, 4.25 and 4.2 are not."""
    alike = report({"SUPERVISOR": [[4, 4, 4, 5, 4, 4, 5]]}, of=sized(x=4, y=3))
    assert {row.others.text for row in alike.competencies} == {"4.3"}
    assert alike.strengths == alike.improvements == ()
    apart = report({"SUPERVISOR": [[4, 4, 4, 5, 4, 4, 4, 4, 5]]}, of=sized(x=4, y=5))
    assert [row.others.text for row in apart.competencies] == ["4.3", "4.2"]
    assert apart.strengths == ("Competency x: 4.3 (1 supervisor)",)


def test_two_ranges_that_print_alike_are_neither_strength_nor_weakness():
    """The middle of a range depends on how many judged: 4.95 of ten, 4.83 of three."""
    of = questionnaire([competency(id, [item(f"{id}1")]) for id in "xy"])
    made = report({"PEER": [[5, NAN]] * 7 + [[5, 5]] * 3}, of=of)
    assert {row.others.text for row in made.competencies} == {"≥ 4.5"}
    assert made.strengths == made.improvements == ()
