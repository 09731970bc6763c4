"""From points to competencies and the view of the others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.disclosure import Group, GroupScore, HiddenGroup
from analysis.scoring import (
    competency_cell,
    competency_scores,
    recode,
    used_weights,
    weighted_composite,
    weighted_others,
)
from questionnaires.model import Relation

NAN = float("nan")
SELF, SUPERVISOR, PEER, CUSTOMER = Relation
TOO_FEW, NOT_ASKED = HiddenGroup("too_few"), HiddenGroup("not_asked")
NOT_ANSWERED = HiddenGroup("not_answered")


def group(*relations):
    return Group("a", relations, 9, 5, attributed=False)


def others(cells, weights=None):
    groups = [group(*(Relation(name) for name in key.split("+"))) for key in cells]
    return weighted_others(cells, groups, weights or {})


def test_reverse_items_turn_on_the_declared_ends():
    ticked = [[2.0, 2.0], [np.nan, np.nan]]
    np.testing.assert_array_equal(
        recode(ticked, [False, True], 1, 5), [[2.0, 4.0], [np.nan, np.nan]]
    )


def test_every_item_turns_on_its_own_scale():
    np.testing.assert_array_equal(recode([[2, 2]], [True, True], [1, 0], [5, 10]), [[4, 8]])


@given(arrays(np.float64, (5, 3), elements=st.integers(1, 5).map(float)))
def test_reversing_twice_changes_nothing(ticked):
    turned = recode(recode(ticked, [True] * 3, 1, 5), [True] * 3, 1, 5)
    np.testing.assert_array_equal(turned, ticked)


@pytest.mark.parametrize("point", [0.0, 9.0, np.inf])
def test_a_point_outside_its_scale_is_refused(point):
    with pytest.raises(ValueError, match="outside its scale"):
        recode([[point]], [False], 1, 5)


def test_a_competency_is_the_mean_of_its_item_means():
    assert competency_cell([GroupScore(4.0, 5), GroupScore(3.0, 6)]) == GroupScore(3.5, 5)


def test_a_competency_needs_half_of_its_items():
    shown = GroupScore(4.0, 5)
    assert competency_cell([shown, TOO_FEW]) == shown
    assert competency_cell([shown, TOO_FEW, TOO_FEW]) == TOO_FEW


def test_items_not_asked_do_not_count():
    assert competency_cell([GroupScore(4.0, 5), NOT_ASKED, NOT_ASKED]) == GroupScore(4.0, 5)


def test_a_hidden_competency_says_why():
    assert competency_cell([NOT_ASKED, NOT_ASKED]) == NOT_ASKED
    assert competency_cell([]) == NOT_ASKED
    assert competency_cell([NOT_ANSWERED, NOT_ASKED]) == NOT_ANSWERED
    assert competency_cell([NOT_ANSWERED, TOO_FEW]) == TOO_FEW


def test_a_competency_all_in_the_band_stays_in_the_band():
    high = GroupScore(4.9, 5, "high")
    assert competency_cell([high, high]) == high
    assert competency_cell([high, GroupScore(4.0, 5)]) == GroupScore(4.45, 5)


def test_many_customers_do_not_drown_one_supervisor():
    cells = {"SUPERVISOR": GroupScore(2.0, 1), "CUSTOMER": GroupScore(4.0, 20)}
    assert others(cells).cell == GroupScore(3.0, 21)


def test_declared_weights_decide():
    cells = {"SUPERVISOR": GroupScore(2.0, 1), "CUSTOMER": GroupScore(4.0, 20)}
    score = others(cells, {SUPERVISOR: 25, CUSTOMER: 75})
    assert score.cell == GroupScore(3.5, 21)
    assert score.weights == {"SUPERVISOR": 0.25, "CUSTOMER": 0.75}


def test_the_self_rating_never_counts():
    cells = {"SELF": GroupScore(5.0, 1), "PEER": GroupScore(3.0, 4)}
    assert others(cells, {SELF: 90, PEER: 10}).cell == GroupScore(3.0, 4)
    assert others({"SELF": GroupScore(5.0, 1)}).cell == NOT_ASKED


def test_a_merged_group_has_the_weight_of_both():
    cells = {"SUPERVISOR": GroupScore(2.0, 1), "PEER+CUSTOMER": GroupScore(4.0, 4)}
    score = others(cells, {SUPERVISOR: 40, PEER: 30, CUSTOMER: 30})
    assert score.cell == GroupScore(pytest.approx(3.2), 5)


def test_a_hidden_group_leaves_its_weight_to_the_rest_and_is_no_zero():
    cells = {"SUPERVISOR": GroupScore(2.0, 1), "PEER": GroupScore(4.0, 4), "CUSTOMER": TOO_FEW}
    score = others(cells)
    assert score.cell == GroupScore(3.0, 5)
    assert score.weights == {"SUPERVISOR": 0.5, "PEER": 0.5}


def test_below_six_tenths_of_the_weight_there_is_no_score():
    cells = {"SUPERVISOR": GroupScore(2.0, 1), "PEER": TOO_FEW}
    assert others(cells).cell == TOO_FEW
    assert others(cells, {SUPERVISOR: 60, PEER: 40}).cell == GroupScore(2.0, 1)
    assert others(cells, {SUPERVISOR: 59, PEER: 41}).cell == TOO_FEW


def test_a_group_not_asked_costs_no_weight():
    cells = {"SUPERVISOR": GroupScore(2.0, 1), "PEER": NOT_ASKED, "CUSTOMER": NOT_ASKED}
    assert others(cells).cell == GroupScore(2.0, 1)


def test_groups_without_weight_alone_make_no_score():
    assert isinstance(others({"PEER": GroupScore(3.0, 4)}, {SUPERVISOR: 100}).cell, HiddenGroup)


def test_a_response_is_the_mean_of_what_it_judged():
    ticked = [[4, 5, NAN, NAN], [3, NAN, NAN, NAN], [NAN] * 4, [1, 2, 3, 4]]
    np.testing.assert_array_equal(competency_scores(ticked), [4.5, NAN, NAN, 2.5])


def test_the_share_judged_decides():
    ticked = [[4, 5, NAN]]
    assert np.isnan(competency_scores(ticked, coverage=0.7)).all()
    assert competency_scores(ticked, coverage=2 / 3) == [4.5]
    assert competency_scores([[3, NAN, NAN]], coverage=0) == [3]


def test_nothing_judged_is_no_score_whatever_the_coverage():
    assert np.isnan(competency_scores([[NAN, NAN]], coverage=0)).all()
    assert np.isnan(competency_scores(np.empty((2, 0)))).all()


@given(arrays(np.float64, (5, 3), elements=st.integers(1, 5).map(float)))
def test_recoding_a_whole_competency_turns_its_scores(ticked):
    turned = competency_scores(recode(ticked, [True] * 3, 1, 5))
    np.testing.assert_allclose(turned, 6 - competency_scores(ticked))


def test_a_composite_weighs_by_the_declared_weights():
    found = weighted_composite([4.0, 3.0, 2.0], [50, 30, 20])
    assert found.value == pytest.approx(3.3)
    assert found.weights == pytest.approx([0.5, 0.3, 0.2])
    assert (found.missing, found.status) == ((), None)


def test_a_missing_source_leaves_its_weight_to_the_rest_and_is_no_zero():
    found = weighted_composite([4.0, NAN, 3.0], [0.5, 0.25, 0.25])
    assert found.value == pytest.approx((2 * 4 + 3) / 3)
    assert found.weights == pytest.approx([2 / 3, 0, 1 / 3])
    assert found.missing == (1,)


@pytest.mark.parametrize(
    ("scores", "weights"),
    [([4.0, NAN], [59, 41]), ([NAN, NAN], [1, 1]), ([4.0, NAN], [0, 1]), ([4.0], [0]), ([], [])],
)
def test_too_little_of_the_weight_makes_no_composite(scores, weights):
    found = weighted_composite(scores, weights)
    assert (found.value, found.status) == (None, "below_coverage")
    assert np.isnan(found.weights).all()


def test_coverage_reached_by_sums_of_tenths_counts():
    """.1 + .2 + .3 is a little more than .6, and .7 - .1 a little less."""
    assert weighted_composite([4, 4, 4, NAN], [0.1, 0.2, 0.3, 0.4]).value == pytest.approx(4)


@given(st.lists(st.floats(1, 5), min_size=3, max_size=3), st.floats(0.01, 100))
def test_the_unit_of_the_weights_changes_nothing(scores, unit):
    one = weighted_composite(scores, [5, 3, 2]).value
    assert weighted_composite(scores, np.array([5, 3, 2]) * unit).value == pytest.approx(one)
    assert min(scores) - 1e-9 <= one <= max(scores) + 1e-9


def test_weights_of_many_ratees_are_renormalised_at_once():
    present = [[True, True, True], [True, False, True], [False, False, True]]
    np.testing.assert_allclose(
        used_weights([5, 3, 2], present), [[0.5, 0.3, 0.2], [5 / 7, 0, 2 / 7], [NAN, NAN, NAN]]
    )


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (competency_scores, ([1, 2],), "responses x items"),
        (competency_scores, ([[1, np.inf]],), "infinite"),
        (weighted_composite, ([4, 3], [1]), "one weight per source"),
        (weighted_composite, ([4, 3], [1, -1]), "0 or more"),
        (weighted_composite, ([4, 3], [1, NAN]), "0 or more"),
    ],
)
def test_wrong_input_is_refused(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)


@pytest.mark.parametrize("coverage", [-0.1, 60])
def test_coverage_is_a_share(coverage):
    with pytest.raises(ValueError, match="between 0 and 1"):
        competency_scores([[1, 2]], coverage=coverage)
    with pytest.raises(ValueError, match="between 0 and 1"):
        weighted_composite([1, 2], [1, 1], coverage=coverage)
