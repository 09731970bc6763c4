"""Whether numbers that are known together give away the answers of a few: exact linear algebra.

Every number known is a row: a sum over *columns*, each the total of some raters' answers to one
item. What can be computed from the numbers by adding, subtracting and scaling is the row space,
over the rationals. A vector of it that is not zero and covers fewer than ``limit`` raters is a
breach: it tells a sum over so few. To find one is the problem of the lightest vector of a code,
so there is no fast way in general; but here it is small, for two reasons:

* A column of ``limit`` raters or more is in no breach. With the heaviest column of a new row as
  its pivot, every vector without heavy columns is made of the rows with light pivots alone.
* A breach has fewer than ``limit`` columns. Row by row, its pivot is in the breach, which costs
  its raters of the fewer than ``limit`` there are, or it is not, and then the row is of no use.
  With ``d`` rows this ends after at most C(d + limit, limit) steps, usually after a few. A search
  that takes more than `STEPS` is given up, and the block counts as `tangled`: refused, not hoped.

Nothing is rounded: all arithmetic is in `fractions.Fraction`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, TypeVar

STEPS = 5000  # rows looked at for one number; a manager needs tens

Key = TypeVar("Key")


class Column(NamedTuple):
    """The total of one item over raters who are only ever added up together."""

    n: int  # how many raters; first, so that columns are ordered by weight
    statistic: str  # what is totalled: points, their squares, ...
    item: str
    family: tuple[str, str, str]  # columns of one family may have raters in common across items
    part: str  # which raters of the family, in words


@dataclass(frozen=True)
class Row:
    """A vector of the row space, and of which numbers it is made."""

    values: Mapping[Column, Fraction]  # without zeros
    made_of: Mapping[str, Fraction]


@dataclass(frozen=True)
class Block:
    """Numbers that hang together through their columns, as a reduced basis of their row space.

    Each pivot is in its own row only, and is the heaviest column of a row when that is added.
    """

    columns: frozenset[Column]
    basis: Mapping[Column, Row]  # by pivot
    breach: Row | None
    tangled: bool  # whether there may be one that was not found


Blocks = Mapping[Column, Block]


def joined(blocks: Blocks, row: Row, limit: int) -> Block:
    """The block that a row forms with all that it touches, and whether that gives anyone away."""
    asked = row.values
    touched = {id(block): block for column in row.values if (block := blocks.get(column))}.values()
    basis: dict[Column, Row] = {}
    for block in touched:
        basis.update(block.basis)
    row = _reduced(row, basis)
    breach = next((block.breach for block in touched if block.breach), None)
    tangled = any(block.tangled for block in touched)
    if row.values:
        pivot = max(row.values)
        near = _connected({**basis, pivot: row}, pivot, limit)
        basis = {column: _without(other, pivot, row) for column, other in basis.items()}
        basis[pivot] = row
        steps = iter(range(STEPS))
        breach = breach or _lightest([(column, basis[column]) for column in near], limit, steps)
        tangled = tangled or next(steps, None) is None
    columns = frozenset(asked).union(*(block.columns for block in touched))
    return Block(columns, basis, breach, tangled)


def raters(columns: Iterable[Column]) -> int:
    """How many raters the columns cover, at least.

    Exact within one item. Across items the raters of a family may be the same, so the item with
    most of them counts.
    """
    per_item: Counter[tuple[tuple[str, str, str], str]] = Counter()
    for column in columns:
        per_item[column.family, column.item] += column.n
    most: dict[tuple[str, str, str], int] = {}
    for (family, _), n in per_item.items():
        most[family] = max(n, most.get(family, 0))
    return sum(most.values())


def _reduced(row: Row, basis: Mapping[Column, Row]) -> Row:
    """What a row tells beyond the basis."""
    for column in row.values:
        if column in basis:
            row = _without(row, column, basis[column])
    return row


def _without(row: Row, column: Column, by: Row) -> Row:
    """The row less so much of another that a column vanishes."""
    if column not in row.values:
        return row
    factor = row.values[column] / by.values[column]
    return Row(_minus(row.values, by.values, factor), _minus(row.made_of, by.made_of, factor))


def _minus(
    left: Mapping[Key, Fraction], right: Mapping[Key, Fraction], factor: Fraction
) -> dict[Key, Fraction]:
    result = dict(left)
    for key, value in right.items():
        result[key] = result.get(key, Fraction(0)) - factor * value
    return {key: value for key, value in result.items() if value}


def _connected(basis: Mapping[Column, Row], start: Column, limit: int) -> list[Column]:
    """Light pivots of the rows that hang together with the one that starts.

    The others know nothing new. A row with a heavy pivot is in no breach and changes no row of a
    light one.
    """
    left = {column: row for column, row in basis.items() if column.n < limit}
    if start not in left:
        return []
    found, seen = [start], set(left.pop(start).values)
    while near := [column for column, row in left.items() if not seen.isdisjoint(row.values)]:
        found += near
        seen.update(*(left.pop(column).values for column in near))
    return found


def _lightest(
    rows: Sequence[tuple[Column, Row]],
    limit: int,
    steps: Iterator[int],
    inside: frozenset[Column] = frozenset(),
) -> Row | None:
    """A breach made of these rows that covers the columns ``inside`` and others still to find.

    Row by row: its pivot is in the breach, or the row is not.
    """
    for index, (pivot, row) in enumerate(rows):
        wider = inside | {pivot}
        if raters(wider) >= limit:
            continue
        outside = max((column for column in row.values if column not in wider), default=None)
        if outside is None:
            return row
        if next(steps, None) is None:
            return None
        others = [(column, _without(other, outside, row)) for column, other in rows[index + 1 :]]
        breach = _lightest([(outside, row), *others], limit, steps, wider)
        if breach is not None:
            return breach
    return None
