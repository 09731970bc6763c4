"""Spearman-Brown, forwards and backwards."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reliability import raters_needed, spearman_brown
from tests.reference import needs_reference, vectors


@needs_reference
@pytest.mark.parametrize(("target", "key"), [(0.7, "k70"), (0.8, "k80"), (0.9, "k90")])
def test_the_raters_needed_equal_the_reference(target, key):
    found = vectors()["spearman_brown_need"]
    needed = [raters_needed(icc1, target) for icc1 in found.arguments["icc1"]]
    assert needed == found.expected[key]


@needs_reference
def test_the_reliability_of_five_raters_equals_the_reference():
    found = vectors()["spearman_brown_need"]
    stepped_up = spearman_brown(np.array(found.arguments["icc1"]), 5)
    assert stepped_up == pytest.approx(found.expected["rel_k5"], abs=found.tolerance)


@pytest.mark.parametrize(("icc1", "needed"), [(0.5, (3, 4)), (0.37, (4, 7)), (0.30, (6, 10))])
def test_so_many_supervisors_peers_and_subordinates_are_needed(icc1, needed):
    """Single-rater reliabilities: Conway & Huffcutt 1997, Human Performance 10, 331-360."""
    assert (raters_needed(icc1, 0.7), raters_needed(icc1, 0.8)) == needed


@pytest.mark.parametrize("r", [1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 7, 1 / 9])
def test_an_exact_number_is_not_rounded_up(r):
    """t = .8 needs 4 (1-r)/r raters, which floating point may print as a little more."""
    assert raters_needed(r, 0.8) == round(4 * (1 - r) / r)


@given(st.floats(0.01, 0.99), st.floats(0.05, 0.95))
def test_the_raters_needed_reach_the_target_and_one_fewer_do_not(icc1, target):
    needed = raters_needed(icc1, target)
    assert spearman_brown(icc1, needed) >= target - 1e-6
    assert needed == 1 or spearman_brown(icc1, needed - 1) < target + 1e-6


@pytest.mark.parametrize("icc1", [0.0, -0.2, 1e-17, None, float("nan")])
def test_raters_who_do_not_agree_are_never_enough(icc1):
    assert raters_needed(icc1, 0.7) is None


def test_one_rater_who_is_fully_reliable_is_enough():
    assert raters_needed(1.0, 0.9) == 1


@given(st.floats(0.0, 1.0), st.floats(0.1, 50))
def test_stepping_up_and_down_again_leads_back(r, factor):
    assert spearman_brown(spearman_brown(r, factor), 1 / factor) == pytest.approx(r, abs=1e-9)


def test_so_many_raters_cannot_agree_so_little():
    assert spearman_brown(-0.25, 5) is None
    np.testing.assert_array_equal(
        spearman_brown(np.array([-0.25, 1.0, np.nan]), 5), [np.nan, 1, np.nan]
    )
    assert spearman_brown(-0.1, 5) == pytest.approx(-0.5 / 0.6)


def test_a_factor_for_each_reliability():
    np.testing.assert_allclose(spearman_brown(0.5, np.array([1, 2, 4])), [1 / 2, 2 / 3, 4 / 5])


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (raters_needed, (0.3, 1), "between 0 and 1"),
        (raters_needed, (0.3, 80), "got 80"),
        (raters_needed, (1.2, 0.8), "at most 1, got 1.2"),
        (spearman_brown, (1.2, 2), "at most 1, got 1.2"),
        (spearman_brown, (0.2, 0), "above 0"),
        (spearman_brown, (0.2, float("nan")), "above 0"),
    ],
)
def test_wrong_input_is_refused_with_the_value(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)
