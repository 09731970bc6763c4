"""Reading a roster file: one row a person, checked as a whole before anything is stored.

A row with a position is a ratee; ``supervisor`` and ``peers`` name who rates them. A row with an
account is a customer contact; ``rates`` names whom they rate.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from questionnaires.model import Relation
from questionnaires.sentences import Sentence
from surveyapp.errors import BadInput, Mistake
from surveyapp.i18n import LANGUAGES, N_
from surveyapp.mail import mail_address
from surveyapp.services.tables import (
    Table,
    has_control_character,
    read_table,
    read_yaml_mapping,
    refuse,
)

# Column -> the headers that mean it (lower case, without spaces).
COLUMNS = {
    N_("id"): ("id", "编号", "工号"),
    N_("name"): ("name", "姓名"),
    N_("email"): ("email", "e-mail", "邮箱", "电子邮箱"),
    N_("language"): ("language", "语言"),
    N_("position"): ("position", "岗位", "职位"),
    N_("supervisor"): ("supervisor", "上级"),
    N_("peers"): ("peers", "同事"),
    N_("account"): ("account", "客户公司", "客户"),
    N_("rates"): ("rates", "客户经理", "评价对象"),
}
NAMED = {column: Sentence(column) for column in COLUMNS}
REQUIRED = ("id", "name", "email")
LANGUAGE_WORDS = {
    "zh": "zh",
    "中文": "zh",
    "zh-cn": "zh",
    "chinese": "zh",
    "en": "en",
    "英文": "en",
    "英语": "en",
    "english": "en",
}
IGNORE = "ignore"  # in a map: the headers of columns that are none of ours
SPOKEN = ("name", "position", "account")  # people read these; the others are read by us
ID_LENGTH = 64
ID_MEND = Sentence(
    N_("use at most %(most)d letters, digits, dots, hyphens and underscores"), most=ID_LENGTH
)
CONTACT_EMPTY = N_("is empty for a customer contact")
WHOLE_ROW = Sentence(N_("row"))  # in the place of a column
LIMITS = {"name": 100, "email": 254, "position": 100, "account": 200}

Triple = tuple[str, str, Relation]  # ids of rater and ratee


@dataclass(frozen=True)
class RosterPerson:
    id: str
    name: str
    email: str
    language: str
    position: str
    account: str

    def at(self, position: str) -> RosterPerson:
        """The same person as one who is rated in this position; "" is not rated."""
        return replace(self, position=position)


@dataclass(frozen=True)
class Roster:
    """Who is known, and who rates whom."""

    people: tuple[RosterPerson, ...]
    assignments: tuple[Triple, ...]
    read_as: str

    @property
    def ratees(self) -> tuple[RosterPerson, ...]:
        return tuple(person for person in self.people if person.position)


@dataclass
class _Row:
    table: Table
    columns: list[str]
    line: int
    cells: dict[str, str]
    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, column: str, message: str, mend: str, /, **words: object) -> None:
        at = self.columns.index(column) if column in self.columns else None
        named = NAMED.get(column, column)
        self.mistakes.append(self.table.mistake(self.line, message, mend, named, at, **words))

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def ids(self, column: str) -> list[str]:
        return [part for part in re.split(r"[|;,、\s]+", self[column]) if part]


def read_roster(
    content: bytes, name: str = "roster", column_map: bytes | None = None, sheet: str = ""
) -> Roster:
    """The roster in a file; raises BadInput with every mistake, its line and its mend.

    ``column_map`` is a YAML mapping of our columns to the headers of the file, ``sheet`` the sheet
    of a workbook if it is not the first one.
    """
    table = read_table(content, name, sheet)
    rows = _named_rows(table, name, read_column_map(column_map) if column_map else {})
    _check_people(rows)
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        _check_relations(row, by_id)
    if not any(row["position"] for row in rows):
        rows[0].wrong(
            "position",
            N_("no row has a position, so nobody is rated"),
            N_('give each account manager a position such as "key accounts"'),
        )
    mistakes = [mistake for row in rows for mistake in row.mistakes]
    if mistakes:
        refuse(name, mistakes)
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
    return Roster(people, tuple(_assignments(rows)), table.read_as)


def read_column_map(content: bytes, name: str = "The map") -> dict[str, str]:
    """Header of the file -> our column ("" = leave out), from YAML like ``id: Staff number``."""
    raw = read_yaml_mapping(content, name)
    ignored = raw.pop(IGNORE, [])
    mistakes = [
        Sentence(
            N_('"%(column)s" is no column of ours; use %(known)s or %(ignore)s'),
            column=column,
            known=[*COLUMNS],
            ignore=IGNORE,
        )
        for column in raw
        if column not in COLUMNS
    ]
    if not isinstance(ignored, list):
        said = N_("%(ignore)s: write a list of headers, such as [Department, Phone]")
        mistakes.append(Sentence(said, ignore=IGNORE))
        ignored = []
    mistakes += [
        Sentence(N_("%(column)s: write the header of one column of your file"), column=column)
        for column, header in [*raw.items(), *((IGNORE, header) for header in ignored)]
        if not isinstance(header, str | int) or not folded(str(header))
    ]
    headers = Counter(folded(str(header)) for header in [*raw.values(), *ignored])
    mistakes += [
        Sentence(
            N_('"%(header)s" is given %(count)d times; each header means one column'),
            header=header,
            count=count,
        )
        for header, count in headers.items()
        if count > 1
    ]
    if mistakes:
        refuse(name, mistakes)
    return {folded(str(h)): "" for h in ignored} | {folded(str(h)): c for c, h in raw.items()}


def folded(header: str) -> str:
    """A header without what people vary: case, spaces, full-width letters."""
    return "".join(unicodedata.normalize("NFKC", header).lower().split())


def _named_rows(table: Table, name: str, column_map: Mapping[str, str]) -> list[_Row]:
    known = {word: column for column, words in COLUMNS.items() for word in words}
    known |= column_map
    columns = [known.get(folded(cell)) for cell in table.header]
    mistakes = _header_mistakes(table, columns)
    if mistakes:
        said = N_("The header of %(name)s is wrong; nothing was stored")
        raise BadInput(said, mistakes, name=name)
    return [_row(table, line, cells, [c or "" for c in columns]) for line, cells in table.rows]


def _header_mistakes(table: Table, columns: list[str | None]) -> list[Mistake]:
    line = table.header_line
    mistakes = [
        table.mistake(
            line,
            N_('unknown column "%(cell)s"'),
            N_("use %(known)s, or delete the column"),
            "",
            at,
            cell=cell,
            known=[*NAMED.values()],
        )
        for at, (cell, column) in enumerate(zip(table.header, columns, strict=True))
        if column is None
    ]
    said, mend = N_('column "%(column)s" is missing'), N_("add it to the header")
    mistakes += [
        table.mistake(line, said, mend, column=NAMED[column])
        for column in REQUIRED
        if column not in columns
    ]
    said, mend = N_('column "%(column)s" stands %(count)d times'), N_("keep one")
    mistakes += [
        table.mistake(line, said, mend, column=NAMED[column], count=count)
        for column, count in Counter(filter(None, columns)).items()
        if count > 1
    ]
    if not table.rows and not mistakes:
        said = N_("there is no row below the header")
        mistakes.append(table.mistake(line + 1, said, N_("add one row a person")))
    return mistakes


def _row(table: Table, line: int, cells: tuple[str, ...], columns: list[str]) -> _Row:
    named = zip(columns, cells, strict=False)
    row = _Row(table, columns, line, {c: cleaned(c, cell) for c, cell in named if c})
    if len(cells) != len(columns):
        row.wrong(
            WHOLE_ROW,
            N_("%(cells)d cells where the header has %(header)d"),
            N_("put quotation marks around a cell that holds the delimiter")
            if len(cells) > len(columns)
            else N_(
                "write every delimiter (a spreadsheet leaves out empty cells at the end of a line: "
                "make id the last column there)"
            ),
            cells=len(cells),
            header=len(columns),
        )
    return row


def cleaned(column: str, text: str) -> str:
    """The cell as it is meant: ids and addresses lose full-width forms and invisible characters."""
    if column in SPOKEN:
        return unicodedata.normalize("NFC", text)
    plain = unicodedata.normalize("NFKC", text)
    if column == "email":
        plain = plain.replace("。", ".")
    return "".join(c for c in plain if unicodedata.category(c) != "Cf").strip()


def _check_people(rows: list[_Row]) -> None:
    seen_ids: dict[str, int] = {}
    seen_mails: dict[str, int] = {}
    for row in rows:
        for column in REQUIRED:
            if not row[column]:
                mend = N_("every person needs one %(needed)s")
                row.wrong(column, N_("is empty"), mend, needed=NAMED[column])
        for column, limit in LIMITS.items():
            _check_text(row, column, limit)
        if row["id"] and not is_id(row["id"]):
            row.wrong("id", N_('"%(given)s" is not an id'), ID_MEND, given=row["id"])
        if row["email"] and not is_address(row["email"]):
            row.wrong(
                "email",
                N_('"%(given)s" is not a mail address'),
                N_("write it as name@example.com"),
                given=row["email"],
            )
        if (row["language"].lower() or LANGUAGES[0]) not in LANGUAGE_WORDS:
            row.wrong(
                "language",
                N_('"%(given)s" is not spoken here'),
                N_("write zh or en"),
                given=row["language"],
            )
        _check_unique(row, "id", seen_ids)
        _check_unique(row, "email", seen_mails)


def _check_text(row: _Row, column: str, limit: int) -> None:
    text = row[column]
    if len(text) > limit:
        row.wrong(
            column,
            N_("has %(count)d characters"),
            N_("at most %(most)d are allowed"),
            count=len(text),
            most=limit,
        )
    if has_control_character(text):
        row.wrong(column, N_("has a line break or control character"), N_("write it on one line"))


def _check_unique(row: _Row, column: str, seen: dict[str, int]) -> None:
    value = row[column].casefold()  # ids name files, and some file systems know no case
    if value and value in seen:
        row.wrong(
            column,
            N_('"%(given)s" stands in %(earlier)s already'),
            N_("one row a person: merge the two rows, or correct the %(named)s"),
            given=row[column],
            earlier=row.table.line_of(seen[value]),
            named=NAMED[column],
        )
    seen.setdefault(value, row.line)


def is_id(text: str) -> bool:
    """Whether a text may name a person, and so a file: no slash, no leading dot, no space."""
    return len(text) <= ID_LENGTH and bool(re.fullmatch(r"\w[\w.\-]*", text))


def is_address(text: str) -> bool:
    """Whether a text is one mail address that servers on the way will know."""
    try:
        address = mail_address("", text)
    except ValueError:
        return False
    labels = address.domain.split(".")
    return (
        len(address.username) <= 64
        and len(labels) > 1
        and all(re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?", one) for one in labels)
    )


def _check_relations(row: _Row, by_id: dict[str, _Row]) -> None:
    for column in ("supervisor", "peers", "rates"):
        if column != "rates" and row[column] and not row["position"]:
            row.wrong(
                column,
                N_("stands in a row without a position"),
                N_("give the person a position, or empty this cell"),
            )
        _check_references(row, column, by_id)
    if len(row.ids("supervisor")) > 1:
        mend = N_("name one; put the others under peers")
        row.wrong("supervisor", N_("names several people"), mend)
    for peer in set(row.ids("peers")) & set(row.ids("supervisor")):
        said = N_('"%(person)s" is the supervisor too')
        row.wrong("peers", said, N_("name each person once"), person=peer)
    _check_account(row)


def _check_account(row: _Row) -> None:
    if row["account"] and row["position"]:
        row.wrong(
            "account",
            N_("stands in the row of an account manager"),
            N_("account is for customer contacts; put each in a row of their own"),
        )
    elif row["account"] and not row["rates"]:
        row.wrong("rates", CONTACT_EMPTY, N_("name the account managers they rate"))
    elif row["rates"] and not row["account"]:
        row.wrong("account", CONTACT_EMPTY, N_("name their company"))


def _check_references(row: _Row, column: str, by_id: dict[str, _Row]) -> None:
    for person, count in Counter(row.ids(column)).items():
        if count > 1:
            said = N_('"%(person)s" is named %(count)d times')
            row.wrong(column, said, N_("name each person once"), person=person, count=count)
        if wrong := _wrong_reference(row, column, person, by_id):
            row.wrong(column, *wrong, person=person)


def _wrong_reference(
    row: _Row, column: str, person: str, by_id: dict[str, _Row]
) -> tuple[str, str] | None:
    """What is wrong with naming this person here, and its mend."""
    if person not in by_id:
        return (
            N_('"%(person)s" has no row in this file'),
            N_("add a row for them, or correct the id"),
        )
    if person == row["id"]:
        return N_('"%(person)s" names themselves'), N_("name others only")
    if column == "rates" and not by_id[person]["position"]:
        return (
            N_('"%(person)s" is no account manager (no position)'),
            N_("give that person a position, or name another"),
        )
    if column != "rates" and by_id[person]["account"]:
        return (
            N_('"%(person)s" is a customer contact'),
            N_("name a colleague; customers rate through the column rates"),
        )
    return None


def _assignments(rows: list[_Row]) -> Iterator[Triple]:
    for row in rows:
        me = row["id"]
        if row["position"]:
            yield me, me, Relation.SELF
        yield from ((person, me, Relation.SUPERVISOR) for person in row.ids("supervisor"))
        yield from ((person, me, Relation.PEER) for person in row.ids("peers"))
        yield from ((me, person, Relation.CUSTOMER) for person in row.ids("rates"))
