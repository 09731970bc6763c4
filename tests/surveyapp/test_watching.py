"""What people who sign in were refused, and whose report they read, is seen by whoever watches."""

from __future__ import annotations

import json
import logging
import sys
from dataclasses import replace
from io import StringIO

import pytest

from analysis.disclosure import Policy
from surveyapp import create_app, logs, tokens
from surveyapp.logs import JsonLines
from surveyapp.views.visitor import _key
from tests.factories import (
    filled,
    open_cycle,
    ratee_id,
    released_cycle,
    report_token,
    sent_reports,
    token_of,
)
from tests.signing_in import (
    cookie,
    member,
    post,
    signed_in,
    type_password,
    with_session,
    wrong_codes,
)

WRONG = "not the\nright password"
FROM = {"environ_base": {"REMOTE_ADDR": "203.0.113.77"}}


@pytest.fixture
def seen(caplog):
    """The lines that were written so far, as they would be read."""
    return lambda: [json.loads(JsonLines().format(record)) for record in caplog.records]


def events(seen) -> list[tuple[str, str]]:
    return [(line["event"], line.get("account", "")) for line in seen()]


# Refusals


def test_a_wrong_password_is_logged_under_the_account_and_the_network(run, client, seen):
    who = member(run, "manager")
    type_password(client, who.email, WRONG, **FROM)
    [line] = seen()
    assert (line["event"], line["account"]) == ("password refused", who.id)
    assert (line["level"], line["network"]) == ("warning", "203.0.113.0/24")


def test_an_unknown_address_is_logged_without_the_address(run, client, seen, caplog):
    run.keys.ensure_secret()
    type_password(client, "nobody@example.com", WRONG, **FROM)
    assert events(seen) == [("password refused", "")]
    assert "nobody" not in json.dumps(seen())


def test_hasty_tries_are_logged_as_such(run, client, seen):
    who = member(run, "manager")
    for _ in range(6):
        type_password(client, who.email, WRONG)
    assert events(seen)[-1] == ("password tried too early", who.id)


def test_wrong_codes_and_wrong_present_passwords_are_logged(run, client, seen):
    who = member(run)
    with_session(client, who, complete=False)
    [wrong, *_] = wrong_codes(who.authenticator)
    post(client, "/account/code", code=wrong)
    with_session(client, who)
    post(client, "/account/codes", present=WRONG, code=wrong)
    assert events(seen) == [("code refused", who.id), ("present password refused", who.id)]


def test_a_page_that_the_role_does_not_reach_is_logged_with_its_rule(run, client, seen):
    who = signed_in(client, "analyst")
    client.get("/admin/audit?secret=1")
    [line] = seen()
    assert (line["event"], line["account"]) == ("role does not reach", who.id)
    assert line["route"] == "/admin/audit"


def test_what_belongs_to_another_is_logged_when_it_is_asked_for(run, client, seen):
    open_cycle(run)
    who = signed_in(client, "manager")
    assert client.get("/admin/cycles/2026-Q4/ratees/somebody").status_code == 404
    assert events(seen) == [("nothing of theirs is there", who.id)]


def test_a_form_that_was_served_elsewhere_is_logged(run, client, seen):
    who = signed_in(client)
    client.post("/account/sign-out", data={"form_token": "of another page"})
    assert events(seen) == [("form of another page", who.id)]


def test_many_unknown_links_are_logged_without_links_and_networks(run, client, seen, caplog):
    for _ in range(61):
        client.get(f"/r/{'A' * 43}", **FROM)
    assert events(seen) == [("too many unknown links", "")]
    assert "network" not in seen()[0]
    assert "AAAA" not in json.dumps(seen())


def test_raters_leave_no_line_at_all(run, client, seen):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C1')}"
    page = client.get(f"{address}/1").text
    for path in (address, f"{address}/99", f"/r/{'A' * 43}"):
        client.get(path, **FROM)
    for data in ({"item-a": ""}, {}, {}):  # something is missing, submitted, and once more
        client.post(f"{address}/1", data=filled(page) | {"action": "submit"} | data, **FROM)
    assert seen() == []


def test_what_no_page_of_ours_sends_is_logged_without_whose_link_it_was(run, client, seen):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C1')}/1"
    client.post(address, data={"action": "submit", "form_token": "x"}, **FROM)
    client.post(address, data={"action": "steal"}, **FROM)
    lines = [
        {k: v for k, v in line.items() if k not in ("at", "level", "logger")} for line in seen()
    ]
    said = ("forged form behind a link", "request that no page of ours sends")
    assert lines == [{"message": event, "event": event} for event in said]


def test_no_password_and_no_code_is_in_a_line(run, client, seen):
    who = member(run)
    type_password(client, who.email, WRONG)
    with_session(client, who, complete=False)
    post(client, "/account/code", code="31415926")
    said = json.dumps(seen())
    assert [word for word in (who.email, WRONG, "right password", "31415926") if word in said] == []


# Reports


def report_of(run, ratee) -> str:
    return f"/admin/cycles/2026-Q4/ratees/{ratee_id(run, ratee)}"


@pytest.mark.parametrize("role", ["analyst", "supervisor", "manager"])
def test_who_reads_whose_report_with_an_account_is_logged(run, client, seen, role):
    who = signed_in(client, role)
    released_cycle(run, client, policy=Policy(supervisor_reads=True))
    for address in (report_of(run, "AM1"), f"{report_of(run, 'AM1')}/report.pdf"):
        assert client.get(address, **FROM).status_code == 200
    line = {"level": "info", "logger": "surveyapp.reading", "message": "report read"}
    line |= {"event": "report read", "account": who.id}
    line |= {"cycle": "2026-Q4", "ratee": ratee_id(run, "AM1")}
    said = [{part: value for part, value in each.items() if part != "at"} for each in seen()]
    assert said == [line | {"format": "page"}, line | {"format": "pdf"}]


@pytest.mark.parametrize("role", ["administrator", "analyst"])
@pytest.mark.parametrize("of", ["company", "team"])
def test_who_reads_a_summary_is_logged(run, client, seen, role, of):
    who = signed_in(client, role)
    released_cycle(run, client)
    whose = {"supervisor": ratee_id(run, "B1")} if of == "team" else {}
    path = "/".join(["/admin/cycles/2026-Q4", *(["teams", *whose.values()] if whose else [of])])
    for address in (path, f"{path}/report.pdf"):
        assert client.get(address, **FROM).status_code == 200
    line = {"level": "info", "logger": "surveyapp.reading", "message": "summary read"}
    line |= {"event": "summary read", "account": who.id, "cycle": "2026-Q4"} | whose
    said = [{part: value for part, value in each.items() if part != "at"} for each in seen()]
    assert said == [line | {"format": "page"}, line | {"format": "pdf"}]


def test_a_summary_that_is_not_shown_is_not_logged_as_read(run, client, seen):
    signed_in(client, "analyst")
    released_cycle(run, client)
    paths = ("company?questionnaire=none", "company/report.pdf?questionnaire=none", "teams/nobody")
    for path in paths:
        assert client.get(f"/admin/cycles/2026-Q4/{path}").status_code == 404
    assert {event for event, _ in events(seen)} == {"not possible in this state"}


def test_a_report_that_is_not_shown_is_not_logged_as_read(run, client, seen):
    signed_in(client, "manager")
    released_cycle(run, client)
    for address in (report_of(run, "AM2"), f"{report_of(run, 'AM1')[:-1]}/report.pdf"):
        assert client.get(address).status_code == 404
    assert {event for event, _ in events(seen)} == {"nothing of theirs is there"}


def test_reading_through_the_personal_link_leaves_no_line(run, client, seen):
    released_cycle(run, client)
    sent_reports(run)
    for rest in ("", "/report.pdf"):
        assert client.get(f"/m/{report_token(run, 'AM1')}{rest}", **FROM).status_code == 200
    assert seen() == []


# Lines


def line_of(message: str, **extra) -> str:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, message, (), extra.get("exc_info"))
    return JsonLines().format(record)


def test_no_text_begins_another_line():
    said = line_of("one\ntwo\r\x1b[31m\u2028three")
    assert said.isascii()
    assert said.isprintable()
    assert json.loads(said)["message"] == "one\ntwo\r\x1b[31m\u2028three"


def test_times_are_utc():
    assert json.loads(line_of("x"))["at"].endswith("+00:00")


def test_a_crash_is_one_line_too():
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        said = line_of("broken", exc_info=sys.exc_info())
    assert "\n" not in said
    assert "ZeroDivisionError" in json.loads(said)["crash"]


def test_the_service_writes_its_lines_to_standard_error(run, client, monkeypatch):
    written = StringIO()
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(sys, "stderr", written)
    logs.begin()
    signed_in(client, "analyst")
    released_cycle(run, client)
    client.get("/admin/audit")
    client.get(report_of(run, "AM1"))
    said = [json.loads(line)["event"] for line in written.getvalue().splitlines()]
    assert said == ["role does not reach", "report read"]


# What browsers are told


def test_browsers_come_over_tls_alone_for_two_years(run, client):
    for path in ("/", "/account/sign-in", "/static/admin.css", "/nowhere", "/r/x"):
        with client.get(path) as reply:
            said = reply.headers["Strict-Transport-Security"]
        assert said == "max-age=63072000; includeSubDomains"


def test_a_service_without_tls_does_not_ask_for_it(run):
    plain = replace(run, config=replace(run.config, public_base_url="http://localhost:8080"))
    reply = create_app(runtime=plain).test_client().get("/account/sign-in")
    assert "Strict-Transport-Security" not in reply.headers


def test_signing_out_clears_what_the_browser_kept_of_pages(run, client):
    signed_in(client)
    assert post(client, "/account/sign-out").headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/account/sign-in").headers


# Before the first account


def typed_without_secret(client, email) -> int:
    """Open the page and try a password where the service has no secret; the status."""
    client.get("/account/sign-in")
    with client.application.test_request_context():
        form = tokens.session_form_token(_key(), cookie(client).split(".")[0])
    sent = {"email": email, "password": WRONG, "form_token": form}
    return client.post("/account/sign-in", data=sent).status_code


def test_before_the_first_account_signing_in_is_refused_as_ever(run, client):
    assert typed_without_secret(client, "anna@example.com") == 422


def test_accounts_without_their_secret_are_told_to_wait(run, client):
    who = member(run, "manager")
    run.config.secret_file.unlink()
    assert typed_without_secret(client, who.email) == 503
