"""Krippendorff's alpha against its inventor's example, other formulas and its own laws."""

import numpy as np
import pytest
from alike import near
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.agreement import krippendorff_alpha, mean_squares
from tests.reference import needs_reference, vectors

NAN = float("nan")
LEVELS = ("nominal", "ordinal", "interval", "ratio")

# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, section C.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]

complete = arrays(np.float64, (3, 6), elements=st.integers(1, 5).map(float))
with_gaps = arrays(
    np.float64, (3, 6), elements=st.one_of(st.just(NAN), st.integers(1, 4).map(float))
)


@pytest.mark.parametrize(
    ("level", "printed"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_the_paper_prints_this_alpha(level, printed):
    found = krippendorff_alpha(OBSERVERS, level)
    assert found.value == pytest.approx(printed, abs=0.0005)
    assert (found.n_units, found.n_values) == (11, 40)  # the single answer on unit 12 is out


@needs_reference
@pytest.mark.parametrize("level", LEVELS)
def test_every_level_equals_r_irr(level):
    vector = vectors()["kripp_textbook"]
    found = krippendorff_alpha(vector.matrix(vector.columns[1:]), level)
    assert found.value == pytest.approx(vector.expected[level], abs=vector.tolerance)


@given(complete)
def test_interval_alpha_of_a_complete_table_is_1_less_msw_over_total_variance(table):
    found = krippendorff_alpha(table, "interval")
    assume(found.value is not None)
    within = mean_squares(table.T).wms
    assert found.value == pytest.approx(1 - within / table.var(ddof=1), abs=1e-9)


@given(with_gaps, st.sampled_from(LEVELS))
def test_it_is_1_less_the_mean_difference_within_over_that_of_all_pairs(table, level):
    """From all ordered pairs, without a coincidence matrix (Krippendorff 2011, section C)."""
    units = [unit[~np.isnan(unit)] for unit in table.T]
    units = [unit for unit in units if len(unit) > 1]
    answers = np.concatenate([*units, []])
    assume(len(np.unique(answers)) > 1)
    inside = sum(differences(unit, answers, level).sum() / (len(unit) - 1) for unit in units)
    overall = differences(answers, answers, level).sum() / (len(answers) - 1)
    found = krippendorff_alpha(table, level)
    assert found.value == pytest.approx(1 - inside / overall, abs=1e-9)


def differences(unit, answers, level):
    a, b = unit[:, np.newaxis], unit
    if level == "nominal":
        return a != b
    if level == "interval":
        return (a - b) ** 2
    if level == "ratio":
        return ((a - b) / (a + b)) ** 2

    def between(low, high):
        inclusive = ((answers >= low) & (answers <= high)).sum()
        return inclusive - ((answers == low).sum() + (answers == high).sum()) / 2

    return np.array([[between(min(c, k), max(c, k)) ** 2 for c in unit] for k in unit])


@given(with_gaps, st.integers(-20, 20), st.floats(0.1, 50))
def test_interval_alpha_knows_no_origin_and_no_unit(table, shift, unit):
    same(table, (table + shift) * unit, "interval")


@given(with_gaps, st.floats(0.1, 50))
def test_ratio_alpha_knows_no_unit(table, unit):
    same(table, table * unit, "ratio")


@given(with_gaps)
def test_ordinal_alpha_knows_order_only(table):
    same(table, np.exp(table), "ordinal")


@given(with_gaps)
def test_nominal_alpha_knows_names_only(table):
    same(table, np.array([NAN, 7, 3, 9, 1])[np.nan_to_num(table).astype(int)], "nominal")


@given(with_gaps, st.permutations(range(3)), st.permutations(range(6)), st.sampled_from(LEVELS))
def test_the_order_of_raters_and_units_changes_nothing(table, raters, units, level):
    same(table, table[raters][:, units], level)


def same(table, other, level):
    one, two = krippendorff_alpha(table, level), krippendorff_alpha(other, level)
    assert two.value == near(one.value, rel=1e-9, abs=1e-9)
    assert (one.n_units, one.n_values, one.status) == (two.n_units, two.n_values, two.status)


@given(with_gaps)
def test_units_with_one_answer_count_nowhere(table):
    lonely = np.array([[2.0], [NAN], [NAN]])
    same(table, np.hstack([table, lonely]), "interval")


def test_values_may_be_zero_at_the_ratio_level():
    found = krippendorff_alpha([[0, 0, 2], [0, 1, 2]], "ratio")
    assert found.value == pytest.approx(1 - 2 / ((2 * 3 * 1 + 2 * 3 * 2 + 2 * 2 / 9) / 5))


def test_full_agreement_is_1():
    assert krippendorff_alpha([[1, 2, 3], [1, 2, 3]], "ordinal").value == 1


def test_contradiction_is_negative_and_not_cut_off():
    assert krippendorff_alpha([[1, 2], [2, 1]], "nominal").value == -0.5


def test_many_different_values_are_no_hindrance():
    rng = np.random.default_rng(3)
    found = krippendorff_alpha(rng.normal(size=(3, 300)) + 10 * rng.normal(size=300), "interval")
    assert found.value == pytest.approx(0.99, abs=0.005)


@pytest.mark.parametrize(
    ("table", "status"),
    [
        ([[3, 3, 3], [3, 3, NAN]], "undefined_no_variation"),
        ([[3, 3, 1], [3, 3, NAN]], "undefined_no_variation"),  # the 1 is in no pair
        ([[1, 2, 3]], "undefined_no_pairs"),
        ([[1, NAN], [NAN, 2]], "undefined_no_pairs"),
        (np.empty((0, 0)), "undefined_no_pairs"),
    ],
)
@pytest.mark.parametrize("level", LEVELS)
def test_an_undefined_alpha_says_why(table, status, level):
    found = krippendorff_alpha(table, level)
    assert (found.value, found.status) == (None, status)


@pytest.mark.parametrize(
    ("table", "level", "message"),
    [
        ([[1, 2], [1, 2]], "metric", "nominal, ordinal, interval, ratio"),
        ([[1, -2], [1, 2]], "ratio", "start at 0"),
        ([1, 2], "nominal", "raters x units"),
        ([[1, np.inf], [1, 2]], "nominal", r"\[0, 1\]"),
    ],
)
def test_wrong_input_is_refused(table, level, message):
    with pytest.raises(ValueError, match=message):
        krippendorff_alpha(table, level)
