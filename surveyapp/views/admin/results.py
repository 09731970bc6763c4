"""What a released cycle says: to HR, to supervisors and to the managers themselves."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any, NamedTuple, cast, get_args

from flask import Blueprint, g, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from analysis.cycle_summary import build_cycle_summary
from analysis.pdf import render_pdf
from analysis.ratings import CommentLabel
from analysis.report import Audience, ManagerReport
from surveyapp import steps
from surveyapp.errors import SurveyError
from surveyapp.forms.accounts import ConfirmForm
from surveyapp.forms.rating import cleaned
from surveyapp.models import Cycle
from surveyapp.services import cycles
from surveyapp.services.accounts import reach
from surveyapp.services.accounts.reach import Scope
from surveyapp.services.audit import Act
from surveyapp.services.drafts import authoring, questions
from surveyapp.services.freezing import frozen_all
from surveyapp.services.paging import page_of
from surveyapp.services.results import comments, exports, readings, report_links
from surveyapp.services.results.printing import file_stem
from surveyapp.services.running import overview
from surveyapp.services.seen import Meanwhile
from surveyapp.views import charts, visitor
from surveyapp.views.labels import LABELS
from surveyapp.views.pages import _, current_runtime, page_number, spoken_language
from surveyapp.views.report_pages import report_page

blueprint = Blueprint("results", __name__, url_prefix="/admin/cycles")

Page = str | Response | tuple[str, int]
AUTOMATIC = "automatic"  # takes a correction back
PHRASES = "phrases"  # in the place of comments: what they often say and no keyword knows
ALL = "all"  # whose links are to be taken back
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Frequent(NamedTuple):
    """What comments often say without a keyword, and the questionnaires to write it into."""

    phrases: list[tuple[str, int]]
    asked: list[tuple[str, str]]  # (key, title)


@blueprint.get("/<cycle>/results")
def show(cycle: str) -> Page:
    """How far the numbers can be trusted, and all reports."""
    return _page(cycle)


@blueprint.post("/<cycle>/results")
def act(cycle: str) -> Page:
    """Hand out a workbook, send the managers their links, or take links back."""
    acts = {"export": _export, "send": _send, "revoke": _revoke, "revoke-all": _revoke_all}
    wanted = acts.get(request.form.get("action", ""))
    if wanted is None:
        raise BadRequest
    try:
        return wanted(cycle)
    except SurveyError as refusal:
        return _page(cycle, refused=refusal.said(_)), 409


@blueprint.get("/<cycle>/results/statistics")
def statistics(cycle: str) -> Page:
    """How far the numbers can be trusted: every coefficient with its interval and in words."""
    run = current_runtime()
    with run.database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        results = readings.results_of(session, found, run.config.organisation)
    return render_template(
        "admin/statistics.html",
        cycle=found,
        parts=[
            (build_cycle_summary(each, spoken_language()), charts.coefficients(each), each.response)
            for each in results
        ],
        shown_share=charts.shown_share,
    )


@blueprint.get("/<cycle>/comments")
def review(cycle: str) -> Page:
    """Comments that may be shown, the least certain first, or what they often say."""
    of_phrases = request.args.get("which") == PHRASES
    with current_runtime().database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        page = comments.review_page(session, found, _which(), page_number())
        frequent = _frequent(session, found) if of_phrases else None
    return _comments(found, page, page.rows, frequent=frequent)


@blueprint.post("/<cycle>/comments")
def correct(cycle: str) -> Page:
    """Say how a comment sounds, against the program."""
    run, label = current_runtime(), request.form.get("label", "")
    if label not in {*LABELS, AUTOMATIC}:
        raise BadRequest
    said = None if label == AUTOMATIC else cast(CommentLabel, label)
    comment, seen = request.form.get("comment", ""), request.form.get("seen", "")
    try:
        with run.database.transaction() as session:
            found = cycles.find_cycle(session, cycle)
            comments.correct_label(session, found, comment, said, seen)
            run.note(session, Act.CORRECT_COMMENT, cycle, comment=comment, label=label)
    except Meanwhile as refusal:
        return _overtaken(cycle, comment, label, refusal.said(_)), 409
    visitor.say(_("The label is changed. Reports show it as corrected."))
    here = url_for("results.review", cycle=cycle, which=_which(), page=page_number())
    return redirect(here, 303)


def _overtaken(cycle: str, comment: str, label: str, refused: str) -> str:
    """The comment alone, with the label that somebody else gave it and the one chosen here."""
    with current_runtime().database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        page = comments.review_page(session, found, _which(), page_number())
        row = comments.reviewed(session, found, comment)
    theirs = _(LABELS[row.correction]) if row.correction else _("as the program says")
    refused += _(": ") + theirs
    return _comments(found, page, (row,), chosen=label, refused=refused)


def _comments(
    cycle: Cycle,
    page: comments.ReviewPage,
    rows: tuple[comments.Reviewed, ...],
    *,
    frequent: Frequent | None = None,
    chosen: str = "",
    refused: str = "",
) -> str:
    return render_template(
        "admin/comments.html",
        cycle=cycle,
        page=page,
        rows=rows,
        labels=LABELS,
        spoken=spoken_language(),
        chosen=chosen,
        refused=refused,
        which=PHRASES if frequent else _which(),
        frequent=frequent,
    )


def _frequent(session: Any, cycle: Cycle) -> Frequent:
    organisation = current_runtime().config.organisation
    phrases = comments.untagged_phrases(session, cycle, organisation)
    return Frequent(phrases, _asked(session, cycle))


@blueprint.get("/<cycle>/ratees/<ratee>")
def report(cycle: str, ratee: str) -> Page:
    """The report of one manager as a page."""
    pdf = url_for("results.pdf", cycle=cycle, ratee=ratee, audience=request.args.get("audience"))
    for_hr = Scope.ALL in g.scopes
    back = url_for("results.show", cycle=cycle) if for_hr else url_for("home.mine")
    return report_page(_report(cycle, ratee, "page"), pdf, back=back)


@blueprint.get("/<cycle>/ratees/<ratee>/report.pdf")
def pdf(cycle: str, ratee: str) -> Response:
    """The same report as a PDF."""
    found = _report(cycle, ratee, "pdf")
    name = f"{file_stem(found)}.pdf"
    content = BytesIO(render_pdf(found, current_runtime().config.brand()))
    return send_file(content, "application/pdf", download_name=name, max_age=0)


def _report(cycle: str, ratee: str, kind: str) -> ManagerReport:
    """For HR with the pages on the numbers, where they are asked for; who reads it is logged."""
    run = current_runtime()
    for_hr = Scope.ALL in g.scopes and request.args.get("audience") == "hr"
    audience: Audience = "hr" if for_hr else "manager"
    with run.database.reading() as session:
        found, who = cycles.find_cycle(session, cycle), visitor.signed_in().person_id
        read = readings.report_of(
            session,
            found,
            overview.external_id_of(session, ratee),
            spoken_language(),
            run.config.organisation,
            audience,
            reads=lambda each: reach.reaches(session, who, g.scopes, each.key, ratee),
        )
    visitor.note_reading(cycle, kind, ratee)
    return read


def _asked(session: Any, cycle: Any) -> list[tuple[str, str]]:
    """(key, title) of what a cycle asks; no key where nobody can look it up any more."""
    known = authoring.listed(session, current_runtime().config.questionnaire_dir)
    keys = {each.key for each in known}
    asked = frozen_all(session, set(questions.asked_hashes(cycle).values()))
    return sorted(
        (of.key if of.key in keys else "", of.title.said(spoken_language()))
        for of in asked.values()
    )


def _which() -> comments.Which:
    """Which comments the address asks for."""
    asked = request.args.get("which", "unsure")
    return cast(comments.Which, asked) if asked in get_args(comments.Which) else "unsure"


def _export(cycle: str) -> Page:
    run = current_runtime()
    with run.database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        plan = exports.plan_export(session, found, run.config.organisation, spoken_language())
    content = exports.written_as(plan, "xlsx")[""]
    digest = hashlib.sha256(content).hexdigest()
    with run.database.transaction() as session:
        run.note(
            session, Act.RESULTS, cycle, format="xlsx", language=spoken_language(), sha256=[digest]
        )
    return send_file(
        BytesIO(content), WORKBOOK, as_attachment=True, download_name=f"{cycle}.xlsx", max_age=0
    )


def _send(cycle: str) -> Page:
    sending = steps.send_reports(current_runtime(), cycle, ratee=None, again=False, dry_run=False)
    visitor.say(
        _("Mails with a link to the report that are queued: %(count)d")
        % {"count": len(sending.queued)}
    )
    return redirect(url_for("results.show", cycle=cycle), 303)


def _revoke(cycle: str) -> Page:
    with current_runtime().database.reading() as session:
        ratee = overview.person(session, cleaned(request.form.get("ratee")))
    if not ConfirmForm().confirms(ratee.external_id):
        return _page(cycle, mistyped=ratee.id), 422
    return _revoked(cycle, ratee.external_id)


def _revoke_all(cycle: str) -> Page:
    if not ConfirmForm().confirms(cycle):
        return _page(cycle, mistyped=ALL), 422
    return _revoked(cycle)


def _revoked(cycle: str, ratee: str | None = None) -> Page:
    run = current_runtime()
    with run.database.transaction() as session:
        revoked = report_links.revoke(session, cycles.find_cycle(session, cycle), ratee)
        if revoked:
            run.note(session, Act.REVOKE_REPORT, cycle, count=len(revoked))
    visitor.say(_("Links that no longer work: %(count)d") % {"count": len(revoked)})
    return redirect(url_for("results.show", cycle=cycle, page=page_number()), 303)


def _page(cycle: str, *, refused: str = "", mistyped: str = "") -> str:
    run = current_runtime()
    with run.database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        results = readings.results_of(session, found, run.config.organisation)
        return render_template(
            "admin/results.html",
            cycle=found,
            asked=[each.questionnaire.title.said(spoken_language()) for each in results],
            page=page_of(overview.readable(session, found), page_number()),
            linked=report_links.holders(session, found),
            all=ALL,
            mistyped=mistyped,
            refused=refused,
        )
