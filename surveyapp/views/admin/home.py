"""Where people with an account start: all cycles, or their own."""

from __future__ import annotations

from flask import Blueprint, render_template

from surveyapp.services import overview
from surveyapp.views import visitor
from surveyapp.views.pages import current_runtime

blueprint = Blueprint("home", __name__)


@blueprint.get("/admin/")
def cycles() -> str:
    """All cycles, newest first."""
    with current_runtime().database.reading() as session:
        return render_template("admin/home.html", cycles=overview.all_cycles(session))


@blueprint.get("/my/")
def mine() -> str:
    """The cycles in which somebody is rated, or rates."""
    person_id = visitor.signed_in().person_id
    with current_runtime().database.reading() as session:
        return render_template(
            "admin/mine.html",
            cycles=overview.cycles_of(session, person_id),
            readable=overview.readable_by(session, person_id),
        )
