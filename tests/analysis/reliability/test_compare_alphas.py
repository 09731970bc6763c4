"""Feldt's test of two alphas against a second method, a simulation and its own laws."""

from dataclasses import replace

import numpy as np
import pytest
from scales import NAN, congeneric

from analysis.reliability import compare_alphas, cronbach_alpha

STRONG, WEAK = congeneric([0.8] * 6, 60), congeneric([0.4] * 6, 90, seed=1)


def alpha(value, n):
    known = cronbach_alpha(STRONG)
    return replace(known, value=value, complete_value=value, n=n, n_complete=n)


def test_it_agrees_with_the_chi_square_method_of_hakstian_and_whalen():
    """R cocron's test suite, after AlphaTest (Lautenschlager & Meade 2008): p = .0631."""
    found = compare_alphas(alpha(0.6, 150), alpha(0.7, 200))
    assert found.w == pytest.approx(4 / 3)
    assert found.p == pytest.approx(0.0631, abs=0.003)


def test_the_degrees_of_freedom_belong_to_the_other_alphas_error():
    """As R cocron: "the first df is dictated by the reliability in the denominator"."""
    found = compare_alphas(alpha(0.6, 150), alpha(0.7, 200))
    assert (found.df1, found.df2) == (199, 149)


def test_of_alphas_that_are_the_same_about_one_in_twenty_seems_different():
    """With unequal n the test tells whether the degrees of freedom are the right way round."""
    few, many = range(400), range(400, 800)
    pairs = zip(few, many, strict=True)
    p = [
        compare_alphas(congeneric([0.7] * 8, 10, one), congeneric([0.7] * 8, 150, other)).p
        for one, other in pairs
    ]
    assert np.mean(np.array(p) < 0.05) < 0.09


def test_matrices_and_results_say_the_same():
    by_matrix = compare_alphas(STRONG, WEAK)
    assert by_matrix == compare_alphas(cronbach_alpha(STRONG), cronbach_alpha(WEAK))
    assert by_matrix.w < 1
    assert by_matrix.p < 0.001


def test_exchanging_the_two_turns_w_over_and_keeps_p():
    there, back = compare_alphas(STRONG, WEAK), compare_alphas(WEAK, STRONG)
    assert there.w * back.w == pytest.approx(1)
    assert there.p == pytest.approx(back.p)


def test_an_alpha_and_itself_are_surely_the_same():
    found = compare_alphas(STRONG, STRONG)
    assert (found.w, found.p) == (1, pytest.approx(1))


def test_only_complete_responses_count():
    gaps = np.vstack([STRONG, np.full((30, 6), NAN)])
    gaps[60:, 0] = np.arange(30)
    assert compare_alphas(gaps, WEAK).df2 == 59


@pytest.mark.parametrize(
    ("other", "status"),
    [
        ([[1], [2], [3]], "undefined_single_item"),
        ([[1, 1], [2, 2], [3, 3]], "not_estimable"),
        (np.where(np.tile(np.eye(6), (10, 1)), NAN, STRONG), "undefined_no_pairs"),
    ],
)
def test_an_undefined_comparison_says_why(other, status):
    found = compare_alphas(STRONG, other)
    assert (found.w, found.df1, found.df2, found.p, found.status) == (None,) * 4 + (status,)
    assert compare_alphas(other, STRONG).status == status
