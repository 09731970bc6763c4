"""Random cycles against the release guard: does what it shows tell on anyone, and is it too strict?

The attacker is written apart from the guard and differently. It has no cells: it makes up the
raters one by one, writes down for every number which answers of which raters it adds up, and asks
by the rank of integer matrices whether any set of too few raters can be separated. The fewest
numbers that must be hidden are found by trying all sets of numbers, the smallest first.

Where two versions of a cell overlap, the guard knows only their sizes. The raters are made up as
the guard must fear (``nested``), and for leaks also at random (``crossing``).

The number of cycles: if a leak occurred in one of 1000 cycles, 2000 would miss all of them with
probability .999^2000 = .135; 10,000, the default, with less than .00005.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from fractions import Fraction
from itertools import combinations
from math import lcm
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from analysis.disclosure import Number, Policy, RaterCell, guard, number

SEED = 20261122
ITEMS = ("q1", "q2")
# What each kind of number adds up: answers, their squares, or how often each point was ticked.
ADDS_UP = {"mean": "x", "sum": "x", "sd": "y", "distribution": "xyz"}
LEAST = {"x": 0, "y": 5, "z": 5}  # apart from the threshold


class Cycle(NamedTuple):
    requested: list[Number]
    released: list[Number]
    policy: Policy


def random_cycle(rng: random.Random) -> Cycle:
    """A few managers with 4 to 8 cells, and the numbers a report, a total or a trend would show."""
    policy = Policy(threshold=rng.choice([3, 3, 3, 4, 5]))
    cells = _cells(rng)
    numbers = [_number(rng, f"n{place}", cells, policy) for place in range(rng.randint(6, 12))]
    fitting = [each for each in numbers if _exists(each)]
    raters = nested(fitting)
    released: list[Number] = []
    for each in fitting[: rng.randint(0, 3)]:
        if not leaks([*released, each], policy, raters):
            released.append(each)
    requested = [each for each in fitting if each not in released]
    return Cycle(requested, released, policy)


def _exists(each: Number) -> bool:
    """A number over nobody does not, and spread and distribution start at five raters."""
    least = 5 if each.kind in ("sd", "distribution") else 1
    return not each.anonymous or each.raters >= least


def _cells(rng: random.Random) -> list[RaterCell]:
    cells = []
    kinds = [
        (f"m{ratee}", relation, cycle)
        for ratee in range(rng.randint(1, 3))
        for relation in ("SUPERVISOR", "PEER", "CUSTOMER")
        for cycle in ("this", "last")
    ]
    for ratee, relation, cycle in sorted(rng.sample(kinds, min(len(kinds), rng.randint(4, 7)))):
        for version in ("1", "2")[: 1 + (rng.random() < 0.2)]:
            n = 1 if relation == "SUPERVISOR" else rng.choice([1, 1, 2, 2, 3, 4, 5, 7])
            judged = tuple((item, rng.randint(0, n)) for item in ITEMS if rng.random() < 0.2)
            named = relation == "SUPERVISOR"
            name = f"{ratee} {relation} {cycle} {version}"
            cells.append(RaterCell(name, ratee, relation, n, cycle, version, named, judged))
    return cells


def _number(rng: random.Random, id: str, cells: list[RaterCell], policy: Policy) -> Number:
    item = rng.choice([*ITEMS, *ITEMS, *ITEMS, ITEMS])
    several = rng.sample(cells, min(len(cells), rng.choice([1, 1, 1, 2, 2, 3, 4, len(cells)])))
    of_one = [cell for cell in cells if cell.ratee == several[0].ratee]
    chosen = rng.choice([several, several, several[:1], of_one])
    factors = {cell: Fraction(1) for cell in chosen}
    if rng.random() < 0.2:  # a mean of means, or a difference between two cycles
        factors = {cell: Fraction(rng.choice([1, -1]), max(cell.n, 1)) for cell in chosen}
    kind = rng.choice(["mean", "mean", "mean", "mean", "sum", "sd", "distribution"])
    return number(id, item, factors, kind, form="rounded")


Raters = dict[tuple[str, str], frozenset[str]]  # who judged an item, by cell


def nested(numbers: list[Number]) -> Raters:
    """Raters made up so that versions differ as little as their counts allow."""
    return _made_up(numbers, lambda family, n: [f"{family} {place}" for place in range(n)])


def crossing(numbers: list[Number], rng: random.Random) -> Raters:
    """Raters made up so that versions overlap in any way."""
    return _made_up(
        numbers, lambda family, n: [f"{family} {place}" for place in rng.sample(range(n + 2), n)]
    )


def _made_up(numbers, choose) -> Raters:
    raters: Raters = {}
    taken: Counter[frozenset[str]] = Counter()
    for cell in dict.fromkeys(cell for each in numbers for cell in each.cells):
        for item in ITEMS:
            who = choose(cell.family, cell.raters(item))
            taken[frozenset([item, *who])] += 1
            if who and taken[frozenset([item, *who])] > 1:  # another version: one is exchanged
                who = [*who[:-1], f"{cell.id} exchanged"]
            raters[cell.id, item] = frozenset(who)
    return raters


def leaks(numbers: list[Number], policy: Policy, raters: Raters) -> bool:
    """Whether numbers known together tell a sum over fewer raters than they may."""
    return any(
        _separates(_matrix(numbers, what, raters), max(policy.threshold, LEAST[what]))
        for what in "xyz"
    )


def _matrix(numbers: list[Number], what: str, raters: Raters) -> list[dict[tuple[str, str], int]]:
    """Per number how often it counts each rater's answer to each item, in whole numbers."""
    rows = []
    for each in numbers:
        if what not in ADDS_UP[each.kind]:
            continue
        scale = lcm(*(factor.denominator for factor in each.cells.values()))
        row: Counter[tuple[str, str]] = Counter()
        for cell, factor in each.cells.items():
            for item in each.items:
                for rater in raters[cell.id, item] if not cell.attributed else ():
                    row[rater, item] += int(factor * scale)
        rows.append({answer: count for answer, count in row.items() if count})
    return rows


def _separates(rows: list[dict[tuple[str, str], int]], least: int) -> bool:
    """Whether fewer than ``least`` raters can be separated from all others.

    They can, if without their answers the numbers are less different from one another: then some
    combination of the numbers is zero on everybody else and not on them. Raters whom no number
    tells apart go together.
    """
    alike: dict[tuple[tuple[str, tuple[int, ...]], ...], list[str]] = {}
    for rater in sorted({rater for row in rows for rater, _ in row}):
        counted = [(item, tuple(row.get((rater, item), 0) for row in rows)) for item in ITEMS]
        alike.setdefault(tuple(pair for pair in counted if any(pair[1])), []).append(rater)
    crowds = list(alike.items())
    small = [place for place, (_, who) in enumerate(crowds) if len(who) < least]
    whole = _rank([column for answers, _ in crowds for _, column in answers])
    for size in range(1, min(len(small), least - 1) + 1):
        for few in combinations(small, size):
            if sum(len(crowds[place][1]) for place in few) < least:
                rest = [crowd for place, crowd in enumerate(crowds) if place not in few]
                if _rank([column for answers, _ in rest for _, column in answers]) < whole:
                    return True
    return False


def _rank(vectors: list[tuple[int, ...]]) -> int:
    """Rank by elimination in whole numbers (Bareiss), exact."""
    matrix = [list(vector) for vector in dict.fromkeys(vectors)]
    rank, previous = 0, 1
    for column in range(len(matrix[0]) if matrix else 0):
        pivot = next((row for row in range(rank, len(matrix)) if matrix[row][column]), None)
        if pivot is None:
            continue
        matrix[rank], matrix[pivot] = matrix[pivot], matrix[rank]
        top = matrix[rank]
        for row in range(rank + 1, len(matrix)):
            left = matrix[row]
            matrix[row] = [
                (top[column] * left[place] - left[column] * top[place]) // previous
                for place in range(len(top))
            ]
        previous, rank = top[column], rank + 1
    return rank


def hidden_alone(cycle: Cycle, raters: Raters) -> list[str]:
    """Numbers that must be hidden whatever becomes of the others."""
    return [
        each.id for each in cycle.requested if leaks([*cycle.released, each], cycle.policy, raters)
    ]


def fewest_hidden(cycle: Cycle, raters: Raters, at_most: int) -> int:
    """The fewest numbers that must be hidden, or ``at_most`` if there is no better way."""
    alone = hidden_alone(cycle, raters)
    left = [each for each in cycle.requested if each.id not in alone]
    for more in range(at_most - len(alone)):
        for hidden in combinations(left, more):
            shown = [each for each in left if each not in hidden]
            if not leaks([*cycle.released, *shown], cycle.policy, raters):
                return len(alone) + more
    return at_most


def attacked(cycle: Cycle, rng: random.Random) -> Counter[str]:
    """The guard's answer to one cycle, counted."""
    everything = [*cycle.released, *cycle.requested]
    decision = guard(cycle.requested, cycle.released, cycle.policy)
    known = [*cycle.released, *decision.shown]
    raters = nested(everything)
    leaking = sum(
        leaks(known, cycle.policy, made_up) and not leaks(cycle.released, cycle.policy, made_up)
        for made_up in (raters, crossing(everything, rng))
    )
    return Counter(
        cycles=1,
        numbers=len(cycle.requested),
        leaks=leaking,
        hidden_alone=len(hidden_alone(cycle, raters)),
        hidden_by_guard=len(decision.hidden),
        hidden_by_optimum=fewest_hidden(cycle, raters, len(decision.hidden)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cycles", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    found: Counter[str] = Counter()
    for _ in range(options.cycles):
        found.update(attacked(random_cycle(rng), rng))
    for name, value in found.items():
        print(f"{name}={value}")
    guarded, optimum = found["hidden_by_guard"], found["hidden_by_optimum"]
    print(f"excess_percent={100 * (guarded / optimum - 1):.2f}")
    # Numbers that are hidden alone flatter the guard: no choice was to be made.
    alone = found["hidden_alone"]
    print(f"excess_percent_of_choices={100 * ((guarded - alone) / (optimum - alone) - 1):.2f}")


if __name__ == "__main__":
    main()
