"""What account managers find of their own: self-rating, reports, trend, raters to propose."""

import re
from datetime import timedelta

import pytest
from flask import render_template
from sqlalchemy import event

from questionnaires.model import Relation
from surveyapp import create_app
from surveyapp.services.cycles import find_cycle
from surveyapp.services.drafts import nominated, nominations
from surveyapp.services.drafts.settings import allow_nominations
from surveyapp.views import charts
from tests import company
from tests.factories import (
    delivered,
    draft_cycle,
    open_cycle,
    ratee_id,
    released_cycle,
    submit,
    token_of,
)
from tests.people import NOW, ROSTER
from tests.signing_in import post, signed_in

NEW = {"email": "ke@example.com", "name": "Ke Hu", "language": "en", "relation": "PEER"}


@pytest.fixture
def draft(run, client):
    """The address on which Bao Yu proposes raters; up to four peers and customers."""
    draft_cycle(run)
    with run.database.transaction() as session:
        limits = {Relation.PEER: (3, 4), Relation.CUSTOMER: (3, 4)}
        allow_nominations(session, find_cycle(session, "2026-Q4"), limits)
    signed_in(client, "manager", person="AM2")
    return f"/my/cycles/2026-Q4/{ratee_id(run, 'AM2')}/raters"


def approve_all(run):
    with run.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        for one in nominated.nominations(session, cycle):
            nominations.approve(session, cycle, one.ratee, one.rater)


def test_a_self_rating_is_due_until_it_has_arrived(run, client):
    open_cycle(run)
    signed_in(client, "manager")
    assert "Your self-rating is due" in client.get("/my/").text
    submit(client, token_of(run, "AM1"))
    assert "Your self-rating has arrived" in client.get("/my/").text


def test_the_personal_link_comes_by_mail_and_stands_on_no_page(run, client):
    open_cycle(run)
    delivered(run)
    signed_in(client, "manager")
    post(client, "/my/link", cycle="2026-Q4")
    page = client.get("/my/").text
    mails = [mail for mail in delivered(run) if "li@example.com" in mail["To"]]
    assert len(mails) == 2
    for mail in mails:
        assert token_of(run, "AM1") in mail.get_body(("plain",)).get_content()
    assert not re.search(r"/r/[\w-]{43}", page)


def test_pressing_twice_sends_one_mail(run, client):
    open_cycle(run)
    before = len(delivered(run))
    signed_in(client, "manager")
    for _ in range(2):
        post(client, "/my/link", cycle="2026-Q4")
    assert len(delivered(run)) == before + 1


def test_a_first_mail_that_waits_is_not_doubled(run, client):
    open_cycle(run)
    signed_in(client, "manager")
    post(client, "/my/link", cycle="2026-Q4")
    assert sum("li@example.com" in mail["To"] for mail in delivered(run)) == 1


@pytest.mark.parametrize("cycle", ["2026-Q4", "2027-Q1", "no such cycle", ""])
def test_nobody_is_sent_a_link_to_a_cycle_that_does_not_wait_for_them(run, client, cycle):
    released_cycle(run, client)
    draft_cycle(run, key="2027-Q1")
    signed_in(client, "manager")
    assert post(client, "/my/link", cycle=cycle).status_code == 404


def test_a_report_is_one_tap_from_the_first_page(run, client):
    released_cycle(run, client)
    signed_in(client, "manager")
    page = client.get("/my/").text
    (pdf,) = re.findall(r'href="(/admin/cycles/[^"]+/report\.pdf)"', page)
    assert client.get(pdf).mimetype == "application/pdf"
    assert "李文" in client.get(pdf.removesuffix("/report.pdf")).text


def test_who_is_no_manager_is_offered_no_report_of_their_own(run, client):
    released_cycle(run, client)
    signed_in(client, "supervisor", person="AM1")
    page = client.get("/my/").text
    assert "Nothing here yet" in page
    assert "report.pdf" not in page


def test_the_trend_compares_released_cycles_and_draws_no_change_that_may_be_chance(run, client, at):
    released_cycle(at(run, NOW - timedelta(days=90)), client, key="2026-Q3")
    released_cycle(run, client)
    signed_in(client, "manager")
    page = client.get("/my/trend").text
    assert 'class="course"' in page
    assert 'class="real"' not in page  # two ratees: no margins, so nothing is known of a change


def test_without_a_second_cycle_there_is_no_trend(run, client):
    released_cycle(run, client)
    signed_in(client, "manager")
    assert "No trend yet" in client.get("/my/trend").text


def test_exactly_the_changes_that_the_report_calls_so_are_drawn_solid(sqlite_run):
    report = company.rich("en")
    called = [row for row in report.trend.rows if row.direction in {"higher", "lower"}]
    with create_app(runtime=sqlite_run).test_request_context():
        page = render_template("admin/trend.html", report=report, path=charts.path)
    assert page.count('class="real"') == len(called) > 0
    assert len(called) < len(report.trend.rows)


def test_a_proposed_rater_is_listed_with_what_may_still_be_proposed(client, draft):
    assert "at least 1 more" in client.get(draft).text
    assert post(client, draft, action="propose", **NEW).status_code == 303
    page = client.get(draft).text
    assert NEW["email"] in page
    assert "up to 1 more" in page


def test_a_proposal_is_taken_back_before_it_is_decided_and_not_after(run, client, draft):
    post(client, draft, action="propose", **NEW)
    (rater,) = re.findall(r'name="rater" value="([^"]+)"', client.get(draft).text)
    assert post(client, draft, action="withdraw", rater=rater).status_code == 303
    assert NEW["email"] not in client.get(draft).text
    post(client, draft, action="propose", **NEW)
    approve_all(run)
    refused = post(client, draft, action="withdraw", rater=rater)
    assert (refused.status_code, "is approved already" in refused.text) == (422, True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": ""}, "Please fill this in."),
        ({"email": "ke at"}, "is no mail address"),
        ({"name": ""}, "A name of at most 100 characters is needed"),
        ({"relation": "CUSTOMER"}, "A customer needs a company"),
        ({"relation": "SUPERVISOR"}, "Propose somebody"),
        ({"email": "bao@example.com"}, "Nobody proposes themselves"),
    ],
)
def test_what_cannot_be_proposed_is_said_and_what_was_typed_stays(client, draft, wrong, said):
    reply = post(client, draft, action="propose", **NEW | wrong)
    assert reply.status_code == 422
    assert said in reply.text
    assert (NEW | wrong)["name"] in reply.text


def test_refusals_are_said_in_the_language_of_the_page(client, draft):
    address = f"{draft}?lang=zh"
    reply = post(client, address, action="propose", **NEW | {"relation": "CUSTOMER"})
    assert "客户需要填写所属公司" in reply.text


def test_names_of_proposed_raters_are_text(run, client, draft):
    post(client, draft, action="propose", **NEW | {"name": "<b>Ke</b>"})
    approve_all(run)
    page = client.get(draft).text
    assert "&lt;b&gt;Ke&lt;/b&gt;" in page
    assert "<b>Ke" not in page


def test_nobody_proposes_raters_for_somebody_else(run, client, draft):
    other = draft.replace(ratee_id(run, "AM2"), ratee_id(run, "AM1"))
    assert client.get(other).status_code == 404
    assert post(client, other, action="propose", **NEW).status_code == 404


def test_once_the_cycle_is_open_nothing_can_be_proposed(run, client):
    open_cycle(run)
    signed_in(client, "manager")
    address = f"/my/cycles/2026-Q4/{ratee_id(run, 'AM1')}/raters"
    assert "The raters are settled" in client.get(address).text
    assert post(client, address, action="propose", **NEW).status_code == 422


def test_the_first_page_costs_the_same_statements_for_one_cycle_and_for_many(run, client):
    signed_in(client, "manager")
    counts = []
    for keys in (["2026-Q1"], ["2026-Q2", "2026-Q3", "2026-Q4"]):
        for key in keys:
            open_cycle(run, key=key, roster=ROSTER)
        counts.append(statements(run, client, "/my/"))
    assert counts[0] == counts[1] <= 7


def statements(run, client, address):
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(run.database.engine, "before_cursor_execute", note)
    assert client.get(address).status_code == 200
    event.remove(run.database.engine, "before_cursor_execute", note)
    return len([one for one in seen if one.lstrip().startswith("SELECT")])
