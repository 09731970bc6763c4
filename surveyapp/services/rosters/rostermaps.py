"""Which headers of a file mean which of our columns: the maps that are shipped, and your own.

A map is data. One that begins with ``contacts`` reads an export of contacts; any other reads a
roster with other headers.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from questionnaires import shape
from questionnaires.sentences import Sentence
from surveyapp.errors import NotFound
from surveyapp.i18n import N_
from surveyapp.services.tables import read_yaml_as, read_yaml_mapping, refuse

CONTACTS = "contacts"


def _listed(value: object) -> object:
    """One header may stand without a list, and yes and 1 are words here."""
    if isinstance(value, dict) or value is None:
        return value
    given = value if isinstance(value, list) else [value]
    return [str(one).lower() if isinstance(one, bool) else one for one in given]


Headers = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class ContactMap(BaseModel):
    """Per column of ours the headers that may hold it; the first one in the file counts."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    title: str = Field("", description="what the map is for")
    id: Headers = Field((), description="the contact's own id; without it one is made")
    name: Headers = Field((), description="the whole name, or")
    first_name: Headers = Field((), description="its parts")
    last_name: Headers = ()
    email: Headers = Field(min_length=1)
    account: Headers = Field(min_length=1, description="the client company")
    owner: Headers = Field(min_length=1, description="name, mail address or id of the manager")
    language: Headers = Field((), description="without it: by the script of the name")
    opted_out: Headers = Field((), description="wants no mails, where a cell is one of")
    opted_out_words: Headers = ()


FORM = shape.Form({(): ContactMap}, {}, "docs/roster.md")


@dataclass(frozen=True)
class ShippedMap:
    name: str
    title: str


def shipped() -> list[ShippedMap]:
    """The maps that come with the program."""
    names = sorted(path.name.removesuffix(".yaml") for path in _folder().iterdir())
    found = {name: contact_map(shipped_map(name)) for name in names}
    return [ShippedMap(name, one.title if one else "") for name, one in found.items()]


def shipped_map(name: str) -> bytes:
    """The text of a shipped map."""
    path = _folder() / f"{name}.yaml"
    if not name.isalnum() or not path.is_file():
        known = ", ".join(one.name for one in shipped())
        raise NotFound(
            N_('There is no map "%(name)s", as a file or shipped; shipped are %(known)s.'),
            name=name,
            known=known,
        )
    return path.read_bytes()


def _folder() -> Traversable:
    return files("surveyapp") / "maps"


def contact_map(content: bytes, name: str = "The map") -> ContactMap | None:
    """The map of an export of contacts; None for the map of a roster."""
    raw = read_yaml_mapping(content, name)
    if CONTACTS not in raw:
        return None
    if len(raw) > 1:
        said = N_("%(contacts)s stands beside other keys; put all keys below %(contacts)s")
        refuse(name, [Sentence(said, contacts=CONTACTS)])
    return read_yaml_as(ContactMap, FORM, content, name, below=CONTACTS)
