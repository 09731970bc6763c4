"""Accounts: no default password, changed by administrators, and never without one of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from surveyapp import account_steps, create_app
from surveyapp.config import OidcSettings
from surveyapp.errors import NotFound, Refused
from surveyapp.models import AuditEvent, Role, UserAccount
from surveyapp.services.accounts import accounts
from surveyapp.services.cycles import find_cycle
from surveyapp.services.people import import_roster
from surveyapp.services.privacy.erasure import erase, find_person
from surveyapp.services.privacy.personal import held_about
from surveyapp.services.rosters.roster import read_roster
from tests.commands import Commands
from tests.dumps import dump
from tests.factories import draft_cycle, fields, open_cycle
from tests.people import NOW, ROSTER
from tests.signing_in import (
    PASSWORD,
    invited,
    member,
    post,
    signed_in,
    type_password,
    with_session,
)


@pytest.fixture
def commands(run, monkeypatch, capsys):
    return Commands(run, monkeypatch, capsys)


def found(run, email) -> UserAccount | None:
    with run.database.reading() as session:
        return accounts.by_email(session, email)


# On the command line


def test_the_first_administrator_gets_a_link_and_no_password(run, commands):
    made = commands("admin", "create", "Anna@Example.com", "--json").json
    assert made["email"] == "anna@example.com"
    assert made["link"].startswith("https://feedback.example.com/account/link/")
    account = found(run, "anna@example.com")
    assert account.role_set == {Role.ADMINISTRATOR}
    assert account.password_hash is None


def test_a_person_of_the_roster_is_invited_by_id_in_their_language(run, commands):
    draft_cycle(run)
    words = ("--role", "manager", "--role", "supervisor", "--json")
    assert commands("admin", "invite", "AM1", *words).json["email"] == "li@example.com"
    account = found(run, "li@example.com")
    assert account.roles == "supervisor+manager"
    assert account.language == "zh"


def test_an_account_keeps_its_address_when_the_roster_brings_another(run):
    draft_cycle(run)
    account_steps.invite(run, "AM1", [Role.MANAGER])
    with run.database.transaction() as session:
        moved = read_roster(ROSTER.replace("li@", "other@").encode())
        import_roster(session, find_cycle(session, "2026-Q4"), moved)
        assert find_person(session, "AM1").email == "other@example.com"
    assert found(run, "li@example.com") is not None
    assert found(run, "other@example.com") is None


def test_what_commands_do_is_listed_and_undone(run, commands):
    draft_cycle(run)
    assert commands("admin", "list").out.startswith("There is no account yet.")
    for words in (
        ("create", "anna@example.com", "--role", "analyst"),
        ("role", "anna@example.com", "--role", "administrator", "--role", "analyst"),
        ("disable", "anna@example.com"),
        ("enable", "anna@example.com"),
        ("reset", "anna@example.com", "--second-factor"),
        ("invite", "B1", "--role", "supervisor"),
    ):
        assert commands("admin", *words).code == 0, words
    [anna, boss] = commands("admin", "list", "--json").json["accounts"]
    assert anna["roles"] == ["administrator", "analyst"]
    assert (boss["person"], boss["disabled"], boss["password"]) == ("B1", False, False)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("create", "no address"), '"no address" is no mail address.'),
        (("create", "a@example.com"), "There is an account a@example.com already."),
        (("create", "b@example.com", "--role", "manager"), "are persons of the roster"),
        (("invite", "P9"), 'no person with the id "P9"'),
        (("invite", "AM1"), "AM1 has an account already."),
        (("role", "a@example.com"), "needs at least one role"),
        (("disable", "c@example.com"), "There is no account c@example.com."),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(run, commands, words, reason):
    draft_cycle(run)
    commands("admin", "create", "a@example.com")
    commands("admin", "invite", "AM1")
    before = dump(run)
    refused = commands("admin", *words)
    assert refused.code == 1
    assert reason in refused.err
    assert dump(run) == before


def test_without_a_public_address_no_link_is_made(run, commands):
    commands.set(PUBLIC_BASE_URL="")
    refused = commands("admin", "create", "anna@example.com")
    assert refused.code == 1
    assert "SURVEYAPP_PUBLIC_BASE_URL" in refused.err


# The link


def test_a_link_sets_a_password_once(run, client):
    link = invited(run, "anna@example.com")
    assert client.get(link).status_code == 200
    reply = post(client, link, password=PASSWORD, again=PASSWORD)
    assert (reply.status_code, reply.location) == (303, "/account/sign-in?lang=zh")
    assert client.get(link).status_code == 404
    assert (
        post(client, link, password="a b c d e f g h", again="a b c d e f g h").status_code == 404
    )
    assert type_password(client, "anna@example.com").status_code == 303


@pytest.mark.parametrize(
    ("password", "again", "role", "says"),
    [
        ("short", "short", "analyst", "密码至少需要 12 个字符。"),
        ("fourteen chars", "fourteen chars", "administrator", "密码至少需要 15 个字符。"),
        ("Password2026!", "Password2026!", "analyst", "这个密码容易被猜到。"),
        (PASSWORD, PASSWORD + "x", "analyst", "两次输入的密码不一致。"),
        ("x" * 300, "x" * 300, "analyst", "密码最多 256 个字符。"),
    ],
)
def test_a_bad_password_is_refused_with_the_reason_and_the_link_stays_good(
    run, client, password, again, role, says
):
    link = invited(run, "anna@example.com", Role(role))
    client.get(link)
    before = dump(run)
    reply = post(client, link, password=password, again=again)
    assert reply.status_code == 422
    assert says in reply.text
    assert dump(run) == before


def test_a_link_is_dead_after_a_week_or_when_there_is_a_newer_one(run, client, at):
    link = invited(run, "anna@example.com")
    for days, code in ((6.99, 200), (7, 404)):
        later = create_app(runtime=at(run, NOW + timedelta(days=days))).test_client()
        assert later.get(link).status_code == code
    account_steps.reset(run, "anna@example.com")
    assert client.get(link).status_code == 404


def test_a_link_of_a_disabled_account_is_dead(run, client):
    member(run)
    link = invited(run, "anna@example.com")
    account_steps.disable(run, "anna@example.com")
    account_steps.enable(run, "anna@example.com")
    assert client.get(link).status_code == 404


def test_a_reset_ends_password_sessions_and_with_it_nothing_else(run, client):
    who = signed_in(client, "analyst")
    account_steps.reset(run, who.email)
    assert client.get("/account/").status_code == 303
    assert type_password(client, who.email).status_code == 422
    assert found(run, who.email).totp_sealed is not None
    account_steps.reset(run, who.email, second_factor=True)
    assert found(run, who.email).totp_sealed is None


# One administrator stays


def test_the_last_administrator_who_can_sign_in_is_not_lost(run):
    who = member(run)
    invited(run, "anna@example.com")  # has no password yet
    with pytest.raises(Refused, match="only administrator"):
        account_steps.disable(run, who.email)
    with pytest.raises(Refused, match="only administrator"):
        account_steps.change_roles(run, who.email, [Role.ANALYST])
    member(run, email="second@example.com")
    account_steps.disable(run, who.email)
    assert found(run, who.email).disabled_at == NOW


def test_an_administrator_who_signs_in_through_the_provider_is_not_lost_either(run):
    oidc = OidcSettings("https://login.example.com", "us", "secret", "Harbour ID")
    with_provider = replace(run, config=replace(run.config, oidc=oidc))
    invited(run, "anna@example.com")
    with run.database.transaction() as session:
        accounts.find(session, "anna@example.com").provider_digest = b"x" * 32
    with pytest.raises(Refused, match="only administrator"):
        account_steps.disable(with_provider, "anna@example.com")
    with pytest.raises(Refused, match="only administrator"):
        account_steps.change_roles(with_provider, "anna@example.com", [Role.ANALYST])
    who = member(run)
    account_steps.disable(with_provider, who.email)  # Anna can still sign in
    assert found(run, who.email).disabled_at == NOW


def test_who_came_through_a_provider_that_is_gone_is_no_other_administrator(run):
    invited(run, "anna@example.com")
    with run.database.transaction() as session:
        accounts.find(session, "anna@example.com").provider_digest = b"x" * 32
    who = member(run)
    with pytest.raises(Refused, match="only administrator"):
        account_steps.disable(run, who.email)


def test_the_last_administrator_is_not_left_to_a_mail(run, client):
    who = signed_in(client)
    reply = post(client, f"/admin/people/accounts/{who.id}", action="mail")
    assert reply.status_code in {409, 422}
    assert "is the only administrator who can sign in" in reply.text
    assert found(run, who.email).password_hash
    assert client.get("/account/").status_code == 200


def test_a_link_that_is_shown_rescues_the_last_administrator(run, commands):
    who = member(run)
    assert commands("admin", "reset", who.email, "--json").json["link"]
    assert found(run, who.email).password_hash is None


# In the browser


def test_an_administrator_invites_and_the_link_is_shown_once(run, client):
    signed_in(client)
    reply = post(client, "/admin/people/accounts", who="anna@example.com", roles="analyst",
                 language="en")  # fmt: skip
    assert "https://feedback.example.com/account/link/" in reply.text
    listed = client.get("/admin/people/accounts").text
    assert "anna@example.com" in listed
    assert "/account/link/" not in listed


def test_a_refused_invitation_keeps_what_was_typed(run, client):
    signed_in(client)
    for sent, says in (
        ({"who": "P9", "roles": "manager"}, "There is no person with the id"),
        ({"who": "x@example.com"}, "Please choose at least one role."),
        ({"who": "<b>@x", "roles": "analyst"}, "is no mail address."),
    ):
        reply = post(client, "/admin/people/accounts", language="en", **sent)
        assert reply.status_code == 422
        assert says in reply.text
        assert f'value="{sent["who"].replace("<b>", "&lt;b&gt;")}"' in reply.text


def test_other_roles_end_the_sessions_of_the_account(run, client):
    who = member(run, "analyst")
    other = create_app(runtime=run).test_client()
    with_session(other, who)
    signed_in(client)
    reply = post(client, f"/admin/people/accounts/{who.id}", action="roles", roles="administrator")
    assert reply.status_code == 303
    assert "The roles are changed." in client.get(reply.location).text
    assert other.get("/account/").status_code == 303
    assert found(run, who.email).role_set == {Role.ADMINISTRATOR}


def test_roles_that_somebody_else_changed_are_not_overwritten_unseen(run, client):
    who = member(run, "analyst")
    signed_in(client)
    address = f"/admin/people/accounts/{who.id}"
    seen = fields(client.get(address).text)["seen"]
    both = ["administrator", "analyst"]
    assert post(client, address, action="roles", roles=both, seen=seen).status_code == 303
    refused = post(client, address, action="roles", roles="administrator", seen=seen)
    assert (refused.status_code, "in the meantime" in refused.text) == (409, True)
    assert found(run, who.email).role_set == {Role.ADMINISTRATOR, Role.ANALYST}
    again = fields(refused.text)["seen"]
    assert (
        post(client, address, action="roles", roles="administrator", seen=again).status_code == 303
    )


@pytest.mark.parametrize("typed", ["", "analyst", "ANALYST@accounts.example "])
def test_disabling_is_confirmed_by_typing_the_address(run, client, typed):
    who = member(run, "analyst")
    signed_in(client)
    address = f"/admin/people/accounts/{who.id}"
    reply = post(client, address, action="disable", typed=typed)
    right = typed.strip().casefold() == who.email
    assert reply.status_code == (303 if right else 422)
    assert (found(run, who.email).disabled_at is not None) is right
    if right:
        assert post(client, address, action="enable").status_code == 303
        assert found(run, who.email).disabled_at is None


def test_a_lost_authenticator_is_confirmed_by_typing_too(run, client):
    who = member(run, "analyst")
    signed_in(client)
    address = f"/admin/people/accounts/{who.id}"
    sent = {"action": "reset", "second_factor": "y"}
    assert post(client, address, **sent, typed="no").status_code == 422
    assert found(run, who.email).totp_sealed is not None
    assert "/account/link/" in post(client, address, **sent, typed=who.email).text
    assert found(run, who.email).totp_sealed is None


def test_what_a_service_refuses_is_said_on_a_page(run, client):
    who = signed_in(client)
    sent = {"action": "disable", "typed": who.email}
    reply = post(client, f"/admin/people/accounts/{who.id}", **sent)
    assert reply.status_code == 409
    assert "is the only administrator who can sign in" in reply.text
    assert client.get(f"/admin/people/accounts/{'0' * 32}").status_code == 404


def test_acts_in_the_browser_stand_in_the_log_under_the_account(run, client, commands):
    who = signed_in(client)
    post(client, "/admin/people/accounts", who="anna@example.com", roles="analyst", language="en")
    [done] = commands("audit", "--json").json["events"]
    assert (done["actor"], done["action"]) == (who.email, "admin create")
    assert done["details"]["account"] == "anna@example.com"
    with run.database.reading() as session:
        assert session.scalar(select(AuditEvent.actor)) == who.id


def test_the_log_is_read_by_cycle_and_page_by_page(run, client):
    signed_in(client)
    open_cycle(run)
    open_cycle(run, key="2027-Q1")
    page = client.get("/admin/audit?cycle=2027-Q1").text
    assert page.count("<code>cycle open</code>") == 1
    for _ in range(60):
        with run.database.transaction() as session:
            run.note(session, "analyse", "2027-Q1")
    for number, rows in (("1", 50), ("2", 12), ("99", 12), ("x", 50), ("-1", 50)):
        page = client.get(f"/admin/audit?page={number}").text
        assert page.count('<td data-label="What">') == rows, number


def test_lists_cost_the_same_number_of_statements_however_long_they_are(run, client):
    signed_in(client)
    member(run, "manager")

    def cost():
        sent = []

        def note(_connection, _cursor, statement, *_rest):
            sent.append(statement)

        event.listen(run.database.engine, "before_cursor_execute", note)
        for address in ("/admin/", "/admin/audit", "/admin/people/accounts"):
            assert client.get(address).status_code == 200
        event.remove(run.database.engine, "before_cursor_execute", note)
        return len(sent)

    open_cycle(run)
    before = cost()
    for number in range(5):
        open_cycle(run, key=f"more-{number}")
        invited(run, f"a{number}@example.com", Role.ANALYST)
    assert cost() == before
    assert before <= 9


# Erasure


def test_an_erased_person_has_no_account_and_the_log_names_them_no_more(run, client):
    draft_cycle(run)
    who = signed_in(client, "manager", email="li@example.com")
    post(client, "/account/sign-out")
    type_password(client, who.email)
    with run.database.transaction() as session:
        person = find_person(session, "AM1")
        assert held_about(session, person)["signs_in"]["email"] == who.email
        erase(session, person, with_results=False, force=False)
    assert found(run, who.email) is None
    assert who.email not in repr(dump(run))
    assert client.get("/account/").status_code == 303
    with pytest.raises(NotFound):
        account_steps.reset(run, who.email)
