"""A supervisor opens what raters were told that supervisors open, and nothing else."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from analysis.disclosure import Policy
from surveyapp import create_app
from surveyapp.models import Cycle, Role
from surveyapp.services.accounts import accounts
from surveyapp.services.cycles import find_cycle
from tests.factories import closed_cycle, open_cycle, ratee_id, released_cycle
from tests.people import NOW, ROSTER
from tests.signing_in import member, signed_in, with_session

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


@pytest.fixture
def trend(run, at):
    """Two released cycles, the later one read by supervisors; says who sees the earlier one."""
    later = at(run, NOW + timedelta(hours=1))
    browser = create_app(runtime=later).test_client()

    def named_before(told, role, roster=ROSTER, also=()):
        released_cycle(
            run, create_app(runtime=run).test_client(), key="Q3", policy=told, roster=roster
        )
        with run.database.transaction() as session:
            find_cycle(session, "Q3").title = "Third quarter"
        released_cycle(later, browser, policy=READ)
        made = member(later, role)
        with run.database.transaction() as session:
            accounts.set_roles(session, accounts.find(session, made.email), [Role(role), *also])
        with_session(browser, made)
        page = f"/admin/cycles/2026-Q4/ratees/{ratee_id(run, 'AM1')}"
        document = PdfReader(io.BytesIO(browser.get(f"{page}/report.pdf").data))
        written = " ".join(" ".join(sheet.extract_text() for sheet in document.pages).split())
        return "Third quarter" in browser.get(page).text, "Third quarter" in written

    return named_before


def test_a_report_compares_with_cycles_that_supervisors_read_too(trend):
    assert trend(READ, "supervisor") == (True, True)


def test_a_report_shows_a_supervisor_no_number_of_a_cycle_that_was_promised_otherwise(trend):
    assert trend(Policy(supervisor_reads=False), "supervisor") == (False, False)


def test_a_report_shows_no_number_from_before_somebody_led_the_team(trend):
    under_another = ROSTER.replace("B1,P1|P2|P3|P4", "P4,P1|P2|P3")
    assert trend(READ, "supervisor", under_another) == (False, False)


def test_being_a_manager_too_opens_no_cycle_of_the_team(trend):
    assert trend(Policy(supervisor_reads=False), "supervisor", also=[Role.MANAGER]) == (
        False,
        False,
    )


@pytest.mark.parametrize("role", ["manager", "analyst"])
def test_the_ratee_and_hr_see_every_cycle_before(trend, role):
    assert trend(Policy(supervisor_reads=False), role) == (True, True)
