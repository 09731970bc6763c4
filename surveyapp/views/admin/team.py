"""A supervisor's team: raters to decide on, how far the response is, reports, agreed actions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from surveyapp.errors import Refused, SurveyError
from surveyapp.forms.accounts import ConfirmForm
from surveyapp.forms.nominations import ActionForm, CandidateForm, DecisionForm
from surveyapp.i18n import N_
from surveyapp.models import Cycle
from surveyapp.services import cycles
from surveyapp.services.audit import Act
from surveyapp.services.drafts import nominated, nominations
from surveyapp.services.results import actions
from surveyapp.services.running import overview, teams
from surveyapp.views import visitor
from surveyapp.views.pages import _, current_runtime, page_number

blueprint = Blueprint("team", __name__, url_prefix="/my/team")

Page = str | Response | tuple[str, int]
INCOMPLETE = N_("Something is missing or too long; nothing was changed.")


@blueprint.get("/")
def show() -> Page:
    """One table of the team in a cycle."""
    run, person_id = current_runtime(), visitor.signed_in().person_id
    with run.database.reading() as session:
        led = overview.led_cycles(session, person_id)
        current = teams.current(led, request.args.get("cycle", ""))
        found = current and cycles.find_cycle(session, current.key)
        return render_template(
            "admin/team.html",
            led=led,
            cycle=found,
            readable=found and teams.may_read(found),
            page=found and teams.team(session, found, person_id, run.config.now(), page_number()),
        )


@blueprint.get("/<cycle>/<ratee>")
def one(cycle: str, ratee: str) -> Page:
    """One account manager of the team."""
    return _one(cycle, ratee)


@blueprint.post("/<cycle>/<ratee>")
def act(cycle: str, ratee: str) -> Page:
    """Decide on a proposed rater, or agree on an action."""
    step = STEPS.get(request.form.get("action", ""))
    if step is None:
        raise BadRequest
    run = current_runtime()
    try:
        with run.database.transaction() as session:
            said = step(session, cycles.find_cycle(session, cycle, lock=True), ratee)
    except SurveyError as refusal:
        return _one(cycle, ratee, refusal.said(_)), 422
    visitor.say(said)
    back = request.form.get("back") == "team"
    there = (
        url_for("team.show", cycle=cycle) if back else url_for("team.one", cycle=cycle, ratee=ratee)
    )
    return redirect(there, 303)


def _me(session: Any) -> str:
    """The id of the supervisor, as nominations name who decided."""
    return overview.external_id_of(session, visitor.signed_in().person_id or "")


def _approve(session: Any, cycle: Cycle, ratee: str) -> str:
    form, who = DecisionForm(), overview.external_id_of(session, ratee)
    nominations.approve(session, cycle, who, form.rater.data or "", _me(session))
    current_runtime().note(session, Act.APPROVE, cycle.key, ratee=ratee)
    return _("Approved.")


def _decline(session: Any, cycle: Cycle, ratee: str) -> str:
    form, who = DecisionForm(), overview.external_id_of(session, ratee)
    rater, reason = form.rater.data or "", form.reason.data or ""
    nominations.decline(session, cycle, who, rater, reason, _me(session))
    current_runtime().note(session, Act.DECLINE, cycle.key, ratee=ratee)
    return _("Declined. Somebody else can be proposed.")


def _replace(session: Any, cycle: Cycle, ratee: str) -> str:
    form, who = CandidateForm(), overview.external_id_of(session, ratee)
    if not form.validate():
        raise Refused(INCOMPLETE)
    rater = request.form.get("rater", "")
    nominations.replace(session, cycle, who, rater, form.candidate(), _me(session))
    current_runtime().note(session, Act.DECLINE, cycle.key, ratee=ratee)
    current_runtime().note(session, Act.APPROVE, cycle.key, ratee=ratee)
    return _("Replaced.")


def _agree(session: Any, cycle: Cycle, ratee: str) -> str:
    form = ActionForm()
    if not form.validate():
        raise Refused(INCOMPLETE)
    actions.agree(session, cycle, ratee, form.text.data or "", form.due.data)
    current_runtime().note(session, Act.AGREE, cycle.key, ratee=ratee)
    return _("Agreed. The account manager sees it too.")


def _mark(session: Any, cycle: Cycle, ratee: str) -> str:
    done = request.form.get("done") == "yes"
    actions.mark(session, cycle, ratee, request.form.get("which", ""), done=done)
    current_runtime().note(session, Act.MARK_ACTION, cycle.key, ratee=ratee)
    return _("Done.") if done else _("Open again.")


def _take_out(session: Any, cycle: Cycle, ratee: str) -> str:
    if not ConfirmForm().confirms(overview.external_id_of(session, ratee)):
        raise Refused(N_("This is not what has to be typed. Nothing was changed."))
    actions.take_out(session, cycle, ratee, request.form.get("which", ""))
    current_runtime().note(session, Act.TAKE_OUT_ACTION, cycle.key, ratee=ratee)
    return _("Taken out.")


STEPS: dict[str, Callable[[Any, Cycle, str], str]] = {
    "approve": _approve,
    "decline": _decline,
    "replace": _replace,
    "agree": _agree,
    "mark": _mark,
    "take-out": _take_out,
}


def _one(cycle: str, ratee: str, refused: str = "") -> str:
    action = request.form.get("action") if refused else None
    me = visitor.signed_in().person_id
    with current_runtime().database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        return render_template(
            "admin/team_member.html",
            cycle=found,
            ratee=overview.person(session, ratee),
            readable=teams.may_read(found),
            limits=nominated.quotas(session, found, [ratee]),
            proposed=nominated.nominations(session, found, [ratee]),
            agreed=actions.seen_by(session, me, ratee),
            refused=refused,
            typed=ActionForm() if refused else ActionForm(formdata=None),
            candidate=CandidateForm(),
            empty=CandidateForm(formdata=None),
            again=request.form.get("rater") if action == "replace" else None,
            mistyped=action == "take-out",
        )
