"""Nothing that is printed tells who has not answered, or how many."""

from datetime import timedelta

import pytest

from surveyapp.outbox import deliver, waiting_mails
from surveyapp.services.cycles import find_cycle, status
from surveyapp.services.mails import mailqueue
from surveyapp.steps import open_with_keys
from tests.factories import draft_cycle, open_cycle, submit, token_of
from tests.people import NOW
from tests.smtp import smtp_server


def remind(run):
    with run.database.transaction() as session:
        mailqueue.remind(session, find_cycle(session, "2026-Q4"))


def test_a_refused_reminder_is_spoken_of_nowhere(cli, sqlite_run, client_of):
    open_cycle(sqlite_run)
    submit(client_of(sqlite_run), token_of(sqlite_run, "C1"))
    with smtp_server() as postbox:
        cli.set(MAIL_URL=f"smtp://127.0.0.1:{postbox.port}")
        assert cli("mail", "deliver", "--json").json["sent"] == 11
        remind(sqlite_run)
        postbox.refused = {"c2@harbour.example": "550 gone"}
        outcome = cli("mail", "deliver", "--json")
    assert outcome.json["given_up"] == []
    mails = [cli("person", "export", rater, "--json").json["mails"] for rater in ("C1", "C2")]
    assert [mail["error"] for (mail,) in mails] == ["", ""]


@pytest.fixture
def client_of():
    from surveyapp import create_app

    return lambda run: create_app(runtime=run).test_client()


def test_the_bar_does_not_move_for_reminders(sqlite_run):
    open_cycle(sqlite_run)
    deliver(sqlite_run, waiting_mails(sqlite_run), lambda _: None)
    remind(sqlite_run)
    moved = []
    deliver(sqlite_run, waiting_mails(sqlite_run), moved.append)
    assert moved == []
    with sqlite_run.database.reading() as session:
        assert mailqueue.first_mails_queued(session, waiting_mails(sqlite_run)) == 0


def test_a_cycle_with_lost_keys_does_not_hold_up_the_mails_of_another(run):
    open_cycle(run)
    draft_cycle(run, key="other")
    open_with_keys(run, "other")
    with run.database.reading() as session:
        lost = find_cycle(session, "2026-Q4").id
    (run.config.key_dir / f"{lost}.key").rename(run.config.key_dir / "away")
    result = deliver(run, waiting_mails(run), lambda _: None)
    assert (result.sent, result.keyless_cycles) == (12, 1)
    assert len(waiting_mails(run)) == 12


def test_after_the_common_deadline_no_submission_shows_until_the_closing(run, client):
    open_cycle(run, closes_at=NOW + timedelta(days=1))
    for rater in ("C1", "C2", "C3"):
        submit(client, token_of(run, rater))
    with run.database.reading() as session:
        cycle = find_cycle(session, "2026-Q4")
        before = {row.relation: row for row in status(session, cycle, NOW)}
        after = {row.relation: row for row in status(session, cycle, NOW + timedelta(days=2))}
    assert before["CUSTOMER"].answered == "3 or more"
    assert (after["CUSTOMER"].answered, after["CUSTOMER"].ready_cells) == (
        "told after the closing",
        None,
    )
    assert after["SUPERVISOR"].answered == "0 of 2"


def test_a_torn_line_in_the_list_of_closed_cycles_hides_no_later_one(run):
    run.config.key_dir.mkdir(exist_ok=True)
    (run.config.key_dir / "closed-cycles").write_text("abc")
    run.keys.note_closed("0123")
    assert "0123" in run.keys.closed_before()


@pytest.mark.parametrize("date", ["9999-12-31", "9999-12-31T23:59"])
def test_a_date_at_the_end_of_the_calendar_is_refused(cli, date):
    words = ["cycle", "create", "K", "--questionnaire", "account_manager_360", "--closes", date]
    outcome = cli(*words)
    assert outcome.code == 2
    assert "too far away" in outcome.err


def test_an_escrow_copy_needs_its_medium(cli, sqlite_run, tmp_path):
    draft_cycle(sqlite_run)
    (tmp_path / "words").write_text("correct horse battery staple")
    words = ["--escrow", tmp_path / "not mounted" / "x", "--passphrase-file", tmp_path / "words"]
    outcome = cli("cycle", "open", "2026-Q4", *words)
    assert outcome.code == 1
    assert "is the medium in its place?" in outcome.err
    assert not (tmp_path / "not mounted").exists()
