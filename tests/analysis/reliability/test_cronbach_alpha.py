"""Cronbach's alpha against other programs, a published number and its own laws."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scales import NAN, gappy, is_told, scattered, ticked

from analysis.reliability import cronbach_alpha
from analysis.scoring import recode
from tests.reference import needs_reference, vectors

IDS = ["alpha_attitude", "alpha_bfi_A", "alpha_bfi_N"]


def reversed_items(found):
    """The items of a vector, reverse-keyed ones turned."""
    arguments = found.arguments or {"items": found.columns, "reverse": [], "scale": [-999, 999]}
    items = arguments["items"]
    keys = [item in arguments["reverse"] for item in items]
    return items, recode(found.matrix(items), keys, *arguments["scale"])


@needs_reference
@pytest.mark.parametrize("id", IDS)
def test_alpha_equals_r_psych(id):
    found = vectors()[id]
    items, values = reversed_items(found)
    expected, near = found.expected, {"abs": found.tolerance}
    alpha = cronbach_alpha(values)
    assert alpha.status is None
    assert alpha.value == pytest.approx(expected["alpha_pairwise"], **near)
    assert alpha.standardized == pytest.approx(expected["std_alpha"], **near)
    assert alpha.average_r == pytest.approx(expected["average_r"], **near)
    assert alpha.n == expected["n_rows"]
    dropped = [expected["alpha_if_dropped"][item] for item in items]
    assert alpha.if_dropped == pytest.approx(dropped, **near)
    assert alpha.item_total == pytest.approx([expected["r_drop"][item] for item in items], **near)


@needs_reference
@pytest.mark.parametrize("id", IDS)
def test_the_interval_is_feldts_of_the_complete_responses(id):
    found = vectors()[id]
    expected, near = found.expected, {"abs": found.tolerance}
    _, values = reversed_items(found)
    listwise, pairwise = cronbach_alpha(values, deletion="listwise"), cronbach_alpha(values)
    interval = expected.get("feldt_ci95_listwise", expected.get("feldt_ci95"))
    assert [listwise.low, listwise.high] == pytest.approx(interval, **near)
    complete = expected.get("alpha_listwise", expected["alpha_pairwise"])
    assert listwise.value == pytest.approx(complete, **near)
    assert listwise.n == expected.get("n_complete", expected["n_rows"])
    assert (pairwise.low, pairwise.high) == (listwise.low, listwise.high)
    assert (pairwise.complete_value, pairwise.n_complete) == (listwise.value, listwise.n)


@needs_reference
def test_forgetting_to_reverse_is_noticed():
    found = vectors()["alpha_bfi_A"]
    wrong = found.expected["alpha_unreversed_wrong"]
    forgotten = found.matrix(found.arguments["items"])
    assert cronbach_alpha(forgotten).value == pytest.approx(wrong, abs=1e-6)


def test_alpha_of_the_judges_of_shrout_and_fleiss_is_their_icc_3_k():
    """Alpha over judges is ICC(3,k): (BMS - EMS) / BMS.

    Data: Shrout & Fleiss 1979, Psychological Bulletin 86, 420-428, Table 2; there in Table 4:
    ICC(3,4) = .91.
    """
    judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    assert cronbach_alpha(judges).value == pytest.approx(0.91, abs=0.005)


@given(ticked, arrays(np.float64, 4, elements=st.integers(-9, 9).map(float)))
def test_shifting_items_changes_nothing(values, shift):
    same(cronbach_alpha(values), cronbach_alpha(values + shift))


@given(ticked, st.floats(0.1, 50))
def test_another_unit_changes_nothing(values, unit):
    same(cronbach_alpha(values), cronbach_alpha(values * unit))


@given(ticked, st.permutations(range(8)))
def test_the_order_of_responses_changes_nothing(values, order):
    same(cronbach_alpha(values), cronbach_alpha(values[list(order)]))


@given(ticked)
def test_reversing_every_item_changes_nothing(values):
    same(cronbach_alpha(values), cronbach_alpha(6 - values))


@given(ticked)
def test_alpha_is_at_most_one_and_inside_its_interval(values):
    alpha = cronbach_alpha(values)
    assume(alpha.status is None)
    assert alpha.value <= 1 + 1e-12
    assert alpha.low - 1e-12 <= alpha.value <= alpha.high + 1e-12


def same(one, other):
    assert one.status == other.status
    if one.status is None:
        assert one.value == pytest.approx(other.value, rel=1e-6, abs=1e-6)
        assert one.low == pytest.approx(other.low, rel=1e-6, abs=1e-6)


@given(gappy)
def test_every_number_is_finite_or_undefined_with_a_word(values):
    is_told(cronbach_alpha(values))


@given(ticked)
def test_alpha_without_an_item_is_alpha_of_the_others(values):
    alpha = cronbach_alpha(values)
    assume(alpha.status is None and alpha.k == 4)
    others = cronbach_alpha(values[:, 1:]).value
    assert alpha.if_dropped[0] == pytest.approx(NAN if others is None else others, nan_ok=True)


@given(ticked)
def test_the_corrected_item_total_is_a_correlation_with_the_sum_of_the_others(values):
    alpha, rest = cronbach_alpha(values), values[:, 1:].sum(axis=1)
    assume(alpha.status is None and alpha.k == 4 and np.ptp(rest) > 0)
    assert alpha.item_total[0] == pytest.approx(np.corrcoef(values[:, 0], rest)[0, 1])


def test_with_nine_tenths_missing_alpha_rests_on_pairs_and_has_no_interval():
    alpha = cronbach_alpha(scattered(4000, 6, missing=0.9))
    assert alpha.value == pytest.approx(
        cronbach_alpha(scattered(4000, 6, missing=0)).value, abs=0.1
    )
    assert (alpha.low, alpha.complete_value, alpha.n_complete) == (None, None, 0)


def test_a_wider_confidence_gives_a_wider_interval():
    values = [[1, 2], [2, 2], [3, 5], [4, 4], [5, 5]]
    narrow, wide = cronbach_alpha(values, confidence=0.5), cronbach_alpha(values, confidence=0.99)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_a_negative_alpha_is_not_cut_off():
    values = [[1, 5, 4], [2, 4, 5], [4, 2, 1], [5, 2, 2]]
    assert cronbach_alpha(values).value < 0


def test_items_without_variance_are_left_out_and_named():
    values = np.array([[1, 3, 2], [2, 3, 2], [4, 3, 5], [5, 3, 4]], dtype=float)
    alpha = cronbach_alpha(values)
    assert (alpha.dropped_items, alpha.k) == ((1,), 2)
    assert alpha.value == cronbach_alpha(values[:, [0, 2]]).value
    assert np.isnan(alpha.item_total[1])
    assert alpha.statuses[1] == "undefined_zero_variance"


def test_an_item_nobody_judged_is_left_out_and_named():
    values = scattered(60, 3, missing=0)
    found = cronbach_alpha(np.insert(values, 1, NAN, axis=1))
    assert (found.dropped_items, found.k, found.n_complete) == ((1,), 3, 60)
    assert found.value == cronbach_alpha(values).value


def test_an_item_too_small_to_be_squared_does_not_vary():
    values = scattered(60, 3, missing=0)
    assert cronbach_alpha(values * np.array([1, 1, 1e-170])).dropped_items == (2,)


def test_an_item_asked_late_keeps_its_digits_far_from_zero():
    """Centred on a number of its own: without one 1e9 squared would have lost every digit."""
    values = scattered(900, 3, missing=0)
    values[:600, 0] = NAN
    near, far = cronbach_alpha(values), cronbach_alpha(values + np.array([1e9, 0, 0]))
    assert far.value == pytest.approx(near.value, rel=1e-9)


def test_an_item_that_varies_only_at_the_end_is_kept():
    values = scattered(900, 3, missing=0)
    values[:-1, 0] = 3
    values[-1, 0] = 4
    assert cronbach_alpha(values).dropped_items == ()


def test_two_items_have_no_alpha_without_one_of_them():
    alpha = cronbach_alpha([[1, 2], [2, 2], [4, 5], [5, 4]])
    assert np.isnan(alpha.if_dropped).all()
    assert list(alpha.statuses) == ["undefined_single_item"] * 2
    assert alpha.item_total == pytest.approx([np.corrcoef([1, 2, 4, 5], [2, 2, 5, 4])[0, 1]] * 2)


def test_an_item_constant_among_the_complete_leaves_no_interval():
    values = [[3, 1, 1], [3, 2, 3], [3, 5, 4], [3, 3, 3], [1, NAN, 2], [5, 4, NAN]]
    alpha = cronbach_alpha(values)
    assert alpha.value is not None
    assert (alpha.complete_value, alpha.low, alpha.high) == (None, None, None)


def test_covariances_that_no_response_could_have_make_no_alpha_above_one():
    values = [[1, 1, NAN], [5, 5, NAN], [NAN, 1, 1], [NAN, 5, 5], [1, NAN, 1], [9, NAN, 9]]
    values += [[3, NAN, NAN]] * 20 + [[NAN, 3, NAN]] * 20 + [[NAN, NAN, 3]] * 20
    assert cronbach_alpha(values).status == "not_estimable"


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ([[1], [2], [3]], "undefined_single_item"),
        ([[1, 2], [2, 3]], "undefined_no_pairs"),
        ([[NAN, NAN]] * 5, "undefined_no_pairs"),
        (np.empty((0, 3)), "undefined_no_pairs"),
        ([], "undefined_single_item"),
        ([[3, 3], [3, 3], [3, 3]], "undefined_zero_variance"),
        ([[3, 1], [3, 2], [3, 3]], "undefined_zero_variance"),
        ([[1, 3], [2, 2], [3, 1]], "undefined_zero_variance"),
        ([[1, NAN], [2, NAN], [NAN, 1], [NAN, 2]], "undefined_no_pairs"),
    ],
)
def test_an_undefined_alpha_says_why(values, status):
    alpha = cronbach_alpha(values)
    assert alpha.status == status
    assert (alpha.value, alpha.standardized, alpha.low, alpha.high) == (None,) * 4
    assert np.isnan(alpha.item_total).all()


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([1, 2, 3], {}, "responses x items"),
        ([[1, np.inf]], {}, "infinite"),
        ([[1, 2]], {"confidence": 95}, "between 0 and 1"),
        ([[1, 2]], {"deletion": "mean"}, "'mean'"),
    ],
)
def test_wrong_input_is_refused_with_the_value(values, options, message):
    with pytest.raises(ValueError, match=message):
        cronbach_alpha(values, **options)


def test_a_correlation_that_no_response_could_have_takes_no_alpha_along():
    """R psych 2.2.9 alpha(): without the second item .3157894737; its r.drop is 1.056."""
    values = [
        [NAN, 5, NAN], [5, NAN, 2], [4, NAN, NAN], [4, 5, 3],
        [4, 5, 4], [NAN, 2, 4], [NAN, 1, 1], [2, 2, 2],
    ]  # fmt: skip
    alpha = cronbach_alpha(values)
    assert alpha.value == pytest.approx(0.8251833741)
    assert alpha.if_dropped == pytest.approx([0.7563025210, 0.3157894737, 0.9230769231])
    assert alpha.item_total == pytest.approx([0.7292291890, NAN, 0.4908471698], nan_ok=True)
    assert list(alpha.statuses) == [None, "not_estimable", None]


def test_a_sum_of_less_than_no_variance_is_a_contradiction_not_a_constant():
    """Variances of 2.4 and covariances of -2: the sum of 3 x 2.4 - 6 x 2 is -4.8."""
    values = [[1, 3, NAN], [3, 1, NAN], [NAN, 1, 3], [NAN, 3, 1], [1, NAN, 3], [3, NAN, 1]]
    alone = [[0, NAN, NAN], [4, NAN, NAN], [NAN, 0, NAN], [NAN, 4, NAN], [NAN, NAN, 0]]
    found = cronbach_alpha([*values, *alone, [NAN, NAN, 4]])
    assert (found.value, found.status) == (None, "not_estimable")
