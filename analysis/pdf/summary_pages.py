"""The report of a team and the summary of a company: the sections of a manager's report, with
managers in place of items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.pdf import _painting
from analysis.pdf.charts import Shares
from analysis.pdf.document import paint_document
from analysis.pdf.fonts import FONT_FOLDER, load_faces
from analysis.pdf.labels import LABELS, Labels
from analysis.pdf.layout import Beside, Ruled
from analysis.pdf.pages import Pages
from analysis.pdf.style import TABLE, WIDTH
from analysis.pdf.text import Text
from analysis.report import ManagerReport, ReportRow, ThemeRow
from analysis.wording import Language

# What is called otherwise than in a manager's report.
OTHERWISE: Mapping[Language, Mapping[str, Any]] = {
    "zh": {
        "position": "人数",
        "items": "逐人得分",
        "likely": "浅色条：客户经理之间的差别",
        "comments": "意见的主题",
        "reliability": "数字有多可靠",
    },
    "en": {
        "position": "Number",
        "items": "Manager by manager",
        "likely": "Pale band: how far managers differ",
        "comments": "What comments are about",
        "reliability": "How far to trust the numbers",
    },
}
MANAGER: Mapping[Language, str] = {"zh": "客户经理", "en": "Manager"}


@dataclass
class SummaryPages(Pages):
    """A report of several managers being laid out."""

    @property
    def labels(self) -> Labels:
        language = self.report.language
        return replace(LABELS[language], **OTHERWISE[language])

    def _score_table(
        self, title: str, rows: Sequence[ReportRow], first: str, *, level: int = 0, **how: Any
    ) -> None:
        """Below the first level the rows are managers."""
        named = MANAGER[self.report.language] if level else first
        super()._score_table(title, rows, named, level=level, **how)

    def _themes(self, themes: Sequence[ThemeRow]) -> None:
        """How many comments sound how; none is quoted."""
        for theme in themes:
            parts = (
                (0, Text(theme.label, TABLE.strong(), 142, 3)),
                (150, Shares(theme, 150)),
                (312, Text(theme.text, TABLE, WIDTH - 312, 3)),
            )
            self.layout.put(Ruled(Beside(parts, middle=True), WIDTH))


def render_summary(report: ManagerReport, fonts: Path = FONT_FOLDER) -> bytes:
    """A team report or company summary as a PDF; the same report gives the same bytes."""
    load_faces(fonts)
    pages = SummaryPages(report).lay_out()
    with _painting:
        return paint_document(report, pages)
