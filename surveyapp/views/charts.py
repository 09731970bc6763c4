"""Where the marks of a chart stand, in per cent of its width: a page scales them without script.

The templates draw; what stands where is decided here, from the report model alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.precision import Difference
from analysis.quality import ScaleQuality
from analysis.report import (
    HiddenCell,
    Marker,
    ReportCell,
    ReportGroup,
    ReportRow,
    ShownCell,
    ThemeRow,
)
from analysis.results import CycleResults, GroupResponse

INSET = 5.0  # left free at both ends, for the marks there
CLOSE = 4.5  # marks nearer to each other than this would cover each other
LIFTS = (0, -8, 8, -14, 14)  # pixels off the middle line, for marks that stand close
SHADES = 10  # from h0, the lowest score, to h10


@dataclass(frozen=True)
class Mark:
    marker: Marker
    at: float
    lift: int


@dataclass(frozen=True)
class Dots:
    """The scores of one row on the scale."""

    ticks: tuple[tuple[int, float], ...]  # (point of the scale, where it stands)
    marks: tuple[Mark, ...]
    line: tuple[float, float] | None  # from the lowest to the highest mark
    bar: float | None  # all others together
    band: tuple[float, float] | None  # where the others might also lie: start and width
    words: tuple[str, ...]  # the same for those who do not see it


@dataclass(frozen=True)
class Path:
    """One score from cycle to cycle; a cycle without one leaves a gap."""

    points: tuple[tuple[float, float], ...]  # per cent of width and of height
    words: tuple[str, ...]


def dots(row: ReportRow, groups: Sequence[ReportGroup]) -> Dots:
    """The chart of a competency, an item or the overall score."""
    shown = [
        (_at(cell.value, row.low, row.high), group.marker)
        for cell, group in zip(row.cells, groups, strict=True)
        if isinstance(cell, ShownCell)
    ]
    others = row.others if isinstance(row.others, ShownCell) else None
    return Dots(
        ticks=tuple((point, _at(point, row.low, row.high)) for point in _points(row)),
        marks=tuple(_spread(shown)),
        line=(min(shown)[0], max(shown)[0]) if len(shown) > 1 else None,
        bar=_at(others.value, row.low, row.high) if others else None,
        band=_band(row, others.value) if others else None,
        words=tuple(
            f"{group.label} {cell.text}" for cell, group in zip(row.cells, groups, strict=True)
        ),
    )


def _points(row: ReportRow) -> range:
    return range(row.low, row.high + 1)


def _at(value: float, low: int, high: int) -> float:
    share = min(max((value - low) / max(high - low, 1), 0.0), 1.0)
    return round(INSET + share * (100 - 2 * INSET), 2)


def _band(row: ReportRow, others: float) -> tuple[float, float] | None:
    if row.margin is None:
        return None
    left, right = (_at(others + side * row.margin, row.low, row.high) for side in (-1, 1))
    return left, round(right - left, 2)


def _spread(shown: Sequence[tuple[float, Marker]]) -> Iterator[Mark]:
    """Marks that would cover each other, lifted off the line by turns."""
    neighbours: list[tuple[float, int]] = []
    for at, marker in sorted(shown):
        taken = {lane for left, lane in neighbours if at - left < CLOSE}
        lane = next(lane for lane in range(len(LIFTS) + 1) if lane not in taken)
        neighbours.append((at, lane))
        yield Mark(marker, at, LIFTS[min(lane, len(LIFTS) - 1)])


def shade(cell: ReportCell, row: ReportRow) -> str:
    """The class that tints a number by its height on the scale; none for a hidden one."""
    if not isinstance(cell, ShownCell):
        return ""
    share = (cell.value - row.low) / max(row.high - row.low, 1)
    return f"h{round(min(max(share, 0.0), 1.0) * SHADES)}"


def shares(theme: ThemeRow) -> tuple[tuple[str, float, float], ...]:
    """How many comments on a theme sound how: (tone, start, width)."""
    rest = theme.n - theme.positive - theme.mixed - theme.negative
    counts = (
        ("positive", theme.positive),
        ("mixed", theme.mixed),
        ("neutral", rest),
        ("negative", theme.negative),
    )
    parts, start = [], 0.0
    for tone, n in counts:
        if n:
            width = 100 * n / theme.n
            parts.append((tone, round(start, 2), round(width, 2)))
            start += width
    return tuple(parts)


def path(cells: Sequence[ReportCell], cycles: Sequence[str], low: int, high: int) -> Path:
    """How a score went over the cycles; the higher, the nearer to the top."""
    step = 100 / max(len(cells), 1)
    return Path(
        points=tuple(
            (round((place + 0.5) * step, 2), round(100 - _at(cell.value, low, high), 2))
            for place, cell in enumerate(cells)
            if isinstance(cell, ShownCell)
        ),
        words=tuple(f"{cycle} {cell.text}" for cycle, cell in zip(cycles, cells, strict=True)),
    )


def not_asked(rows: Sequence[ReportRow], groups: Sequence[ReportGroup]) -> str:
    """What the dash in the cells of these rows stands for; "" where there is none."""
    return next(
        (
            cell.text
            for row in rows
            for cell, group in zip(row.cells, groups, strict=True)
            if isinstance(cell, HiddenCell)
            and cell.reason == "not_asked"
            and group.marker != "merged"
        ),
        "",
    )


@dataclass(frozen=True)
class Coefficient:
    """One coefficient on a line from 0 to 1, with how far it might lie off."""

    sign: str  # the shape of its mark
    at: float
    interval: tuple[float, float] | None


def coefficients(results: CycleResults) -> list[list[list[Coefficient]]]:
    """Consistency and reliability of one rater, as the tables of `cycle_summary` list them:
    relation by relation, scale by scale."""
    by_relation: dict[str, list[list[Coefficient]]] = {}
    for scale in results.scales:
        by_relation.setdefault(scale.relation, []).append(list(_coefficients(scale)))
    return list(by_relation.values())


def _coefficients(scale: ScaleQuality) -> Iterator[Coefficient]:
    alpha, icc = scale.alpha, scale.icc
    if alpha and alpha.value is not None:
        yield _coefficient("alpha", alpha.value, alpha.low, alpha.high)
    if icc and icc.icc1 is not None:
        yield _coefficient("icc", icc.icc1, icc.low, icc.high)


def _coefficient(sign: str, value: float, low: float | None, high: float | None) -> Coefficient:
    ends = None if low is None or high is None else (_at(low, 0, 1), _at(high, 0, 1))
    return Coefficient(sign, _at(value, 0, 1), ends)


def shown_share(response: GroupResponse) -> float:
    """Per cent of the groups of a kind that can be shown."""
    return round(100 * response.shown / max(response.shown + response.hidden, 1), 2)


def difference(found: Difference | None) -> Coefficient | None:
    """A difference of two means on a line from -1 to +1."""
    if found is None or found.difference is None:
        return None
    low, high = found.low, found.high
    ends = None if low is None or high is None else (_at(low, -1, 1), _at(high, -1, 1))
    return Coefficient("alpha", _at(found.difference, -1, 1), ends)
