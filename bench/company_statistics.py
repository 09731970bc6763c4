"""What the statistics of a whole company cost, beside reading its ratings and beside a plain loop.

Draws a company with unequal numbers of raters and missing answers, computes the closed-form set for
all ratees (means with intervals, Cronbach's alpha, one-way ICC, rwg(j), r* and average
deviations), compares the results with those of the loop in ``bench/naive.py`` and measures both in
turns. Then larger companies, each in a process of its own so that its memory can be told. Prints
``name=value`` lines; ends with exit code 1 if a result differs.
"""

from __future__ import annotations

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy reads it: CPU of one thread
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np

from analysis.agreement import icc_oneway, null_variance, rwg_j
from analysis.precision.means import mean_interval
from analysis.reliability import cronbach_alpha
from analysis.scoring import competency_scores
from bench import naive

RATEES, ITEMS, POINTS, MISSING = 1000, 30, 5, 0.05
FEWEST, MOST = 6, 18  # raters of a ratee, 12 on average
GROWTH = (1_000, 10_000, 100_000)
ROUNDS, NAIVE_ROUNDS, GROWTH_ROUNDS = 40, 5, 3
NULL = null_variance(POINTS, "slight_skew")
DRAWN_AT_ONCE = 1 << 14


def company(ratees: int) -> tuple[np.ndarray, np.ndarray]:
    """Responses x items and the ratee of each response, as one query ordered by ratee gives."""
    rng = np.random.default_rng(4)
    raters = rng.integers(FEWEST, MOST + 1, ratees)
    ratee = np.repeat(np.arange(ratees), raters)
    level = rng.normal(3.6, 0.4, ratees)
    items = np.empty((len(ratee), ITEMS))
    for start in range(0, len(ratee), DRAWN_AT_ONCE):
        rows = items[start : start + DRAWN_AT_ONCE]
        opinion = rng.normal(size=(len(rows), 1)) * 0.5 + rng.normal(size=rows.shape) * 0.8
        opinion += level[ratee[start : start + DRAWN_AT_ONCE], np.newaxis]
        rows[:] = np.clip(np.round(opinion), 1, POINTS)
        rows[rng.random(rows.shape) < MISSING] = np.nan
    return items, ratee


def closed_form(items: np.ndarray, ratee: np.ndarray) -> dict[str, object]:
    """The whole set for all ratees."""
    scores = competency_scores(items)
    return {
        "scores": scores,
        "means": mean_interval(scores, ratee),
        "icc": icc_oneway(scores, ratee),
        "alpha": cronbach_alpha(items),
        "agreement": rwg_j(items, ratee, NULL),
    }


def parts(items: np.ndarray, ratee: np.ndarray) -> dict[str, Callable[[], object]]:
    scores = competency_scores(items)
    return {
        "scores": lambda: competency_scores(items),
        "means": lambda: mean_interval(scores, ratee),
        "icc": lambda: icc_oneway(scores, ratee),
        "alpha": lambda: cronbach_alpha(items),
        "agreement": lambda: rwg_j(items, ratee, NULL),
    }


def cpu_ms(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1000


def measured(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """CPU of each, in turns, so that a busy machine slows all of them alike."""
    for work in works.values():
        work()
    spent: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            spent[name].append(cpu_ms(work))
    return spent


def largest_difference(items: np.ndarray, ratee: np.ndarray) -> float:
    """Between the package and the loop, over every number of both."""
    ours, loop = closed_form(items, ratee), naive.closed_form(items, ratee, NULL)
    pairs = [(getattr(ours["icc"], name), loop[name]) for name in ("icc1", "icc2", "k0")]
    pairs += [(getattr(ours["means"], name), loop[name]) for name in ("mean", "low", "high")]
    agreement = ("ratees", "rwg_j", "r_star", "ad_mean", "ad_median")
    pairs += [(getattr(ours["agreement"], name), loop[name]) for name in agreement]
    pairs.append((ours["alpha"].value, naive.alpha(items)))
    for one, other in pairs:
        if not np.array_equal(np.isnan(one), np.isnan(other)):
            return float("inf")
    return max(float(np.nanmax(np.abs(np.subtract(one, other)))) for one, other in pairs)


def compare(items: np.ndarray, ratee: np.ndarray) -> None:
    difference = largest_difference(items, ratee)
    print(f"largest_difference_from_naive={difference:.1e}")
    if not difference < 1e-9:
        raise SystemExit("the package and the loop differ: nothing was measured")


def quote(name: str, spent: list[float]) -> None:
    print(f"{name}_cpu_ms_min={min(spent):.2f}")
    print(f"{name}_cpu_ms_median={statistics.median(spent):.2f}")


def one_company() -> None:
    items, ratee = company(RATEES)
    print(f"ratees={RATEES} responses={len(items)} items={ITEMS} missing={MISSING}")
    print(f"raters_per_ratee={FEWEST}..{MOST}")
    compare(items, ratee)
    works = {
        "read": lambda: np.add.reduce(items.ravel()),
        "closed_form": lambda: closed_form(items, ratee),
    }
    spent = measured(works | parts(items, ratee), ROUNDS)
    loop = measured(
        {
            "naive_per_ratee": lambda: naive.closed_form(items, ratee, NULL),
            "naive_alpha": lambda: naive.alpha(items),
            "again": works["closed_form"],
        },
        NAIVE_ROUNDS,
    )
    again = loop.pop("again")
    for name, each in (spent | loop).items():
        quote(name, each)
    median = {name: statistics.median(each) for name, each in (spent | loop).items()}
    reads = median["closed_form"] / median["read"]
    print(f"closed_form_multiple_of_one_read={reads:.0f}")
    plain = median["naive_per_ratee"] + median["naive_alpha"]
    print(f"times_faster_than_naive={plain / statistics.median(again):.1f}")
    per_ratee = statistics.median(again) * (1 - median["alpha"] / median["closed_form"])
    print(f"times_faster_than_naive_without_alpha={median['naive_per_ratee'] / per_ratee:.1f}")


def growth() -> None:
    per_rating: dict[int, float] = {}
    for ratees in GROWTH:
        done = subprocess.run(
            [sys.executable, __file__, str(ratees)], check=True, capture_output=True, text=True
        )
        found = json.loads(done.stdout)
        per_rating[ratees] = found["cpu_ms"] * 1e6 / found["ratings"]
        print(f"growth_{ratees}_ratings={found['ratings']}")
        print(f"growth_{ratees}_cpu_ms_min={found['cpu_ms']:.1f}")
        print(f"growth_{ratees}_ns_per_rating={per_rating[ratees]:.1f}")
        print(f"growth_{ratees}_peak_mb={found['peak_mb']:.0f}")
    print(
        f"growth_ns_ratio_largest_to_smallest={per_rating[GROWTH[-1]] / per_rating[GROWTH[0]]:.2f}"
    )


def child(ratees: int) -> None:
    items, ratee = company(ratees)
    spent = [cpu_ms(lambda: closed_form(items, ratee)) for _ in range(GROWTH_ROUNDS)]
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu_ms": min(spent), "ratings": items.size, "peak_mb": peak_mb}))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(int(sys.argv[1]))
    else:
        one_company()
        growth()
