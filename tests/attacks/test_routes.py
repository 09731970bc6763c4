"""Every route says who may use it, every other is refused; nobody gets at what is another's."""

from __future__ import annotations

from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select

from surveyapp import create_app
from surveyapp.models import Invitation
from surveyapp.steps import close_and_destroy
from surveyapp.views.access import ROUTES, Access
from tests.attacks.posting import forms
from tests.dumps import dump
from tests.factories import open_cycle, released_cycle, report_token, sent_reports, token_of

WRONG = "A" * 43
MALFORMED = "wrong"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def test_every_route_is_annotated_and_every_annotation_has_a_route(run):
    rules = list(create_app(runtime=run).url_map.iter_rules())
    assert {rule.endpoint for rule in rules} == set(ROUTES)
    assert all(
        ("token" in rule.arguments) == (ROUTES[rule.endpoint] in (Access.LINK, Access.REPORT))
        for rule in rules
    )


def test_a_route_without_annotation_refuses_everybody(run):
    app: Flask = create_app(runtime=run)
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret", methods=["GET", "POST"])
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        reply = app.test_client().open("/forgotten", method=method)
        assert reply.status_code == 403
        assert "secret" not in reply.get_data(as_text=True)


def form_of(run, rater, number=1):
    return next(form for form in forms(run) if (form.rater, form.number) == (rater, number))


def statuses(client, form, link, data) -> set[int]:
    """What the routes of a link to forms answer under this one, to every method they take."""
    found = set()
    for rule, method in requests(client, Access.LINK):
        address = rule.build({"token": link, "number": form.number}, append_unknown=False)[1]
        sent = ONE_CLICK if rule.endpoint == "reminders.change" else data
        found.add(client.open(address, method=method, data=sent).status_code)
    return found


def report_statuses(client, link) -> set[int]:
    """What the routes of a link to a report answer under this one."""
    return {
        client.open(rule.build({"token": link})[1], method=method).status_code
        for rule, method in requests(client, Access.REPORT)
    }


def requests(client, access):
    """Every route of this kind, with every method that it takes."""
    rules = [r for r in client.application.url_map.iter_rules() if ROUTES[r.endpoint] == access]
    assert rules
    return [
        (rule, method)
        for rule, method in product(rules, ("GET", "HEAD", "POST"))
        if method in rule.methods
    ]


def test_the_holder_of_a_link_reads_and_answers_their_own_forms(run, client):
    open_cycle(run)
    form = form_of(run, "C1")
    assert statuses(client, form, form.token, form.data([1, 2, 3])) == {200}


@pytest.mark.parametrize("link", [WRONG, MALFORMED, WRONG[:-1] + "é", "A" * 44])
def test_a_wrong_link_gets_nothing_on_any_route(run, client, link):
    open_cycle(run)
    form = form_of(run, "C1")
    before = dump(run)
    assert statuses(client, form, link, form.data([1, 2, 3])) == {404}
    assert dump(run) == before


def test_a_replaced_link_gets_nothing_on_any_route(run, client):
    open_cycle(run)
    form = form_of(run, "C1")
    with run.database.transaction() as session:
        for invitation in session.scalars(select(Invitation)):
            invitation.token_digest = invitation.token_digest[::-1]
    assert statuses(client, form, form.token, form.data([1, 2, 3])) == {404}


def test_nobody_answers_the_form_of_another(run, client):
    open_cycle(run)
    before = dump(run)
    everybody = forms(run)
    for own, other in product(everybody, repeat=2):
        # Under the own link the other's form token, and beyond the end of the own list.
        if own.token != other.token and own.number == other.number:
            assert client.post(own.address, data=other.data([1, 2, 3])).status_code == 422
    for form in everybody:
        beyond = f"/r/{form.token}/{1 + sum(f.rater == form.rater for f in everybody)}"
        assert client.post(beyond, data=form.data([1, 2, 3])).status_code == 404
        assert client.get(beyond).status_code == 404
    assert dump(run) == before


def test_a_page_names_only_whom_this_rater_rates(run, client):
    open_cycle(run)
    names = {"AM1": "李文", "AM2": "Bao Yu"}
    everybody = forms(run)
    for rater in sorted({form.rater for form in everybody}):
        own = [form for form in everybody if form.rater == rater]
        page = client.get(f"/r/{own[0].token}").get_data(as_text=True)
        assert {name for name in names.values() if name in page} == {names[f.ratee] for f in own}


def test_a_spent_link_shows_no_answer_and_takes_none(run, client):
    open_cycle(run)
    form = form_of(run, "C1")
    client.post(form.address, data=form.data([1, 2, 3], "first words"))
    before = dump(run)
    for action in ("submit", "save", "decline"):
        reply = client.post(form.address, data=form.data([5, 5, 5], "later", action))
        assert reply.status_code == 200
        assert "words" not in reply.get_data(as_text=True)
    assert "words" not in client.get(form.address).get_data(as_text=True)
    assert dump(run) == before


def test_a_closed_cycle_gives_nothing_on_any_route(run, client):
    open_cycle(run)
    form = form_of(run, "C1")
    close_and_destroy(run, "2026-Q4")
    assert statuses(client, form, form.token, form.data([1, 2, 3])) == {410}


def test_a_link_to_a_report_opens_that_report_and_nothing_else(run, client):
    released_cycle(run, client)
    sent_reports(run)
    open_cycle(run, key="2027-Q1")
    forms_link = token_of(run, "AM1", "2027-Q1")
    report_link = report_token(run, "AM1")
    assert report_statuses(client, report_link) == {200}
    for wrong in (forms_link, WRONG, MALFORMED, report_link[:-1], report_link + "A"):
        assert report_statuses(client, wrong) == {404}
    form = next(f for f in forms(run, "2027-Q1") if f.rater == "AM1")
    assert statuses(client, form, report_link, form.data([1, 2, 3])) == {404}


def test_no_page_behind_a_link_to_a_report_names_another_ratee(run, client):
    released_cycle(run, client)
    sent_reports(run)
    names = {"AM1": "李文", "AM2": "Bao Yu"}
    for ratee, name in names.items():
        page = client.get(f"/m/{report_token(run, ratee)}").get_data(as_text=True)
        assert {other for other in names.values() if other in page} == {name}
