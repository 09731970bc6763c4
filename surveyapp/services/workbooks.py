"""Reading a workbook (.xlsx) as rows of text: within bounds, and nothing in it is run.

A workbook is a ZIP of XML. Its sizes are checked as they are declared before anything is unpacked;
unpacking gives no more than is declared. Formulas count as the results that were saved with them,
links to other files are not followed, and a workbook with macros is refused.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import repeat
from operator import is_not
from typing import Any, NoReturn
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils import get_column_letter

from questionnaires.sentences import Sentence
from surveyapp.errors import BadInput, Mistake
from surveyapp.i18n import N_

MARK = b"PK\x03\x04"
MAX_UNPACKED = 64 * 1024 * 1024
MAX_RATIO = 200  # of a large part; ordinary sheets shrink to a tenth or a thirtieth
LARGE = 1024 * 1024
MAX_PARTS = 1000
MAX_SHEETS = 50
MAX_COLUMNS = 300
MAX_CELL = 32_767  # characters, as in Excel
LAST_ROW = 1_048_576  # as in Excel
MAX_MERGED_NAMED = 5
CONTENT_TYPES = "[Content_Types].xml"
FORMULA = re.compile(rb"<(\w+:)?f[\s>/]")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*ref=[\"']([A-Z0-9:]+)[\"']")
AS_CSV = Sentence(
    N_('save it as "Excel workbook (.xlsx)" or as "CSV UTF-8" in the spreadsheet program')
)
UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,  # another compression
    RuntimeError,  # a password
    EOFError,
    OSError,
    ValueError,
)
DAMAGED = Mistake(Sentence(N_("it is damaged")), AS_CSV)
TOO_MANY_PARTS = Sentence(N_("it has more than %(most)d parts"), most=MAX_PARTS)
UNREAD = N_("%(name)s cannot be read as a workbook")


@dataclass(frozen=True)
class SheetRows:
    """The rows of one sheet that hold anything, as text, with their row numbers."""

    sheet: str
    others: tuple[str, ...]  # the other visible sheets, which were not read
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_workbook(content: bytes, name: str, most_rows: int, sheet: str = "") -> SheetRows:
    """The named sheet, or the first visible one that holds anything."""
    _require_harmless(content, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions it leaves out
        try:
            return _Reader(content, name, most_rows).read(sheet)
        except (BadInput, MemoryError):
            raise
        except Exception as error:  # whatever openpyxl says to a damaged file
            raise BadInput(UNREAD, [DAMAGED], name=name) from error


def _require_harmless(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            mistake = _harm(archive)
    except UNREADABLE as error:
        raise BadInput(UNREAD, [DAMAGED], name=name) from error
    if mistake:
        raise BadInput(N_("%(name)s is refused"), [mistake], name=name)


def _harm(archive: zipfile.ZipFile) -> Mistake | None:
    """What about a file would do harm; the first reason forbids to look for the next."""
    parts = archive.infolist()
    checks: list[tuple[Callable[[], bool], Sentence, Sentence]] = [
        (lambda: len(parts) > MAX_PARTS, TOO_MANY_PARTS, AS_CSV),
        (
            lambda: sum(part.file_size for part in parts) > MAX_UNPACKED,
            Sentence(N_("unpacked it has more than %(most)d MiB"), most=MAX_UNPACKED >> 20),
            Sentence(N_("split it")),
        ),
        (
            lambda: any(map(_swells, parts)),
            Sentence(
                N_("a part of it unpacks to more than %(times)d times its size"), times=MAX_RATIO
            ),
            AS_CSV,
        ),
        (
            lambda: CONTENT_TYPES not in archive.namelist(),
            Sentence(N_("it is a ZIP file and no workbook")),
            AS_CSV,
        ),
        (
            lambda: any(part.flag_bits & 1 for part in parts),
            Sentence(N_("it is encrypted")),
            Sentence(N_("save it without a password")),
        ),
        (
            lambda: _has_macros(archive, parts),
            Sentence(N_("it holds macros")),
            Sentence(N_('save it as "Excel workbook (.xlsx)"')),
        ),
        (
            lambda: any(_declares_a_doctype(archive, part) for part in parts),
            Sentence(N_("its XML declares a document type, as no spreadsheet program does")),
            AS_CSV,
        ),
    ]
    return next((Mistake(reason, mend) for found, reason, mend in checks if found()), None)


def _swells(part: zipfile.ZipInfo) -> bool:
    return part.file_size > LARGE and part.file_size > MAX_RATIO * max(part.compress_size, 1)


def _has_macros(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bool:
    names = (part.filename.lower() for part in parts)
    types = archive.read(CONTENT_TYPES).lower()
    return (
        any("vbaproject" in name or "/macrosheets/" in name for name in names)
        or b"macroenabled" in types
        or b"macrosheet" in types
    )


class _Begun(Exception):
    """The first element of an XML document: no document type can follow."""


class _Doctype(Exception):
    pass


def _declares_a_doctype(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part could define entities, which some parsers would expand without end."""

    def begun(*_: object) -> None:
        raise _Begun

    def doctype(*_: object) -> None:
        raise _Doctype

    parser = expat.ParserCreate()
    parser.StartElementHandler = begun
    parser.StartDoctypeDeclHandler = doctype
    with archive.open(part) as stream:
        try:
            while chunk := stream.read(1 << 16):
                parser.Parse(chunk)
        except _Begun:
            return False
        except _Doctype:
            return True
        except expat.ExpatError as error:
            if part.filename.lower().endswith((".xml", ".rels")):
                raise ValueError(part.filename) from error
    return False


@dataclass
class _Reader:
    content: bytes
    name: str
    most_rows: int
    mistakes: list[Mistake] = field(default_factory=list)

    def read(self, wanted: str) -> SheetRows:
        visible, chosen = self._sheets(wanted)
        for sheet in chosen:
            rows = tuple(self._rows(sheet))
            if rows:
                self._require_plain_cells(sheet)
                others = tuple(one.title for one in visible if one is not sheet)
                return SheetRows(sheet.title, others, rows)
        return self._refuse(N_("it is empty"), N_("write a header line and one row a person"))

    def _sheets(self, wanted: str) -> tuple[list[Any], list[Any]]:
        """The visible sheets, and those to choose the first from."""
        sheets = list(self._book(data_only=True).worksheets)
        if len(sheets) > MAX_SHEETS:
            self._refuse(
                N_("it has more than %(most)d sheets"),
                N_("delete those that hold no rows"),
                most=MAX_SHEETS,
            )
        visible = [one for one in sheets if one.sheet_state == "visible"]
        named = [one for one in sheets if one.title == wanted]
        if wanted and not named:
            self._refuse(
                N_('it has no sheet "%(wanted)s"'),
                N_("its sheets are %(titles)s"),
                wanted=wanted,
                titles=[f'"{one.title}"' for one in sheets],
            )
        return visible, named or visible

    def _book(self, *, data_only: bool) -> Any:
        return load_workbook(
            io.BytesIO(self.content), read_only=True, data_only=data_only, keep_links=False
        )

    def _refuse(self, reason: str, mend: str, **words: object) -> NoReturn:
        mistake = Mistake(Sentence(reason, **words), Sentence(mend, **words))
        raise BadInput(N_("%(name)s cannot be used"), [mistake], name=self.name)

    def _rows(self, sheet: Any) -> Iterator[tuple[int, tuple[str, ...]]]:
        found = 0
        for number, cells in self._numbered(sheet):
            texts = [self._text(sheet, number, at, cell) for at, cell in enumerate(cells)]
            width = max((at for at, text in enumerate(texts, start=1) if text), default=0)
            if width > MAX_COLUMNS:
                self._refuse(
                    N_("row %(row)d is wider than %(most)d columns"),
                    N_("split it"),
                    row=number,
                    most=MAX_COLUMNS,
                )
            if width:
                found += 1
                yield number, tuple(texts[:width])
            if found > self.most_rows + 1:
                self._refuse(
                    N_("it has too many rows"),
                    N_("split it: at most %(most)d"),
                    most=self.most_rows,
                )

    def _numbered(self, sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """The rows with a cell in them, and their numbers; sheets may have a million without."""
        sheet.reset_dimensions()  # what the file says of its size need not be true
        before: tuple[Any, ...] = ()
        for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
            if number > LAST_ROW:
                self._refuse(N_("it has rows below %(last)d"), AS_CSV, last=LAST_ROW)
            # Rows that the file leaves out come as one and the same object.
            if cells is not before and any(map(is_not, cells, repeat(EMPTY_CELL))):
                yield number, cells
            before = cells

    def _text(self, sheet: Any, row: int, at: int, cell: Any) -> str:
        if cell is EMPTY_CELL or cell.value is None:
            return ""
        text = _shown(cell)
        if cell.data_type == "e":
            mend = N_("mend its formula, or write the text")
            self._wrong(sheet, row, at, N_("shows %(text)s"), mend, text=text)
        if len(text) > MAX_CELL:
            said = N_("has more than %(most)d characters")
            self._wrong(sheet, row, at, said, N_("shorten it"), most=MAX_CELL)
        return text

    def _wrong(
        self, sheet: Any, row: int, at: int, message: str, mend: str, /, **words: object
    ) -> None:
        letter = get_column_letter(at + 1)
        message, mend = Sentence(message, **words), Sentence(mend, **words)
        self.mistakes.append(Mistake(message, mend, row, letter + str(row), letter, sheet.title))

    def _require_plain_cells(self, sheet: Any) -> None:
        """Refuse what would be read as empty although people see something there."""
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            xml = archive.read(sheet._worksheet_path)
        merged = [found.decode() for found in MERGED.findall(xml)]
        if merged:
            said = Sentence(N_("%(cells)s are merged"), cells=merged[:MAX_MERGED_NAMED])
            mend = Sentence(N_("take the cells apart and fill each"))
            self.mistakes.append(Mistake(said, mend, sheet=sheet.title))
        if FORMULA.search(xml):
            self._require_results(sheet)
        if self.mistakes:
            raise BadInput(N_("%(name)s cannot be used"), self.mistakes[:200], name=self.name)

    def _require_results(self, sheet: Any) -> None:
        """A formula that no spreadsheet program has worked out yet has no result to read."""
        formulas = self._book(data_only=False)[sheet.title]
        for (row, worked_out), (_, written) in zip(
            self._numbered(sheet), self._numbered(formulas), strict=False
        ):
            for at, (result, formula) in enumerate(zip(worked_out, written, strict=True)):
                empty_text = result.data_type == "str"  # the result of ="" has a type, and is one
                if formula.data_type == "f" and result.value is None and not empty_text:
                    self._wrong(
                        sheet, row, at, N_("holds a formula without a saved result"),
                        N_("open the workbook in a spreadsheet program and save it"),
                    )  # fmt: skip


def _shown(cell: Any) -> str:
    """A value as people see it in the sheet."""
    value = cell.value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and re.fullmatch("0+", cell.number_format or ""):
        return str(value).zfill(len(cell.number_format))  # an id such as 007
    return str(value).strip()
