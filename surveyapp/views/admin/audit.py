"""What was done here, by whom, and when."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from surveyapp.services import audit
from surveyapp.views.labels import ACTS, DETAILS
from surveyapp.views.pages import current_runtime, page_number

blueprint = Blueprint("audit", __name__, url_prefix="/admin")


@blueprint.get("/audit")
def show() -> str:
    """The log, newest first, all of it or of one cycle."""
    cycle = request.args.get("cycle") or None
    with current_runtime().database.reading() as session:
        return render_template(
            "admin/audit.html",
            page=audit.events_page(session, cycle, page_number()),
            cycle=cycle,
            cycles=audit.cycles_in_log(session),
            acts=ACTS,
            names=DETAILS,
        )
