"""Links to set a password come by mail; who asks for one learns nothing of who has an account."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from surveyapp import account_steps, create_app, tokens
from surveyapp.dsn import Report, Verdict
from surveyapp.models import AccountLink, MailState, Role, StoppedAddress
from surveyapp.outbox import deliver, waiting_mails
from surveyapp.services.accounts import account_links, accounts
from surveyapp.services.mails.bounces import note_bounces
from surveyapp.services.running import recovery
from surveyapp.views.visitor import _key
from tests.dumps import bytes_on_disk, dump
from tests.factories import open_cycle
from tests.people import NOW
from tests.signing_in import (
    PASSWORD,
    cookie,
    form_token,
    invited,
    member,
    post,
    signed_in,
    type_password,
    with_session,
)
from tests.smtp import smtp_server

NEW = "seven quiet ferries wait"
LINK = re.compile(r"https://feedback\.example\.com(/account/link/\S+)")


@pytest.fixture
def postbox():
    with smtp_server() as postbox:
        yield postbox


def send(run, postbox):
    url = f"smtp://127.0.0.1:{postbox.port}"
    through = replace(run, config=replace(run.config, mail_url=url))
    return deliver(through, waiting_mails(through), lambda _: None)


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


def link_in(mail) -> str:
    [link] = LINK.findall(text_of(mail))
    return link


def asked(run, email, **headers):
    """What a browser reads that asks for a link."""
    client = create_app(runtime=run).test_client()
    client.get("/account/forgotten?lang=en")
    sent = {"email": email, "form_token": form_token(client)}
    return client.post("/account/forgotten?lang=en", data=sent, **headers)


def choose(client, link, password=NEW):
    client.get(link)
    return post(client, link, password=password, again=password)


# Invitations


def test_an_administrator_invites_by_mail(run, client, postbox):
    signed_in(client)
    sent = {"who": "anna@example.com", "roles": "analyst", "language": "en", "by": "mail"}
    reply = post(client, "/admin/people/accounts", **sent)
    assert reply.status_code == 303
    assert "A mail with the link leaves" in client.get(reply.location).text
    assert send(run, postbox).sent == 1
    mail = postbox.to("anna@example.com")
    assert mail["Subject"] == "Your account for feedback · Morningstar"
    assert choose(create_app(runtime=run).test_client(), link_in(mail)).status_code == 303
    reply = type_password(create_app(runtime=run).test_client(), "anna@example.com", NEW)
    assert reply.location == "/account/authenticator"


def test_a_person_of_the_roster_is_invited_by_name_in_their_language(run, postbox):
    open_cycle(run)
    with run.database.transaction() as session:
        run.keys.ensure_secret()
        account = accounts.invite_person(session, "AM1", [Role.MANAGER], NOW)
        account_links.queue(session, account, NOW)
        email, name = account.email, account.person.name
    send(run, postbox)
    mail = next(m for m in postbox.mails if m["To"].addresses[0].addr_spec == email
                and LINK.search(text_of(m)))  # fmt: skip
    assert name in text_of(mail)
    assert "七天内" in text_of(mail)


def test_the_mail_holds_no_other_link_and_its_html_the_same(run, postbox):
    who = member(run, "analyst")
    asked(run, who.email)
    send(run, postbox)
    [mail] = postbox.mails
    html = mail.get_body(("html",)).get_content()
    assert re.findall(r'href="([^"]+)"', html) == [f"https://feedback.example.com{link_in(mail)}"]
    assert "http" not in LINK.sub("", text_of(mail))


def test_a_reset_by_mail_ends_the_password_at_once(run, client, postbox):
    who = member(run, "analyst")
    signed_in(client)
    reply = post(client, f"/admin/people/accounts/{who.id}", action="mail")
    assert reply.status_code == 303
    assert type_password(create_app(runtime=run).test_client(), who.email).status_code == 422
    send(run, postbox)
    assert choose(create_app(runtime=run).test_client(), link_in(postbox.mails[0]))


def test_commands_queue_the_mail_and_print_no_link(sqlite_run, cli, postbox):
    run = sqlite_run
    for words in (
        ("admin", "create", "anna@example.com", "--role", "analyst", "--mail"),
        ("admin", "reset", "anna@example.com", "--mail"),
    ):
        said = cli(*words).out
        assert "is queued" in said
        assert "/account/link/" not in said
    assert send(run, postbox).sent == 1
    assert link_in(postbox.to("anna@example.com"))


# A forgotten password


def test_a_forgotten_password_is_chosen_anew_behind_a_mailed_link(run, client, postbox):
    who = member(run, "manager")
    assert "If there is an account for this address" in asked(run, who.email.upper()).text
    send(run, postbox)
    assert choose(client, link_in(postbox.to(who.email))).status_code == 303
    assert type_password(client, who.email, NEW).location == "/my/"


def test_asking_takes_nothing_away(run, client):
    who = member(run, "manager")
    with_session(client, who)
    asked(run, who.email)
    waiting_mails(run)
    assert client.get("/account/").status_code == 200
    assert type_password(create_app(runtime=run).test_client(), who.email).status_code == 303


def test_the_second_factor_stays_in_the_way(run, client, postbox):
    who = member(run, "analyst")
    asked(run, who.email)
    send(run, postbox)
    choose(client, link_in(postbox.mails[0]))
    assert type_password(client, who.email, NEW).location == "/account/code"
    assert client.get("/admin/").location.startswith("/account/code")


def test_the_link_is_good_once_and_for_an_hour(run, client, postbox, at):
    who = member(run, "manager")
    asked(run, who.email)
    send(run, postbox)
    link = link_in(postbox.mails[0])
    late = create_app(runtime=at(run, NOW + timedelta(hours=1))).test_client()
    assert late.get(link).status_code == 404
    assert choose(client, link).status_code == 303
    assert client.get(link).status_code == 404


def test_a_new_password_ends_all_sessions(run, client, postbox):
    who = member(run, "manager")
    thief = create_app(runtime=run).test_client()
    with_session(thief, who)
    asked(run, who.email)
    send(run, postbox)
    choose(client, link_in(postbox.mails[0]))
    assert thief.get("/account/").status_code == 303


def test_who_was_invited_and_lost_the_mail_gets_an_invitation_again(run, postbox):
    run.keys.ensure_secret()
    with run.database.transaction() as session:
        accounts.create(session, "new@example.com", [Role.ANALYST], NOW, language="en")
    asked(run, "new@example.com")
    send(run, postbox)
    assert "within seven days" in text_of(postbox.to("new@example.com"))


def test_a_stranger_who_asks_does_not_end_a_link_that_was_shown(run, client, postbox):
    link = invited(run, "new@example.com")
    asked(run, "new@example.com")
    send(run, postbox)
    assert choose(client, link).status_code == 303


def test_a_stranger_who_asks_does_not_end_an_invitation_that_was_mailed(run, client, postbox, at):
    run.keys.ensure_secret()
    account_steps.create(run, "new@example.com", [Role.ANALYST], by_mail=True)
    send(run, postbox)
    link = link_in(postbox.mails[0])
    for days in (1, 2):
        later = at(run, NOW + timedelta(days=days))
        asked(later, "new@example.com")
        send(later, postbox)
    assert [link_in(mail) for mail in postbox.mails] == [link] * 3
    assert choose(client, link).status_code == 303


def test_an_invitation_that_still_waits_is_not_mailed_twice(run, postbox):
    run.keys.ensure_secret()
    account_steps.create(run, "new@example.com", [Role.ANALYST], by_mail=True)
    asked(run, "new@example.com")
    send(run, postbox)
    assert len(postbox.mails) == 1


def test_however_often_one_asks_two_links_are_all_there_are(run, postbox, at):
    invited(run, "new@example.com")
    for days in (0, 2, 4, 20):
        later = at(run, NOW + timedelta(days=days))
        asked(later, "new@example.com")
        send(later, postbox)
    assert len(postbox.mails) == 4
    with run.database.reading() as session:
        assert len(session.scalars(select(AccountLink)).all()) <= 2


def test_a_link_that_is_used_up_takes_the_others_with_it(run, client, postbox):
    shown = invited(run, "new@example.com")
    asked(run, "new@example.com")
    send(run, postbox)
    choose(client, link_in(postbox.mails[0]))
    assert client.get(shown).status_code == 404


def test_an_administrator_who_makes_another_link_ends_all_before(run, client, postbox):
    shown = invited(run, "new@example.com")
    asked(run, "new@example.com")
    send(run, postbox)
    account_steps.reset(run, "new@example.com")
    links = (shown, link_in(postbox.mails[0]))
    assert [client.get(link).status_code for link in links] == [404, 404]


def test_disabled_and_unknown_accounts_get_no_mail(run, postbox):
    who = member(run, "analyst")
    with run.database.transaction() as session:
        accounts.disable(session, accounts.find(session, who.email), NOW)
    for email in (who.email, "nobody@example.com"):
        asked(run, email)
    assert send(run, postbox).sent == 0


def test_known_and_unknown_addresses_take_the_same_steps(run):
    known = member(run, "manager").email
    answers = []
    for email in (known, "nobody@example.com"):
        sent = []

        def note(_connection, _cursor, statement, *_rest, sent=sent):
            sent.append(statement)

        event.listen(run.database.engine, "before_cursor_execute", note)
        reply = asked(run, email)
        event.remove(run.database.engine, "before_cursor_execute", note)
        page = re.sub(r'nonce="[^"]*"|value="[0-9a-f]{64}"', "", reply.text)
        answers.append((reply.status_code, page, sent))
    assert answers[0] == answers[1]
    assert not [s for s in answers[0][2] if "user_account" in s and "account_session" not in s]


def test_a_rater_who_types_the_wrong_page_gets_no_link_to_forms(run):
    open_cycle(run)
    member(run, "manager")
    before = set(waiting_mails(run))
    asked(run, "p1@example.com")
    assert set(waiting_mails(run)) == before


def test_one_mail_an_hour_however_often_one_asks(run, postbox):
    who = member(run, "manager")
    for _ in range(4):
        asked(run, who.email)
        send(run, postbox)
    assert len(postbox.mails) == 1


def test_asking_is_slowed_down_per_address_and_per_network(run):
    run.keys.ensure_secret()
    codes = [asked(run, "nobody@example.com").status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]
    codes = [asked(run, f"a{n}@example.com").status_code for n in range(96)]
    assert codes[-1] == 429
    elsewhere = {"environ_base": {"REMOTE_ADDR": "203.0.113.7"}}
    assert asked(run, "b@example.com", **elsewhere).status_code == 200


def test_asking_does_not_slow_down_signing_in(run, client):
    who = member(run, "manager")
    for _ in range(6):
        asked(run, who.email)
    assert type_password(client, who.email).status_code == 303


def test_when_too_many_ask_everybody_is_told_to_wait(run, monkeypatch):
    monkeypatch.setattr(recovery, "MAX_REQUESTS", 1)
    known = member(run, "manager").email
    asked(run, "first@example.com")
    for email in (known, "nobody@example.com"):
        assert asked(run, email).headers["Retry-After"] == "3600"


def test_before_the_first_account_the_answer_is_the_same_and_nothing_is_kept(run, client):
    client.get("/account/forgotten")
    before = dump(run)
    with client.application.test_request_context():
        form = tokens.session_form_token(_key(), cookie(client).split(".")[0])
    sent = {"email": "anna@example.com", "form_token": form}
    assert client.post("/account/forgotten", data=sent).status_code == 200
    assert dump(run) == before


# The queue


def test_a_refused_address_is_listed_with_the_reason(run, postbox):
    who = member(run, "manager")
    postbox.refused[who.email] = "550 no such user"
    asked(run, who.email)
    assert send(run, postbox).failed == 1
    with run.database.reading() as session:
        link = session.scalars(select(AccountLink)).one()
        assert (link.mail_state, link.mail_error) == (MailState.FAILED, "550 no such user")


def test_a_bounce_stops_mails_to_the_address(run, postbox):
    who = member(run, "manager")
    asked(run, who.email)
    send(run, postbox)
    identity = postbox.mails[0]["Message-ID"].strip("<>").partition("@")[0]
    report = Report(Verdict.HARD, "5.1.1 unknown", (identity,))
    with run.database.transaction() as session:
        keys = {AccountLink: run.keys.derived(account_links.PURPOSE)}
        [noted] = note_bounces(session, [report], {}, keys)
        assert session.scalar(select(StoppedAddress.reason)) == "bounced: 5.1.1 unknown"
    assert (noted.verdict, noted.address) == (Verdict.HARD, who.email)


def test_a_lost_secret_holds_the_mail_and_no_other(run, postbox):
    who = member(run, "manager")
    with run.database.transaction() as session:
        account_links.queue(session, accounts.find(session, who.email), NOW)
    run.config.secret_file.rename(run.config.secret_file.with_suffix(".away"))
    assert send(run, postbox).sent == 0
    run.config.secret_file.with_suffix(".away").rename(run.config.secret_file)
    assert send(run, postbox).sent == 1


def test_no_mailed_link_lies_on_disk(sqlite_run, postbox):
    who = member(sqlite_run, "manager")
    asked(sqlite_run, who.email)
    send(sqlite_run, postbox)
    token = link_in(postbox.mails[0]).rpartition("/")[2]
    assert token.encode() not in bytes_on_disk(sqlite_run)
    assert PASSWORD.encode() not in bytes_on_disk(sqlite_run)
