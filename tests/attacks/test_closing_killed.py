"""A closing that is interrupted anywhere and repeated ends as if nothing had happened."""

from __future__ import annotations

import json
import signal
from collections import Counter
from contextlib import suppress

import pytest
from sqlalchemy import func, select

from surveyapp.models import Ballot, Comment, Cycle, CycleState, Draft, Person, Response
from surveyapp.models import ResponseGroup as Group
from surveyapp.runtime import Runtime, runtime_for
from surveyapp.services import freezing
from surveyapp.services.closing import close_cycle
from surveyapp.services.cycles import find_cycle
from surveyapp.steps import close_and_destroy
from tests.attacks import forked
from tests.attacks.posting import forms
from tests.dumps import dump
from tests.factories import open_cycle

FEW = 10


class Struck(Exception):
    """The process dies here."""


def strike() -> None:
    raise Struck


def published(session, cycle: Cycle) -> dict[tuple, Counter]:
    """All that a closing makes, without the random ids."""
    names = {person.id: person.external_id for person in session.scalars(select(Person))}
    result = {}
    for group in session.scalars(select(Group).where(Group.cycle_id == cycle.id)):
        responses = session.scalars(select(Response).where(Response.group_id == group.id))
        comments = session.scalars(select(Comment).where(Comment.group_id == group.id))
        counts = (group.attributed, group.invited, group.answered)
        result[names[group.ratee_id], group.relations, *counts] = Counter(
            [json.dumps([names.get(r.rater_id), r.ratings], sort_keys=True) for r in responses]
            + [f"{names.get(c.rater_id)} {c.question_id} {c.text}" for c in comments]
        )
    return result


class Watched:
    """A cycle with answers, what its closing must give, and what is found after each try."""

    def __init__(self, run: Runtime, client, rng, key: str, answers: int = 99) -> None:
        open_cycle(run, key=key)
        *most, saved, _untouched = forms(run, key)[:answers]
        for place, form in enumerate(most):
            points = [rng.randint(1, 5) for _ in range(3)]
            client.post(form.address, data=form.data(points, f"words {place}"))
        client.post(saved.address, data=saved.data([1, 1, 1], "", "save"))
        self.run, self.key = run, key
        self.expected = self._undisturbed()
        self.before = dump(run)
        assert sum(found.total() for found in self.expected.values()) > 2

    def _undisturbed(self) -> dict[tuple, Counter]:
        """What a closing makes of this cycle; it is taken back."""
        expected = {}
        with suppress(Struck), self.run.database.transaction() as session:
            cycle = find_cycle(session, self.key)
            close_cycle(session, cycle, self.run.keys.load(cycle.id), self.run.config.now())
            session.flush()
            expected = published(session, cycle)
            raise Struck
        return expected

    def is_open(self) -> bool:
        """Whether it is open with everything intact; otherwise it must be closed completely."""
        with self.run.database.reading() as session:
            cycle = find_cycle(session, self.key)
            ballots = session.scalar(select(func.count()).select_from(Ballot))
            drafts = session.scalar(select(func.count()).select_from(Draft))
            found = published(session, cycle)
        if cycle.state == CycleState.OPEN:
            assert dump(self.run) == self.before
            self.run.keys.load(cycle.id)
            return True
        assert (found, ballots, drafts) == (self.expected, 0, 0)
        return False

    def finish(self) -> None:
        close_and_destroy(self.run, self.key)
        assert not self.is_open()
        assert list(self.run.config.key_dir.glob("*.key")) == []


def passed_by(run: Runtime, key: str, number: int = 0, **options) -> list[str]:
    """Close, with an error at the n-th boundary; returns the boundaries that were passed."""
    doomed = runtime_for(run.config)
    freezing._frozen.clear()  # as a new process begins
    passed = forked.at_boundary(doomed, number, strike, **options)
    with suppress(Struck):
        close_and_destroy(doomed, key)
    doomed.database.engine.dispose()
    assert number in (0, len(passed))  # it was struck where it was meant to be
    return passed


def killed(run: Runtime, key: str, number: int) -> None:
    """Close in a process that is killed at the n-th boundary."""
    process = forked.started(forked.close_until, run.config, key, number)
    process.join(300)
    assert process.exitcode == -signal.SIGKILL


def interrupted(run, client, rng, interrupt, *, step: int, **options) -> tuple[int, int]:
    """One closing that is interrupted again and again up to its commit, and after the commit a
    new one for each boundary; returns how many interruptions there were of each kind."""
    whole = passed_by(run, Watched(run, client, rng, "whole").key, **options)
    watched = Watched(run, client, rng, "before")
    before = range(1, whole.index("keys are there") + 1, step)
    for number in before:
        interrupt(run, watched.key, number)
        assert watched.is_open()
    watched.finish()
    small = passed_by(run, Watched(run, client, rng, "small", answers=FEW).key, **options)
    after = range(small.index("keys are there") + 1, len(small) + 1)
    for number in after:
        watched = Watched(run, client, rng, f"after-{number}", answers=FEW)
        interrupt(run, watched.key, number)
        assert not watched.is_open()
        watched.finish()
    return len(before), len(after)


@pytest.mark.timeout(900)
def test_a_closing_that_fails_anywhere_is_finished_by_the_next(run, client, rng, scaled, figures):
    before, after = interrupted(run, client, rng, passed_by, step=scaled(5, 1))
    figures(failed_before_commit=before, failed_after_commit=after)
    assert before > 10


@pytest.mark.timeout(900)
def test_a_closing_that_is_killed_anywhere_is_finished_by_the_next(
    run, client, rng, scaled, figures
):
    before, after = interrupted(run, client, rng, killed, step=scaled(30, 1), commits=True)
    figures(killed_before_commit=before, killed_after_commit=after)
