"""A whole cycle: what is published of it, and on what that depends."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from cycles import comment, competency, cycle, item, questionnaire, rows
from hypothesis import given
from hypothesis import strategies as st

from analysis import analyse, summary
from analysis.disclosure import GroupScore, HiddenGroup, Policy
from analysis.export.rows import Rows
from analysis.report import build_company_report, build_manager_report, to_json
from questionnaires.model import OpenQuestion, Text

NAN = math.nan


def cells(data, ratee="a", of="t1"):
    found = analyse(data).ratees[ratee]
    row = {**found.competencies, **found.items, "overall": found.overall}[of]
    return {group.key: cell for group, cell in zip(found.groups, row.cells, strict=True)}


def test_item_means_of_every_group_and_ratee():
    data = cycle({"a": {"SELF": rows(5), "PEER": rows(2, 3, 4)}, "b": {"PEER": rows(3, 3, 4, 5)}})
    assert cells(data) == {"SELF": GroupScore(5.0, 1), "PEER": GroupScore(3.0, 3)}
    assert cells(data, "b") == {"PEER": GroupScore(3.8, 4)}


def test_groups_stand_in_order_with_merged_ones_last():
    answers = {"CUSTOMER": rows(2), "PEER": rows(3, 3), "SUPERVISOR": rows(3), "SELF": rows(4)}
    groups = analyse(cycle({"a": answers})).ratees["a"].groups
    assert [group.key for group in groups] == ["SELF", "SUPERVISOR", "PEER+CUSTOMER"]


def test_cannot_judge_is_neither_zero_nor_the_middle():
    data = cycle({"a": {"PEER": [[NAN, 4, 4, 4], [4, 4, 4, 4], [4, 4, 4, 4], [4, 4, 4, 4]]}})
    assert cells(data)["PEER"] == GroupScore(4.0, 3)


def test_an_item_nobody_could_judge_is_hidden_and_the_rest_is_not():
    data = cycle({"a": {"PEER": [[NAN, 4, 4, 3]] * 3, "SUPERVISOR": [[NAN, 3, 3, 3]]}})
    assert cells(data) == {
        "SUPERVISOR": HiddenGroup("not_answered"),
        "PEER": HiddenGroup("too_few"),
    }
    assert cells(data, of="trust")["PEER"] == GroupScore(4.0, 3)


def test_reverse_items_are_recoded_before_the_mean():
    of = questionnaire([competency("trust", [item("t1", reverse=True), item("t2")])])
    data = cycle({"a": {"PEER": [[1, 3], [2, 3], [3, 3]]}}, of=of)
    assert cells(data)["PEER"] == GroupScore(4.0, 3)


def test_items_not_asked_of_a_relation_are_told_apart_from_too_few():
    of = questionnaire([competency("trust", [item("t1", relations=["SELF"]), item("t2")])])
    data = cycle({"a": {"SELF": [[4, 5]], "PEER": [[NAN, 3]] * 3}}, of=of)
    assert cells(data)["PEER"] == HiddenGroup("not_asked")
    assert cells(data, of="trust") == {"SELF": GroupScore(4.5, 1), "PEER": GroupScore(3.0, 3)}


def test_a_merged_group_has_no_mean_of_an_item_asked_of_one_relation_only():
    of = questionnaire([competency("trust", [item("t1", relations=["PEER"]), item("t2")])])
    data = cycle({"a": {"PEER": [[5, 3]] * 2, "CUSTOMER": [[NAN, 3]] * 2}}, of=of)
    assert cells(data)["PEER+CUSTOMER"] == HiddenGroup("not_asked")


def test_answers_of_a_hidden_group_leave_no_trace():
    quiet = cycle({"a": {"SUPERVISOR": rows(3), "PEER": rows(1, 1)}})
    loud = cycle({"a": {"SUPERVISOR": rows(3), "PEER": rows(5, 5)}})
    assert summary(analyse(quiet)) == summary(analyse(loud))


def test_each_ratee_is_judged_by_the_weights_of_their_position():
    of = questionnaire(
        weights={"SUPERVISOR": 50, "PEER": 50}, by_position={"new": {"SUPERVISOR": 80, "PEER": 20}}
    )
    answers = {"SUPERVISOR": rows(5), "PEER": rows(3, 3, 3, 2, 4)}
    data = cycle({"a": answers, "b": answers}, of=of, positions={"b": "new"})
    found = analyse(data).ratees
    assert found["a"].overall.weights == {"SUPERVISOR": 0.5, "PEER": 0.5}
    assert found["b"].overall.weights == {"SUPERVISOR": 0.8, "PEER": 0.2}
    assert found["a"].overall.others.mean == pytest.approx(4)
    assert found["b"].overall.others.mean == pytest.approx(4.6)
    assert found["b"].competencies["trust"].others.mean == pytest.approx(4.6)
    assert found["b"].items["t1"].others.mean == pytest.approx(4.6)


def test_a_hidden_group_leaves_its_weight_to_the_rest_of_its_position():
    by_position = {"new": {"SUPERVISOR": 30, "PEER": 30, "CUSTOMER": 40}}
    of = questionnaire(weights={"SUPERVISOR": 100}, by_position=by_position)
    answers = {"SUPERVISOR": rows(4), "PEER": rows(3, 3, 3, 3, 3), "CUSTOMER": rows(1)}
    found = analyse(cycle({"a": answers}, of=of, positions={"a": "new"})).ratees["a"]
    assert found.overall.weights == {"SUPERVISOR": 0.5, "PEER": 0.5}


def test_recommendations_enter_no_competency():
    of = questionnaire([competency("trust", [item("t1"), item("r", scale="recommend")])])
    data = cycle({"a": {"PEER": [[3, 10], [3, 9], [3, 8]]}}, of=of)
    assert cells(data, of="trust")["PEER"] == cells(data, of="overall")["PEER"]
    assert cells(data, of="trust")["PEER"] == GroupScore(3.0, 3)
    assert cells(data, of="r")["PEER"] == GroupScore(9.0, 3)


def test_the_order_of_rows_changes_nothing():
    one = cycle({"a": {"PEER": rows(2, 3, 5, 5), "CUSTOMER": rows(1, 4, 4)}})
    other = cycle({"a": {"CUSTOMER": rows(4, 1, 4), "PEER": rows(5, 2, 5, 3)}})
    assert summary(analyse(one)) == summary(analyse(other))


def test_coefficients_are_told_from_ten_ratees_on():
    peers = [[1, 2, 3, 2], [4, 4, 3, 5], [3, 4, 5, 5]]
    nine, ten = ({f"r{n}": {"PEER": peers} for n in range(count)} for count in (9, 10))
    few = analyse(cycle(nine)).scales
    assert {(of.status, of.alpha, of.icc) for of in few} == {("fewer_than_10_ratees", None, None)}
    scales = analyse(cycle(ten)).scales
    assert [(of.scale, of.relation, of.ratees, of.responses) for of in scales] == [
        ("trust", "PEER", 10, 30),
        ("speed", "PEER", 10, 30),
        ("overall", "PEER", 10, 30),
    ]
    assert all(of.alpha.value for of in scales[:2])
    assert scales[2].icc.n_ratees == 10


def test_coefficients_are_never_computed_over_self_ratings_or_merged_groups():
    answers = {"SELF": rows(3), "PEER": rows(3, 4), "CUSTOMER": rows(1, 2)}
    assert analyse(cycle({f"r{n}": answers for n in range(10)})).scales == ()


def scattered(*, ratees=10, peers=4):
    """Peers who differ by up to two points on managers who differ by up to two."""
    return {
        f"r{n}": {"PEER": rows(*(1 + (n % 3) + (rater + n) % 3 for rater in range(peers)))}
        for n in range(ratees)
    }


def test_a_margin_comes_from_the_variance_pooled_over_the_cycle():
    """t(30 df, .975) = 2.0423 times sqrt(MSW / 4), MSW of the ten ratees by hand; to 0.01."""
    data = scattered()
    within = [np.var([row[0] for row in of["PEER"]], ddof=1) for of in data.values()]
    margin = analyse(cycle(data)).ratees["r0"].competencies["trust"].margins[0]
    assert margin == round(2.0423 * (np.mean(within) / 4) ** 0.5, 2)


def test_there_is_no_margin_below_ten_ratees_nor_of_a_band_nor_of_self():
    few = analyse(cycle(scattered(ratees=9))).ratees["r0"].competencies["trust"]
    assert (few.margins, few.others_margin) == ((None,), None)
    data = scattered()
    data["r0"] = {"SELF": rows(3), "PEER": rows(5, 5, 5, 5)}
    assert analyse(cycle(data)).ratees["r0"].competencies["trust"].margins == (None, None)


def test_a_supervisor_counts_as_given_in_the_margin_of_the_others():
    data = scattered()
    data["r0"]["SUPERVISOR"] = rows(4)
    row = analyse(cycle(data)).ratees["r0"].competencies["trust"]
    assert row.margins[0] is None
    assert row.others_margin == pytest.approx(0.5 * row.margins[1])


THREE = {
    "a": {"PEER": rows(3, 3, 3)},
    "b": {"PEER": rows(3)},
    "c": {"PEER": rows(2, 2, 2, 2)},
}


def test_response_counts_answers_only_of_groups_that_are_shown():
    (peers,) = analyse(cycle(THREE, invited={"PEER": 5})).response
    assert (peers.shown, peers.hidden, peers.invited, peers.answered) == (
        2,
        1,
        15,
        7,
    )  # nothing of the hidden group but whom the roster asked


def test_an_import_tells_nothing_of_how_many_answered_in_a_hidden_group():
    data = cycle(THREE)  # as many are asked as have answered
    imported = replace(data, cycle=replace(data.cycle, imported=True))
    (peers,) = analyse(imported).response
    assert (peers.shown, peers.hidden, peers.invited, peers.answered) == (2, 1, 7, 7)
    (group,) = build_company_report(analyse(imported), "en").groups
    assert (group.invited, group.answered) == (7, "7")


@pytest.mark.parametrize("audience", ["manager", "hr"])
def test_nor_do_the_report_the_export_and_the_analysis_of_the_ratee_itself(audience):
    results = analyse(cycle(THREE | {"b": {"PEER": rows(3, 3)}}, imported=True))
    (group,) = build_manager_report(results, "b", "en", audience).groups
    assert (group.invited, group.shown) == (None, False)
    (told,) = (ratee["groups"] for ratee in summary(results)["ratees"] if ratee["ratee"] == "b")
    assert told[0]["invited"] is None
    exported = [row for row in Rows((results,), "en").response() if row["ratee"] == "b"]
    assert [row["invited"] for row in exported] == [None]
    (shown,) = build_manager_report(results, "a", "en", audience).groups
    assert shown.invited == 3


def test_comments_below_their_threshold_are_dropped():
    data = cycle(
        {"a": {"PEER": rows(3, 3, 3, 3), "CUSTOMER": rows(3, 3, 3, 3, 3)}},
        comments=[comment("a", "PEER", "secret"), comment("a", "CUSTOMER", "fine")],
    )
    shown = analyse(data).ratees["a"].comments
    assert [scored.comment.text for scored in shown] == ["fine"]


def asking(**relations):
    """The tiny questionnaire with open questions of these relations."""
    text = {"default": Text({"zh": "如何？", "en": "How?"})}
    questions = tuple(
        OpenQuestion(id=id, text=text, relations=asked) for id, asked in relations.items()
    )
    return questionnaire().model_copy(update={"open_questions": questions})


def test_a_merged_group_shows_only_comments_that_all_of_its_raters_were_asked_for():
    """Otherwise three peers and two customers would each be read by themselves."""
    both = "PEER+CUSTOMER"
    data = cycle(
        {"a": {"PEER": rows(3, 3, 3), "CUSTOMER": rows(3, 3)}},
        of=asking(keep=["SELF", "PEER"], together=["CUSTOMER"], advice=["PEER", "CUSTOMER"]),
        policy=Policy(threshold=4),
        comments=[
            comment("a", both, "peer's own", "keep"),
            comment("a", both, "customer's own", "together"),
            comment("a", both, "anybody's"),
        ],
    )
    shown = analyse(data).ratees["a"].comments
    assert [scored.comment.text for scored in shown] == ["anybody's"]


def test_a_cycle_without_a_single_answer_is_analysed():
    data = cycle({"a": {"SELF": [], "PEER": []}}, invited={"SELF": 1, "PEER": 4})
    assert cells(data) == {"SELF": HiddenGroup("not_answered"), "PEER": HiddenGroup("too_few")}


def test_the_summary_is_json_without_undefined_numbers():
    data = cycle({"a": {"SELF": [[NAN] * 4], "PEER": rows(1, 1)}, "b": {}})
    text = json.dumps(summary(analyse(data)), allow_nan=False)
    (ratee, empty) = json.loads(text)["ratees"]
    assert ratee["competencies"]["trust"]["groups"] == {
        "SELF": {"hidden": "not_answered"},
        "PEER": {"hidden": "too_few"},
    }
    assert ratee["competencies"]["trust"]["gap"] is None
    assert empty["overall"]["others"] == {"hidden": "not_asked"}


def test_the_summary_has_every_item_as_it_is_published():
    answers = {"SELF": rows(5), "PEER": rows(2, 3, 4), "CUSTOMER": rows(3, 3)}
    data = cycle({"a": answers}, of=questionnaire(weights={"PEER": 60, "CUSTOMER": 40}))
    item = summary(analyse(data))["ratees"][0]["items"]["t1"]
    assert item["groups"] == {
        "SELF": {"mean": 5.0, "n": 1},
        "PEER": {"mean": 3.0, "n": 3},
        "CUSTOMER": {"hidden": "too_few"},
    }
    assert (item["gap"], item["weights"]) == (2.0, {"PEER": 1.0})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"group": np.array(["SUPERVISOR"])}, "group that the cycle lacks"),
        ({"items": ("t1", "t2", "s1", "x")}, "'x'"),
        ({"values": np.array([[9.0, 3, 3, 3]])}, "9 lies outside"),
    ],
)
def test_ratings_that_do_not_belong_to_the_cycle_are_refused(change, message):
    from dataclasses import replace

    data = cycle({"a": {"SELF": rows(3)}})
    with pytest.raises(ValueError, match=message):
        analyse(replace(data, ratings=replace(data.ratings, **change)))


def test_a_comment_on_an_unknown_question_is_refused():
    data = cycle({"a": {"SELF": rows(3)}}, comments=[comment("a", "SELF", "hm", "unknown")])
    with pytest.raises(ValueError, match="unknown"):
        analyse(data)


def compliance():
    """Four items, of which customers judge the last one only."""
    inside = ["SELF", "SUPERVISOR", "PEER"]
    items = [item(f"c{n}", relations=inside) for n in (1, 2, 3)]
    return questionnaire([competency("compliance", [*items, item("c4")])])


def test_a_gap_compares_the_same_items():
    """Self 3.3 over four items, customers 4.0 over one: on that one self is higher."""
    data = cycle(
        {"a": {"SELF": [[2, 3, 3, 5]], "CUSTOMER": [[NAN, NAN, NAN, 4]] * 3}}, of=compliance()
    )
    found = analyse(data).ratees["a"]
    assert cells(data, of="compliance")["SELF"] == GroupScore(3.25, 1)
    assert found.competencies["compliance"].gap.difference == 1.0
    assert found.competencies["compliance"].gap.items == 1
    assert found.overall.gap.difference == 1.0
    (ratee,) = summary(analyse(data))["ratees"]
    assert ratee["competencies"]["compliance"]["gap"] == ratee["overall"]["gap"] == 1.0


def test_without_an_item_in_common_there_is_no_gap():
    own = [item("c1", relations=["SELF"]), item("c2", relations=["CUSTOMER"])]
    of = questionnaire([competency("apart", own), competency("shared", [item("d1")])])
    found = analyse(cycle({"a": {"SELF": [[5, NAN, 5]], "CUSTOMER": [[NAN, 3, 4]] * 3}}, of=of))
    assert found.ratees["a"].competencies["apart"].gap is None
    assert found.ratees["a"].overall.gap.difference == 1.0


def test_a_gap_needs_both_scores_of_the_competency():
    """One of four items is too little for a score of self, so also for a difference to it."""
    own = {"SELF": [[NAN, NAN, NAN, 5]], "SUPERVISOR": [[3, 3, 3, 3]]}
    assert analyse(cycle({"a": own}, of=compliance())).ratees["a"].overall.gap is None


@st.composite
def twins(draw):
    """Two sets of peer answers with the same published item means."""
    n = draw(st.integers(3, 7))
    one = np.array(draw(st.lists(st.lists(st.integers(1, 5), min_size=4, max_size=4),
                                 min_size=n, max_size=n)))  # fmt: skip
    other = one.copy()
    for column in range(4):
        points = np.sort(one[:, column])
        if points.sum() >= 5 * n - 1:
            points[0] = 9 - points[0]
        elif points.sum() <= n + 1:
            points[-1] = 3 - points[-1]
        elif points[-1] - points[0] > 1:
            points[[0, -1]] += [1, -1]
        other[:, column] = draw(st.permutations(points.tolist()))
    return one.tolist(), other.tolist()


@given(twins())
def test_the_same_published_item_means_give_the_same_report(answers):
    """Nothing published later tells more than the item means do."""
    supervisor, own = [[3, 4, 2, NAN]], [[5, NAN, 1, 4]]
    one, other = (
        analyse(cycle({"a": {"SELF": own, "SUPERVISOR": supervisor, "PEER": peers}}))
        for peers in answers
    )
    assert summary(one) == summary(other)
    for language in ("zh", "en"):
        reports = [build_manager_report(results, "a", language) for results in (one, other)]
        assert to_json(reports[0]) == to_json(reports[1])


def test_named_customers_are_shown_from_one_on():
    data = cycle({"a": {"CUSTOMER": rows(5)}}, policy=Policy(customers="named"))
    assert cells(data)["CUSTOMER"] == GroupScore(5.0, 1)
