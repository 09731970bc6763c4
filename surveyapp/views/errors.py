"""Every refusal becomes one kind page, in the language of the reader."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from surveyapp import logs
from surveyapp.errors import (
    BadInput,
    CycleClosed,
    KeyUnavailable,
    NotFound,
    Refused,
    StorageUnavailable,
    SurveyError,
    UnknownLink,
)
from surveyapp.views import visitor
from surveyapp.views.pages import _
from surveyapp.views.visitor import SignInNeeded, StaleForm

RETRY_AFTER = {"Retry-After": "5"}
FOR_ACCOUNTS = ("/account/", "/admin/", "/my/")

Page = tuple[str, int] | tuple[str, int, dict[str, str]]


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
    app.register_error_handler(SignInNeeded, _sign_in)
    app.register_error_handler(StaleForm, _stale)
    app.register_error_handler(SurveyError, _reason)


def _for_accounts() -> bool:
    """Whether it happened on a page for accounts; raters never see those."""
    return request.path.startswith(FOR_ACCOUNTS)


def _problem(title: str, words: str, mistakes: Sequence[str] = (), cycle: str = "") -> str:
    """``cycle``: whose page to go back to, for those who may."""
    return render_template(
        "admin/problem.html", title=title, words=words, mistakes=mistakes, cycle=cycle
    )


def _unknown_link(_error: Exception) -> Page:
    page = _nothing_here() if _for_accounts() else render_template("rate/unknown.html")
    if _for_accounts():
        visitor.note_refusal("nothing of theirs is there")
    if current_app.extensions["guessing"].allows(request.remote_addr):
        return page, 404, {}
    logs.refused("too many unknown links")  # of raters, so nothing about where from
    return page, 429, {"Retry-After": "60"}


def _nothing_here() -> str:
    if request.endpoint in {"entrance.link", "entrance.set_password"}:
        return _problem(
            _("This link does not work"),
            _("It was used before, replaced by a newer one, or it is too old. "
              "You can have another sent to you on the page to sign in."),
        )  # fmt: skip
    return _problem(_("There is nothing here"), _("The address may be wrong or out of date."))


def _closed(_error: Exception) -> Page:
    return render_template("rate/closed.html"), 410


def _withheld(error: SurveyError) -> Page:
    if _for_accounts():
        return _reason(error)
    # The reason is for administrators; a command tells it.
    return render_template("report/withheld.html"), 409


def _one_moment() -> str:
    if _for_accounts():
        return _problem(
            _("One moment, please"),
            _("The service cannot do this right now. Please try again in a few seconds."),
        )
    return render_template("rate/unavailable.html")


def _unavailable(_error: Exception) -> Page:
    return _one_moment(), 503, RETRY_AFTER


def _broken(_error: Exception) -> Page:
    return _one_moment(), 500


def _foreign_host(_error: Exception) -> Page:
    # No page of ours: with a host that is not trusted no address can be built.
    return "This service does not answer under that name.", 400


def _refused(error: HTTPException) -> Page:
    code = error.code or 400
    if _for_accounts():
        visitor.note_refusal("role does not reach" if code == 403 else "request not understood")
    if not _for_accounts():
        logs.refused("request that no page of ours sends")
        return render_template("rate/refused.html"), code
    if code == 403:
        return _problem(
            _("This page is not for you"),
            _("Your account does not have the role that it needs. Ask an administrator."),
        ), code
    return _problem(_("That did not work"), _("The request was not understood.")), code


def _sign_in(_error: Exception) -> Response:
    """To the next step of signing in, and afterwards back to what was to be read."""
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    who = visitor.who()
    step = "entrance.sign_in"
    if who:
        step = "entrance.ask_code" if who.has_second_factor else "entrance.authenticator"
    return redirect(url_for(step, next=wanted), 303)


def _stale(_error: Exception) -> Page:
    visitor.note_refusal("form of another page")
    return _problem(
        _("This page was out of date"),
        _("Nothing was changed. Please go back, reload the page and try again."),
    ), 403


def _reason(error: SurveyError) -> Page:
    """What a service refused, in its own words."""
    if not _for_accounts():
        raise error
    visitor.note_refusal("not possible in this state")
    found = error.problems if isinstance(error, BadInput) else ()
    mistakes = [mistake.said(_) for mistake in found]
    code = 404 if isinstance(error, NotFound) else 409
    back = (request.view_args or {}).get("cycle", "") if code == 409 else ""
    return _problem(_("That did not work"), error.said(_), mistakes, back), code
