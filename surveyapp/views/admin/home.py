"""Where people with an account start: all cycles, or their own."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from analysis.report import ManagerReport
from surveyapp.services.accounts import mine as own
from surveyapp.services.accounts.reach import Scope
from surveyapp.services.cycles import find_cycle
from surveyapp.services.paging import page_of
from surveyapp.services.results import actions, readings
from surveyapp.services.running import overview
from surveyapp.views import charts, visitor
from surveyapp.views.pages import _, current_runtime, page_number, spoken_language

blueprint = Blueprint("home", __name__)


@blueprint.get("/admin/")
def cycles() -> str:
    """All cycles, newest first."""
    with current_runtime().database.reading() as session:
        return render_template("admin/home.html", cycles=overview.all_cycles(session))


@blueprint.get("/my/")
def mine() -> str:
    """What there is to do, and for account managers their reports and what they agreed on."""
    run, person_id = current_runtime(), visitor.signed_in().person_id
    rated = person_id if Scope.OWN in g.scopes else None
    with run.database.reading() as session:
        return render_template(
            "admin/mine.html",
            person_id=person_id,
            waiting=own.open_cycles(session, person_id, run.config.now()),
            proposing=own.may_propose_in(session, rated),
            reports=page_of(own.own_reports(session, rated), page_number()),
            agreed=actions.of_ratee(session, rated),
        )


@blueprint.post("/my/link")
def ask() -> Response:
    """One's own personal link once more, by mail."""
    run, key = current_runtime(), request.form.get("cycle", "")
    with run.database.transaction() as session:
        own.send_link(session, visitor.signed_in().person_id, key, run.config.now())
    visitor.say(_("Your personal link is on its way to your mailbox."))
    return redirect(url_for("home.mine"), 303)


@blueprint.get("/my/trend")
def trend() -> str:
    """How the view of others went from cycle to cycle, as the newest report says it."""
    return render_template("admin/trend.html", report=_newest_report(), path=charts.path)


def _newest_report() -> ManagerReport | None:
    run, person_id = current_runtime(), visitor.signed_in().person_id
    with run.database.reading() as session:
        newest = next(iter(own.own_reports(session, person_id)), None)
        if newest is None or person_id is None:
            return None
        cycle = find_cycle(session, newest.key)
        external_id = overview.external_id_of(session, person_id)
        return readings.report_of(
            session, cycle, external_id, spoken_language(), run.config.organisation
        )
