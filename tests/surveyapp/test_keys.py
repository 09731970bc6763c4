"""The keys of a cycle: where they may lie, and how they come back when they are lost."""

import json
import shutil
from base64 import b64decode
from dataclasses import replace

import pytest
from nacl.pwhash import argon2id
from sqlalchemy import func, select

from surveyapp import escrow
from surveyapp.errors import KeyUnavailable, Refused
from surveyapp.escrow import Escrow
from surveyapp.models import Response
from surveyapp.runtime import Runtime
from surveyapp.sealing import KeyFolder
from surveyapp.services.cycles import find_cycle
from surveyapp.steps import close_and_destroy, open_with_keys, restore_keys
from tests.commands import Commands
from tests.dumps import dump
from tests.factories import draft_cycle, everybody_answers, filled, open_cycle, token_of

PASSPHRASE = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(escrow, "EFFORT", (argon2id.OPSLIMIT_MIN, argon2id.MEMLIMIT_MIN))


@pytest.fixture
def copy(tmp_path):
    (tmp_path / "safe").mkdir()
    return Escrow(tmp_path / "safe" / "2026-Q4.escrow", PASSPHRASE)


def open_with_escrow(run, copy):
    draft_cycle(run)
    open_with_keys(run, "2026-Q4", copy)


def lose_keys(run):
    shutil.rmtree(run.config.key_dir)


def test_lost_keys_come_back_from_the_escrow_copy_and_the_cycle_closes(run, client, copy):
    open_with_escrow(run, copy)
    everybody_answers(run, client)
    before = run.keys.load(cycle_id(run))
    lose_keys(run)
    with pytest.raises(KeyUnavailable, match="keys restore FILE"):
        close_and_destroy(run, "2026-Q4")
    assert restore_keys(run, copy) == "2026-Q4"
    assert run.keys.load(cycle_id(run)) == before
    assert close_and_destroy(run, "2026-Q4") is True
    with run.database.reading() as session:
        assert session.scalar(select(func.count(Response.id))) > 0


def cycle_id(run):
    with run.database.reading() as session:
        return find_cycle(session, "2026-Q4").id


def test_while_keys_are_lost_pages_say_one_moment_and_go_on_after_the_restore(run, client, copy):
    open_with_escrow(run, copy)
    address = f"/r/{token_of(run, 'C1')}/1"
    token = token_of(run, "C1")
    data = filled(client.get(address).get_data(as_text=True)) | {"action": "save"}
    lose_keys(run)
    assert client.post(address, data=data).status_code == 503
    restore_keys(run, copy)
    assert client.post(address, data=data).status_code == 200
    assert token_of(run, "C1") == token


def test_only_the_secret_file_lost_is_mended_too(run, copy):
    open_with_escrow(run, copy)
    run.config.secret_file.unlink()
    restore_keys(run, copy)
    assert run.keys.load(cycle_id(run)).public_key


def test_the_escrow_copy_is_private_and_its_keys_stand_nowhere_in_it(run, copy):
    open_with_escrow(run, copy)
    keys = run.keys.load(cycle_id(run))
    assert copy.path.stat().st_mode & 0o077 == 0
    content = json.loads(copy.path.read_text())
    assert set(content) == {"kind", "cycle", "effort", "salt", "keys"}
    assert keys.private_key not in b64decode(content["keys"])


def test_a_wrong_passphrase_opens_nothing(run, copy):
    open_with_escrow(run, copy)
    lose_keys(run)
    with pytest.raises(Refused, match="does not open"):
        restore_keys(run, Escrow(copy.path, "another passphrase"))
    assert not run.keys.holds(cycle_id(run))


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"kind": "other", "salt": "", "keys": ""}'])
def test_another_file_is_no_escrow_copy(run, tmp_path, content):
    (tmp_path / "file").write_text(content)
    with pytest.raises(Refused, match="no escrow copy"):
        restore_keys(run, Escrow(tmp_path / "file", PASSPHRASE))


def test_an_escrow_copy_that_asks_for_endless_work_is_refused(run, copy):
    open_with_escrow(run, copy)
    content = json.loads(copy.path.read_text()) | {"effort": [2**20, argon2id.MEMLIMIT_MIN]}
    copy.path.write_text(json.dumps(content))
    with pytest.raises(Refused, match="no escrow copy"):
        restore_keys(run, copy)


def test_keys_that_are_there_are_not_replaced(run, copy):
    open_with_escrow(run, copy)
    with pytest.raises(Refused, match="in their place"):
        restore_keys(run, copy)


def test_after_closing_the_escrow_copy_brings_nothing_back(run, copy):
    open_with_escrow(run, copy)
    close_and_destroy(run, "2026-Q4")
    with pytest.raises(Refused, match="no open cycle"):
        restore_keys(run, copy)
    assert not run.keys.holds(cycle_id(run))


def test_an_existing_file_and_a_short_passphrase_are_refused_and_nothing_opens(run, copy, tmp_path):
    draft_cycle(run)
    taken = tmp_path / "taken"
    taken.touch()
    inside = run.config.data_dir / "copy"
    for bad, reason in (
        (Escrow(taken, PASSPHRASE), "exists already"),
        (Escrow(copy.path, "short"), "at least 12"),
        (Escrow(inside, PASSPHRASE), "another medium"),
    ):
        with pytest.raises(Refused, match=reason):
            open_with_keys(run, "2026-Q4", bad)
    with run.database.reading() as session:
        assert find_cycle(session, "2026-Q4").state == "draft"


def test_an_escrow_copy_that_cannot_be_written_leaves_the_cycle_a_draft(run, tmp_path):
    draft_cycle(run)
    (tmp_path / "file").touch()
    before = dump(run)
    with pytest.raises(Refused, match=r"There is no folder .*file"):
        open_with_keys(run, "2026-Q4", Escrow(tmp_path / "file" / "copy", PASSPHRASE))
    assert dump(run) == before


def test_opening_refuses_keys_inside_the_data_folder(run, tmp_path):
    draft_cycle(run)
    inside = run.config.data_dir / "keys"
    config = replace(run.config, key_dir=inside)
    wrong = Runtime(config, run.database, KeyFolder(inside, tmp_path / "secret"))
    with pytest.raises(Refused, match="inside the data folder"):
        open_with_keys(wrong, "2026-Q4")
    assert not inside.exists()


def test_opening_refuses_keys_that_others_can_read(run):
    draft_cycle(run)
    run.config.key_dir.mkdir()
    run.config.key_dir.chmod(0o755)
    with pytest.raises(Refused, match="chmod 700"):
        open_with_keys(run, "2026-Q4")
    run.config.key_dir.chmod(0o700)
    assert open_with_keys(run, "2026-Q4")


@pytest.fixture
def commands(sqlite_run, monkeypatch, capsys):
    return Commands(sqlite_run, monkeypatch, capsys)


def test_opening_restoring_and_closing_by_command(sqlite_run, commands, copy, tmp_path):
    draft_cycle(sqlite_run)
    words = tmp_path / "words"
    words.write_text(PASSPHRASE + "\n")
    opened = commands("cycle", "open", "2026-Q4", "--escrow", copy.path, "--passphrase-file", words)
    assert opened.code == 0, opened.err
    lose_keys(sqlite_run)
    assert commands("cycle", "close", "2026-Q4").code == 3
    restored = commands("keys", "restore", copy.path, "--passphrase-file", words, "--json")
    assert restored.json == {"cycle": "2026-Q4", "restored": True}
    closed = commands("cycle", "close", "2026-Q4")
    assert "destroy the escrow copy 2026-Q4.escrow by hand" in closed.out
    assert commands("cycle", "close", "2026-Q4", "--json").json["escrow"] == "2026-Q4.escrow"


def test_closing_without_an_escrow_copy_speaks_of_none(sqlite_run, commands):
    open_cycle(sqlite_run)
    assert "escrow" not in commands("cycle", "close", "2026-Q4").out


def test_an_empty_passphrase_file_is_refused(sqlite_run, commands, copy, tmp_path):
    draft_cycle(sqlite_run)
    (tmp_path / "words").touch()
    outcome = commands(
        "cycle", "open", "2026-Q4", "--escrow", copy.path, "--passphrase-file", tmp_path / "words"
    )
    assert (outcome.code, "first line" in outcome.err) == (1, True)
