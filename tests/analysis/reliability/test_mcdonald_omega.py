"""McDonald's omega against lavaan, a second implementation, closed forms and its own laws."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scales import NAN, congeneric, gappy, is_told, scattered
from scipy.optimize import minimize

from analysis.reliability import cronbach_alpha, mcdonald_omega
from analysis.reliability.factors import one_factor
from tests.reference import needs_reference, vectors

LOADINGS = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
SCALE = congeneric(LOADINGS, 300)
seeds = st.integers(0, 10_000)


@needs_reference
@pytest.mark.parametrize("id", ["omega_hs_visual", "omega_hs_textual", "omega_lq_lead"])
def test_omega_equals_lavaan(id):
    found = vectors()[id]
    expected, near = found.expected, {"abs": found.tolerance}
    omega = mcdonald_omega(found.matrix(found.arguments["items"]))
    assert omega.value == pytest.approx(expected["omega_total"], **near)
    assert omega.standardized == pytest.approx(expected["omega_standardized"], **near)
    assert omega.loadings == pytest.approx(expected["loadings"], **near)
    assert omega.uniquenesses == pytest.approx(expected["uniquenesses"], **near)


def likelihood(parameters, s):
    """-2/n log likelihood of one factor, loadings and log uniquenesses, written out directly."""
    loadings, log_psi = np.split(parameters, 2)
    model = np.outer(loadings, loadings) + np.diag(np.exp(log_psi))
    return np.linalg.slogdet(model)[1] + np.trace(np.linalg.solve(model, s))


@pytest.mark.parametrize("seed", range(4))
def test_no_other_loadings_are_more_likely(seed):
    x = congeneric(LOADINGS, 80, seed)
    s = np.cov(x.T, ddof=0)
    start = np.concatenate([np.full(5, 0.5), np.log(np.diag(s) / 2)])
    best = minimize(likelihood, start, args=(s,), options={"gtol": 1e-8}).x
    found = mcdonald_omega(x)
    assert found.loadings == pytest.approx(best[:5], abs=1e-4)
    assert found.uniquenesses == pytest.approx(np.exp(best[5:]), abs=1e-4)


def test_three_items_have_a_closed_form():
    """Spearman's triads: the square of a loading is ``s_12 s_13 / s_23``."""
    s = np.cov(SCALE[:, :3].T, ddof=0)
    first = s[0, 1] * s[0, 2] / s[1, 2]
    found = mcdonald_omega(SCALE[:, :3])
    assert found.loadings[0] ** 2 == pytest.approx(first)
    assert found.uniquenesses[0] == pytest.approx(s[0, 0] - first)


def test_the_loadings_of_a_population_come_back():
    r = np.outer(LOADINGS, LOADINGS)
    np.fill_diagonal(r, 1)
    loadings, uniquenesses = one_factor(r)
    np.testing.assert_allclose(loadings, LOADINGS, atol=1e-8)
    np.testing.assert_allclose(uniquenesses, 1 - LOADINGS**2, atol=1e-8)


def test_two_items_are_taken_as_equal_and_give_alpha():
    two, alpha = mcdonald_omega(SCALE[:, :2]), cronbach_alpha(SCALE[:, :2])
    assert two.value == pytest.approx(alpha.value)
    assert two.standardized == pytest.approx(alpha.standardized)
    assert two.loadings[0] == two.loadings[1]


def test_omega_is_not_below_alpha_where_loadings_differ():
    assert mcdonald_omega(SCALE).value > cronbach_alpha(SCALE).value


@settings(max_examples=25)
@given(seeds, st.floats(0.01, 100), st.floats(-1e4, 1e4))
def test_another_unit_or_zero_changes_only_the_units(seed, unit, shift):
    x = congeneric(LOADINGS, 60, seed)
    one, other = mcdonald_omega(x), mcdonald_omega(x * unit + shift)
    assert one.status == other.status
    assume(one.status is None)
    assert other.value == pytest.approx(one.value, abs=1e-6)
    assert other.loadings == pytest.approx(one.loadings * unit, rel=1e-4, abs=1e-6 * unit)


@settings(max_examples=25)
@given(seeds, st.permutations(range(60)), st.permutations(range(5)))
def test_order_changes_nothing(seed, rows, columns):
    x = congeneric(LOADINGS, 60, seed)
    one, other = mcdonald_omega(x), mcdonald_omega(x[rows][:, columns])
    assume(one.status is None)
    assert other.value == pytest.approx(one.value, abs=1e-6)
    assert other.loadings == pytest.approx(one.loadings[columns], abs=1e-5)


@settings(max_examples=25)
@given(seeds)
def test_reversing_every_item_changes_nothing(seed):
    x = congeneric(LOADINGS, 60, seed)
    one, other = mcdonald_omega(x), mcdonald_omega(-x)
    assume(one.status is None)
    assert other.loadings == pytest.approx(one.loadings, abs=1e-6)


def test_an_item_that_was_not_recoded_is_named_and_lowers_omega():
    forgotten = SCALE * [1, 1, -1, 1, 1]
    found, right = mcdonald_omega(forgotten), mcdonald_omega(SCALE)
    assert found.negative_items == (2,)
    assert found.loadings == pytest.approx(right.loadings * [1, 1, -1, 1, 1], abs=1e-6)
    assert found.value < right.value


def test_items_without_variance_are_left_out_and_named():
    constant = np.insert(SCALE, 2, 3.0, axis=1)
    found = mcdonald_omega(constant)
    assert (found.dropped_items, found.k) == ((2,), 5)
    assert found.value == mcdonald_omega(SCALE).value
    assert np.isnan(found.loadings[2])
    assert list(found.statuses) == [None, None, "undefined_zero_variance", None, None, None]


def test_complete_responses_enter_unless_pairs_are_asked_for():
    gaps = SCALE.copy()
    gaps[:150, 0] = NAN
    assert mcdonald_omega(gaps).value == mcdonald_omega(SCALE[150:]).value
    assert mcdonald_omega(gaps).n == 150
    pairs = mcdonald_omega(gaps, deletion="pairwise")
    assert pairs.n == 300
    assert pairs.value == pytest.approx(mcdonald_omega(SCALE).value, abs=0.02)


def test_an_item_nobody_judged_does_not_make_every_response_incomplete():
    found = mcdonald_omega(np.insert(SCALE, 2, NAN, axis=1))
    assert (found.dropped_items, found.n) == ((2,), 300)
    assert found.value == mcdonald_omega(SCALE).value


def test_a_long_scale_with_gaps_is_estimated_from_pairs():
    """Of thirty items with 5 % missing .95^30 = 21 % of the responses are complete."""
    long = scattered(1000, 30, missing=0.05)
    assert mcdonald_omega(long).n == pytest.approx(215, abs=40)
    whole = mcdonald_omega(scattered(1000, 30, missing=0)).value
    assert mcdonald_omega(long, deletion="pairwise").value == pytest.approx(whole, abs=0.005)


def heywood():
    """Correlations .8, .8 and .5: the first item would need a uniqueness of 1 - .64/.5."""
    r = np.array([[1, 0.8, 0.8], [0.8, 1, 0.5], [0.8, 0.5, 1]])
    x = congeneric([0.5] * 3, 50)
    white = np.linalg.solve(np.linalg.cholesky(np.cov(x.T)), (x - x.mean(axis=0)).T)
    return (np.linalg.cholesky(r) @ white).T


def unrelated():
    return np.array(np.meshgrid([-1, 1], [-1, 1], [-1, 1])).reshape(3, -1).T


@pytest.mark.parametrize(
    ("values", "status"),
    [
        (heywood(), "not_estimable"),
        (unrelated(), "not_estimable"),
        (SCALE[:4], "not_estimable"),
        (np.column_stack([SCALE, SCALE[:, 0]]), "not_estimable"),
        ([[1, 5], [2, 4], [4, 3], [5, 1]], "not_estimable"),
        ([[1], [2], [3]], "undefined_single_item"),
        ([[1, 2], [2, 3]], "undefined_no_pairs"),
        ([[3, 1, 3], [3, 2, 3], [3, 3, 3]], "undefined_zero_variance"),
        (scattered(300, 6, missing=0.9), "undefined_no_pairs"),
    ],
    ids=["heywood", "unrelated", "few", "copied", "opposed", "one", "two", "constant", "gaps"],
)
def test_an_undefined_omega_says_why(values, status):
    omega = mcdonald_omega(values)
    assert omega.status == status
    assert (omega.value, omega.standardized) == (None, None)
    assert np.isnan(omega.loadings).all()


@given(gappy, st.sampled_from(["listwise", "pairwise"]))
def test_every_number_is_finite_or_undefined_with_a_word(values, deletion):
    is_told(mcdonald_omega(values, deletion=deletion))


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1, 2, 3], {}, "responses x items"),
        ([[1, np.inf]], {}, "infinite"),
        ([[1, 2]], {"deletion": "mean"}, "'mean'"),
    ],
)
def test_wrong_input_is_refused_with_the_value(values, options, message):
    with pytest.raises(ValueError, match=message):
        mcdonald_omega(values, **options)


@pytest.mark.parametrize(
    ("r", "uniquenesses"),
    [
        (
            [
                [1, 0.95, 0.94, 0.97, 0.95],
                [0.95, 1, 0.97, 0.98, 0.97],
                [0.94, 0.97, 1, 0.97, 0.94],
                [0.97, 0.98, 0.97, 1, 0.97],
                [0.95, 0.97, 0.94, 0.97, 1],
            ],
            [0.0571997, 0.0260057, 0.0498431, 0.0106147, 0.0474393],
        ),
        (
            [
                [1, 0.92, 0.33, 0.91],
                [0.92, 1, 0.47, 0.96],
                [0.33, 0.47, 1, 0.27],
                [0.91, 0.96, 0.27, 1],
            ],
            [0.1434981, 0.0083096, 0.7986917, 0.0703138],
        ),
    ],
)
def test_items_with_hardly_a_uniqueness_of_their_own_are_no_heywood_case(r, uniquenesses):
    """R 4.2.2 factanal(covmat=, factors=1, control=list(lower=1e-4)): a proper solution each."""
    found = one_factor(np.array(r))
    assert found is not None
    assert found[1] == pytest.approx(uniquenesses, abs=5e-6)
