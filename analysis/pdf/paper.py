"""What painters paint on: plain shapes and texts, each piece marked with what it is.

The operators of a page are written directly. That costs a third of what the general drawing
methods of ReportLab cost, and leaves no piece of a page unmarked: what is no text (and no figure
with words in its place) is decoration, which a screen reader passes over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import LinkAnnotation
from reportlab.pdfgen.canvas import Canvas

from analysis.pdf.fonts import Face, joints
from analysis.pdf.style import Paint, Theme
from analysis.pdf.tags import CELLS, Element, Kind, Structure

ARTIFACT = "/Artifact BMC"
ROUND = 0.4477  # how far from the corner the handles of a quarter circle lie
PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b"()\\")


class TaggedLink(LinkAnnotation):
    permitted = (*LinkAnnotation.permitted, "StructParent")


class Paper:
    """The page being painted, and the structure of the document so far."""

    def __init__(self, canvas: Canvas, theme: Theme, root: Element) -> None:
        self.theme = theme
        self.structure = Structure(root)
        self.element = root
        self._canvas: Any = canvas  # what is used of it is not all in its stub
        self._code: list[str] = [ARTIFACT]
        self._quiet = 0  # inside an artifact or a figure texts are no elements of their own
        self._fill = self._stroke = self._font = ""
        self._last: tuple[object, Element] | None = None
        self._inks: dict[Paint, str] = {}  # colours and fonts as the file names them
        self._faces: dict[tuple[str, int, float], str] = {}

    def turn_page(self) -> None:
        """Close this page; the next shape stands on the next one."""
        self._close_artifact()
        self._canvas._code.extend(self._code)
        self._canvas.showPage()
        self._code = [ARTIFACT]
        self._fill = self._stroke = self._font = ""
        self.structure.turn_page()

    # What things are

    @contextmanager
    def inside(self, element: Element) -> Iterator[None]:
        before, self.element = self.element, element
        yield
        self.element = before

    @contextmanager
    def group(self, kind: Kind, **facts: Any) -> Iterator[None]:
        """A new element around what is painted now."""
        before, self.element = self.element, Element(kind, self.element, **facts)
        if kind in CELLS and not self._quiet:  # a row keeps its empty cells
            self.structure.join(self.element)
        yield
        self.element = before

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """Texts that are no content: the foot of a page, a heading that is repeated."""
        self._quiet += 1
        yield
        self._quiet -= 1

    @contextmanager
    def figure(self, alt: str) -> Iterator[None]:
        """A picture, told in words to those who do not see it."""
        shown = not self._quiet
        if shown:
            self._begin(Element("Figure", self.element, alt=alt))
        self._quiet += 1
        yield
        self._quiet -= 1
        if shown:
            self._end()

    def _begin(self, element: Element) -> None:
        self._close_artifact()
        self._code.append(f"/{element.kind}<</MCID {self.structure.piece(element)}>>BDC")

    def _end(self) -> None:
        self._code += ["EMC", ARTIFACT]

    def _close_artifact(self) -> None:
        if self._code[-1] is ARTIFACT:
            self._code.pop()
        else:
            self._code.append("EMC")

    def bookmark(self, key: str, title: str, level: int, top: float) -> None:
        self._canvas.bookmarkHorizontalAbsolute(key, top)
        self._canvas.addOutlineEntry(title, key, level=level)

    @contextmanager
    def link(self, key: str, title: str, box: tuple[float, float, float, float]) -> Iterator[None]:
        """Texts that lead to the bookmark ``key`` when they are clicked."""
        with self.group("Link"):
            yield
            link, canvas = self.element, self._canvas
            annotation = TaggedLink(
                box,
                title,
                canvas._bookmarkReference(key),
                "[0 0 0]",
                F=4,
                StructParent=self.structure.next_link_key(),
            )
            canvas._addAnnotation(annotation)
            self.structure.link(link, f"Annot.NUMBER{canvas._annotationCount}")

    # Shapes

    def fill(self, paint: Paint) -> None:
        code = self._ink(paint) + " rg"
        if code != self._fill:
            self._fill = code
            self._code.append(code)

    def stroke(self, paint: Paint, width: float) -> None:
        code = f"{self._ink(paint)} RG {width:g} w"
        if code != self._stroke:
            self._stroke = code
            self._code.append(code)

    def _ink(self, paint: Paint) -> str:
        if paint not in self._inks:
            red, green, blue = self.theme.colour(paint).parts
            self._inks[paint] = f"{red:.3g} {green:.3g} {blue:.3g}"
        return self._inks[paint]

    def line(self, x: float, y: float, to_x: float, to_y: float) -> None:
        self._code.append(f"{x:.2f} {y:.2f} m {to_x:.2f} {to_y:.2f} l S")

    def rect(self, x: float, y: float, width: float, height: float) -> None:
        self._code.append(f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re f")

    def frame(self, x: float, y: float, width: float, height: float) -> None:
        self._code.append(f"{x:.2f} {y:.2f} {width:.2f} {height:.2f} re S")

    def rounded(self, x: float, y: float, width: float, height: float, radius: float) -> None:
        """A filled rectangle with round corners."""
        right, top, near = x + width, y + height, radius * ROUND
        corners = (
            (right - radius, y, right - near, y, right, y + near, right, y + radius),
            (right, top - radius, right, top - near, right - near, top, right - radius, top),
            (x + radius, top, x + near, top, x, top - near, x, top - radius),
            (x, y + radius, x, y + near, x + near, y, x + radius, y),
        )
        path = [f"{x + radius:.2f} {y:.2f} m"]
        for to_x, to_y, *curve in corners:
            path.append(f"{to_x:.2f} {to_y:.2f} l {' '.join(f'{at:.2f}' for at in curve)} c")
        self._code.append(" ".join(path) + " h f")

    def circle(self, x: float, y: float, radius: float) -> None:
        """Filled, with a rim in the colour of lines."""
        far = radius * (1 - ROUND)
        quarters = (
            (radius, far, far, radius, 0, radius),
            (-far, radius, -radius, far, -radius, 0),
            (-radius, -far, -far, -radius, 0, -radius),
            (far, -radius, radius, -far, radius, 0),
        )
        path = [f"{x + radius:.2f} {y:.2f} m"]
        for quarter in quarters:
            points = (x + at if axis % 2 == 0 else y + at for axis, at in enumerate(quarter))
            path.append(f"{' '.join(f'{at:.2f}' for at in points)} c")
        self._code.append(" ".join(path) + " h B")

    def polygon(self, points: Sequence[tuple[float, float]]) -> None:
        """Filled, with a rim in the colour of lines."""
        (x, y), *others = points
        path = "".join(f" {at:.2f} {up:.2f} l" for at, up in others)
        self._code.append(f"{x:.2f} {y:.2f} m{path} h B")

    def picture(self, picture: Any, x: float, y: float, width: float, height: float) -> None:
        """A picture that ReportLab has opened. It changes the page by itself."""
        self._canvas._code.clear()
        self._canvas.drawImage(picture, x, y, width, height)
        self._code += self._canvas._code
        self._canvas._code.clear()

    # Texts

    def texts(
        self,
        places: Sequence[tuple[float, float, str]],
        face: Face,
        size: float,
        paint: Paint,
        origin: object,
    ) -> None:
        """Lines of one text, each at its place. ``origin``: of which text they are a part."""
        if not self._quiet:
            self._begin(self._element_of(origin))
        self.fill(paint)
        self._code.append("BT")
        font, document = pdfmetrics.getFont(face.name), self._canvas._doc
        for x, y, line in places:
            self._code.append(f"1 0 0 1 {x:.2f} {y:.2f} Tm")
            self._write(font, document, size, line)
        self._code.append("ET")
        if not self._quiet:
            self._end()

    def _element_of(self, origin: object) -> Element:
        """The element that a text belongs to; a part of a text continues the part before."""
        if self.element.holds_text:
            return self.element
        if self._last is None or self._last[0] is not origin:
            self._last = (origin, Element("P", self.element))
        return self._last[1]

    def _write(self, font: Any, document: Any, size: float, line: str) -> None:
        start = 0
        for end, width in () if line.isascii() else joints(line):
            self._write_piece(font, document, size, line[start:end])
            self._code.append(f"[{-width}]TJ")
            start = end
        self._write_piece(font, document, size, line[start:])

    def _write_piece(self, font: Any, document: Any, size: float, piece: str) -> None:
        for subset, codes in font.splitString(piece, document):
            set_in = self._faces.get((font.fontName, subset, size))
            if set_in is None:
                set_in = f"{font.getSubsetInternalName(subset, document)} {size:g} Tf"
                self._faces[font.fontName, subset, size] = set_in
            if set_in != self._font:
                self._font = set_in
                self._code.append(set_in)
            self._code.append(f"{_string(codes)}Tj")


def _string(codes: bytes) -> str:
    if PLAIN.issuperset(codes):
        return f"({codes.decode('ascii')})"
    return f"<{codes.hex()}>"
