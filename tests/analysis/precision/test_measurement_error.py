"""Errors of measurement and composites, against R's arithmetic and by their own laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.precision import (
    composite_reliability,
    minimum_detectable_difference,
    score_interval,
    sem,
    standard_error_of_difference,
    true_score,
)
from tests.reference import needs_reference, vectors

NAN = float("nan")
CORRELATIONS = [[1, 0.35, 0.3], [0.35, 1, 0.4], [0.3, 0.4, 1]]


@needs_reference
def test_classical_errors_equal_r():
    classic = vectors()["sem_classic"]
    given, expected, near = classic.arguments, classic.expected, {"abs": classic.tolerance}
    score, mean, sd, reliability = (given[n] for n in ("score", "mean", "sd", "reliability"))
    sems = sem(sd, reliability), sem(sd, given["reliability2"])
    assert sems[0] == pytest.approx(expected["sem"], **near)
    assert score_interval(score, sd, reliability) == pytest.approx(expected["ci95"], **near)
    kelley = true_score(score, mean, sd, reliability)
    assert (kelley.value, kelley.se) == pytest.approx((expected["kelley"], expected["see"]), **near)
    assert standard_error_of_difference(*sems) == pytest.approx(expected["se_diff"], **near)
    detectable = minimum_detectable_difference(*sems)
    assert detectable == pytest.approx(expected["min_detectable_diff95"], **near)


def test_a_perfect_measure_has_no_error_and_a_useless_one_knows_only_the_mean():
    assert sem(0.6, 1) == 0
    assert sem(0.6, 0) == 0.6
    useless = true_score(5, 3, 0.6, 0)
    assert (useless.value, useless.low, useless.high) == (3, 3, 3)


@pytest.mark.parametrize(("sd", "reliability"), [(0.6, None), (None, 0.8), (None, None)])
def test_what_is_undefined_leaves_the_error_undefined(sd, reliability):
    assert sem(sd, reliability) is None


@given(st.floats(0, 1), st.floats(-5, 5))
def test_true_scores_lie_between_the_score_and_the_mean(reliability, score):
    found = true_score(score, 3, 0.6, reliability)
    assert min(score, 3) - 1e-12 <= found.value <= max(score, 3) + 1e-12
    assert found.value - found.low == pytest.approx(found.high - found.value)
    assert found.high - found.value == pytest.approx(1.959964 * found.se, abs=1e-6)


@pytest.mark.parametrize(("sd", "reliability"), [(-1, 0.5), (1, 1.1), (1, -0.2), (NAN, 0.5)])
def test_impossible_measures_are_refused(sd, reliability):
    with pytest.raises(ValueError, match=r"reliability lies|standard deviation is"):
        sem(sd, reliability)
    with pytest.raises(ValueError, match=r"reliability lies|standard deviation is"):
        true_score(3, 3, sd, reliability)


@needs_reference
def test_a_composite_of_four_sources_equals_mosiers_formula_in_r():
    mosier = vectors()["mosier_composite"]
    found = composite_reliability(**mosier.arguments)
    assert found.value == pytest.approx(mosier.expected["reliability"], abs=mosier.tolerance)
    assert found.variance == pytest.approx(mosier.expected["var_composite"], abs=mosier.tolerance)
    assert found.status is None


def test_equal_parallel_sources_follow_spearman_and_brown():
    """Three sources of reliability .5 that correlate .5 are as three raters: 1.5 / 2 = .75."""
    correlations = np.where(np.eye(3), 1, 0.5)
    found = composite_reliability([1, 1, 1], [2, 2, 2], [0.5] * 3, correlations)
    assert found.value == pytest.approx(0.75)


def test_simulated_sources_have_the_reliability_that_is_computed():
    rng = np.random.default_rng(0)
    true = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 2]], 200_000)
    seen = true + rng.normal(size=true.shape) * [0.5, 1.0]
    weights = np.array([0.7, 0.3])
    reliability = true.var(axis=0) / seen.var(axis=0)
    found = composite_reliability(
        weights, seen.std(axis=0), reliability, np.corrcoef(seen, rowvar=False)
    )
    assert found.value == pytest.approx(
        np.corrcoef(true @ weights, seen @ weights)[0, 1] ** 2, abs=0.005
    )


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_missing_source_leaves_with_its_weight(missing):
    weights, sd, reliability = [0.4, 0.3, 0.2], [0.7, 0.6, 0.55], [0.85, 0.7, 0.62]
    sd[missing] = NAN
    kept = [source for source in range(3) if source != missing]
    pick = np.ix_(kept, kept)
    found = composite_reliability(weights, sd, reliability, CORRELATIONS)
    alone = composite_reliability(
        *(np.array(each)[kept] for each in (weights, sd, reliability)),
        np.array(CORRELATIONS)[pick],
    )
    assert (found.value, found.variance) == pytest.approx((alone.value, alone.variance))


def test_one_source_is_as_reliable_as_it_is():
    found = composite_reliability([3], [0.7], [0.8], [[1]])
    assert (found.value, found.variance) == pytest.approx((0.8, 0.49))


@given(st.floats(0.01, 100), st.permutations(range(3)))
def test_units_of_weights_and_order_of_sources_do_not_matter(unit, order):
    weights, sd, reliability = np.array([[5, 3, 2], [0.7, 0.6, 0.55], [0.85, 0.7, 0.62]])
    found = composite_reliability(weights, sd, reliability, CORRELATIONS)
    turned = composite_reliability(
        unit * weights[order],
        sd[order],
        reliability[order],
        np.array(CORRELATIONS)[order][:, order],
    )
    assert (turned.value, turned.variance) == pytest.approx((found.value, found.variance))


@pytest.mark.parametrize(
    ("weights", "sd", "r", "word"),
    [
        ([NAN, NAN], [1, 1], 0.5, "undefined_no_pairs"),
        ([0, 0], [1, 1], 0.5, "undefined_no_pairs"),
        ([1, 1], [1, 1], NAN, "undefined_no_pairs"),
        ([1, 1], [0, 0], 0.5, "undefined_zero_variance"),
        ([1, 1], [1, 1], -1, "undefined_zero_variance"),
    ],
)
def test_what_cannot_be_computed_says_why(weights, sd, r, word):
    found = composite_reliability(weights, sd, [0.8, 0.8], [[1, r], [r, 1]])
    assert (found.value, found.variance, found.status) == (None, None, word)


@pytest.mark.parametrize(
    ("correlations", "message"),
    [
        ([[1, 0.3], [0.2, 1]], "symmetric"),
        ([[0.5, 0.3], [0.3, 0.5]], "diagonal"),
        ([[1, 1.3], [1.3, 1]], "between -1 and 1"),
        ([[1]], "every source"),
    ],
)
def test_what_is_no_correlation_matrix_is_refused(correlations, message):
    with pytest.raises(ValueError, match=message):
        composite_reliability([1, 1], [1, 1], [0.8, 0.8], correlations)


def test_impossible_sources_are_refused():
    with pytest.raises(ValueError, match="from 0 up"):
        composite_reliability([1, -1], [1, 1], [0.8, 0.8], [[1, 0], [0, 1]])
    with pytest.raises(ValueError, match="negative estimate"):
        composite_reliability([1, 1], [1, 1], [0.8, -0.1], [[1, 0], [0, 1]])
