"""p-values corrected for their number, against the paper and the definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.precision import adjust_p

NAN = float("nan")
p_values = st.lists(st.floats(0, 1), min_size=1, max_size=12)

# Benjamini & Hochberg 1995, J. R. Statist. Soc. B 57, 289-300, section 3.2: thrombolysis.
HEART = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip


def rejected(p, method, level):
    """By the procedures as their papers state them: how many of the smallest."""
    m, ascending = len(p), sorted(p)
    if method == "bh":
        return max((k for k in range(1, m + 1) if ascending[k - 1] <= k / m * level), default=0)
    return next((k for k in range(m) if ascending[k] > level / (m - k)), m)


def test_the_published_example_rejects_the_first_four():
    assert (adjust_p(HEART, "bh") <= 0.05).sum() == 4
    assert (adjust_p(HEART, "holm") <= 0.05).sum() == 3  # as many as Bonferroni's in the paper


def test_five_p_values_equal_r_p_adjust():
    """R: p.adjust(c(.01, .02, .03, .04, .05)); both methods tie values that would fall."""
    p = [0.03, 0.01, 0.05, 0.02, 0.04]
    assert adjust_p(p, "holm") == pytest.approx([0.09, 0.05, 0.09, 0.08, 0.09])
    assert adjust_p(p, "bh") == pytest.approx([0.05] * 5)


@pytest.mark.parametrize(
    "name", ["BH", "fdr", "fdr_bh", "Benjamini-Hochberg", "benjamini_hochberg"]
)
def test_a_method_may_have_any_of_its_names(name):
    assert adjust_p(HEART, name).tolist() == adjust_p(HEART, "bh").tolist()


@given(p_values, st.sampled_from(["holm", "bh"]), st.floats(0.001, 0.999))
def test_at_every_level_the_procedures_of_the_papers_reject_the_same(p, method, level):
    adjusted = adjust_p(p, method)
    if np.abs(adjusted - level).min() > 1e-9:
        assert (adjusted < level).sum() == rejected(p, method, level)


@given(p_values, st.sampled_from(["holm", "bh"]))
def test_what_is_missing_does_not_count(p, method):
    with_missing = adjust_p([NAN, *p, NAN], method)
    assert np.isnan(with_missing[[0, -1]]).all()
    assert with_missing[1:-1].tolist() == adjust_p(p, method).tolist()


@given(p_values, st.sampled_from(["holm", "bh"]))
def test_adjusted_values_keep_the_order_and_never_fall(p, method):
    adjusted = adjust_p(p, method)
    assert (adjusted[np.argsort(p)] == np.sort(adjusted)).all()
    assert (adjusted >= np.array(p) - 1e-15).all()
    assert (adjusted <= 1).all()


def test_fdr_is_another_name_and_one_test_needs_no_correction():
    assert adjust_p([0.01, 0.04], "fdr").tolist() == adjust_p([0.01, 0.04], "BH").tolist()
    assert adjust_p([0.04], "holm").tolist() == [0.04]
    assert adjust_p([], "holm").tolist() == []


def test_impossible_values_and_unknown_methods_are_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        adjust_p([0.5, 1.2], "holm")
    with pytest.raises(ValueError, match="bonferroni"):
        adjust_p([0.5], "bonferroni")
