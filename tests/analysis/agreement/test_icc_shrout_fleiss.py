"""The six intraclass correlations, against the paper and R psych."""

import numpy as np
import pytest
from alike import near
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.agreement import icc_oneway, icc_shrout_fleiss, mean_squares
from tests.reference import needs_reference, vectors

# Shrout & Fleiss 1979, Psychological Bulletin 86, 420-428, Table 2.
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

tables = arrays(np.float64, (5, 3), elements=st.integers(1, 5).map(float))


@pytest.mark.parametrize(
    ("form", "published"),
    [
        ("ICC1", 0.17),
        ("ICC2", 0.29),
        ("ICC3", 0.71),
        ("ICC1k", 0.44),
        ("ICC2k", 0.62),
        ("ICC3k", 0.91),
    ],
)
def test_the_paper_prints_this_coefficient(form, published):
    """Table 4."""
    assert icc_shrout_fleiss(JUDGES)[form].value == pytest.approx(published, abs=0.005)


def test_the_paper_prints_these_mean_squares():
    """Table 3."""
    found = mean_squares(JUDGES)
    printed = pytest.approx([11.24, 6.26, 32.49, 1.02], abs=0.005)
    assert [found.bms, found.wms, found.jms, found.ems] == printed


@needs_reference
def test_mean_squares_equal_r():
    vector = vectors()["icc_sf_ms"]
    found, expected = mean_squares(vector.matrix(["J1", "J2", "J3", "J4"])), vector.expected
    assert [found.bms, found.wms, found.jms, found.ems] == pytest.approx(
        [expected[name] for name in ("BMS", "WMS", "JMS", "EMS")], abs=vector.tolerance
    )


@needs_reference
@pytest.mark.parametrize("form", ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"])
@pytest.mark.parametrize("id", ["icc_sf_six", "icc_video"])
def test_every_form_equals_r_psych(id, form):
    vector = vectors()[id]
    near = {"abs": vector.tolerance}
    found = icc_shrout_fleiss(vector.matrix(vector.columns[1:]))[form]
    expected = vector.expected[form]
    assert found.value == pytest.approx(expected["icc"], **near)
    assert (found.low, found.high) == pytest.approx(expected["ci95"], **near)
    assert found.f == pytest.approx(expected["F"], **near)
    assert found.p == pytest.approx(expected["p"], **near)
    assert (found.df1, found.df2) == (expected["df1"], expected["df2"])


@given(tables)
def test_a_rater_always_harsher_lowers_agreement_but_not_consistency(table):
    harsher = table - np.array([0, 0, 4])
    before, after = icc_shrout_fleiss(table), icc_shrout_fleiss(harsher)
    assert after["ICC3"].value == near(before["ICC3"].value, abs=1e-9)
    assert after["ICC3k"].value == near(before["ICC3k"].value, abs=1e-9)


@given(tables, st.integers(-50, 50), st.floats(0.1, 100), st.permutations(range(5)))
def test_shift_unit_and_order_change_nothing(table, shift, unit, order):
    before, after = icc_shrout_fleiss(table), icc_shrout_fleiss((table[order] + shift) * unit)
    for form, one in before.items():
        other = after[form]
        assert one.status == other.status
        for name in ("value", "low", "high", "f", "p"):
            assert getattr(one, name) == near(getattr(other, name), rel=1e-6, abs=1e-6)


@given(tables)
def test_the_first_form_is_the_one_way_icc(table):
    nested = icc_oneway(table.ravel(), np.repeat(range(5), 3))
    found = icc_shrout_fleiss(table)
    assert found["ICC1"].value == near(nested.icc1, abs=1e-9)
    assert found["ICC1k"].value == near(nested.icc2, abs=1e-9)


@given(
    arrays(
        np.float64,
        st.tuples(st.integers(0, 4), st.integers(0, 4)),
        elements=st.integers(1, 3).map(float),
    )
)
def test_no_number_is_nan_or_infinite(table):
    for found in icc_shrout_fleiss(table).values():
        numbers = (found.value, found.low, found.high, found.f, found.p)
        assert all(each is None or np.isfinite(each) for each in numbers)
        assert (found.value is None) == (found.status is not None)


def test_the_square_of_a_mean_square_is_not_needed():
    """Of numbers near 1e80 it would be beyond the largest that a computer has."""
    table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    near, far = (icc_shrout_fleiss(np.array(table) * unit)["ICC2"] for unit in (1, 1e80))
    assert (far.low, far.high) == pytest.approx((near.low, near.high))


def test_full_agreement_is_1_in_every_form_without_an_interval():
    for found in icc_shrout_fleiss([[0.1, 0.1, 0.1], [0.7, 0.7, 0.7], [0.4, 0.4, 0.4]]).values():
        assert (found.value, found.low, found.high, found.f, found.p) == (1, None, None, None, None)
        assert found.status is None


def test_the_same_order_at_other_levels_is_full_consistency_not_agreement():
    found = icc_shrout_fleiss([[1, 2, 4], [2, 3, 5], [4, 5, 7]])
    assert found["ICC3"].value == found["ICC3k"].value == 1
    assert found["ICC2"].value == pytest.approx(0.5)  # BMS 7, JMS 7, EMS 0
    assert 0 < found["ICC2"].low < 0.5 < found["ICC2"].high < 1


def test_a_coefficient_beyond_its_pole_is_undefined():
    """BMS = JMS = 0: the formula of ICC2k would print 2, for raters who contradict each other."""
    found = icc_shrout_fleiss([[1, 2], [2, 1]])
    assert found["ICC1"].value == found["ICC3"].value == -1
    assert (found["ICC2k"].value, found["ICC2k"].status) == (None, "undefined_zero_variance")


@pytest.mark.parametrize(
    ("table", "status"),
    [
        ([[1, 2], [np.nan, 3]], "incomplete_table"),
        ([[1], [2], [3]], "undefined_fewer_than_2_raters"),
        ([[1, 2, 3]], "undefined_no_pairs"),
        (np.full((3, 3), 0.1), "undefined_zero_variance"),
    ],
)
def test_an_undefined_table_says_why_in_every_form(table, status):
    for found in icc_shrout_fleiss(table).values():
        assert (found.value, found.low, found.high, found.status) == (None, None, None, status)


def test_a_table_with_a_gap_has_no_mean_squares():
    found = mean_squares([[1, 2], [np.nan, 3]])
    assert (found.bms, found.ems, found.status) == (None, None, "incomplete_table")


@pytest.mark.parametrize(
    ("table", "confidence", "message"),
    [
        ([1, 2], 0.95, "ratees x raters"),
        ([[1, np.inf]], 0.95, r"\[0, 1\]"),
        (JUDGES, 1, "confidence"),
    ],
)
def test_wrong_input_is_refused_with_its_place(table, confidence, message):
    with pytest.raises(ValueError, match=message):
        icc_shrout_fleiss(table, confidence=confidence)
