"""Workbooks as spreadsheet programs write them, and as nobody but an attacker does."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from openpyxl import Workbook

from tests.people import ROSTER


def workbook(rows: list[list], title: str = "People", **sheets: list[list]) -> bytes:
    """A workbook with these rows in its first sheet, and more sheets by name."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_rows(csv: str) -> list[list[str]]:
    return [line.split(",") for line in csv.splitlines()]


def roster_workbook() -> bytes:
    return workbook(as_rows(ROSTER))


def changed(content: bytes, part: str, change: Callable[[bytes], bytes], **more: bytes) -> bytes:
    """The same workbook with one part changed and others added."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            data = before.read(name)
            after.writestr(name, change(data) if name == part else data)
        for name, data in more.items():
            after.writestr(name, data)
    return file.getvalue()
