"""What may be shown of a group, decided from counts alone.

Everything published about a group is a function of its *published item means*: an item judged by
fewer than k raters has none, a mean of fewer than five raters is rounded to 0.1, and a mean so
close to an end of the scale that it would tell (nearly) every answer is replaced by a band.
Competency scores, gaps and totals are computed from these published values only, so nothing that
is shown later can tell more than they do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from questionnaires.model import Relation

FLOOR = 3  # no configuration goes below this many raters for an anonymous group


class Policy(BaseModel):
    """The rules of a cycle, frozen when it opens and told to every rater."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: int = Field(default=3, ge=FLOOR, le=20)
    comment_threshold: int = Field(default=5, ge=FLOOR, le=50)
    customers: Literal["anonymous", "named"] = "anonymous"
    merging: tuple[tuple[Relation, ...], ...] = ((Relation.PEER, Relation.CUSTOMER),)

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

    @property
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
