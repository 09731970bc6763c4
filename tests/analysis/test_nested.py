"""Rows and their ratees: groups in sorted order whatever the order of rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.nested import by_ratee, finite, measured, moments, unjudged

NAN = float("nan")
labels = st.lists(st.sampled_from(["Li", "An", "Wu", "10", "9"]), min_size=1, max_size=12)


@given(labels)
def test_each_ratee_is_listed_once_in_sorted_order_with_its_rows(ratee):
    nested = by_ratee(ratee)
    assert nested.ratees.tolist() == sorted(set(ratee))
    assert nested.n.tolist() == [ratee.count(each) for each in nested.ratees]


@given(labels, st.data())
def test_means_are_those_of_the_rows_of_each_ratee(ratee, data):
    values = data.draw(arrays(np.float64, (len(ratee), 2), elements=st.integers(1, 5).map(float)))
    nested = by_ratee(ratee)
    plain = [values[np.array(ratee) == each].mean(axis=0) for each in nested.ratees]
    np.testing.assert_allclose(nested.means(values), plain)
    np.testing.assert_allclose(nested.means(values[:, 0]), np.array(plain)[:, 0])


@given(labels)
def test_what_belongs_to_ratees_comes_back_at_their_rows(ratee):
    nested = by_ratee(ratee)
    assert nested.spread(nested.ratees).tolist() == ratee


@pytest.mark.parametrize(
    ("ratee", "sorted_labels"),
    [
        ([10, 9, 10], [9, 10]),
        (["10", "9"], ["10", "9"]),
        (np.array(["Li", "An"], dtype=object), ["An", "Li"]),
        ([], []),
    ],
)
def test_labels_keep_their_kind(ratee, sorted_labels):
    assert by_ratee(ratee).ratees.tolist() == sorted_labels


@pytest.mark.parametrize(
    ("ratee", "message"),
    [
        (["Li", None], "row 1 has none"),
        ([1, None], "row 1 has none"),
        ([1.0, NAN], "row 1 has none"),
        ([[1, 2]], "one label of a ratee per row"),
        ([{"name": "Li"}], "a number or a string"),
    ],
)
def test_wrong_labels_are_refused(ratee, message):
    with pytest.raises(ValueError, match=message):
        by_ratee(ratee)


def test_without_rows_there_is_nothing_to_sum():
    assert by_ratee([]).means(np.empty((0, 2))).shape == (0, 2)


def test_moments_pass_over_what_was_not_judged():
    found = moments(np.array([1, NAN, 3, NAN, 5]), by_ratee([1, 1, 1, 2, 3]))
    assert found.n.tolist() == [2, 0, 1]
    np.testing.assert_equal(found.mean, [2, NAN, 5])
    assert found.squares.tolist() == [2, 0, 0]


@pytest.mark.parametrize("point", [0.1, 1e9 + 0.1, 1e-9, 10 / 3])
def test_equal_answers_have_exactly_no_squares(point):
    assert moments(np.full(1000, point), by_ratee(np.arange(1000) % 7)).squares.tolist() == [0] * 7


def test_squares_are_right_where_the_mean_is_large_against_the_spread():
    """Sums of squares less n mean^2 would have lost every digit."""
    found = moments(np.array([1e9, 1e9 + 1, 1e9 + 2]), by_ratee([0, 0, 0]))
    assert found.squares == pytest.approx([2], rel=1e-9)


def test_the_number_of_dimensions_and_the_place_are_named():
    with pytest.raises(ValueError, match=r"table must be raters x units \(2 dimension"):
        finite([1, 2], "table", "raters x units")
    with pytest.raises(ValueError, match=r"items hold an infinite number at \[1, 0\]"):
        finite([[1, 2], [-np.inf, 1]], "items", "responses x items")


def test_an_empty_list_is_empty_along_every_axis():
    assert finite([], "items", "responses x items").shape == (0, 0)
    assert finite([], "values", "answers").shape == (0,)


@given(
    arrays(
        np.float64,
        st.tuples(st.integers(0, 6), st.integers(0, 3)),
        elements=st.sampled_from([NAN, 0.0, 3.0]),
    )
)
def test_rows_without_an_answer_are_those_whose_every_cell_is_missing(values):
    plain = [all(np.isnan(cell) for cell in row) for row in values]
    assert unjudged(values).tolist() == plain


@pytest.mark.parametrize("size", [1e101, 1e-101])
def test_numbers_that_cannot_be_squared_are_refused(size):
    with pytest.raises(ValueError, match="rescale them"):
        measured([size, 2 * size], "values", "answers")
