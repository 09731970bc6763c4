"""A workbook: one sheet that explains, then one per table. The same export gives the same bytes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from datetime import datetime
from io import BytesIO
from shutil import copyfileobj
from typing import Any
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from analysis.export.model import Chapter, Column, Export, Kind, Range, Table, Value, Why
from analysis.export.plain import plain

NAVY, PALE, MUTED, WHITE = "12355B", "8FB8DE", "6B7280", "FFFFFF"
FACE = "Calibri"
FORMATS: dict[Kind, str] = {
    "text": "@",  # stays text even if somebody edits the cell
    "score": "0.0",
    "difference": "[>=0.05]+0.0;[<=-0.05]-0.0;0.0",
    "coefficient": "0.00",
    "percent": "0%",
    "count": "0",
}
ABOUT_WIDTHS = (34, 110)
LINE, HEADER = 15.0, 32.0  # heights in points
A4 = 9
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # how a workbook writes a character by its number
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_LEFT = Alignment(vertical="top", wrap_text=True)
_CENTRE = Alignment(horizontal="center", vertical="top", wrap_text=True)
_FIRST_OF_ALL = (1980, 1, 1, 0, 0, 0)  # the time of files in a ZIP that have none

Sheet = Any  # openpyxl gives sheets that are only written no type of their own


def to_xlsx(export: Export) -> bytes:
    """The export as a workbook."""
    book = Workbook(write_only=True)
    made = datetime.fromisoformat(export.date) if export.date else datetime(*_FIRST_OF_ALL)  # noqa: DTZ001 - a day
    book.properties.creator = "surveyapp"
    book.properties.title = plain(export.title)
    book.properties.created = made
    _about(book.create_sheet(export.about), export)
    for table in export.sheets:
        _sheet(book.create_sheet(table.name), table, export)
    written = BytesIO()
    book.save(written)
    return _timeless(written, made)


def _about(sheet: Sheet, export: Export) -> None:
    for place, width in enumerate(ABOUT_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    _prepare_page(sheet)
    pen = _Pen(sheet)
    pen.write([pen.heading(export.title, 16)], 24)
    facts, *rules = export.chapters
    sheets, *columns = _of_sheets(export)
    for chapter in (facts, sheets, *rules, *columns):
        pen.write([])
        pen.write([pen.heading(chapter.title, 12)], 18)
        for name, meaning in chapter.lines:
            cells = [pen.text(name, font=_font(bold=True)), pen.text(meaning)]
            pen.write(cells, _height(((name, ABOUT_WIDTHS[0]), (meaning, ABOUT_WIDTHS[1]))))


def _of_sheets(export: Export) -> Iterator[Chapter]:
    yield Chapter(export.tables, tuple((table.name, table.meaning) for table in export.sheets))
    for table in export.sheets:
        columns = tuple((column.name, column.meaning) for column in table.columns)
        yield Chapter(export.columns_of.format(table=table.name), columns)


def _sheet(sheet: Sheet, table: Table, export: Export) -> None:
    letters = {
        column.key: get_column_letter(place) for place, column in enumerate(table.columns, start=1)
    }
    for column in table.columns:
        sheet.column_dimensions[letters[column.key]].width = column.width
    sheet.freeze_panes = f"{get_column_letter(table.fixed + 1)}2"
    _prepare_page(sheet)
    sheet.print_title_rows = "1:1"
    pen = _Pen(sheet, export.flags)
    pen.write([pen.header(column) for column in table.columns], HEADER)
    for row in table.rows():
        pen.write(
            [pen.cell(column.kind, row.get(column.key)) for column in table.columns],
            _height(
                (str(row.get(each.key) or ""), each.width)
                for each in table.columns
                if each.kind == "text"
            ),
        )
    last = max(pen.lines, 2)
    sheet.auto_filter.ref = f"A1:{letters[table.columns[-1].key]}{last}"
    for key in table.shaded:
        sheet.conditional_formatting.add(
            f"{letters[key]}2:{letters[key]}{last}", _shade(export.scale)
        )


def _prepare_page(sheet: Sheet) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0


def _shade(scale: tuple[int, int]) -> Any:
    low, high = scale
    return ColorScaleRule(  # type: ignore[no-untyped-call]
        start_type="num",
        start_value=low,
        start_color=WHITE,
        end_type="num",
        end_value=high,
        end_color=PALE,
    )


def _font(**style: Any) -> Font:
    return Font(name=FACE, **{"size": 11, **style})


def _height(texts: Iterable[tuple[str, int]]) -> float:
    """Of a row of texts in columns of such widths; programs do not all find out by themselves."""
    return LINE * max((_lines(text, width) for text, width in texts), default=1)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes, a Chinese character being as wide as two Latin ones."""
    if len(text) * 2 <= width and "\n" not in text:
        return 1
    return sum(
        1 + sum(2 if east_asian_width(letter) in "WF" else 1 for letter in line) // width
        for line in text.splitlines()
    )


class _Pen:
    """Writes one sheet, row by row.

    A style is made once and shared, as there may be a million cells.
    """

    def __init__(self, sheet: Sheet, flags: tuple[str, str] = ("", "")) -> None:
        self.sheet, self.flags, self.lines = sheet, flags, 0
        self.styles: dict[tuple[str, bool, bool], Any] = {}

    def write(self, cells: Sequence[Cell | None], height: float = LINE) -> None:
        self.lines += 1
        if height == LINE:
            self.sheet.append(list(cells))
            return
        self.sheet.row_dimensions[self.lines].height = height
        self.sheet.append(list(cells))
        del self.sheet.row_dimensions[self.lines]  # it is written; there may be very many

    def text(self, text: str, **style: Any) -> Cell:
        """A cell that holds text, whatever the text looks like."""
        cell = self._typed("s", text, FORMATS["text"])
        cell._style = copy(cell._style)  # type: ignore[attr-defined]  # the shared one stays as it is
        for name, value in style.items():
            setattr(cell, name, value)
        return cell

    def heading(self, text: str, size: int) -> Cell:
        return self.text(text, font=_font(bold=True, size=size, color=NAVY), alignment=Alignment())

    def header(self, column: Column) -> Cell:
        side = "left" if column.kind == "text" else "center"
        return self.text(
            column.name,
            font=_font(bold=True, color=WHITE),
            fill=PatternFill("solid", start_color=NAVY),
            alignment=Alignment(horizontal=side, vertical="center", wrap_text=True),
        )

    def cell(self, kind: Kind, value: Value) -> Cell | None:
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            value = self.flags[value]
        if isinstance(value, str):
            return self._typed("s", value, FORMATS["text"])
        if isinstance(value, Why):
            return self._typed("s", value.words, FORMATS["text"], centred=True, muted=True)
        if isinstance(value, Range):  # the number is there, the words are seen
            return self._typed("n", value.middle, f'"{value.words}"', centred=True)
        told = FORMATS["count" if isinstance(value, int) else kind]
        return self._typed("n", value, told, centred=True)

    def _typed(
        self,
        data_type: str,
        value: str | float,
        number_format: str,
        *,
        centred: bool = False,
        muted: bool = False,
    ) -> Cell:
        cell = WriteOnlyCell(self.sheet)
        cell.value = _ESCAPED.sub("_x005F_", plain(value)) if isinstance(value, str) else value
        cell.data_type = data_type  # never "f", which openpyxl makes of what begins with "="
        cell._style = self._style(number_format, centred, muted)  # type: ignore[attr-defined]
        return cell

    def _style(self, number_format: str, centred: bool, muted: bool) -> Any:
        key = (number_format, centred, muted)
        if key not in self.styles:
            model = WriteOnlyCell(self.sheet)
            model.number_format = number_format
            model.alignment = _CENTRE if centred else _LEFT
            model.font = _font(italic=True, color=MUTED) if muted else _font()
            self.styles[key] = model._style  # type: ignore[attr-defined]
        return self.styles[key]


def _timeless(written: BytesIO, made: datetime) -> bytes:
    """The same workbook without the time of writing, which is all that differs from another one."""
    whole = BytesIO()
    with zipfile.ZipFile(written) as book, zipfile.ZipFile(whole, "w") as copied:
        for name in book.namelist():
            file = zipfile.ZipInfo(name, _FIRST_OF_ALL)
            file.compress_type = zipfile.ZIP_DEFLATED
            with book.open(name) as old, copied.open(file, "w") as new:
                if name == "docProps/core.xml":
                    day = f"{made:%Y-%m-%dT%H:%M:%SZ}".encode()
                    new.write(_MODIFIED.sub(rb"\g<1>" + day, old.read()))
                else:
                    copyfileobj(old, new)
    return whole.getvalue()
