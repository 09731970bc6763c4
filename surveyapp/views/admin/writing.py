"""Questionnaires, written in the browser: a new one, a copy, the next version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from questionnaires.diff import line_diff
from questionnaires.excerpts import Line, excerpt, lines_of
from questionnaires.mistakes import Mistake
from surveyapp.errors import SurveyError
from surveyapp.forms.questionnaires import NewKeyForm, TextForm
from surveyapp.services.audit import Act
from surveyapp.services.drafts import authoring
from surveyapp.services.drafts.authoring import Base, FaultyQuestionnaire, Source
from surveyapp.services.seen import Meanwhile
from surveyapp.views import differences, visitor
from surveyapp.views.pages import _, current_runtime

blueprint = Blueprint("writing", __name__, url_prefix="/admin/questionnaires")

Page = str | Response | tuple[str, int]


@blueprint.get("/-/new")  # no key begins so
def new() -> Page:
    """An empty page, or a file."""
    return _sheet(Sheet())


@blueprint.post("/-/new")
def create() -> Page:
    """The first version of the key that stands in the text."""
    return _written("", _begin)


@blueprint.get("/<wanted>/edit")
def edit(wanted: str) -> Page:
    """The text of a version or draft, to be changed."""
    run = current_runtime()
    with run.database.reading() as session:
        source = authoring.find_source(session, wanted, run.config.questionnaire_dir)
        key = source.key or wanted
        base = authoring.base_of(session, key)
    of_draft = source.origin == "draft"
    found = _mistakes(source) if of_draft else None
    return _sheet(
        Sheet(key, source.text, base, found, other_draft=bool(base.draft) and not of_draft)
    )


@blueprint.post("/<wanted>/edit")
def change(wanted: str) -> Page:
    """Check the text, save it as the next version, or keep it with its mistakes."""
    action = request.form.get("action", "")
    if action not in ACTS:
        raise BadRequest
    return _written(wanted.partition("@")[0], ACTS[action])


@blueprint.get("/<wanted>/copy")
def copy(wanted: str) -> Page:
    """Under which key the copy is to be saved."""
    return _copy(wanted, NewKeyForm(formdata=None))


@blueprint.post("/<wanted>/copy")
def make_copy(wanted: str) -> Page:
    """The same text under another key, comments and all."""
    form, run = NewKeyForm(), current_runtime()
    try:
        if form.validate():
            key = form.key.data or ""
            with run.database.transaction() as session:
                source = authoring.find_source(session, wanted, run.config.questionnaire_dir)
                authoring.copy(session, source, key, run.account, run.config.now())
                run.note(session, Act.COPY_QUESTIONNAIRE, questionnaire=f"{key}@1", of=wanted)
            visitor.say(_("This is your copy. Change what you like, then save it."))
            return redirect(url_for("writing.edit", wanted=key), 303)
    except SurveyError as refusal:
        form.key.errors = [refusal.said(_)]
    return _copy(wanted, form), 422


@dataclass(frozen=True)
class Sheet:
    """All that the page shows: the text with what is wrong with it."""

    key: str = ""  # none: a new one
    text: str = ""
    base: Base = Base()  # noqa: RUF009 - frozen
    mistakes: tuple[tuple[Mistake, tuple[Line, ...]], ...] | None = None  # None: not checked
    refused: str = ""
    newer: Source | None = None  # what somebody else saved meanwhile
    newest: Base = Base()  # noqa: RUF009 - frozen
    other_draft: bool = False


Written = Callable[[str, TextForm, bytes, str], str | None]


def _written(key: str, act: Written) -> Page:
    """Do it; whatever is refused, the page still holds what was typed."""
    form = TextForm()
    content, name = form.content()
    text = _readable(content, form.text.data or "")
    try:
        there = act(key, form, content, name)
    except FaultyQuestionnaire as faulty:
        found = _with_lines(faulty.found, content)
        return _sheet(Sheet(key, text, form.based_on(), found)), 422
    except Meanwhile as refusal:
        return _meanwhile(Sheet(key, text, form.based_on(), refused=refusal.said(_))), 409
    except SurveyError as refusal:
        return _sheet(Sheet(key, text, form.based_on(), refused=refusal.said(_))), 422
    if there is None:
        return _sheet(Sheet(key, text, form.based_on(), ()))
    return redirect(there, 303)


def _begin(_key: str, _form: TextForm, content: bytes, name: str) -> str:
    run = current_runtime()
    with run.database.transaction() as session:
        saved = authoring.begin(session, content, name, run.account, run.config.now())
        run.note(session, Act.SAVE_QUESTIONNAIRE, questionnaire=f"{saved.key}@1")
    visitor.say(_("Saved as version %(number)d.") % {"number": 1})
    return url_for("library.show", wanted=saved.key)


def _check(key: str, _form: TextForm, content: bytes, name: str) -> None:
    authoring.checked(Source(name or key, content, "file", key))


def _save(key: str, form: TextForm, content: bytes, _name: str) -> str:
    run = current_runtime()
    with run.database.transaction() as session:
        now = run.config.now()
        saved = authoring.save(session, key, content, run.account, now, based_on=form.based_on())
        if saved.new:
            name = f"{key}@{saved.number}"
            run.note(session, Act.SAVE_QUESTIONNAIRE, questionnaire=name)
    said = _("Saved as version %(number)d.") if saved.new else _("Nothing was changed.")
    visitor.say(said % {"number": saved.number} if saved.new else said)
    return url_for("library.show", wanted=key)


def _keep(key: str, form: TextForm, content: bytes, _name: str) -> str:
    run = current_runtime()
    with run.database.transaction() as session:
        now = run.config.now()
        authoring.keep_draft(session, key, content, run.account, now, based_on=form.based_on())
        name = f"{key}@{authoring.DRAFT}"
        run.note(session, Act.SAVE_QUESTIONNAIRE, questionnaire=name)
    visitor.say(_("Kept as a draft. Nothing is made from it before it is saved as a version."))
    return url_for("writing.edit", wanted=name)


ACTS: dict[str, Written] = {"check": _check, "save": _save, "keep": _keep}


def _readable(content: bytes, typed: str) -> str:
    """What stands on the page: the text of a file, unless it is none."""
    try:
        return Source("", content, "file").text
    except FaultyQuestionnaire:
        return typed


def _mistakes(source: Source) -> tuple[tuple[Mistake, tuple[Line, ...]], ...]:
    try:
        authoring.checked(source)
    except FaultyQuestionnaire as faulty:
        return _with_lines(faulty.found, source.content)
    return ()


def _with_lines(
    found: tuple[Mistake, ...], content: bytes
) -> tuple[tuple[Mistake, tuple[Line, ...]], ...]:
    lines = lines_of(content.decode(errors="replace"))
    return tuple((mistake, excerpt(lines, mistake)) for mistake in found)


def _meanwhile(sheet: Sheet) -> str:
    """The page with what somebody else saved, beside what was typed."""
    run = current_runtime()
    with run.database.reading() as session:
        now = authoring.base_of(session, sheet.key)
        changed = now.number != sheet.base.number or not now.draft
        wanted = sheet.key if changed else f"{sheet.key}@{authoring.DRAFT}"
        newer = authoring.find_source(session, wanted, run.config.questionnaire_dir)
    return _sheet(
        Sheet(sheet.key, sheet.text, sheet.base, refused=sheet.refused, newer=newer, newest=now)
    )


def _sheet(sheet: Sheet) -> str:
    newer = sheet.newer
    return render_template(
        "admin/questionnaire_edit.html",
        sheet=sheet,
        lines=line_diff(newer.text, sheet.text, (newer.name, _("your text"))) if newer else (),
        words=differences,
    )


def _copy(wanted: str, form: NewKeyForm) -> str:
    return render_template("admin/questionnaire_copy.html", wanted=wanted, form=form)
