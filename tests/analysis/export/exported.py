"""Exports of small cycles, and how to read them back."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace

import openpyxl

from analysis import analyse
from analysis.export import export_of, to_csv, to_xlsx
from tests.analysis.cycles import comment, cycle, rows

# One manager is seen by all, one has groups that are merged, one is hardly seen at all.
ANSWERS = {
    "a": {
        "SELF": [[5, 5, 2, 2]],
        "SUPERVISOR": [[4, 4, 3, 3]],
        "PEER": [[4, 4, 3, 2], [5, 4, 3, 3], [4, 5, 2, 3], [4, 4, 4, 4]],
        "CUSTOMER": [[5, 5, 3, 3]] * 5,
    },
    "b": {"SUPERVISOR": [], "PEER": rows(3, 3), "CUSTOMER": rows(4, 5)},
    "c": {"PEER": rows(1, 2)},
}
COMMENTS = (
    comment("a", "CUSTOMER", "Very good"),
    comment("a", "PEER", "kept-for-four-peers"),  # comments are shown from five on
    comment("a", "CUSTOMER", "Bad"),
    comment("a", "SELF", "I try"),
    comment("a", "CUSTOMER", "很好\n第二行"),
)


def results(answers=ANSWERS, **options):
    options = {"comments": COMMENTS, "invited": {"SUPERVISOR": 1}} | options
    return analyse(cycle(answers, **options))


def named(found, **names):
    """The same results, of people with such names."""
    people = {
        key: replace(of, ratee=replace(of.ratee, **names)) for key, of in found.ratees.items()
    }
    return replace(found, ratees=people)


def workbook(found=None, language="en") -> bytes:
    return to_xlsx(export_of([found or results()], language))


def files(found=None, language="en") -> dict[str, bytes]:
    return dict(to_csv(export_of([found or results()], language)))


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name) for name in book.namelist()}


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def lines(content: bytes, sheet: str) -> list[dict[str, object]]:
    """The rows of a sheet by its headers."""
    header, *values = opened(content)[sheet].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in values]


def records(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))
