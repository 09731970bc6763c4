"""HR decides on proposed raters, sees who has too few, and how many forms each rater has."""

import pytest

from questionnaires.model import Relation
from surveyapp.services.cycles import find_cycle
from surveyapp.services.drafts import nominations, workload
from surveyapp.services.drafts.nominations import Candidate
from surveyapp.services.drafts.settings import allow_nominations, nominations_of
from tests.factories import draft_cycle, open_cycle, submit, token_of
from tests.people import ROSTER
from tests.signing_in import post, signed_in
from tests.surveyapp.test_own_page import statements

HERE = "/admin/cycles/2026-Q4/nominations"
WORK = "/admin/cycles/2026-Q4/workload"


@pytest.fixture
def admin(run, client):
    """HR, and a draft in which P3 is proposed for Bao Yu."""
    draft_cycle(run)
    with run.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        allow_nominations(session, cycle, {Relation.PEER: (4, 6)})
        nominations.propose(session, cycle, "AM2", Candidate("P3"), Relation.PEER, "AM2")
    signed_in(client)
    return client


def decide(client, action, **more):
    return post(client, HERE, action=action, ratee="AM2", rater="P3", **more)


def test_what_waits_for_a_decision_comes_first(admin):
    page = admin.get(HERE).text
    assert "Bao Yu" in page
    assert "Peer Three" in page
    assert "Waiting for a decision <span>1</span>" in page


def test_who_has_too_few_is_listed_with_how_many_are_missing(admin):
    page = admin.get(f"{HERE}?which=few").text
    assert "Bao Yu" in page
    assert "at least 1 more" in page
    assert "李文" not in page  # four peers stand in the roster


@pytest.mark.parametrize(("action", "state"), [("approve", "approved"), ("decline", "declined")])
def test_hr_decides_in_the_place_of_a_supervisor(run, admin, action, state):
    assert decide(admin, action).status_code == 303
    assert "Nothing to decide" in admin.get(HERE).text
    assert state in admin.get(f"{HERE}?which=all").text


def test_a_decision_that_was_made_meanwhile_is_told(admin):
    decide(admin, "approve")
    reply = decide(admin, "approve")
    assert (reply.status_code, "is approved already" in reply.text) == (422, True)


def test_limits_are_set_by_relation_and_an_empty_most_ends_proposals(run, admin):
    post(
        admin, HERE, action="limits", peer_least="3", peer_most="8", customer_least="",
        customer_most="",
    )  # fmt: skip
    with run.database.reading() as session:
        rules = nominations_of(session, find_cycle(session, "2026-Q4"))
    assert rules == {Relation.PEER: (3, 8)}


def test_limits_that_somebody_else_changed_are_not_overwritten_unseen(run, admin):
    seen = admin.get(HERE).text.split('name="seen" value="')[1].split('"')[0]
    post(admin, HERE, action="limits", peer_most="9", seen=seen)
    refused = post(admin, HERE, action="limits", peer_most="4", seen=seen)
    assert (refused.status_code, "in the meantime" in refused.text) == (422, True)
    with run.database.reading() as session:
        rules = nominations_of(session, find_cycle(session, "2026-Q4"))
    assert rules == {Relation.PEER: (0, 9)}


@pytest.mark.parametrize(
    ("least", "most", "said"), [("5", "3", "makes no sense"), ("1", "99", "from 0 to 50")]
)
def test_limits_without_sense_are_refused(admin, least, most, said):
    reply = post(admin, HERE, action="limits", peer_least=least, peer_most=most)
    assert (reply.status_code, said in reply.text) == (422, True)


def test_once_the_cycle_is_open_who_was_proposed_is_forgotten(run, client):
    open_cycle(run)
    signed_in(client)
    assert "The raters are settled" in client.get(HERE).text
    assert post(client, HERE, action="limits", peer_most="8").status_code == 422


def test_an_analyst_looks_and_decides_nothing(run, admin):
    analyst = admin.application.test_client()
    signed_in(analyst, "analyst")
    page = analyst.get(HERE).text
    assert "Peer Three" in page
    assert "Approve" not in page
    assert decide(analyst, "approve").status_code == 403


def test_the_workload_counts_forms_and_minutes_of_each_rater(run, admin):
    with run.database.reading() as session:
        page = workload.workload(session, find_cycle(session, "2026-Q4"), 1).page
    found = {row.id: (row.forms, row.minutes) for row in page.rows}
    assert found["B1"] == found["P1"] == (2, 2)  # two forms of three items and a question
    assert found["P3"] == (1, 1)
    assert page.rows[0].forms == 2


def test_every_rater_stands_on_one_page_of_the_workload(run, admin):
    with run.database.reading() as session:
        cycle = find_cycle(session, "2026-Q4")
        pages = [workload.workload(session, cycle, n, size=5).page for n in (1, 2, 3)]
    assert [len(page.rows) for page in pages] == [5, 5, 2]
    assert len({row.id for page in pages for row in page.rows}) == pages[0].count == 12


def test_raters_with_too_many_forms_are_pointed_out(run, client):
    more = [f"AM{n},Am,am{n}@example.com,zh,key,B1,P1,,\n" for n in range(3, 11)]
    draft_cycle(run, roster=ROSTER + "".join(more))
    signed_in(client)
    page = client.get(WORK).text
    assert "Raters with more than 8 forms: 2" in page
    assert page.count(">many<") == 2


def test_the_workload_does_not_tell_whether_somebody_has_answered(run, client):
    open_cycle(run)
    signed_in(client)
    before = client.get(WORK).data
    for rater in ("P1", "C4"):
        submit(client, token_of(run, rater))
    assert client.get(WORK).data == before


@pytest.mark.parametrize("address", ["nominations", "nominations?which=few", "workload"])
def test_the_lists_cost_the_same_statements_however_long_they_are(run, client, address):
    more = [f"AM{n},Am,am{n}@example.com,zh,key,B1,P1|P2|P3,,\n" for n in range(3, 60)]
    signed_in(client)
    counts = []
    for key, roster in (("2026-Q4", ROSTER), ("2027-Q1", ROSTER + "".join(more))):
        draft_cycle(run, key=key, roster=roster)
        with run.database.transaction() as session:
            cycle = find_cycle(session, key)
            allow_nominations(session, cycle, {Relation.PEER: (5, 6)})
            nominations.propose(session, cycle, "AM2", Candidate("P4"), Relation.PEER)
        counts.append(statements(run, client, f"/admin/cycles/{key}/{address}"))
    assert counts[0] == counts[1] <= 10


def test_limits_mean_the_same_on_the_page_of_settings(run, admin):
    given = {"peer_least": "3", "peer_most": "0", "customer_least": "", "customer_most": "4"}
    post(admin, HERE, action="limits", **given)
    rest = {"title": "", "timezone": "UTC", "threshold": "3", "comment_threshold": "5"}
    settings = HERE.replace("nominations", "settings")
    assert post(admin, settings, action="settings", **rest | given).status_code == 303
    with run.database.reading() as session:
        rules = nominations_of(session, find_cycle(session, "2026-Q4"))
    assert rules == {Relation.CUSTOMER: (0, 4)}
