"""A lost link: whoever types an address reads the same page, known or not."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from surveyapp.forms.recovery import RecoveryForm, recovery_form
from surveyapp.services import recovery
from surveyapp.views.pages import current_runtime, speak

blueprint = Blueprint("recover", __name__)


@blueprint.get("/recover")
def show() -> str:
    """Where to type the address."""
    speak()
    return render_template("recover.html", form=_form())


@blueprint.post("/recover")
def ask() -> tuple[str, int]:
    """Note that a link is wanted; what becomes of it only the mailbox tells."""
    speak()
    form = _form(request.form)
    if not form.validate():
        return render_template("recover.html", form=form), 422
    runtime = current_runtime()
    with runtime.database.transaction() as session:
        recovery.ask(session, form.address.data or "", runtime.config.now())
    return render_template("recover.html", form=form, asked=True), 200


def _form(formdata: Any = None) -> RecoveryForm:
    runtime = current_runtime()
    return recovery_form(runtime.keys.derived("recover"), runtime.config.now(), formdata)
