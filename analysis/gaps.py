"""How one's own view differs from that of the others."""

from __future__ import annotations

from analysis.disclosure import Cell, GroupScore

NOTABLE = 0.5  # points of the rating scale
_TOLERANCE = 1e-9  # 4.5 - 4.0 and 4.3 - 3.8 are both half a point


def gap(own: Cell | None, others: Cell) -> float | None:
    """Self minus others, in points of the scale: positive where one sees oneself as better.

    Computed from the two published values. None where either is hidden or there was no
    self-rating (``own`` None): a difference would reveal the hidden side.
    """
    if isinstance(own, GroupScore) and isinstance(others, GroupScore):
        return own.mean - others.mean
    return None


def is_notable(difference: float | None) -> bool:
    """Whether a difference is worth a sentence: at least half a point either way.

    This is the absolute rule for small cohorts, ``|D| > max(.5 points, 1.96 SE)``, still without
    its second part: the standard error of the others' mean is not computed yet, so a difference
    called notable here may still lie within what a few raters scatter.
    """
    return difference is not None and abs(difference) >= NOTABLE - _TOLERANCE
