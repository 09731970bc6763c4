"""What the doctor finds, and that it says how to mend it."""

import pytest

from surveyapp.steps import close_and_destroy
from tests.commands import Commands
from tests.factories import open_cycle
from tests.smtp import smtp_server


@pytest.fixture
def doctor(sqlite_run, monkeypatch, capsys):
    sqlite_run.config.data_dir.chmod(0o700)
    commands = Commands(sqlite_run, monkeypatch, capsys)
    return lambda: commands("doctor", "--json")


def test_a_sound_installation_is_told_so(sqlite_run, doctor):
    open_cycle(sqlite_run)
    outcome = doctor()
    assert outcome.code == 0
    assert set(outcome.json.values()) == {""}


def test_a_service_that_mails_into_a_folder_is_told_that_nobody_gets_them(sqlite_run, doctor):
    outcome = doctor()
    assert outcome.code == 0
    assert "nobody gets one; set SURVEYAPP_MAIL_URL" in outcome.err


def test_missing_keys_of_an_open_cycle_are_found(sqlite_run, doctor):
    open_cycle(sqlite_run)
    sqlite_run.config.key_dir.rename(sqlite_run.config.key_dir.with_name("away"))
    outcome = doctor()
    assert outcome.code == 1
    assert "Put the key folder" in outcome.json["keys of open cycles"]


def test_keys_that_outlived_their_cycle_are_found(sqlite_run, doctor, monkeypatch):
    open_cycle(sqlite_run)
    with monkeypatch.context() as patch:
        patch.setattr(type(sqlite_run.keys), "destroy", lambda *_: None)
        close_and_destroy(sqlite_run, "2026-Q4")
    assert "cycle close" in doctor().json["keys of closed cycles"]
    close_and_destroy(sqlite_run, "2026-Q4")
    assert doctor().code == 0


def test_folders_that_others_can_read_are_found(sqlite_run, doctor):
    open_cycle(sqlite_run)
    sqlite_run.config.data_dir.chmod(0o755)
    sqlite_run.config.key_dir.chmod(0o755)
    found = doctor().json
    assert "chmod 700" in found["data folder is private"]
    assert "chmod 700" in found["key folder is private"]


def test_keys_inside_the_data_folder_are_found(sqlite_run, monkeypatch, capsys):
    commands = Commands(sqlite_run, monkeypatch, capsys)
    commands.set(KEY_DIR=sqlite_run.config.data_dir / "keys")
    found = commands("doctor", "--json").json
    assert "SURVEYAPP_KEY_DIR" in found["key folder is outside the data"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://mail.example.com", "SURVEYAPP_MAIL_URL must read"),
        ("smtp://mail.example.com:notaport", "its port is no number"),
        ("smtp://127.0.0.1:1", "the mail server 127.0.0.1 does not answer"),
    ],
)
def test_a_mail_server_that_takes_nothing_is_found(sqlite_run, monkeypatch, capsys, url, words):
    commands = Commands(sqlite_run, monkeypatch, capsys)
    commands.set(MAIL_URL=url)
    outcome = commands("doctor", "--json")
    assert outcome.code == 1
    assert words in outcome.json["mail server"]


def test_a_mail_server_that_greets_is_fine_and_gets_no_mail(sqlite_run, monkeypatch, capsys):
    commands = Commands(sqlite_run, monkeypatch, capsys)
    with smtp_server() as postbox:
        commands.set(MAIL_URL=f"smtp://127.0.0.1:{postbox.port}")
        assert commands("doctor", "--json").json["mail server"] == ""
        assert postbox.mails == []


@pytest.mark.parametrize("below", ["", "/not/made/yet"])
def test_a_mail_folder_that_cannot_be_written_is_found(
    sqlite_run, monkeypatch, capsys, tmp_path, below
):
    file = tmp_path / "file"
    file.touch()
    commands = Commands(sqlite_run, monkeypatch, capsys)
    commands.set(MAIL_URL=f"folder:{file}{below}")
    assert "cannot be written" in commands("doctor", "--json").json["mail server"]


def test_a_folder_of_questionnaires_that_is_none_is_found(sqlite_run, monkeypatch, capsys):
    commands = Commands(sqlite_run, monkeypatch, capsys)
    commands.set(QUESTIONNAIRE_DIR="/nope")
    assert "/nope is no folder" in commands("doctor", "--json").json["folder of questionnaires"]
