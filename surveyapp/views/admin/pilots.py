"""A pilot: the cycle tried out with a part of the account managers, and compared afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from analysis.pilot import ItemComparison
from analysis.results import CycleResults
from analysis.wording import WORDS
from surveyapp.errors import SurveyError
from surveyapp.forms.cycles import PilotForm
from surveyapp.services import cycles
from surveyapp.services.audit import Act
from surveyapp.services.drafts import copies
from surveyapp.services.results import readings
from surveyapp.services.rosters.rosterplans import roster_of
from surveyapp.services.running import overview, pilots
from surveyapp.services.running.overview import CycleLine
from surveyapp.services.running.pilots import CycleComparison
from surveyapp.views import charts
from surveyapp.views.admin.cycles import as_days, dates_in
from surveyapp.views.pages import _, current_runtime, spoken_language

blueprint = Blueprint("pilots", __name__, url_prefix="/admin/cycles")

Page = str | Response | tuple[str, int]
USUAL_SHARE = 20  # per cent


@blueprint.get("/<cycle>/pilot")
def ask(cycle: str) -> Page:
    """Who takes part, and when."""
    run = current_runtime()
    with run.database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        zone = ZoneInfo(found.timezone)
        dates = copies.shifted(
            copies.dates_of(session, found), zone, run.config.now(), otherwise=copies.the_same
        )
    known = as_days(dates, zone) | {"share": USUAL_SHARE}
    return _form(cycle, PilotForm(formdata=None, data=known))


@blueprint.post("/<cycle>/pilot")
def make(cycle: str) -> Page:
    """The draft of the pilot."""
    form = PilotForm()
    try:
        if form.validate():
            _make(cycle, form)
            return redirect(url_for("rosters.show", cycle=form.key.data), 303)
    except SurveyError as refusal:
        form.key.errors = [refusal.said(_)]
    return _form(cycle, form), 422


@blueprint.get("/<cycle>/compare")
def compare(cycle: str) -> Page:
    """Two released cycles side by side: what both have published, and nothing else."""
    run, other = current_runtime(), request.args.get("with", "")
    organisation, compared = run.config.organisation, None
    with run.database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        results = readings.results_of(session, found, organisation)
        lines = overview.all_cycles(session)
        if other not in {"", cycle}:
            pilot = cycles.find_cycle(session, other)
            compared = pilots.compare(session, pilot, found, run.config.now(), organisation)
    offered = [line for line in lines if line.state in overview.OUT and line.key != cycle]
    return _compared(cycle, offered, compared, results)


def _make(cycle: str, form: PilotForm) -> None:
    run, key = current_runtime(), form.key.data or ""
    share = form.share.data / 100 if form.share.data else None
    with run.database.transaction() as session:
        source = cycles.find_cycle(session, cycle)
        dates = dates_in(form, ZoneInfo(source.timezone))
        cycles.require_future(dates.closes_at, run.config.now())
        roster = roster_of(session, source)
        chosen = copies.chosen_ratees(roster, key, form.ids(), form.position.data or None, share)
        copies.copy_cycle(session, source, key, dates, title=form.title.data or "", ratees=chosen)
        run.note(session, Act.PILOT, key, of=cycle)


def _form(cycle: str, form: PilotForm) -> str:
    with current_runtime().database.reading() as session:
        positions = overview.positions(session, cycles.find_cycle(session, cycle))
    return render_template("admin/pilot.html", cycle=cycle, form=form, positions=positions)


def _hard(compared: CycleComparison | None) -> dict[str, list[ItemComparison]]:
    """By key of the questionnaire, the items that many could not judge."""
    asked = compared.questionnaires if compared else ()
    return {one.questionnaire: list(filter(pilots.is_hard, one.items)) for one in asked}


def _compared(
    cycle: str,
    offered: list[CycleLine],
    compared: CycleComparison | None,
    results: list[CycleResults],
) -> str:
    spoken = spoken_language()
    asked = [of.questionnaire for of in results]
    groups: Mapping[str, str] = WORDS[spoken].groups
    return render_template(
        "admin/compare.html",
        cycle=cycle,
        offered=offered,
        compared=compared,
        titles={one.key: one.title.said(spoken) for one in asked},
        names={c.id: c.name.said(spoken) for one in asked for c in one.competencies},
        groups=groups,
        hard=_hard(compared),
        difference=charts.difference,
    )
