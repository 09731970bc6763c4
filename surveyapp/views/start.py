"""Where an account starts, and what the navigation offers it."""

from __future__ import annotations

from flask import Flask, request, url_for

from surveyapp.i18n import N_
from surveyapp.services.accounts.sessions import SignedIn
from surveyapp.views.access import ROUTES, may_use, scopes

# One line per page that stands in the navigation; who sees it follows from the table of access.
NAVIGATION = (
    ("home.cycles", N_("Cycles")),
    ("library.everything", N_("Questionnaires")),
    ("team.show", N_("My team")),
    ("home.mine", N_("My feedback")),
    ("people.find", N_("People")),
    ("audit.show", N_("Log")),
)


def prepare(app: Flask) -> None:
    app.jinja_env.globals.update(sections=sections)


def sections() -> list[tuple[str, str, bool]]:
    """What this account may use: address, name, and whether the page that is read lies there."""
    offered = [(url_for(endpoint), name) for endpoint, name in NAVIGATION if may_use(endpoint)]
    around = [address for address, _name in offered if request.path.startswith(address)]
    here = max(around, key=len, default="")
    return [(address, name, address == here) for address, name in offered]


def start_page(who: SignedIn) -> str:
    """The first page of the navigation that this account may use."""
    for endpoint, _name in NAVIGATION:
        access = ROUTES[endpoint]
        if not isinstance(access, str) and scopes(access, who):
            return url_for(endpoint)
    return url_for("account.show")
