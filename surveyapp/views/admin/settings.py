"""The settings of a cycle: changed as long as it is a draft, then shown as they stay."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from analysis.disclosure import Policy
from questionnaires.model import Questionnaire, Relation
from surveyapp.days import end_of, moments, morning_of, start_of
from surveyapp.errors import BadInput, SurveyError
from surveyapp.forms.cycles import SettingsForm
from surveyapp.i18n import N_
from surveyapp.models import CycleState
from surveyapp.services import cycles
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.drafts import authoring, questions
from surveyapp.services.drafts.authoring import FaultyQuestionnaire
from surveyapp.services.drafts.questions import OTHERS, PositionAsked, WouldLose
from surveyapp.services.drafts.settings import CycleSettings, change_settings, settings_of
from surveyapp.services.running.schedule import schedule
from surveyapp.services.seen import Meanwhile, digest, require_same
from surveyapp.views import visitor
from surveyapp.views.months import months
from surveyapp.views.pages import _, current_runtime, language
from surveyapp.views.settingwords import (
    EVENTS,
    SETTINGS,
    differences,
    no_weights,
    other_questionnaires,
    other_weights,
    percents,
    position_name,
)

blueprint = Blueprint("settings", __name__, url_prefix="/admin/cycles")

Page = str | Response | tuple[str, int]
KEEP = "keep"
meanwhile = N_(
    "Somebody else changed these settings in the meantime, and nothing was saved. Sent once more, "
    "this form would change:"
)
WEIGHTED = (Relation.SUPERVISOR, Relation.PEER, Relation.CUSTOMER)


@blueprint.get("/<cycle>/settings")
def show(cycle: str) -> Page:
    """What the cycle is set to; of a draft in forms."""
    return _page(cycle)


@blueprint.post("/<cycle>/settings")
def change(cycle: str) -> Page:
    """Give a draft other settings, questionnaires or weights."""
    act = ACTS.get(request.form.get("action", ""))
    if act is None:
        raise BadRequest
    return act(cycle)


@blueprint.get("/<cycle>/calendar")
def calendar(cycle: str) -> Page:
    """What happens on which day, in the zone of the cycle."""
    run = current_runtime()
    with run.database.reading() as session:
        found = find_cycle(session, cycle)
        events = schedule(session, found, run.config.now())
        zone = ZoneInfo(found.timezone)
        return render_template(
            "admin/cycle_calendar.html",
            cycle=found,
            events=events,
            words=EVENTS,
            day_of=lambda at, zone: at.astimezone(ZoneInfo(zone)).date(),
            months=months([event.at.astimezone(zone).date() for event in events], language()),
            today=run.config.now().astimezone(zone).date(),
        )


def _change_settings(cycle: str) -> Page:
    form, run = SettingsForm(), current_runtime()
    if not form.validate():
        return _page(cycle, form=form), 422
    try:
        with run.database.transaction() as session:
            found = find_cycle(session, cycle, lock=True)
            before = settings_of(session, found)
            zone = cycles.zone(form.timezone.data or "")
            after = _settings(form, before, zone)
            changed = differences(before, after)
            _require_seen(before, changed)
            change_settings(session, found, after, run.config.now())
            run.note(session, Act.EDIT, cycle, changed=list(changed))
    except Meanwhile as refusal:
        return _page(cycle, form=form, refused=_overtaken(refusal, changed), looked=True), 409
    except SurveyError as refusal:
        return _page(cycle, form=form, refused=refusal.said(_)), 422
    return _done(cycle, _("Changed. %(what)s") % {"what": _said(changed)} if changed else "")


def _require_seen(subject: object, changed: Mapping[str, str]) -> None:
    """Refuse a form that changes something, based on something else than ``subject``."""
    if changed:
        require_same(subject, request.form.get("seen", ""), meanwhile)


def _overtaken(refusal: Meanwhile, changed: Mapping[str, str]) -> str:
    return f"{refusal.said(_)} {_said(changed)}"


def _said(changed: Mapping[str, str]) -> str:
    return "; ".join(changed.values())


def _settings(form: SettingsForm, before: CycleSettings, zone: ZoneInfo) -> CycleSettings:
    policy = {
        name: getattr(form, name).data for name in ("threshold", "comment_threshold", "customers")
    }
    if form.readers.raw_data:  # a form without it changes nothing about it
        policy["supervisor_reads"] = form.supervisor_reads()
    known = before if zone.key == before.timezone else None
    opens = moments([form.opens.data], [known.opens_at if known else None], zone, start_of)
    closes = moments([form.closes.data], [known.closes_at if known else None], zone, end_of)
    remind = moments(form.reminder_days(), known.remind_at if known else (), zone, morning_of)
    return CycleSettings(
        title=form.title.data or "",
        timezone=zone.key,
        opens_at=opens[0] if opens else None,
        closes_at=closes[0] if closes else None,
        remind_at=tuple(remind),
        policy=Policy.model_validate(before.policy.model_dump() | policy),
        nominations=form.limits(),
    )


def _change_questionnaires(cycle: str) -> Page:
    run, chosen = current_runtime(), _rows("questionnaire")
    try:
        with run.database.transaction() as session:
            found = find_cycle(session, cycle, lock=True)
            present = questions.asked_by_position(session, found)
            taken = _taken(session, present, chosen)
            changed = other_questionnaires(present, taken, chosen)
            _require_seen(questions.asked_hashes(found), changed)
            losing = "losing" in request.form
            questions.change_questionnaires(session, found, taken, losing=losing)
            run.note(session, Act.EDIT, cycle, changed=["questionnaires"])
    except Meanwhile as refusal:
        return _page(cycle, chosen=chosen, refused=_overtaken(refusal, changed), looked=True), 409
    except WouldLose as refusal:
        return _page(cycle, chosen=chosen, refused=refusal.said(_), losing=True), 422
    except SurveyError as refusal:
        return _page(cycle, chosen=chosen, refused=refusal.said(_)), 422
    return _done(cycle, _("The questionnaires are changed."))


def _taken(
    session: Any, present: list[PositionAsked], chosen: Mapping[str, str]
) -> dict[str, Questionnaire]:
    """The questionnaires by position; a row that is not sent, or not known, changes nothing."""
    taken = {row.position: row.questionnaire for row in present if row.own}
    for row in present:
        wanted = chosen.get(row.position, KEEP if row.own else "")
        if not wanted and row.position != OTHERS:
            taken.pop(row.position, None)
        elif wanted not in {"", KEEP}:
            directory = current_runtime().config.questionnaire_dir
            source = authoring.find_source(session, wanted, directory)
            taken[row.position] = authoring.usable(source)
    return taken


def _change_weights(cycle: str) -> Page:
    run = current_runtime()
    typed = {relation: _rows(f"weight-{relation}") for relation in WEIGHTED}
    given: dict[str, dict[str, str]] = {
        position: {r: typed[r][position] for r in WEIGHTED if typed[r].get(position)}
        for position in set().union(*typed.values())
    }
    try:
        with run.database.transaction() as session:
            found = find_cycle(session, cycle, lock=True)
            rows = questions.asked_by_position(session, found)
            wanted = {row.position: given.get(row.position, percents(row.weights)) for row in rows}
            changed = other_weights(rows, wanted)
            _require_seen(questions.asked_hashes(found), changed)
            questions.change_weights(session, found, wanted)
            run.note(session, Act.EDIT, cycle, changed=["weights"])
    except Meanwhile as refusal:
        return _page(cycle, typed=given, refused=_overtaken(refusal, changed), looked=True), 409
    except FaultyQuestionnaire as faulty:
        return _page(cycle, typed=given, mistakes=faulty), 422
    except SurveyError as refusal:
        return _page(cycle, typed=given, refused=refusal.said(_)), 422
    return _done(cycle, _("The weights are changed."))


ACTS = {
    "settings": _change_settings,
    "questionnaires": _change_questionnaires,
    "weights": _change_weights,
}


def _rows(name: str) -> dict[str, str]:
    """By position, what a table of positions holds in one of its columns."""
    positions = request.form.getlist("position")
    values = request.form.getlist(name)
    return {position: value.strip() for position, value in zip(positions, values, strict=False)}


def _sum(percents: Iterable[str]) -> float | None:
    """What a row of typed weights adds up to; None where one of them is no number."""
    try:
        return math.fsum(map(float, percents))
    except (ValueError, OverflowError):
        return None


def _done(cycle: str, said: str) -> Response:
    visitor.say(said or _("Nothing was changed."))
    return redirect(url_for("settings.show", cycle=cycle), 303)


def _page(
    cycle: str,
    *,
    form: SettingsForm | None = None,
    chosen: Mapping[str, str] | None = None,
    typed: Mapping[str, Mapping[str, str]] | None = None,
    refused: str = "",
    mistakes: BadInput | None = None,
    losing: bool = False,
    looked: bool = False,
) -> str:
    """``looked``: it says what a form that is refused would change; sent once more, it does."""
    run = current_runtime()
    with run.database.reading() as session:
        found = find_cycle(session, cycle)
        now = settings_of(session, found)
        rows = questions.asked_by_position(session, found)
        draft = found.state == CycleState.DRAFT
        return render_template(
            "admin/cycle_settings.html",
            cycle=found,
            draft=draft,
            now=now,
            seen=_seen(now, questions.asked_hashes(found), looked),
            form=form or SettingsForm(formdata=None, data=_as_data(now)),
            rows=rows,
            settings=SETTINGS,
            offered=authoring.listed(session, run.config.questionnaire_dir) if draft else [],
            chosen=chosen or {},
            typed=typed,
            sums={position: _sum(row.values()) for position, row in (typed or {}).items()},
            weighted=WEIGHTED,
            refused=refused,
            mistakes=mistakes.found if isinstance(mistakes, FaultyQuestionnaire) else (),
            losing=losing,
            keep=KEEP,
            name_of=position_name,
            no_weights=no_weights,
        )


def _seen(settings: CycleSettings, asked: Mapping[str, str], looked: bool) -> dict[str, str]:
    """By action, what the author of its form has seen; one that was sent stays based on that."""
    now = {"settings": settings, "questionnaires": asked, "weights": asked}
    sent = {} if looked else {request.form.get("action", ""): request.form.get("seen")}
    return {action: sent.get(action) or digest(subject) for action, subject in now.items()}


def _as_data(now: CycleSettings) -> dict[str, Any]:
    zone = ZoneInfo(now.timezone)

    def day(at: datetime | None) -> Any:
        return at and at.astimezone(zone).date()

    peer = now.nominations.get(Relation.PEER, (None, None))
    customer = now.nominations.get(Relation.CUSTOMER, (None, None))
    return {
        "title": now.title,
        "timezone": now.timezone,
        "opens": day(now.opens_at),
        "closes": day(now.closes_at),
        "reminders": ", ".join(str(day(at)) for at in now.remind_at),
        "readers": "supervisor" if now.policy.supervisor_reads else "hr",
        "threshold": now.policy.threshold,
        "comment_threshold": now.policy.comment_threshold,
        "customers": now.policy.customers,
        "peer_least": peer[0],
        "peer_most": peer[1],
        "customer_least": customer[0],
        "customer_most": customer[1],
    }
