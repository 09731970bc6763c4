"""Reminders planned at creation: each once, whatever number of timers deliver at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from surveyapp.errors import Refused
from surveyapp.models import Invitation
from surveyapp.outbox import deliver, next_delivery, waiting_mails
from surveyapp.steps import close_and_destroy
from tests.commands import Commands
from tests.dumps import dump
from tests.factories import delivered, draft_cycle, open_cycle, submit, token_of
from tests.people import NOW

FIRST, SECOND, CLOSES = (NOW + timedelta(days=days) for days in (3, 6, 9))


@pytest.fixture
def opened(run):
    open_cycle(run, closes_at=CLOSES, remind_at=[SECOND, FIRST, FIRST])
    delivered(run)
    return run


def mails(run):
    return len(delivered(run)) - 12


def test_a_wave_goes_out_once_when_its_day_has_come(opened, at, client):
    submit(client, token_of(opened, "C1"))
    counts = [
        mails(at(opened, moment))
        for moment in (NOW, FIRST - timedelta(seconds=1), FIRST, FIRST + timedelta(days=1), SECOND)
    ]
    assert counts == [0, 0, 11, 11, 22]


def test_waves_that_were_missed_make_one_reminder(opened, at):
    assert mails(at(opened, SECOND + timedelta(hours=1))) == 12
    assert mails(at(opened, SECOND + timedelta(hours=2))) == 12


@pytest.mark.usefixtures("patient")
def test_three_timers_at_the_same_moment_make_one_wave(opened, at):
    later = at(opened, FIRST)
    together = Barrier(3)

    def timer(_):
        together.wait()
        waiting = waiting_mails(later)
        return deliver(later, waiting, lambda _: None)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(timer, range(3)))
    assert mails(later) == 12
    with later.database.reading() as session:
        assert set(session.scalars(select(Invitation.wave))) == {1}


def test_the_next_delivery_names_the_next_wave(opened, at):
    assert next_delivery(opened) == FIRST
    delivered(at(opened, FIRST))
    assert next_delivery(at(opened, FIRST)) == SECOND


def test_a_draft_and_a_closed_cycle_remind_nobody(run, at):
    draft_cycle(run, closes_at=CLOSES, remind_at=[FIRST])
    assert waiting_mails(at(run, SECOND)) == []
    open_cycle(run, key="K", closes_at=CLOSES, remind_at=[FIRST])
    delivered(run)
    close_and_destroy(run, "K")
    assert waiting_mails(at(run, SECOND)) == []
    assert next_delivery(run) is None


@pytest.mark.parametrize("moment", [NOW, CLOSES, CLOSES + timedelta(days=1)])
def test_a_wave_outside_the_time_for_answers_is_refused(run, moment):
    with pytest.raises(Refused, match="outside the time for answers"):
        draft_cycle(run, opens_at=NOW, closes_at=CLOSES, remind_at=[moment])


def test_the_command_plans_waves_for_the_morning_of_the_zone(sqlite_run, monkeypatch, capsys):
    cli = Commands(sqlite_run, monkeypatch, capsys)
    made = cli(
        "cycle", "create", "K", "--questionnaire", "account_manager_pulse",
        "--closes", "2026-12-31", "--remind", "2026-12-10", "--remind", "2026-12-20T14:30",
    )  # fmt: skip
    assert made.code == 0, made.err
    planned = {at for _, at, _ in dump(sqlite_run)["reminder_wave"]}
    assert {at.isoformat() for at in planned} == {
        "2026-12-10T01:00:00+00:00",
        "2026-12-20T06:30:00+00:00",
    }
