"""The release guard on random cycles, beside an attacker that was written apart from it."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.disclosure import guard
from bench.attack_guard import (
    SEED,
    attacked,
    fewest_hidden,
    leaks,
    nested,
    random_cycle,
)

seeds = st.integers(0, 2**32)


def random_of(seed):
    return random_cycle(random.Random(seed))


def shown_of(cycle, **changes):
    cycle = cycle._replace(**changes)
    return {each.id for each in guard(*cycle).shown}


def numbers_of(cycle, ids):
    return [each for each in cycle.requested if each.id in ids]


@pytest.mark.parametrize("part", range(4))
def test_nobody_is_given_away_and_little_is_lost(part):
    rng = random.Random(SEED + part)
    found = attacked(random_cycle(rng), rng)
    for _ in range(149):
        found.update(attacked(random_cycle(rng), rng))
    assert found["leaks"] == 0
    assert found["hidden_by_guard"] > found["hidden_alone"] > 0  # choices were to be made
    assert found["hidden_by_guard"] <= 1.1 * found["hidden_by_optimum"]


def test_the_attacker_succeeds_without_a_guard():
    rng = random.Random(SEED)
    cycles = [random_cycle(rng) for _ in range(100)]
    broken = [
        leaks([*c.released, *c.requested], c.policy, nested([*c.released, *c.requested]))
        for c in cycles
    ]
    assert sum(broken) > 50


@given(seeds)
def test_the_optimum_is_never_above_the_guard(seed):
    cycle = random_of(seed)
    hidden = len(guard(*cycle).hidden)
    everything = [*cycle.released, *cycle.requested]
    assert fewest_hidden(cycle, nested(everything), hidden) <= hidden


@given(seeds)
def test_each_number_is_either_shown_or_hidden(seed):
    cycle = random_of(seed)
    decision = guard(*cycle)
    answered = [*decision.shown, *(hidden.number for hidden in decision.hidden)]
    assert sorted(each.id for each in answered) == sorted(each.id for each in cycle.requested)


@given(seeds)
def test_what_is_shown_may_be_shown_alone(seed):
    cycle = random_of(seed)
    shown = shown_of(cycle)
    assert shown_of(cycle, requested=numbers_of(cycle, shown)) == shown


@given(seeds)
def test_knowing_more_never_shows_more(seed):
    """Whatever is shown beside what is out may also be shown if less is out."""
    cycle = random_of(seed)
    shown = numbers_of(cycle, shown_of(cycle))
    for place in range(len(cycle.released)):
        less = cycle.released[:place] + cycle.released[place + 1 :]
        assert shown_of(cycle, requested=shown, released=less) == {each.id for each in shown}


@given(seeds, st.data())
def test_releasing_a_number_hides_whatever_cannot_stand_beside_it(seed, data):
    cycle = random_of(seed)
    leak = data.draw(st.sampled_from(cycle.requested)) if cycle.requested else None
    if leak is None:
        return
    shown = shown_of(cycle, released=[*cycle.released, leak])
    assert shown_of(cycle, requested=numbers_of(cycle, shown)) == shown


@given(seeds)
def test_a_higher_threshold_never_shows_more(seed):
    cycle = random_of(seed)
    higher = cycle.policy.model_copy(update={"threshold": cycle.policy.threshold + 1})
    shown = shown_of(cycle, policy=higher)
    assert shown_of(cycle, requested=numbers_of(cycle, shown)) == shown


@given(seeds, st.randoms(use_true_random=False))
def test_the_order_of_cells_and_of_released_numbers_does_not_matter(seed, rng):
    cycle = random_of(seed)

    def shuffled(each):
        cells = list(each.cells.items())
        rng.shuffle(cells)
        return type(each)(**(vars(each) | {"cells": dict(cells)}))

    requested = [shuffled(each) for each in cycle.requested]
    released = [shuffled(each) for each in cycle.released]
    rng.shuffle(released)
    assert shown_of(cycle, requested=requested, released=released) == shown_of(cycle)
