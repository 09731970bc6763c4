"""Cronbach's alpha against other programs, a published number and its own laws."""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.reliability import cronbach_alpha
from analysis.scoring import recode

REFERENCE = os.environ.get("SURVEYAPP_REFERENCE_DATA")
needs_reference = pytest.mark.skipif(not REFERENCE, reason="SURVEYAPP_REFERENCE_DATA is not set")

ticked = arrays(np.float64, (8, 4), elements=st.integers(1, 5).map(float))


def vector(id):
    """One reference vector with its items as a matrix, reverse items turned."""
    folder = Path(REFERENCE)
    vectors = json.loads((folder / "vectors.json").read_text(encoding="utf-8"))
    found = next(each for each in vectors if each["id"] == id)
    with (folder / found["data"]).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    arguments = found["arguments"] or {"items": list(rows[0]), "reverse": [], "scale": [-999, 999]}
    items = arguments["items"]
    values = [[float(row[item] or "nan") for item in items] for row in rows]
    reverse = [item in arguments["reverse"] for item in items]
    return items, recode(values, reverse, *arguments["scale"]), found


@needs_reference
@pytest.mark.parametrize("id", ["alpha_attitude", "alpha_bfi_A", "alpha_bfi_N"])
def test_alpha_equals_r_psych(id):
    items, values, found = vector(id)
    expected, near = found["expected"], {"abs": found["tolerance"]}
    alpha = cronbach_alpha(values)
    assert alpha.status == "ok"
    assert alpha.value == pytest.approx(expected["alpha_pairwise"], **near)
    assert alpha.standardized == pytest.approx(expected["std_alpha"], **near)
    assert alpha.average_r == pytest.approx(expected["average_r"], **near)
    assert alpha.n == expected["n_rows"]
    assert alpha.if_dropped == pytest.approx(
        [expected["alpha_if_dropped"][item] for item in items], **near
    )
    assert alpha.item_total == pytest.approx([expected["r_drop"][item] for item in items], **near)


@needs_reference
@pytest.mark.parametrize("id", ["alpha_attitude", "alpha_bfi_A", "alpha_bfi_N"])
def test_the_interval_is_feldts_of_the_complete_responses(id):
    _, values, found = vector(id)
    expected, near = found["expected"], {"abs": found["tolerance"]}
    listwise = cronbach_alpha(values, deletion="listwise")
    interval = expected.get("feldt_ci95_listwise", expected.get("feldt_ci95"))
    assert [listwise.low, listwise.high] == pytest.approx(interval, **near)
    assert listwise.value == pytest.approx(
        expected.get("alpha_listwise", expected["alpha_pairwise"]), **near
    )
    assert listwise.n == expected.get("n_complete", expected["n_rows"])
    pairwise = cronbach_alpha(values)
    assert (pairwise.low, pairwise.high) == (listwise.low, listwise.high)
    assert pairwise.complete_value == listwise.value


@needs_reference
def test_forgetting_to_reverse_is_noticed():
    items, values, found = vector("alpha_bfi_A")
    forgotten = recode(values, [item == "A1" for item in items], 1, 6)
    wrong = found["expected"]["alpha_unreversed_wrong"]
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
    assume(alpha.status == "ok")
    assert alpha.value <= 1 + 1e-12
    assert alpha.low - 1e-12 <= alpha.value <= alpha.high + 1e-12


def same(one, other):
    assert one.status == other.status
    if one.status == "ok":
        assert one.value == pytest.approx(other.value, rel=1e-6, abs=1e-6)
        assert one.low == pytest.approx(other.low, rel=1e-6, abs=1e-6)


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
    assert alpha.dropped_items == (1,)
    assert alpha.k == 2
    assert alpha.value == cronbach_alpha(values[:, [0, 2]]).value
    assert alpha.item_total[1] is None


def test_two_items_have_no_alpha_without_one_of_them():
    alpha = cronbach_alpha([[1, 2], [2, 2], [4, 5], [5, 4]])
    assert alpha.if_dropped == (None, None)


NAN = float("nan")


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ([[1], [2], [3]], "undefined_single_item"),
        ([[1, 2], [2, 3]], "undefined_fewer_than_3_responses"),
        ([[NAN, NAN]] * 5, "undefined_fewer_than_3_responses"),
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
