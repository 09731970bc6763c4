"""Getting a lost link: the page never tells whether it knows an address, and nobody is flooded."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from surveyapp import create_app
from surveyapp.models import Invitation, LinkRequest, MailState
from surveyapp.services.running import recovery
from surveyapp.steps import close_and_destroy
from tests.dumps import dump
from tests.factories import delivered, draft_cycle, fields, open_cycle, submit, token_of
from tests.people import NOW

KNOWN, UNKNOWN = "p1@example.com", "p9@example.com"


def ask(run, address, **headers):
    client = create_app(runtime=run).test_client()
    page = client.get("/recover").get_data(as_text=True)
    return client.post("/recover", data=fields(page) | {"address": address}, headers=headers)


def mails_to(run, address):
    return [mail for mail in delivered(run) if mail["To"].addresses[0].addr_spec == address]


@pytest.fixture
def opened(run):
    open_cycle(run)
    delivered(run)
    return run


def statements(run, address):
    """(status, body, every SQL statement) of one request."""
    seen = []

    def note(connection, cursor, statement, *_):
        seen.append(statement)

    event.listen(run.database.engine, "before_cursor_execute", note)
    answer = ask(run, address)
    event.remove(run.database.engine, "before_cursor_execute", note)
    return answer.status_code, answer.data.replace(address.encode(), b""), seen


def without_nonce(result):
    status, body, seen = result
    return status, body.split(b"<script")[0], seen


def test_a_known_address_cannot_be_told_from_an_unknown_one(opened):
    known, unknown = statements(opened, KNOWN), statements(opened, UNKNOWN)
    assert without_nonce(known) == without_nonce(unknown)
    assert known[0] == 200
    assert len(known[2]) <= 2
    repeated = [statements(opened, KNOWN), statements(opened, UNKNOWN)]
    assert [without_nonce(r) for r in repeated] == [without_nonce(known)] * 2


def test_a_known_address_gets_its_link_with_the_next_delivery(opened):
    ask(opened, " P1@Example.com ")
    ask(opened, UNKNOWN)
    mails = {mail["Subject"]: mail for mail in mails_to(opened, KNOWN)}
    text = mails["Your personal link: 2026 Q4"].get_body(("plain",)).get_content()
    assert f"https://feedback.example.com/r/{token_of(opened, 'P1')}" in text.splitlines()
    assert len(mails) == 2
    assert len(delivered(opened)) == 13


def test_one_mail_per_address_and_hour(opened, at):
    for minute in (0, 1, 5, 29):
        ask(at(opened, NOW + timedelta(minutes=minute)), KNOWN)
        delivered(at(opened, NOW + timedelta(minutes=minute)))
    assert len(mails_to(opened, KNOWN)) == 2
    later = at(opened, NOW + timedelta(hours=1))
    ask(later, KNOWN)
    assert len(mails_to(later, KNOWN)) == 3


def test_the_mail_comes_whether_the_rater_has_finished_or_not(opened, client):
    submit(client, token_of(opened, "C1"))
    for address in ("c1@harbour.example", "c2@harbour.example"):
        ask(opened, address)
    assert len(delivered(opened)) == 14  # else its absence would tell who has answered


def test_requests_are_forgotten_after_their_hour(opened, at):
    ask(opened, UNKNOWN)
    delivered(opened)
    assert len(dump(opened)["link_request"]) == 1
    delivered(at(opened, NOW + timedelta(hours=1)))
    assert dump(opened)["link_request"] == []


def test_the_table_holds_no_address_in_clear(opened):
    ask(opened, UNKNOWN)
    assert UNKNOWN not in repr(dump(opened)["link_request"])


def test_playing_with_addresses_does_not_fill_the_database(opened, monkeypatch, at):
    monkeypatch.setattr(recovery, "MAX_REQUESTS", 3)
    answers = [ask(opened, f"x{n}@example.com").status_code for n in range(5)]
    assert answers == [200, 200, 200, 503, 503]
    full = {without_nonce(statements(opened, a))[:2] for a in (KNOWN, UNKNOWN, "x1@example.com")}
    assert {status for status, _ in full} == {503}  # nothing is promised that will not come
    assert len(full) == 1
    assert len(dump(opened)["link_request"]) == 3
    delivered(opened)
    later = at(opened, NOW + timedelta(hours=1))
    delivered(later)
    assert ask(later, KNOWN).status_code == 200


def test_one_network_may_ask_ten_times_a_minute(opened):
    client = create_app(runtime=opened).test_client()
    data = fields(client.get("/recover").get_data(as_text=True))

    def post(number, network):
        return client.post(
            "/recover",
            data=data | {"address": f"x{number}@example.com"},
            environ_base={"REMOTE_ADDR": f"{network}.{number}"},
        )

    answers = [post(number, "203.0.113") for number in range(12)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "60"
    assert len(dump(opened)["link_request"]) == 10
    assert post(1, "198.51.100").status_code == 200


def test_before_the_first_opening_the_page_works_and_writes_no_secret(run):
    draft_cycle(run)
    assert ask(run, KNOWN).status_code == 200
    assert not run.keys.secret_file.exists()


def test_a_secret_that_is_lost_later_is_no_first_opening(opened):
    opened.keys.secret_file.unlink()
    assert create_app(runtime=opened).test_client().get("/recover").status_code == 503


def test_a_mail_that_another_delivery_has_queued_meanwhile_stays_as_it_is(opened, monkeypatch):
    found = recovery._theirs

    def overtaken(session, *rest):
        theirs = found(session, *rest)
        session.execute(update(Invitation).values(mail_state=MailState.SENDING))
        return theirs

    monkeypatch.setattr(recovery, "_theirs", overtaken)
    ask(opened, KNOWN)
    with opened.database.transaction() as session:
        recovery.fulfil(session, NOW)
        assert set(session.scalars(select(Invitation.mail_state))) == {MailState.SENDING}


def test_a_closed_cycle_sends_no_link(opened):
    close_and_destroy(opened, "2026-Q4")
    ask(opened, KNOWN)
    assert len(delivered(opened)) == 12


def test_an_address_that_was_given_up_may_be_asked_for_again(opened):
    with opened.database.transaction() as session:
        session.execute(update(Invitation).values(mail_state=MailState.FAILED))
    ask(opened, KNOWN)
    assert len(delivered(opened)) == 13


@pytest.mark.parametrize("token", ["", "0" * 64, "你"])
def test_a_form_that_we_did_not_serve_is_refused(opened, token):
    client = create_app(runtime=opened).test_client()
    answer = client.post("/recover", data={"address": KNOWN, "form_token": token})
    assert answer.status_code == 422
    assert dump(opened)["link_request"] == []


def test_a_form_stays_good_for_an_hour_and_not_for_a_day(opened, at):
    client = create_app(runtime=opened).test_client()
    data = fields(client.get("/recover").get_data(as_text=True)) | {"address": KNOWN}
    for hours, status in ((1, 200), (24, 422)):
        later = create_app(runtime=at(opened, NOW + timedelta(hours=hours))).test_client()
        assert later.post("/recover", data=data).status_code == status


@pytest.mark.parametrize("address", ["", " ", "x" * 300])
def test_what_cannot_be_an_address_is_asked_for_again(opened, address):
    assert ask(opened, address).status_code == 422


@pytest.mark.parametrize("address", ["p1", "a@b@c", "'; DROP TABLE person; --", "%", "\u2028"])
def test_odd_input_gets_the_same_answer(opened, address):
    answer = ask(opened, f"{address}x")
    assert answer.status_code == 200
    assert len(dump(opened)["link_request"]) == 1
    with opened.database.reading() as session:
        assert session.scalar(select(LinkRequest.handled)) is False


def test_the_page_speaks_both_languages_and_sets_no_cookie(opened):
    client = create_app(runtime=opened).test_client()
    pages = {lang: client.get(f"/recover?lang={lang}") for lang in ("zh", "en")}
    assert "重新获取链接" in pages["zh"].get_data(as_text=True)
    assert "Get your link again" in pages["en"].get_data(as_text=True)
    assert all("Set-Cookie" not in page.headers for page in pages.values())
    chinese = ask(opened, KNOWN, **{"Accept-Language": "zh-CN"})
    assert "邮件即将发出" in chinese.get_data(as_text=True)
