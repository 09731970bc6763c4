"""Mails leave by themselves while the service runs, each once, whoever else delivers."""

import logging
import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from surveyapp.models import Invitation, MailState
from surveyapp.postman import BATCH, Postman, delivering
from tests.factories import open_cycle
from tests.people import HEADER
from tests.smtp import smtp_server


@pytest.fixture
def postbox():
    with smtp_server() as postbox:
        yield postbox


def through(run, postbox, **settings):
    """The service with this mail server."""
    url = f"smtp://127.0.0.1:{postbox.port}"
    return replace(run, config=replace(run.config, mail_url=url, **settings))


def states(run):
    with run.database.reading() as session:
        return set(session.scalars(select(Invitation.mail_state)))


def test_what_is_due_leaves_while_the_service_runs(run, postbox):
    open_cycle(run)
    with delivering(through(run, postbox)):
        pass  # stopped, it lets the batch at hand end
    assert len(postbox.mails) == len(set(postbox.arrived_at())) == 12
    assert states(run) == {MailState.SENT}


@pytest.mark.usefixtures("patient")
def test_two_servers_at_once_send_no_mail_twice(run, postbox):
    open_cycle(run)
    postmen = [Postman(through(run, postbox)) for _ in range(3)]
    for postman in postmen:
        postman.thread.start()
    for postman in postmen:
        postman.stop()
    assert len(postbox.arrived_at()) == len(set(postbox.arrived_at())) == 12


def test_a_server_that_is_stopped_ends_after_a_batch_and_the_rest_stays_queued(run, postbox):
    peers = "|".join(f"P{n}" for n in range(2 * BATCH))
    rows = "".join(f"P{n},Peer {n},p{n}@example.com,en,,,,,\n" for n in range(2 * BATCH))
    open_cycle(run, roster=f"{HEADER}AM1,Li,li@example.com,en,key,,{peers},,\n{rows}")
    postman = Postman(through(run, postbox))
    postman.stopped.set()
    postman._work()
    assert len(postbox.mails) == BATCH
    assert states(run) == {MailState.SENT, MailState.QUEUED}


def test_a_mail_server_that_is_away_stops_nothing_but_the_delivery(run, caplog):
    open_cycle(run)
    nobody = replace(run, config=replace(run.config, mail_url="smtp://127.0.0.1:9"))
    with caplog.at_level(logging.WARNING), delivering(nobody):
        pass
    assert "deliver" in caplog.text
    assert "@example.com" not in caplog.text
    assert states(run) == {MailState.QUEUED}


def test_a_round_that_breaks_is_told_and_the_next_one_comes(run, monkeypatch, caplog):
    rounds = threading.Semaphore(0)

    def broken(self):
        rounds.release()
        raise RuntimeError("broken")

    monkeypatch.setattr(Postman, "_round", broken)
    postman = Postman(replace(run, config=replace(run.config, deliver_every=0)))
    postman.thread.start()
    assert all(rounds.acquire(timeout=120) for _ in range(2))
    postman.stop()
    assert "A delivery of mails failed" in caplog.text


@pytest.mark.parametrize("settings", [{"deliver_every": 0}, {"public_base_url": ""}])
def test_switched_off_or_without_an_address_it_sends_nothing(run, postbox, settings):
    open_cycle(run)
    with delivering(through(run, postbox, **settings)):
        pass
    assert postbox.mails == []
    assert states(run) == {MailState.QUEUED}
