"""Tables as CSV: one header of keys that are never translated, one row per fact."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

from analysis.export.model import Column, Export, Range, Table, Value, Why
from analysis.export.plain import inert

NOTE = "_note"  # beside a number: why there is none, or the range that it is told as
ABOUT = ("chapter", "name", "meaning")


def to_csv(export: Export) -> Iterator[tuple[str, bytes]]:
    """The files of an export in UTF-8, by name; ``about.csv`` explains the others."""
    yield "about.csv", _written([ABOUT, *_about(export)])
    for table in export.files:
        yield f"{table.key}.csv", _written(_lines(table))


def _about(export: Export) -> Iterator[tuple[str, ...]]:
    for chapter in export.chapters:
        yield from ((chapter.title, name, meaning) for name, meaning in chapter.lines)
    for table in export.files:
        yield f"{table.key}.csv", "", table.meaning
        for column in table.columns:
            meanings = (column.meaning, column.note)
            for name, meaning in zip(_names(column), meanings, strict=False):
                yield f"{table.key}.csv", name, meaning


def _lines(table: Table) -> Iterator[tuple[Value, ...]]:
    yield tuple(name for column in table.columns for name in _names(column))
    for row in table.rows():
        yield tuple(
            cell for column in table.columns for cell in _cells(column, row.get(column.key))
        )


def _names(column: Column) -> tuple[str, ...]:
    return (column.key, column.key + NOTE) if column.note else (column.key,)


def _cells(column: Column, value: Value) -> tuple[Value, ...]:
    number, note = value, None
    if isinstance(value, bool):
        number = str(value).lower()
    elif isinstance(value, Why):
        number, note = None, value.words
    elif isinstance(value, Range):
        number, note = value.middle, value.words
    return (number, note) if column.note else (number,)


def _written(lines: Iterator[tuple[Value, ...]] | list[tuple[str, ...]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for line in lines:
        writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in line])
    return text.getvalue().encode()
