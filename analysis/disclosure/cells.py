"""What the release guard reasons about: cells of raters, numbers over them, and its decision."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Kind = Literal[
    "mean",
    "sum",
    "interval",
    "count",
    "sd",
    "distribution",
    "agreement_word",
    "agreement",
    "reliability",
    "order",
    "minimum",
    "maximum",
    "answer",
    "without_one",
    "severity",
]
Form = Literal["exact", "rounded", "band"]
Audience = Literal["manager", "hr"]
Reason = Literal[
    "too_few",
    "difference",
    "already_isolated",
    "third_version",
    "tangled",
    "spread_below_5",
    "distribution_below_5",
    "agreement_below_5",
    "agreement_below_10",
    "reliability_below_10_ratees",
    "order_below_10_ratees",
    "never",
    "not_for_managers",
    "unrounded_below_5",
    "extreme_not_banded",
]


@dataclass(frozen=True)
class RaterCell:
    """A set of raters whose answers are only ever added up together.

    Two cells have no answer in common, unless they are two ``version``s of the same ratee,
    relation and cycle: the answers before and after a correction, or only the complete ones.
    ``n`` raters answered; ``judged`` says for which items fewer did. The answers of an
    ``attributed`` cell carry their rater and are known anyway.
    """

    id: str
    ratee: str
    relation: str
    n: int
    cycle: str = ""
    version: str = ""
    attributed: bool = False
    judged: tuple[tuple[str, int], ...] = ()

    @property
    def family(self) -> tuple[str, str, str]:
        """What all versions of a cell have in common."""
        return (self.ratee, self.relation, self.cycle)

    def raters(self, item: str) -> int:
        return dict(self.judged).get(item, self.n)


@dataclass(frozen=True)
class Number:
    """A number about to leave, or one that has left: what it adds up, of whom, and in what form.

    ``cells`` gives the factor of each cell's sum, up to a factor common to all: the mean of two
    merged cells has 1 and 1, the mean of their two means has 1/n each. A number over several
    ``items`` adds all of them up. ``extreme`` says that its value lies so near an end of the
    scale that it tells (nearly) every answer.
    """

    id: str
    items: tuple[str, ...]
    cells: Mapping[RaterCell, Fraction]
    kind: Kind = "mean"
    form: Form = "exact"
    extreme: bool = False
    audience: Audience = "manager"

    @property
    def anonymous(self) -> tuple[RaterCell, ...]:
        """The cells that enter it and must stay secret."""
        return tuple(c for c, factor in self.cells.items() if factor and not c.attributed)

    @property
    def raters(self) -> int:
        """How many anonymous raters it stands for, in the item that most of them judged."""
        return max(sum(cell.raters(item) for cell in self.anonymous) for item in self.items)


@dataclass(frozen=True)
class HiddenNumber:
    """A number held back, which raters it would give away, and why.

    ``using`` names the numbers whose combination with it would do so.
    """

    number: Number
    cell: str
    item: str
    reason: Reason
    words: str
    using: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decision:
    """What may leave, in the order it was asked for, and what may not."""

    shown: tuple[Number, ...]
    hidden: tuple[HiddenNumber, ...]


def number(
    id: str,
    item: str | Iterable[str],
    cells: Mapping[RaterCell, int | Fraction] | Iterable[RaterCell],
    kind: Kind = "mean",
    *,
    form: Form = "exact",
    extreme: bool = False,
    audience: Audience = "manager",
) -> Number:
    """A `Number` from its short forms: one item or many, cells with factors or without (1 each)."""
    factors = cells if isinstance(cells, Mapping) else dict.fromkeys(cells, 1)
    return Number(
        id=id,
        items=(item,) if isinstance(item, str) else tuple(item),
        cells={cell: Fraction(factor) for cell, factor in factors.items()},
        kind=kind,
        form=form,
        extreme=extreme,
        audience=audience,
    )
