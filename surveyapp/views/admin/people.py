"""People of the roster: found, and helped when they ask for their data or to be forgotten."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from jinja2.utils import htmlsafe_json_dumps
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from surveyapp import person_steps
from surveyapp.errors import SurveyError, TracesLeft
from surveyapp.forms.accounts import ErasureForm
from surveyapp.models import Person
from surveyapp.services.paging import page_of
from surveyapp.services.privacy import erasure, lookup
from surveyapp.views import visitor
from surveyapp.views.pages import _, current_runtime, page_number, searched_words

blueprint = Blueprint("people", __name__, url_prefix="/admin/people")

Page = str | Response | tuple[str, int]


@blueprint.get("/")
def find() -> Page:
    """Whom the words in the address may mean; without words nobody."""
    words, found = searched_words(), None
    if words:
        with current_runtime().database.reading() as session:
            found = lookup.find(session, words, page_number())
    return render_template("admin/people.html", words=words, page=found)


@blueprint.get("/<person>")
def show(person: str) -> Page:
    """Where somebody stands in rosters, their data, and the end of their name."""
    return _page(person, ErasureForm(formdata=None))


@blueprint.post("/<person>")
def act(person: str) -> Page:
    """Hand out what is held about somebody, or erase who they are."""
    acts = {"export": _export, "erase": _erase}
    wanted = acts.get(request.form.get("action", ""))
    if wanted is None:
        raise BadRequest
    with current_runtime().database.reading() as session:
        found = lookup.person_of(session, person)
    return wanted(found)


def _export(person: Person) -> Page:
    held = person_steps.export(current_runtime(), person.external_id)
    # The same JSON as the command prints, and no markup in whatever reads it as a page.
    content = htmlsafe_json_dumps(held, ensure_ascii=False, indent=2).encode()
    name = f"{person.external_id}.json"
    return send_file(BytesIO(content), "application/json", True, name, max_age=0)


def _erase(person: Person) -> Page:
    form = ErasureForm()
    if not form.confirms(person.external_id):
        return _page(person.id, form, mistyped=True), 422
    with_results, force = bool(form.with_results.data), bool(form.force.data)
    try:
        word = person_steps.erase(
            current_runtime(), person.external_id, with_results=with_results, force=force
        )
    except SurveyError as refusal:
        return _page(person.id, form, refused=refusal.said(_)), 409
    visitor.say(_cleaned(word))
    return redirect(url_for("people.show", person=person.id), 303)


def _cleaned(word: str) -> str:
    """What is said once somebody is erased."""
    try:
        person_steps.clean(current_runtime())
    except TracesLeft as traces:
        return traces.said(_)
    return _("Erased: %(word)s stands for this person from now on.") % {"word": word}


def _page(identity: str, form: ErasureForm, *, mistyped: bool = False, refused: str = "") -> str:
    with current_runtime().database.reading() as session:
        person = lookup.person_of(session, identity)
        standings = lookup.standings(session, person)
        return render_template(
            "admin/person.html",
            person=person,
            erased=erasure.is_erased(person),
            account=lookup.account_of(session, person),
            page=page_of(standings, page_number()),
            results=any(one.may_have_results for one in standings),
            running=erasure.open_cycles_of(session, person),
            form=form,
            mistyped=mistyped,
            refused=refused,
        )
