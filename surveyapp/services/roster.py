"""Reading a roster file: one row a person, checked as a whole before anything is stored.

A row with a position is a ratee; ``supervisor`` and ``peers`` name who rates them. A row with an
account is a customer contact; ``rates`` names whom they rate.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address

import yaml

from questionnaires.model import Relation
from surveyapp.errors import BadInput
from surveyapp.i18n import LANGUAGES
from surveyapp.services.tables import Table, read_table

# Column -> the headers that mean it (lower case).
COLUMNS = {
    "id": ("id", "编号", "工号"),
    "name": ("name", "姓名"),
    "email": ("email", "e-mail", "邮箱", "电子邮箱"),
    "language": ("language", "语言"),
    "position": ("position", "岗位", "职位"),
    "supervisor": ("supervisor", "上级"),
    "peers": ("peers", "同事"),
    "account": ("account", "客户公司", "客户"),
    "rates": ("rates", "客户经理", "评价对象"),
}
REQUIRED = ("id", "name", "email")
LANGUAGE_WORDS = {
    "zh": "zh",
    "中文": "zh",
    "zh-cn": "zh",
    "en": "en",
    "英文": "en",
    "english": "en",
}
LIMITS = {"id": 64, "name": 100, "email": 254, "position": 100, "account": 200}


@dataclass(frozen=True)
class RosterPerson:
    id: str
    name: str
    email: str
    language: str
    position: str
    account: str


@dataclass(frozen=True)
class Roster:
    """Who is known, and who rates whom: (rater id, ratee id, relation)."""

    people: tuple[RosterPerson, ...]
    assignments: tuple[tuple[str, str, Relation], ...]
    encoding: str

    @property
    def ratees(self) -> tuple[RosterPerson, ...]:
        return tuple(person for person in self.people if person.position)


@dataclass
class _Row:
    line: int
    cells: dict[str, str]
    mistakes: list[str] = field(default_factory=list)

    def wrong(self, column: str, message: str, mend: str) -> None:
        self.mistakes.append(f"line {self.line}, {column}: {message}; {mend}")

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def ids(self, column: str) -> list[str]:
        return [part for part in re.split(r"[|;,、；，\s]+", self[column]) if part]


def read_roster(content: bytes, name: str = "roster", column_map: bytes | None = None) -> Roster:
    """The roster in a CSV file; raises BadInput with every mistake, its line and its mend.

    ``column_map`` is a YAML mapping of our columns to the headers of the file.
    """
    table = read_table(content, name)
    rows = _named_rows(table, name, read_column_map(column_map) if column_map else {})
    _check_people(rows)
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        _check_relations(row, by_id)
    if not any(row["position"] for row in rows):
        rows[0].wrong(
            "position",
            "no row has a position, so nobody is rated",
            'give each account manager a position such as "key accounts"',
        )
    mistakes = [mistake for row in rows for mistake in row.mistakes]
    if mistakes:
        raise BadInput(f"{name} has {len(mistakes)} mistakes; nothing was stored", mistakes)
    people = tuple(
        RosterPerson(
            id=row["id"],
            name=row["name"],
            email=row["email"],
            language=LANGUAGE_WORDS[row["language"].lower() or LANGUAGES[0]],
            position=row["position"],
            account=row["account"],
        )
        for row in rows
    )
    return Roster(people, tuple(_assignments(rows)), table.encoding)


def read_column_map(content: bytes) -> dict[str, str]:
    """Header of the file -> our column, from YAML such as ``id: Employee number``."""
    try:
        raw = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise BadInput("The map is no YAML", [str(error).replace("\n", " ")]) from error
    if not isinstance(raw, dict):
        raise BadInput("The map is no mapping", ['write lines such as "id: Employee number"'])
    unknown = [
        f'"{column}" is no column of ours; use {", ".join(COLUMNS)}'
        for column in raw
        if column not in COLUMNS
    ]
    if unknown:
        raise BadInput("The map names unknown columns", unknown)
    return {str(header).strip().lower(): column for column, header in raw.items()}


def _named_rows(table: Table, name: str, column_map: Mapping[str, str]) -> list[_Row]:
    known = {word: column for column, words in COLUMNS.items() for word in words}
    known.update(column_map)
    columns = [known.get(cell.lower(), "") for cell in table.header]
    mistakes = [
        f'line 1: unknown column "{cell}"; use {", ".join(COLUMNS)}'
        for cell, column in zip(table.header, columns, strict=True)
        if not column
    ]
    mistakes += [
        f'line 1: column "{column}" is missing; add it to the header'
        for column in REQUIRED
        if column not in columns
    ]
    mistakes += [
        f'line 1: column "{column}" stands {count} times; keep one'
        for column, count in Counter(filter(None, columns)).items()
        if count > 1
    ]
    if not table.rows and not mistakes:
        mistakes.append("line 2: there is no row below the header; add one row a person")
    if mistakes:
        raise BadInput(f"The header of {name} is wrong; nothing was stored", mistakes)
    return [_row(line, cells, columns) for line, cells in table.rows]


def _row(line: int, cells: tuple[str, ...], columns: list[str]) -> _Row:
    texts = [unicodedata.normalize("NFC", cell) for cell in cells]
    row = _Row(line, dict(zip(columns, texts, strict=False)))
    if len(cells) != len(columns):
        row.wrong(
            "row",
            f"{len(cells)} cells where the header has {len(columns)}",
            "check the delimiters and quotation marks of this line",
        )
    return row


def _check_people(rows: list[_Row]) -> None:
    seen_ids: dict[str, int] = {}
    seen_mails: dict[str, int] = {}
    for row in rows:
        for column in REQUIRED:
            if not row[column]:
                row.wrong(column, "is empty", "every person needs one")
        for column, limit in LIMITS.items():
            _check_text(row, column, limit)
        if row["id"] and not re.fullmatch(r"\w[\w.\-]*", row["id"]):
            row.wrong(
                "id",
                f'"{row["id"]}" is not an id',
                "use letters, digits, dot, hyphen and underscore",
            )
        if row["email"] and not _is_address(row["email"]):
            row.wrong(
                "email", f'"{row["email"]}" is not a mail address', "write it as name@example.com"
            )
        if (row["language"].lower() or LANGUAGES[0]) not in LANGUAGE_WORDS:
            row.wrong("language", f'"{row["language"]}" is not spoken here', "write zh or en")
        _check_unique(row, "id", row["id"], seen_ids)
        _check_unique(row, "email", row["email"].lower(), seen_mails)


def _check_text(row: _Row, column: str, limit: int) -> None:
    text = row[column]
    if len(text) > limit:
        row.wrong(column, f"has {len(text)} characters", f"at most {limit} are allowed")
    if any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in text):
        row.wrong(column, "has a line break or control character", "type the text anew")


def _check_unique(row: _Row, column: str, value: str, seen: dict[str, int]) -> None:
    if value and value in seen:
        row.wrong(
            column,
            f'"{value}" stands in line {seen[value]} already',
            "one row a person: merge the two rows",
        )
    seen.setdefault(value, row.line)


def _is_address(text: str) -> bool:
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError):
        return False
    labels = address.domain.split(".")
    return bool(address.username) and len(labels) > 1 and all(labels) and " " not in text


def _check_relations(row: _Row, by_id: dict[str, _Row]) -> None:
    for column in ("supervisor", "peers", "rates"):
        if column != "rates" and row[column] and not row["position"]:
            row.wrong(
                column,
                "stands in a row without a position",
                "give the person a position, or empty this cell",
            )
        _check_references(row, column, by_id)
    if len(row.ids("supervisor")) > 1:
        row.wrong("supervisor", "names several people", "name one; put the others under peers")
    for peer in set(row.ids("peers")) & set(row.ids("supervisor")):
        row.wrong("peers", f'"{peer}" is the supervisor too', "name each person once")
    _check_account(row)


def _check_account(row: _Row) -> None:
    if row["account"] and row["position"]:
        row.wrong(
            "account",
            "stands in the row of an account manager",
            "account is for customer contacts; put each in a row of their own",
        )
    elif row["account"] and not row["rates"]:
        row.wrong("rates", "is empty for a customer contact", "name the account managers they rate")
    elif row["rates"] and not row["account"]:
        row.wrong("account", "is empty for a customer contact", "name their company")


def _check_references(row: _Row, column: str, by_id: dict[str, _Row]) -> None:
    for person, count in Counter(row.ids(column)).items():
        if count > 1:
            row.wrong(column, f'"{person}" is named {count} times', "name each person once")
        if person not in by_id:
            row.wrong(
                column,
                f'"{person}" has no row in this file',
                "add a row for them, or correct the id",
            )
        elif person == row["id"]:
            row.wrong(column, f'"{person}" names themselves', "name others only")
        elif column == "rates" and not by_id[person]["position"]:
            row.wrong(
                column,
                f'"{person}" is no account manager (no position)',
                "give that person a position, or name another",
            )
        elif column != "rates" and by_id[person]["account"]:
            row.wrong(
                column,
                f'"{person}" is a customer contact',
                "name a colleague; customers rate through the column rates",
            )


def _assignments(rows: list[_Row]) -> Iterator[tuple[str, str, Relation]]:
    for row in rows:
        me = row["id"]
        if row["position"]:
            yield me, me, Relation.SELF
        yield from ((person, me, Relation.SUPERVISOR) for person in row.ids("supervisor"))
        yield from ((person, me, Relation.PEER) for person in row.ids("peers"))
        yield from ((me, person, Relation.CUSTOMER) for person in row.ids("rates"))
