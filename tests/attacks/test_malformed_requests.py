"""Requests that no browser sends: never an error of ours, never markup back."""

from __future__ import annotations

import logging
import re
from collections import Counter

import pytest
from sqlalchemy import select
from werkzeug.test import run_wsgi_app

from surveyapp import create_app, tokens
from surveyapp.models import AccountSession
from surveyapp.services.accounts.sessions import LIFE
from surveyapp.views.access import ROUTES, Access
from surveyapp.views.errors import FOR_ACCOUNTS
from tests.attacks.malformed import MARKUP, UNESCAPED, Target, malformed
from tests.attacks.posting import forms
from tests.factories import (
    draft_cycle,
    fields,
    open_cycle,
    ratee_id,
    released_cycle,
    report_token,
    sent_reports,
)
from tests.signing_in import cookie, invited, signed_in

PAST = "2026-Q3"
CODES = {
    200,
    206,
    302,
    303,
    304,
    308,
    400,
    403,
    404,
    405,
    408,
    409,
    410,
    412,  # If-Match with a mark that a file of ours never had
    413,
    414,
    415,
    416,
    422,
    429,
    431,
}
VALUES = {"filename": "rate.css", "wanted": "account_manager_360", "relation": "CUSTOMER"}
FIELDS = {
    "address": "c1@harbour.example", "receipt": "ABCD-EFGH", "List-Unsubscribe": "One-Click",
    "email": "administrator@accounts.example", "password": "four loud herons whistle",
    "again": "four loud herons whistle", "code": "123456", "who": "new@example.com",
    "roles": "analyst", "language": "en", "which": "others", "back": "/admin/", "typed": "x",
}  # fmt: skip


def targets(app, run, browser, values):
    """Every route of the URL map, with all that its page sends: with each link, and a wrong one."""
    everybody = forms(run)
    for rule in app.url_map.iter_rules():
        for form in everybody if "token" in rule.arguments else everybody[:1]:
            reads = ROUTES[rule.endpoint] == Access.REPORT
            token = report_token(run, form.ratee, PAST) if reads else form.token
            given = {**VALUES, **values, "token": token, "number": form.number}
            if "rater" in rule.arguments:
                given["cycle"] = "2026-Q4"  # raters are helped while a cycle is open
            address = rule.build(given, append_unknown=False)[1]
            page = browser.get(address, buffered=True).get_data().decode(errors="replace")
            data = FIELDS | form.data([1, 2, 3], "words") | fields(page)
            yield Target(address, data, methods(rule))
            if token in address:
                yield Target(address.replace(token, "A" * 43), data, methods(rule))


def still_signed_in(run, who, held) -> None:
    """The session that the forms belong to, whatever became of it: signing out is a form too."""
    digest = tokens.digest(held.partition(".")[0])
    with run.database.transaction() as session:
        if not session.scalar(select(AccountSession).where(AccountSession.token_digest == digest)):
            session.add(
                AccountSession(
                    account_id=who.id,
                    token_digest=digest,
                    complete=True,
                    device="",
                    started_at=run.config.now(),
                    expires_at=run.config.now() + LIFE,
                )
            )


def methods(rule) -> tuple[str, ...]:
    return tuple(sorted(rule.methods))


@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore:Exception ignored.*SpooledTemporaryFile")  # uploads, refused
def test_no_malformed_request_is_an_error_of_ours_or_comes_back_as_markup(
    run, rng, scaled, figures, caplog
):
    app = create_app(runtime=run)
    released_cycle(run, app.test_client(), key=PAST, text=MARKUP)
    sent_reports(run, PAST)
    open_cycle(run)
    browser = app.test_client()
    who = signed_in(browser)
    secret = invited(run, "anna@example.com").rpartition("/")[2]
    values = {"account": who.id, "secret": secret, "cycle": PAST}
    values |= {"ratee": ratee_id(run, "AM1"), "supervisor": ratee_id(run, "B1")}
    values |= {"rater": ratee_id(run, "C1"), "person": ratee_id(run, "AM1")}
    addresses = list(targets(app, run, browser, values))
    name, held = "__Host-surveyapp", cookie(browser)
    codes: Counter[int] = Counter()
    with caplog.at_level(logging.DEBUG):
        for turn in range(scaled(1500, 20_000)):
            target = rng.choice(addresses)
            environ = malformed(rng, target)
            if target.address.startswith(FOR_ACCOUNTS) and rng.random() < 0.8:
                still_signed_in(run, who, held)
                environ["HTTP_COOKIE"] = f"{name}={held}"
            sent = {k: v for k, v in environ.items() if not k.startswith("wsgi")}
            body, status, _ = run_wsgi_app(app, environ, buffered=True)
            code = int(status.split()[0])
            codes[code] += 1
            assert code in CODES, (turn, sent)
            content = b"".join(body)
            assert not [mark for mark in UNESCAPED if mark in content], (turn, sent)
    figures(requests=codes.total(), server_errors=sum(codes[c] for c in codes if c >= 500))
    assert "Traceback" not in caplog.text
    assert codes[200] > codes.total() // 10  # some of them are nearly right


def pieces_spoilt(address):
    """The address with a NUL in each of its pieces in turn."""
    pieces = address.split("/")
    for place, piece in enumerate(pieces[1:], 1):
        yield "/".join([*pieces[:place], f"{piece[:2]}%00{piece[2:]}", *pieces[place + 1 :]])


def forms_spoilt(page):
    """All that the forms of a page send, by each of their buttons, with a NUL in each field."""
    for form in re.findall("<form.*?</form>", page, re.DOTALL):
        names = set(re.findall(r'name="([\w-]+)"', form)) - {"form_token", "action"}
        sent = {
            name: (re.findall(f'name="{name}"[^>]*value="([^"]*)"', form) or ["x"])[0]
            for name in names
        }
        for action in {"", *re.findall(r'name="action" value="([\w-]+)"', form)}:
            for name in names:
                yield sent | fields(page) | {"action": action, name: "a\0b"}


def test_a_nul_that_postgresql_cannot_store_is_no_error_of_ours(run):
    app = create_app(runtime=run)
    draft_cycle(run)
    admin = app.test_client()
    who = signed_in(admin)
    known = {"account": who.id, "cycle": "2026-Q4", "ratee": ratee_id(run, "AM1"), **VALUES}
    known |= {"rater": ratee_id(run, "C1"), "person": ratee_id(run, "AM1")}
    tried = 0
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/admin/") or rule.arguments - set(known):
            continue
        address = rule.build(known, append_unknown=False)[1]
        for spoilt in pieces_spoilt(address):
            assert admin.get(spoilt).status_code in CODES, spoilt
        if "GET" not in rule.methods or "account" in rule.arguments:
            continue
        for data in forms_spoilt(admin.get(address, buffered=True).text):
            assert admin.post(address, data=data).status_code in CODES, (address, data)
            tried += 1
    assert tried > 100
