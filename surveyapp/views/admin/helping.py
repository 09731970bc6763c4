"""One rater of an open cycle who needs help; how far that rater is, is told nowhere."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from surveyapp import steps
from surveyapp.days import end_of
from surveyapp.errors import Refused
from surveyapp.forms.accounts import ConfirmForm
from surveyapp.forms.cycles import ExtendForm, no_day
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.running import overview, raters
from surveyapp.views import visitor
from surveyapp.views.pages import _, current_runtime

blueprint = Blueprint("helping", __name__, url_prefix="/admin/cycles")

Page = str | Response | tuple[str, int]


@blueprint.get("/<cycle>/raters/<rater>")
def show(cycle: str, rater: str) -> Page:
    """Who it is, until when they may answer, and what can be done for them."""
    return _page(cycle, rater)


@blueprint.post("/<cycle>/raters/<rater>")
def act(cycle: str, rater: str) -> Page:
    """Give more time, or another link."""
    acts = {"extend": _extend, "new-link": _new_link}
    wanted = acts.get(request.form.get("action", ""))
    if wanted is None:
        raise BadRequest
    with current_runtime().database.reading() as session:
        external_id = overview.external_id_of(session, rater)
    if wanted is _new_link and not ConfirmForm().confirms(external_id):
        return _page(cycle, rater, mistyped="new-link"), 422
    try:
        visitor.say(wanted(cycle, external_id))
    except Refused as refusal:
        return _page(cycle, rater, refused=refusal.said(_)), 422
    return redirect(url_for("helping.show", cycle=cycle, rater=rater), 303)


def _extend(cycle: str, external_id: str) -> str:
    form, run = ExtendForm(), current_runtime()
    if not form.validate() or not form.closes.data:
        raise Refused(no_day)
    with run.database.transaction() as session:
        found = find_cycle(session, cycle)
        until = end_of(form.closes.data, ZoneInfo(found.timezone))
        raters.extend(raters.find_rater(session, found, external_id), until, run.config.now())
        run.note(session, Act.EXTEND, cycle, until=until.isoformat())
    return _("This rater may answer longer. The link stays the same.")


def _new_link(cycle: str, external_id: str) -> str:
    steps.new_link(current_runtime(), cycle, external_id)
    return _("The old link no longer works. A mail with the new one is queued.")


def _page(cycle: str, rater: str, *, mistyped: str = "", refused: str = "") -> str:
    run = current_runtime()
    with run.database.reading() as session:
        found, now = find_cycle(session, cycle), run.config.now()
        external_id = overview.external_id_of(session, rater)
        return render_template(
            "admin/helping.html",
            cycle=found,
            rater=raters.rater_view(session, found, external_id, now),
            mails_wait=found.opens_at is not None and found.opens_at > now,
            closes=request.form.get("closes", ""),
            mistyped=mistyped,
            refused=refused,
        )
