"""Intervals of means: own spread from five answers on, the pooled one below."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.precision.means import mean_interval, pooled_standard_error

NAN = float("nan")
RATEES = [0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 3]
answers = st.lists(st.integers(1, 7), min_size=12, max_size=12).map(lambda x: np.array(x, float))

# Heat of fusion of ice (cal/g) by two methods, n = 13 and 8: Rice 2007, Mathematical Statistics
# and Data Analysis (3rd ed.), p. 423: means 80.02 and 79.98, SDs .024 and .031, pooled .0269.
ICE_A = [79.98, 80.04, 80.02, 80.04, 80.03, 80.03, 80.04, 79.97, 80.05, 80.03, 80.02, 80, 80.02]
ICE_B = [80.02, 79.94, 79.98, 79.97, 79.97, 80.03, 79.95, 79.97]


def test_the_pooled_standard_deviation_is_the_published_one():
    found = pooled_standard_error(ICE_A + ICE_B, [0] * 13 + [1] * 8, 1)
    assert found.value == pytest.approx(0.0269, abs=0.00005)
    assert found.df == 19


def test_five_answers_or_more_have_their_own_interval():
    """R: t.test(sleep$extra[sleep$group == 1]) prints -0.5297804 and 2.0297804."""
    sleep = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    found = mean_interval(sleep, [0] * 10)
    assert (found.low[0], found.high[0]) == pytest.approx((-0.5297804, 2.0297804), abs=1e-7)
    assert found.mean == pytest.approx([0.75])
    assert found.pooled.tolist() == [False]


def test_fewer_than_five_borrow_the_spread_of_all():
    """MSW = (2 + 40) / (2 + 4) = 7 on 6 degrees of freedom; t(.975; 6) = 2.446912."""
    found = mean_interval([1, 2, 3, 1, 3, 5, 7, 9], [0, 0, 0, 1, 1, 1, 1, 1])
    assert found.pooled.tolist() == [True, False]
    assert found.standard_error[0] == pytest.approx((7 / 3) ** 0.5)
    assert found.high[0] - 2 == pytest.approx(2.446912 * (7 / 3) ** 0.5, rel=1e-6)
    assert found.standard_error[1] == pytest.approx((10 / 5) ** 0.5)


def test_two_equal_answers_are_not_exact():
    found = mean_interval([4, 4, 1, 3], [0, 0, 1, 1])
    assert found.low[0] < 4 < found.high[0]
    assert found.high[0] - found.low[0] == found.high[1] - found.low[1]


@pytest.mark.parametrize("point", [4, 0.1])
def test_six_equal_answers_are_not_exact_either(point):
    found = mean_interval([point] * 6 + [1, 3], [0] * 6 + [1, 1])
    assert found.pooled.tolist() == [True, True]
    assert found.low[0] < point < found.high[0]


def test_one_answer_has_an_interval_from_the_others():
    found = mean_interval([5, 1, 3], [0, 1, 1])
    assert found.standard_error[0] == pytest.approx(2**0.5)
    assert (found.n.tolist(), found.statuses.tolist()) == ([1, 2], [None, None])


def test_with_complete_agreement_means_stay_and_intervals_do_not():
    found = mean_interval([4, 4, 2, 2], [0, 0, 1, 1])
    assert found.mean.tolist() == [4, 2]
    assert np.isnan([found.low, found.high, found.standard_error]).all()
    assert found.statuses.tolist() == ["undefined_zero_variance"] * 2
    assert found.status == "undefined_zero_variance"


def test_if_nobody_was_rated_twice_there_is_no_interval():
    found = mean_interval([4, 2], [0, 1])
    assert found.mean.tolist() == [4, 2]
    assert found.status == "undefined_no_within_df"


def test_a_ratee_without_an_answer_stays_in_its_place():
    found = mean_interval([NAN, 4, 2, NAN], ["An", "Li", "Li", "Wu"])
    assert found.ratees.tolist() == ["An", "Li", "Wu"]
    assert np.isnan(found.mean).tolist() == np.isnan(found.low).tolist() == [True, False, True]
    few = "undefined_fewer_than_2_raters"
    assert (found.statuses.tolist(), found.status) == ([few, None, few], None)


def test_what_was_not_judged_is_not_0():
    found = mean_interval([NAN, 4, 2, NAN, 3], [0, 0, 0, 0, 1])
    assert (found.mean.tolist(), found.n.tolist()) == ([3, 3], [2, 1])


@given(answers, st.integers(-500, 500), st.floats(0.01, 100))
def test_means_move_and_widths_scale_with_the_unit(y, shift, unit):
    one, other = mean_interval(y, RATEES), mean_interval((y + shift) * unit, RATEES)
    near = {"rtol": 1e-6, "atol": 1e-6 * unit}
    np.testing.assert_allclose(other.mean, (one.mean + shift) * unit, **near)
    np.testing.assert_allclose(other.high - other.low, (one.high - one.low) * unit, **near)
    assert one.statuses.tolist() == other.statuses.tolist()


@given(answers, st.permutations(range(12)))
def test_the_order_of_rows_changes_nothing(y, order):
    one, other = mean_interval(y, RATEES), mean_interval(y[order], np.array(RATEES)[order])
    np.testing.assert_allclose(one.low, other.low, atol=1e-9)
    np.testing.assert_allclose(one.high, other.high, atol=1e-9)


@given(answers)
def test_no_interval_has_the_width_zero_and_every_nan_has_its_word(y):
    found = mean_interval(y, RATEES)
    known = ~np.isnan(found.low)
    assert (found.high > found.low)[known].all()
    assert known.tolist() == [each is None for each in found.statuses]
    assert not np.isinf([found.low, found.high]).any()


def test_a_wider_confidence_gives_wider_intervals():
    y, ratee = [1, 2, 4, 5], [0, 0, 1, 1]
    narrow, wide = (mean_interval(y, ratee, confidence=each) for each in (0.5, 0.99))
    assert (wide.high - wide.low > narrow.high - narrow.low).all()


def test_the_pooled_standard_error_shrinks_with_the_root_of_raters():
    y, ratee = [1, 2, 4, 5, 3], [0, 0, 1, 1, 2]
    one, four = pooled_standard_error(y, ratee, 1), pooled_standard_error(y, ratee, 4)
    assert (one.value, four.value) == pytest.approx((0.5**0.5, 0.5**0.5 / 2))
    assert (one.within, one.df, one.status) == (0.5, 2, None)


@pytest.mark.parametrize(
    ("values", "ratee", "status"),
    [
        ([1, 2], [0, 1], "undefined_no_within_df"),
        ([], [], "undefined_no_within_df"),
        ([3, 3], [0, 0], "undefined_zero_variance"),
    ],
)
def test_an_undefined_pooled_standard_error_says_why(values, ratee, status):
    found = pooled_standard_error(values, ratee, 4)
    assert (found.value, found.status) == (None, status)


@pytest.mark.parametrize("n", [0, -1, NAN, np.inf])
def test_a_mean_of_no_raters_is_refused(n):
    with pytest.raises(ValueError, match="at least 1"):
        pooled_standard_error([1, 2], [0, 0], n)


@pytest.mark.parametrize(
    ("values", "ratee", "confidence", "message"),
    [
        ([1, 2, 3], [0, 1], 0.95, "3 rows, but there are 2 labels"),
        ([1, np.inf], [0, 1], 0.95, r"\[1\]"),
        ([1, 2], [0, 1], 1.0, "between 0 and 1"),
    ],
)
def test_wrong_input_is_refused_with_its_place(values, ratee, confidence, message):
    with pytest.raises(ValueError, match=message):
        mean_interval(values, ratee, confidence=confidence)
