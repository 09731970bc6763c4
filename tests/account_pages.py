"""Every page for people with an account, found in the table of routes and not in a list of ours."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from flask import Flask
from sqlalchemy import select

from surveyapp.models import Person, Role
from surveyapp.runtime import Runtime
from surveyapp.views.access import ROUTES

ASKED = {
    "people.find": ("q",),
    "results.review": ("which",),
    "nominations.show_workload": ("q",),
}  # what a page reads from the query of its address


class Page(NamedTuple):
    role: Role  # who opens it
    address: str


def account_pages(app: Flask, known: Mapping[str, Sequence[str]]) -> Iterator[Page]:
    """All GET addresses; ``known`` gives the values of each argument that an address may have."""
    bound = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        grants = ROUTES.get(rule.endpoint)
        if not isinstance(grants, dict) or "GET" not in (rule.methods or ()):
            continue
        role = Role.ADMINISTRATOR if Role.ADMINISTRATOR in grants else next(iter(grants))
        names = sorted({*rule.arguments, *ASKED.get(rule.endpoint, ())})
        for values in itertools.product(*(known[name] for name in names)):
            yield Page(role, bound.build(rule.endpoint, dict(zip(names, values, strict=True))))


def known_values(
    run: Runtime, cycles: Sequence[str], *, ratee: str, rater: str, supervisor: str, account: str
) -> dict[str, Sequence[str]]:
    """What the arguments of addresses may be; people by the id that they have in rosters."""
    with run.database.reading() as session:
        ids = dict(session.execute(select(Person.external_id, Person.id)).all())
    return {
        "cycle": cycles,
        "ratee": (ids[ratee],),
        "rater": (ids[rater],),
        "person": (ids[ratee],),
        "q": ("", "a", "nobody of that name"),
        "supervisor": (ids[supervisor],),
        "account": (account,),
        "wanted": ("account_manager_360",),
        "relation": ("CUSTOMER",),
        "which": ("unsure", "corrected", "all", "phrases"),
    }
