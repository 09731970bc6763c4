"""Read a PDF back: what tests ask of a rendered report."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from io import BytesIO

import sample_reports
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from analysis.pdf import render_pdf


@cache
def rendered(name: str) -> bytes:
    return render_pdf(sample_reports.EVERY[name]())


def reader(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def without_spaces(text: str) -> str:
    return "".join(text.split())


def text_of(pdf: bytes) -> str:
    """The whole text without white space, as line ends are a matter of layout."""
    return without_spaces("".join(page.extract_text() for page in reader(pdf).pages))


def outline_titles(pdf: bytes) -> list[str]:
    def walk(entries) -> Iterator[str]:
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry)
            else:
                yield entry.title

    return list(walk(reader(pdf).outline))


def objects(pdf: bytes) -> Iterator[object]:
    """Every object of the file, however deep."""
    document = reader(pdf)
    for number in sorted({*document.xref[0], *document.xref_objStm} - {0}):
        yield from _inside(document.get_object(IndirectObject(number, 0, document)))


def _inside(item: object) -> Iterator[object]:
    yield item
    if isinstance(item, DictionaryObject):
        for value in item.values():
            yield from _inside(value)
    elif isinstance(item, ArrayObject):
        for value in item:
            yield from _inside(value)


def keys(pdf: bytes) -> set[str]:
    return {key for item in objects(pdf) if isinstance(item, DictionaryObject) for key in item}


def streams(pdf: bytes) -> bytes:
    return b"".join(item.get_data() for item in objects(pdf) if isinstance(item, StreamObject))
