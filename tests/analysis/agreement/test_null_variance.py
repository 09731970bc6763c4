"""The variances that chance would show."""

import pytest

from analysis.agreement import null_variance
from tests.reference import needs_reference, vectors

NULLS = ("uniform", "slight_skew", "moderate_skew", "heavy_skew", "triangular")


@needs_reference
@pytest.mark.parametrize("shape", NULLS)
def test_every_known_number_of_points_equals_the_table(shape):
    vector = vectors()["rwg_nulls"]
    expected = {int(points): value for points, value in vector.expected[shape].items()}
    found = {points: null_variance(points, shape) for points in expected}
    assert found == pytest.approx(expected, abs=vector.tolerance)


def test_leniency_makes_the_uniform_null_flatter():
    """1.34 against 2.00: LeBreton & Senter 2008, Org. Res. Methods 11, 815-852, Table 2."""
    assert (null_variance(5, "slight_skew"), null_variance(5)) == (1.34, 2.0)


@pytest.mark.parametrize(
    ("points", "shape", "message"),
    [
        (8, "slight_skew", "5, 6, 7, 9, 10, 11 points, not for 8"),
        (6, "triangular", "5, 7 points, not for 6"),
        (5, "skewed", "uniform, slight_skew, moderate_skew"),
        (1, "uniform", "at least 2 points"),
        (4.5, "uniform", "whole number"),
        (float("inf"), "uniform", "whole number"),
        (float("nan"), "uniform", "whole number"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(points, shape, message):
    with pytest.raises(ValueError, match=message):
        null_variance(points, shape)
