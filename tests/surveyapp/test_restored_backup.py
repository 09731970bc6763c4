"""An older backup does not silently bring back a cycle that was closed."""

import shutil

import pytest
from sqlalchemy import delete, insert, select

from surveyapp.errors import Refused
from surveyapp.models import Base
from surveyapp.services.cycles import find_cycle
from surveyapp.steps import (
    accept_restore,
    close_and_destroy,
    open_with_keys,
    release,
    require_newest,
)
from tests.commands import Commands
from tests.dumps import dump
from tests.factories import draft_cycle, everybody_answers, open_cycle, submit, token_of


def backup(run):
    """All rows as they are now."""
    with run.database.reading() as session:
        return {t: session.execute(select(t)).mappings().all() for t in Base.metadata.sorted_tables}


def restore(run, rows):
    with run.database.transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(delete(table))
        for table in Base.metadata.sorted_tables:
            if rows[table]:
                session.execute(insert(table), [dict(row) for row in rows[table]])


@pytest.fixture
def restored(run, client):
    """A database from before the closing, after the closing; and a link of that time."""
    open_cycle(run)
    token = token_of(run, "C1")
    everybody_answers(run, client)
    rows = backup(run)
    close_and_destroy(run, "2026-Q4")
    restore(run, rows)
    return token


def test_a_cycle_that_was_closed_and_reads_as_open_is_recognised(run, restored):
    with pytest.raises(Refused, match="older backup: 2026-Q4 was closed since"):
        require_newest(run)


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--port", "0"],
        ["mail", "deliver"],
        ["cycle", "status", "2026-Q4"],
        ["cycle", "close", "2026-Q4"],
        ["cycle", "remind", "2026-Q4"],
    ],
    ids=" ".join,
)
def test_nothing_starts_on_an_older_backup(run, restored, monkeypatch, capsys, words):
    outcome = Commands(run, monkeypatch, capsys)(*words)
    assert outcome.code == 1
    assert "surveyapp db accept-restore" in outcome.err


def test_accepting_closes_the_cycle_without_results_and_its_links_are_gone(run, client, restored):
    assert accept_restore(run) == ["2026-Q4"]
    require_newest(run)
    rows = dump(run)
    assert (rows["ballot"], rows["draft"], rows["response_group"]) == ([], [], [])
    assert client.get(f"/r/{restored}").status_code == 410
    assert client.post(f"/r/{restored}/1", data={"action": "submit"}).status_code == 410
    with pytest.raises(Refused, match="closed without results"):
        release(run, "2026-Q4")


def test_accepting_twice_or_without_need_changes_nothing(run, restored):
    accept_restore(run)
    before = dump(run)
    assert accept_restore(run) == []
    assert dump(run) == before


def test_accepting_touches_no_cycle_that_is_really_open(run, client):
    open_cycle(run)
    submit(client, token_of(run, "C1"))
    before = dump(run)
    assert accept_restore(run) == []
    assert dump(run) == before


def test_a_backup_from_before_the_opening_is_recognised_too(run):
    draft_cycle(run)
    rows = backup(run)
    open_with_keys(run, "2026-Q4")
    close_and_destroy(run, "2026-Q4")
    restore(run, rows)
    with pytest.raises(Refused, match="older backup"):
        require_newest(run)


def test_a_backup_from_after_the_closing_is_welcome(run):
    open_cycle(run)
    close_and_destroy(run, "2026-Q4")
    rows = backup(run)
    restore(run, rows)
    require_newest(run)


def test_a_backup_of_an_open_cycle_that_is_still_open_is_welcome(run):
    open_cycle(run)
    restore(run, backup(run))
    require_newest(run)


def test_a_crash_before_the_closing_is_noted_is_finished_by_closing_again(run, monkeypatch):
    open_cycle(run)
    with monkeypatch.context() as patch:
        patch.setattr(type(run.keys), "note_closed", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            close_and_destroy(run, "2026-Q4")
    assert run.keys.closed_before() == set()
    close_and_destroy(run, "2026-Q4")
    with run.database.reading() as session:
        assert run.keys.closed_before() == {find_cycle(session, "2026-Q4").id}


def test_closing_works_where_the_key_folder_went_after_an_earlier_closing(run):
    open_cycle(run)
    close_and_destroy(run, "2026-Q4")
    shutil.rmtree(run.config.key_dir)
    assert close_and_destroy(run, "2026-Q4") is False


def test_accepting_by_command(run, restored, monkeypatch, capsys):
    commands = Commands(run, monkeypatch, capsys)
    assert commands("doctor").code == 1
    outcome = commands("db", "accept-restore", "--json")
    assert outcome.json == {"closed_without_results": ["2026-Q4"]}
    assert "Nothing to accept" in commands("db", "accept-restore").out
    assert "closed" in commands("cycle", "status", "2026-Q4").out
