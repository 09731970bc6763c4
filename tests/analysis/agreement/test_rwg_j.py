"""Agreement on a scale and average deviations, against R multilevel and by their own laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.agreement import null_variance, rwg, rwg_j
from tests.reference import needs_reference, vectors

NAN = float("nan")
RATEES = np.array([3, 1, 1, 2, 3, 3, 1, 2])

with_gaps = arrays(
    np.float64, (8, 3), elements=st.one_of(st.just(NAN), st.integers(1, 5).map(float))
)


def scale_of_companies(id):
    companies = vectors()[id]
    columns = [name for name in companies.columns if name.startswith(id[-4:].upper())]
    return companies.matrix(columns), [int(each) for each in companies.labels("COMPID")], companies


def expected_of(vector, found):
    """What R printed, in the order of the ratees found."""

    def numbers(name):
        printed = [vector.expected[name][str(company)] for company in found.ratees]
        return pytest.approx(np.array(printed, dtype=float), abs=vector.tolerance)

    return numbers


@needs_reference
@pytest.mark.parametrize("id", ["rwg_lq2002_lead", "rwg_lq2002_tsig"])
def test_companies_equal_r_multilevel(id):
    items, labels, vector = scale_of_companies(id)
    found = rwg_j(items, labels, null_variance(5))
    expected = expected_of(vector, found)
    assert found.rwg_j == expected("rwgj_uniform")
    assert found.r_star == expected("rwgj_lindell")
    assert found.ad_mean == expected("ad_mean")
    assert found.ad_median == expected("ad_median")
    assert found.n == expected("n")


@needs_reference
@pytest.mark.parametrize("id", ["rwg_lq2002_lead", "rwg_lq2002_tsig"])
def test_against_the_skewed_null_raw_values_go_below_0(id):
    items, labels, vector = scale_of_companies(id)
    found = rwg_j(items, labels, null_variance(5, "slight_skew"))
    expected = expected_of(vector, found)
    assert found.rwg_j == expected("rwgj_slight_skew_multilevel")
    assert found.raw == expected("rwgj_slight_skew_raw")


@needs_reference
def test_complete_responses_of_platoons_equal_r_multilevel():
    """Version 2.7 leaves out the one response with a gap."""
    cohesion = vectors()["rwg_cohesion"]
    items = cohesion.matrix(cohesion.arguments["items"])
    labels = map(".".join, zip(cohesion.labels("UNIT"), cohesion.labels("PLATOON"), strict=True))
    complete = ~np.isnan(items).any(axis=1)
    found = rwg_j(items[complete], np.array(list(labels))[complete], 2.0)
    fields = {"rwgj": found.rwg_j, "rwgj_lindell": found.r_star, "n": found.n}
    for name, numbers in (
        fields | {"ad_mean": found.ad_mean, "ad_median": found.ad_median}
    ).items():
        expected = cohesion.expected[name]
        assert dict(zip(found.ratees, numbers, strict=True)) == pytest.approx(expected, abs=1e-8)


def test_by_hand():
    """Variances 1 and 1/3 against 2: u = 1/3, rwg(2) = 2 (2/3) / (2 (2/3) + 1/3) = 4/5."""
    found = rwg_j([[1, 4], [2, 4], [3, 5]], [0, 0, 0], 2.0)
    assert found.rwg_j == pytest.approx([4 / 5])
    assert found.r_star == pytest.approx([2 / 3])
    assert found.ad_mean == pytest.approx([(2 / 3 + 4 / 9) / 2])
    assert found.ad_median == pytest.approx([(2 / 3 + 1 / 3) / 2])


def test_a_gap_costs_one_answer_not_the_whole_response():
    found = rwg_j([[1, 1], [3, NAN], [NAN, 5]], [0, 0, 0], 16.0)
    assert found.r_star == pytest.approx([1 - (2 + 8) / 2 / 16])
    assert found.n == [3]


def test_an_item_with_one_answer_does_not_enter():
    two, three = rwg_j([[1, 2], [2, 4]], [0, 0], 4.0), rwg_j([[1, 2, 5], [2, 4, NAN]], [0, 0], 4.0)
    for name in ("rwg_j", "r_star", "raw", "ad_mean", "ad_median"):
        assert getattr(three, name) == getattr(two, name)


def test_one_rater_has_no_agreement_instead_of_full_agreement():
    found = rwg_j([[4, 5], [5, 5], [1, 2]], [0, 1, 1], 2.0)
    assert np.isnan([found.rwg_j[0], found.r_star[0], found.ad_mean[0], found.ad_median[0]]).all()
    assert found.statuses.tolist() == ["undefined_fewer_than_2_raters", None]
    assert found.status is None


def test_raters_without_an_item_in_common_have_no_agreement():
    found = rwg_j([[4, NAN], [NAN, 5]], [0, 0], 2.0)
    assert (found.n.tolist(), found.statuses.tolist()) == ([2], ["undefined_no_pairs"])
    assert found.status == "undefined_no_pairs"


def test_scatter_beyond_chance_is_0_and_stays_in_raw_and_r_star():
    found = rwg_j([[1, 1, 1], [5, 3, 3]], [0, 0], 3.0)  # u = (8 + 2 + 2) / 3 / 3 = 4/3
    assert found.rwg_j == [0]
    assert found.r_star == pytest.approx([-1 / 3])
    assert found.raw == pytest.approx([-1 / (-1 + 4 / 3)])


def test_beyond_its_pole_the_raw_formula_exceeds_1_and_is_not_believed():
    found = rwg_j([[1, 1], [5, 5]], [0, 0], 3.0)  # u = 8/3 > J / (J - 1) = 2
    assert found.raw[0] > 1
    assert found.rwg_j == [0]


def test_at_its_pole_the_raw_formula_is_nan_not_infinite():
    found = rwg_j([[1, 1], [3, 3]], [0, 0], 1.0)  # u = 2 = J / (J - 1)
    assert np.isnan(found.raw).all()
    assert (found.rwg_j, found.r_star) == ([0], [-1])


def test_rwg_j_grows_with_the_number_of_items_r_star_does_not():
    few, many = (rwg_j([[2] * j, [4] * j], [0, 0], 3.0) for j in (2, 30))
    assert few.r_star == many.r_star == pytest.approx([1 / 3])
    assert few.rwg_j == pytest.approx([0.5])
    assert many.rwg_j > 0.9


@given(with_gaps)
def test_of_one_item_it_is_rwg(items):
    one, scale = rwg(items[:, 0], RATEES, 2.0), rwg_j(items[:, :1], RATEES, 2.0)
    np.testing.assert_allclose(scale.rwg_j, one.rwg, atol=1e-12)
    np.testing.assert_allclose(scale.raw, one.raw, atol=1e-12)
    assert scale.statuses.tolist() == one.statuses.tolist()


@given(with_gaps, st.permutations(range(8)), st.integers(-99, 99))
def test_order_and_shift_change_nothing(items, order, shift):
    same(rwg_j(items, RATEES, 2.0), rwg_j(items[order] + shift, RATEES[order], 2.0))


@given(with_gaps, st.floats(0.1, 50))
def test_another_unit_changes_distances_only(items, unit):
    one, other = rwg_j(items, RATEES, 2.0), rwg_j(items * unit, RATEES, 2.0 * unit**2)
    np.testing.assert_allclose(other.r_star, one.r_star, atol=1e-9)
    np.testing.assert_allclose(other.ad_median, one.ad_median * unit, atol=1e-9)


@given(with_gaps)
def test_reversing_every_item_changes_nothing(items):
    same(rwg_j(items, RATEES, 2.0), rwg_j(6 - items, RATEES, 2.0))


@given(with_gaps)
def test_no_number_is_infinite_and_every_nan_has_its_word(items):
    found = rwg_j(items, RATEES, 2.0)
    for numbers in (found.rwg_j, found.r_star, found.ad_mean, found.ad_median):
        assert not np.isinf(numbers).any()
        assert np.isnan(numbers).tolist() == [each is not None for each in found.statuses]
    assert not np.isinf(found.raw).any()
    assert (found.rwg_j[~np.isnan(found.rwg_j)] <= 1).all()
    assert (found.ad_median <= found.ad_mean + 1e-12)[~np.isnan(found.ad_mean)].all()


def same(one, other):
    assert one.ratees.tolist() == other.ratees.tolist()
    assert one.statuses.tolist() == other.statuses.tolist()
    for name in ("rwg_j", "r_star", "ad_mean", "ad_median"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=1e-9)


@pytest.mark.parametrize("items", [np.empty((0, 3)), []])
def test_without_responses_there_are_no_ratees(items):
    found = rwg_j(items, [], 2.0)
    assert (len(found.ratees), len(found.rwg_j), found.status) == (0, 0, "undefined_no_pairs")


@pytest.mark.parametrize(
    ("items", "ratee", "message"),
    [
        ([[1, 2]], [0, 1], "1 rows, but there are 2 labels"),
        ([1, 2], [0, 1], "responses x items"),
        ([[1, 2], [np.inf, 1]], [0, 1], r"infinite number at \[1, 0\]"),
        (np.empty((2, 0)), [0, 1], "no column"),
    ],
)
def test_wrong_input_is_refused_with_its_place(items, ratee, message):
    with pytest.raises(ValueError, match=message):
        rwg_j(items, ratee, 2.0)
