"""The web page of a report: the second renderer of the model, with the sections of the PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from flask import render_template

from analysis.pdf.labels import Labels, labels_for
from analysis.report import CommentBlock, ManagerReport
from surveyapp.views import charts


def report_page(
    report: ManagerReport,
    pdf: str,
    *,
    back: str = "",
    others: Sequence[tuple[str, str]] = (),
    labels: Labels | None = None,
) -> str:
    """The report as HTML; ``pdf`` is the address of the same as a PDF.

    Nothing is computed but where marks stand: what the page says stands in the model.

    Parameters
    ----------
    back
        The address of the page from which one came, for who is signed in.
    others
        (address, name) of reports beside this one.
    labels
        Other words of the layout than those of a manager's report.
    """
    labels = labels or labels_for(report.language, report.audience)
    return render_template(
        "report/page.html",
        report=report,
        labels=labels,
        pdf=pdf,
        back=back,
        others=others,
        contents=list(_contents(report, labels)),
        all_items=[row for section in report.sections for row in section.rows],
        questions=_questions(report),
        steps=_steps(len(report.scale)),
        dots=charts.dots,
        shade=charts.shade,
        shares=charts.shares,
        path=charts.path,
        not_asked=charts.not_asked,
    )


def _contents(report: ManagerReport, labels: Labels) -> Iterator[tuple[str, str]]:
    """The sections there are, as (name of the partial, title), in the order of the PDF."""
    sections = (
        ("how", labels.how_to_read, True),
        ("overview", labels.overview, True),
        ("perception", labels.perception, report.perception),
        ("competencies", labels.competencies, report.competencies),
        ("items", labels.items, any(section.rows for section in report.sections)),
        ("recommendations", labels.recommendations, report.recommendations),
        ("comments", labels.comments, report.comments or report.comments_note),
        ("trend", labels.trend, report.trend),
        ("suggestions", labels.suggestions, report.suggestions),
        ("reliability", labels.reliability, report.statistics or report.reliability_text),
        ("method", labels.method, True),
    )
    return ((name, title) for name, title, told in sections if told)


def _questions(report: ManagerReport) -> list[tuple[str, list[CommentBlock]]]:
    return [
        (question, list(blocks))
        for question, blocks in groupby(report.comments, key=lambda block: block.question)
    ]


def _steps(points: int) -> list[str]:
    """The tints of the points of the scale."""
    return [f"h{round(charts.SHADES * point / max(points - 1, 1))}" for point in range(points)]
