"""Signing in: one answer to every wrong try, a new token for every step, an end that is one."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event, func, select

from surveyapp import create_app, passwords
from surveyapp.models import AccountSession, SignInTry, UserAccount
from surveyapp.services.accounts import accounts
from surveyapp.services.accounts.sessions import LIFE
from surveyapp.views.visitor import IDLE
from tests.dumps import bytes_on_disk, dump
from tests.factories import open_cycle, token_of
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

WRONG = "not the right password"


def is_in(client, address="/account/") -> bool:
    return client.get(address).status_code == 200


@pytest.fixture
def later(run, at):
    """``later(client, minutes=31)``: the same browser, at the same service, later."""

    def wait(client, **time):
        moment = NOW + timedelta(**time)
        other = create_app(runtime=at(run, moment)).test_client()
        other._cookies = client._cookies
        return other

    return wait


def test_the_front_door_shows_the_way_in_and_sets_no_cookie(client):
    page = client.get("/?lang=en")
    assert 'href="/account/sign-in">Sign in</a>' in page.text
    assert "nothing to sign in to" not in page.text
    assert "Set-Cookie" not in page.headers


@contextmanager
def counted(run):
    """How many statements are sent meanwhile."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(run.database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(run.database.engine, "before_cursor_execute", note)


# The way in


def test_a_manager_signs_in_with_a_password_and_comes_to_their_own_page(run, client):
    open_cycle(run)
    reply = type_password(client, member(run, "manager").email)
    assert (reply.status_code, reply.location) == (303, "/my/")
    assert "2026 Q4" in client.get("/my/").text


def test_an_administrator_needs_the_second_factor_too(run, client):
    who = member(run)
    assert type_password(client, who.email).location == "/account/code"
    assert not is_in(client)
    reply = post(client, "/account/code", code=who.authenticator.at(NOW))
    assert (reply.status_code, reply.location) == (303, "/admin/")
    assert is_in(client)


def test_one_comes_back_to_the_page_that_was_wanted(run, client):
    who = member(run)
    sign_in = client.get("/admin/audit?cycle=2026-Q4").location
    client.get(sign_in)
    code = post(client, sign_in, email=who.email, password=PASSWORD).location
    reply = post(client, code, code=who.authenticator.at(NOW))
    assert reply.location == "/admin/audit?cycle=2026-Q4"


ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "//evil.example/my/",
    "/\\evil.example",
    "/\t/evil.example/",
    "/\n/evil.example/my/",
    "/\r/evil.example/",
    "/my/\r\nSet-Cookie: a=b",
    "\t//evil.example/",
    "javascript:alert(1)",
    "/no",
    "",
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nobody_is_sent_elsewhere(run, client, elsewhere):
    sent = {"email": member(run, "manager").email, "password": PASSWORD}
    client.get("/account/sign-in")
    reply = client.post(
        "/account/sign-in",
        query_string={"next": elsewhere},
        data=sent | {"form_token": form_token(client)},
    )
    assert reply.location == "/my/"


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_whoever_is_signed_in_already_is_not_sent_elsewhere_either(run, client, elsewhere):
    signed_in(client, "manager")
    reply = client.get("/account/sign-in", query_string={"next": elsewhere})
    assert reply.location == "/my/"


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_choosing_a_language_leads_nowhere_else(run, client, elsewhere):
    signed_in(client, "manager")
    reply = post(client, "/account/language", language="zh", back=elsewhere)
    assert reply.location == "/account/"


# Wrong tries


class Counting(PasswordHasher):
    verified = 0

    def verify(self, *words):
        type(self).verified += 1
        return super().verify(*words)


def test_every_refusal_reads_the_same_and_takes_the_same_steps(run, monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", Counting())
    disabled = member(run, "analyst").email
    with run.database.transaction() as session:
        accounts.disable(session, accounts.find(session, disabled), NOW)
    invited(run, "new@example.com")
    answers = set()
    for email in (member(run).email, disabled, "new@example.com", "nobody@example.com"):
        client = create_app(runtime=run).test_client()
        Counting.verified = 0
        with counted(run) as sent:
            reply = type_password(client, email, WRONG)
        page = reply.text.replace(email, "").replace(form_token(client), "")
        answers.add((reply.status_code, page, len(sent), Counting.verified))
    [(code, page, _, verified)] = answers
    assert (code, verified) == (422, 1)
    assert "邮箱与密码不匹配。" in page


def wait_after(run, email, tries, address="203.0.113.7", client=None) -> int:
    """Seconds that the next try has to wait, after so many in vain; 0: it need not."""
    client = client or create_app(runtime=run).test_client()
    where = {"environ_base": {"REMOTE_ADDR": address}}
    for _ in range(tries):
        reply = type_password(client, email, WRONG, **where)
        assert reply.status_code == 422
    return int(type_password(client, email, WRONG, **where).headers.get("Retry-After", 0))


def test_waits_grow_and_end_so_that_nobody_is_locked_out(run, at):
    email, moment, waits = member(run, "manager").email, NOW, []
    waits.append(wait_after(run, email, 5))
    for _ in range(12):
        moment += timedelta(seconds=waits[-1])
        waits.append(wait_after(at(run, moment), email, 1))
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    calm = create_app(runtime=at(run, moment + timedelta(seconds=900))).test_client()
    assert type_password(calm, email).status_code == 303


def test_a_try_that_came_too_early_is_not_counted(run, at):
    email = member(run, "manager").email
    assert [wait_after(run, email, tries) for tries in (5, 0, 0, 0)] == [1, 1, 1, 1]


def test_unknown_addresses_wait_as_known_ones_do(run):
    open_cycle(run)
    member(run, "manager")
    assert wait_after(run, "am1@accounts.example", 5) == 1
    assert wait_after(run, "nobody@example.com", 5) == 1


def test_whoever_guesses_elsewhere_does_not_put_off_a_browser_that_was_in_before(run):
    who = member(run, "manager")
    owner = create_app(runtime=run).test_client()
    assert type_password(owner, who.email).status_code == 303
    post(owner, "/account/sign-out")
    assert wait_after(run, who.email, 5) == 1
    stranger = create_app(runtime=run).test_client()
    assert type_password(stranger, who.email).status_code == 429
    assert type_password(owner, who.email).status_code == 303


def test_a_browser_that_was_in_before_is_slowed_down_too(run):
    who = member(run, "manager")
    owner = create_app(runtime=run).test_client()
    type_password(owner, who.email)
    post(owner, "/account/sign-out")
    assert wait_after(run, who.email, 5, client=owner) == 1


@pytest.fixture
def quick_hashes(monkeypatch):
    """Hashes that cost nothing, for a test of many tries that is about their number."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    kept = hasher.hash("nobody has this one")
    monkeypatch.setattr(passwords, "HASHER", hasher)
    monkeypatch.setattr(passwords, "_of_nobody", lambda: kept)


@pytest.mark.usefixtures("quick_hashes")
def test_a_network_that_tries_many_accounts_is_slowed_down(run):
    run.keys.ensure_secret()
    client = create_app(runtime=run).test_client()
    codes = [
        type_password(client, f"a{turn}@example.com", WRONG).status_code for turn in range(101)
    ]
    assert codes[:100] == [422] * 100
    assert codes[100] == 429


def test_success_forgets_what_was_mistyped(run, client):
    email = member(run, "manager").email
    for _ in range(4):
        type_password(client, email, WRONG)
    assert type_password(client, email).status_code == 303
    post(client, "/account/sign-out")
    assert wait_after(run, email, 5) == 1


def test_tries_name_nobody_and_are_forgotten_after_a_day(run, later, client):
    run.keys.ensure_secret()
    type_password(client, "nobody@example.com", WRONG)
    rows = dump(run)["sign_in_try"]
    assert [(len(who), count) for who, count, _ in rows] == [(32, 1), (32, 1)]
    assert not [word for word in ("nobody", "127.0") if word in repr(rows)]
    tomorrow = later(client, days=1, seconds=1)
    type_password(tomorrow, "other@example.com", WRONG)
    with run.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignInTry)) == 2


# Sessions


def test_every_step_has_a_token_of_its_own(run, client):
    who, seen = member(run), set()
    client.get("/account/sign-in")
    for step in (
        lambda: type_password(client, who.email),
        lambda: post(client, "/account/code", code=who.authenticator.at(NOW)),
        lambda: post(
            client, "/account/password", present=PASSWORD, password=PASSWORD, again=PASSWORD
        ),
        lambda: post(client, "/account/sign-out"),
    ):
        seen.add(cookie(client).split(".")[0])
        assert step().status_code == 303
    seen.add(cookie(client).split(".")[0])
    assert len(seen) == 5


def test_a_token_that_was_planted_before_is_worth_nothing_afterwards(run, client):
    victim, attacker = client, create_app(runtime=run).test_client()
    attacker.get("/account/sign-in")
    victim._cookies = dict(attacker._cookies)  # fixation
    type_password(victim, member(run, "manager").email)
    assert is_in(victim)
    assert not is_in(attacker)


def test_a_cookie_that_was_changed_or_signed_elsewhere_is_nobody(run, client):
    signed_in(client)
    good = cookie(client)
    token, time, signature = good.split(".")
    for bad in (token, f"{token}.{time}", f"{token}.AAAAAA.{signature}", good[:-1], "é", ""):
        client.set_cookie("__Host-surveyapp", bad)
        assert not is_in(client), bad
    client.set_cookie("__Host-surveyapp", good)
    assert is_in(client)


def test_a_session_ends_after_half_an_hour_without_a_page(run, client, later):
    signed_in(client)
    assert not is_in(later(client, seconds=IDLE + 1))
    assert is_in(later(client, seconds=IDLE))
    assert is_in(later(client, seconds=2 * IDLE))  # the page before has renewed the cookie


def test_reading_renews_the_cookie_without_the_database(run, client, later):
    signed_in(client)
    before, old = dump(run), cookie(client)
    assert is_in(later(client, seconds=59))
    assert cookie(client) == old
    assert is_in(later(client, seconds=60))
    assert cookie(client) != old
    assert dump(run) == before


def test_a_session_ends_after_twelve_hours_in_any_case(run, client, later):
    signed_in(client)
    for minutes in range(0, 12 * 60, 20):
        assert is_in(later(client, minutes=minutes)), minutes
    assert not is_in(later(client, seconds=LIFE.total_seconds()))


def test_an_old_copy_of_a_cookie_does_not_live_on_the_pages_of_the_owner(run, client, later):
    signed_in(client)
    copy = dict(client._cookies)
    assert is_in(later(client, minutes=20))
    client._cookies = copy
    assert not is_in(later(client, minutes=40))


def test_signing_out_ends_every_copy_of_the_cookie(run, client):
    signed_in(client)
    copy = cookie(client)
    assert post(client, "/account/sign-out").location.startswith("/account/sign-in")
    assert "You are signed out." in client.get("/account/sign-in?lang=en").text
    client.set_cookie("__Host-surveyapp", copy)
    assert not is_in(client)


def test_half_a_sign_in_is_over_after_ten_minutes(run, client, later):
    who = member(run)
    type_password(client, who.email)
    code = who.authenticator.at(NOW + timedelta(minutes=10))
    reply = post(later(client, minutes=10), "/account/code", code=code)
    assert reply.location == "/account/sign-in"


def test_one_sees_ones_sessions_and_ends_them(run, client):
    who = signed_in(client)
    other = create_app(runtime=run).test_client()
    with_session(other, who)
    page = client.get("/account/").text
    assert page.count("Firefox, Linux") == 2
    with run.database.reading() as session:
        ids = set(session.scalars(select(AccountSession.id)))
    [another] = [identity for identity in ids if f'value="{identity}"' in page]
    assert post(client, "/account/sessions", which=another, present=PASSWORD).status_code == 303
    assert is_in(client)
    assert not is_in(other)


def test_all_others_are_ended_at_once_and_nobody_elses(run, client):
    who = signed_in(client)
    others = [create_app(runtime=run).test_client() for _ in range(2)]
    for other in others:
        with_session(other, who)
    stranger = create_app(runtime=run).test_client()
    signed_in(stranger, "analyst")
    post(client, "/account/sessions", which="others", present=PASSWORD)
    assert [is_in(c) for c in (client, *others, stranger)] == [True, False, False, True]


def test_ending_sessions_asks_for_the_password(run, client):
    who = signed_in(client)
    other = create_app(runtime=run).test_client()
    with_session(other, who)
    for typed in ("", WRONG):
        reply = post(client, "/account/sessions", which="others", present=typed)
        assert (reply.status_code, is_in(other)) == (422, True)


def test_nobody_ends_the_session_of_another(run, client):
    signed_in(client)
    other = create_app(runtime=run).test_client()
    who = signed_in(other, "analyst")
    with run.database.reading() as session:
        theirs = session.scalar(
            select(AccountSession.id).where(AccountSession.account_id == who.id)
        )
    post(client, "/account/sessions", which=theirs, present=PASSWORD)
    assert is_in(other)


def test_a_disabled_account_is_out_at_once(run, client):
    who = signed_in(client, "manager")
    with run.database.transaction() as session:
        session.get_one(UserAccount, who.id).disabled_at = NOW
    assert not is_in(client)


def test_cookies_are_for_this_host_over_tls_and_for_no_script(run, client):
    reply = type_password(client, member(run, "manager").email)
    cookies = reply.headers.getlist("Set-Cookie")
    assert {line.partition("=")[0] for line in cookies} == {"__Host-surveyapp", "__Host-known"}
    for line in cookies:
        for word in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
            assert word in line.split("; ")
        assert "Domain" not in line


def test_pages_for_raters_set_no_cookie_and_know_no_account(run, client):
    open_cycle(run)
    signed_in(client)
    for address in ("/", "/recover", f"/r/{token_of(run, 'C1')}", f"/r/{token_of(run, 'C1')}/1"):
        with counted(run) as sent:
            assert "Set-Cookie" not in client.get(address).headers
        assert not [statement for statement in sent if "account_session" in statement]


def test_no_password_token_or_code_lies_on_disk(sqlite_run):
    client = create_app(runtime=sqlite_run).test_client()
    link = invited(sqlite_run, "anna@example.com")
    client.get(link)
    post(client, link, password=PASSWORD, again=PASSWORD)
    type_password(client, "anna@example.com")
    everything = bytes_on_disk(sqlite_run)
    for secret in (PASSWORD, link.rpartition("/")[2], cookie(client).split(".")[0]):
        assert secret.encode() not in everything
