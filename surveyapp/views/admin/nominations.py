"""HR's view of who is proposed, who has too few raters, and how many forms each rater has."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from surveyapp.errors import Refused, SurveyError
from surveyapp.forms.cycles import LimitsForm
from surveyapp.forms.nominations import DecisionForm
from surveyapp.i18n import N_
from surveyapp.models import Cycle, CycleState
from surveyapp.services import cycles
from surveyapp.services.audit import Act
from surveyapp.services.drafts import nominated, nominations, settings, workload
from surveyapp.services.paging import Page as PageOfList
from surveyapp.services.paging import page_of
from surveyapp.services.privacy.erasure import find_person
from surveyapp.services.seen import digest, require_same
from surveyapp.views import visitor
from surveyapp.views.pages import _, current_runtime, page_number, searched_words

blueprint = Blueprint("nominations", __name__, url_prefix="/admin/cycles")

Page = str | Response | tuple[str, int]
meanwhile = N_(
    "Somebody else changed the limits in the meantime, and nothing was saved. They are shown below."
)
LISTS = ("waiting", "few", "all")


@blueprint.get("/<cycle>/nominations")
def show(cycle: str) -> Page:
    """What waits for a decision, who has too few, and all of it."""
    return _page(cycle)


@blueprint.post("/<cycle>/nominations")
def change(cycle: str) -> Page:
    """Decide in the place of a supervisor, or set other limits."""
    steps = {"approve": _approve, "decline": _decline, "limits": _limit}
    step = steps.get(request.form.get("action", ""))
    if step is None:
        raise BadRequest
    try:
        said = step(cycle)
    except SurveyError as refusal:
        return _page(cycle, refusal.said(_)), 422
    visitor.say(said)
    return redirect(url_for("nominations.show", cycle=cycle, which=_which()), 303)


@blueprint.get("/<cycle>/workload")
def show_workload(cycle: str) -> Page:
    """How many forms each rater has, whatever became of them."""
    words = searched_words()
    with current_runtime().database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        load = workload.workload(session, found, page_number(), words=words)
    return render_template(
        "admin/workload.html", cycle=found, load=load, words=words, most=workload.MANY
    )


def _approve(cycle: str) -> str:
    form, run = DecisionForm(), current_runtime()
    ratee = request.form.get("ratee", "")
    with run.database.transaction() as session:
        found = cycles.find_cycle(session, cycle, lock=True)
        nominations.approve(session, found, ratee, form.rater.data or "")
        run.note(session, Act.APPROVE, cycle, ratee=find_person(session, ratee).id)
    return _("Approved.")


def _decline(cycle: str) -> str:
    form, run = DecisionForm(), current_runtime()
    ratee, rater = request.form.get("ratee", ""), form.rater.data or ""
    with run.database.transaction() as session:
        found = cycles.find_cycle(session, cycle, lock=True)
        nominations.decline(session, found, ratee, rater, form.reason.data or "")
        run.note(session, Act.DECLINE, cycle, ratee=find_person(session, ratee).id)
    return _("Declined. Somebody else can be proposed.")


def _limit(cycle: str) -> str:
    form, run = LimitsForm(), current_runtime()
    if not form.validate():
        raise Refused(N_("Please choose a number from 0 to 50."))
    with run.database.transaction() as session:
        found = cycles.find_cycle(session, cycle, lock=True)
        cycles.require_state(found, CycleState.DRAFT)
        before = settings.nominations_of(session, found)
        require_same(before, form.seen.data or "", meanwhile)
        settings.allow_nominations(session, found, form.limits())
        run.note(session, Act.LIMITS, cycle)
    return _("The limits are set.")


def _which() -> str:
    asked = request.values.get("which", "")
    return asked if asked in LISTS else LISTS[0]


def _page(cycle: str, refused: str = "") -> str:
    which = _which()
    with current_runtime().database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        rules = settings.nominations_of(session, found)
        return render_template(
            "admin/nominations.html",
            cycle=found,
            which=which,
            page=_list(session, found, which),
            rules=rules,
            seen=digest(rules),
            refused=refused,
        )


def _list(session: Any, cycle: Cycle, which: str) -> PageOfList[Any]:
    if which == "few":
        few = [quota for quota in nominated.quotas(session, cycle) if quota.missing]
        return page_of(few, page_number())
    waiting = which == "waiting"
    return nominated.nominations_page(session, cycle, page_number(), only_waiting=waiting)
