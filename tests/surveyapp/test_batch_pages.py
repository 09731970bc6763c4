"""All reports at once, in the browser: made by a process of its own, watched, taken along."""

import fcntl
import io
import os
import zipfile
from dataclasses import replace

import pytest
from sqlalchemy import delete, select, update

from surveyapp import batches, create_app, steps
from surveyapp.batches import Batch
from surveyapp.config import BrandSettings, from_environment
from surveyapp.models import AuditEvent, Cycle, Person, Response, Role
from tests import pages
from tests.counting import statements
from tests.factories import closed_cycle, released_cycle
from tests.signing_in import post, signed_in

BATCH = "/admin/cycles/2026-Q4/batch"
ZIP = f"{BATCH}/reports.zip"
WANTED = {"action": "start", "audience": "manager", "language": ""}


@pytest.fixture
def analyst(client):
    """The client of an HR analyst."""
    signed_in(client, Role.ANALYST)
    return client


@pytest.fixture
def released(run, analyst):
    """That client, where the results are out."""
    released_cycle(run, analyst)
    return analyst


def cycle_id(run):
    with run.database.reading() as session:
        return session.scalars(select(Cycle.id)).one()


def folder(run):
    return run.config.data_dir / "reports" / cycle_id(run)


def wait_for_the_end(run):
    """Until the process has let go of its lock, as it does however it ends."""
    lock = os.open(folder(run) / "lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    os.close(lock)


def make(run, client, **wanted):
    assert post(client, BATCH, **WANTED | wanted).status_code == 303
    wait_for_the_end(run)


def known(run, **facts):
    """As if a process had left these facts behind."""
    folder(run).mkdir(parents=True, exist_ok=True)
    with run.database.reading() as session:
        version = batches._version(run, session, session.scalars(select(Cycle)).one())
    made = Batch(**{"audience": "manager", "language": "", "version": version} | facts)
    batches._note(folder(run), made)


def text(client, address=BATCH):
    reply = client.get(address)
    assert reply.status_code == 200
    return reply.get_data(as_text=True)


def test_all_reports_are_made_in_the_background_and_taken_along(run, released):
    assert "Make all reports" in text(released)
    make(run, released)
    assert "2 reports for managers" in text(released)
    reply = released.get(ZIP)
    with zipfile.ZipFile(io.BytesIO(reply.data)) as whole:
        assert whole.namelist() == ["AM1.zh.pdf", "AM2.en.pdf"]
        assert whole.read("AM1.zh.pdf").startswith(b"%PDF")
    reply.close()


def test_the_log_names_who_started_it_and_what_was_made(run, client):
    released_cycle(run, client)
    who = signed_in(client, Role.ANALYST)
    make(run, client, audience="hr", language="en")
    with run.database.reading() as session:
        row = session.scalars(select(AuditEvent).filter_by(action="report build")).one()
        assert (row.actor, row.details["audience"], row.details["count"]) == (who.id, "hr", 2)
    assert "do not hand them to managers" in text(client)
    reply = client.get(ZIP)
    with zipfile.ZipFile(io.BytesIO(reply.data)) as whole:
        assert whole.namelist() == ["AM1.en.hr.pdf", "AM2.en.hr.pdf"]
    reply.close()


def test_whoever_takes_all_reports_along_leaves_a_line(run, client, caplog):
    released_cycle(run, client)
    who = signed_in(client, Role.ANALYST)
    assert client.get(ZIP).status_code == 404
    make(run, client)
    client.get(ZIP).close()
    lines = [r for r in caplog.records if r.name == "surveyapp.reading"]
    assert [(r.account, r.cycle, r.ratee, r.format) for r in lines] == [
        (who.id, "2026-Q4", "", "zip")
    ]


def test_made_again_nothing_is_made_twice_and_another_look_makes_all(sqlite_run):
    client = create_app(runtime=sqlite_run).test_client()
    released_cycle(sqlite_run, client)
    kept = []
    green = BrandSettings(colour="#0B5D3B")
    for settings in (BrandSettings(), BrandSettings(), green):
        run = replace(sqlite_run, config=replace(sqlite_run.config, brand_settings=settings))
        batches.start(run, "2026-Q4", "manager", "")
        wait_for_the_end(run)
        kept.append(batches.look(run, cycle_id(run)).kept)
    assert kept == [0, 2, 0]


def test_of_two_at_once_one_is_refused(run, released):
    folder(run).mkdir(parents=True)
    with batches._locked(folder(run)):
        known(run, total=2, done=1)
        assert "The reports are being made" in text(released)
        reply = post(released, BATCH, **WANTED)
    assert reply.status_code == 409
    assert "being made just now" in reply.get_data(as_text=True)


def test_progress_is_seen_with_and_without_script(run, released):
    folder(run).mkdir(parents=True)
    with batches._locked(folder(run)):
        known(run, total=4, done=1)
        page = pages.read(text(released))
        seen = released.get(f"{BATCH}/progress").get_json()
    (bar,) = page.all("progress")
    assert (bar["value"], bar["max"]) == ("1", "4")
    assert "1 of 4 reports" in page.text
    assert seen == {"state": "running", "done": 1, "total": 4, "words": "1 of 4 reports"}


def test_the_script_is_a_file_and_is_there_only_while_something_moves(run, released):
    known(run, total=4, done=4, state="done")
    assert "batch.js" not in text(released)
    with batches._locked(folder(run)):
        known(run, total=4, done=1)
        scripts = pages.read(text(released)).all("script")
    assert [script["src"] for script in scripts] == ["/static/batch.js"]


def test_a_batch_whose_process_was_killed_is_seen_to_be_interrupted(run, released):
    known(run, total=2, done=1)
    page = text(released)
    assert "The batch was interrupted" in page
    assert "1 of 2 reports. Its process was stopped." in page
    assert released.get(f"{BATCH}/progress").get_json()["state"] == "stopped"
    make(run, released)
    assert "2 reports for managers" in text(released)


def test_a_report_that_failed_stands_there_with_its_reason(run, released):
    failed = (("AM1", "it took more than <30> seconds"),)
    known(run, total=2, done=2, state="done", failed=failed)
    page = text(released)
    assert "it took more than &lt;30&gt; seconds" in page
    assert "1 reports for managers" in page


def test_why_a_whole_batch_failed_is_said_in_the_language_of_the_reader(run, released):
    known(run, state="stopped", problem="There is no account %(email)s.", words={"email": "x@y"})
    assert "There is no account x@y." in text(released)
    post(released, "/account/language", language="zh", back="/admin/")
    page = text(released)
    assert "批量生成已中断" in page
    assert "There is no account" not in page


def test_reports_of_data_that_changed_are_not_handed_out(run, released):
    make(run, released)
    with run.database.transaction() as session:
        session.execute(update(Person).values(name="Somebody"))
    assert "make them anew" in text(released)
    assert released.get(ZIP).status_code == 409


def test_reports_of_answers_that_are_not_those_released_are_not_handed_out(run, released):
    known(run, total=2, done=2, state="done")
    with run.database.transaction() as session:
        session.execute(delete(Response))
    assert released.get(BATCH).status_code == released.get(ZIP).status_code == 409
    assert post(released, BATCH, **WANTED).status_code == 409


def test_nothing_is_made_before_the_release(run, analyst):
    closed_cycle(run, analyst)
    assert analyst.get(BATCH).status_code == analyst.get(ZIP).status_code == 409
    assert not folder(run).exists()


def test_what_is_not_made_cannot_be_taken_along(run, released):
    assert released.get(ZIP).status_code == 404
    assert released.get(f"{BATCH}/progress").get_json() == {"state": "none"}


def test_the_files_can_be_deleted(run, released):
    known(run, total=2, done=2, state="done")
    post(released, BATCH, action="remove")
    assert not folder(run).exists()
    assert "Delete the files" not in text(released)


def test_a_forgotten_cycle_leaves_no_file(run, released):
    known(run, total=2, done=2, state="done")
    place = folder(run)
    steps.forget(run, "2026-Q4", "2026-Q4")
    assert not place.exists()


def test_an_erased_person_stands_in_no_file(cli, sqlite_run):
    released_cycle(sqlite_run, create_app(runtime=sqlite_run).test_client())
    known(sqlite_run, total=2, done=2, state="done")
    with batches._locked(folder(sqlite_run)):
        assert "being made just now" in cli("person", "erase", "AM1").err
    assert cli("person", "erase", "AM1").code == 0
    assert not folder(sqlite_run).exists()


@pytest.mark.parametrize("wrong", [{"audience": "all"}, {"language": "fr"}, {"action": "x"}])
def test_what_no_form_sends_is_refused(run, released, wrong):
    assert post(released, BATCH, **WANTED | wrong).status_code == 400


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.MANAGER])
def test_batches_are_for_hr_alone(run, client, role):
    released_cycle(run, client)
    signed_in(client, role)
    for address in (BATCH, ZIP, f"{BATCH}/progress"):
        assert client.get(address).status_code == 403
    assert post(client, BATCH, **WANTED).status_code == 403


def test_watching_costs_few_statements(run, released):
    known(run, total=4, done=1)
    with statements(run) as sent:
        released.get(f"{BATCH}/progress")
    assert len(sent) <= 3


def test_a_process_gets_the_whole_configuration(sqlite_run):
    config = replace(
        sqlite_run.config,
        mail_from="a@example.com",
        proxy_hops=2,
        brand_settings=BrandSettings("#0B5D3B", None, "Ask Anna"),
    )
    assert from_environment(config.environment()) == config
