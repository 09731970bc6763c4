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
from questionnaires.sentences import Sentence
from surveyapp.errors import Mistake
from surveyapp.i18n import LANGUAGES, N_
from surveyapp.services.rosters import roster
from surveyapp.services.rosters.roster import (
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
from surveyapp.services.rosters.rostermaps import ContactMap
from surveyapp.services.tables import Table, has_control_character, refuse

COLUMNS = ("id", "name", "first_name", "last_name", "email", "account", "owner", "language")
NAMED = roster.NAMED | {"owner": Sentence(N_("owner"))}
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
            yield self.table.mistake(
                line,
                N_("the map finds no column for %(missing)s (it looks for %(words)s)"),
                N_("write the header of your file into the map"),
                missing=NAMED[column],
                words=[*getattr(self.column_map, column)],
            )
        if not missing:
            yield self.table.mistake(
                line + 1, N_("there is no row below the header"), N_("add one")
            )

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

    def _wrong(self, line: int, column: str, message: str, mend: str, /, **words: object) -> None:
        at = self.columns.get(column)
        named = NAMED[column]
        self.mistakes.append(self.table.mistake(line, message, mend, named, at, **words))

    def _leave(self, contact: _Contact, reason: str, **words: object) -> None:
        self.left_out.append(LeftOut(contact.line, contact.name, Sentence(reason, **words)))

    def _opts_out(self, contact: _Contact, word: str) -> bool:
        """Whether a contact wants no mails; whoever is in the roster already leaves it."""
        if folded(word) not in {folded(one) for one in self.column_map.opted_out_words}:
            return False
        self._leave(contact, N_("wants no mails"))
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
            ("email", N_("has no mail address")),
            ("account", N_("has no company")),
            ("owner", N_("has no owner")),
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
            self._wrong(line, "name", N_("is empty"), N_("every contact needs a name"))
        if not is_address(contact.email):
            self._wrong(
                line, "email", N_('"%(given)s" is not a mail address'),
                N_("correct it in the CRM or delete the row"), given=contact.email,
            )  # fmt: skip
        if contact.id and not is_id(contact.id):
            self._wrong(line, "id", N_('"%(given)s" is not an id'), ID_MEND, given=contact.id)
        for column in ("name", "email", "account"):
            text = getattr(contact, column)
            if len(text) > LIMITS[column] or has_control_character(text):
                said = N_("is too long or has a line break")
                mend = N_("write it on one line of at most %(most)d characters")
                self._wrong(line, column, said, mend, most=LIMITS[column])
        if contact.language and contact.language.lower() not in LANGUAGE_WORDS:
            said = N_('"%(given)s" is not spoken here')
            mend = N_("write zh or en, or take the column off the map")
            self._wrong(line, "language", said, mend, given=contact.language)

    def _person(self, contact: _Contact) -> RosterPerson | None:
        """Who the contact is: by the id, else by the mail address, else somebody new."""
        by_id = self.by_id.get(contact.id.casefold()) if contact.id else None
        by_email = self.by_email.get(contact.email.casefold())
        if by_id and by_email and by_id.id != by_email.id:
            self._wrong(
                contact.line,
                "email",
                N_("the address is that of %(by_email)s, the id that of %(by_id)s"),
                N_("correct one of them"),
                by_email=by_email.id,
                by_id=by_id.id,
            )
            return None
        known = by_id or by_email
        if known and not known.account:
            said = N_("%(id)s %(name)s is known as a colleague")
            mend = N_("delete the row, or correct the address")
            self._wrong(contact.line, "email", said, mend, id=known.id, name=known.name)
            return None
        return self._remembered(contact, known)

    def _remembered(self, contact: _Contact, known: RosterPerson | None) -> RosterPerson | None:
        """The person as this row and the rows before say; two rows may not contradict."""
        identity = known.id if known else contact.id or _made_up(contact.email)
        earlier = self.seen.setdefault(identity, contact)
        same = (earlier.name, earlier.email.casefold()) == (contact.name, contact.email.casefold())
        if not same:
            self._wrong(
                contact.line,
                "name",
                N_("is %(name)s <%(email)s> in %(earlier)s"),
                N_("give both rows the same name and address"),
                name=earlier.name,
                email=earlier.email,
                earlier=self.table.line_of(earlier.line),
            )
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
            self._wrong(
                contact.line,
                "owner",
                N_('"%(owner)s" may be %(people)s'),
                N_("write the id or the mail address of the manager"),
                owner=contact.owner,
                people=[f"{one.id} <{one.email}>" for one in found[:MAX_NAMED]],
            )
            return None
        if not found or found[0].id not in self.ratees:
            said = N_('"%(owner)s" is nobody who is rated here')
            self._leave(contact, said, owner=contact.owner)
            return None
        return found[0].id

    def _require_sense(self, added: Mapping[Triple, None]) -> None:
        if not added and not self.mistakes:
            line = self.table.header_line + 1
            reasons = Counter(one.reason for one in self.left_out).most_common(MAX_NAMED)
            told = [
                Sentence(N_("%(count)d times: %(reason)s"), count=count, reason=reason)
                for reason, count in reasons
            ]
            said = N_("no row can be used (%(told)s)")
            mend = N_("import the roster with the managers first; names must be written alike")
            self.mistakes.append(self.table.mistake(line, said, mend, told=told))
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
