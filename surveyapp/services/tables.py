"""Reading files that people made: tables as spreadsheets write them, and small YAML maps."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

import yaml
from openpyxl.utils import get_column_letter
from pydantic import BaseModel, ValidationError

from questionnaires import shape
from questionnaires.mistakes import path_text
from questionnaires.sentences import Sentence
from surveyapp.errors import BadInput, Mistake, line_of
from surveyapp.i18n import N_
from surveyapp.services import workbooks

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000
MAX_MISTAKES = 200
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",;\t"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")  # "Unicode text" of Excel
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx with a password

ModelT = TypeVar("ModelT", bound=BaseModel)


@dataclass(frozen=True)
class Table:
    """The rows of a file with their line numbers, and how it was read."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]  # (line, cells)
    encoding: str
    delimiter: str
    header_line: int = 1
    sheet: str = ""  # of a workbook
    other_sheets: tuple[str, ...] = ()  # of a workbook: those that were not read

    def mistake(
        self,
        line: int,
        message: str,
        mend: str,
        column: str = "",
        at: int | None = None,
        /,
        **words: object,
    ) -> Mistake:
        """Something wrong in a row; ``at`` is the place of the column in the header.

        The words are those of the message and of its mend.
        """
        letter = get_column_letter(at + 1) if self.sheet and at is not None else ""
        message, mend = Sentence(message, **words), Sentence(mend, **words)
        return Mistake(message, mend, line, column, letter, self.sheet)

    def line_of(self, number: int) -> Sentence:
        return line_of(number, self.sheet)

    @property
    def read_as(self) -> str:
        """How it was read, for whoever wonders at what came out."""
        if not self.sheet:
            return self.encoding
        left = ", ".join(f'"{title}"' for title in self.other_sheets)
        return f'sheet "{self.sheet}"' + (f", not {left}" if left else "")


def read_table(content: bytes, name: str, sheet: str = "") -> Table:
    """The table in ``content``, CSV or a workbook; raises BadInput with the line and the mend.

    Blank rows are left out, and so are the empty columns that spreadsheets write at the right.
    """
    if len(content) > MAX_BYTES:
        mend = Sentence(N_("split it: at most %(most)d MiB"), most=MAX_BYTES >> 20)
        raise BadInput(N_("%(name)s is too large"), [mend], name=name)
    if content.startswith(workbooks.MARK):
        return _workbook(content, name, sheet)
    if sheet:
        mend = Sentence(N_("leave out --sheet: it is for workbooks"))
        raise BadInput(N_("%(name)s has no sheets"), [mend], name=name)
    text, encoding = _decoded(content, name)
    delimiter, skipped = _delimiter(text)
    (header_line, header), *rows = _lines(text, delimiter, skipped, name)
    width = max((place for place, cell in enumerate(header, start=1) if cell), default=0)
    return Table(
        header=header[:width],
        rows=tuple(
            (line, cells if len(cells) > len(header) or any(cells[width:]) else cells[:width])
            for line, cells in rows
        ),
        encoding=encoding,
        delimiter=delimiter,
        header_line=header_line,
    )


def _workbook(content: bytes, name: str, sheet: str) -> Table:
    read = workbooks.read_workbook(content, name, MAX_ROWS, sheet)
    (header_line, header), *rows = read.rows
    width = len(header)
    return Table(
        header=header,
        # A row ends at its last cell, and a cell beyond the header is kept to be reported.
        rows=tuple((line, cells + ("",) * (width - len(cells))) for line, cells in rows),
        encoding="xlsx",
        delimiter="",
        header_line=header_line,
        sheet=read.sheet,
        other_sheets=read.others,
    )


def _delimiter(text: str) -> tuple[str, int]:
    """The delimiter, and how many lines at the top only announce it (``sep=;``)."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    announced = re.fullmatch(r'"?sep=(.)"?\s*', first)
    if announced and text.startswith(first):
        return announced[1], 1
    return max(DELIMITERS, key=first.count), 0


def _lines(text: str, delimiter: str, skipped: int, name: str) -> list[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, tuple[str, ...]]] = []
    start = 1
    try:
        for row in reader:
            if start > skipped and any(cell.strip() for cell in row):
                lines.append((start, tuple(cell.strip() for cell in row)))
            start = reader.line_num + 1
            if len(lines) > MAX_ROWS:
                mend = Sentence(N_("split it: at most %(most)d"), most=MAX_ROWS)
                raise BadInput(N_("%(name)s has too many rows"), [mend], name=name)
    except csv.Error as error:
        mistake = Mistake(str(error), Sentence(N_("check the quotation marks")), start)
        raise BadInput(N_("%(name)s cannot be read"), [mistake], name=name) from error
    if not lines:
        mistake = Mistake("", Sentence(N_("write a header line and one row a person")), 1)
        raise BadInput(N_("%(name)s is empty"), [mistake], name=name)
    return lines


def _decoded(content: bytes, name: str) -> tuple[str, str]:
    if content.startswith(OLD_WORKBOOK):
        mend = Sentence(N_("%(as_csv)s, without a password"), as_csv=workbooks.AS_CSV)
        raise BadInput(
            N_("%(name)s is an old workbook (.xls) or has a password"), [mend], name=name
        )
    for encoding in ("utf-16",) if content.startswith(UTF16_MARKS) else ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    line = content[: _first_bad_byte(content)].count(b"\n") + 1
    mend = Sentence(N_('save it as "CSV UTF-8" in the spreadsheet program'))
    raise BadInput(
        N_("%(name)s is neither UTF-8 nor GB18030"), [Mistake("", mend, line)], name=name
    )


def _first_bad_byte(content: bytes) -> int:
    try:
        content.decode("gb18030")
    except UnicodeDecodeError as error:
        return error.start
    return max(content.find(b"\x00"), 0)


def has_control_character(text: str) -> bool:
    """Whether a text that should be one line holds a line break or another control character."""
    return any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in text)


def refuse(name: str, mistakes: Sequence[str | Mistake]) -> NoReturn:
    """Raise BadInput for a file with these mistakes, the first ones in full."""
    count = len(mistakes)
    shown: list[str | Mistake] = list(mistakes[:MAX_MISTAKES])
    if count > MAX_MISTAKES:
        shown.append(Sentence(N_("... and %(count)d more"), count=count - MAX_MISTAKES))
    several = N_("%(name)s has %(count)d mistakes; nothing was stored")
    one = N_("%(name)s has 1 mistake; nothing was stored")
    raise BadInput(one if count == 1 else several, shown, name=name, count=count)


def read_yaml_as(
    model: type[ModelT], form: shape.Form, content: bytes, name: str, *, below: str = ""
) -> ModelT:
    """The mapping in a YAML file, or below a key of it, as ``model`` describes it.

    ``form`` says how it is written. Raises BadInput with every mistake, its line and its mend.
    """
    raw = read_yaml_mapping(content, name)
    top = (below,) if below else ()
    try:
        return model.model_validate(raw[below] if below else raw)
    except ValidationError as error:
        found = shape.findings(error.errors(include_url=False), form)
    root = yaml.compose(content, Loader=_Loader)
    refuse(
        name,
        [
            Mistake(each.message, each.hint, _line_of(root, path), path_text(path))
            for each in found
            for path in [(*top, *each.path)]
        ],
    )


def _line_of(node: yaml.Node | None, path: Sequence[object]) -> int:
    """Where the value at a path stands, or what it should stand in."""
    line = node.start_mark.line + 1 if node else 1
    for part in path:
        if isinstance(node, yaml.MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value}
            key, node = pairs.get(str(part), (None, None))
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            key = node = node.value[part]
        else:
            break
        line = key.start_mark.line + 1 if key else line
    return line


class _Loader(yaml.SafeLoader):
    """Refuses what YAML would silently drop: the first of two equal keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = Counter(key.value for key, _ in node.value if isinstance(key.value, str))
        for key, count in keys.items():
            if count > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f'"{key}" stands {count} times', node.start_mark
                )
        return super().construct_mapping(node, deep)


def read_yaml_mapping(content: bytes, name: str) -> dict[Any, Any]:
    """The mapping in a YAML file; raises BadInput with the line."""
    try:
        raw = yaml.load(content, _Loader)  # noqa: S506 - it is a SafeLoader
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or Sentence(N_("it cannot be read"))
        line = mark.line + 1 if mark else None
        mistake = Mistake(problem, Sentence(N_("correct it")), line)
        raise BadInput(N_("%(name)s is no YAML"), [mistake], name=name) from error
    if not isinstance(raw, dict):
        mend = Sentence(N_('write lines such as "id: Staff number"'))
        raise BadInput(N_("%(name)s is no mapping"), [Mistake("", mend, 1)], name=name)
    return raw
