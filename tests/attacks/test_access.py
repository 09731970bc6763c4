"""Every page for accounts, with every role and none, own and foreign: the table holds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import pytest
from sqlalchemy import select

from surveyapp import create_app
from surveyapp.models import Person, Role
from surveyapp.services.accounts.reach import Scope
from surveyapp.views.access import ADMINISTRATORS, HR, ROUTES, WITHOUT_ACCOUNT, Access
from tests.dumps import dump
from tests.factories import open_cycle
from tests.signing_in import carry, form_token, member, post, signed_in, with_session

FOR_ACCOUNTS = [name for name, access in ROUTES.items() if access not in WITHOUT_ACCOUNT]
BY_ROLE = [name for name in FOR_ACCOUNTS if isinstance(ROUTES[name], Mapping)]


def requests_of(app, endpoint, **values):
    """Every method of a route that answers, at its address."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == endpoint:
            given = {name: values.get(name, "0" * 32) for name in rule.arguments}
            for method in sorted(rule.methods - {"OPTIONS"}):
                yield method, rule.build(given, append_unknown=False)[1]


def answers(client, endpoint, **values) -> set[str]:
    """What a route says to this client: in, out (signs in first), or refused."""
    found = set()
    for method, address in requests_of(client.application, endpoint, **values):
        reply = post(client, address) if method == "POST" else client.open(address, method=method)
        found.add(verdict(reply))
    return found


def verdict(reply) -> str:
    if reply.status_code == 403:
        return "refused"
    to = reply.headers.get("Location", "")
    asked = ("/account/sign-in", "/account/code", "/account/authenticator")
    return "asked to sign in" if reply.status_code == 303 and to.startswith(asked) else "in"


@pytest.mark.parametrize("role", Role)
def test_each_role_gets_in_where_the_table_says_so_and_nowhere_else(run, client, role):
    open_cycle(run)
    who = member(run, role)
    for endpoint in BY_ROLE:
        with_session(client, who)
        expected = "in" if role in ROUTES[endpoint] else "refused"
        assert answers(client, endpoint, account=who.id) == {expected}, endpoint


def test_nobody_gets_in_without_signing_in(run, client):
    open_cycle(run)
    before = dump(run)
    for endpoint in FOR_ACCOUNTS:
        if ROUTES[endpoint] != Access.VISITOR:
            assert answers(client, endpoint) == {"asked to sign in"}, endpoint
    assert dump(run) == before


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ANALYST])
def test_half_signed_in_is_not_signed_in(run, client, role):
    open_cycle(run)
    who = member(run, role)
    with_session(client, who, complete=False)
    before = dump(run)
    for endpoint in FOR_ACCOUNTS:
        if ROUTES[endpoint] not in (Access.VISITOR, Access.HALF):
            assert answers(client, endpoint) == {"asked to sign in"}, endpoint
    assert dump(run) == before


def test_accounts_and_the_log_are_for_administrators_alone():
    for endpoint in BY_ROLE:
        if endpoint.startswith(("accounts.", "audit.")):
            assert ROUTES[endpoint] == ADMINISTRATORS
    assert set(HR) == {Role.ADMINISTRATOR, Role.ANALYST}


def test_routes_of_limited_reach_name_cycle_and_ratee_or_list_what_is_theirs(run):
    rules = {rule.endpoint: rule for rule in create_app(runtime=run).url_map.iter_rules()}
    for endpoint in BY_ROLE:
        if set(ROUTES[endpoint].values()) != {Scope.ALL}:
            arguments = rules[endpoint].arguments
            assert arguments in ({"cycle", "ratee"}, set()) or arguments > {"cycle", "ratee"}


@pytest.fixture
def probe(run, monkeypatch):
    """An application with one more page, which belongs to a ratee in a cycle."""
    grants = {
        Role.ADMINISTRATOR: Scope.ALL,
        Role.SUPERVISOR: Scope.TEAM,
        Role.MANAGER: Scope.OWN,
    }
    monkeypatch.setitem(ROUTES, "probe", grants)
    app = create_app(runtime=run)
    app.add_url_rule("/my/probe/<cycle>/<ratee>", "probe", lambda cycle, ratee: f"in {ratee}")
    return app


def reached(run, app, who):
    """The external ids of all persons whose page this account gets, in the cycle."""
    client = app.test_client()
    with_session(client, who)
    with run.database.reading() as session:
        people = {person.id: person.external_id for person in session.scalars(select(Person))}
    return {
        external_id
        for identity, external_id in people.items()
        if client.get(f"/my/probe/2026-Q4/{identity}").status_code == 200
    }


OTHER_TEAM = "AM3,Other,o@example.com,en,key,B2,,,\nB2,Boss Two,b2@example.com,en,,,,,\n"


def test_owners_reach_their_own_supervisors_their_team_and_administrators_all(run, probe):
    from tests.people import ROSTER

    open_cycle(run, roster=ROSTER + OTHER_TEAM)
    own = member(run, "manager", person="AM1")
    team = member(run, "supervisor", person="B1")
    other = member(run, "supervisor", person="B2")
    peer = member(run, "manager", person="P1")
    assert reached(run, probe, own) == {"AM1"}
    assert reached(run, probe, team) == {"AM1", "AM2"}
    assert reached(run, probe, other) == {"AM3"}
    assert reached(run, probe, peer) == set()
    assert "AM3" in reached(run, probe, member(run, "administrator"))


def test_a_team_is_a_team_in_its_own_cycle_only(run, probe):
    from tests.people import ROSTER

    open_cycle(run)
    open_cycle(run, roster=ROSTER.replace(",B1,", ",B2,") + OTHER_TEAM, key="2027-Q1")
    client = probe.test_client()
    with_session(client, member(run, "supervisor", person="B2"))
    with run.database.reading() as session:
        ratee = session.scalar(select(Person.id).where(Person.external_id == "AM1"))
    assert client.get(f"/my/probe/2027-Q1/{ratee}").status_code == 200
    assert client.get(f"/my/probe/2026-Q4/{ratee}").status_code == 404


def test_what_is_not_theirs_looks_like_what_is_not_there(run, probe):
    open_cycle(run)
    client = probe.test_client()
    with_session(client, member(run, "manager", person="AM1"))
    with run.database.reading() as session:
        other = session.scalar(select(Person.id).where(Person.external_id == "AM2"))
    replies = {
        ratee: client.get(f"/my/probe/2026-Q4/{ratee}") for ratee in (other, "0" * 32, "nobody")
    }
    assert {reply.status_code for reply in replies.values()} == {404}
    assert len({reply.text.replace(ratee, "") for ratee, reply in replies.items()}) == 1


def posts_of(app):
    rules = (rule for rule in app.url_map.iter_rules() if rule.endpoint in FOR_ACCOUNTS)
    for rule in rules:
        if "POST" in rule.methods:
            given = dict.fromkeys(rule.arguments, "0" * 32)
            yield rule.build(given, append_unknown=False)[1]


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        (None, {}),
        ("", {}),
        ("0" * 64, {}),
        ("é", {}),
        ("own", {"Sec-Fetch-Site": "cross-site"}),
        ("own", {"Sec-Fetch-Site": "same-site"}),
        ("another's", {}),
    ],
)
def test_no_form_is_taken_that_was_not_served_to_this_browser(run, client, token, headers):
    other = client.application.test_client()
    signed_in(other, "analyst")
    signed_in(client)
    sent = {"own": form_token(client), "another's": form_token(other)}.get(token, token)
    before = dump(run)
    for address in posts_of(client.application):
        data = {} if sent is None else {"form_token": sent}
        assert client.post(address, data=data, headers=headers).status_code == 403, address
    assert dump(run) == before


def test_the_token_of_an_ended_session_opens_nothing(run, client):
    signed_in(client)
    token = with_session(client, member(run, "analyst"))
    post(client, "/account/sign-out")
    carry(client, token)
    assert verdict(client.get("/admin/")) == "asked to sign in"


def test_methods_that_read_need_no_form_and_change_nothing(run, client):
    who = signed_in(client)
    before = dump(run)
    for endpoint, method in product(FOR_ACCOUNTS, ("GET", "HEAD", "OPTIONS")):
        for _, address in requests_of(client.application, endpoint, account=who.id):
            client.open(address, method=method)
    assert dump(run) == before
