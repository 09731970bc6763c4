"""Signing in through a provider: whoever it proves gets in, and nobody else by any trick."""

from __future__ import annotations

import json
import re
import socket
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jwk import RSAKey

from surveyapp import create_app, oidc
from surveyapp.config import OidcSettings, from_environment
from surveyapp.errors import Refused
from surveyapp.logs import JsonLines
from surveyapp.models import Role, UserAccount
from surveyapp.oidc import NotProven, Reply
from surveyapp.services.accounts import accounts
from tests.dumps import bytes_on_disk, dump
from tests.factories import delivered
from tests.people import NOW
from tests.provider import CLIENT, SECRET, provider_server
from tests.signing_in import form_token, member, post, type_password, with_session

EMAIL = "anna@example.com"


@pytest.fixture
def provider():
    with provider_server() as provider:
        yield provider


def with_provider(run, provider, **changes):
    settings = OidcSettings(provider.issuer, CLIENT, SECRET, "Harbour ID")
    return replace(run, config=replace(run.config, oidc=replace(settings, **changes)))


@pytest.fixture
def browser(run, provider):
    run.keys.ensure_secret()
    return create_app(runtime=with_provider(run, provider)).test_client()


def account(run, email=EMAIL, role=Role.ANALYST) -> str:
    """An account that was invited and has no password."""
    run.keys.ensure_secret()
    with run.database.transaction() as session:
        return accounts.create(session, email, [role], NOW, language="en").id


def away(browser) -> str:
    """Leave for the provider; the address to which the browser goes."""
    browser.get("/account/sign-in")
    reply = post(browser, "/account/provider")
    assert reply.status_code == 200, reply.text
    return reply.headers["Refresh"].removeprefix("0; url=")


def brought(address: str) -> dict[str, str]:
    """Sign in at the provider; what the browser brings back."""
    reply = requests.get(address, allow_redirects=False, timeout=60)
    return {k: v[0] for k, v in parse_qs(urlsplit(reply.headers["Location"]).query).items()}


def back(browser, sent):
    """Come back from the provider with this and post it on, as the page does."""
    page = browser.get("/account/provider/callback", query_string=sent).text
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    fields = {name: unescape(value) for name, value in fields.items()}
    return browser.post("/account/provider/callback", data=fields)


def through(browser):
    return back(browser, brought(away(browser)))


def is_in(browser) -> bool:
    return browser.get("/account/").status_code == 200


# The way in


def test_an_account_signs_in_by_the_address_that_the_provider_has_verified(run, browser):
    account(run)
    reply = through(browser)
    assert (reply.status_code, reply.location) == (303, "/admin/")
    assert is_in(browser)


def test_the_sign_in_stands_in_the_log_under_the_account(run, browser):
    identity = account(run)
    through(browser)
    assert [row for row in dump(run)["audit_event"] if identity in row and "provider" in repr(row)]


def test_who_has_no_password_is_told_so_and_how_to_get_one(run, browser):
    account(run)
    through(browser)
    page = browser.get("/account/?lang=en").text
    assert "you sign in with Harbour ID" in page
    assert 'action="/account/password-link"' in page
    assert 'name="present"' not in page


def links_mailed(run) -> list[str]:
    mails = [mail.get_body(("plain",)).get_content() for mail in delivered(run)]
    return [link for text in mails for link in re.findall(r"/account/link/\S+", text)]


def forgotten(run, email=EMAIL):
    """Somebody without an account types this address."""
    stranger = create_app(runtime=run).test_client()
    stranger.get("/account/forgotten")
    return post(stranger, "/account/forgotten", email=email)


def test_the_mailbox_alone_opens_no_account_that_the_provider_protects(run, browser):
    account(run)
    through(browser)
    assert forgotten(run).status_code == 200
    assert links_mailed(run) == []


def test_an_invitation_that_still_lies_in_the_mailbox_ends_at_the_provider(run, browser):
    account(run)
    forgotten(run)
    [link] = links_mailed(run)
    through(browser)
    assert create_app(runtime=run).test_client().get(link).status_code == 404


def test_whoever_is_signed_in_through_it_gets_a_link_to_a_password(run, browser):
    account(run)
    through(browser)
    assert post(browser, "/account/password-link").status_code == 303
    [link] = links_mailed(run)
    browser.get(link)
    chosen = "seven quiet ferries wait"
    assert post(browser, link, password=chosen, again=chosen).status_code == 303
    reply = type_password(create_app(runtime=run).test_client(), EMAIL, chosen)
    assert reply.location == "/account/authenticator"


def test_whoever_has_a_password_asks_for_no_link_from_within(run, client):
    with_session(client, member(run))
    assert post(client, "/account/password-link").status_code == 409
    assert links_mailed(run) == []


def test_afterwards_the_person_counts_and_no_longer_the_address(run, browser, provider):
    account(run)
    through(browser)
    post(browser, "/account/sign-out")
    provider.email = "new-name@example.com"
    assert through(browser).status_code == 303
    post(browser, "/account/sign-out")
    provider.email, provider.subject = EMAIL, "somebody-else"
    assert through(browser).status_code == 422


def test_the_same_word_of_another_provider_is_somebody_else(run, browser, provider):
    account(run)
    through(browser)
    with provider_server() as other:
        other.email = "nobody@example.com"
        app = create_app(runtime=with_provider(run, other))
        assert through(app.test_client()).status_code == 422


def test_the_address_may_come_from_the_page_about_the_person(run, browser, provider):
    account(run)
    provider.without = {"email", "email_verified"}
    provider.by_userinfo = {"sub": "anna-1", "email": EMAIL, "email_verified": True}
    assert through(browser).status_code == 303


def test_the_page_about_somebody_else_proves_nothing(run, browser, provider):
    account(run)
    provider.without = {"email", "email_verified"}
    provider.by_userinfo = {"sub": "mallory", "email": EMAIL, "email_verified": True}
    assert through(browser).status_code == 422


def test_a_token_of_the_session_is_fresh_after_every_step(run, browser):
    account(run)
    seen = []
    for step in (lambda: browser.get("/account/sign-in"), lambda: seen.append(away(browser))):
        step()
        seen.append(form_token(browser))
    back(browser, brought(seen[1]))
    seen.append(form_token(browser))
    assert len(set(seen)) == 4


# Who does not get in


def test_nobody_gets_an_account_by_coming_from_the_provider(run, browser, provider):
    provider.email = "stranger@example.com"
    before = dump(run)["user_account"]
    assert through(browser).status_code == 422
    assert dump(run)["user_account"] == before


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_address_that_is_not_verified_proves_nobody(run, browser, provider, verified):
    account(run)
    provider.verified = verified
    assert through(browser).status_code == 422
    assert not is_in(browser)


def test_a_disabled_account_stays_out(run, browser):
    identity = account(run)
    with run.database.transaction() as session:
        session.get_one(UserAccount, identity).disabled_at = NOW
    assert through(browser).status_code == 422


FAR = int(NOW.timestamp()) + 86400
WRONG = {
    "another nonce": {"claims": {"nonce": "of another try"}},
    "no nonce": {"without": {"nonce"}},
    "another audience": {"claims": {"aud": "another-client"}},
    "no audience": {"without": {"aud"}},
    "given to another client": {"claims": {"aud": [CLIENT, "other"], "azp": "other"}},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "expired": {"claims": {"exp": int(NOW.timestamp()) - 61}},
    "no end": {"without": {"exp"}},
    "from tomorrow": {"claims": {"iat": FAR, "exp": FAR + 300}},
    "not yet": {"claims": {"nbf": FAR}},
    "no subject": {"without": {"sub"}},
    "not signed": {"algorithm": "none"},
    "signed with what both know": {"algorithm": "HS256"},
    "signed with another key": {"signs_with": RSAKey.generate_key(2048, {"kid": "one"})},
    "no token": {"token": "x"},
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_token_that_is_wrong_in_any_way_proves_nobody(run, browser, provider, mistake):
    account(run)
    for name, value in WRONG[mistake].items():
        setattr(provider, name, value)
    assert through(browser).status_code == 422
    assert not is_in(browser)


def test_an_answer_that_names_another_issuer_is_not_taken(run, browser):
    account(run)
    sent = brought(away(browser)) | {"iss": "https://evil.example"}
    assert back(browser, sent).status_code == 422


@pytest.mark.parametrize("state", ["", "x", "é", "0" * 64])
def test_a_wrong_state_is_not_taken_and_the_provider_not_asked(run, browser, provider, state):
    account(run)
    sent = brought(away(browser)) | {"state": state}
    before = len(provider.requests)
    assert back(browser, sent).status_code == 422
    assert len(provider.requests) == before


def test_what_was_brought_counts_once(run, browser):
    account(run)
    sent = brought(away(browser))
    assert back(browser, sent).status_code == 303
    post(browser, "/account/sign-out")
    assert back(browser, sent).status_code == 422


def test_an_answer_to_the_try_of_another_browser_is_not_taken(run, browser, provider):
    account(run)
    attacker = create_app(runtime=with_provider(run, provider)).test_client()
    sent = brought(away(attacker))
    away(browser)
    assert back(browser, sent).status_code == 422
    assert not is_in(browser)


def test_a_code_without_its_verifier_is_worth_nothing(run, browser, provider):
    account(run)
    run = with_provider(run, provider)
    sent = brought(away(browser))
    mine = oidc.setting(b"another key", "token")
    reply = Reply(sent["code"], mine.state)
    with pytest.raises(NotProven, match="invalid_grant"):
        oidc.Provider(run.config.oidc, "https://feedback.example.com/x").prove(mine, reply, NOW)


def test_whoever_said_no_at_the_provider_comes_back_to_the_way_in(run, browser):
    away(browser)
    reply = back(browser, {"error": "access_denied", "state": "x"})
    assert reply.status_code == 422
    assert "Harbour ID" in reply.text


def test_coming_back_is_slowed_down_per_network(run, browser):
    account(run)
    codes = []
    for _ in range(102):
        browser.get("/account/sign-in")
        reply = post(browser, "/account/provider/callback", code="x", state="x")
        codes.append(reply.status_code)
    assert (set(codes[:100]), codes[-1]) == ({422}, 429)


@pytest.mark.parametrize(
    ("told", "status"),
    [("two-factors", 303), ("password", 422), (None, 422), (["two-factors"], 422)],
)
def test_a_kind_of_sign_in_that_is_demanded_is_asked_for_and_checked(run, provider, told, status):
    account(run)
    provider.claims = {"acr": told}
    strict = with_provider(run, provider, acr=("two-factors", "hardware"))
    browser = create_app(runtime=strict).test_client()
    address = away(browser)
    assert "acr_values=two-factors+hardware" in address
    assert back(browser, brought(address)).status_code == status


# What is asked when


def test_coming_back_writes_nothing_and_asks_nobody_before_the_form_is_sent(run, browser, provider):
    account(run)
    sent = brought(away(browser))
    before, asked = dump(run), len(provider.requests)
    page = browser.get("/account/provider/callback", query_string=sent)
    assert page.status_code == 200
    assert (dump(run), len(provider.requests)) == (before, asked)


def test_no_other_page_asks_the_provider(run, browser, provider):
    who = member(run)
    for address in ("/", "/account/sign-in", "/readyz", "/recover"):
        browser.get(address)
    with_session(browser, who)
    for address in ("/admin/", "/account/"):
        assert browser.get(address).status_code == 200
    assert provider.requests == []


def test_what_is_brought_is_escaped_on_the_page(run, browser):
    page = browser.get("/account/provider/callback?code=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page.text


def test_the_way_there_carries_no_secret_and_asks_for_little(browser):
    asked = {k: v[0] for k, v in parse_qs(urlsplit(away(browser)).query).items()}
    assert (asked["scope"], asked["response_type"]) == ("openid email", "code")
    assert asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "https://feedback.example.com/account/provider/callback"
    assert SECRET not in repr(asked)


def test_without_a_provider_there_is_no_button_and_no_page(run, client):
    assert "/account/provider" not in client.get("/account/sign-in").text
    assert client.get("/account/provider/callback").status_code == 404
    run.keys.ensure_secret()
    client.get("/account/sign-in")
    assert post(client, "/account/provider").status_code == 404


def test_the_button_names_the_provider(browser):
    assert "Sign in with Harbour ID" in browser.get("/account/sign-in?lang=en").text


# When the provider fails


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": "http://evil.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_metadata_of_another_or_of_unsafe_addresses_are_not_taken(
    browser, provider, metadata, caplog
):
    provider.metadata = metadata
    browser.get("/account/sign-in")
    reply = post(browser, "/account/provider")
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "60")
    assert "provider unavailable" in caplog.text


def test_a_provider_that_is_gone_leaves_the_password(run, provider):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        gone = f"http://127.0.0.1:{closed.getsockname()[1]}"
    who = member(run, "analyst")
    browser = create_app(runtime=with_provider(run, provider, issuer=gone)).test_client()
    browser.get("/account/sign-in")
    reply = post(browser, "/account/provider")
    assert reply.status_code == 503
    token = re.search(r'name="form_token" value="(\w+)"', reply.text).group(1)
    sent = {"email": who.email, "password": "four loud herons whistle", "form_token": token}
    assert browser.post("/account/sign-in", data=sent).location == "/account/code"


def test_more_than_a_few_at_once_are_told_to_wait(browser):
    browser.get("/account/sign-in")
    held = [oidc.AT_ONCE.acquire(blocking=False) for _ in range(3)]
    try:
        reply = post(browser, "/account/provider")
    finally:
        for _ in filter(None, held):
            oidc.AT_ONCE.release()
    assert reply.status_code == 503


def test_neither_secret_code_nor_token_is_logged_or_stored(run, browser, provider, caplog):
    account(run)
    provider.verified = False
    sent = brought(away(browser))
    back(browser, sent)
    said = json.dumps([JsonLines().format(record) for record in caplog.records])
    assert "provider (no account)" in said
    secrets = (SECRET, sent["code"], sent["state"], "kanarie-access", EMAIL)
    assert [secret for secret in secrets if secret in said] == []
    if run.database.engine.dialect.name == "sqlite":
        everything = bytes_on_disk(run)
        assert [s for s in secrets[:-1] if s.encode() in everything] == []


# Settings


def test_settings_come_from_the_environment_and_the_secret_from_a_file(tmp_path):
    file = tmp_path / "client-secret"
    file.write_text("from the file\n")
    found = from_environment(
        {
            "SURVEYAPP_OIDC_ISSUER": "https://id.example.com/realm",
            "SURVEYAPP_OIDC_CLIENT_ID": CLIENT,
            "SURVEYAPP_OIDC_CLIENT_SECRET_FILE": str(file),
        }
    ).oidc
    assert found == OidcSettings(
        "https://id.example.com/realm", CLIENT, "from the file", "id.example.com"
    )
    assert "from the file" not in repr(found)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": "http://id.example.com"}, "https"),
        ({"issuer": "id.example.com"}, "https"),
        ({"client_id": ""}, "SURVEYAPP_OIDC_CLIENT_ID"),
        ({"client_secret": ""}, "SURVEYAPP_OIDC_CLIENT_SECRET_FILE"),
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(sqlite_run, changes, reason):
    settings = replace(OidcSettings("https://id.example.com", CLIENT, SECRET, "x"), **changes)
    run = replace(sqlite_run, config=replace(sqlite_run.config, oidc=settings))
    with pytest.raises(Refused, match=reason):
        create_app(runtime=run)


def test_without_the_extra_the_start_says_what_to_install(sqlite_run, provider, monkeypatch):
    monkeypatch.setattr(oidc, "find_spec", lambda _name: None)
    with pytest.raises(Refused, match=r"surveyapp\[oidc\]"):
        create_app(runtime=with_provider(sqlite_run, provider))


def test_the_doctor_asks_the_provider(cli, provider, monkeypatch):
    for name, value in (("ISSUER", provider.issuer), ("CLIENT_ID", CLIENT), ("CLIENT_SECRET", "x")):
        monkeypatch.setenv(f"SURVEYAPP_OIDC_{name}", value)
    assert cli("doctor", "--json").json["sign-in provider"] == ""
    provider.metadata = {"issuer": "https://evil.example"}
    assert "does not answer as a provider" in cli("doctor", "--json").json["sign-in provider"]
