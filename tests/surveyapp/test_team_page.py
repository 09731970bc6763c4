"""A supervisor's team in one table: raters to decide on, bands, reports, agreed actions."""

import re

import pytest

from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp.services.cycles import find_cycle
from surveyapp.services.drafts import nominated, nominations
from surveyapp.services.drafts.nominations import Candidate
from surveyapp.services.drafts.settings import allow_nominations
from surveyapp.steps import forget
from tests.dumps import dump
from tests.factories import (
    draft_cycle,
    everybody_answers,
    open_cycle,
    ratee_id,
    released_cycle,
    submit,
    token_of,
)
from tests.people import ROSTER
from tests.signing_in import post, signed_in
from tests.surveyapp.test_own_page import statements

READ = Policy(supervisor_reads=True)
OTHER_TEAM = "AM3,Other,o@example.com,en,key,B2,,,\nB2,Boss Two,b2@example.com,en,,,,,\n"
NEW = {"email": "ke@example.com", "name": "Ke Hu", "language": "en"}


@pytest.fixture
def boss(client):
    signed_in(client, "supervisor")
    return client


@pytest.fixture
def member(run, boss):
    """The address of Bao Yu in a draft, for whom P3 is proposed."""
    draft_cycle(run, roster=ROSTER + OTHER_TEAM)
    with run.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        allow_nominations(session, cycle, {Relation.PEER: (3, 4)})
        nominations.propose(session, cycle, "AM2", Candidate("P3"), Relation.PEER, "AM2")
    return address(run, "AM2")


def address(run, ratee, cycle="2026-Q4"):
    return f"/my/team/{cycle}/{ratee_id(run, ratee)}"


def test_a_supervisor_starts_with_the_team_and_sees_nobody_else(run, boss):
    open_cycle(run, roster=ROSTER + OTHER_TEAM)
    page = boss.get("/my/team/").text
    assert "李文" in page
    assert "Bao Yu" in page
    assert "Other" not in page


def test_without_a_team_the_page_says_when_there_will_be_one(boss):
    assert "No team yet" in boss.get("/my/team/").text


def test_a_proposed_rater_is_approved_from_the_table(run, boss, member):
    assert "Peer Three" in boss.get("/my/team/").text
    reply = post(boss, member, action="approve", rater="P3", back="team")
    assert reply.location == "/my/team/?cycle=2026-Q4"
    assert "Peer Three" not in boss.get("/my/team/").text
    assert "approved" in boss.get(member).text


def test_a_declined_rater_comes_back_with_the_reason(boss, member):
    post(boss, member, action="decline", rater="P3", reason="Same <b>team</b>")
    page = boss.get(member).text
    assert "Reason: Same &lt;b&gt;team&lt;/b&gt;" in page


def test_a_rater_is_replaced_at_once_in_the_same_relation(run, boss, member):
    assert post(boss, member, action="replace", rater="P3", **NEW).status_code == 303
    with run.database.reading() as session:
        found = nominated.nominations(session, find_cycle(session, "2026-Q4"))
    assert [(one.rater_name, one.relation, one.state, one.decided_by) for one in found] == [
        ("Ke Hu", "PEER", "approved", "B1"),
        ("Peer Three", "PEER", "declined", "B1"),
    ]


def test_a_replacement_that_is_refused_changes_nothing(run, boss, member):
    before = dump(run)
    reply = post(
        boss, member, action="replace", rater="P3", **NEW | {"email": "c1@harbour.example"}
    )
    assert "is a customer contact" in reply.text
    assert 'value="c1@harbour.example"' in reply.text
    assert dump(run) == before


def test_nobody_decides_for_another_team(run, boss, member):
    other = address(run, "AM3")
    assert boss.get(other).status_code == 404
    assert post(boss, other, action="approve", rater="P3").status_code == 404


def test_the_response_is_told_in_bands_and_never_by_name(run, boss):
    open_cycle(run)
    everybody_answers(run, boss)
    page = boss.get("/my/team/").text
    assert "3 or more" in page
    assert "4 of 4" not in page
    assert "1 of 1" in page  # one's own answer is no secret
    assert not re.search("Peer (One|Three|Four)|Customer (One|Two|Three)|客户一|同事二", page)


def test_below_the_threshold_no_answer_of_a_colleague_changes_a_byte(run, boss):
    open_cycle(run)
    before = [boss.get(page).data for page in ("/my/team/", address(run, "AM1"))]
    submit(boss, token_of(run, "P3"))
    assert [boss.get(page).data for page in ("/my/team/", address(run, "AM1"))] == before


def test_reports_are_opened_where_raters_were_told_so(run, boss):
    released_cycle(run, boss, policy=READ)
    page = boss.get("/my/team/").text
    (read, *_) = re.findall(r'href="(/admin/cycles/2026-Q4/ratees/\w{32})"', page)
    assert boss.get(read).status_code == 200
    assert boss.get(f"{read}/report.pdf").mimetype == "application/pdf"


def test_where_raters_were_told_otherwise_the_page_says_so_and_offers_none(run, boss):
    released_cycle(run, boss)
    page = boss.get("/my/team/").text
    assert "only the account manager and HR read results" in page
    assert "/ratees/" not in page


def test_an_agreed_action_is_read_by_both_until_it_is_done(run, boss):
    released_cycle(run, boss, policy=READ)
    manager = boss.application.test_client()
    signed_in(manager, "manager")
    page = address(run, "AM1")
    post(boss, page, action="agree", text="Call <two> clients a week", due="2027-01-31")
    assert "1 to do" in boss.get("/my/team/").text
    assert "Call &lt;two&gt; clients a week" in manager.get("/my/").text
    (which,) = re.findall(r'name="which" value="(\w+)"', boss.get(page).text)
    post(boss, page, action="mark", which=which, done="yes")
    assert "0 to do" in boss.get("/my/team/").text


@pytest.mark.parametrize("wrong", [{"text": ""}, {"text": "x" * 301}, {"due": "soon"}])
def test_a_mistake_in_an_action_is_said_and_changes_nothing(run, boss, wrong):
    released_cycle(run, boss)
    before = dump(run)["development_action"]
    sent = {"text": "Call", "due": ""} | wrong
    assert post(boss, address(run, "AM1"), action="agree", **sent).status_code == 422
    assert dump(run)["development_action"] == before


def test_an_action_is_taken_out_when_the_id_is_typed(run, boss):
    released_cycle(run, boss)
    page = address(run, "AM1")
    post(boss, page, action="agree", text="Call", due="")
    (which, *_) = re.findall(r'name="which" value="(\w+)"', boss.get(page).text)
    assert post(boss, page, action="take-out", which=which, typed="yes").status_code == 422
    assert len(dump(run)["development_action"]) == 1
    assert post(boss, page, action="take-out", which=which, typed="AM1").status_code == 303
    assert dump(run)["development_action"] == []


def test_an_action_is_changed_through_its_own_account_manager_alone(run, boss):
    released_cycle(run, boss)
    post(boss, address(run, "AM1"), action="agree", text="Call", due="")
    (which, *_) = re.findall(r'name="which" value="(\w+)"', boss.get(address(run, "AM1")).text)
    reply = post(boss, address(run, "AM2"), action="mark", which=which, done="yes")
    assert (reply.status_code, "There is no such action" in reply.text) == (422, True)


def test_another_supervisor_reads_no_action_that_was_not_theirs(run, boss):
    released_cycle(run, boss)
    post(boss, address(run, "AM1"), action="agree", text="Call more often", due="")
    open_cycle(run, roster=ROSTER.replace(",B1,", ",B2,") + OTHER_TEAM, key="2027-Q1")
    other = boss.application.test_client()
    signed_in(other, "supervisor", person="B2")
    page = other.get(address(run, "AM1", "2027-Q1"))
    assert page.status_code == 200
    assert "Call more often" not in page.text


def test_a_forgotten_cycle_takes_its_actions_along(run, boss):
    released_cycle(run, boss)
    post(boss, address(run, "AM1"), action="agree", text="Call", due="")
    forget(run, "2026-Q4", "2026-Q4")
    assert dump(run)["development_action"] == []


@pytest.mark.parametrize("what", ["draft", "open"])
def test_the_table_costs_the_same_statements_for_a_small_and_a_large_team(run, boss, what):
    more = [f"AM{n},Am,am{n}@example.com,zh,key,B1,P1|P2|P3,,\n" for n in range(3, 40)]
    counts = []
    for key, roster in (("2026-Q4", ROSTER), ("2027-Q1", ROSTER + "".join(more))):
        if what == "draft":
            draft_cycle(run, key=key, roster=roster)
        else:
            open_cycle(run, key=key, roster=roster)
        counts.append(statements(run, boss, f"/my/team/?cycle={key}"))
    assert counts[0] == counts[1] <= 12
