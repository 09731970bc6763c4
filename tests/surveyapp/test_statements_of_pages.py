"""Pages for accounts ask the database as often for a large company as for a small one."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import event

import questionnaires
from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp.models import Role
from surveyapp.services import cycles
from surveyapp.services.imports import ImportedRating, import_ratings
from surveyapp.services.people import import_roster
from surveyapp.services.rosters.roster import read_roster
from surveyapp.steps import open_with_keys
from tests.account_pages import account_pages, known_values
from tests.people import HEADER
from tests.signing_in import signed_in

SMALL, LARGE = 2, 70  # more than a page of a list holds
GROUPS = [Relation.SELF, Relation.SUPERVISOR, *[Relation.PEER] * 3, *[Relation.CUSTOMER] * 5]


def company(managers):
    """Everybody is rated by the supervisor, three others and a customer of their own."""
    rows = ["B1,Boss,b1@example.com,en,,,,,"]
    for n in range(managers):
        others = "|".join(f"AM{(n + step) % managers + 1}" for step in range(1, min(managers, 4)))
        rows.append(f"AM{n + 1},Manager {n},am{n}@example.com,en,key,B1,{others},,")
        rows.append(f"C{n},Customer {n},c{n}@client.example,en,,,,Client {n},AM{n + 1}")
    return read_roster((HEADER + "\n".join([*rows, ""])).encode())


def rating(asked, relation, manager, rng):
    points = {item.id: rng.randint(1, 5) for item in asked.items_for(relation)}
    texts = {question.id: "quick" for question in asked.open_questions_for(relation)}
    ballot = {"ratings": points, "texts": texts}
    return ImportedRating(f"AM{manager + 1}", f"Manager {manager}", relation, ballot)


def make_cycles(run, size, managers):
    """A draft, an open cycle, and one with results; their keys."""
    asked, rng = questionnaires.load("account_manager_pulse"), random.Random(5)
    for state in ("draft", "open"):
        with run.database.transaction() as session:
            made = cycles.create_cycle(session, f"{size}-{state}", {"": asked}, Policy())
            import_roster(session, made, company(managers))
    open_with_keys(run, f"{size}-open")
    ratings = [
        rating(asked, relation, n, rng)
        for n in range(managers)
        for relation in GROUPS
        if asked.items_for(relation)
    ]
    with run.database.transaction() as session:
        import_ratings(session, f"{size}-out", asked, ratings, Policy(), run.config.now())
    return tuple(f"{size}-{state}" for state in ("draft", "open", "out"))


@pytest.fixture
def counted(run, client):
    """How many statements each page for accounts takes, by its address without the size."""
    app = client.application
    sent = []
    event.listen(run.database.engine, "before_cursor_execute", lambda *a: sent.append(a[2]))
    clients = {}

    def count(keys, size):
        if not clients:
            for role in Role:
                clients[role] = app.test_client()
                signed_in(clients[role], role)
        known = known_values(run, keys, ratee="AM1", rater="C0", supervisor="B1", account="nobody")
        found = {}
        for page in account_pages(app, known):
            clients[page.role].get(page.address)  # what is read once and kept
            sent.clear()
            clients[page.role].get(page.address)
            found[page.address.replace(f"{size}-", "")] = list(sent)
        return found

    return count


def test_the_number_of_statements_does_not_grow_with_the_company(run, counted):
    small = counted(make_cycles(run, "small", SMALL), "small")
    large = counted(make_cycles(run, "large", LARGE), "large")
    assert len(small) > 20
    assert {address: len(sent) for address, sent in large.items()} == {
        address: len(sent) for address, sent in small.items()
    }
