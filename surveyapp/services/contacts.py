"""Reading an export of contacts from a CRM: customers, and the account manager who owns each.

Such a file knows no managers, supervisors and peers, so it adds to a roster that has them: nobody
leaves through it, save a contact who wants no mails.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from questionnaires.model import Relation
from surveyapp.errors import Mistake
from surveyapp.i18n import LANGUAGES
from surveyapp.services.roster import (
    ID_MEND,
    LANGUAGE_WORDS,
    LIMITS,
    Roster,
    RosterPerson,
    Triple,
    cleaned,
    folded,
    is_address,
    is_id,
)
from surveyapp.services.rostermaps import ContactMap
from surveyapp.services.tables import Table, has_control_character, refuse

COLUMNS = ("id", "name", "first_name", "last_name", "email", "account", "owner", "language")
MADE_UP = "contact-"  # begins the id of a contact whose export has none
MAX_NAMED = 5


@dataclass(frozen=True)
class LeftOut:
    """A row that was not taken, which is no mistake."""

    line: int
    name: str
    reason: str


@dataclass(frozen=True)
class _Contact:
    line: int
    id: str
    name: str
    email: str
    account: str
    owner: str
    language: str


@dataclass
class ContactReader:
    """Reads the rows of an export into a roster, and gathers what is wrong with them.

    ``known`` are all people of the database, for a contact keeps the id of earlier cycles.
    """

    table: Table
    name: str
    column_map: ContactMap
    roster: Roster
    known: Sequence[RosterPerson]
    mistakes: list[Mistake] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns = self._columns()
        self._index()

    def read(self) -> Roster:
        """The roster with the contacts of the file; raises BadInput with every mistake."""
        people = {person.id: person for person in self.roster.people}
        added: dict[Triple, None] = {}
        for line, cells in self.table.rows:
            contact = self._contact(line, dict(enumerate(cells)))
            if contact is None or (person := self._person(contact)) is None:
                continue
            if (owner := self._owner(contact)) is not None:
                people[person.id] = person
                added[person.id, owner, Relation.CUSTOMER] = None
        self._require_sense(added)
        assignments = dict.fromkeys([*self.roster.assignments, *added])
        return Roster(
            tuple(one for one in people.values() if one.id not in self.gone),
            tuple(one for one in assignments if one[0] not in self.gone),
            self.table.read_as,
        )

    def _columns(self) -> dict[str, int]:
        """Our columns and the places where the file has them."""
        header = [folded(cell) for cell in self.table.header]
        counts = Counter(header)
        found: dict[str, int] = {}
        for column in (*COLUMNS, "opted_out"):
            for word in getattr(self.column_map, column):
                if column not in found and counts[folded(word)] == 1:
                    found[column] = header.index(folded(word))
        missing = [column for column in ("email", "account", "owner") if column not in found]
        if not found.keys() & {"name", "last_name"}:
            missing.append("name")
        if missing or not self.table.rows:
            refuse(self.name, list(self._header_mistakes(missing)))
        return found

    def _header_mistakes(self, missing: Sequence[str]) -> Iterator[Mistake]:
        line = self.table.header_line
        for column in missing:
            words = ", ".join(getattr(self.column_map, column))
            message = f"the map finds no column for {column} (it looks for {words})"
            yield self.table.mistake(line, message, "write the header of your file into the map")
        if not missing:
            yield self.table.mistake(line + 1, "there is no row below the header", "add one")

    def _index(self) -> None:
        mine = {person.id for person in self.roster.people}
        first = sorted(self.known, key=lambda one: (one.id not in mine, one.id))
        self.by_id: dict[str, RosterPerson] = {one.id.casefold(): one for one in reversed(first)}
        self.by_email = {one.email.casefold(): one for one in reversed(first) if one.email}
        self.ratees = {person.id for person in self.roster.ratees}
        self.seen: dict[str, _Contact] = {}
        self.gone: set[str] = set()
        self.owners: dict[str, dict[str, list[RosterPerson]]] = {"id": {}, "email": {}, "name": {}}
        for person in self.roster.people:
            for key, index in self.owners.items():
                if not person.account:
                    index.setdefault(_plain(getattr(person, key)), []).append(person)

    def _wrong(self, line: int, column: str, message: str, mend: str) -> None:
        at = self.columns.get(column)
        self.mistakes.append(self.table.mistake(line, message, mend, column, at))

    def _leave(self, contact: _Contact, reason: str) -> None:
        self.left_out.append(LeftOut(contact.line, contact.name, reason))

    def _opts_out(self, contact: _Contact, word: str) -> bool:
        """Whether a contact wants no mails; whoever is in the roster already leaves it."""
        if folded(word) not in {folded(one) for one in self.column_map.opted_out_words}:
            return False
        self._leave(contact, "wants no mails")
        for known in (self.by_id.get(contact.id.casefold()), self._addressed(contact)):
            if known and known.account:
                self.gone.add(known.id)
        return True

    def _addressed(self, contact: _Contact) -> RosterPerson | None:
        return self.by_email.get(contact.email.casefold())

    def _contact(self, line: int, cells: Mapping[int, str]) -> _Contact | None:
        """What a row says; None where it cannot be used, which is noted."""
        row = {column: cells.get(at, "") for column, at in self.columns.items()}
        get = {column: cleaned(column, row.get(column, "")) for column in COLUMNS}
        name = get["name"] or _whole_name(get["first_name"], get["last_name"])
        contact = _Contact(
            line, get["id"], name, get["email"], get["account"], get["owner"], get["language"]
        )
        if self._opts_out(contact, row.get("opted_out", "")):
            return None
        for column, empty in (
            ("email", "has no mail address"),
            ("account", "has no company"),
            ("owner", "has no owner"),
        ):
            if not get[column]:
                self._leave(contact, empty)
                return None
        before = len(self.mistakes)
        self._check(contact)
        return contact if len(self.mistakes) == before else None

    def _check(self, contact: _Contact) -> None:
        line = contact.line
        if not contact.name:
            self._wrong(line, "name", "is empty", "every contact needs a name")
        if not is_address(contact.email):
            self._wrong(
                line, "email", f'"{contact.email}" is not a mail address',
                "correct it in the CRM or delete the row",
            )  # fmt: skip
        if contact.id and not is_id(contact.id):
            self._wrong(line, "id", f'"{contact.id}" is not an id', ID_MEND)
        for column in ("name", "email", "account"):
            text = getattr(contact, column)
            if len(text) > LIMITS[column] or has_control_character(text):
                mend = f"write it on one line of at most {LIMITS[column]} characters"
                self._wrong(line, column, "is too long or has a line break", mend)
        if contact.language and contact.language.lower() not in LANGUAGE_WORDS:
            said = f'"{contact.language}" is not spoken here'
            self._wrong(line, "language", said, "write zh or en, or take the column off the map")

    def _person(self, contact: _Contact) -> RosterPerson | None:
        """Who the contact is: by the id, else by the mail address, else somebody new."""
        by_id = self.by_id.get(contact.id.casefold()) if contact.id else None
        by_email = self.by_email.get(contact.email.casefold())
        if by_id and by_email and by_id.id != by_email.id:
            said = f"the address is that of {by_email.id}, the id that of {by_id.id}"
            self._wrong(contact.line, "email", said, "correct one of them")
            return None
        known = by_id or by_email
        if known and not known.account:
            said = f"{known.id} {known.name} is known as a colleague"
            self._wrong(contact.line, "email", said, "delete the row, or correct the address")
            return None
        return self._remembered(contact, known)

    def _remembered(self, contact: _Contact, known: RosterPerson | None) -> RosterPerson | None:
        """The person as this row and the rows before say; two rows may not contradict."""
        identity = known.id if known else contact.id or _made_up(contact.email)
        earlier = self.seen.setdefault(identity, contact)
        same = (earlier.name, earlier.email.casefold()) == (contact.name, contact.email.casefold())
        if not same:
            said = f"is {earlier.name} <{earlier.email}> in {self.table.unit} {earlier.line}"
            self._wrong(contact.line, "name", said, "give both rows the same name and address")
            return None
        spoken = LANGUAGE_WORDS[contact.language.lower()] if contact.language else ""
        person = RosterPerson(
            id=identity,
            name=earlier.name,
            email=earlier.email,
            language=spoken or (known.language if known else _spoken(earlier.name)),
            position="",
            account=earlier.account,
        )
        self.by_id[identity.casefold()] = self.by_email[contact.email.casefold()] = person
        return person

    def _owner(self, contact: _Contact) -> str | None:
        """The id of the account manager; None where it is nobody who is rated."""
        wanted = _plain(contact.owner)
        found = next((index[wanted] for index in self.owners.values() if wanted in index), [])
        if len(found) > 1:
            named = ", ".join(f"{one.id} <{one.email}>" for one in found[:MAX_NAMED])
            self._wrong(
                contact.line, "owner", f'"{contact.owner}" may be {named}',
                "write the id or the mail address of the manager",
            )  # fmt: skip
            return None
        if not found or found[0].id not in self.ratees:
            self._leave(contact, f'"{contact.owner}" is nobody who is rated here')
            return None
        return found[0].id

    def _require_sense(self, added: Mapping[Triple, None]) -> None:
        if not added and not self.mistakes:
            line = self.table.header_line + 1
            reasons = Counter(one.reason for one in self.left_out).most_common(MAX_NAMED)
            told = ", ".join(f"{count} times: {reason}" for reason, count in reasons)
            mend = "import the roster with the managers first; names must be written alike"
            self.mistakes.append(self.table.mistake(line, f"no row can be used ({told})", mend))
        if self.mistakes:
            refuse(self.name, self.mistakes)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _whole_name(first: str, last: str) -> str:
    """As the language of the name has it: 李文, Mary Smith."""
    if _is_chinese(first + last):
        return f"{last}{first}"
    return f"{first} {last}".strip()


def _spoken(name: str) -> str:
    return "zh" if _is_chinese(name) else next(one for one in LANGUAGES if one != "zh")


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


def _made_up(email: str) -> str:
    """The same id for the same address in every cycle."""
    return MADE_UP + hashlib.sha256(email.casefold().encode()).hexdigest()[:16]
