"""GET, HEAD and OPTIONS change nothing, whoever sends them and however often."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError

from surveyapp import create_app
from surveyapp.errors import StorageUnavailable
from surveyapp.models import Account
from surveyapp.views.access import ROUTES, Access
from surveyapp.views.errors import FOR_ACCOUNTS
from tests.dumps import dump
from tests.factories import (
    fields,
    open_cycle,
    ratee_id,
    released_cycle,
    report_token,
    sent_reports,
    submit,
    token_of,
)
from tests.signing_in import cookie, invited, signed_in, with_session

REFUSED = (StorageUnavailable, DBAPIError)

PREFETCHES = [
    {},
    {"Purpose": "prefetch"},
    {"Sec-Purpose": "prefetch;prerender"},
    {"X-Moz": "prefetch"},
    {"User-Agent": ""},
    {"User-Agent": "facebookexternalhit/1.1"},
    {"User-Agent": "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1) SafeLinks"},
    {"Accept": "application/json"},
    {"If-None-Match": "*"},
    {"Range": "bytes=0-0"},
]


def addresses(app, token, report, given):
    """Every address of the URL map, with a valid, a used and a wrong link."""
    for rule in app.url_map.iter_rules():
        valid = report if ROUTES[rule.endpoint] == Access.REPORT else token
        for link in (valid, "A" * 43, "wrong") if "token" in rule.arguments else ("",):
            for number in (1, 2, 99):
                values = {"token": link, "number": number} | given
                if "rater" in rule.arguments:
                    values["cycle"] = "2026-Q4"  # raters are helped while a cycle is open
                yield rule.build(values, append_unknown=False)[1]


def test_no_reading_request_on_any_route_changes_the_database(run, client):
    released_cycle(run, client, key="2026-Q3")
    sent_reports(run, "2026-Q3")
    open_cycle(run)
    token = token_of(run, "C4")
    submit(client, token, 1)
    saved = fields(client.get(f"/r/{token}/2").get_data(as_text=True))
    client.post(f"/r/{token}/2", data=saved | {"item-quick": "3", "action": "save"})
    app = create_app(runtime=run)
    who, secret = signed_in(app.test_client()), invited(run, "anna@example.com")
    given = {"filename": "rate.css", "account": who.id, "secret": secret.rpartition("/")[2]}
    given |= {"cycle": "2026-Q3", "ratee": ratee_id(run, "AM1")}
    given |= {"rater": ratee_id(run, "C4"), "person": ratee_id(run, "C1")}
    given |= {"supervisor": ratee_id(run, "B1")}
    given |= {"wanted": "account_manager_360", "relation": "CUSTOMER"}
    report = report_token(run, "AM1", "2026-Q3")
    browsers = [app.test_client(), app.test_client(), app.test_client()]
    with_session(browsers[1], who)
    with_session(browsers[2], who, complete=False)
    cookies = [cookie(browser) for browser in browsers]
    requests = [
        (method, address, headers, signed)
        for address in sorted(set(addresses(app, token, report, given)))
        for method in ("GET", "HEAD", "OPTIONS")
        for headers in PREFETCHES
        for signed in (cookies if address.startswith(FOR_ACCOUNTS) else cookies[:1])
    ]
    before = dump(run)

    def send(request):
        method, address, headers, signed = request
        client = app.test_client()
        if signed:
            client.set_cookie("__Host-surveyapp", signed)
        return client.open(address, method=method, headers=headers, buffered=True).status_code

    with ThreadPoolExecutor(4) as pool:
        codes = set(pool.map(send, requests * 2))
    assert len(requests) > 300
    assert codes <= {200, 206, 302, 303, 304, 403, 404, 405, 416, 429}
    assert dump(run) == before


def sneak_in(run):
    with run.database.reading() as session:
        session.add(Account(name="sneaked in"))
        session.commit()


def test_a_session_for_reading_cannot_write(run):
    with pytest.raises(REFUSED):
        sneak_in(run)


def test_after_a_refused_write_the_same_connection_writes_again(run):
    with pytest.raises(REFUSED):
        sneak_in(run)
    with run.database.transaction() as session:
        session.add(Account(name="Harbour"))
    assert [row[1] for row in dump(run)["account"]] == ["Harbour"]
