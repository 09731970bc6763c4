"""Horn's parallel analysis against R, known populations and its own laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scales import NAN, congeneric, scattered

from analysis.reliability import parallel_analysis
from analysis.reliability.covariance import pairwise_correlation
from tests.reference import needs_reference, vectors

SCALE = congeneric([0.7] * 4, 60)


@needs_reference
def test_the_eigenvalues_equal_r():
    found = vectors()["eigen_attitude"]
    analysis = parallel_analysis(found.matrix())
    assert analysis.eigenvalues == pytest.approx(found.expected["eigenvalues"], abs=found.tolerance)


@needs_reference
def test_the_noise_equals_r_within_monte_carlo_error():
    found = vectors()["parallel_attitude"]
    analysis = parallel_analysis(found.matrix(), quantile=found.arguments["quantile"])
    assert analysis.noise == pytest.approx(found.expected["noise_p95"], abs=found.tolerance)
    assert analysis.retained == found.expected["n_components"]
    assert analysis.few  # 30 responses on 7 items


def two_dimensions(n=200):
    return np.hstack([congeneric([0.7] * 4, n, seed=1), congeneric([0.7] * 4, n, seed=2)])


@pytest.mark.parametrize(
    ("items", "dimensions"), [(SCALE, 1), (two_dimensions(), 2), (congeneric([0.0] * 6, 500), 0)]
)
def test_the_dimensions_of_a_known_population_are_found(items, dimensions):
    assert parallel_analysis(items).retained == dimensions


def test_only_leading_eigenvalues_count():
    analysis = parallel_analysis(two_dimensions())
    above = analysis.eigenvalues > analysis.noise
    assert above[: analysis.retained].all()
    assert not above[analysis.retained]


def test_missing_answers_make_noise_louder():
    whole, gaps = scattered(100, 5, missing=0), scattered(100, 5, missing=0.4)
    assert parallel_analysis(gaps).noise[0] > parallel_analysis(whole).noise[0] + 0.05


def test_a_higher_quantile_gives_louder_noise():
    loud, mean = parallel_analysis(SCALE, quantile=0.99), parallel_analysis(SCALE, quantile=0.5)
    assert (loud.noise > mean.noise).all()


def test_the_same_seed_gives_the_same_noise():
    np.testing.assert_array_equal(parallel_analysis(SCALE).noise, parallel_analysis(SCALE).noise)
    other = parallel_analysis(SCALE, seed=1).noise
    assert not np.array_equal(parallel_analysis(SCALE).noise, other)
    assert other == pytest.approx(parallel_analysis(SCALE).noise, abs=0.06)


@settings(max_examples=10)
@given(st.permutations(range(4)), st.floats(0.1, 50), st.floats(-1000, 1000))
def test_order_and_unit_change_nothing(columns, unit, shift):
    one, other = parallel_analysis(SCALE), parallel_analysis(SCALE[:, columns] * unit + shift)
    assert other.eigenvalues == pytest.approx(one.eigenvalues)
    np.testing.assert_array_equal(one.noise, other.noise)


def test_items_of_very_different_units_are_correlated_all_the_same():
    values = SCALE * np.geomspace(1e-90, 1e90, SCALE.shape[1])
    assert parallel_analysis(values).eigenvalues == pytest.approx(
        parallel_analysis(SCALE).eigenvalues
    )


def test_noise_of_many_responses_follows_marchenko_and_pastur():
    """The largest eigenvalue tends to (1 + sqrt(J/n))^2: Johnstone 2001, Ann. Stat. 29, 295-327."""
    noise = parallel_analysis(np.random.default_rng(0).standard_normal((400, 40))).noise
    assert noise[0] == pytest.approx((1 + np.sqrt(0.1)) ** 2, abs=0.06)


def test_each_correlation_is_over_the_responses_that_answered_both():
    x = scattered(60, 4, missing=0.3)
    both = ~np.isnan(x[:, 1]) & ~np.isnan(x[:, 2])
    expected = np.corrcoef(x[both, 1], x[both, 2])[0, 1]
    assert pairwise_correlation(x)[1, 2] == pytest.approx(expected)


def test_contradicting_correlations_are_told():
    one, other, third = [[1, 1], [2, 2], [3, 3]], [[1, 1], [2, 2], [3, 3]], [[1, 3], [2, 2], [3, 1]]
    rows = [[a, b, NAN] for a, b in one] + [[NAN, a, b] for a, b in other]
    rows += [[a, NAN, b] for a, b in third]
    analysis = parallel_analysis(rows)
    assert analysis.positive_definite is False
    assert analysis.eigenvalues[-1] < 0


def test_constant_items_are_left_out_and_named():
    analysis = parallel_analysis(np.insert(SCALE, 1, 3.0, axis=1))
    assert (analysis.dropped_items, analysis.k, len(analysis.eigenvalues)) == ((1,), 4, 4)


def test_nine_tenths_missing_are_still_told():
    analysis = parallel_analysis(scattered(900, 4, missing=0.9))
    assert np.isfinite(analysis.eigenvalues).all()
    assert np.isfinite(analysis.noise).all()


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ([[1], [2], [3]], "undefined_single_item"),
        ([[1, 2], [2, 3]], "undefined_no_pairs"),
        ([[1, NAN], [2, NAN], [NAN, 1], [NAN, 2]], "undefined_no_pairs"),
        ([[1, 3], [2, 3], [NAN, 2]], "undefined_no_pairs"),
        ([[3, 1], [3, 2], [3, 3]], "undefined_zero_variance"),
    ],
)
def test_an_undefined_analysis_says_why(values, status):
    analysis = parallel_analysis(values)
    assert (analysis.status, analysis.retained) == (status, None)
    assert len(analysis.eigenvalues) == len(analysis.noise) == 0


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1, 2, 3], {}, "responses x items"),
        ([[1, np.inf]], {}, "infinite"),
        ([[1, 2]], {"quantile": 95}, "between 0 and 1"),
    ],
)
def test_wrong_input_is_refused_with_the_value(values, options, message):
    with pytest.raises(ValueError, match=message):
        parallel_analysis(values, **options)
