"""Self and others: what is notable, and who sees oneself otherwise than the rest of a cohort."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.disclosure import GroupScore, HiddenGroup
from analysis.gaps import gap, is_notable, kind, mean_gap, self_other_categories
from tests.reference import needs_reference, vectors

NAN = float("nan")
TOO_FEW = HiddenGroup("too_few")
scores = arrays(np.float64, 25, elements=st.integers(10, 50).map(lambda tenths: tenths / 10))


def test_the_gap_is_self_minus_others():
    assert gap(GroupScore(4.5, 1), GroupScore(4.0, 5)).difference == 0.5
    assert gap(GroupScore(4.5, 1), TOO_FEW) is None
    assert gap(None, GroupScore(4.0, 5)) is None


def test_a_gap_of_several_items_is_the_mean_of_theirs():
    parts = [gap(GroupScore(4.0, 1), GroupScore(3.0, 5)), gap(GroupScore(2.0, 1), TOO_FEW)]
    parts.append(gap(GroupScore(5.0, 1), GroupScore(4.9, 4, "high")))
    found = mean_gap(parts)
    assert found.difference == pytest.approx((1.0 + 0.1) / 2)
    assert (found.own.mean, found.others.mean, found.items) == (4.5, pytest.approx(3.95), 2)
    assert mean_gap([found, found]).items == 4
    assert mean_gap([None]) is mean_gap([]) is None


@pytest.mark.parametrize(
    ("difference", "notable"),
    [(4.3 - 3.8, False), (-0.5, False), (0.51, True), (-0.51, True), (0.4, False), (None, False)],
)
def test_more_than_half_a_point_is_notable(difference, notable):
    """The absolute rule: |D| > max(.5 points, 1.96 standard errors)."""
    assert is_notable(difference) is notable


@pytest.mark.parametrize(
    ("difference", "margin", "notable"),
    [
        (0.7, 0.69, True),
        (0.7, 0.71, False),
        (-0.7, 0.71, False),
        (0.4, 0.02, False),
        (0.5, 0.0, False),
        (0.51, 0.0, True),
        (0.98, 0.98, False),
        (None, 0.2, False),
    ],
)
def test_a_difference_must_exceed_what_few_raters_scatter(difference, margin, notable):
    assert is_notable(difference, margin) is notable


def test_a_blind_spot_is_above_and_a_hidden_strength_below_the_others():
    assert kind(0.8, 0.2) == "blind_spot"
    assert kind(-0.8, 0.2) == "hidden_strength"
    assert kind(0.8, 1.2) is kind(0.2) is kind(None) is None


@pytest.mark.parametrize("wrong", [-0.1, NAN])
def test_a_margin_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match="0 or more"):
        is_notable(0.8, wrong)


@needs_reference
def test_categories_equal_the_reference():
    found = vectors()["self_other"]
    cohort, expected = (
        self_other_categories(found.numbers("self"), found.numbers("others")),
        found.expected,
    )
    assert cohort.category.tolist() == expected["category"]
    assert cohort.category4.tolist() == expected["category4"]
    assert cohort.mean == pytest.approx(expected["mean_diff"])
    assert cohort.sd == pytest.approx(expected["sd_diff"])
    assert (cohort.n, cohort.few) == (22, False)


@needs_reference
def test_standardized_categories_equal_the_reference():
    found = vectors()["self_other"]
    views = found.numbers("self"), found.numbers("others")
    cohort = self_other_categories(*views, standardized=True)
    assert cohort.category.tolist() == found.expected["category_standardized"]
    assert cohort.mean == pytest.approx(0, abs=1e-12)


@given(scores, scores, st.booleans(), st.floats(0.1, 20), st.integers(-9, 9))
def test_another_unit_or_zero_changes_no_category(own, others, standardized, unit, shift):
    one = self_other_categories(own, others, standardized=standardized)
    other = self_other_categories(
        own * unit + shift, others * unit + shift, standardized=standardized
    )
    assert one.category.tolist() == other.category.tolist()


@given(scores, scores, st.permutations(range(25)))
def test_order_changes_nothing(own, others, order):
    one = self_other_categories(own, others)
    other = self_other_categories(own[order], others[order])
    assert one.category4[order].tolist() == other.category4.tolist()


@given(scores, scores)
def test_exchanging_the_views_turns_over_into_under(own, others):
    there, back = self_other_categories(own, others), self_other_categories(others, own)
    turned = {"over": "under", "under": "over", "in_agreement": "in_agreement"}
    assert [turned[word] for word in there.category] == back.category.tolist()


def test_a_missing_view_has_no_category_and_a_reason():
    cohort = self_other_categories([4, NAN, 3, 5], [3, 3, NAN, 3])
    assert cohort.category.tolist() == ["under", None, None, "over"]
    assert cohort.statuses.tolist() == [None, "undefined_no_pairs", "undefined_no_pairs", None]
    assert cohort.few


def test_differences_that_are_all_the_same_are_agreement():
    own = np.array([3.1, 4.2, 2.7, 4.9])
    cohort = self_other_categories(own, own - 0.7)
    assert cohort.category.tolist() == ["in_agreement"] * 4


@pytest.mark.parametrize(
    ("own", "others", "standardized", "status"),
    [
        ([], [], False, "undefined_no_pairs"),
        ([4, NAN], [3, 3], False, "undefined_no_pairs"),
        ([4, 4, 4], [3, 4, 5], True, "undefined_zero_variance"),
    ],
)
def test_undefined_categories_say_why(own, others, standardized, status):
    cohort = self_other_categories(own, others, standardized=standardized)
    assert (cohort.mean, cohort.sd, cohort.status) == (None, None, status)
    assert cohort.category.tolist() == [None] * len(own)
    assert None not in cohort.statuses.tolist()


@pytest.mark.parametrize(
    ("own", "others", "message"),
    [([4], [4, 5], "1 self_scores, 2 others"), ([[4]], [4], "ratees"), ([np.inf], [4], "infinite")],
)
def test_wrong_input_is_refused(own, others, message):
    with pytest.raises(ValueError, match=message):
        self_other_categories(own, others)


@pytest.mark.parametrize("standardized", [False, True])
def test_a_very_small_unit_changes_no_category(standardized):
    """The differences 2, 0, -2, 0 have the mean 0 and half their SD is .82."""
    own, others = np.array([5.0, 3, 1, 2]), np.array([3.0, 3, 3, 2])
    plain, small = (
        self_other_categories(own * unit, others * unit, standardized=standardized)
        for unit in (1, 1e-20)
    )
    assert small.category4.tolist() == plain.category4.tolist()
    if not standardized:
        good = "in_agreement_good"
        assert plain.category4.tolist() == ["over", good, "under", "in_agreement_poor"]
