"""Every refusal becomes one kind page, in the language of the reader."""

from __future__ import annotations

from flask import Flask, current_app, render_template, request
from werkzeug.exceptions import HTTPException, SecurityError

from surveyapp.errors import (
    CycleClosed,
    KeyUnavailable,
    NotFound,
    Refused,
    StorageUnavailable,
    UnknownLink,
)

RETRY_AFTER = {"Retry-After": "5"}


def register(app: Flask) -> None:
    app.register_error_handler(UnknownLink, _unknown_link)
    app.register_error_handler(404, _unknown_link)
    app.register_error_handler(CycleClosed, _closed)
    app.register_error_handler(Refused, _withheld)
    app.register_error_handler(NotFound, _withheld)
    app.register_error_handler(StorageUnavailable, _unavailable)
    app.register_error_handler(KeyUnavailable, _unavailable)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(500, _broken)


def _unknown_link(_error: Exception) -> tuple[str, int, dict[str, str]]:
    page = render_template("rate/unknown.html")
    if current_app.extensions["guessing"].allows(request.remote_addr):
        return page, 404, {}
    return page, 429, {"Retry-After": "60"}


def _closed(_error: Exception) -> tuple[str, int]:
    return render_template("rate/closed.html"), 410


def _withheld(_error: Exception) -> tuple[str, int]:
    # The reason is for administrators; a command tells it.
    return render_template("report/withheld.html"), 409


def _unavailable(_error: Exception) -> tuple[str, int, dict[str, str]]:
    return render_template("rate/unavailable.html"), 503, RETRY_AFTER


def _broken(_error: Exception) -> tuple[str, int]:
    return render_template("rate/unavailable.html"), 500


def _foreign_host(_error: Exception) -> tuple[str, int]:
    # No page of ours: with a host that is not trusted no address can be built.
    return "This service does not answer under that name.", 400


def _refused(error: HTTPException) -> tuple[str, int]:
    return render_template("rate/refused.html"), error.code or 400
