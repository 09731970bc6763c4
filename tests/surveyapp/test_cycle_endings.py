"""Drafts and ended cycles can be deleted as a whole, openings be taken back in time."""

import pytest
from sqlalchemy import inspect

from questionnaires.model import Relation
from surveyapp import create_app
from surveyapp.errors import KeyUnavailable, Refused
from surveyapp.models import Base
from surveyapp.outbox import deliver, waiting_mails
from surveyapp.services.cycles import find_cycle
from surveyapp.services.drafts import nominations
from surveyapp.services.drafts.nominations import Candidate
from surveyapp.services.drafts.settings import allow_nominations
from surveyapp.services.people import import_roster
from surveyapp.services.privacy.endings import delete_draft, forget_cycle
from surveyapp.services.releases import released_data
from surveyapp.services.rosters.roster import read_roster
from surveyapp.steps import close_and_destroy, delete, forget, open_with_keys, take_back
from tests.dumps import bytes_on_disk, dump
from tests.factories import (
    closed_cycle,
    delivered,
    draft_cycle,
    open_cycle,
    released_cycle,
    submit,
    token_of,
)
from tests.people import ROSTER
from tests.signing_in import signed_in

KEPT = {"person", "account", "questionnaire", "audit_event"}


def deleted(run, key="2026-Q4", typed=None):
    with run.database.transaction() as session:
        delete_draft(session, find_cycle(session, key), typed or key)


def test_a_deleted_draft_leaves_people_and_nothing_else(run):
    draft_cycle(run)
    before = dump(run)
    deleted(run)
    after = dump(run)
    assert {name for name, rows in after.items() if rows} == KEPT - {"audit_event"}
    assert all(after[name] == before[name] for name in KEPT)


def test_a_key_that_a_failed_opening_left_goes_with_the_draft(run):
    draft_cycle(run)
    with run.database.reading() as session:
        identity = find_cycle(session, "2026-Q4").id
    run.keys.create(identity)
    delete(run, "2026-Q4", "2026-Q4")
    assert not run.keys.holds(identity)


@pytest.mark.parametrize("typed", ["", "2026-q4", "2026-Q4 "])
def test_the_key_must_be_typed_exactly(run, typed):
    draft_cycle(run)
    before = dump(run)
    with run.database.transaction() as session, pytest.raises(Refused, match=r"is not 2026-Q4\."):
        delete_draft(session, find_cycle(session, "2026-Q4"), typed)
    assert dump(run) == before


def test_only_drafts_are_deleted_and_only_ended_cycles_forgotten(run):
    open_cycle(run)
    with pytest.raises(Refused, match="needs a cycle that is draft"):
        deleted(run)
    with pytest.raises(Refused, match="needs a cycle that is closed or released or imported"):
        forget(run, "2026-Q4", "2026-Q4")


def test_a_forgotten_cycle_is_nowhere_and_others_stay_as_they_were(run, client):
    released_cycle(run, client, key="2026-Q3", text="an older word")
    before = dump(run)
    closed_cycle(run, client, text="a word")
    with run.database.reading() as session:
        identity = find_cycle(session, "2026-Q4").id
    forget(run, "2026-Q4", "2026-Q4")
    after = dump(run)
    assert identity not in repr({name: after[name] for name in after})
    assert {n: rows for n, rows in after.items() if n != "audit_event"} == {
        n: rows for n, rows in before.items() if n != "audit_event"
    }
    with run.database.reading() as session:
        assert released_data(session, find_cycle(session, "2026-Q3"), "")


def test_every_table_that_hangs_on_a_cycle_is_emptied(run, client):
    released_cycle(run, client, text="a word")
    with run.database.transaction() as session:
        tables = forget_cycle(session, find_cycle(session, "2026-Q4"), "2026-Q4")
    accounts = {name for name in Base.metadata.tables if name.startswith(("account_", "user_"))}
    saved = {"questionnaire_version", "questionnaire_draft"}
    free = KEPT | {"stopped_address", "link_request", "recovery_code", "sign_in_try"}
    free |= accounts | saved
    assert set(tables) == set(Base.metadata.tables) - free


def test_the_deletion_follows_the_keys_of_the_database_itself(run):
    """Where the database knows a foreign key that the models do not, a deletion would fail."""
    found = inspect(run.database.engine)
    for name, table in Base.metadata.tables.items():
        known = {key.referred_table.name for key in table.foreign_key_constraints}
        assert {key["referred_table"] for key in found.get_foreign_keys(name)} == known


def test_words_of_a_forgotten_cycle_are_not_left_in_the_files(sqlite_run):
    browser = create_app(runtime=sqlite_run).test_client()
    released_cycle(sqlite_run, browser, text="unforgettable-words")
    assert b"unforgettable-words" in bytes_on_disk(sqlite_run)
    forget(sqlite_run, "2026-Q4", "2026-Q4")
    assert b"unforgettable-words" not in bytes_on_disk(sqlite_run)


def test_a_forgotten_key_can_be_used_again(run, client):
    closed_cycle(run, client)
    forget(run, "2026-Q4", "2026-Q4")
    draft_cycle(run)
    assert len(dump(run)["cycle"]) == 1


def test_an_opening_can_be_taken_back_before_the_first_mail(run):
    draft_cycle(run)
    before = {name: rows for name, rows in dump(run).items() if name != "roster_snapshot"}
    open_with_keys(run, "2026-Q4")
    with run.database.reading() as session:
        identity = find_cycle(session, "2026-Q4").id
    take_back(run, "2026-Q4")
    after = dump(run)
    assert {name: after[name] for name in before if name != "audit_event"} == {
        name: before[name] for name in before if name != "audit_event"
    }
    with pytest.raises(KeyUnavailable):
        run.keys.load(identity)


def test_what_was_taken_back_opens_again_with_other_links(run):
    open_cycle(run)
    first = token_of(run, "C1")
    take_back(run, "2026-Q4")
    assert open_with_keys(run, "2026-Q4") == 12
    assert token_of(run, "C1") != first


def test_what_taking_a_launch_back_loses_is_said_where_it_is_done(run, client):
    open_cycle(run)
    signed_in(client)
    page = client.get("/admin/cycles/2026-Q4").text
    assert "Take back the launch" in page
    assert "Declined proposals are forgotten" in page
    delivered(run)
    page = client.get("/admin/cycles/2026-Q4").text
    assert "Take back the launch" not in page
    assert "Declined proposals are forgotten" not in page


@pytest.fixture
def taken_back(run):
    """A draft that was open, with a rater who was approved before."""
    draft_cycle(run)
    with run.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        allow_nominations(session, cycle, {Relation.PEER: (0, 8)})
        nominations.propose(session, cycle, "AM2", Candidate("P3"), Relation.PEER, by="AM2")
        nominations.approve(session, cycle, "AM2", "P3", by="B1")
    before = dump(run)["nomination"]
    open_with_keys(run, "2026-Q4")
    take_back(run, "2026-Q4")
    assert dump(run)["nomination"] == before
    return run


def test_after_taking_back_a_roster_file_leaves_approved_raters_as_before(taken_back):
    with taken_back.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        assert import_roster(session, cycle, read_roster(ROSTER.encode())).assignments_removed == 0


def test_after_taking_back_an_approved_rater_can_be_taken_out_again(taken_back):
    with taken_back.database.transaction() as session:
        nominations.decline(session, find_cycle(session, "2026-Q4"), "AM2", "P3")
    assert open_with_keys(taken_back, "2026-Q4") == 12
    assert dump(taken_back)["nomination"] == []


def test_once_a_mail_has_left_an_opening_stays(run):
    open_cycle(run)
    delivered(run)
    before = dump(run)
    with pytest.raises(Refused, match="Mails of 2026-Q4 have left already"):
        take_back(run, "2026-Q4")
    assert dump(run) == before


def test_the_refusal_is_the_same_whether_or_not_somebody_has_answered(run, client):
    open_cycle(run)
    submit(client, token_of(run, "C1"))  # through a link that came another way
    with pytest.raises(Refused, match="Mails of 2026-Q4 have left already"):
        take_back(run, "2026-Q4")
    assert len(dump(run)["ballot"]) == 1


def test_a_delivery_that_comes_too_late_sends_nothing(run):
    open_cycle(run)
    waiting = waiting_mails(run)
    take_back(run, "2026-Q4")
    assert deliver(run, waiting, lambda _: None).sent == 0


def test_a_closed_cycle_is_not_taken_back(run):
    open_cycle(run)
    close_and_destroy(run, "2026-Q4")
    with pytest.raises(Refused, match="needs a cycle that is open"):
        take_back(run, "2026-Q4")


def test_the_commands_ask_for_the_key(cli, sqlite_run):
    draft_cycle(sqlite_run)
    assert cli("cycle", "delete", "2026-Q4", "--confirm", "2026").code == 1
    outcome = cli("cycle", "delete", "2026-Q4", "--confirm", "2026-Q4", "--json")
    assert outcome.json == {"deleted": "2026-Q4"}
    assert cli("cycle", "status", "2026-Q4").code == 1
    assert "cycle delete" in cli("audit", "--cycle", "2026-Q4").out


def test_the_commands_take_back_and_forget(cli, sqlite_run, tmp_path):
    draft_cycle(sqlite_run)
    assert cli("cycle", "open", "2026-Q4").code == 0
    said = cli("cycle", "take-back", "2026-Q4").out
    assert "2026-Q4 is a draft again" in said
    assert "approved nominations stay too" in said
    (tmp_path / "r.csv").write_text(ROSTER, encoding="utf-8")
    assert cli("roster", "import", tmp_path / "r.csv", "--cycle", "2026-Q4").code == 0
    assert cli("cycle", "open", "2026-Q4").code == 0
    assert cli("cycle", "close", "2026-Q4").code == 0
    forgotten = cli("cycle", "forget", "2026-Q4", "--confirm", "2026-Q4")
    assert "2026-Q4 is forgotten" in forgotten.out
    acts = {event["action"] for event in cli("audit", "--json").json["events"]}
    assert {"cycle take-back", "cycle forget"} <= acts
