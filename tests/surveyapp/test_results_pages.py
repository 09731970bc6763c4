"""What a released cycle says, in the browser: to HR all of it, to managers their own."""

import io
import random
import re

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete, select

from surveyapp import steps
from surveyapp.models import AuditEvent, Response, Role
from surveyapp.services.cycles import find_cycle
from surveyapp.services.results import readings
from tests import pages
from tests.counting import statements
from tests.factories import (
    closed_cycle,
    delivered,
    filled,
    open_cycle,
    ratee_id,
    released_cycle,
    report_token,
    sent_reports,
    token_of,
)
from tests.people import HEADER
from tests.signing_in import post, signed_in

CYCLE = "/admin/cycles/2026-Q4"
RESULTS = f"{CYCLE}/results"
STATISTICS = f"{RESULTS}/statistics"
PEERS = "M{n},Manager {n},m{n}@example.com,en,key,,{peers},,\n"


def roster(managers):
    """Managers who rate each other, so many that the cycle has coefficients."""
    return HEADER + "".join(
        PEERS.format(n=n, peers="|".join(f"M{(n + k) % managers}" for k in (1, 2, 3, 4)))
        for n in range(managers)
    )


def varied_cycle(run, client):
    """A released cycle of twelve managers whose raters are of different minds."""
    open_cycle(run, roster=roster(12))
    draw = random.Random("varied")
    for rater in range(12):
        token = token_of(run, f"M{rater}")
        for number in range(1, 6):
            address = f"/r/{token}/{number}"
            form = filled(client.get(address).get_data(as_text=True))
            level = draw.randint(2, 4)
            points = {"quick": level, "clear": level, "slow": 6 - level}
            form |= {f"item-{k}": str(v + draw.randint(-1, 1)) for k, v in points.items()}
            client.post(address, data=form | {"action": "submit"})
    steps.close_and_destroy(run, "2026-Q4")
    steps.release(run, "2026-Q4")


@pytest.fixture
def analyst(client):
    """The client of an HR analyst."""
    signed_in(client, Role.ANALYST)
    return client


def text(client, address, **query):
    reply = client.get(address, query_string=query)
    assert reply.status_code == 200
    return reply.get_data(as_text=True)


def in_chinese(client):
    post(client, "/account/language", language="zh", back="/admin/")


def test_every_report_is_one_step_away(run, analyst):
    released_cycle(run, analyst)
    page = text(analyst, RESULTS)
    for ratee in ("AM1", "AM2"):
        address = f"{CYCLE}/ratees/{ratee_id(run, ratee)}"
        assert f'href="{address}"' in page
        assert f'href="{address}?audience=hr"' in page
        assert f'href="{address}/report.pdf"' in page


def test_the_page_speaks_chinese_too(run, analyst):
    released_cycle(run, analyst)
    in_chinese(analyst)
    page = text(analyst, RESULTS)
    assert "全体客户经理" in page
    assert "All managers together" not in page


def test_coefficients_stand_with_interval_words_and_meaning(run, analyst):
    varied_cycle(run, analyst)
    page = pages.read(text(analyst, STATISTICS))
    assert re.search(r"\.\d\d \(", page.text)
    assert "reliability of one rater" in page.text
    assert "Peers: 12 managers, 48 answers" in page.text


def test_a_chart_says_what_it_shows_to_those_who_do_not_see_it(run, analyst):
    released_cycle(run, analyst, roster=roster(12))
    page = pages.read(text(analyst, STATISTICS))
    charts = [svg for svg in page.all("svg") if svg.get("role") == "img"]
    named = {tag["id"] for tag in page.all("title") + page.all("desc") if tag.get("id")}
    assert len(charts) > 2
    assert {part for svg in charts for part in svg["aria-labelledby"].split()} == named
    assert not [svg for svg in page.all("svg") if not ({"role", "aria-hidden"} & svg.keys())]


def test_marks_stand_where_their_numbers_are(run, analyst):
    varied_cycle(run, analyst)
    with run.database.reading() as session:
        (results,) = readings.results_of(session, find_cycle(session, "2026-Q4"), "Morningstar")
    alpha = results.scales[0].alpha
    page = text(analyst, STATISTICS)
    at, low, high = (round(5 + 90 * value, 2) for value in (alpha.value, alpha.low, alpha.high))
    assert f'href="#s-alpha" x="{at}%"' in page
    assert f'<line class="alpha" x1="{low}%" x2="{high}%"' in page


def test_a_small_cycle_has_reasons_in_the_place_of_coefficients(run, analyst):
    released_cycle(run, analyst)
    page = pages.read(text(analyst, STATISTICS))
    assert "fewer than 10" in page.text
    assert not re.search(r"\.\d\d \(", page.text)


def test_statistics_in_chinese(run, analyst):
    released_cycle(run, analyst, roster=roster(12))
    in_chinese(analyst)
    page = text(analyst, STATISTICS)
    assert "同事：12 位客户经理，48 份回答" in page
    assert "列的含义" in page


def test_the_report_of_a_manager_leads_back_to_the_results(run, analyst):
    released_cycle(run, analyst)
    page = text(analyst, f"{CYCLE}/ratees/{ratee_id(run, 'AM1')}")
    assert "李文" in page
    assert f'<a href="{RESULTS}">Back to the results</a>' in page


def test_hr_reads_the_pages_on_the_numbers_and_managers_never(run, client):
    released_cycle(run, client, roster=roster(12))
    address = f"{CYCLE}/ratees/{ratee_id(run, 'M1')}"
    signed_in(client, Role.ANALYST)
    assert 'class="plain statistics"' in text(client, address, audience="hr")
    signed_in(client, Role.MANAGER, person="M1")
    assert 'class="plain statistics"' not in text(client, address, audience="hr")


def test_the_version_for_hr_says_so_on_its_page_and_in_its_file(run, analyst):
    released_cycle(run, analyst)
    address = f"{CYCLE}/ratees/{ratee_id(run, 'AM1')}"
    page = pages.read(text(analyst, address, audience="hr"))
    assert "For HR only" in page.text
    assert (1, "Account manager feedback report, HR version") in page.headings
    assert "For HR only" not in text(analyst, address)
    names = [
        analyst.get(f"{address}/report.pdf", query_string=query).headers["Content-Disposition"]
        for query in ({}, {"audience": "hr"})
    ]
    assert [name.partition("filename=")[2] for name in names] == ["AM1.en.pdf", "AM1.en.hr.pdf"]


def test_a_manager_reads_the_own_report_and_no_other(run, client):
    released_cycle(run, client)
    signed_in(client, Role.MANAGER, person="AM2")
    page = text(client, f"{CYCLE}/ratees/{ratee_id(run, 'AM2')}")
    assert '<a href="/my/">' in page
    assert client.get(f"{CYCLE}/ratees/{ratee_id(run, 'AM1')}").status_code == 404
    assert client.get(RESULTS).status_code == client.get(STATISTICS).status_code == 403


def test_a_hidden_group_shows_no_number(run, analyst):
    released_cycle(run, analyst)
    page = pages.read(text(analyst, f"{CYCLE}/ratees/{ratee_id(run, 'AM2')}"))
    peers = [label for label in page.texts if label.strip() == "Peers"]
    assert not peers  # merged with the customers


def test_the_workbook_is_handed_out_and_logged_with_its_digest(run, analyst):
    released_cycle(run, analyst)
    reply = post(analyst, RESULTS, action="export")
    assert load_workbook(io.BytesIO(reply.data)).sheetnames
    with run.database.reading() as session:
        row = session.scalars(select(AuditEvent).filter_by(action="export")).one()
        assert row.details["format"] == "xlsx"


def test_managers_get_their_links_once(run, analyst):
    released_cycle(run, analyst)
    assert post(analyst, RESULTS, action="send").status_code == 303
    assert "that are queued: 2" in text(analyst, RESULTS)
    post(analyst, RESULTS, action="send")
    assert "that are queued: 0" in text(analyst, RESULTS)
    assert {mail["To"].addresses[0].addr_spec for mail in delivered(run)} >= {"li@example.com"}


def opens(client, run, ratee):
    """What the link to a report answers."""
    return client.get(f"/m/{report_token(run, ratee)}").status_code


def revoked(run):
    """What the log says of links taken back."""
    with run.database.reading() as session:
        return [
            row.details for row in session.scalars(select(AuditEvent)) if "revoke" in row.action
        ]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ANALYST])
def test_a_link_in_other_hands_is_taken_back_and_replaced(run, client, role):
    released_cycle(run, client)
    sent_reports(run)
    signed_in(client, role)
    mails, old = len(delivered(run)), f"/m/{report_token(run, 'AM1')}"
    wanted = {"action": "revoke", "ratee": ratee_id(run, "AM1")}
    assert post(client, RESULTS, **wanted, typed="am1").status_code == 303
    assert "Links that no longer work: 1" in text(client, RESULTS)
    assert (client.get(old).status_code, opens(client, run, "AM2")) == (404, 200)
    assert revoked(run) == [{"count": 1}]
    post(client, RESULTS, action="send")
    assert (client.get(old).status_code, opens(client, run, "AM1")) == (404, 200)
    assert len(delivered(run)) == mails + 1


def test_all_links_are_taken_back_and_mails_that_wait_with_them(run, analyst):
    released_cycle(run, analyst)
    mails = len(delivered(run))
    sent_reports(run)
    assert "their report: 2" in text(analyst, RESULTS)
    post(analyst, RESULTS, action="revoke-all", typed="2026-Q4")
    assert len(delivered(run)) == mails
    assert revoked(run) == [{"count": 2}]
    assert "Take all links back" not in text(analyst, RESULTS)


@pytest.mark.parametrize(
    "sent",
    [
        {"action": "revoke", "ratee": "AM1", "typed": ""},
        {"action": "revoke", "ratee": "AM1", "typed": "AM2"},
        {"action": "revoke", "ratee": "AM1", "typed": "2026-Q4"},
        {"action": "revoke-all", "typed": "2026-Q"},
        {"action": "revoke-all", "ratee": "AM1", "typed": "AM1"},
    ],
)
def test_a_link_whose_owner_was_not_typed_stays(run, analyst, sent):
    released_cycle(run, analyst)
    sent_reports(run)
    whose = {"ratee": ratee_id(run, sent["ratee"])} if "ratee" in sent else {}
    reply = post(analyst, RESULTS, **sent | whose)
    assert reply.status_code == 422
    assert reply.text.count("This is not what has to be typed") == 1
    assert (opens(analyst, run, "AM1"), revoked(run)) == (200, [])


def test_taking_back_what_leads_nowhere_leaves_no_line(run, analyst):
    released_cycle(run, analyst)
    wanted = {"action": "revoke", "typed": "AM1", "ratee": ratee_id(run, "AM1")}
    assert post(analyst, RESULTS, **wanted).status_code == 303
    assert "Links that no longer work: 0" in text(analyst, RESULTS)
    assert revoked(run) == []


@pytest.mark.parametrize("ratee", ["", "0" * 32, "a\0b", "C1"])
def test_only_somebody_who_is_rated_has_a_link_to_take_back(run, analyst, ratee):
    released_cycle(run, analyst)
    sent_reports(run)
    identity = ratee_id(run, ratee) if ratee == "C1" else ratee
    reply = post(analyst, RESULTS, action="revoke", ratee=identity, typed="C1")
    assert (reply.status_code, revoked(run)) == (409, [])


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.MANAGER])
def test_nobody_but_hr_takes_links_back(run, client, role):
    released_cycle(run, client)
    sent_reports(run)
    signed_in(client, role)
    assert post(client, RESULTS, action="revoke-all", typed="2026-Q4").status_code == 403
    assert opens(client, run, "AM1") == 200


def test_no_link_is_taken_back_by_a_form_of_another_page(run, analyst):
    released_cycle(run, analyst)
    sent_reports(run)
    sent = {"action": "revoke-all", "typed": "2026-Q4", "form_token": "0" * 64}
    assert analyst.post(RESULTS, data=sent).status_code == 403
    assert opens(analyst, run, "AM1") == 200


def test_what_taking_back_means_is_said_in_chinese_too(run, analyst):
    released_cycle(run, analyst)
    sent_reports(run)
    in_chinese(analyst)
    page = text(analyst, RESULTS)
    assert page.count("撤回链接") == 2
    assert "尚未发出的邮件也不再发送" in page
    assert "Take" not in page


def test_nothing_is_shown_before_the_release(run, analyst):
    closed_cycle(run, analyst)
    for address in (RESULTS, STATISTICS):
        reply = analyst.get(address)
        assert reply.status_code == 409
        assert "released" in reply.get_data(as_text=True)


def test_nothing_is_shown_of_answers_that_are_not_those_released(run, analyst):
    released_cycle(run, analyst)
    text(analyst, RESULTS)
    with run.database.transaction() as session:
        session.execute(delete(Response))
    for address in (RESULTS, STATISTICS):
        assert analyst.get(address).status_code == 409
    assert post(analyst, RESULTS, action="export").status_code == 409


def test_an_act_that_is_none_is_refused(run, analyst):
    released_cycle(run, analyst)
    assert post(analyst, RESULTS, action="x").status_code == 400


def test_the_pages_cost_the_same_statements_whatever_the_size_of_the_company(run, analyst):
    costs = []
    for number, managers in enumerate((6, 14)):
        key = f"cycle-{number}"
        released_cycle(run, analyst, roster=roster(managers), key=key)
        readings._kept.clear()
        with statements(run) as sent:
            for page in ("results", "results/statistics", "comments", "company", "teams"):
                text(analyst, f"/admin/cycles/{key}/{page}")
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 60
