"""A cycle in the browser: made, launched, watched, closed and released."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from jinja2.utils import htmlsafe_json_dumps
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from analysis.disclosure import Policy
from surveyapp import steps
from surveyapp.days import end_of, morning_of, start_of
from surveyapp.errors import Refused, SurveyError, TracesLeft
from surveyapp.forms.accounts import ConfirmForm
from surveyapp.forms.cycles import CopyForm, DatesForm, ExtendForm, NewCycleForm, no_day
from surveyapp.i18n import N_
from surveyapp.models import CycleState
from surveyapp.services import cycles, records
from surveyapp.services.audit import Act
from surveyapp.services.drafts import authoring, copies, forecasts, settings
from surveyapp.services.drafts.copies import Dates
from surveyapp.services.drafts.forecasts import Forecast
from surveyapp.services.mails import mailqueue
from surveyapp.services.paging import page_of
from surveyapp.services.running.cycleview import CycleView, cycle_state
from surveyapp.views import visitor
from surveyapp.views.pages import _, current_runtime, page_number, spoken_language, when

blueprint = Blueprint("cycles", __name__, url_prefix="/admin/cycles")

Page = str | Response | tuple[str, int]


@blueprint.get("/new")
def new() -> Page:
    """The form of a cycle from nothing."""
    return _new(NewCycleForm(formdata=None))


@blueprint.post("/new")
def create() -> Page:
    """A draft, as the form says."""
    form = NewCycleForm()
    form.offer([*_questionnaires()])
    try:
        if form.validate():
            _create(form)
            return redirect(url_for("rosters.show", cycle=form.key.data), 303)
    except SurveyError as refusal:
        form.key.errors = [refusal.said(_)]
    return _new(form), 422


@blueprint.get("/<cycle>")
def show(cycle: str) -> Page:
    """The state, the next step, and what is known of the response."""
    return _workspace(cycle)


@blueprint.post("/<cycle>")
def act(cycle: str) -> Page:
    """One step of the cycle; what cannot be undone asks for its key."""
    action = request.form.get("action", "")
    if action in STEPS:
        return _plain(cycle, action)
    if action not in SERIOUS_STEPS:
        raise BadRequest
    if not ConfirmForm().confirms(cycle):
        return _workspace(cycle, mistyped=action), 422
    return _serious(cycle, action)


@blueprint.get("/<cycle>/record")
def record(cycle: str) -> Response:
    """The signed record of the closing, to be kept elsewhere."""
    with current_runtime().database.reading() as session:
        signed = records.signed_record(session, cycles.find_cycle(session, cycle))
    content = htmlsafe_json_dumps(signed, ensure_ascii=False).encode()
    name = f"{cycle}.record.json"
    return send_file(BytesIO(content), "application/json", True, name, max_age=0)


@blueprint.get("/<cycle>/groups")
def gaps(cycle: str) -> Page:
    """Every group that this roster can never show as one would wish; results tell it later."""
    run = current_runtime()
    with run.database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        if found.state not in (CycleState.DRAFT, CycleState.OPEN):
            raise NotFound
        page = page_of(forecasts.forecast(session, found), page_number())
        return render_template("admin/gaps.html", cycle=found, page=page)


@blueprint.get("/<cycle>/copy")
def copy(cycle: str) -> Page:
    """The form of the next cycle, with the dates a quarter later."""
    run = current_runtime()
    with run.database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        zone = ZoneInfo(found.timezone)
        key, title, quarters = copies.next_free(session, found)
        move = partial(copies.a_quarter_later, quarters=quarters)
        dates = copies.dates_of(session, found)
        later = copies.shifted(dates, zone, run.config.now(), otherwise=move)
        reads = Policy.model_validate(found.policy).supervisor_reads
    data = (
        {"key": key, "title": title}
        | as_days(later, zone)
        | {"readers": "supervisor" if reads else "hr"}
    )
    return _copy(cycle, CopyForm(formdata=None, data=data))


@blueprint.post("/<cycle>/copy")
def make_copy(cycle: str) -> Page:
    """The next cycle: questionnaires, rules and roster of this one."""
    form, run = CopyForm(), current_runtime()
    try:
        if form.validate():
            with run.database.transaction() as session:
                source = cycles.find_cycle(session, cycle)
                dates = dates_in(form, ZoneInfo(source.timezone))
                cycles.require_future(dates.closes_at, run.config.now())
                key, title = form.key.data or "", form.title.data or ""
                policy = source.policy | {"supervisor_reads": form.supervisor_reads()}
                copies.copy_cycle(
                    session, source, key, dates, title=title, policy=Policy.model_validate(policy)
                )
                run.note(session, Act.CLONE, key, of=cycle)
            return redirect(url_for("rosters.show", cycle=key), 303)
    except SurveyError as refusal:
        form.key.errors = [refusal.said(_)]
    return _copy(cycle, form), 422


def _create(form: NewCycleForm) -> None:
    run, key = current_runtime(), form.key.data or ""
    zone = ZoneInfo(run.config.timezone)
    dates = dates_in(form, zone)
    cycles.require_future(dates.closes_at, run.config.now())
    policy = Policy(
        threshold=form.threshold.data,
        comment_threshold=form.comment_threshold.data,
        customers=form.customers.data,
        supervisor_reads=form.supervisor_reads(),
    )
    with run.database.transaction() as session:
        source = authoring.find_source(
            session, form.questionnaire.data, run.config.questionnaire_dir
        )
        cycles.create_cycle(
            session, key, {"": authoring.usable(source)}, policy,
            title=form.title.data or "", timezone=zone.key,
            opens_at=dates.opens_at, closes_at=dates.closes_at, remind_at=dates.remind_at,
        )  # fmt: skip
        run.note(session, Act.CREATE, key)


def dates_in(form: DatesForm, zone: ZoneInfo) -> Dates:
    """The days of a form as moments in the zone of the cycle."""
    return Dates(
        start_of(form.opens.data, zone) if form.opens.data else None,
        end_of(form.closes.data, zone) if form.closes.data else None,
        tuple(morning_of(day, zone) for day in form.reminder_days()),
    )


def as_days(dates: Dates, zone: ZoneInfo) -> dict[str, object]:
    """The moments of a cycle as its form shows them."""
    return {
        "opens": dates.opens_at and dates.opens_at.astimezone(zone).date(),
        "closes": dates.closes_at and dates.closes_at.astimezone(zone).date(),
        "reminders": ", ".join(f"{at.astimezone(zone):%Y-%m-%d}" for at in dates.remind_at),
    }


def _plain(cycle: str, action: str) -> Page:
    try:
        done = STEPS[action](cycle)
    except SurveyError as refusal:
        return _workspace(cycle, refused=refusal.said(_)), 422
    visitor.say(done)
    return redirect(url_for("cycles.show", cycle=cycle), 303)


def _serious(cycle: str, action: str) -> Page:
    try:
        done = SERIOUS_STEPS[action](cycle)
    except TracesLeft as traces:  # done all the same
        done = traces.said(_)
    except SurveyError as refusal:
        return _workspace(cycle, refused=refusal.said(_)), 422
    visitor.say(done)
    there = url_for("home.cycles") if action in GONE else url_for("cycles.show", cycle=cycle)
    return redirect(there, 303)


def _remind(cycle: str) -> str:
    run = current_runtime()
    with run.database.transaction() as session:
        found = cycles.find_cycle(session, cycle)
        cycles.require_state(found, CycleState.OPEN)
        cycles.require_future(found.closes_at, run.config.now())
        mailqueue.remind(session, found)
        run.note(session, Act.REMIND, cycle)
    return _("Reminders are queued for all raters with unfinished forms. Nobody is named.")


def _extend(cycle: str) -> str:
    form, run = ExtendForm(), current_runtime()
    if not form.validate() or not form.closes.data:
        raise SurveyError(no_day)
    with run.database.transaction() as session:
        found = cycles.find_cycle(session, cycle, lock=True)
        until = end_of(form.closes.data, ZoneInfo(found.timezone))
        before = found.closes_at.isoformat() if found.closes_at else ""
        settings.extend_cycle(session, found, until, run.config.now())
        run.note(session, Act.EXTEND_ALL, cycle, before=before, until=until.isoformat())
    return _("Answers are taken until the new day. Mails from now on name it.")


def _take_back(cycle: str) -> str:
    steps.take_back(current_runtime(), cycle)
    return _("The cycle is a draft again.")


def _open(cycle: str) -> str:
    run = current_runtime()
    run.config.base_url()
    with run.database.reading() as session:
        hidden = forecasts.hidden(session, cycles.find_cycle(session, cycle))
    if hidden and "despite_hidden" not in request.form:
        raise Refused(
            N_("Groups that cannot be shown: %(count)d. Tick that you launch all the same."),
            count=hidden,
        )
    count = steps.open_with_keys(run, cycle)
    return _("The cycle is open. Mails that are queued: %(count)d") % {"count": count}


def _close(cycle: str) -> str:
    despite = "despite_extensions" in request.form
    steps.close_and_destroy(current_runtime(), cycle, despite_extensions=despite)
    return _("The cycle is closed, and its keys are destroyed.")


def _release(cycle: str) -> str:
    steps.release(current_runtime(), cycle)
    return _("The results can be read now.")


def _delete(cycle: str) -> str:
    steps.delete(current_runtime(), cycle, cycle)
    return _("The draft is deleted.")


def _forget(cycle: str) -> str:
    steps.forget(current_runtime(), cycle, cycle)
    return _("The cycle is deleted.")


def _verify_record(cycle: str) -> str:
    run, file = current_runtime(), request.files.get("file")
    with run.database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        signed = records.signed_record(session, found)
    if file and file.filename:
        signed = records.read_record(file.read())
    said = records.verify_record(signed, run.keys.signing_key(), cycle)
    closed = when(datetime.fromisoformat(said["closed_at"]), found.timezone)
    genuine = _("Genuine: this service closed %(cycle)s on %(closed)s and signed it: %(key)s")
    return genuine % {"cycle": cycle, "closed": closed, "key": said["signed_by"]}


STEPS = {
    "remind": _remind,
    "extend": _extend,
    "take-back": _take_back,
    "verify-record": _verify_record,
}
SERIOUS_STEPS = {
    "open": _open,
    "close": _close,
    "release": _release,
    "delete": _delete,
    "forget": _forget,
}
GONE = {"delete", "forget"}  # then there is no page of the cycle any more


def _questionnaires() -> dict[str, str]:
    """What a cycle can be made from, by key: saved ones, those of the folder, the library."""
    run = current_runtime()
    with run.database.reading() as session:
        found = authoring.listed(session, run.config.questionnaire_dir)
    titles = {each.key: each.questionnaire.title.said(spoken_language()) for each in found}
    alike = {title for title, count in Counter(titles.values()).items() if count > 1}
    return {key: f"{title} ({key})" if title in alike else title for key, title in titles.items()}


def _new(form: NewCycleForm) -> str:
    offered = _questionnaires()
    form.offer([*offered])
    return render_template("admin/cycle_new.html", form=form, offered=offered.items())


def _copy(cycle: str, form: CopyForm) -> str:
    return render_template("admin/cycle_copy.html", cycle=cycle, form=form)


def _workspace(cycle: str, mistyped: str = "", refused: str = "") -> str:
    run = current_runtime()
    with run.database.reading() as session:
        found = cycles.find_cycle(session, cycle)
        counts = cycles.cell_counts(session, found)
        shown = cycle_state(session, found, run.config.now(), counts)
        return render_template(
            "admin/cycle.html",
            cycle=found,
            shown=shown,
            policy=Policy.model_validate(found.policy),
            has_record=records.has_record(session, found),
            forecast=_forecast(session, found, shown, counts),
            mails=cycles.count_raters(session, found),
            no_mail_server=run.config.no_mail_server,
            deliver_every=run.config.deliver_every,
            page=page_of(shown.ratees, page_number()),
            mistyped=mistyped,
            ticked=request.form,
            refused=refused,
        )


def _forecast(
    session: Any, cycle: Any, shown: CycleView, counts: cycles.CellCounts
) -> list[Forecast]:
    """The groups that this roster can never show, as long as something can be done about it."""
    if shown.state != CycleState.DRAFT or not shown.ratees:
        return []
    return forecasts.forecast(session, cycle, counts)
