"""The document around the pages: facts about itself, footers, outline, fixed bytes."""

from __future__ import annotations

from io import BytesIO
from typing import Protocol

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFDocument, PDFInfo, PDFString
from reportlab.pdfgen.canvas import Canvas

from analysis.pdf.fonts import load_faces
from analysis.pdf.labels import LABELS
from analysis.pdf.layout import Placed
from analysis.pdf.style import HAIRLINE, MARGIN, NAVY, SMALL, WIDTH
from analysis.pdf.text import Text, one_line, shortened
from analysis.wording import Language

rl_config.trustedHosts = None  # nothing is ever loaded from elsewhere
rl_config.trustedSchemes = []
rl_config.useA85 = 0  # page streams stay binary: a fifth smaller
LANGUAGE_TAGS = {"zh": "zh-Hans-CN", "en": "en"}
PROGRAM = "surveyapp"


class Titled(Protocol):
    """What a document says about itself."""

    @property
    def language(self) -> Language: ...
    @property
    def organisation(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def ratee_name(self) -> str: ...
    @property
    def cycle_title(self) -> str: ...
    @property
    def questionnaire_title(self) -> str: ...


class TimelessInfo(PDFInfo):
    """What the document says about itself; no date, which ReportLab could only invent."""

    def format(self, document: PDFDocument) -> bytes:
        facts = {
            "Title": self.title,
            "Author": self.author,
            "Subject": self.subject,
            "Creator": self.creator,
            "Producer": self.producer,
        }
        entries = {key: PDFString(value) for key, value in facts.items() if value}
        return PDFDictionary(entries).format(document)


def paint_document(report: Titled, pages: list[list[Placed]]) -> bytes:
    """The placed blocks as a PDF file."""
    file = BytesIO()
    canvas = Canvas(
        file,
        pagesize=A4,
        pageCompression=1,
        invariant=1,
        lang=LANGUAGE_TAGS[report.language],
        initialFontName=load_faces().regular.name,  # type: ignore[arg-type]  # the stub errs
    )
    canvas._doc.info = TimelessInfo()  # type: ignore[attr-defined]  # not in the stub
    canvas.setTitle(_joined(report.title, report.ratee_name, report.cycle_title))
    canvas.setAuthor(one_line(report.organisation))
    canvas.setSubject(one_line(report.questionnaire_title))
    canvas.setCreator(PROGRAM)
    canvas.setProducer(PROGRAM)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    for number, page in enumerate(pages, start=1):
        for placed in page:
            placed.block.paint(canvas, placed.x, placed.top)
        if number > 1:
            _paint_footer(canvas, report, number, len(pages))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _paint_footer(canvas: Canvas, report: Titled, number: int, count: int) -> None:
    labels = LABELS[report.language]
    top = MARGIN - 8
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN, top + 4, MARGIN + WIDTH, top + 4)
    page = Text(labels.page.format(number=number, count=count), SMALL, WIDTH)
    right = page.face.width(page.lines[0], SMALL.size)
    page.paint(canvas, MARGIN + WIDTH - right, top)
    words = _joined(report.organisation, report.ratee_name, report.cycle_title)
    word = Text(labels.confidential, SMALL.strong().in_colour(NAVY), 80, 1)
    used = word.face.width(word.lines[0], SMALL.size) + 10
    word.paint(canvas, MARGIN, top)
    left = shortened(words, SMALL, WIDTH - right - used - 16)
    Text(left, SMALL, WIDTH).paint(canvas, MARGIN + used, top)


def _joined(*parts: str) -> str:
    """Names in a line; one left empty, such as the organisation, leaves no mark."""
    return " · ".join(filter(None, map(one_line, parts)))
