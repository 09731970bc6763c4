"""Which totals a number tells: from cells and their versions to the columns of the guard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from analysis.disclosure.cells import Number, RaterCell
from analysis.disclosure.isolation import Column, Row
from analysis.disclosure.rules import statistics

Family = tuple[str, str, str]
Versions = Mapping[Family, Sequence[RaterCell]]


def touched(number: Number) -> Iterator[tuple[Family, str]]:
    """Whose answers to which item are in a number."""
    yield from ((cell.family, item) for cell in number.anonymous for item in number.items)


def in_use(released: Sequence[Number], requested: Sequence[Number]) -> Versions:
    """Per family the versions that are out, and of those asked for as many as make two."""
    found: dict[Family, list[RaterCell]] = {}
    for each, out in [*((r, True) for r in released), *((r, False) for r in requested)]:
        for cell in each.anonymous:
            versions = found.setdefault(cell.family, [])
            if cell not in versions and (out or len(versions) < 2):
                versions.append(cell)
    return found


def told(number: Number, name: str, versions: Versions) -> Iterator[tuple[str, Row]]:
    """The totals that a number tells, one row for each statistic."""
    for statistic in statistics(number.kind):
        values = dict(_values(number, statistic, versions))
        if values:
            yield statistic, Row(values, {name: Fraction(1)})


def _values(
    number: Number, statistic: str, versions: Versions
) -> Iterator[tuple[Column, Fraction]]:
    for item in number.items:
        values: dict[Column, Fraction] = {}
        for cell in number.anonymous:
            for part, n in _parts(cell, versions[cell.family], item):
                column = Column(n, statistic, item, cell.family, part)
                values[column] = values.get(column, Fraction(0)) + number.cells[cell]
        yield from ((column, value) for column, value in values.items() if value)


def _parts(cell: RaterCell, versions: Sequence[RaterCell], item: str) -> Iterable[tuple[str, int]]:
    """The raters of a cell who judged an item, in parts that are wholly in a version or not at all.

    Versions overlap, but it is not known how. Assumed is what tells most: that the smaller one is
    contained in the larger one, or that just one answer was exchanged if they are equally large.
    Of more than two versions nothing is assumed: all their differences may be single answers.
    """
    present = sorted((v for v in versions if v.raters(item)), key=lambda v: (v.raters(item), v.id))
    if cell not in present:
        return ()
    first, n = present[0], present[0].raters(item)
    if len(present) == 2 and present[1].raters(item) == n:
        other = present[1] if cell == first else first
        return ((f"{first.id} and {present[1].id}", n - 1), (f"{cell.id} without {other.id}", 1))
    parts = [(first.id, n)]
    for smaller, larger in pairwise(present[: present.index(cell) + 1]):
        more = larger.raters(item) - smaller.raters(item) if len(present) == 2 else 0
        parts.append((f"{larger.id} without {smaller.id}", more))
    return parts
