"""GET, HEAD and OPTIONS change nothing, whoever sends them and however often."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError

from surveyapp import create_app
from surveyapp.errors import StorageUnavailable
from surveyapp.models import Account
from surveyapp.views.access import ROUTES, Access
from tests.dumps import dump
from tests.factories import (
    fields,
    open_cycle,
    released_cycle,
    report_token,
    sent_reports,
    submit,
    token_of,
)

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


def addresses(app, token, report):
    """Every address of the URL map, with a valid, a used and a wrong link."""
    for rule in app.url_map.iter_rules():
        if "<token>" not in rule.rule:
            yield rule.rule.replace("<path:filename>", "rate.css")
            continue
        valid = report if ROUTES[rule.endpoint] == Access.REPORT else token
        for link in (valid, "A" * 43, "wrong"):
            for number in ("1", "2", "99"):
                yield rule.rule.replace("<token>", link).replace("<int:number>", number)


def test_no_reading_request_on_any_route_changes_the_database(run, client):
    released_cycle(run, client, key="2026-Q3")
    sent_reports(run, "2026-Q3")
    open_cycle(run)
    token = token_of(run, "C4")
    submit(client, token, 1)
    saved = fields(client.get(f"/r/{token}/2").get_data(as_text=True))
    client.post(f"/r/{token}/2", data=saved | {"item-quick": "3", "action": "save"})
    app = create_app(runtime=run)
    requests = [
        (method, address, headers)
        for address in sorted(set(addresses(app, token, report_token(run, "AM1", "2026-Q3"))))
        for method in ("GET", "HEAD", "OPTIONS")
        for headers in PREFETCHES
    ]
    before = dump(run)

    def send(request):
        method, address, headers = request
        client = app.test_client()
        return client.open(address, method=method, headers=headers, buffered=True).status_code

    with ThreadPoolExecutor(4) as pool:
        codes = set(pool.map(send, requests * 2))
    assert len(requests) > 300
    assert codes <= {200, 206, 304, 404, 416, 429}
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
