"""Differences of two means, against R and by their own laws."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.precision import difference
from tests.reference import needs_reference, vectors

NAN = float("nan")
sides = st.lists(st.integers(1, 7), min_size=3, max_size=9).map(lambda x: np.array(x, float))


def sleep(id):
    vector = vectors()[id]
    extra, group = vector.numbers("extra"), np.array(vector.labels("group"))
    return extra[group == "1"], extra[group == "2"], vector.expected, {"abs": vector.tolerance}


@needs_reference
def test_two_groups_of_sleepers_equal_r_t_test():
    a, b, expected, near = sleep("welch_sleep")
    found = difference(a, b)
    assert found.difference == pytest.approx(-1.58)
    assert (found.t, found.df) == pytest.approx((expected["t"], expected["df"]), **near)
    assert found.p == pytest.approx(expected["p"], **near)
    assert (found.low, found.high) == pytest.approx(expected["ci95"], **near)
    assert (found.d, found.effect) == pytest.approx((expected["d"], expected["g"]), **near)
    assert (found.n_a, found.n_b, found.n_pairs, found.status) == (10, 10, 0, None)


@needs_reference
def test_the_same_sleepers_twice_equal_r_paired_t_test():
    a, b, expected, near = sleep("paired_sleep")
    found = difference(a, b, paired=True)
    assert (found.t, found.df) == pytest.approx((expected["t"], expected["df"]), **near)
    assert found.p == pytest.approx(expected["p"], **near)
    assert (found.low, found.high) == pytest.approx(expected["ci95"], **near)
    assert (found.d, found.effect) == pytest.approx((expected["dz"], expected["dz"]), **near)
    assert (found.n_pairs, found.status) == (10, None)


def test_methods_of_measuring_ice_differ_as_published():
    """Rice 2007, Mathematical Statistics and Data Analysis (3rd ed.), p. 423: .0420 apart."""
    a = [79.98, 80.04, 80.02, 80.04, 80.03, 80.03, 80.04, 79.97, 80.05, 80.03, 80.02, 80, 80.02]
    b = [80.02, 79.94, 79.98, 79.97, 79.97, 80.03, 79.95, 79.97]
    found = difference(a, b)
    assert found.difference == pytest.approx(0.042, abs=0.0001)
    assert found.t == pytest.approx(3.25, abs=0.005)  # R: t.test(a, b)
    assert found.df == pytest.approx(12.03, abs=0.005)
    assert found.p == pytest.approx(0.0069, abs=0.00005)


def test_a_wider_coverage_is_a_wider_interval():
    narrow, wide = (difference([1, 2, 4], [3, 5, 7], confidence=c) for c in (0.5, 0.99))
    assert wide.low < narrow.low < narrow.difference < narrow.high < wide.high


@pytest.mark.parametrize("paired", [False, True])
def test_the_interval_excludes_zero_exactly_if_p_is_below_its_complement(paired):
    a, b = [1.0, 2, 4, 4, 6], [2.0, 4, 5, 7, 7]
    p = difference(a, b, paired=paired).p
    assert difference(a, b, paired=paired, confidence=1 - p - 1e-6).high < 0
    assert difference(a, b, paired=paired, confidence=1 - p + 1e-6).high > 0


def test_two_answers_have_an_interval_from_the_pooled_variance_and_no_test():
    """Pooled variance (2 + 2) / 3 on 3 degrees of freedom; t(.975; 3) = 3.182446."""
    found = difference([4, 2], [1, 2, 3])
    reach = 3.182446 * (4 / 3 * (1 / 2 + 1 / 3)) ** 0.5
    assert (found.low, found.high) == pytest.approx((1 - reach, 1 + reach), rel=1e-6)
    assert (found.t, found.p, found.effect, found.d) == (None, None, None, None)
    assert (found.df, found.status) == (3, "fewer_than_3_answers")


def test_one_self_rating_borrows_the_spread_of_the_others():
    """t(.975; 2) = 4.302653, the others' standard deviation is 1."""
    found = difference([5], [2, 3, 4])
    assert found.difference == 2
    assert found.high - 2 == pytest.approx(4.302653 * (1 + 1 / 3) ** 0.5, rel=1e-6)
    assert (found.p, found.status) == (None, "fewer_than_3_answers")


def test_two_pairs_have_an_interval_and_no_test():
    """t(.975; 1) = 12.706205."""
    found = difference([4, 3], [1, 2], paired=True)
    assert found.high - 2 == pytest.approx(12.706205, rel=1e-6)
    assert (found.t, found.p, found.status) == (None, None, "fewer_than_3_answers")


@pytest.mark.parametrize(
    ("a", "b", "paired", "apart", "word"),
    [
        ([4], [2], False, 2, "undefined_no_within_df"),
        ([4, NAN], [2, 5], True, 2, "undefined_no_within_df"),
        ([4, 4, 4], [2, 2, 2], False, 2, "undefined_zero_variance"),
        ([4, 4], [2], False, 2, "undefined_zero_variance"),
        ([0.3, 0.6, 0.9], [0.1, 0.4, 0.7], True, 0.2, "undefined_zero_variance"),
        ([4, 5], [], False, None, "undefined_no_pairs"),
        ([NAN, NAN], [4, 5], False, None, "undefined_no_pairs"),
        ([4, NAN], [NAN, 5], True, None, "undefined_no_pairs"),
    ],
)
def test_without_spread_there_is_a_difference_at_most(a, b, paired, apart, word):
    found = difference(a, b, paired=paired)
    assert found.difference == (None if apart is None else pytest.approx(apart))
    assert (found.t, found.p, found.low, found.high, found.effect, found.d) == (None,) * 6
    assert found.status == word


def test_a_side_that_agrees_fully_adds_no_error():
    found = difference([4, 4, 4], [1, 2, 3])
    assert (found.df, found.t) == pytest.approx((2, 2 * 3**0.5))


def test_missing_answers_leave_alone_or_with_their_pair():
    a, b = [1, NAN, 4, 6, 8], [2, 3, NAN, 9, 9]
    assert difference(a, b) == difference([1, 4, 6, 8], [2, 3, 9, 9])
    paired, kept = difference(a, b, paired=True), difference([1, 6, 8], [2, 9, 9], paired=True)
    assert (paired.t, paired.p, paired.n_pairs) == (kept.t, kept.p, 3)
    assert (paired.n_a, paired.n_b) == (4, 4)


@given(sides, sides)
def test_exchanged_sides_turn_the_sign(a, b):
    found, turned = difference(a, b), difference(b, a)
    assert turned.status == found.status
    assume(found.status is None)
    assert (turned.difference, turned.t, turned.effect) == (
        pytest.approx(-found.difference),
        pytest.approx(-found.t),
        pytest.approx(-found.effect),
    )
    assert (turned.p, turned.low) == (pytest.approx(found.p), pytest.approx(-found.high))


@given(sides, sides, st.floats(-50, 50), st.floats(0.1, 20))
def test_tests_do_not_depend_on_the_scale(a, b, shift, stretch):
    found, moved = difference(a, b), difference(shift + stretch * a, shift + stretch * b)
    assert moved.status == found.status
    assert moved.difference == pytest.approx(stretch * found.difference, abs=1e-9)
    assume(found.status is None)
    assert (moved.t, moved.p) == pytest.approx((found.t, found.p), abs=1e-6)
    assert (moved.low, moved.high) == pytest.approx(
        (stretch * found.low, stretch * found.high), abs=1e-6
    )
    assert moved.effect == pytest.approx(found.effect, abs=1e-6)


@given(st.lists(st.one_of(st.just(NAN), st.integers(1, 5)), max_size=8), st.booleans())
def test_numbers_are_finite_or_none(a, paired):
    found = difference(a, a[::-1], paired=paired)
    numbers = [found.difference, found.t, found.df, found.p, found.low, found.high, found.effect]
    assert all(number is None or np.isfinite(number) for number in numbers)
    assert (found.p is None) == (found.status is not None)


def test_pairs_must_be_complete_and_coverage_a_share():
    with pytest.raises(ValueError, match="come in twos"):
        difference([1, 2, 3], [1, 2], paired=True)
    with pytest.raises(ValueError, match="confidence"):
        difference([1, 2, 3], [1, 2, 4], confidence=95)
    with pytest.raises(ValueError, match="infinite"):
        difference([1, 2, np.inf], [1, 2, 4])
