"""Several managers at once: the whole cycle, the teams, and the note to customers."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

from flask import Blueprint, render_template, request, send_file, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from analysis.pdf.summary_pages import render_summary, summary_labels
from analysis.report import ManagerReport
from analysis.report.loop import LoopNote
from analysis.wording import Language
from surveyapp.errors import NotFound, SurveyError
from surveyapp.forms.notes import NoteForm
from surveyapp.i18n import N_
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.paging import page_of
from surveyapp.services.releases import require_unchanged
from surveyapp.services.results import loops, readings, summaries
from surveyapp.services.results.summaries import Named
from surveyapp.services.running import overview
from surveyapp.views import visitor
from surveyapp.views.pages import _, current_runtime, language, page_number, spoken_language
from surveyapp.views.report_pages import report_page

blueprint = Blueprint("summaries", __name__, url_prefix="/admin/cycles")

Page = str | Response | tuple[str, int]


@blueprint.get("/<cycle>/company")
def company(cycle: str) -> Page:
    """What the reports of the whole cycle have in common, as a page."""
    return _shown(_company(cycle), "summaries.company", cycle=cycle)


@blueprint.get("/<cycle>/company/report.pdf")
def company_pdf(cycle: str) -> Response:
    """The same as a PDF."""
    return _printed(_company(cycle), cycle=cycle)


@blueprint.get("/<cycle>/teams")
def teams(cycle: str) -> Page:
    """Whose team there is a report of."""
    with current_runtime().database.reading() as session:
        found = find_cycle(session, cycle)
        require_unchanged(session, found)
        page = page_of(summaries.teams(session, found), page_number())
        return render_template("admin/teams.html", cycle=found, page=page)


@blueprint.get("/<cycle>/teams/<supervisor>")
def team(cycle: str, supervisor: str) -> Page:
    """What the reports of a team have in common, as a page."""
    return _shown(_team(cycle, supervisor), "summaries.team", cycle=cycle, supervisor=supervisor)


@blueprint.get("/<cycle>/teams/<supervisor>/report.pdf")
def team_pdf(cycle: str, supervisor: str) -> Response:
    """The same as a PDF."""
    return _printed(_team(cycle, supervisor), cycle=cycle, supervisor=supervisor)


@blueprint.get("/<cycle>/note")
def note(cycle: str) -> Page:
    """The form of the note to customers."""
    return _note(cycle, NoteForm(formdata=None, data={"language": language()}))


@blueprint.post("/<cycle>/note")
def make_note(cycle: str) -> Page:
    """The note as it would be, or as a file."""
    form = NoteForm()
    acts = {"look": _look, "pdf": _note_as_pdf, "html": _note_as_html}
    act = acts.get(request.form.get("action", ""))
    if act is None:
        raise BadRequest
    try:
        if form.validate():
            return act(cycle, form)
    except SurveyError as refusal:
        return _note(cycle, form, refused=refusal.said(_)), 422
    return _note(cycle, form), 422


def _company(cycle: str) -> Named:
    run = current_runtime()
    with run.database.reading() as session:
        found = find_cycle(session, cycle)
        return summaries.company_reports(session, found, run.config.organisation, spoken_language())


def _team(cycle: str, supervisor: str) -> Named:
    run = current_runtime()
    with run.database.reading() as session:
        found = find_cycle(session, cycle)
        external_id = overview.external_id_of(session, supervisor)
        return summaries.team_reports(
            session, found, run.config.organisation, external_id, spoken_language()
        )


def _shown(reports: Named, endpoint: str, **place: Any) -> str:
    report = _wanted(reports)[1]
    asked = request.args.get("questionnaire")
    visitor.note_summary(kind="page", **place)
    return report_page(
        report,
        url_for(f"{endpoint}_pdf", questionnaire=asked, **place),
        back=url_for("results.show", cycle=place["cycle"]),
        others=[
            (url_for(endpoint, questionnaire=name, **place), other.questionnaire_title)
            for name, other in reports
            if other is not report
        ],
        labels=summary_labels(report.language),
    )


def _printed(reports: Named, **place: str) -> Response:
    name, report = _wanted(reports)
    visitor.note_summary(kind="pdf", **place)
    content = render_summary(report, current_runtime().config.brand())
    return _file(content, "application/pdf", f"{name}.{report.language}.pdf", attached=False)


def _wanted(reports: Named) -> tuple[str, ManagerReport]:
    """The first report, or the one of the questionnaire that the address asks for."""
    asked = request.args.get("questionnaire")
    found = [one for one in reports if asked in {None, one[0]}]
    if not found:
        raise NotFound(N_("There is no such report."))
    return found[0]


def _look(cycle: str, form: NoteForm) -> Page:
    return _note(cycle, form, shown=_made(cycle, form))


def _note_as_pdf(cycle: str, form: NoteForm) -> Page:
    brand = current_runtime().config.brand()
    return _handed_out(cycle, form, "pdf", loops.note_pdf(_made(cycle, form), brand))


def _note_as_html(cycle: str, form: NoteForm) -> Page:
    return _handed_out(cycle, form, "html", loops.note_page(_made(cycle, form)).encode())


def _made(cycle: str, form: NoteForm) -> LoopNote:
    run = current_runtime()
    spoken: Language = "zh" if form.language.data == "zh" else "en"
    with run.database.reading() as session:
        found = find_cycle(session, cycle)
        actions = loops.actions_of(form.actions(), form.thanks.data or "", spoken)
        ratee = form.ratee.data or None
        return loops.loop_note(session, found, run.config.organisation, ratee, actions, spoken)


def _handed_out(cycle: str, form: NoteForm, ending: str, content: bytes) -> Response:
    run, digest = current_runtime(), hashlib.sha256(content).hexdigest()
    with run.database.transaction() as session:
        run.note(session, Act.LOOP_NOTE, cycle, count=1, sha256=[digest])
    name = f"loop-{form.ratee.data or 'all'}.{form.language.data}.{ending}"
    kind = {"pdf": "application/pdf", "html": "text/html"}[ending]
    return _file(content, kind, name, attached=True)


def _file(content: bytes, kind: str, name: str, *, attached: bool) -> Response:
    return send_file(BytesIO(content), kind, as_attachment=attached, download_name=name, max_age=0)


def _note(cycle: str, form: NoteForm, shown: LoopNote | None = None, refused: str = "") -> str:
    run = current_runtime()
    with run.database.reading() as session:
        found = find_cycle(session, cycle)
        results = readings.results_of(session, found, run.config.organisation)
        rated = overview.readable(session, found)
    ratees = [("", _("All together")), *((of.external_id, of.name) for of in rated)]
    known = {
        c.id: c.name.said(spoken_language())
        for of in results
        for c in of.questionnaire.competencies
    }
    return render_template(
        "admin/note.html",
        cycle=found,
        form=form,
        known=known,
        ratees=ratees,
        note=shown,
        refused=refused,
    )
