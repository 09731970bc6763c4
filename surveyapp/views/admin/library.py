"""Questionnaires, looked at: all of them, one in its languages, as raters see it, and compared."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, render_template, request, send_file, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from questionnaires.diff import compare as compared
from questionnaires.diff import line_diff
from questionnaires.model import Questionnaire, Relation
from surveyapp.i18n import LANGUAGES
from surveyapp.services import audit
from surveyapp.services.drafts import authoring
from surveyapp.services.drafts.authoring import FaultyQuestionnaire, Source
from surveyapp.services.effort import minutes
from surveyapp.services.paging import page_of
from surveyapp.views import differences
from surveyapp.views.pages import RELATIONS, _, current_runtime, language, page_number
from surveyapp.views.preview import Ways, preview_page

blueprint = Blueprint("library", __name__, url_prefix="/admin/questionnaires")

LANGUAGE_NAMES = {"zh": ("中文", "zh-Hans"), "en": ("English", "en")}


@blueprint.get("/")
def everything() -> str:
    """What a cycle can be made from, and the drafts of what it could be."""
    run = current_runtime()
    with run.database.reading() as session:
        found = authoring.listed(session, run.config.questionnaire_dir)
        drafts = authoring.drafts(session)
        return render_template(
            "admin/questionnaires.html",
            page=page_of(found, page_number()),
            faulty=authoring.faulty(found, run.config.questionnaire_dir),
            drafts=drafts,
            names=audit.addresses_of(session, {draft.saved_by for draft in drafts}),
        )


@blueprint.get("/<wanted>")
def show(wanted: str) -> str:
    """One questionnaire with its languages side by side, its weights and its versions."""
    run = current_runtime()
    with run.database.reading() as session:
        source = authoring.find_source(session, wanted, run.config.questionnaire_dir)
        versions = authoring.versions_page(session, source.key or "", page_number())
        return render_template(
            "admin/questionnaire.html",
            source=source,
            wanted=wanted,
            of=authoring.checked(source),
            versions=versions,
            names=audit.addresses_of(session, {each.saved_by for each in versions.rows}),
            minutes=minutes,
        )


@blueprint.get("/<wanted>/form/<relation>")
def preview(wanted: str, relation: str) -> str:
    """The form as raters of a relation get it, on a phone; nothing on it can be sent."""
    if relation not in set(Relation):
        raise NotFound
    of = authoring.checked(_source(wanted))
    chosen, asked = Relation(relation), request.args.get("language", "")
    spoken = asked if asked in LANGUAGES else language()
    return preview_page(of, chosen, spoken, ways=_ways(of, wanted, chosen, spoken))


@blueprint.get("/<wanted>/text")
def text(wanted: str) -> Response:
    """The YAML text, as a file."""
    source = _source(wanted)
    return send_file(
        BytesIO(source.text.encode()),
        mimetype="application/yaml",
        as_attachment=True,
        download_name=f"{wanted.replace('@', '-')}.yaml",
    )


@blueprint.get("/-/compare")  # no key begins so
def compare() -> str:
    """What changed between two questionnaires, and which trends go on."""
    before, after = (_source(request.args.get(name, "")) for name in ("before", "after"))
    return render_template(
        "admin/questionnaire_diff.html",
        before=before,
        after=after,
        found=_difference(before, after),
        lines=line_diff(before.text, after.text, (before.name, after.name)),
        words=differences,
    )


def _source(wanted: str) -> Source:
    run = current_runtime()
    with run.database.reading() as session:
        return authoring.find_source(session, wanted, run.config.questionnaire_dir)


def _difference(before: Source, after: Source) -> Any:
    """None where one of them has mistakes: then only the lines can be compared."""
    try:
        return compared(authoring.checked(before), authoring.checked(after))
    except FaultyQuestionnaire:
        return None


def _ways(of: Questionnaire, wanted: str, here: Relation, spoken: str) -> Ways:
    """Links between the forms of all relations and languages, and back."""
    page = "zh-Hans" if language() == "zh" else "en"

    def way(relation: Relation, code: str, words: str, tag: str) -> tuple[str, str, str]:
        address = url_for("library.preview", wanted=wanted, relation=relation.value, language=code)
        return "" if (relation, code) == (here, spoken) else address, words, tag

    back = (url_for("library.show", wanted=wanted), _("Back to the questionnaire"), page)
    return (
        [back, *(way(here, code, *LANGUAGE_NAMES[code]) for code in LANGUAGES)],
        [way(each, spoken, _(RELATIONS[each]), page) for each in Relation if of.items_for(each)],
    )
