"""All reports of a cycle at once: started here, watched, taken along as one file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from surveyapp import batches
from surveyapp.batches import Batch
from surveyapp.errors import SurveyError
from surveyapp.forms.batches import BatchForm
from surveyapp.services.cycles import find_cycle
from surveyapp.services.paging import page_of
from surveyapp.services.releases import require_unchanged
from surveyapp.views import visitor
from surveyapp.views.pages import _, current_runtime, page_number

blueprint = Blueprint("batches", __name__, url_prefix="/admin/cycles")

Page = str | Response | tuple[str, int]


@blueprint.get("/<cycle>/batch")
def show(cycle: str) -> Page:
    """How far the batch is, what failed, and the form that starts one."""
    return _page(cycle)


@blueprint.post("/<cycle>/batch")
def act(cycle: str) -> Page:
    """Start a batch, or delete its files."""
    acts = {"start": _start, "remove": _remove}
    wanted = acts.get(request.form.get("action", ""))
    if wanted is None:
        raise BadRequest
    try:
        visitor.say(wanted(cycle))
    except SurveyError as refusal:
        return _page(cycle, refusal.said(_)), 409
    return redirect(url_for("batches.show", cycle=cycle), 303)


@blueprint.get("/<cycle>/batch/progress")
def progress(cycle: str) -> Response:
    """The same for the script that watches."""
    run = current_runtime()
    with run.database.reading() as session:
        batch = batches.look(run, find_cycle(session, cycle).id)
    if batch is None:
        return jsonify(state="none")
    return jsonify(state=batch.state, done=batch.done, total=batch.total, words=_far(batch))


@blueprint.get("/<cycle>/batch/reports.zip")
def archive(cycle: str) -> Response:
    """All reports in one file."""
    path = batches.archive(current_runtime(), cycle)
    visitor.note_reading(cycle, "zip")
    name = f"{cycle}-reports.zip"
    return send_file(path.absolute(), "application/zip", True, name, max_age=0)


def _start(cycle: str) -> str:
    form = BatchForm()
    if not form.validate():
        raise BadRequest
    batches.start(current_runtime(), cycle, form.audience.data, form.language.data or "")
    return _("The reports are being made. You can leave this page.")


def _remove(cycle: str) -> str:
    run = current_runtime()
    with run.database.reading() as session:
        cycle_id = find_cycle(session, cycle).id
    batches.remove(run, cycle_id)
    return _("The files are deleted. The reports themselves can be read as before.")


def _far(batch: Batch) -> str:
    if not batch.total:
        return _("The results are read first.")
    return _("%(done)d of %(total)d reports") % {"done": batch.done, "total": batch.total}


def _page(cycle: str, refused: str = "") -> str:
    run = current_runtime()
    with run.database.reading() as session:
        found = find_cycle(session, cycle)
        require_unchanged(session, found)
        batch = batches.look(run, found.id)
        return render_template(
            "admin/batch.html",
            cycle=found,
            batch=batch,
            current=batch and batches.is_current(run, session, found, batch),
            refused=refused,
            **_told(batch),
        )


def _told(batch: Batch | None) -> dict[str, Any]:
    if batch is None:
        return {}
    problem = SurveyError(batch.problem, **batch.words or {}).said(_)
    return {"far": _far(batch), "problem": problem, "page": page_of(batch.failed, page_number())}
