"""A lost link: whoever types an address reads the same page, known or not."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, request
from flask.blueprints import BlueprintSetupState

from surveyapp.errors import KeyUnavailable
from surveyapp.forms.recovery import RecoveryForm, recovery_form
from surveyapp.guessing import LINKS_ASKED_PER_MINUTE, GuessingBrake
from surveyapp.runtime import Runtime
from surveyapp.services.running import recovery
from surveyapp.views.pages import current_runtime, speak

blueprint = Blueprint("recover", __name__)

LATER = {"Retry-After": "3600"}  # requests are kept for an hour


@blueprint.record
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions["asking"] = GuessingBrake(per_minute=LINKS_ASKED_PER_MINUTE)


@blueprint.get("/recover")
def show() -> str:
    """Where to type the address."""
    speak()
    return render_template("recover.html", form=_form())


@blueprint.post("/recover")
def ask() -> tuple[str, int, dict[str, str]]:
    """Note that a link is wanted; what becomes of it only the mailbox tells."""
    speak()
    form = _form(request.form)
    if not form.validate():
        return render_template("recover.html", form=form), 422, {}
    if not current_app.extensions["asking"].allows(request.remote_addr):
        return render_template("rate/unavailable.html"), 429, {"Retry-After": "60"}
    runtime = current_runtime()
    with runtime.database.transaction() as session:
        noted = recovery.ask(session, form.address.data or "", runtime.config.now())
    if not noted:
        return render_template("rate/unavailable.html"), 503, LATER
    return render_template("recover.html", form=form, asked=True), 200, {}


def _form(formdata: Any = None) -> RecoveryForm:
    runtime = current_runtime()
    return recovery_form(_secret(runtime), runtime.config.now(), formdata)


def _secret(runtime: Runtime) -> bytes:
    """What form tokens derive from; before the first opening there is none, and no link to get."""
    try:
        return runtime.keys.derived("recover")
    except KeyUnavailable:
        with runtime.database.reading() as session:
            if recovery.never_opened(session):
                return b""
        raise
