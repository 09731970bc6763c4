"""Long lists, one page at a time: always two statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

SIZE = 50
Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    rows: list[Row]
    number: int  # from 1
    count: int  # of all rows
    size: int = SIZE

    @property
    def last(self) -> int:
        return max(1, -(-self.count // self.size))


def paged(
    session: Session, wanted: Select[*tuple[Any, ...]], number: int, size: int = SIZE
) -> Page[Any]:
    """The rows of a page; a number that lies outside gives the first or the last one."""
    count = session.scalar(select(func.count()).select_from(wanted.order_by(None).subquery())) or 0
    number = min(max(number, 1), Page([], 1, count, size).last)
    rows = session.execute(wanted.limit(size).offset((number - 1) * size))
    return Page(list(rows), number, count, size)


def page_of(rows: Sequence[Row], number: int, size: int = SIZE) -> Page[Row]:
    """The same of rows that are known already."""
    number = min(max(number, 1), Page([], 1, len(rows), size).last)
    return Page(list(rows[(number - 1) * size : number * size]), number, len(rows), size)
