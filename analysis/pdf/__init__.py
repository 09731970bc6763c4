"""One report as a PDF: the same report gives the same bytes.

Nothing here computes a result: all that a page shows stands in the ``ManagerReport``. It is laid
out first (``pages`` and the sections it names), then painted (``document`` on ``paper``).
"""

from __future__ import annotations

import threading
from pathlib import Path

from analysis.brand import Brand
from analysis.pdf.document import has_look, paint_document
from analysis.pdf.fonts import FONT_FOLDER, load_faces
from analysis.pdf.labels import Labels, labels_for
from analysis.pdf.pages import lay_out
from analysis.report import ManagerReport

__all__ = ["PLAIN", "has_look", "load_faces", "render_pdf"]

PLAIN = Brand()
painting = threading.Lock()  # ReportLab cuts font subsets with one shared read position


def render_pdf(
    report: ManagerReport,
    brand: Brand = PLAIN,
    fonts: Path = FONT_FOLDER,
    labels: Labels | None = None,
) -> bytes:
    """The report as a PDF. The first call in a process loads the faces from ``fonts``.

    ``labels``: other words of the layout than those of the report's language.
    """
    load_faces(fonts)
    labels = labels or labels_for(report.language, report.audience)
    layout = lay_out(report, labels)
    with painting:
        return paint_document(report, layout, brand, labels)
