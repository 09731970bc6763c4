"""What may be shown of a group, decided from counts alone.

Everything published about a group is a function of its *published item means*: an item judged by
fewer than k raters has none, a mean of fewer than five raters is rounded to 0.1, and a mean so
close to an end of the scale that it would tell (nearly) every answer is replaced by a band.
Competency scores, gaps and totals are computed from these published values only, so nothing that
is shown later can tell more than they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field

from questionnaires.model import Relation

FLOOR = 3  # no configuration goes below this many raters for an anonymous group
EXACT_FROM = 5  # from this many raters on, an anonymous mean is published unrounded


class Policy(BaseModel):
    """The rules of a cycle, frozen when it opens and told to every rater."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: int = Field(default=3, ge=FLOOR, le=20)
    comment_threshold: int = Field(default=5, ge=FLOOR, le=50)
    customers: Literal["anonymous", "named"] = "anonymous"
    merging: tuple[tuple[Relation, ...], ...] = ((Relation.PEER, Relation.CUSTOMER),)
    # Whether supervisors read the reports of their team. Where nothing is said of it, nobody was
    # told so: no.
    supervisor_reads: bool = False

    def attributed(self, relation: Relation) -> bool:
        """Whether answers of this relation carry their rater (and are shown from one on)."""
        named = {Relation.SELF, Relation.SUPERVISOR}
        if self.customers == "named":
            named.add(Relation.CUSTOMER)
        return relation in named


@dataclass(frozen=True)
class Group:
    """What is published of a ratee: one cell, or cells merged by the policy.

    ``answered`` is None where it lies below the threshold: a hidden group holds no numbers.
    """

    ratee: str
    relations: tuple[Relation, ...]
    invited: int
    answered: int | None
    attributed: bool

    @cached_property
    def key(self) -> str:
        return "+".join(self.relations)


@dataclass(frozen=True)
class GroupScore:
    """A number that may be shown, as it is shown."""

    mean: float  # already rounded, or the middle of the band
    n: int
    band: Literal["high", "low"] | None = None


@dataclass(frozen=True)
class HiddenGroup:
    """Too few to show. Holds no numbers, so that none can be printed."""

    reason: Literal["too_few", "not_asked", "not_answered"]


Cell = GroupScore | HiddenGroup

_BANDS: dict[int, Literal["high", "low"] | None] = {1: "high", 0: None, -1: "low"}


@dataclass(frozen=True, eq=False)
class PublishedMeans:
    """Item means of many groups as they may be shown (groups x items)."""

    mean: NDArray[np.float64]  # NaN where hidden
    n: NDArray[np.int64]  # raters who judged; 0 where hidden
    band: NDArray[np.int8]  # 1 near the high end, -1 near the low end, 0 no band
    raw: NDArray[np.float64]  # before rounding and bands, to take it out; never shown

    def score(self, group: int, item: int) -> GroupScore | None:
        """The number of one group for one item, None where it is hidden."""
        n = int(self.n[group, item])
        if n == 0:
            return None
        return GroupScore(float(self.mean[group, item]), n, _BANDS[int(self.band[group, item])])


def form_groups(
    ratee: str,
    invited: Mapping[Relation, int],
    answered: Mapping[Relation, int],
    policy: Policy,
) -> tuple[Group, ...]:
    """What is published of one ratee, decided from counts alone.

    Attributed relations stand alone from one answer on. Anonymous cells that reach the threshold
    stand alone; smaller ones are merged in the policy's order if together they reach it, and
    otherwise stay hidden. A cell that reaches the threshold is never merged: its own mean would
    be published less clearly and nothing else would become safer.

    Subtraction cannot reveal a hidden cell, because no number is ever published that contains
    one: there is no total over all raters, only means of the groups shown and weighted means of
    those. The same answer is in exactly one group.

    Parameters
    ----------
    ratee
        External id of the person rated.
    invited, answered
        Raters per relation. Relations nobody was invited for form no group.
    policy
        The frozen rules of the cycle.

    Returns
    -------
    tuple of Group
        In the order SELF, SUPERVISOR, PEER, CUSTOMER, merged groups last. ``answered`` is None
        in every group that is hidden.
    """
    relations = [relation for relation in Relation if invited.get(relation, 0) > 0]
    counts = {relation: answered.get(relation, 0) for relation in relations}
    small = [r for r in relations if not policy.attributed(r) and counts[r] < policy.threshold]
    merged: list[tuple[Relation, ...]] = []
    for together in policy.merging:
        cells = tuple(relation for relation in together if relation in small)
        if len(cells) > 1 and sum(counts[cell] for cell in cells) >= policy.threshold:
            merged.append(cells)
            small = [relation for relation in small if relation not in cells]
    gone = {relation for cells in merged for relation in cells}
    published = [(relation,) for relation in relations if relation not in gone] + merged
    return tuple(_group(ratee, cells, invited, counts, policy) for cells in published)


def _group(
    ratee: str,
    cells: tuple[Relation, ...],
    invited: Mapping[Relation, int],
    counts: Mapping[Relation, int],
    policy: Policy,
) -> Group:
    attributed = all(policy.attributed(cell) for cell in cells)
    answered = sum(counts[cell] for cell in cells)
    enough = answered >= (1 if attributed else policy.threshold)
    return Group(
        ratee=ratee,
        relations=cells,
        invited=sum(invited[cell] for cell in cells),
        answered=answered if enough else None,
        attributed=attributed,
    )


def may_show_comments(group: Group, policy: Policy) -> bool:
    """Whether the comments of a group may be read: words betray their writer sooner than points."""
    if group.answered is None:
        return False
    return group.attributed or group.answered >= policy.comment_threshold


def publish_means(
    total: NDArray[np.float64],
    n: NDArray[np.int64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    attributed: NDArray[np.bool_],
    policy: Policy,
) -> PublishedMeans:
    """Item means of many groups at once, as they may be shown.

    Attributed groups: the mean as it is. Anonymous groups: nothing below the threshold; below
    five raters rounded to 0.1, halves up (``floor(10 m + 1/2) / 10``); within ``1/n`` of an end
    of the scale a band, at any n.

    Parameters
    ----------
    total, n
        (groups, items) sum of the points, and how many raters judged the item.
    low, high
        (items,) declared ends of each item's scale.
    attributed
        (groups,) whether the group's answers carry their rater.
    policy
        The frozen rules of the cycle.

    Returns
    -------
    PublishedMeans
        (groups, items), NaN and 0 where hidden.
    """
    anonymous = ~attributed[:, np.newaxis]
    shown = n >= np.where(anonymous, policy.threshold, 1)
    raters = np.maximum(n, 1)
    mean = total / raters
    mean = np.where(anonymous & (n < EXACT_FROM), np.floor(10 * mean + 0.5) / 10, mean)
    # A mean at the end of the scale tells every answer. A band for that case alone would tell it
    # too, so the band also takes in the one other set of answers whose sum is one point away
    # (all but one at the end): who sees the band cannot tell which of the two it was. Its middle,
    # 1/(2n) from the end, depends on n only.
    near_high = anonymous & shown & (n * high - total <= 1)
    near_low = anonymous & shown & (total - n * low <= 1)
    mean = np.where(near_high, high - 0.5 / raters, mean)
    mean = np.where(near_low, low + 0.5 / raters, mean)
    return PublishedMeans(
        mean=np.where(shown, mean, np.nan),
        n=np.where(shown, n, 0),
        band=near_high.astype(np.int8) - near_low.astype(np.int8),
        raw=np.where(shown, total / raters, np.nan),
    )


def publish_mean(
    values: ArrayLike, scale_low: float, scale_high: float, attributed: bool, policy: Policy
) -> Cell:
    """The mean of one item in one group, as it may be shown (see `publish_means`).

    Parameters
    ----------
    values
        (raters,) points, reverse items already recoded; NaN where a rater could not judge.
    scale_low, scale_high
        Declared ends of the item's scale.
    attributed
        Whether the group's answers carry their rater.
    policy
        The frozen rules of the cycle.

    Returns
    -------
    Cell
        ``HiddenGroup("too_few")`` below the threshold of an anonymous group (none and one are
        told alike), ``HiddenGroup("not_answered")`` where nobody of an attributed group judged.

    Examples
    --------
    >>> publish_mean([4, 5, 4, 4], 1, 5, attributed=False, policy=Policy())
    GroupScore(mean=4.3, n=4, band=None)
    >>> publish_mean([5, 5, 4, 5], 1, 5, attributed=False, policy=Policy())
    GroupScore(mean=4.875, n=4, band='high')
    >>> publish_mean([5, 5], 1, 5, attributed=False, policy=Policy())
    HiddenGroup(reason='too_few')
    """
    points = np.asarray(values, dtype=np.float64)
    judged = points[~np.isnan(points)]
    published = publish_means(
        np.array([[judged.sum()]]),
        np.array([[judged.size]]),
        np.array([scale_low], dtype=np.float64),
        np.array([scale_high], dtype=np.float64),
        np.array([attributed]),
        policy,
    )
    return published.score(0, 0) or HiddenGroup("not_answered" if attributed else "too_few")
