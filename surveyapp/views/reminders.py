"""No more reminders: said from the mail in two steps, or with one click of a mail program."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from werkzeug.exceptions import BadRequest

from surveyapp import tokens
from surveyapp.forms.rating import LinkForm
from surveyapp.mail import ONE_CLICK
from surveyapp.services import responses
from surveyapp.services.mails import mailqueue
from surveyapp.services.responses import RaterPage
from surveyapp.views.pages import current_runtime, speak
from surveyapp.views.words import page_words

blueprint = Blueprint("reminders", __name__, url_prefix="/r")

ACTIONS = {"stop": False, "resume": True}


@blueprint.get("/<token>/mail")
def show(token: str) -> str:
    """What stopping reminders means; changes nothing, whoever opens it."""
    runtime = current_runtime()
    with runtime.database.reading() as session:
        page = responses.rater_page(session, token, runtime.config.now())
    return _page(page, _form(page))


@blueprint.post("/<token>/mail")
def change(token: str) -> tuple[str, int]:
    """Stop reminders or bring them back. Answers and link stay as they are."""
    runtime = current_runtime()
    with runtime.database.transaction() as session:
        page = responses.rater_page(session, token, runtime.config.now())
        form = _form(page, request.form)
        if _is_one_click():
            mailqueue.switch_reminders(page.invitation, on=False)
        elif not form.validate():
            return _page(page, form, stale=True), 422
        else:
            mailqueue.switch_reminders(page.invitation, on=_wanted())
    return _page(page, _form(page), changed=True), 200


def _is_one_click() -> bool:
    """Exactly what RFC 8058 lets a mail program send, and nothing beside it."""
    name, _, value = ONE_CLICK.partition("=")
    return request.form.to_dict(flat=False) == {name: [value]} and not request.files


def _wanted() -> bool:
    action = request.form.get("action", "")
    if action not in ACTIONS:
        raise BadRequest
    return ACTIONS[action]


def _form(page: RaterPage, formdata: Any = None) -> LinkForm:
    return LinkForm(
        formdata=formdata, meta={"csrf_context": tokens.form_token(page.token, "reminders")}
    )


def _page(page: RaterPage, form: LinkForm, *, changed: bool = False, stale: bool = False) -> str:
    speak(page.invitation.rater.language)
    return render_template(
        "rate/reminders.html",
        form=form,
        changed=changed,
        stale=stale,
        off=page.invitation.reminders_off,
        address=url_for("reminders.show", token=page.token, lang=g.asked_language),
        **page_words(page),
    )
