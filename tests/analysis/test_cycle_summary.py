"""What HR is told of a cycle's numbers, on the page and as JSON."""

from dataclasses import replace

import numpy as np
import pytest
from cycles import competency, cycle, item, questionnaire, rows

from analysis import analyse, summary
from analysis.cycle_summary import as_text, build_cycle_summary
from analysis.cycle_wording import CYCLE_WORDS
from analysis.reliability import raters_needed

NAN = float("nan")


def told(answers, language="en", of=None):
    """Every line of the summary, by section and name."""
    made = build_cycle_summary(analyse(cycle(answers, of=of)), language)
    return {(section.title, line.name): line for section in made.sections for line in section.lines}


def scales(answers, of=None):
    printed = summary(analyse(cycle(answers, of=of)))["statistics"]["scales"]
    return {(scale["scale"], scale["relation"]): scale for scale in printed}


def company(*, relation="PEER", raters=4, ratees=12):
    """Managers who differ by up to two points, raters who differ by up to two."""
    return {
        f"r{n:02}": {relation: rows(*(1 + n % 3 + (rater + n) % 3 for rater in range(raters)))}
        for n in range(ratees)
    }


PEERS = "Peers: 12 managers, 48 answers"


def test_raters_needed_come_with_the_fewest_and_most_of_the_interval():
    """As Spearman-Brown gives them from ICC(1) and its ends as printed: .50 (.22 to .78)."""
    line = told(company())[PEERS, "Competency trust"]
    icc = scales(company())["trust", "PEER"]["icc"]
    values = [[raters_needed(icc[end], t) for end in ("icc1", "high", "low")] for t in (0.7, 0.8)]
    both = ("{} ({} to {})".format(*found) for found in values)
    assert line.values[4] == " / ".join(both)


def test_json_has_the_raters_needed_at_both_ends_of_the_interval():
    found = scales(company())["trust", "PEER"]
    needed, icc = found["raters_needed"], found["icc"]
    assert needed["0.7"] == raters_needed(icc["icc1"], 0.7)
    assert needed["between"]["0.8"] == (
        raters_needed(icc["high"], 0.8),
        raters_needed(icc["low"], 0.8),
    )
    assert needed["status"] is None


def test_the_raters_needed_tell_no_more_than_the_coefficient_that_is_printed():
    """Of .046 and .054, both printed as .05, Spearman-Brown would ask for 49 and 41."""
    scale = analyse(cycle(company())).scales[0]
    found = [
        replace(scale, icc=replace(scale.icc, icc1=icc1)).raters_needed(0.7)
        for icc1 in (0.046, 0.054)
    ]
    assert found == [45, 45]


def test_an_end_that_no_number_of_raters_attains_is_told_as_more_than_a_plan():
    answers = company(ratees=10, raters=3)
    found = scales(answers)["trust", "PEER"]
    assert found["icc"]["low"] <= 0
    assert found["raters_needed"]["between"]["0.7"][1] is None
    line = told(answers)["Peers: 10 managers, 30 answers", "Competency trust"]
    assert line.values[4].endswith("to > 50)")


def test_raters_that_are_undefined_have_the_reason_of_the_icc():
    """One supervisor each: that is not raters who do not agree."""
    found = scales(company(relation="SUPERVISOR", raters=1))["trust", "SUPERVISOR"]
    assert found["raters_needed"]["status"] == found["icc"]["status"] == "undefined_no_within_df"


def test_raters_who_agree_no_more_than_chance_make_the_plan_unattainable():
    answers = {f"r{n}": {"PEER": rows(1, 3, 5)} for n in range(12)}
    needed = scales(answers)["trust", "PEER"]["raters_needed"]
    assert (needed["0.7"], needed["status"]) == (None, "not_attainable")


def test_a_reason_that_holds_for_all_items_is_said_once():
    answers = company(relation="SUPERVISOR", raters=1)
    lines = [line for (title, _), line in told(answers).items() if title.startswith("Supervisor")]
    assert ["no manager has two raters" in line.remark for line in lines] == [False, False, True]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "too few to be sure"), ("zh", "尚不能确定")]
)
def test_items_that_seem_to_go_together_in_few_answers_are_not_called_unrelated(language, words):
    """Alpha .78, but the interval from nine complete answers reaches far below .70."""
    rng = np.random.default_rng(5)
    answers = {
        f"r{n}": {"SUPERVISOR": [np.clip(np.round(3 + rng.normal() + noise), 1, 5).tolist()]}
        for n, noise in enumerate(rng.normal(size=(10, 4)) * 0.8)
    }
    found = scales(answers)["trust", "SUPERVISOR"]["alpha"]
    assert found["low"] < 0.7 <= found["value"]
    lines = [line for (_, name), line in told(answers, language).items() if name.endswith("trust")]
    assert any(words in line.remark for line in lines)


def test_an_item_too_few_managers_were_judged_on_does_not_cost_the_omega_of_the_others():
    rng = np.random.default_rng(3)
    of = questionnaire([competency("trust", [item(f"t{n}") for n in range(5)])])
    answers = {}
    for n in range(12):
        points = np.clip(np.round(3 + rng.normal() + 0.7 * rng.normal(size=(5, 5))), 1, 5)
        points[:, 4] = points[:, 4] if n < 3 else NAN
        answers[f"r{n}"] = {"PEER": points.tolist()}
    omega = scales(answers, of)["trust", "PEER"]["omega"]
    assert omega["status"] is None
    assert omega["loadings"]["t4"] is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_summary_says_what_each_number_means(language):
    text = as_text(build_cycle_summary(analyse(cycle(company())), language))
    for name, meaning in CYCLE_WORDS[language].relation_columns:
        assert f"{name}: {meaning}" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "“the account manager does t3” (t3)"), ("zh", "“客户经理做到t3”（t3）")],
)
def test_an_item_that_does_not_fit_is_named_by_what_raters_read(language, words):
    of = questionnaire([competency("trust", [item(f"t{n}") for n in range(1, 4)])])
    ticked = [(1 + n % 5, 1 + n % 5, 5 - n % 5) for n in range(60)]
    answers = {f"r{n:02}": {"PEER": ticked[n * 4 : n * 4 + 4]} for n in range(15)}
    remarks = " ".join(line.remark for line in told(answers, language, of=of).values())
    assert words in remarks
