"""The embedded faces: loaded once per process, with a correct map back to text.

A face costs about half a second and 20 MB to load, so a server loads them before it forks.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

FONT_FOLDER = Path(__file__).parent / "fonts"
REGULAR, BOLD = "NotoSansSC-Regular", "NotoSansSC-Bold"
# Narrow curly quotes for Latin text, which the embedded faces hold in the private use area.
NARROW = {0xE018: 0x2018, 0xE019: 0x2019, 0xE01C: 0x201C, 0xE01D: 0x201D}
CODES_PER_BLOCK = 100  # what a PDF character map may list at once
_HANZI, _LATIN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff", "A-Za-z0-9\u00c0-\u024f"
OPENING, CLOSING = "“‘（《〈「『【〔", "”’）》〉」』】〕。，、"
# Where two characters stand nearer or farther than their widths say. Between a Hanzi and a Latin
# letter or digit there is a little air, as much as may be before programs that read the text take
# it for a space (a tenth of the size). Wide punctuation is half empty: of two such marks in a row
# one loses its empty half.
JOINT = re.compile(
    f"(?P<air>(?<=[{_HANZI}])(?=[{_LATIN}])|(?<=[{_LATIN}%])(?=[{_HANZI}]))"
    f"|(?P<tight>(?<=[{CLOSING}])(?=[{OPENING}{CLOSING}：；])|(?<=[{OPENING}])(?=[{OPENING}]))"
)
JOINTS = {"air": 95, "tight": -500}  # thousandths of the size


def to_unicode_map(characters: list[int]) -> str:
    """The PDF character map that says which text the codes of one font subset stand for."""
    codes = [
        f"<{code:02X}> <{_utf16(NARROW.get(character, character))}>"
        for code, character in enumerate(characters)
        if character
    ]
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <00> <FF> endcodespacerange",
    ]
    for start in range(0, len(codes), CODES_PER_BLOCK):
        block = codes[start : start + CODES_PER_BLOCK]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return "\n".join(lines)


def _utf16(character: int) -> str:
    return chr(character).encode("utf-16-be").hex().upper()


def joints(text: str) -> Iterator[tuple[int, int]]:
    """Before which characters there is more or less than nothing, and how much."""
    for joint in JOINT.finditer(text):
        yield joint.start(), JOINTS[joint.lastgroup or ""]


class EmbeddedFont(TTFont):
    """A TrueType face whose text can be copied, searched and read aloud.

    ReportLab writes characters beyond U+FFFF as five digits, which no reader understands; here
    they are surrogate pairs, as the format wants them.
    """

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - ReportLab's name
        subsets = self.state[doc].subsets
        super().addObjects(doc)
        for number, characters in enumerate(subsets):
            name = (SUBSETN(number) + b"+" + self.face.name).decode("ascii")
            doc.idToObject[f"toUnicodeCMap:{name}"].content = to_unicode_map(characters)


@dataclass(frozen=True)
class Face:
    """A registered font and the width of each of its characters, in thousandths of its size."""

    name: str
    widths: dict[int, float]

    def has(self, text: str) -> bool:
        return self.widths.keys() >= {ord(character) for character in text if character != "\n"}

    def width(self, text: str, size: float) -> float:
        if len(text) == 1:
            return self.widths[ord(text)] * size / 1000
        wide = sum(map(self.widths.__getitem__, map(ord, text)))
        if not text.isascii():
            wide += sum(width for _, width in joints(text))
        return wide * size / 1000


@dataclass(frozen=True)
class Faces:
    regular: Face
    bold: Face

    def for_text(self, text: str, *, bold: bool) -> Face:
        """The bold face has fewer Hanzi: a text that needs another one is set in the regular."""
        return self.bold if bold and self.bold.has(text) else self.regular


_lock = threading.Lock()
_faces: Faces | None = None


def load_faces(folder: Path = FONT_FOLDER) -> Faces:
    """The two faces. The first call in a process loads them from ``folder``; the rest are free."""
    global _faces
    if _faces is None:
        with _lock:
            if _faces is None:
                _faces = Faces(_register(folder, REGULAR), _register(folder, BOLD))
    return _faces


def _register(folder: Path, name: str) -> Face:
    font = EmbeddedFont(name, str(folder / f"{name}.ttf"), shapable=False)
    pdfmetrics.registerFont(font)
    face = font.face
    return Face(name, {code: face.charWidths[code] for code in face.charToGlyph})
