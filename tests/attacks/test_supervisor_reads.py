"""A supervisor opens what raters were told that supervisors open, and nothing else."""

import pytest
from sqlalchemy import update

from analysis.disclosure import Policy
from surveyapp.models import Cycle
from tests.factories import closed_cycle, open_cycle, ratee_id, released_cycle
from tests.people import ROSTER
from tests.signing_in import signed_in

READ = Policy(supervisor_reads=True)
OTHER_TEAM = "AM3,Other,o@example.com,en,key,B2,B1|P1|P2,,\nB2,Boss Two,b2@example.com,en,,,,,\n"


def statuses(run, client, ratee, cycle="2026-Q4"):
    page = f"/admin/cycles/{cycle}/ratees/{ratee_id(run, ratee)}"
    return {client.get(address).status_code for address in (page, f"{page}/report.pdf")}


@pytest.fixture
def boss(client):
    signed_in(client, "supervisor")
    return client


def test_the_reports_of_the_own_team_open_where_raters_were_told(run, boss):
    released_cycle(run, boss, policy=READ)
    assert statuses(run, boss, "AM1") == statuses(run, boss, "AM2") == {200}


def test_no_report_opens_where_raters_were_promised_otherwise(run, boss):
    released_cycle(run, boss, policy=Policy(supervisor_reads=False))
    assert statuses(run, boss, "AM1") == {404}


def test_a_cycle_from_before_the_setting_promised_otherwise(run, boss):
    released_cycle(run, boss)
    before = Policy().model_dump(mode="json")
    del before["supervisor_reads"]
    with run.database.transaction() as session:
        session.execute(update(Cycle).values(policy=before))
    assert statuses(run, boss, "AM1") == {404}


def test_no_report_of_another_team_opens_not_even_of_somebody_they_rate(run, boss):
    released_cycle(run, boss, policy=READ, roster=ROSTER + OTHER_TEAM)
    assert statuses(run, boss, "AM3") == {404}  # B1 rates AM3 as a colleague


def test_no_report_opens_before_the_release(run, boss):
    open_cycle(run, policy=READ)
    closed_cycle(run, boss, policy=READ, key="2027-Q1")
    assert statuses(run, boss, "AM1") == {404}
    assert statuses(run, boss, "AM1", "2027-Q1") == {404}


def test_a_promise_of_one_cycle_opens_no_report_of_another(run, boss):
    released_cycle(run, boss, key="2026-Q3")
    released_cycle(run, boss, policy=READ)
    assert statuses(run, boss, "AM1", "2026-Q3") == {404}


def test_their_own_report_needs_the_role_of_a_manager(run, client):
    released_cycle(run, client, policy=READ)
    signed_in(client, "supervisor", person="AM1")
    assert statuses(run, client, "AM1") == {404}


def test_the_pages_on_the_numbers_stay_with_hr(run, boss):
    released_cycle(run, boss, policy=READ)
    page = f"/admin/cycles/2026-Q4/ratees/{ratee_id(run, 'AM1')}"

    def text(address):
        return boss.get(address).text.replace("?audience=hr", "")

    assert text(f"{page}?audience=hr") == text(page)
    assert boss.get("/admin/cycles/2026-Q4/results").status_code == 403
