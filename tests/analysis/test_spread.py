"""How far raters agree, in words."""

import numpy as np
import pytest

from analysis.spread import spreads

NAN = np.nan


def found(rows, points=5, *, banded=False):
    values = np.array(rows, dtype=float)
    group = np.zeros(len(values), dtype=np.int64)
    return spreads(values, group, points, np.array([banded])).get(0)


@pytest.mark.parametrize(
    ("ticked", "width"),
    [((4, 4, 4, 4, 5), "narrow"), ((3, 4, 4, 4, 5), "medium"), ((1, 3, 5, 2, 4), "wide")],
)
def test_five_raters_are_told_in_a_word(ticked, width):
    """Variances .2, .5 and 2.5 against the skewed null of 1.34: r* .85, .63 and −.87."""
    spread = found([[tick] * 3 for tick in ticked])
    assert spread.width == width
    assert (spread.r_star, spread.ad) == (None, None)


def test_ten_raters_are_told_in_numbers_too():
    """To two digits: more would give back what rounded means hide."""
    spread = found([[tick] * 3 for tick in (3, 4, 4, 5, 5) * 2])
    variance = np.var([3, 4, 4, 5, 5] * 2, ddof=1)
    assert spread.r_star == round(1 - variance / 1.34, 2)
    assert spread.ad == 0.64


def test_beside_a_band_a_word_is_all():
    """A band says that (nearly) all ticked the end; a number would say how many did."""
    spread = found([[tick] * 3 for tick in (3, 4, 4, 5, 5) * 2], banded=True)
    assert (spread.width, spread.r_star, spread.ad) == ("medium", None, None)


@pytest.mark.parametrize(
    "rows", [[[4, 4, 4]] * 4, [[4, 4]] * 6, [[NAN, 4, 4]] * 6, np.empty((0, 3))]
)
def test_few_raters_or_few_items_are_told_nothing(rows):
    assert found(rows) is None


def test_an_item_that_few_of_them_judged_does_not_enter():
    """The fourth item, judged by four, would widen the spread."""
    rows = [[4, 4, 4, 1], [4, 4, 4, 5], [4, 4, 4, 1], [4, 4, 4, 5], [5, 5, 5, NAN]]
    assert found(rows).width == "narrow"


def test_groups_are_told_apart_and_scales_without_a_skewed_null_use_the_even_one():
    alike, apart = [[3, 3, 3]] * 5, [[1, 1, 1], [4, 4, 4], [1, 1, 1], [4, 4, 4], [2, 2, 2]]
    values = np.array([*alike, *apart], dtype=float)
    group = np.repeat([7, 2], 5)
    told = spreads(values, group, 4, np.zeros(8, dtype=bool))
    assert {key: of.width for key, of in told.items()} == {7: "narrow", 2: "wide"}
