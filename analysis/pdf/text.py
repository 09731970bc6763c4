"""Text on the page: made printable, broken into lines, painted.

Every text of a report goes through ``printable`` and is painted as plain characters by ``Text``.
No markup is ever parsed, so nothing that people write can be markup, a link or an image; and
breaking lines costs time in proportion to the text, however long it runs without a space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress

from analysis.pdf.fonts import NARROW, OPENING, Face, joints, load_faces
from analysis.pdf.paper import Paper
from analysis.pdf.style import Type
from analysis.wording import Language

LONGEST = 10_000  # characters of one text; the rest is cut off, visibly
ELLIPSIS = "…"

_CJK = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_OPENING = "“‘（《〈「『【〔［｛(\\[{"
_CLOSING = "”’）》〉」』】〕］｝)\\]}，。、；：！？…·,.;:!?%"
# What stays on one line: a word, a Hanzi, or a number and what it counts ("10 人"), with the
# brackets and the punctuation around it.
_UNIT = re.compile(rf"\s+|[{_OPENING}]*(?:[0-9.]+ [{_CJK}]|[^\s{_CJK}]+|\S)[{_CLOSING}]*\s*")
TAGS: dict[Language, str] = {"zh": "zh-Hans-CN", "en": "en"}
_WORD = re.compile("[A-Za-z]{2}")
_HANZI = re.compile(f"[{_CJK}]")
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])’(?=[A-Za-z])")
_NARROWED = {quote: private for private, quote in NARROW.items()}
_DROPPED = {"Cc", "Cf", "Cs"}
_EMOJI_VARIATIONS = set(map(chr, (*range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400))))


def printable(text: str) -> str:
    """``text`` as the embedded font can show it.

    Control characters, lone surrogates and variation marks are dropped. A Latin letter that the
    font has only without its mark loses the mark. Anything else that the font lacks is named in
    brackets, so that a missing glyph is never a silent box: ``[thumbs up sign]``.
    """
    text = unicodedata.normalize("NFC", _at_most(text))
    known = load_faces().regular.widths
    missing = {code for code in set(map(ord, text)) if code not in known or code in NARROW}
    if not missing:
        return text
    return _at_most(text.translate({code: _in_words(chr(code)) for code in missing}))


def _at_most(text: str) -> str:
    """What is named in brackets can be much longer than what was written."""
    return text if len(text) <= LONGEST + 1 else text[:LONGEST] + ELLIPSIS


def with_narrow_quotes(text: str) -> str:
    """Latin text with the curly quotes of Latin type; Chinese text keeps them wide."""
    if not NARROW.keys() <= load_faces().regular.widths.keys():
        return text
    if text.isascii():
        return text
    if 3 * len(_HANZI.findall(text)) < len(text):
        return text.translate(_NARROWED)
    return _APOSTROPHE.sub(chr(_NARROWED[ord("’")]), text)


def other_language(text: str, language: Language) -> str:
    """The tag of the language of ``text`` where it is plainly not the one of the report."""
    if _HANZI.search(text):
        return "" if language == "zh" else TAGS["zh"]
    return TAGS["en"] if language == "zh" and _WORD.search(text) else ""


def one_line(text: str) -> str:
    """``text`` made printable, without line ends: a title, a footer."""
    return " ".join(printable(text).split())


def _in_words(character: str) -> str:
    if character.isspace():
        return "\n" if character in "\n\x85\u2028\u2029" else " "
    category = unicodedata.category(character)
    if category in _DROPPED or character in _EMOJI_VARIATIONS:
        return ""
    name = unicodedata.name(character, "")
    if name.startswith("LATIN ") and " WITH " in name:
        with suppress(KeyError):  # a letter that exists only with its mark
            return printable(unicodedata.lookup(name.partition(" WITH ")[0]))
    return f"[{name.lower()}]" if name and category == "So" else f"[U+{ord(character):04X}]"


def break_lines(text: str, face: Face, size: float, width: float) -> list[str]:
    """The lines of ``text``; Chinese breaks anywhere but beside punctuation, Latin at spaces."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if face.width(paragraph.strip(), size) <= width:
            lines += filter(None, [paragraph.strip()])
            continue
        lines += filter(None, _broken(paragraph.strip(), face, size, width))
    return lines


def _broken(paragraph: str, face: Face, size: float, width: float) -> Iterator[str]:
    line, used = "", 0.0
    for unit in _units(paragraph, face, size, width):
        needed = face.width(unit.rstrip(), size)
        air = _joint(line[-1:], unit[0]) * size / 1000
        if line and used + air + needed > width:
            yield line.rstrip()
            line, used, air = "", 0.0, 0.0
        line += unit
        used += air + (face.width(unit, size) if unit[-1].isspace() else needed)
    if line:
        yield line.rstrip()


def _joint(before: str, after: str) -> float:
    """How much two characters stand nearer or farther than their widths say."""
    if "\u4e00" <= before <= "\u9fff" and "\u4e00" <= after <= "\u9fff":
        return 0.0  # what a Chinese text mostly is made of
    pair = before + after
    return 0.0 if pair.isascii() else sum(width for _, width in joints(pair))


def _units(paragraph: str, face: Face, size: float, width: float) -> Iterator[str]:
    for match in _UNIT.finditer(paragraph):
        unit = match.group()
        if face.width(unit.rstrip(), size) <= width:
            yield unit
        else:  # longer than a line: it may break anywhere, but not before its last sign
            yield from unit[:-2]
            yield unit[-2:]


def shortened(text: str, type_: Type, width: float) -> str:
    """``text`` on one line, cut with an ellipsis where it is too wide."""
    text = one_line(text)
    face = load_faces().for_text(text + ELLIPSIS, bold=type_.bold)
    if face.width(text, type_.size) <= width:
        return text
    return _cut(text, face, type_.size, width)


def _cut(line: str, face: Face, size: float, width: float) -> str:
    """``line`` with an ellipsis at its end, inside ``width``."""
    spare = width * 1000 / size
    for place, character in enumerate(line):
        spare -= face.widths[ord(character)]
        if spare < 0:  # joints apart, no more can fit
            line = line[:place]
            break
    while line and face.width(line + ELLIPSIS, size) > width:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS


class Text:
    """A block of plain text of a given width."""

    def __init__(self, text: str, type_: Type, width: float, max_lines: int | None = None) -> None:
        text = with_narrow_quotes(printable(text))
        self.type, self.width = type_, width
        self.origin: object = self  # of which text this is a part
        self.face = load_faces().for_text(text, bold=type_.bold)
        self.lines = break_lines(text, self.face, type_.size, width)
        if max_lines and len(self.lines) > max_lines:
            cut = _cut(self.lines[max_lines - 1], self.face, type_.size, width)
            self.lines = [*self.lines[: max_lines - 1], cut]

    @property
    def height(self) -> float:
        return len(self.lines) * self.type.leading

    def part(self, start: int, stop: int) -> Text:
        """The lines from ``start`` to ``stop`` as a block of their own."""
        piece = Text("", self.type, self.width)
        piece.face, piece.lines, piece.origin = self.face, self.lines[start:stop], self.origin
        return piece

    def paint(self, paper: Paper, x: float, top: float) -> None:
        if not self.lines:
            return
        leading = self.type.leading
        first = top - leading / 2 - 0.36 * self.type.size
        places = [
            (x + self._indent(line), first - number * leading, line)
            for number, line in enumerate(self.lines)
        ]
        paper.texts(places, self.face, self.type.size, self.type.colour, self.origin)

    def _indent(self, line: str) -> float:
        if self.type.align == "left":  # the empty half of a wide bracket hangs out
            wide = line[0] in OPENING and self.face.widths[ord(line[0])] >= 1000
            return -self.type.size / 2 if wide else 0.0
        spare = self.width - self.face.width(line, self.type.size)
        return spare if self.type.align == "right" else spare / 2
