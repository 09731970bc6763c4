"""Account managers propose who rates them, as long as the cycle is a draft."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from questionnaires.model import Relation
from surveyapp.errors import SurveyError
from surveyapp.forms.nominations import ProposalForm
from surveyapp.services import cycles
from surveyapp.services.audit import Act
from surveyapp.services.drafts import nominated, nominations
from surveyapp.services.running import overview
from surveyapp.views import visitor
from surveyapp.views.pages import _, current_runtime

blueprint = Blueprint("raters", __name__, url_prefix="/my/cycles")

Page = str | Response | tuple[str, int]


@blueprint.get("/<cycle>/<ratee>/raters")
def show(cycle: str, ratee: str) -> Page:
    """Who is proposed, what was decided, and how many more there may be."""
    return _page(cycle, ratee, ProposalForm(formdata=None))


@blueprint.post("/<cycle>/<ratee>/raters")
def change(cycle: str, ratee: str) -> Page:
    """Propose somebody, or take a proposal back."""
    form, action = ProposalForm(), request.form.get("action")
    if action not in {"propose", "withdraw"}:
        raise BadRequest
    if action == "propose" and not form.validate():
        return _page(cycle, ratee, form), 422
    try:
        said = _propose(cycle, ratee, form) if action == "propose" else _withdraw(cycle, ratee)
    except SurveyError as refusal:
        return _page(cycle, ratee, form, refusal.said(_)), 422
    visitor.say(said)
    return redirect(url_for("raters.show", cycle=cycle, ratee=ratee), 303)


def _propose(cycle: str, ratee: str, form: ProposalForm) -> str:
    run = current_runtime()
    with run.database.transaction() as session:
        found = cycles.find_cycle(session, cycle, lock=True)
        me = overview.external_id_of(session, ratee)
        relation = Relation(form.relation.data)
        nominations.propose(session, found, me, form.candidate(), relation, by=me)
        run.note(session, Act.NOMINATE, cycle, ratee=ratee, relation=relation)
    return _("Proposed. Your supervisor or HR decides.")


def _withdraw(cycle: str, ratee: str) -> str:
    run = current_runtime()
    with run.database.transaction() as session:
        found = cycles.find_cycle(session, cycle, lock=True)
        me = overview.external_id_of(session, ratee)
        rater = overview.external_id_of(session, request.form.get("rater", ""))
        nominations.withdraw(session, found, me, rater)
        run.note(session, Act.WITHDRAW, cycle, ratee=ratee)
    return _("Taken back.")


def _page(cycle: str, ratee: str, form: ProposalForm, refused: str = "") -> str:
    with current_runtime().database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        return render_template(
            "admin/raters.html",
            cycle=found,
            form=form,
            refused=refused,
            limits=nominated.quotas(session, found, [ratee]),
            proposed=nominated.nominations(session, found, [ratee]),
        )
