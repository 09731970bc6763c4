"""Small blocks of a page: a bulleted sentence, the points of the scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from analysis.pdf.style import INK, NAVY, SMALL, TABLE, WIDTH, heat
from analysis.pdf.text import Text
from analysis.report import ScalePoint


@dataclass(frozen=True)
class Bulleted:
    """A sentence behind a small square."""

    text: Text

    @property
    def height(self) -> float:
        return self.text.height

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        canvas.setFillColor(NAVY)
        canvas.rect(x + 1, top - self.text.type.leading / 2 - 1.6, 3.2, 3.2, stroke=0, fill=1)
        self.text.paint(canvas, x + 12, top)


@dataclass(frozen=True)
class ScaleStrip:
    """The points of the scale in the shades that the tables use."""

    points: Sequence[ScalePoint]

    @property
    def height(self) -> float:
        return 24 + max(text.height for text in self._texts())

    def _texts(self) -> list[Text]:
        width = WIDTH / len(self.points)
        return [
            Text(point.label, SMALL.centred().in_colour(INK), width - 6, 4) for point in self.points
        ]

    def paint(self, canvas: Canvas, x: float, top: float) -> None:
        width = WIDTH / len(self.points)
        for number, (point, text) in enumerate(zip(self.points, self._texts(), strict=True)):
            left = x + number * width
            canvas.setFillColor(heat(number / max(len(self.points) - 1, 1)))
            canvas.roundRect(left + 1, top - 20, width - 2, 20, 3, stroke=0, fill=1)
            Text(str(point.value), TABLE.strong().centred(), width).paint(canvas, left, top - 4)
            text.paint(canvas, left + 3, top - 23)
