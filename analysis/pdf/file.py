"""The bytes of the file: small objects packed together, as PDF has allowed since version 1.5.

A tagged report is made of a thousand small objects. ReportLab writes each by itself, with twenty
bytes in a table besides; packed into one compressed stream they take a tenth of that.
"""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDocument, PDFImageXObject, PDFStream, format
from reportlab.pdfgen.canvas import Canvas

HEADER = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
FREE, PLAIN, PACKED = 0, 1, 2  # how a line of the table tells where an object is
PACK = 200  # objects packed together: to read one, a program unpacks that many


class PackedDocument(PDFDocument):
    """A document that writes itself small. ReportLab calls ``format`` when all is painted."""

    mark = b""  # of the brand: with whose look it was painted

    def format(self) -> bytes:
        plain, packed = self._objects()
        body = bytearray(HEADER)
        places: dict[int, tuple[int, int, int]] = {0: (FREE, 0, 0xFFFF)}
        for number, content in plain:
            places[number] = (PLAIN, len(body), 0)
            body += _indirect(number, content)
        last = max((number for number, _ in plain + packed), default=0)
        for start in range(0, len(packed), PACK):
            pack, last = packed[start : start + PACK], last + 1
            places |= {number: (PACKED, last, at) for at, (number, _) in enumerate(pack)}
            places[last] = (PLAIN, len(body), 0)
            body += _indirect(last, _pack(pack))
        return bytes(body + self._table(places, body))

    def _objects(self) -> tuple[list[tuple[int, bytes]], list[tuple[int, bytes]]]:
        """All objects with their numbers: those with a stream, and those without."""
        document: Any = self  # of which the stub knows little
        document.Reference(document.Catalog)
        document.Reference(document.info)
        plain: list[tuple[int, bytes]] = []
        packed: list[tuple[int, bytes]] = []
        number = 1
        while number in document.numberToId:  # formatting one may make others
            held = document.idToObject[document.numberToId[number]]
            into = plain if isinstance(held, PDFStream | PDFImageXObject) else packed
            into.append((number, format(held, self, toplevel=1)))
            number += 1
        return plain, packed

    def _table(self, places: dict[int, tuple[int, int, int]], body: bytearray) -> bytes:
        """Where each object is, and which one is the root."""
        number = max(places) + 1
        places[number] = (PLAIN, len(body), 0)
        rows = b"".join(
            kind.to_bytes(1, "big") + place.to_bytes(4, "big") + rest.to_bytes(2, "big")
            for kind, place, rest in (places[each] for each in range(number + 1))
        )
        document: Any = self
        held = (document.Catalog, document.info)
        root, info = (format(document.Reference(each), self) for each in held)
        fingerprint = hashlib.sha256(body).hexdigest()[:32].encode()
        facts = b"/Type/XRef/Size %d/W[1 4 2]/Root %s/Info %s/ID[<%s><%s>]" % (
            number + 1, root, info, fingerprint, fingerprint,
        )  # fmt: skip
        end = b"%s\nstartxref\n%d\n%%%%EOF\n" % (self.mark, len(body))
        return _indirect(number, _stream(facts, rows)) + end


class PackedCanvas(Canvas):
    """A canvas whose document is packed, and whose pages begin empty."""

    def __init__(self, file: Any, **options: Any) -> None:
        super().__init__(file, **options)
        self._doc = PackedDocument(compression=1, invariant=1, lang=options["lang"])
        self._preamble = ""  # would choose a font that no text uses

    def finished(self) -> bytes:
        written: bytes = self._doc.GetPDFData(self)
        return written


def _pack(objects: list[tuple[int, bytes]]) -> bytes:
    heads, contents, at = [], [], 0
    for number, content in objects:
        heads.append(b"%d %d" % (number, at))
        contents.append(content.rstrip() + b"\n")
        at += len(contents[-1])
    head = b" ".join(heads) + b"\n"
    facts = b"/Type/ObjStm/N %d/First %d" % (len(objects), len(head))
    return _stream(facts, head + b"".join(contents))


def _stream(facts: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"<<%s/Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream\n" % (
        facts, len(packed), packed,
    )  # fmt: skip


def _indirect(number: int, content: bytes) -> bytes:
    return b"%d 0 obj\n%s\nendobj\n" % (number, content.rstrip(b"\n"))
