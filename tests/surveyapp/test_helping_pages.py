"""More time or another link for one rater in the browser; never a word on how far they are."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from surveyapp import create_app
from surveyapp.models import AuditEvent, MailState, Person, Role
from surveyapp.services.cycles import find_cycle
from surveyapp.services.mails import mailqueue
from surveyapp.services.privacy import erasure
from surveyapp.services.running import raters
from surveyapp.steps import close_and_destroy
from tests.counting import statements
from tests.dumps import dump
from tests.factories import (
    delivered,
    draft_cycle,
    fields,
    filled,
    open_cycle,
    ratee_id,
    submit,
    token_of,
)
from tests.people import NOW
from tests.signing_in import post, signed_in

CLOSES = NOW + timedelta(days=9)
LATER = "2026-12-04"  # three days after the closing day
WORK = "/admin/cycles/2026-Q4/workload"


@pytest.fixture
def admin(run, client):
    """An administrator, in a cycle that is open and whose first mails have left."""
    open_cycle(run, closes_at=CLOSES)
    delivered(run)
    signed_in(client)
    return client


def address(run, rater):
    return f"/admin/cycles/2026-Q4/raters/{ratee_id(run, rater)}"


def extend(run, client, rater="P1", closes=LATER):
    return post(client, address(run, rater), action="extend", closes=closes)


def renew(run, client, rater="P1", typed=None):
    return post(client, address(run, rater), action="new-link", typed=typed or rater)


def save(client, token):
    page = client.get(f"/r/{token}/1").text
    data = fields(page) | {"item-quick": "2", "action": "save"}
    assert client.post(f"/r/{token}/1", data=data).status_code == 200


def decline(client, token):
    page = client.get(f"/r/{token}/1").text
    data = filled(page) | {"action": "decline"}
    assert client.post(f"/r/{token}/1", data=data).status_code == 200


def test_the_page_says_who_it_is_and_until_when_they_may_answer(run, admin):
    page = admin.get(address(run, "C2")).text
    for words in ("Customer Two", "C2", "c2@harbour.example", "Harbour", "1 December 2026"):
        assert words in page
    assert "longer than the others" not in page


def test_more_time_is_given_to_one_rater_and_stands_on_their_page_alone(run, admin):
    assert extend(run, admin).status_code == 303
    page = admin.get(address(run, "P1")).text
    assert "This rater may answer longer." in page
    assert "4 December 2026" in page
    assert "longer than the others" in page
    assert "longer than the others" not in admin.get(address(run, "P3")).text
    after = replace(run, config=replace(run.config, test_now=CLOSES + timedelta(days=1)))
    rater = create_app(runtime=after).test_client()
    found = {who: rater.get(f"/r/{token_of(run, who)}/1").status_code for who in ("P1", "P2")}
    assert found == {"P1": 200, "P2": 410}


def test_the_end_of_a_day_is_that_of_the_zone_of_the_cycle(run, client):
    open_cycle(run, closes_at=CLOSES, timezone="Asia/Shanghai")
    signed_in(client)
    extend(run, client)
    with run.database.reading() as session:
        row = session.scalars(select(AuditEvent).filter_by(action="rater extend")).one()
    assert row.details == {"until": "2026-12-04T23:59:59+08:00"}


@pytest.mark.parametrize(
    ("closes", "words"),
    [
        ("2026-11-21", "must end later than now"),
        ("2026-11-30", "must end later than now and than the closing day, 2026-12-01"),
        ("", "Please choose a day"),
        ("soon", "Please choose a day"),
        ("9999-12-31", "Please choose a day"),
        ("<b>\0", "Please choose a day"),
    ],
)
def test_an_extension_that_is_none_is_refused_with_what_was_typed(run, admin, closes, words):
    before = dump(run)
    reply = extend(run, admin, closes=closes)
    assert reply.status_code == 422
    assert words in reply.text
    assert "<b>" not in reply.text
    assert dump(run) == before


def test_a_cycle_without_a_closing_day_offers_no_extension_and_takes_none(run, client):
    open_cycle(run)
    signed_in(client)
    assert 'value="extend"' not in client.get(address(run, "P1")).text
    reply = extend(run, client)
    assert reply.status_code == 422
    assert "no closing day; there is nothing to extend" in reply.text


def test_a_new_link_ends_the_old_one_and_its_mail_goes_to_the_same_address(run, admin):
    old = token_of(run, "P1")
    assert renew(run, admin, typed="p1").status_code == 303
    assert admin.get(f"/r/{old}").status_code == 404
    mails = [m for m in delivered(run) if m["Subject"].startswith("Your personal link")]
    assert [m["To"].addresses[0].addr_spec for m in mails] == ["p1@example.com"]
    assert token_of(run, "P1") in mails[0].get_body(("plain",)).get_content()


def test_what_a_new_link_costs_is_said_before_and_confirmed_by_typing(run, admin):
    page = admin.get(address(run, "P1")).text
    assert "what was saved under the old link and not submitted is gone" in page
    assert "The new link goes by mail to p1@example.com." in page
    before = dump(run)
    reply = renew(run, admin, typed="P2")
    assert reply.status_code == 422
    assert "This is not what has to be typed." in reply.text
    assert dump(run) == before


@pytest.mark.parametrize(
    ("dates", "days", "words"),
    [
        ({}, 0, "Mails leave with the next delivery."),
        ({"opens_at": NOW + timedelta(days=1)}, 0, "Mails leave from 23 November 2026"),
        ({}, 10, "it leaves only once they were given more."),
    ],
)
def test_when_the_mail_leaves_is_said_before(run, dates, days, words):
    open_cycle(run, closes_at=CLOSES, **dates)
    later = replace(run, config=replace(run.config, test_now=NOW + timedelta(days=days)))
    client = create_app(runtime=later).test_client()
    signed_in(client)
    assert words in client.get(address(run, "P1")).text


def test_the_address_cannot_be_changed_here(run, admin):
    page = admin.get(address(run, "P1")).text
    assert 'href="/admin/cycles/2026-Q4/mails/failed"' in page
    assert 'name="to"' not in page
    reply = post(admin, address(run, "P1"), action="address", to="mine@evil.example")
    assert reply.status_code == 400
    with run.database.reading() as session:
        assert session.get(Person, ratee_id(run, "P1")).email == "p1@example.com"


@pytest.mark.parametrize("answer", [save, submit, decline])
def test_no_answer_changes_a_byte_of_the_page_nor_do_the_mails_that_follow(run, admin, answer):
    here = address(run, "P3")  # who rates one manager

    def seen():
        reply = admin.get(here)
        headers = [(n, v) for n, v in reply.headers if n != "Content-Security-Policy"]  # a nonce
        return reply.status_code, headers, reply.data

    before, stored = seen(), dump(run)
    answer(admin, token_of(run, "P3"))
    assert dump(run) != stored
    after = seen()
    with run.database.transaction() as session:
        mailqueue.remind(session, find_cycle(session, "2026-Q4"))
    queued = seen()
    delivered(run)
    assert [after, queued, seen()] == [before] * 3


def test_nothing_that_is_done_tells_how_far_the_rater_is(run, admin):
    save(admin, token_of(run, "P2"))
    submit(admin, token_of(run, "P3"))
    decline(admin, token_of(run, "P4"))
    told = []
    for rater in ("P1", "P2", "P3", "P4"):  # untouched, half done, finished, declined
        theirs, mails = address(run, rater), len(delivered(run))
        said = [rater]
        for reply in (extend(run, admin, rater), renew(run, admin, rater)):
            said += [reply.status_code, admin.get(theirs).text]
        refused = extend(run, admin, rater, closes="2026-11-30"), renew(run, admin, rater, "x")
        said += [(reply.status_code, reply.text) for reply in refused]
        assert len(delivered(run)) == mails + 1
        with run.database.reading() as session:
            name = session.get(Person, ratee_id(run, rater)).name
        told.append(repr(said).replace(name, "NAME").replace(ratee_id(run, rater), "KEY"))
        told[-1] = told[-1].replace(rater, "ID").replace(rater.lower() + "@", "id@")
    assert len(set(told)) == 1


def test_a_mail_that_was_given_up_brings_the_new_link_to_those_who_have_answered_too(run, admin):
    submit(admin, token_of(run, "P3"))  # it had arrived, and came back all the same
    with run.database.transaction() as session:
        for rater in ("P3", "P4"):
            invitation = raters.find_rater(session, find_cycle(session, "2026-Q4"), rater)
            invitation.mail_state = MailState.FAILED
    mails = len(delivered(run))
    for sent, rater in enumerate(("P3", "P4"), 1):
        renew(run, admin, rater)
        assert len(delivered(run)) == mails + sent


def test_the_log_says_what_was_done_and_not_for_whom(run, admin):
    extend(run, admin)
    renew(run, admin)
    with run.database.reading() as session:
        rows = session.scalars(
            select(AuditEvent).where(AuditEvent.action.startswith("rater"))
        ).all()
    found = {row.action: set(row.details) for row in rows}
    assert found == {"rater extend": {"until"}, "rater new-link": set()}


def test_the_workload_leads_administrators_of_an_open_cycle_there(run, client):
    draft_cycle(run)
    signed_in(client)
    link = f'<a href="{address(run, "C2")}">Customer Two</a>'
    assert link not in client.get(WORK).text
    open_cycle(run, key="2027-Q1")
    assert link.replace("2026-Q4", "2027-Q1") in client.get(WORK.replace("2026-Q4", "2027-Q1")).text


def test_analysts_see_the_workload_and_help_nobody(run, client):
    open_cycle(run, closes_at=CLOSES)
    signed_in(client, Role.ANALYST)
    assert "/raters/" not in client.get(WORK).text
    assert client.get(address(run, "P1")).status_code == 403
    assert extend(run, client).status_code == renew(run, client).status_code == 403


def test_who_does_not_rate_and_who_was_erased_is_refused(run, admin):
    assert admin.get("/admin/cycles/2026-Q4/raters/nobody").status_code == 404
    person = ratee_id(run, "P1")
    with run.database.transaction() as session:
        erasure.erase(session, erasure.find_person(session, "P1"), with_results=False, force=True)
    here = f"/admin/cycles/2026-Q4/raters/{person}"
    for reply in (admin.get(here), post(admin, here, action="extend", closes=LATER)):
        assert reply.status_code == 409
        assert "was erased and is asked no more" in reply.text


def test_there_is_no_help_before_the_opening_and_after_the_closing(run, client):
    draft_cycle(run, key="2027-Q1")
    open_cycle(run, closes_at=CLOSES)
    close_and_destroy(run, "2026-Q4")
    signed_in(client)
    for here in (address(run, "P1"), address(run, "P1").replace("2026-Q4", "2027-Q1")):
        before = dump(run)
        assert client.get(here).status_code == 409
        assert post(client, here, action="extend", closes=LATER).status_code == 409
        assert post(client, here, action="new-link", typed="P1").status_code == 409
        assert dump(run) == before


def test_the_page_costs_few_statements(run, admin):
    admin.get(address(run, "C2"))
    here = address(run, "C2")
    with statements(run) as sent:
        admin.get(here)
    assert len(sent) <= 8


def test_a_rater_is_found_by_a_part_of_the_name_and_whoever_is_in_no_roster_is_not(run, admin):
    found = admin.get(WORK, query_string={"q": "peer t"}).text
    assert "Peer Three" in found
    assert "Peer Four" not in found
    assert "Nobody is found" in admin.get(WORK, query_string={"q": "%"}).text


def test_people_lead_to_the_help_for_raters_of_open_cycles_alone(run, admin):
    draft_cycle(run, key="2027-Q1")
    for rater in ("P1", "AM1"):
        page = admin.get(f"/admin/people/{ratee_id(run, rater)}").text
        assert page.count("Help this rater") == 1
        assert f'href="{address(run, rater)}">Help this rater' in page
        submit(admin, token_of(run, rater))
        assert admin.get(f"/admin/people/{ratee_id(run, rater)}").text == page
    close_and_destroy(run, "2026-Q4")
    assert "Help this rater" not in admin.get(f"/admin/people/{ratee_id(run, 'P1')}").text


def test_raters_are_found_by_what_the_page_shows_and_by_no_part_of_their_address(run, admin):
    assert address(run, "P3") in admin.get(f"{WORK}?q=p3").text
    assert address(run, "P3") not in admin.get(f"{WORK}?q=p3@exam").text
    assert "Nobody is found" in admin.get(f"{WORK}?q=p3@exam").text
