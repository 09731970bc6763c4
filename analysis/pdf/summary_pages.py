"""The report of a team and the summary of a company: the sections of a manager's report, with
managers in place of items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from analysis.brand import Brand
from analysis.pdf import PLAIN, render_pdf
from analysis.pdf.labels import Labels, labels_for
from analysis.report import ManagerReport
from analysis.wording import Language

# What is called otherwise than in a manager's report.
OTHERWISE: Mapping[Language, Mapping[str, Any]] = {
    "zh": {
        "position": "人数",
        "items": "逐人得分",
        "item": "客户经理",
        "likely": "浅色条：客户经理之间的差别",
        "comments": "意见的主题",
        "reliability": "数字有多可靠",
    },
    "en": {
        "position": "Number",
        "items": "Manager by manager",
        "item": "Manager",
        "likely": "Pale band: how far managers differ",
        "comments": "What comments are about",
        "reliability": "How far to trust the numbers",
    },
}


def render_summary(report: ManagerReport, brand: Brand = PLAIN) -> bytes:
    """A team report or company summary as a PDF; the same report gives the same bytes."""
    return render_pdf(report, brand, labels=summary_labels(report.language))


def summary_labels(language: Language) -> Labels:
    """The words of the layout of such a report, in print and on a page."""
    return replace(labels_for(language, "hr"), **OTHERWISE[language])
