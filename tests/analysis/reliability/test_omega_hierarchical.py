"""Omega hierarchical against R psych's documentation, known populations and its own laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scales import NAN, gappy, is_told

from analysis.reliability import omega_hierarchical
from tests.reference import needs_reference, vectors

# Thurstone's nine tests of mental abilities: Thurstone, L. L., & Thurstone, T. G. (1941), as
# corrected in McDonald (1999), Test theory, and printed in R psych's data set `Thurstone`.
THURSTONE = [
    [1, 0.828, 0.776, 0.439, 0.432, 0.447, 0.447, 0.541, 0.380],
    [0.828, 1, 0.779, 0.493, 0.464, 0.489, 0.432, 0.537, 0.358],
    [0.776, 0.779, 1, 0.460, 0.425, 0.443, 0.401, 0.534, 0.359],
    [0.439, 0.493, 0.460, 1, 0.674, 0.590, 0.381, 0.350, 0.424],
    [0.432, 0.464, 0.425, 0.674, 1, 0.541, 0.402, 0.367, 0.446],
    [0.447, 0.489, 0.443, 0.590, 0.541, 1, 0.288, 0.320, 0.325],
    [0.447, 0.432, 0.401, 0.381, 0.402, 0.288, 1, 0.555, 0.598],
    [0.541, 0.537, 0.534, 0.350, 0.367, 0.320, 0.555, 1, 0.452],
    [0.380, 0.358, 0.359, 0.424, 0.446, 0.325, 0.598, 0.452, 1],
]
# Three competencies of three items: loadings of the items, and of the competencies on the whole.
OF_ITEMS = np.array([0.8, 0.7, 0.6, 0.75, 0.65, 0.55, 0.7, 0.6, 0.5])
OF_FACTORS = np.array([0.9, 0.7, 0.6])
GENERAL = OF_ITEMS * np.repeat(OF_FACTORS, 3)
GROUP = OF_ITEMS * np.repeat(np.sqrt(1 - OF_FACTORS**2), 3)


def population(of_items=OF_ITEMS, of_factors=OF_FACTORS):
    """The correlations that such loadings make."""
    each = len(of_items) // len(of_factors)
    pattern = np.kron(np.eye(len(of_factors)), np.ones((each, 1))) * of_items[:, np.newaxis]
    between = np.outer(of_factors, of_factors)
    np.fill_diagonal(between, 1)
    r = pattern @ between @ pattern.T
    np.fill_diagonal(r, 1)
    return r


def test_thurstones_tests_have_the_omegas_of_r_psych():
    """R psych's overview vignette, omega(Thurstone): omega hierarchical .74, total .93."""
    found = omega_hierarchical(THURSTONE)
    assert found.value == pytest.approx(0.74, abs=0.005)
    assert found.total == pytest.approx(0.93, abs=0.005)
    assert (found.n, found.k) == (None, 9)


def test_thurstones_tests_have_the_loadings_of_r_psych():
    """There, "Schmid Leiman Factor loadings", those above .2."""
    found = omega_hierarchical(THURSTONE)
    general = [0.71, 0.73, 0.68, 0.65, 0.62, 0.56, 0.59, 0.58, 0.54]
    assert found.general == pytest.approx(general, abs=0.0051)
    verbal, fluent, reasoning = np.abs(found.group_loadings[[0, 3, 6]]).argmax(axis=1)
    shown = found.group_loadings[:, [verbal, fluent, reasoning]]
    assert shown[:3, 0] == pytest.approx([0.56, 0.55, 0.52], abs=0.0051)
    assert shown[3:6, 1] == pytest.approx([0.56, 0.49, 0.41], abs=0.0051)
    assert shown[6:, 2] == pytest.approx([0.62, 0.34, 0.46], abs=0.0051)
    assert shown[7, 0] == pytest.approx(0.24, abs=0.0051)


def test_a_known_population_comes_back():
    r = population()
    found = omega_hierarchical(r)
    assert found.value == pytest.approx(GENERAL.sum() ** 2 / r.sum(), abs=1e-6)
    assert found.total == pytest.approx(1 - (1 - OF_ITEMS**2).sum() / r.sum(), abs=1e-6)
    np.testing.assert_allclose(found.general, GENERAL, atol=1e-5)
    np.testing.assert_allclose(found.group_loadings.max(axis=1), GROUP, atol=1e-5)


@pytest.mark.parametrize("factors", [2, 4])
def test_a_population_of_another_number_of_factors_comes_back(factors):
    of_items = np.linspace(0.5, 0.8, 4 * factors)
    of_factors = np.full(factors, 0.7) if factors == 2 else np.linspace(0.5, 0.9, factors)
    r = population(of_items, of_factors)
    general = of_items * np.repeat(of_factors, 4)
    found = omega_hierarchical(r, factors=factors)
    assert found.value == pytest.approx(general.sum() ** 2 / r.sum(), abs=1e-6)


@settings(max_examples=25)
@given(st.permutations(range(9)))
def test_the_order_of_items_changes_nothing(order):
    r = np.array(THURSTONE)
    found = omega_hierarchical(r[np.ix_(order, order)])
    assert found.value == pytest.approx(omega_hierarchical(r).value, abs=1e-4)


def test_an_item_that_was_not_recoded_is_named_and_lowers_omega():
    key = np.array([1, 1, 1, 1, -1, 1, 1, 1, 1])
    found = omega_hierarchical(np.array(THURSTONE) * np.outer(key, key))
    assert found.negative_items == (4,)
    assert found.value < omega_hierarchical(THURSTONE).value - 0.04


@needs_reference
def test_answers_and_their_correlations_say_the_same():
    tests = vectors()["omega_hs_visual"].matrix()
    answers, r = omega_hierarchical(tests), omega_hierarchical(np.corrcoef(tests.T))
    assert answers.value == pytest.approx(r.value)
    assert (answers.n, r.n) == (301, None)
    assert 0 < answers.value < answers.total < 1


@needs_reference
def test_constant_items_are_left_out_and_named():
    tests = vectors()["omega_hs_visual"].matrix()
    found = omega_hierarchical(np.insert(tests, 4, 3.0, axis=1))
    assert (found.dropped_items, found.k) == ((4,), 9)
    assert found.value == pytest.approx(omega_hierarchical(tests).value)
    assert np.isnan(found.group_loadings[4]).all()


def one_dimension():
    loadings = np.linspace(0.5, 0.8, 8)
    r = np.outer(loadings, loadings)
    np.fill_diagonal(r, 1)
    return r


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (np.array(THURSTONE)[:5, :5], "not_estimable"),
        (one_dimension(), "not_estimable"),
        (np.eye(9), "not_estimable"),
        (np.ones((9, 9)), "not_estimable"),
        ([[1.0]], "undefined_single_item"),
        ([[1, 2, 3]] * 2, "undefined_no_pairs"),
        ([[1, 2, 3]] * 9, "undefined_zero_variance"),
        ([[1, NAN, 2], [2, NAN, 5], [NAN, 1, 1], [NAN, 2, 3]], "undefined_no_pairs"),
    ],
    ids=["five", "one dimension", "none", "the same", "one", "two", "constant", "no pairs"],
)
def test_an_undefined_omega_says_why(given, status):
    found = omega_hierarchical(given)
    assert found.status == status
    assert (found.value, found.total) == (None, None)
    assert np.isnan(found.general).all()


@given(gappy)
def test_every_number_is_finite_or_undefined_with_a_word(values):
    is_told(omega_hierarchical(values, factors=2))


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        ([1, 2, 3], {}, "responses x items"),
        ([[1, np.inf]], {}, "infinite"),
        ([[1, 2]], {"factors": 1}, "2 or more, got 1"),
    ],
)
def test_wrong_input_is_refused_with_the_value(given, options, message):
    with pytest.raises(ValueError, match=message):
        omega_hierarchical(given, **options)
