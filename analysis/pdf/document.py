"""The document around the pages: facts about itself, footers, outline, structure, fixed bytes."""

from __future__ import annotations

from typing import Protocol

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFDocument, PDFInfo, PDFString

from analysis.brand import Brand
from analysis.pdf.file import PackedCanvas
from analysis.pdf.fonts import load_faces
from analysis.pdf.labels import Labels
from analysis.pdf.layout import Layout
from analysis.pdf.paper import Paper
from analysis.pdf.style import BOTTOM, HAIRLINE, MARGIN, NOTE, PRIMARY, SMALL, WIDTH, Theme
from analysis.pdf.text import TAGS, Text, one_line, shortened
from analysis.wording import Language

rl_config.trustedHosts = None  # nothing is ever loaded from elsewhere
rl_config.trustedSchemes = []
rl_config.useA85 = 0  # page streams stay binary: a fifth smaller
PROGRAM = "surveyapp"
FOOT = BOTTOM - 11  # top of the footer


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


def paint_document(report: Titled, layout: Layout, brand: Brand, labels: Labels) -> bytes:
    """The placed blocks as a PDF file."""
    canvas = _canvas(report)
    canvas._doc.mark = _mark(brand)
    paper = Paper(canvas, Theme(brand), layout.root)
    for number, page in enumerate(layout.pages, start=1):
        for placed in page:
            with paper.inside(placed.element):
                if placed.repeated:
                    with paper.artifact():
                        placed.block.paint(paper, placed.x, placed.top)
                else:
                    placed.block.paint(paper, placed.x, placed.top)
        if number > 1:
            with paper.artifact():
                _paint_footer(paper, report, labels, number, len(layout.pages))
        paper.turn_page()
    paper.structure.write(canvas._doc)
    return canvas.finished()


def has_look(pdf: bytes, brand: Brand) -> bool:
    """Whether a PDF of ours was painted with this brand."""
    return _mark(brand) in pdf[-200:]


def _mark(brand: Brand) -> bytes:
    """A comment at the end of the file."""
    return f"%brand {brand.mark}".encode()


def _canvas(report: Titled) -> PackedCanvas:
    canvas = PackedCanvas(
        "",
        pagesize=A4,
        pageCompression=1,
        lang=TAGS[report.language],
        initialFontName=load_faces().regular.name,
    )
    canvas._doc.info = TimelessInfo()
    canvas.setTitle(_joined(report.title, report.ratee_name, report.cycle_title))
    canvas.setAuthor(one_line(report.organisation))
    canvas.setSubject(one_line(report.questionnaire_title))
    canvas.setCreator(PROGRAM)
    canvas.setProducer(PROGRAM)
    canvas.setViewerPreference("DisplayDocTitle", "true")
    return canvas


def _paint_footer(paper: Paper, report: Titled, labels: Labels, number: int, count: int) -> None:
    footer = paper.theme.brand.footer
    paper.stroke(HAIRLINE, 0.5)
    paper.line(MARGIN, FOOT + 4, MARGIN + WIDTH, FOOT + 4)
    page = Text(labels.page.format(number=number, count=count), SMALL, WIDTH)
    right = page.face.width(page.lines[0], SMALL.size)
    page.paint(paper, MARGIN + WIDTH - right, FOOT)
    words = _joined(report.organisation, report.ratee_name, report.cycle_title)
    word = Text(labels.confidential, SMALL.strong().in_colour(PRIMARY), 80, 1)
    used = word.face.width(word.lines[0], SMALL.size) + 10
    word.paint(paper, MARGIN, FOOT)
    left = shortened(words, SMALL, WIDTH - right - used - 16)
    Text(left, SMALL, WIDTH).paint(paper, MARGIN + used, FOOT)
    Text(shortened(footer, NOTE, WIDTH), NOTE, WIDTH).paint(paper, MARGIN, FOOT - SMALL.leading)


def _joined(*parts: str) -> str:
    """Names in a line; one left empty, such as the organisation, leaves no mark."""
    return " · ".join(filter(None, map(one_line, parts)))
