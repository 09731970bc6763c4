"""Reading tables that people made: CSV in any encoding and delimiter that spreadsheets write."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from surveyapp.errors import BadInput

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000
ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Table:
    """The rows of a file with their line numbers, and how it was read."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]  # (line, cells)
    encoding: str
    delimiter: str


def read_table(content: bytes, name: str) -> Table:
    """The table in ``content``; raises BadInput with the line and the mend."""
    if len(content) > MAX_BYTES:
        raise BadInput(f"{name} is too large", [f"split it: at most {MAX_BYTES >> 20} MiB"])
    text, encoding = _decoded(content, name)
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first:
        raise BadInput(f"{name} is empty", ["line 1: write a header line and one row a person"])
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, tuple[str, ...]]] = []
    start = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                lines.append((start, tuple(cell.strip() for cell in row)))
            start = reader.line_num + 1
            if len(lines) > MAX_ROWS:
                raise BadInput(f"{name} has too many rows", [f"split it: at most {MAX_ROWS}"])
    except csv.Error as error:
        raise BadInput(
            f"{name} cannot be read", [f"line {start}: {error}; check the quotation marks"]
        ) from error
    (_, header), *rows = lines
    return Table(header, tuple(rows), encoding, delimiter)


def _decoded(content: bytes, name: str) -> tuple[str, str]:
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    line = content[: _first_bad_byte(content)].count(b"\n") + 1
    raise BadInput(
        f"{name} is neither UTF-8 nor GB18030",
        [f'line {line}: save it as "CSV UTF-8" in the spreadsheet program'],
    )


def _first_bad_byte(content: bytes) -> int:
    try:
        content.decode("gb18030")
    except UnicodeDecodeError as error:
        return error.start
    return max(content.find(b"\x00"), 0)
