"""Rank correlations and tiers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.ordering import mean_ranks, rank_correlation, tiers

scores = st.lists(st.floats(1, 5).map(lambda score: round(score, 2)), min_size=3, max_size=20)


def test_the_correlation_of_ranks_by_spearmans_own_formula():
    """1 - 6 sum d^2 / (n (n^2 - 1)), by hand: sum d^2 = 4 and 10 over five ratees."""
    assert rank_correlation([1, 2, 3, 4, 5], [1, 3, 2, 5, 3.5]).value == pytest.approx(0.8)
    assert rank_correlation([1, 2, 3, 4, 5], [1, 3, 2, 6, 2.5]).value == pytest.approx(0.5)


def test_ties_share_the_mean_of_their_ranks():
    """By hand: deviations -1 1 1 -2 1 and -2 -1 0 1 2, so 1 / sqrt(8 * 10)."""
    assert mean_ranks(np.array([2.0, 7, 7, 1, 7])).tolist() == [2, 4, 4, 1, 4]
    assert rank_correlation([2, 7, 7, 1, 7], [1, 2, 3, 4, 5]).value == pytest.approx(1 / 80**0.5)


@given(scores)
def test_any_rising_change_of_the_scores_leaves_the_order(values):
    found = rank_correlation(values, np.exp(values))
    assert found.value is None or found.value == pytest.approx(1.0)
    turned = rank_correlation(values, -np.array(values))
    assert turned.value is None or turned.value == pytest.approx(-1.0)


def test_ratees_without_a_score_do_not_enter():
    found = rank_correlation([1, 2, 3, np.nan], [1, 2, np.nan, 5])
    assert (found.value, found.n) == (pytest.approx(1.0), 2)


@pytest.mark.parametrize(
    ("a", "b", "status"),
    [
        ([1, np.nan], [1, 2], "undefined_no_pairs"),
        ([], [], "undefined_no_pairs"),
        ([3, 3, 3], [1, 2, 3], "undefined_zero_variance"),
    ],
)
def test_an_undefined_correlation_says_why(a, b, status):
    found = rank_correlation(a, b)
    assert (found.value, found.status) == (None, status)


def test_lists_of_different_length_are_refused():
    with pytest.raises(ValueError, match="equally long"):
        rank_correlation([1, 2], [1, 2, 3])


def test_only_who_stands_apart_beyond_chance_is_above_or_below():
    scores = [4.0, 3.0, 3.1, 2.0, 3.0, np.nan]
    errors = [0.2, 0.2, 0.2, 0.2, np.nan, 0.2]
    assert tiers(scores, errors) == ["upper", "middle", "middle", "lower", None, None]


def test_the_more_sure_the_interval_must_be_the_fewer_stand_apart():
    scores, errors = [3.5, 3.0, 2.5], [0.2, 0.2, 0.2]
    assert tiers(scores, errors, confidence=0.8) == ["upper", "middle", "lower"]
    assert tiers(scores, errors, confidence=0.999) == ["middle", "middle", "middle"]
