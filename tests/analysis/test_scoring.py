"""From item means to competencies and the view of the others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.disclosure import Group, GroupScore, HiddenGroup
from analysis.gaps import gap, is_notable, mean_gap
from analysis.scoring import competency_cell, recode, weighted_others
from questionnaires.model import Relation

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


def test_the_gap_is_self_minus_others():
    assert gap(GroupScore(4.5, 1), GroupScore(4.0, 5)).difference == 0.5
    assert gap(GroupScore(4.5, 1), TOO_FEW) is None
    assert gap(None, GroupScore(4.0, 5)) is None


def test_a_gap_of_several_items_is_the_mean_of_theirs():
    parts = [gap(GroupScore(4.0, 1), GroupScore(3.0, 5)), gap(GroupScore(2.0, 1), TOO_FEW)]
    parts.append(gap(GroupScore(5.0, 1), GroupScore(4.9, 4, "high")))
    found = mean_gap(parts)
    assert found.difference == pytest.approx((1.0 + 0.1) / 2)
    assert (found.own.mean, found.others.mean, found.items) == (4.5, pytest.approx(3.95), 2)
    assert mean_gap([found, found]).items == 4
    assert mean_gap([None]) is mean_gap([]) is None


@pytest.mark.parametrize(
    ("difference", "notable"), [(4.3 - 3.8, True), (-0.5, True), (0.4, False), (None, False)]
)
def test_half_a_point_is_notable(difference, notable):
    assert is_notable(difference) is notable
