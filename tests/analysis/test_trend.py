"""How a manager's scores went from cycle to cycle, and when that is no more than chance."""

from dataclasses import replace

import pytest
from cycles import competency, cycle, item, questionnaire, rows

from analysis import analyse
from analysis.disclosure import GroupScore, HiddenGroup
from analysis.report import build_manager_report
from analysis.trend import trends
from questionnaires.diff import compare


def company(first, *, ratees=12, of=None):
    """``r0`` as given; the others' peers differ by two points, so margins are known."""
    answers = {"r0": {"PEER": rows(*first)}}
    for n in range(1, ratees):
        answers[f"r{n}"] = {"PEER": rows(2 + n % 2, 3, 3, 4 - n % 2)}
    return analyse(cycle(answers, of=of))


def change(before, after, **options):
    first, *_ = trends(company(after, **options), [company(before, **options)], "r0")
    return first.change


def test_scores_stand_oldest_first():
    (trust, speed) = trends(company([4] * 4), [company([2] * 4), company([3] * 4)], "r0")
    assert trust.competency == "trust"
    assert trust.cells == (GroupScore(2.0, 4), GroupScore(3.0, 4), GroupScore(4.0, 4))
    assert speed.change == "higher"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([2] * 20, [4] * 20, "higher"),
        ([4] * 20, [2] * 20, "lower"),
        ([3] * 20, [3] * 15 + [4] * 5, "same"),  # .25 is of no use, however sure
        ([3, 3, 3], [3, 4, 4], "same"),  # .7 by three raters may be chance
    ],
)
def test_only_a_change_beyond_chance_and_of_some_use_is_one(before, after, expected):
    assert change(before, after) == expected


def test_without_margins_nothing_is_said_about_the_change():
    assert change([2] * 20, [4] * 20, ratees=9) is None


def test_a_hidden_score_has_no_change_and_stays_hidden():
    (trust, _) = trends(company([4, 4]), [company([2] * 4)], "r0")
    assert trust.cells[1] == HiddenGroup("too_few")
    assert trust.change is None


def test_only_items_that_all_cycles_asked_are_compared():
    renewed = questionnaire(
        [competency("trust", [item("t1"), item("t3")]), competency("new", [item("n1"), item("n2")])]
    )
    before = analyse(cycle({"r0": {"PEER": [[1, 5, 3, 3]] * 3}}))
    after = analyse(cycle({"r0": {"PEER": [[2, 5, 4, 4]] * 3}}, of=renewed))
    (trust,) = trends(after, [before], "r0")
    assert trust.cells == (GroupScore(1 + 1 / 6, 3, "low"), GroupScore(2.0, 3))


def test_an_item_whose_direction_changed_is_another_item():
    turned = questionnaire(
        [
            competency("trust", [item("t1", reverse=True), item("t2", reverse=True)]),
            competency("x", [item("x1"), item("x2")]),
        ]
    )
    assert trends(company([4] * 4, of=turned), [company([2] * 4)], "r0") == []


def test_a_first_cycle_has_no_trend():
    now = company([4] * 4)
    assert trends(now, [], "r0") == []
    other = replace(now, ratees={key: of for key, of in now.ratees.items() if key != "r0"})
    assert build_manager_report(now, "r0", "en", earlier=[other]).trend is None


@pytest.mark.parametrize(("language", "word"), [("zh", "上升"), ("en", "higher")])
def test_the_report_says_the_change_in_words(language, word):
    made = build_manager_report(company([4] * 4), "r0", language, earlier=[company([2] * 4)])
    assert made.trend.cycles == ("2026 Q3", "2026 Q3")
    assert [cell.text for cell in made.trend.rows[0].cells] == ["2.0", "4.0"]
    assert made.trend.rows[0].change_text == word


@pytest.mark.parametrize(
    "now",
    [
        [competency("trust", [item("t1")]), competency("speed", [item("s1")])],
        [competency("trust", [item("t1", reverse=True)]), competency("speed", [item("s1")])],
        [competency("trust", [item("s1")]), competency("speed", [item("t1")])],
        [competency("trust", [item("t2")]), competency("speed", [item("s1", relations=["PEER"])])],
    ],
)
def test_what_a_comparison_of_questionnaires_calls_lost_has_no_trend(now):
    before = questionnaire([competency("trust", [item("t1")]), competency("speed", [item("s1")])])
    after = questionnaire(now)
    peers = {"PEER": [[3, 3]] * 5}
    results = [analyse(cycle({"a": peers}, of=of)) for of in (before, after)]
    with_trend = {trend.competency for trend in trends(results[1], results[:1], "a")}
    verdicts = {trend.item: trend.verdict for trend in compare(before, after).trends}
    home = {each.items[0].id: each.id for each in after.competencies}
    said = {home[id] for id, verdict in verdicts.items() if verdict in {"kept", "changed"}}
    assert with_trend == said
