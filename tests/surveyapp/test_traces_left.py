"""Files that cannot be cleaned just now: what is done is said to be done, and is cleaned later."""

import pytest

from surveyapp import steps
from surveyapp.db import Database
from surveyapp.errors import StorageUnavailable, TracesLeft
from surveyapp.models import Role
from tests.factories import open_cycle, released_cycle
from tests.pages import read
from tests.signing_in import post, signed_in

CYCLE = "/admin/cycles/2026-Q4"
BUSY = "The journal could not be emptied"


def scrub_in_vain(_self, _tables=()):
    raise StorageUnavailable(BUSY)


@pytest.fixture
def busy(monkeypatch):
    """From when it is called on, another process reads the database all the time."""
    return lambda: monkeypatch.setattr(Database, "scrub", scrub_in_vain)


@pytest.fixture
def admin(client):
    """The client of an administrator."""
    signed_in(client, Role.ADMINISTRATOR)
    return client


def test_a_closing_that_cannot_clean_the_files_is_told_as_done(run, admin, busy):
    open_cycle(run)
    busy()
    assert post(admin, CYCLE, action="close", typed="2026-Q4").status_code == 303
    text = read(admin.get(CYCLE).text).text
    assert "is closed, and its keys are destroyed. But the files" in text
    assert BUSY in text


def test_a_forgotten_cycle_whose_traces_are_left_is_told_as_forgotten(run, admin, busy):
    released_cycle(run, admin)
    busy()
    reply = post(admin, CYCLE, action="forget", typed="2026-Q4")
    assert reply.headers["Location"] == "/admin/"
    text = read(admin.get("/admin/").text).text
    assert "2026-Q4 is deleted, but the files of the database still hold traces" in text
    assert "surveyapp" not in text.partition("still hold traces")[2][:200]


def test_the_release_cleans_what_the_closing_had_to_leave(run, admin, monkeypatch):
    open_cycle(run)
    cleaned = []
    steps.close_and_destroy(run, "2026-Q4")
    monkeypatch.setattr(Database, "scrub", lambda _self, tables: cleaned.append(tables))
    steps.release(run, "2026-Q4")
    assert cleaned == [("ballot", "draft")]


def test_the_command_says_what_cleans_them(run, busy):
    open_cycle(run)
    busy()
    with pytest.raises(TracesLeft, match="surveyapp cycle close 2026-Q4"):
        steps.close_and_destroy(run, "2026-Q4")
