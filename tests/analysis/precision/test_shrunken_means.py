"""Shrunken means against R, against a dense likelihood, and by their own laws."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from restricted import deviance, effects, highest

from analysis.agreement import icc_oneway
from analysis.precision import shrunken_means
from tests.reference import needs_reference, vectors

NAN = float("nan")
RATEES = [0, 0, 0, 1, 1, 1, 1, 2, 2, 3]
answers = st.lists(st.integers(1, 7), min_size=10, max_size=10).map(lambda x: np.array(x, float))


@needs_reference
def test_equal_numbers_of_raters_give_the_means_of_lme4():
    dyestuff = vectors()["blup_dyestuff"]
    found, expected = (
        shrunken_means(dyestuff.numbers("Yield"), dyestuff.labels("Batch")),
        dyestuff.expected,
    )
    near = {"abs": dyestuff.tolerance}
    assert found.mean == pytest.approx(expected["mean"], **near)
    assert found.between == pytest.approx(expected["var_between"], **near)
    assert found.within == pytest.approx(expected["var_within"], **near)
    assert found.reliability == pytest.approx([expected["reliability_k5"]] * 6, **near)
    by_batch = dict(zip(found.ratees.tolist(), found.shrunken, strict=True))
    assert by_batch == pytest.approx(expected["shrunken_means"], **near)


@needs_reference
def test_unequal_numbers_of_raters_give_the_variances_of_lme4():
    hours = vectors()["icc1_bh1996_hrs"]
    found, expected = (
        shrunken_means(hours.numbers("HRS"), hours.labels("GRP")),
        hours.expected,
    )
    assert found.between == pytest.approx(expected["reml_var_between"], abs=hours.tolerance)
    assert found.within == pytest.approx(expected["reml_var_within"], abs=hours.tolerance)
    icc = found.between / (found.between + found.within)
    assert icc == pytest.approx(expected["reml_icc1"], abs=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_a_dense_likelihood_is_highest_at_the_same_variances(seed):
    rng = np.random.default_rng(seed)
    ratee = np.repeat(range(6), [1, 2, 3, 5, 8, 4])
    y = rng.normal(0, seed % 3, 6)[ratee] + rng.normal(size=len(ratee))
    found = shrunken_means(y, ratee)
    assert [found.between, found.within] == pytest.approx(highest(y, [ratee]), abs=1e-5)


def test_means_and_their_spread_follow_from_hendersons_equations():
    rng = np.random.default_rng(1)
    ratee = np.repeat(range(5), [1, 2, 3, 5, 8])
    y = rng.normal(0, 2, 5)[ratee] + rng.normal(size=len(ratee))
    found = shrunken_means(y, ratee)
    mean, *of_ratees = effects(y, [ratee], (found.between, found.within))
    assert found.mean == pytest.approx(mean)
    assert found.shrunken == pytest.approx(mean + np.array(of_ratees))
    z = np.column_stack([np.ones(len(y)), ratee[:, None] == range(5)])
    prior = np.diag([0] + [found.within / found.between] * 5)
    covariance = found.within * np.linalg.inv(z.T @ z + prior)
    sums = covariance[0, 0] + 2 * covariance[0, 1:] + np.diag(covariance)[1:]
    assert found.posterior_sd == pytest.approx(np.sqrt(sums))


@given(st.lists(st.integers(1, 7), min_size=12, max_size=12))
def test_with_equal_numbers_reml_is_the_analysis_of_variance(points):
    ratee = np.repeat(range(4), 3)
    anova = icc_oneway(points, ratee)
    assume(anova.msw and anova.msb > anova.msw)
    found = shrunken_means(points, ratee)
    assert found.within == pytest.approx(anova.msw)
    assert found.between == pytest.approx((anova.msb - anova.msw) / 3)
    assert found.reliability == pytest.approx([anova.icc2] * 4)


@given(answers)
def test_no_ratio_on_a_fine_grid_is_more_likely(y):
    found = shrunken_means(y, RATEES)
    assume(found.within)
    best = deviance(y, [RATEES], (found.between, found.within))
    for ratio in [0, *np.geomspace(1e-3, 1e3, 40)]:
        v = np.eye(10) + ratio * np.equal.outer(RATEES, RATEES)
        inverse, ones = np.linalg.inv(v), np.ones(10)
        rest = y - ones @ inverse @ y / (ones @ inverse @ ones)
        scale = rest @ inverse @ rest / 9
        assert best <= deviance(y, [RATEES], (ratio * scale, scale)) + 1e-6


def test_ratees_that_differ_less_than_their_raters_cannot_be_told_apart():
    found = shrunken_means([1, 5, 2, 4, 3, 3], ["An", "An", "Li", "Li", "Wu", "Wu"])
    assert (found.between, found.told_apart, found.status) == (0, False, None)
    assert found.shrunken.tolist() == [found.mean] * 3
    assert found.reliability.tolist() == [0, 0, 0]
    assert found.posterior_sd == pytest.approx([(found.within / 6) ** 0.5] * 3)


def test_raters_who_agree_fully_leave_nothing_to_shrink():
    found = shrunken_means([4, 4, 4, 2, 2, 3], [0, 0, 0, 1, 1, 2])
    assert (found.within, found.between, found.mean) == (0, 1, 3)
    assert found.shrunken.tolist() == [4, 2, 3]
    assert found.reliability.tolist() == [1, 1, 1]
    assert np.isnan(found.posterior_sd).all()


def test_the_fewer_raters_the_nearer_to_the_mean():
    y = [5, 5, 4, 5, 5, 4, 5, 5, 1, 2, 1, 2, 5]
    found = shrunken_means(y, [0] * 8 + [1] * 4 + [2])
    assert found.reliability[0] > found.reliability[1] > found.reliability[2] > 0
    assert found.mean < found.shrunken[2] < 5
    assert found.n.tolist() == [8, 4, 1]


@pytest.mark.parametrize(
    ("y", "ratee", "word"),
    [
        ([4, 2, 3], [0, 1, 2], "undefined_no_within_df"),
        ([4, 2, 3], [0, 0, 0], "undefined_no_pairs"),
        ([4, 2, NAN], [0, 0, 1], "undefined_no_pairs"),
        ([NAN, NAN], [0, 1], "undefined_no_pairs"),
        ([], [], "undefined_no_pairs"),
        ([3, 3, 3], [0, 0, 1], "undefined_zero_variance"),
        ([0.1] * 7, [0, 0, 0, 1, 1, 1, 1], "undefined_zero_variance"),
    ],
)
def test_what_cannot_be_estimated_says_why(y, ratee, word):
    found = shrunken_means(y, ratee)
    assert (found.mean, found.between, found.within, found.told_apart) == (None, None, None, False)
    assert found.status == word
    assert found.statuses.tolist() == [word] * len(set(ratee))
    assert np.isnan(found.shrunken).all()


def test_a_ratee_nobody_rated_stays_in_its_place():
    found = shrunken_means([4, 5, NAN, 1, 2], ["An", "An", "Li", "Wu", "Wu"])
    assert found.ratees.tolist() == ["An", "Li", "Wu"]
    assert found.statuses.tolist() == [None, "undefined_fewer_than_2_raters", None]
    arrays = [found.shrunken, found.reliability, found.posterior_sd]
    assert np.isnan(arrays).tolist() == [[False, True, False]] * 3
    assert found.status is None


@given(answers, st.floats(-50, 50), st.floats(0.1, 20))
def test_means_move_and_stretch_with_the_scale(y, shift, stretch):
    found, moved = shrunken_means(y, RATEES), shrunken_means(shift + stretch * y, RATEES)
    assert moved.status == found.status
    assume(found.status is None)
    assert moved.mean == pytest.approx(shift + stretch * found.mean)
    assert moved.shrunken == pytest.approx(shift + stretch * found.shrunken, abs=1e-4)
    assert moved.between == pytest.approx(stretch**2 * found.between, rel=1e-5, abs=1e-8)
    assert moved.reliability == pytest.approx(found.reliability, abs=1e-6)


@given(answers, st.permutations(range(10)))
def test_the_order_of_rows_does_not_matter(y, order):
    found = shrunken_means(y, RATEES)
    shuffled = shrunken_means(y[order], np.array(RATEES)[order])
    assert shuffled.shrunken == pytest.approx(found.shrunken, nan_ok=True)


@given(answers)
def test_labels_may_be_strings(y):
    found, named = shrunken_means(y, RATEES), shrunken_means(y, [f"Ms {i}" for i in RATEES])
    assert named.ratees.tolist() == ["Ms 0", "Ms 1", "Ms 2", "Ms 3"]
    assert named.shrunken.tolist() == pytest.approx(found.shrunken.tolist(), nan_ok=True)


@given(st.integers(0, 2**32 - 1))
def test_with_nine_in_ten_missing_numbers_are_finite_or_explained(seed):
    rng = np.random.default_rng(seed)
    y = np.where(rng.random(120) < 0.9, np.nan, rng.integers(1, 6, 120))
    found = shrunken_means(y, np.repeat(range(20), 6))
    scalars = [found.mean, found.between, found.within]
    assert all(np.isfinite(x) for x in scalars) if found.status is None else scalars == [None] * 3
    explained = [word is not None for word in found.statuses]
    assert np.isnan(found.shrunken).tolist() == explained
    assert not np.isinf(found.posterior_sd).any()


def test_more_ratees_than_memory_for_a_matrix_of_them_are_no_burden():
    rng = np.random.default_rng(0)
    ratee = np.repeat(range(60_000), rng.integers(1, 6, 60_000))
    y = rng.normal(0, 0.5, 60_000)[ratee] + rng.normal(size=len(ratee))
    found = shrunken_means(y, ratee)
    assert found.between == pytest.approx(0.25, abs=0.02)
    assert found.within == pytest.approx(1, abs=0.02)


def test_labels_and_values_must_fit():
    with pytest.raises(ValueError, match="3 rows"):
        shrunken_means([1, 2, 3], [0, 1])
