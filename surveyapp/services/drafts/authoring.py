"""Questionnaires of one's own: saved as the YAML text of their author, version after version.

Only a text without mistakes becomes a version. One with mistakes may be kept as the draft of its
key, which nothing is ever made from.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NoReturn

from sqlalchemy import Select, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import questionnaires
from questionnaires import Mistake, QuestionnaireError
from questionnaires.copying import renamed
from questionnaires.loader import file_content, parse, text_of
from questionnaires.mistakes import AVAILABLE, suggest
from questionnaires.model import NAME, Questionnaire
from surveyapp import errors
from surveyapp.errors import BadInput, NotFound, Refused
from surveyapp.i18n import N_
from surveyapp.models import Cycle, CycleQuestionnaire, QuestionnaireDraft, QuestionnaireVersion
from surveyapp.services.freezing import freeze, frozen_all
from surveyapp.services.paging import Page, paged
from surveyapp.services.seen import Meanwhile

MAX_KEYS, MAX_VERSIONS = 200, 500
DRAFT = "draft"

Origin = Literal["file", "saved", "draft", "folder", "library"]


class FaultyQuestionnaire(BadInput):
    """A questionnaire with mistakes; ``found`` holds them with line and column."""

    def __init__(self, summary: str, found: tuple[Mistake, ...], /, **words: object) -> None:
        mistakes = [errors.Mistake(m.message, m.hint, column=place(m)) for m in found]
        super().__init__(summary, mistakes, **words)
        self.found = found


def place(mistake: Mistake) -> str:
    """Where a mistake stands, as people and editors read it."""
    where = f"{mistake.file}:{mistake.line}:{mistake.column}"
    return f"{where}: {mistake.path}" if mistake.path else where


# Finding


@dataclass(frozen=True)
class Source:
    """The text of a questionnaire, and where it was found."""

    name: str  # by which its mistakes are named
    content: bytes
    origin: Origin
    key: str | None = None  # under which it is kept; a file may hold any
    number: int | None = None  # of a saved version

    @property
    def text(self) -> str:
        """As it is kept: browsers send other line ends than files have."""
        try:
            text = text_of(self.content, self.name)
        except QuestionnaireError as error:  # too large, or no text
            _refuse(self.key or self.name, error.mistakes)
        return text.replace("\r\n", "\n").replace("\r", "\n")


def find_source(session: Session | None, wanted: str, directory: Path | None) -> Source:
    """What a word names: KEY, saved before ``directory`` before the library; KEY@NUMBER.

    Without a session nothing that is saved is known. ``KEY@draft`` can be looked at, not used.
    """
    key, at, number = wanted.partition("@")
    saving = session if re.fullmatch(NAME, key) else None  # what is saved has a key
    if at and number == DRAFT:
        kept = saving.get(QuestionnaireDraft, key) if saving else None
        if kept is None:
            raise NotFound(N_("There is no draft of %(key)s."), key=key)
        return Source(wanted, kept.content.encode(), "draft", key)
    saved = _version(saving, key, number if at else None) if saving else None
    if saved:
        return Source(f"{key}@{saved.number}", saved.content.encode(), "saved", key, saved.number)
    if at:
        raise NotFound(N_("There is no version %(wanted)s."), wanted=wanted)
    return _shipped(session, key, directory)


def _version(session: Session, key: str, number: str | None = None) -> QuestionnaireVersion | None:
    """A version; without a number the latest."""
    wanted = select(QuestionnaireVersion).where(QuestionnaireVersion.key == key)
    if number is not None:
        if not re.fullmatch(r"[1-9]\d{0,5}", number):
            return None
        wanted = wanted.where(QuestionnaireVersion.number == int(number))
    return session.scalar(wanted.order_by(QuestionnaireVersion.number.desc()).limit(1))


def _shipped(session: Session | None, key: str, directory: Path | None) -> Source:
    known = [*questionnaires.available(directory)]
    if key not in known:
        known += saved_keys(session) if session else []
        hint = suggest(key, sorted(known), otherwise=AVAILABLE)
        raise NotFound(N_("There is no questionnaire %(key)s: %(hint)s."), key=key, hint=hint)
    file = questionnaires.find(key, directory)
    origin: Origin = "library" if file.parent == questionnaires.LIBRARY else "folder"
    return Source(str(file), read_file(key, file), origin, key)


def read_file(name: str, file: Path) -> bytes:
    """The content of a file, no further than needed to see that it is too large."""
    try:
        return file_content(file)
    except QuestionnaireError as error:
        _refuse(name, error.mistakes)


def checked(source: Source) -> Questionnaire:
    """The questionnaire in a source; raises FaultyQuestionnaire with every mistake."""
    result = _parsed(source.content, source.name, source.key)
    if not isinstance(result, Questionnaire):
        _refuse(source.key or source.name, result)
    return result


# The same text is read for every list and page that shows it.
_parsed = lru_cache(maxsize=64)(parse)


def usable(source: Source) -> Questionnaire:
    """The same, of what cycles and imports may be made from: never of a draft."""
    if source.origin == "draft":
        raise Refused(N_("%(name)s is a draft. Save it as a version first."), name=source.name)
    return checked(source)


def _refuse(name: str, found: tuple[Mistake, ...]) -> NoReturn:
    raise FaultyQuestionnaire(N_("The questionnaire %(name)s cannot be used"), found, name=name)


# Saving


@dataclass(frozen=True)
class Base:
    """What of a key an author has seen: the latest version and the draft, if there are any."""

    number: int = 0
    draft: str = ""  # a digest


def base_of(session: Session, key: str) -> Base:
    latest, draft = _version(session, key), session.get(QuestionnaireDraft, key)
    digest = hashlib.sha256(draft.content.encode()).hexdigest()[:16] if draft else ""
    return Base(latest.number if latest else 0, digest)


@dataclass(frozen=True)
class Saved:
    key: str
    number: int
    new: bool  # False: the latest version says exactly this


def save(
    session: Session,
    key: str,
    content: bytes,
    by: str,
    now: datetime,
    *,
    based_on: Base | None = None,
) -> Saved:
    """Make a text the next version of a key, and drop its draft.

    ``based_on`` is what the author has seen: with something else saved since, nothing is
    overwritten unseen.

    Raises
    ------
    FaultyQuestionnaire
        With every mistake; nothing is saved then.
    Meanwhile
        If there is something that the author has not seen.
    Refused
        If there are too many.
    """
    _require_key(key)
    source = Source(key, content, "file", key)
    questionnaire = checked(source)
    latest = _version(session, key)
    number = latest.number if latest else 0
    _require_base(session, key, based_on)
    drop_draft(session, key)
    if latest and latest.content == source.text:
        return Saved(key, number, new=False)
    _require_room(session, key, number)
    row = QuestionnaireVersion(
        key=key,
        number=number + 1,
        content=source.text,
        hash=freeze(session, questionnaire),
        saved_by=by,
        saved_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        reason = N_("Somebody saved %(key)s at the same moment; try again.")
        raise Refused(reason, key=key) from None
    return Saved(key, row.number, new=True)


def _require_base(session: Session, key: str, known: Base | None) -> None:
    now = base_of(session, key)
    if known is None or known == now:
        return
    if known.number != now.number:
        raise Meanwhile(
            N_("%(key)s was saved as version %(number)d in the meantime; compare with it first."),
            key=key,
            number=now.number,
        )
    raise Meanwhile(
        N_("The draft of %(key)s is another one in the meantime; compare with it first."), key=key
    )


def _require_key(key: str) -> None:
    if not re.fullmatch(NAME, key):
        raise Refused(
            N_(
                '"%(key)s" is no key of a questionnaire: a small letter, then small letters, '
                "digits and _, at most 40 in all."
            ),
            key=key,
        )


def _require_room(session: Session, key: str, number: int) -> None:
    if number >= MAX_VERSIONS:
        raise Refused(
            N_("%(key)s has %(most)d versions; go on with a copy under another key."),
            key=key,
            most=MAX_VERSIONS,
        )
    if not number and len(saved_keys(session)) >= MAX_KEYS:
        raise Refused(
            N_("There are %(most)d questionnaires already; save under one of their keys."),
            most=MAX_KEYS,
        )


def begin(session: Session, content: bytes, name: str, by: str, now: datetime) -> Saved:
    """Save a text as the first version of the key that stands in it."""
    key = checked(Source(name, content, "file")).key
    _require_new(session, key)
    return save(session, key, content, by, now, based_on=Base())


def _require_new(session: Session, key: str) -> None:
    if _version(session, key):
        reason = N_("There is a questionnaire %(key)s already; choose another key.")
        raise Refused(reason, key=key)


def copy(session: Session, source: Source, key: str, by: str, now: datetime) -> Saved:
    """Save the text of a source, with its comments, as the first version of another key."""
    _require_new(session, key)
    _require_key(key)
    try:
        return save(session, key, renamed(source.content, key, source.name), by, now)
    except QuestionnaireError as error:
        _refuse(source.name, error.mistakes)


def keep_draft(
    session: Session,
    key: str,
    content: bytes,
    by: str,
    now: datetime,
    *,
    based_on: Base | None = None,
) -> tuple[Mistake, ...]:
    """Keep a text apart, whatever its mistakes, in the place of an earlier draft; returns them.

    ``based_on`` as for ``save``.
    """
    _require_key(key)
    _require_base(session, key, based_on)
    source = Source(key, content, "draft", key)
    text = source.text
    row = session.get(QuestionnaireDraft, key)
    if row is None:
        row = QuestionnaireDraft(key=key)
        session.add(row)
    row.content, row.saved_by, row.saved_at = text, by, now
    session.flush()
    result = parse(content, source.name, key)
    return () if isinstance(result, Questionnaire) else result


def drop_draft(session: Session, key: str) -> None:
    session.execute(delete(QuestionnaireDraft).where(QuestionnaireDraft.key == key))


# Looking


@dataclass(frozen=True)
class Version:
    """A saved version, without its text."""

    number: int
    label: str  # the ``version`` that its author gave it
    hash: str
    saved_by: str
    saved_at: datetime
    cycles: tuple[str, ...]  # that took exactly this content


def versions(session: Session, key: str) -> list[Version]:
    """The versions of a key, latest first."""
    found = _with_cycles(session, list(session.execute(_versions(key))))
    if not found:
        raise NotFound(N_("No version of %(key)s is saved."), key=key)
    return found


def versions_page(session: Session, key: str, number: int) -> Page[Version]:
    """The same, one page of them; none of a questionnaire that was never saved."""
    found = paged(session, _versions(key), number)
    return Page(_with_cycles(session, found.rows), found.number, found.count, found.size)


def _versions(key: str) -> Select[int, str, str, datetime]:
    row = QuestionnaireVersion
    wanted = select(row.number, row.hash, row.saved_by, row.saved_at)
    return wanted.where(row.key == key).order_by(row.number.desc())


def _with_cycles(session: Session, found: Sequence[Any]) -> list[Version]:
    used: dict[str, set[str]] = {}
    for digest, cycle in session.execute(
        select(CycleQuestionnaire.questionnaire_hash, Cycle.key)
        .join(Cycle, Cycle.id == CycleQuestionnaire.cycle_id)
        .where(CycleQuestionnaire.questionnaire_hash.in_({v.hash for v in found}))
    ):
        used.setdefault(digest, set()).add(cycle)
    content = frozen_all(session, {v.hash for v in found})
    return [
        Version(
            number, content[digest].version, digest, by, at, tuple(sorted(used.get(digest, ())))
        )
        for number, digest, by, at in found
    ]


@dataclass(frozen=True)
class Kept:
    """A draft, without its text."""

    key: str
    saved_by: str
    saved_at: datetime


def drafts(session: Session) -> list[Kept]:
    """What is kept with its mistakes, by key."""
    row = QuestionnaireDraft
    return [
        Kept(*each)
        for each in session.execute(select(row.key, row.saved_by, row.saved_at).order_by(row.key))
    ]


@dataclass(frozen=True)
class Listed:
    """A questionnaire that can be used by its key."""

    key: str
    questionnaire: Questionnaire
    origin: Origin
    number: int | None = None


def listed(session: Session | None, directory: Path | None) -> list[Listed]:
    """All that can be used, by key; what is saved stands before a file of the same key."""
    found = {each.key: each for each in _latest(session)} if session else {}
    for key in questionnaires.available(directory):
        if key not in found:
            with suppress(FaultyQuestionnaire):
                source = _shipped(None, key, directory)
                found[key] = Listed(key, checked(source), source.origin)
    return [found[key] for key in sorted(found)]


def faulty(usable: Sequence[Listed], directory: Path | None) -> list[str]:
    """The keys of files that cannot be used, so that their mistakes can be looked at."""
    return sorted({*questionnaires.available(directory)} - {each.key for each in usable})


def _latest(session: Session) -> list[Listed]:
    row = QuestionnaireVersion
    latest = select(row.key, func.max(row.number).label("number")).group_by(row.key).subquery()
    found = session.execute(
        select(row.key, row.number, row.hash).join(
            latest, (latest.c.key == row.key) & (latest.c.number == row.number)
        )
    ).all()
    content = frozen_all(session, {digest for _, _, digest in found})
    return [Listed(key, content[digest], "saved", number) for key, number, digest in found]


def saved_keys(session: Session) -> list[str]:
    return list(session.scalars(select(QuestionnaireVersion.key).distinct()))
