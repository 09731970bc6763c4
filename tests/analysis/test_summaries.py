"""Team reports and company summaries: made of what managers' reports show, and of nothing else."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from statistics import fmean, stdev

import numpy as np
import pytest
from cycles import comment, company_of, competency, cycle, item, questionnaire, rows

from analysis import analyse
from analysis.disclosure import GroupScore, Policy, guard, number
from analysis.release_guard import published_numbers
from analysis.report import (
    HiddenCell,
    ShownCell,
    build_company_report,
    build_manager_report,
    build_team_report,
    to_json,
)


def shown(report):
    cells = [cell for row in (*report.competencies, report.overall) for cell in row.cells]
    cells += [row.others for row in (*report.competencies, report.overall)]
    return [cell for cell in cells if isinstance(cell, ShownCell)]


def test_a_mean_over_managers_is_the_mean_of_the_scores_in_their_reports():
    results = company_of(6)
    report = build_company_report(results, "en")
    own = [build_manager_report(results, who, "en") for who in results.ratees]
    for place, group in enumerate(report.groups):
        for row in report.competencies:
            values = [
                cell.value
                for each in own
                for theirs in each.competencies
                if theirs.id == row.id
                for cell, of in zip(theirs.cells, each.groups, strict=True)
                if of.key == group.key and isinstance(cell, ShownCell)
            ]
            cell = row.cells[place]
            assert isinstance(cell, ShownCell)
            assert cell.value == pytest.approx(fmean(values))
            assert cell.n == len(values)
    customers = report.competencies[0].cells[3]
    assert customers.n == 4  # two of six have too few


def test_what_a_hidden_group_answered_changes_no_byte():
    one = company_of(12, hidden=rows(1, 1))
    other = company_of(12, hidden=rows(5, 4))
    for language in ("zh", "en"):
        company = [to_json(build_company_report(r, language)) for r in (one, other)]
        team = [
            to_json(build_team_report(r, ["m02", "m05", "m06"], "B", language))
            for r in (one, other)
        ]
        assert company[0] == company[1]
        assert team[0] == team[1]


def test_groups_that_are_hidden_are_counted_per_relation():
    told = {"en": "not shown for 4 of 12 managers", "zh": "12 位客户经理中有 4 位不显示"}
    for language, words in told.items():
        report = build_company_report(company_of(12), language)
        assert [group.withheld for group in report.groups] == ["", "", "", words]
    team = build_team_report(company_of(12), ["m00", "m01", "m02"], "B", "en")
    assert team.groups[3].withheld == "not shown for 1 of 3 managers"
    assert {group.withheld for group in build_company_report(company_of(2), "en").groups} == {""}


def test_answers_that_are_shown_do_change_it():
    results, other = company_of(12), company_of(12, customers=6)
    assert to_json(build_company_report(results, "en")) != to_json(
        build_company_report(other, "en")
    )


@pytest.mark.parametrize("count", [1, 2])
def test_fewer_than_three_managers_have_no_mean(count):
    report = build_team_report(company_of(6), [f"m{n:02d}" for n in range(count)], "B", "en")
    assert shown(report) == []
    assert report.headline == "Fewer than 3 managers can be shown, so there is no mean."
    assert report.overall.gap is None
    assert isinstance(report.sections[0].rows[0].others, ShownCell)  # their own reports show it


def test_one_competency_has_no_best_and_no_worst():
    asked = questionnaire([competency("trust", [item("t1"), item("t2")])])
    answers = {f"m{n}": {"SELF": [[3, 3]], "PEER": [[4, 4], [3, 4], [5, 5]]} for n in range(3)}
    report = build_company_report(analyse(cycle(answers, of=asked)), "en")
    assert report.headline == "Mean of 3 managers: 4.2."


def test_a_higher_threshold_holds_for_managers_too():
    results = company_of(4, policy=Policy(threshold=5, merging=()))
    report = build_company_report(results, "en")
    assert shown(report) == []
    assert "at least 5 managers" in " ".join(report.reading)


def test_a_team_report_says_what_raters_were_promised():
    for reads in (True, False):
        results = company_of(3, policy=Policy(supervisor_reads=reads))
        said = build_team_report(results, ["m00"], "B", "en").confidentiality
        assert ("their supervisor and HR read results" in said) == reads


def test_a_team_shows_each_manager_as_the_own_report_does():
    results = company_of(6)
    report = build_team_report(results, ["m04", "m02"], "B", "en")
    for section, key in zip(
        report.sections, ["overall", *(r.id for r in report.competencies)], strict=True
    ):
        assert [row.id for row in section.rows] == ["m02", "m04"]
        for row in section.rows:
            own = build_manager_report(results, row.id, "en")
            theirs = (
                own.overall
                if key == "overall"
                else next(r for r in own.competencies if r.id == key)
            )
            assert (row.cells, row.others, row.gap_text) == (
                theirs.cells,
                theirs.others,
                theirs.gap_text,
            )


def test_a_team_names_nobody_else_and_quotes_nothing():
    words = [comment("m00", "CUSTOMER", f"secret words {n}") for n in range(6)]
    results = company_of(6, comments=words)
    text = to_json(build_team_report(results, ["m00", "m01", "m03"], "B", "en")).decode()
    assert "Manager m01" in text
    assert "Manager m02" not in text
    assert "secret words" not in text


def test_a_manager_whose_groups_were_merged_is_told_so():
    answers = {
        f"m{n}": {"SELF": rows(3), "PEER": rows(4, 4, 5), "CUSTOMER": rows(3, 4, 5)}
        for n in range(3)
    }
    answers["m3"] = {"SELF": rows(3), "PEER": rows(4, 4), "CUSTOMER": rows(3, 4)}
    report = build_team_report(analyse(cycle(answers)), answers, "B", "en")
    assert [group.key for group in report.groups] == ["SELF", "PEER", "CUSTOMER", "PEER+CUSTOMER"]
    merged, apart = report.sections[0].rows[3], report.sections[0].rows[0]
    assert [getattr(cell, "reason", "") for cell in merged.cells] == ["", "merged", "merged", ""]
    assert apart.cells[3] == HiddenCell("no_group", "none")


@pytest.mark.parametrize(("count", "told"), [(9, False), (10, True)])
def test_how_far_managers_differ_is_told_from_ten_on(count, told):
    results = company_of(count)
    report = build_company_report(results, "en")
    row = report.competencies[0]
    assert (row.margin is not None) == told
    if told:
        others = [
            of.competencies[row.id].others.mean
            for of in results.ratees.values()
            if isinstance(of.competencies[row.id].others, GroupScore)
        ]
        assert row.margin == pytest.approx(stdev(others))
        assert row.description.startswith("Standard deviation between managers: ")
    team = build_team_report(results, results.ratees, "B", "en")
    assert team.competencies[0].margin is None


def test_a_company_has_tiers_and_no_ranks():
    report = build_company_report(company_of(12), "en")
    assert {"Response", "Three tiers"} <= {section.title for section in report.statistics}
    assert report.sections == ()
    assert "ranked" in " ".join(report.method)


def test_themes_are_counted_over_all_comments_from_the_threshold_on():
    spoken = questionnaire()
    keywords = {
        "trust": {"zh": ("信任",), "en": ("trust",)},
        "speed": {"zh": ("快",), "en": ("fast",)},
    }
    spoken = spoken.model_copy(
        update={
            "competencies": tuple(
                each.model_copy(update={"keywords": keywords[each.id]})
                for each in spoken.competencies
            )
        }
    )
    said = [
        comment(f"m{n % 2:02d}", "CUSTOMER", "I do not trust him, bad and slow.") for n in range(6)
    ]
    said += [comment("m00", "CUSTOMER", "Very fast and good.") for _ in range(4)]
    report = build_company_report(company_of(6, of=spoken, comments=said), "en")
    assert [(theme.label, theme.n) for theme in report.themes] == [("Competency trust", 6)]
    assert report.wishes == ("Customers wish for most: Competency trust (comments: 6).",)


def test_recommendations_are_means_over_managers_who_were_asked_about():
    items = [item("t1"), item("t2"), item("nps", scale="recommend", relations=["CUSTOMER"])]
    asked = questionnaire([competency("trust", items), competency("speed", [item("s1")])])
    answers = {
        f"m{n}": {
            "SELF": [[4, 4, np.nan, 4]],
            "CUSTOMER": [[4, 4, 6 + n, 4], [3, 3, 8, 3], [5, 4, 9, 4]],
        }
        for n in range(3)
    }
    report = build_company_report(analyse(cycle(answers, of=asked)), "en")
    (row,) = report.recommendations
    assert row.label == "the account manager does nps"
    assert row.cells[0] == HiddenCell("not_asked", "not asked")
    assert isinstance(row.cells[1], ShownCell)
    assert (row.low, row.high) == (0, 10)


def test_the_release_guard_lets_the_means_pass_beside_all_that_is_out():
    """Item by item, the mean over managers of a group tells nothing that is not out already."""
    results = company_of(6)
    out = published_numbers(results)
    asked = []
    for item_id in ("t1", "s1"):
        for key in ("PEER", "CUSTOMER"):
            cells = [next(iter(n.cells)) for n in out if n.id.endswith(f"/{key}/{item_id}")]
            means = {cell: Fraction(1, cell.raters(item_id)) for cell in cells}
            asked.append(number(f"all/{key}/{item_id}", item_id, means))
    assert min(len(each.cells) for each in asked) >= 4
    decision = guard(asked, out, results.policy)
    assert decision.hidden == ()


def test_the_release_guard_would_hold_back_a_mean_with_a_hidden_group():
    results = company_of(6)
    out = published_numbers(results)
    peers = [next(iter(n.cells)) for n in out if n.id.endswith("/PEER/t1")]
    too_few = replace(peers[0], id="m02/CUSTOMER", ratee="m02", relation="CUSTOMER", n=2, judged=())
    decision = guard([number("all", "t1", [*peers, too_few])], out, results.policy)
    assert [hidden.reason for hidden in decision.hidden] == ["difference"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_same_results_give_the_same_report_in_each_language(language):
    results = company_of(12)
    for build in (
        lambda: build_company_report(results, language),
        lambda: build_team_report(results, ["m00", "m01", "m03"], "王", language),
    ):
        assert to_json(build()) == to_json(build())
        assert len(build().digest) == 64


def test_a_team_without_a_rated_manager_is_refused():
    with pytest.raises(ValueError, match="nobody of this team"):
        build_team_report(company_of(3), ["x"], "B", "en")
