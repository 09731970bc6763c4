"""Nobody gets hold of the live link of a rater by saying that the rater reads elsewhere."""

import base64
import re

import pytest
from sqlalchemy import select

from surveyapp.errors import Refused
from surveyapp.models import Person
from surveyapp.services.cycles import find_cycle
from surveyapp.services.people import import_roster
from surveyapp.services.rosters.roster import read_roster
from surveyapp.services.rosters.rosterundo import undo_import
from surveyapp.services.running import recovery
from surveyapp.steps import close_and_destroy
from tests.dumps import dump
from tests.factories import delivered, draft_cycle, open_cycle, submit, token_of
from tests.people import ROSTER
from tests.signing_in import post, signed_in

EVIL = "hr@evil.example"
MOVED = ROSTER.replace("p1@example.com", EVIL)
NEXT = "/admin/cycles/2027-Q1/roster"


@pytest.fixture
def admin(run, client):
    """An administrator; P1 has answered through the link that was mailed."""
    open_cycle(run)
    delivered(run)
    submit(client, token_of(run, "P1"))
    signed_in(client)
    return client


def imported(run, roster, key="2027-Q1"):
    with run.database.transaction() as session:
        return import_roster(session, find_cycle(session, key), read_roster(roster.encode()))


def upload(admin, action, roster=MOVED):
    carried = base64.b64encode(roster.encode()).decode()
    sent = {"action": action, "carried": carried, "name": "roster.csv", "column_map": ""}
    return post(admin, NEXT, **sent)


def mailed_elsewhere(run) -> list[str]:
    """Links that reach the other mailbox, after somebody there has asked for theirs."""
    with run.database.transaction() as session:
        recovery.ask(session, EVIL, run.config.now())
    mails = [mail for mail in delivered(run) if EVIL in mail["To"]]
    return [link for mail in mails for link in re.findall(r"/r/\S+", mail.as_string())]


def test_a_mail_that_has_arrived_goes_nowhere_else(run, admin):
    before = dump(run)["invitation"]
    failed = "/admin/cycles/2026-Q4/mails/failed"
    reply = post(admin, failed, action="address", reader="P1", to=EVIL)
    assert (reply.status_code, dump(run)["invitation"]) == (422, before)
    assert "No mail of 2026-Q4 to P1 has failed." in reply.text
    assert mailed_elsewhere(run) == []


@pytest.mark.parametrize("action", ["preview", "store"])
def test_the_roster_of_a_draft_moves_nobody_whose_link_is_out(run, admin, action):
    draft_cycle(run, key="2027-Q1")
    reply = upload(admin, action)
    assert reply.status_code == 422
    assert "The mail address of P1 cannot change before 2026-Q4 is closed" in reply.text
    assert mailed_elsewhere(run) == []


def test_the_refusal_does_not_tell_who_has_answered(run, admin):
    draft_cycle(run, key="2027-Q1")
    with pytest.raises(Refused) as answered:
        imported(run, MOVED)
    with pytest.raises(Refused) as silent:
        imported(run, ROSTER.replace("p2@example.com", EVIL))
    assert str(answered.value).replace("P1", "P2") == str(silent.value)


def test_many_are_refused_in_one_short_sentence(run, admin):
    draft_cycle(run, key="2027-Q1")
    with pytest.raises(Refused, match="of AM1, AM2, B1, C1, C2, … cannot"):
        imported(
            run, re.sub(r"@\w+\.example", "@moved.example", ROSTER.replace(".com", ".example"))
        )


def test_undoing_an_import_moves_nobody_whose_link_is_out(run):
    draft_cycle(run, key="2027-Q1", roster=MOVED)
    imported(run, ROSTER)
    open_cycle(run)
    delivered(run)
    with pytest.raises(Refused, match="P1 cannot change"), run.database.transaction() as session:
        undo_import(session, find_cycle(session, "2027-Q1"))
    assert mailed_elsewhere(run) == []


def test_everything_else_about_a_rater_may_change(run, admin):
    draft_cycle(run, key="2027-Q1")
    assert imported(run, ROSTER.replace("Peer One", "Peer 1")).people_changed == 1


def test_after_the_closing_the_address_may_change(run, admin):
    draft_cycle(run, key="2027-Q1")
    close_and_destroy(run, "2026-Q4")
    imported(run, MOVED)
    with run.database.reading() as session:
        assert session.scalar(select(Person.email).where(Person.external_id == "P1")) == EVIL
    assert mailed_elsewhere(run) == []
