"""ICC(1) and ICC(2) of unequally many raters, against R and by their own laws."""

import numpy as np
import pytest
from alike import near
from hypothesis import assume, given
from hypothesis import strategies as st

from analysis.agreement import icc_oneway
from tests.reference import needs_reference, vectors

RATEES = [0, 0, 0, 1, 1, 1, 1, 2, 2, 3]
answers = st.lists(st.integers(1, 7), min_size=10, max_size=10).map(lambda x: np.array(x, float))


@needs_reference
def test_unequal_raters_equal_r_multilevel_and_lme4s_anova():
    hours = vectors()["icc1_bh1996_hrs"]
    expected, near = hours.expected, {"abs": hours.tolerance}
    found = icc_oneway(hours.numbers("HRS"), hours.labels("GRP"))
    assert found.icc1 == pytest.approx(expected["icc1"], **near)
    assert found.icc1_mean_size == pytest.approx(expected["multilevel_ICC1"], **near)
    assert found.icc2 == pytest.approx(expected["multilevel_ICC2"], **near)
    assert found.k0 == pytest.approx(expected["k0"], rel=1e-9)
    assert found.msb == pytest.approx(expected["MSB"], rel=1e-9)
    assert found.msw == pytest.approx(expected["MSW"], rel=1e-9)
    assert (found.low, found.high) == pytest.approx(expected["icc1_ci95"], **near)
    assert (found.n_ratees, found.n_ratings) == (expected["n_targets"], expected["n_ratings"])


@needs_reference
def test_equal_raters_have_an_exact_interval():
    dyestuff = vectors()["blup_dyestuff"]
    found = icc_oneway(dyestuff.numbers("Yield"), dyestuff.labels("Batch"))
    assert found.icc1 == pytest.approx(dyestuff.expected["icc1"], abs=1e-6)
    assert (found.low, found.high) == pytest.approx(dyestuff.expected["icc1_ci95"], abs=1e-6)


@needs_reference
@pytest.mark.parametrize(
    ("id", "scale"), [("rwg_lq2002_lead", "LEAD"), ("rwg_lq2002_tsig", "TSIG")]
)
def test_scale_means_of_companies_equal_r_multilevel(id, scale):
    companies = vectors()[id]
    columns = [name for name in companies.columns if name.startswith(scale)]
    means = companies.matrix(columns).mean(axis=1)
    found, expected = icc_oneway(means, companies.labels("COMPID")), companies.expected
    assert found.icc1 == pytest.approx(expected["icc1_k0"], abs=companies.tolerance)
    assert found.icc1_mean_size == pytest.approx(expected["icc1_mean_size"], abs=1e-8)
    assert found.icc2 == pytest.approx(expected["icc2"], abs=companies.tolerance)


def test_four_judges_as_if_nested_give_the_published_icc():
    """Shrout & Fleiss 1979, Psychological Bulletin 86, 420-428: Table 2, and .17 in Table 4."""
    judged = [9, 2, 5, 8, 6, 1, 3, 2, 8, 4, 6, 8, 7, 1, 2, 6, 10, 5, 6, 9, 6, 2, 4, 7]
    found = icc_oneway(judged, np.repeat(range(6), 4))
    assert found.icc1 == pytest.approx(0.17, abs=0.005)
    assert (found.msb, found.msw) == (
        pytest.approx(11.24, abs=0.005),
        pytest.approx(6.26, abs=0.005),
    )


@given(answers)
def test_icc2_is_icc1_stepped_up_by_k0(y):
    found = icc_oneway(y, RATEES)
    assume(found.icc2 is not None and found.msw > 0)
    stepped_up = found.k0 * found.icc1 / (1 + (found.k0 - 1) * found.icc1)
    assert found.icc2 == pytest.approx(stepped_up, rel=1e-9, abs=1e-9)


@given(answers, st.integers(-1000, 1000))
def test_shifting_answers_changes_nothing(y, shift):
    same(icc_oneway(y, RATEES), icc_oneway(y + shift, RATEES))


@given(answers, st.floats(0.01, 1000))
def test_another_unit_changes_nothing(y, unit):
    same(icc_oneway(y, RATEES), icc_oneway(y * unit, RATEES))


@given(answers, st.permutations(range(10)))
def test_the_order_of_rows_changes_nothing(y, order):
    same(icc_oneway(y, RATEES), icc_oneway(y[order], np.array(RATEES)[order]))


@given(answers)
def test_the_names_of_ratees_change_nothing(y):
    same(icc_oneway(y, RATEES), icc_oneway(y, [f"ratee {9 - each}" for each in RATEES]))


@given(answers)
def test_the_interval_lies_around_the_coefficient(y):
    found = icc_oneway(y, RATEES)
    assume(found.low is not None)
    assert found.low < found.icc1 < found.high <= 1


def same(one, other):
    assert one.status == other.status
    for name in ("icc1", "icc2", "icc1_mean_size", "low", "high"):
        assert getattr(one, name) == near(getattr(other, name), rel=1e-6, abs=1e-6)


def test_k0_is_not_the_mean_number_of_raters():
    found = icc_oneway([1, 2, 3, 2, 5, 4, 5, 4, 5, 1], [0] * 7 + [1, 1, 2])
    assert found.k0 == pytest.approx((10 - (49 + 4 + 1) / 10) / 2)
    assert found.icc1 != pytest.approx(found.icc1_mean_size, abs=1e-3)


def test_the_grand_mean_is_that_of_all_answers():
    found = icc_oneway([1, 2, 1, 2, 1, 2, 5, 4], [0] * 6 + [1, 1])
    assert found.msb == pytest.approx(6 * (1.5 - 2.25) ** 2 + 2 * (4.5 - 2.25) ** 2)


def test_a_ratee_with_one_rater_counts_between_ratees_only():
    without = icc_oneway([1, 2, 4, 5], [0, 0, 1, 1])
    found = icc_oneway([1, 2, 4, 5, 3], [0, 0, 1, 1, 2])
    assert (found.n_ratees, found.n_ratings) == (3, 5)
    assert found.msw == without.msw
    assert found.msb == without.msb / 2  # one more ratee, at the grand mean


def test_what_was_not_judged_is_no_answer():
    nan = float("nan")
    found = icc_oneway([nan, 1, 2, 4, nan, 5, nan], [7, 0, 0, 1, 1, 1, 2])
    same(found, icc_oneway([1, 2, 4, 5], [0, 0, 1, 1]))
    assert (found.n_ratees, found.n_ratings) == (2, 4)


def test_a_negative_icc_is_not_cut_off():
    found = icc_oneway([1, 5, 2, 4, 1, 4], [0, 0, 1, 1, 2, 2])
    assert found.icc1 < 0
    assert found.icc2 < -1  # (MSB - MSW) / MSB, not the same of an ICC(1) set to 0


@pytest.mark.parametrize("point", [3, 0.1, 1e9 + 0.1])
def test_full_agreement_about_different_ratees_is_1_without_an_interval(point):
    found = icc_oneway([point, point, point, 2 * point, 2 * point], [0, 0, 0, 1, 1])
    assert (found.icc1, found.icc2, found.icc1_mean_size, found.msw) == (1, 1, 1, 0)
    assert (found.low, found.high, found.status) == (None, None, None)


def test_ratees_of_one_mean_have_an_icc1_but_no_icc2():
    found = icc_oneway([0.1, 0.3, 0.2, 0.2, 0.3, 0.1], [0, 0, 1, 1, 2, 2])
    assert found.icc1 == pytest.approx(-1 / (found.k0 - 1))
    assert (found.icc2, found.low, found.high, found.status) == (None, None, None, None)


@pytest.mark.parametrize(
    ("values", "ratee", "status"),
    [
        ([], [], "undefined_no_pairs"),
        ([1, 2, 3], [0, 0, 0], "undefined_no_pairs"),
        ([float("nan")] * 3, [0, 1, 1], "undefined_no_pairs"),
        ([1, 2, 3], [0, 1, 2], "undefined_no_within_df"),
        ([4, 4, 4, 4], [0, 0, 1, 1], "undefined_zero_variance"),
        ([0.1] * 7, [0, 0, 0, 0, 1, 1, 1], "undefined_zero_variance"),
    ],
)
def test_an_undefined_icc_says_why(values, ratee, status):
    found = icc_oneway(values, ratee)
    assert found.status == status
    assert (found.icc1, found.icc2, found.icc1_mean_size, found.low, found.high) == (None,) * 5


def test_a_wider_confidence_gives_a_wider_interval():
    y, ratee = [1, 2, 2, 4, 5, 3, 3], [0, 0, 0, 1, 1, 2, 2]
    narrow, wide = icc_oneway(y, ratee, confidence=0.5), icc_oneway(y, ratee, confidence=0.99)
    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.parametrize(
    ("values", "ratee", "confidence", "message"),
    [
        ([1, 2, 3], [0, 1], 0.95, "3 rows, but there are 2 labels"),
        ([1, np.inf], [0, 1], 0.95, r"infinite number at \[1\]"),
        ([[1, 2]], [0], 0.95, "answers"),
        ([1, 2], [0, None], 0.95, "row 1 has none"),
        ([1, 2], [0, 1], 95, "between 0 and 1"),
    ],
)
def test_wrong_input_is_refused_with_its_place(values, ratee, confidence, message):
    with pytest.raises(ValueError, match=message):
        icc_oneway(values, ratee, confidence=confidence)
