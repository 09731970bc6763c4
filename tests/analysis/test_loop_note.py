"""The note to customers: only what many said, nobody's words, no number, one page."""

from __future__ import annotations

import re
from dataclasses import astuple

import pytest
from cycles import comment, competency, cycle, item, questionnaire, rows

from analysis import analyse
from analysis.pdf.loop_page import DoesNotFit, render_loop_note
from analysis.report.loop import Action, build_loop_note

KEYWORDS = {"trust": "trust", "speed": "fast"}
ACTIONS = [
    Action("trust", "We publish our prices."),
    Action("speed", "We answer within a day."),
    Action("", "A new portal."),
]


def results(*said, ratee="m0", group="CUSTOMER", customers=6):
    """A manager about whom customers said this, and another one."""
    asked = questionnaire(
        [competency(key, [item(f"{key[0]}1"), item(f"{key[0]}2")]) for key in KEYWORDS]
    )
    asked = asked.model_copy(
        update={
            "competencies": tuple(
                each.model_copy(update={"keywords": {"zh": (), "en": (KEYWORDS[each.id],)}})
                for each in asked.competencies
            )
        }
    )
    answers = {
        f"m{n}": {"SELF": rows(3), "PEER": rows(4, 4, 5, 4, 4), "CUSTOMER": rows(*[3, 4, 5] * 2)}
        for n in range(2)
    }
    answers["m0"]["CUSTOMER"] = rows(*[3, 4, 5, 4, 3, 4][:customers])
    return [
        analyse(cycle(answers, of=asked, comments=[comment(ratee, group, text) for text in said]))
    ]


def wishing(n):
    return [f"I do not trust him, that is bad {k}." for k in range(n)]


@pytest.mark.parametrize(("comments", "named"), [(4, False), (5, True)])
def test_a_wish_is_named_from_the_comment_threshold_on(comments, named):
    note = build_loop_note(results(*wishing(comments)), "m0", ACTIONS, "en")
    assert [wish.wish for wish in note.wishes] == ["Competency trust"] * named
    assert ("We publish our prices." in note.others) != named


def test_what_was_done_stands_beside_what_was_wished_and_the_rest_by_itself():
    note = build_loop_note(results(*wishing(6)), "m0", ACTIONS, "en")
    assert note.wishes[0].done == ("We publish our prices.",)
    assert note.others == ("We answer within a day.", "A new portal.")
    assert note.others_title == "We also did this"


def test_a_wish_without_an_answer_says_so():
    note = build_loop_note(results(*wishing(6)), "m0", ACTIONS[1:], "en")
    assert note.wishes[0].done == ("We have heard it, and have not decided yet.",)


def test_praise_is_no_wish():
    note = build_loop_note(results(*["I trust her, very good."] * 6), "m0", ACTIONS, "en")
    assert note.wishes == ()
    assert note.introduction.endswith("This is what we did.")
    assert note.protected == ""


@pytest.mark.parametrize("group", ["PEER", "SELF"])
def test_what_others_than_customers_said_is_no_wish_of_customers(group):
    note = build_loop_note(results(*wishing(6), group=group), "m0", ACTIONS, "en")
    assert note.wishes == ()


def test_what_was_said_about_another_manager_is_not_in_it():
    told = results(*wishing(6), ratee="m1")
    assert build_loop_note(told, "m0", ACTIONS, "en").wishes == ()
    assert len(build_loop_note(told, None, ACTIONS, "en").wishes) == 1


def test_comments_that_may_not_be_shown_tell_nothing():
    note = build_loop_note(results(*wishing(4), customers=4), "m0", ACTIONS, "en")
    assert note.wishes == ()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nobody_is_quoted_and_no_number_is_told(language):
    note = build_loop_note(results(*wishing(6)), "m0", ACTIONS[:1], language)
    text = repr(astuple(note)).replace("2026 Q3", "").replace("m0", "")
    assert "that is bad" not in text
    assert re.findall(r"\d", text) == []


def test_an_unknown_ratee_is_refused():
    with pytest.raises(ValueError, match="no ratee 'x'"):
        build_loop_note(results(), "x", ACTIONS, "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_six_actions_of_a_long_sentence_each_fit_on_the_page(language):
    long = ("每一个投诉都有人负责，" if language == "zh" else "Every complaint is answered, ") * 30
    words = long[: 90 if language == "zh" else 180]
    actions = [Action("trust", words)] * 3 + [Action("", words)] * 3
    note = build_loop_note(results(*wishing(6)), "m0", actions, language)
    assert render_loop_note(note).startswith(b"%PDF-")


def test_what_does_not_fit_on_one_page_is_refused():
    actions = [Action("", "a long story " * 60)] * 20
    with pytest.raises(DoesNotFit, match="say it more shortly"):
        render_loop_note(build_loop_note(results(), "m0", actions, "en"))


def test_the_same_note_gives_the_same_bytes():
    note = build_loop_note(results(*wishing(6)), "m0", ACTIONS, "zh")
    assert render_loop_note(note) == render_loop_note(note)
