"""The roster of a draft: a file, looked at before it is stored, and undone after."""

from __future__ import annotations

import base64

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from surveyapp.errors import SurveyError
from surveyapp.forms.cycles import RosterForm
from surveyapp.services import cycles
from surveyapp.services.audit import Act
from surveyapp.services.paging import page_of
from surveyapp.services.rosters import rosterfiles, rostermaps, rosterundo
from surveyapp.services.rosters.rosterfiles import RosterFile, RosterPreview
from surveyapp.services.running.cycleview import cycle_state
from surveyapp.services.seen import Meanwhile, digest
from surveyapp.views import visitor
from surveyapp.views.pages import _, current_runtime, page_number

blueprint = Blueprint("rosters", __name__, url_prefix="/admin/cycles")

Page = str | Response | tuple[str, int]


@blueprint.get("/<cycle>/roster")
def show(cycle: str) -> Page:
    """The roster there is, and where to upload another."""
    return _page(cycle, RosterForm(formdata=None))


@blueprint.post("/<cycle>/roster")
def change(cycle: str) -> Page:
    """Look at a file, store it, or take the last one back."""
    if request.form.get("action") == "undo":
        return _undo(cycle)
    form = RosterForm()
    form.offer([one.name for one in rostermaps.shipped()])
    content, name = form.content()
    if not form.validate() or not content:
        return _page(cycle, form, refused=_("Please choose a file.")), 422
    column_map = rostermaps.shipped_map(form.column_map.data) if form.column_map.data else None
    given = RosterFile(content, name, column_map)
    if request.form.get("action") == "store":
        return _store(cycle, form, given)
    return _preview(cycle, form, given)


def _preview(cycle: str, form: RosterForm, given: RosterFile, refused: str = "") -> Page:
    with current_runtime().database.reading() as session:
        try:
            seen = rosterfiles.preview(session, cycles.find_cycle(session, cycle), given)
        except SurveyError as refusal:
            return _page(cycle, form, refused=refusal.said(_)), 422
    page = _page(cycle, form, seen=seen, given=given, refused=refused)
    return (page, 409) if refused else page


def _store(cycle: str, form: RosterForm, given: RosterFile) -> Page:
    run = current_runtime()
    try:
        with run.database.transaction() as session:
            found = cycles.find_cycle(session, cycle, lock=True)
            stored, _read_as = rosterfiles.store(session, found, given, form.seen.data or "")
            run.note(session, Act.ROSTER, cycle, ratees=stored.ratees, raters=stored.raters)
    except Meanwhile as refusal:
        return _preview(cycle, form, given, refused=refusal.said(_))
    except SurveyError as refusal:
        return _page(cycle, form, refused=refusal.said(_)), 422
    visitor.say(_("The roster is stored. It can be undone below, or replaced by another file."))
    return redirect(url_for("rosters.show", cycle=cycle), 303)


def _undo(cycle: str) -> Page:
    run = current_runtime()
    try:
        with run.database.transaction() as session:
            found = cycles.find_cycle(session, cycle, lock=True)
            undone = rosterundo.undo_import(session, found)
            run.note(session, Act.UNDO_ROSTER, cycle, ratees=undone.ratees, raters=undone.raters)
    except SurveyError as refusal:
        return _page(cycle, RosterForm(formdata=None), refused=refusal.said(_)), 422
    visitor.say(_("The last import is undone."))
    return redirect(url_for("rosters.show", cycle=cycle), 303)


def _page(
    cycle: str,
    form: RosterForm,
    *,
    seen: RosterPreview | None = None,
    given: RosterFile | None = None,
    refused: str = "",
) -> str:
    maps = rostermaps.shipped()
    form.offer([one.name for one in maps])
    with current_runtime().database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        shown = cycle_state(session, found, current_runtime().config.now())
        return render_template(
            "admin/roster.html",
            cycle=found,
            shown=shown,
            page=page_of(shown.ratees, page_number()),
            form=form,
            maps=maps,
            seen=seen,
            differences=digest(seen.effect.diff) if seen and seen.effect else "",
            carried=base64.b64encode(given.content).decode() if given else "",
            name=given.name if given else "",
            refused=refused,
        )
