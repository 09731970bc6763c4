"""The manager's pages: one link, the report on a page and as a PDF. Reading leaves no trace."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, g, send_file, url_for

from analysis.pdf import render_pdf
from analysis.report import ManagerReport
from analysis.wording import Language
from surveyapp.services.results import readings, report_links
from surveyapp.services.results.printing import file_stem
from surveyapp.views.pages import current_runtime, language, speak
from surveyapp.views.report_pages import report_page

blueprint = Blueprint("report", __name__, url_prefix="/m")


@blueprint.get("/<token>")
def show(token: str) -> str:
    """The report as a page."""
    report = _released(token)
    return report_page(report, url_for("report.pdf", token=token, lang=g.asked_language))


@blueprint.get("/<token>/report.pdf")
def pdf(token: str) -> Response:
    """The same report as a PDF."""
    report = _released(token)
    name = f"{file_stem(report)}.pdf"
    return send_file(
        BytesIO(render_pdf(report, current_runtime().config.brand())),
        "application/pdf",
        download_name=name,
        max_age=0,
    )


def _released(token: str) -> ManagerReport:
    runtime = current_runtime()
    with runtime.database.reading() as session:
        link = report_links.find_by_token(session, token)
        speak(link.ratee.language)
        spoken: Language = "zh" if language() == "zh" else "en"
        return readings.report_behind(session, link, spoken, runtime.config.organisation)
