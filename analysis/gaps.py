"""How one's own view differs from that of the others, on the same items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.disclosure import Cell, GroupScore
from analysis.scoring import mean_score

NOTABLE = 0.5  # points of the rating scale
_TOLERANCE = 1e-9  # 4.5 - 4.0 and 4.3 - 3.8 are both half a point


@dataclass(frozen=True)
class Gap:
    """Both views of the same items."""

    own: GroupScore
    others: GroupScore
    items: int  # how many were compared

    @property
    def difference(self) -> float:
        """Self minus others: positive where one sees oneself as better."""
        return self.own.mean - self.others.mean


def gap(own: Cell | None, others: Cell) -> Gap | None:
    """Both views of one item, from its two published values.

    None where either is hidden or there was no self-rating (``own`` None): a difference would
    reveal the hidden side.
    """
    if isinstance(own, GroupScore) and isinstance(others, GroupScore):
        return Gap(own, others, items=1)
    return None


def mean_gap(parts: Sequence[Gap | None]) -> Gap | None:
    """Both views of a competency, from those of its items (overall: of the competencies).

    The two scores of the competency are not subtracted from each other: the ratee judges more
    items than customers do, so they may be means of different items. None without an item that
    both views have.
    """
    common = [part for part in parts if part is not None]
    if not common:
        return None
    return Gap(
        own=mean_score([part.own for part in common]),
        others=mean_score([part.others for part in common]),
        items=sum(part.items for part in common),
    )


def is_notable(difference: float | None) -> bool:
    """Whether a difference is worth a sentence: at least half a point either way.

    This is the absolute rule for small cohorts, ``|D| > max(.5 points, 1.96 SE)``, still without
    its second part: the standard error of the others' mean is not computed yet, so a difference
    called notable here may still lie within what a few raters scatter.
    """
    return difference is not None and abs(difference) >= NOTABLE - _TOLERANCE
