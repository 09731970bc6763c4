"""Who may use which route: the whole table, and a refusal for every route that is not in it."""

from __future__ import annotations

from enum import StrEnum

from flask import Flask, request
from werkzeug.exceptions import Forbidden

from surveyapp import tokens
from surveyapp.errors import UnknownLink


class Access(StrEnum):
    PUBLIC = "public"  # tells nothing about any person or cycle
    LINK = "link"  # the holder of the personal link in the address, for their own forms
    REPORT = "report"  # the holder of the personal link in the address, for their own report


ROUTES = {
    "static": Access.PUBLIC,
    "status.home": Access.PUBLIC,
    "status.healthy": Access.PUBLIC,
    "status.ready": Access.PUBLIC,
    "rate.people": Access.LINK,
    "rate.form": Access.LINK,
    "rate.answer": Access.LINK,
    "reminders.show": Access.LINK,
    "reminders.change": Access.LINK,
    "report.show": Access.REPORT,
    "report.pdf": Access.REPORT,
    "recover.show": Access.PUBLIC,
    "recover.ask": Access.PUBLIC,
}


def prepare(app: Flask) -> None:
    app.before_request(require_access)


def require_access() -> None:
    """Before every request; the services then find the person behind a link, or refuse it."""
    if request.endpoint is None:
        return  # no route: the answer is 404 or 405 already
    access = ROUTES.get(request.endpoint)
    if access is None:
        raise Forbidden
    by_link = access in {Access.LINK, Access.REPORT}
    if by_link and not tokens.well_formed((request.view_args or {}).get("token", "")):
        raise UnknownLink
