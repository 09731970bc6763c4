"""Crossed ratees and raters: against lme4, published tables, a dense likelihood and own laws."""

import lzma
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from restricted import effects, highest

from analysis.precision import crossed_effects
from tests.reference import needs_reference, vectors

NAN = float("nan")
REAL = os.environ.get("SURVEYAPP_REAL_DATA")

# Six ratees by four judges: Shrout & Fleiss 1979, Psychological Bulletin 86, 420-428, Table 2.
JUDGED = [9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7]
RATEES, JUDGES = np.repeat(range(6), 4), np.tile(range(4), 6)

tables = st.lists(st.integers(1, 7), min_size=24, max_size=24).map(lambda x: np.array(x, float))


def incomplete(seed, ratees=7, raters=9, ratings=45):
    """Ratings of some ratees by some raters, some of them twice."""
    rng = np.random.default_rng(seed)
    ratee, rater = rng.integers(0, ratees, ratings), rng.integers(0, raters, ratings)
    severity = rng.normal(0, (0, 1, 2)[seed % 3], raters)
    quality = rng.normal(0, (0, 1, 2)[seed // 3 % 3], ratees)
    return 3 + quality[ratee] + severity[rater] + rng.normal(size=ratings), ratee, rater


def variances(found):
    return [found.between_ratees, found.between_raters, found.residual]


@needs_reference
def test_plates_and_samples_of_penicillin_equal_lme4():
    penicillin = vectors()["crossed_penicillin"]
    expected, near = penicillin.expected, {"abs": penicillin.tolerance}
    columns = penicillin.labels("plate"), penicillin.labels("sample")
    found = crossed_effects(penicillin.numbers("diameter"), *columns)
    assert found.mean == pytest.approx(expected["mean"], **near)
    assert found.between_ratees == pytest.approx(expected["var_plate"], **near)
    assert found.between_raters == pytest.approx(expected["var_sample"], **near)
    assert found.residual == pytest.approx(expected["var_resid"], **near)
    samples = dict(zip(found.raters.tolist(), found.rater_effects, strict=True))
    assert samples == pytest.approx(expected["sample_effects"], **near)
    plates = dict(zip(found.ratees.tolist(), found.ratee_effects, strict=True))
    first = expected["first_plate_effects"]
    assert {plate: plates[plate] for plate in first} == pytest.approx(first, **near)
    assert np.sqrt(variances(found)) == pytest.approx([0.847, 1.932, 0.550], abs=0.0005)
    assert (found.connected, found.n, found.status) == (True, 144, None)


@pytest.mark.skipif(not REAL, reason="SURVEYAPP_REAL_DATA is not set")
def test_lecturers_of_a_university_equal_lme4():
    """lme4 1.1-31: lmer(y ~ 1 + (1 | s) + (1 | d)), to four digits."""
    with lzma.open(Path(REAL) / "insteval.csv.xz", "rt") as file:
        rater, ratee, y = np.loadtxt(file, delimiter=",", skiprows=1, usecols=(0, 1, 4)).T
    found = crossed_effects(y, ratee.astype(int), rater.astype(int))
    assert variances(found) == pytest.approx([0.27373, 0.10621, 1.38718], abs=0.00001)
    assert found.mean == pytest.approx(3.25416, abs=0.00001)
    assert (len(found.ratees), len(found.raters), found.n) == (1128, 2972, 73421)
    assert (found.components, found.status) == (1, None)


def test_four_judges_of_six_give_the_published_icc():
    """ICC(2,1) = .29 in Table 4; the mean squares 11.24, 32.49 and 1.02 stand in Table 3."""
    found = crossed_effects(JUDGED, RATEES, JUDGES)
    ratees, raters, residual = variances(found)
    assert ratees / (ratees + raters + residual) == pytest.approx(0.29, abs=0.005)
    assert residual == pytest.approx(1.02, abs=0.005)
    assert ratees == pytest.approx((11.24 - 1.02) / 4, abs=0.005)
    assert raters == pytest.approx((32.49 - 1.02) / 6, abs=0.005)


@pytest.mark.parametrize("seed", range(18))
def test_a_dense_likelihood_is_highest_at_the_same_variances(seed):
    y, ratee, rater = incomplete(seed)
    found = crossed_effects(y, ratee, rater)
    assert variances(found) == pytest.approx(highest(y, [ratee, rater]), abs=1e-5)


@pytest.mark.parametrize("seed", range(4, 9))
def test_effects_follow_from_hendersons_equations(seed):
    y, ratee, rater = incomplete(seed)
    found = crossed_effects(y, ratee, rater)
    mean, *expected = effects(y, [ratee, rater], np.maximum(variances(found), 1e-12))
    assert found.mean == pytest.approx(mean)
    assert [*found.ratee_effects, *found.rater_effects] == pytest.approx(expected, abs=1e-8)


def test_of_two_peaks_the_higher_is_found():
    """From the moments alone the search ends on the lower one, at a rater variance of 0."""
    y = [5.45, 1.39, 3.13, 3.79, 1.89, 4.48, 4, 3.13, 4.32, 4.68, 3.35, 1.8, 3.82]
    ratee = [2, 1, 1, 7, 0, 7, 5, 4, 7, 0, 5, 4, 0]
    rater = [5, 0, 3, 2, 1, 4, 2, 2, 4, 3, 0, 5, 2]
    found = crossed_effects(y, ratee, rater)
    assert variances(found) == pytest.approx(highest(np.array(y), [ratee, rater]), abs=1e-5)
    assert found.between_raters > 1


def test_a_lenient_rater_does_not_make_a_good_ratee():
    """Li was rated by the lenient one more often; adjusted, An is better."""
    ratee = ["An"] * 4 + ["Li"] * 4 + ["Wu"] * 4
    rater = ["strict", "strict", "strict", "lenient", *["lenient"] * 3, "strict"] + [
        "strict",
        "lenient",
    ] * 2
    y = [3, 3, 4, 5, 5, 4, 4, 2, 2, 4, 3, 4]
    found = crossed_effects(y, ratee, rater)
    assert np.mean(y[:4]) == np.mean(y[4:8])
    assert found.ratee_effects[0] > found.ratee_effects[1]
    assert found.rater_effects[0] > 0 > found.rater_effects[1]


def test_equally_severe_raters_have_a_variance_of_zero():
    found = crossed_effects([1, 2, 2, 1, 5, 4, 4, 5], [0, 0, 0, 0, 1, 1, 1, 1], [0, 1] * 4)
    assert (found.between_raters, found.status) == (0, None)
    assert found.rater_effects.tolist() == [0, 0]
    assert found.between_ratees > 0


def test_ratings_without_any_order_have_both_variances_zero():
    found = crossed_effects([1, 5, 5, 1] * 2, [0, 0, 1, 1] * 2, [0, 1, 0, 1] * 2)
    assert (found.between_ratees, found.between_raters, found.mean) == (0, 0, 3)
    assert found.residual == pytest.approx(32 / 7)


def test_the_roles_can_be_exchanged():
    y, ratee, rater = incomplete(8)
    found, turned = crossed_effects(y, ratee, rater), crossed_effects(y, rater, ratee)
    assert turned.between_raters == pytest.approx(found.between_ratees)
    assert turned.rater_effects == pytest.approx(found.ratee_effects)


def test_ratees_no_rater_links_keep_their_numbers_and_say_so():
    y, ratee, rater = incomplete(4)
    found = crossed_effects([*y, *y + 1], [*ratee, *ratee + 7], [*rater, *rater + 9])
    assert (found.status, found.connected, found.components) == ("not_connected", False, 2)
    assert None not in variances(found)
    assert np.isfinite(found.ratee_effects).all()


def test_a_rating_that_is_missing_links_nobody():
    y, ratee, rater = incomplete(4)
    twice = [*y, *y, NAN], [*ratee, *ratee + 7, 0], [*rater, *rater + 9, 9]
    assert crossed_effects(*twice).components == 2
    twice[0][-1] = 3.0
    assert crossed_effects(*twice).components == 1


def test_without_labels_of_raters_there_is_no_severity():
    found = crossed_effects([4, 2, NAN], ["An", "Li", "Li"], None)
    assert (found.mean, *variances(found)) == (None, None, None, None)
    assert (found.status, found.n, found.connected) == ("raters_unlinked", 2, False)
    assert found.statuses.tolist() == ["raters_unlinked"] * 2
    assert found.raters.tolist() == []


@pytest.mark.parametrize(
    ("y", "ratee", "rater", "word"),
    [
        (range(6), [0, 0, 1, 1, 2, 2], range(6), "not_connected"),  # each rater rated once
        (range(6), [0, 0, 1, 1, 2, 2], [5, 5, 6, 6, 7, 7], "not_connected"),  # one rater each
        ([1, 2, 3, 2, 3, 4], [0, 0, 0, 1, 1, 1], [0, 1, 2] * 2, "not_estimable"),  # no residual
        ([4, 2, 3], [0, 0, 0], [0, 1, 1], "undefined_no_pairs"),
        ([4, 2, 3], [0, 1, 1], [0, 0, 0], "undefined_fewer_than_2_raters"),
        ([4, 2, NAN], [0, 1, 1], [0, 0, 1], "undefined_fewer_than_2_raters"),
        ([0.1] * 4, [0, 0, 1, 1], [0, 1, 0, 1], "undefined_zero_variance"),
        ([NAN, NAN], [0, 1], [0, 1], "undefined_no_pairs"),
        ([], [], [], "undefined_no_pairs"),
    ],
)
def test_what_cannot_be_estimated_says_why(y, ratee, rater, word):
    found = crossed_effects(y, ratee, rater)
    assert (found.mean, *variances(found), found.status) == (None, None, None, None, word)
    assert found.statuses.tolist() == [word] * len(set(ratee))
    assert np.isnan([*found.ratee_effects, *found.rater_effects]).all()


def test_a_rater_who_judges_a_ratee_repeatedly_can_be_told_from_chance():
    rng = np.random.default_rng(3)
    rater = np.repeat(range(20), 3)
    y = rng.normal(size=20)[rater] + rng.normal(size=5)[rater // 4] + 0.3 * rng.normal(size=60)
    found = crossed_effects(y, rater // 4, rater)
    assert found.between_raters > 5 * found.residual
    assert (found.status, found.components) == ("not_connected", 5)


def test_who_has_no_rating_stays_in_its_place():
    y, ratee, rater = incomplete(8)
    found = crossed_effects([NAN, *y], [-1, *ratee], [-1, *rater])
    alone = crossed_effects(y, ratee, rater)
    assert (found.ratees[0], found.raters[0], found.n) == (-1, -1, 45)
    assert np.isnan([found.ratee_effects[0], found.rater_effects[0]]).all()
    assert found.statuses.tolist() == ["undefined_fewer_than_2_raters"] + [None] * 7
    assert found.ratee_effects[1:] == pytest.approx(alone.ratee_effects)
    assert (found.connected, found.status) == (alone.connected, alone.status)


@given(tables, st.floats(-50, 50), st.floats(0.1, 20))
def test_effects_move_and_stretch_with_the_scale(y, shift, stretch):
    found = crossed_effects(y, RATEES, JUDGES)
    moved = crossed_effects(shift + stretch * y, RATEES, JUDGES)
    assert moved.status == found.status
    if found.status is None:
        assert moved.mean == pytest.approx(shift + stretch * found.mean)
        expected = stretch**2 * np.array(variances(found))
        assert variances(moved) == pytest.approx(expected, abs=1e-4 * stretch**2)
        assert moved.ratee_effects == pytest.approx(stretch * found.ratee_effects, abs=1e-3)


@given(tables, st.permutations(range(24)))
def test_the_order_of_rows_does_not_matter(y, order):
    found = crossed_effects(y, RATEES, JUDGES)
    shuffled = crossed_effects(y[order], RATEES[order], JUDGES[order])
    assert shuffled.ratee_effects == pytest.approx(found.ratee_effects, abs=1e-4, nan_ok=True)


@given(tables)
def test_labels_may_be_strings(y):
    found = crossed_effects(y, RATEES, JUDGES)
    named = crossed_effects(y, [f"Ms {i}" for i in RATEES], list("abcd") * 6)
    assert named.raters.tolist() == ["a", "b", "c", "d"]
    assert named.ratee_effects == pytest.approx(found.ratee_effects, nan_ok=True)


@given(st.integers(0, 2**32 - 1))
def test_with_nine_in_ten_missing_numbers_are_finite_or_explained(seed):
    rng = np.random.default_rng(seed)
    y = np.where(rng.random(400) < 0.9, np.nan, rng.integers(1, 6, 400))
    found = crossed_effects(y, np.repeat(range(20), 20), np.tile(range(20), 20))
    if found.mean is None:
        assert found.status
        assert variances(found) == [None] * 3
    else:
        assert np.isfinite([found.mean, *variances(found)]).all()
        assert min(variances(found)) >= 0
    assert np.isnan(found.ratee_effects).tolist() == [word is not None for word in found.statuses]


def test_labels_and_values_must_fit():
    with pytest.raises(ValueError, match="labels of raters"):
        crossed_effects([1, 2, 3], [0, 1, 1], [0, 1])
    with pytest.raises(ValueError, match="labels of ratees"):
        crossed_effects([1, 2, 3], [0, 1], [0, 1, 1])
