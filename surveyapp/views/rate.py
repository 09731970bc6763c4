"""The rater's pages: one link, the list of people to rate, one form each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, g, jsonify, render_template, request
from werkzeug.exceptions import BadRequest

from surveyapp import logs, tokens
from surveyapp.forms.rating import RatingForm, WithdrawalForm, initial, rating_form
from surveyapp.i18n import LANGUAGES, chosen
from surveyapp.models import AssignmentState
from surveyapp.services import responses
from surveyapp.services.responses import RaterPage, RatingTask, Taken
from surveyapp.views.pages import current_runtime
from surveyapp.views.words import form_words, page_words, received_words

blueprint = Blueprint("rate", __name__, url_prefix="/r")

ACTIONS = {
    "save": AssignmentState.OPEN,
    "submit": AssignmentState.SUBMITTED,
    "decline": AssignmentState.DECLINED,
    "withdraw": AssignmentState.WITHDRAWN,
}


@blueprint.get("/<token>")
def people(token: str) -> str:
    """Who is to be rated, each with its state."""
    runtime = current_runtime()
    with runtime.database.reading() as session:
        page = responses.rater_page(session, token, runtime.config.now())
    _speak_to(page)
    return render_template("rate/people.html", **page_words(page))


@blueprint.get("/<token>/<int:number>")
def form(token: str, number: int) -> str:
    """One form, with what was saved before."""
    runtime = current_runtime()
    with runtime.database.reading() as session:
        task = responses.rating_task(session, token, number, runtime.config.now())
        _speak_to(task.page)
        if task.assignment.state != AssignmentState.OPEN:
            return _received(task, _as_before(task))
        saved = responses.saved_draft(session, task, runtime.keys)
    return _form_page(task, _new_form(task, data=initial(saved)))


@blueprint.post("/<token>/<int:number>")
def answer(token: str, number: int) -> tuple[str | Response, int]:
    """Save, submit, decline, withdraw. What was received once is received, however often sent."""
    wanted = _wanted_state()
    runtime = current_runtime()
    with runtime.database.transaction() as session:
        task = responses.rating_task(session, token, number, runtime.config.now())
        _speak_to(task.page)
        responses.lock_against_closing(session, task, runtime.config.now())
        if wanted == AssignmentState.WITHDRAWN:
            return _withdrawal(task, partial(responses.withdraw, session, task, keys=runtime.keys))
        if task.assignment.state != AssignmentState.OPEN:
            return _received_before(task, _as_before(task))
        complete = wanted == AssignmentState.SUBMITTED
        filled = _new_form(task, formdata=request.form, complete=complete)
        if not filled.validate():
            return _refused(task, filled), 422
        answers, seen = filled.answers(), _version_seen(filled)
        taken = responses.take(session, task, wanted, answers, runtime.keys, seen)
    if not taken.accepted:
        return _received_before(task, taken)
    kept = taken.state == AssignmentState.OPEN
    return (_saved(task, filled, taken) if kept else _received(task, taken)), 200


def _refused(task: RatingTask, filled: RatingForm) -> str:
    """The form once more. One with a wrong token no page of ours has sent, so no rater has."""
    if filled.form_token.errors:
        logs.refused("forged form behind a link")
    return _form_page(task, filled)


def _wanted_state() -> AssignmentState:
    action = request.form.get("action", "")
    if action not in ACTIONS:
        raise BadRequest
    return ACTIONS[action]


def _version_seen(filled: RatingForm) -> int | None:
    """Of the draft. A person who presses the button means it, whatever was saved elsewhere."""
    return (filled.version.data or 0) if _by_script() else None


def _speak_to(page: RaterPage) -> None:
    g.asked_language = request.args.get("lang") if request.args.get("lang") in LANGUAGES else None
    g.language = chosen(g.asked_language, page.invitation.rater.language)


def _new_form(
    task: RatingTask, *, complete: bool = False, formdata: Any = None, data: Any = None
) -> RatingForm:
    cls = rating_form(task.questionnaire, task.relation, g.language, complete=complete)
    return cls(formdata=formdata, data=data, meta=_bound_to(task))


def _withdrawal_form(task: RatingTask, formdata: Any = None) -> WithdrawalForm:
    return WithdrawalForm(formdata=formdata, meta=_bound_to(task))


def _bound_to(task: RatingTask) -> dict[str, str]:
    return {"csrf_context": tokens.form_token(task.page.token, task.assignment.id)}


def _form_page(task: RatingTask, filled: RatingForm, *, saved: bool = False) -> str:
    missing = any(field.data is None for name, field in filled._fields.items() if field.errors)
    return render_template(
        "rate/form.html", form=filled, saved=saved, missing=missing, **form_words(task)
    )


def _saved(task: RatingTask, filled: RatingForm, taken: Taken) -> str | Response:
    if _by_script():
        return jsonify(saved=True, version=taken.version)
    filled.version.data = taken.version
    return _form_page(task, filled, saved=True)


def _as_before(task: RatingTask) -> Taken:
    return Taken(AssignmentState(task.assignment.state), accepted=False)


def _received_before(task: RatingTask, taken: Taken) -> tuple[str | Response, int]:
    """The same page as at first, but for the receipt, which nobody knows any more; a script that
    wanted to save is told that nothing was saved."""
    if _by_script():
        newer = {"newer": True} if taken.state == AssignmentState.OPEN else {}
        return jsonify(saved=False, **newer), 409
    return _received(task, taken), 200


def _withdrawal(task: RatingTask, withdraw: Callable[..., bool]) -> tuple[str, int]:
    form = _withdrawal_form(task, request.form)
    if form.validate() and withdraw(receipt=form.receipt.data):
        return _received(task, Taken(AssignmentState.WITHDRAWN, accepted=True)), 200
    before = _as_before(task)
    if before.state == AssignmentState.OPEN:
        raise BadRequest
    refused = before.state == AssignmentState.SUBMITTED
    return _received(task, before, form if refused else None), 422 if refused else 200


def _by_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _received(task: RatingTask, taken: Taken, refused: WithdrawalForm | None = None) -> str:
    form = refused or _withdrawal_form(task)
    return render_template(
        "rate/received.html", taken=taken, form=form, refused=refused, **received_words(task)
    )
