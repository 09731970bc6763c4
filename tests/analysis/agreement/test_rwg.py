"""Agreement on one item, against R multilevel and by its own laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.agreement import rwg
from tests.reference import needs_reference, vectors

NAN = float("nan")


@needs_reference
def test_platoons_equal_r_multilevel():
    cohesion = vectors()["rwg_cohesion"]
    labels = map(".".join, zip(cohesion.labels("UNIT"), cohesion.labels("PLATOON"), strict=True))
    found = rwg(cohesion.numbers("COH01"), list(labels), cohesion.arguments["null_variance"])
    expected = cohesion.expected["rwg_item1"]
    assert dict(zip(found.ratees, found.rwg, strict=True)) == pytest.approx(expected, abs=1e-8)


def test_the_variance_is_over_n_minus_1():
    assert rwg([1, 3], [0, 0], 4.0).rwg == [0.5]  # over n it would be .75


def test_scatter_beyond_chance_is_0_and_kept_raw():
    found = rwg([1, 5, 1, 5], [0] * 4, 2.0)
    assert found.rwg == [0]
    assert found.raw == pytest.approx([1 - 16 / 3 / 2])


def test_full_agreement_is_1():
    assert rwg([0.1, 0.1, 0.1], ["Li"] * 3, 2.0).rwg == [1]


def test_one_rater_has_no_agreement_instead_of_full_agreement():
    found = rwg([5, 4, 4, NAN, NAN], ["An", "Li", "Li", "Wu", "An"], 2.0)
    assert found.ratees.tolist() == ["An", "Li", "Wu"]
    assert found.n.tolist() == [1, 2, 0]
    assert np.isnan(found.rwg).tolist() == [True, False, True]
    few = "undefined_fewer_than_2_raters"
    assert found.statuses.tolist() == [few, None, few]
    assert found.status is None


def test_if_no_ratee_has_two_raters_the_whole_is_undefined():
    assert rwg([5, 4], ["An", "Li"], 2.0).status == "undefined_fewer_than_2_raters"


@given(st.permutations(range(7)))
def test_results_stay_with_their_ratees_in_any_order_of_rows(order):
    values, labels = (
        np.array([5, 5, 1, 2, 4, 4, 1.0]),
        np.array(["Z", "B", "B", "Z", "A", "A", "A"]),
    )
    found = rwg(values[order], labels[order], 9.0)
    assert found.ratees.tolist() == ["A", "B", "Z"]
    assert found.rwg == pytest.approx([1 - 3 / 9, 1 - 8 / 9, 1 - 4.5 / 9])


def test_the_value_is_the_clipped_one():
    found = rwg([1, 5], [0, 0], 2.0)
    assert found.value is found.rwg


@pytest.mark.parametrize("null_variance", [0, -2, NAN, np.inf, None, [2.0, 2.0]])
def test_a_null_variance_that_is_not_positive_is_refused(null_variance):
    with pytest.raises(ValueError, match="null_variance must be positive"):
        rwg([1, 2], [0, 0], null_variance)
