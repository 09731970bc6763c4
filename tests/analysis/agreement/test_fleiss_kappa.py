"""Fleiss' kappa against R irr, published numbers and its own laws."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.agreement import fleiss_kappa
from tests.reference import needs_reference, vectors

# 14 raters put 10 units into 5 categories; kappa = .210 (the worked example of the article
# "Fleiss' kappa" in Wikipedia).
PUBLISHED = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip

answers = st.lists(st.lists(st.integers(0, 3), min_size=4, max_size=4), min_size=1, max_size=6).map(
    lambda units: np.array([np.bincount(unit, minlength=4) for unit in units])
)


def test_a_published_example():
    assert fleiss_kappa(PUBLISHED).value == pytest.approx(0.210, abs=0.0005)


@needs_reference
def test_thirty_patients_and_six_psychiatrists_equal_r_irr():
    """Also .430 in Fleiss 1971, Psychological Bulletin 76, 378-382."""
    vector = vectors()["fleiss_kappa_diagnoses"]
    diagnoses = np.array([vector.labels(rater) for rater in vector.columns])
    counts = np.array([(diagnoses == each).sum(axis=0) for each in np.unique(diagnoses)]).T
    found = fleiss_kappa(counts)
    assert found.value == pytest.approx(vector.expected["kappa"], abs=vector.tolerance)
    assert found.z == pytest.approx(vector.expected["z"], abs=vector.tolerance)
    assert found.status is None


@given(answers, st.permutations(range(4)))
def test_the_order_of_categories_changes_nothing(counts, order):
    one, other = fleiss_kappa(counts), fleiss_kappa(counts[:, order])
    assume(one.status is None)
    assert (other.value, other.z) == (pytest.approx(one.value), pytest.approx(one.z))


@given(answers)
def test_a_category_that_nobody_uses_changes_nothing(counts):
    one = fleiss_kappa(counts)
    assume(one.status is None)
    other = fleiss_kappa(np.hstack([counts, np.zeros((len(counts), 1), int)]))
    assert (other.value, other.z) == (pytest.approx(one.value), pytest.approx(one.z))


@given(answers)
def test_it_is_a_number_up_to_1_or_undefined_with_a_word(counts):
    found = fleiss_kappa(counts)
    assert (found.value is None) == (found.status is not None)
    assert found.value is None or -1 <= found.value <= 1 + 1e-12
    assert found.z is None or np.isfinite(found.z)


def test_full_agreement_is_1():
    assert fleiss_kappa([[3, 0], [0, 3], [3, 0]]).value == 1


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        ([[3, 0], [3, 0]], "undefined_no_variation"),
        ([[3], [3]], "undefined_no_variation"),
        ([[1, 0], [0, 1]], "undefined_fewer_than_2_raters"),
        ([[0, 0], [0, 0]], "undefined_fewer_than_2_raters"),
        (np.empty((0, 3)), "undefined_no_pairs"),
    ],
)
def test_an_undefined_kappa_says_why(counts, status):
    found = fleiss_kappa(counts)
    assert (found.value, found.z, found.status) == (None, None, status)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        ([[3, 0], [2, 1], [2, 2]], "row 2 of counts has 4 raters, row 0 has 3"),
        ([[3, 0], [3.5, -0.5]], "row 1 of counts holds no whole numbers"),
        ([[4, -1], [3, 0]], "row 0 of counts holds no whole numbers"),
        ([[3, 0], [float("nan"), 3]], "row 1 of counts holds no whole numbers"),
        ([3, 0], "units x categories"),
    ],
)
def test_wrong_counts_are_refused_with_their_row(counts, message):
    with pytest.raises(ValueError, match=message):
        fleiss_kappa(counts)
