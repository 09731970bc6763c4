"""The log of what administrators did: who, when, what. Never who answered, and no answers.

Times stand here for acts of administrators alone. Nobody adds a row for what a rater does.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from surveyapp.models import AuditEvent, Person, UserAccount
from surveyapp.services.paging import Page, paged

ACCOUNT = "account"  # the detail that says to which account something was done
RATEE = "ratee"  # the detail that says about whom; both by the random id of the database


class Act(StrEnum):
    CREATE = "cycle create"
    CLONE = "cycle clone"
    PILOT = "cycle pilot"
    EDIT = "cycle edit"
    DELETE = "cycle delete"
    ROSTER = "roster import"
    UNDO_ROSTER = "roster undo"
    OPEN = "cycle open"
    TAKE_BACK = "cycle take-back"
    EXTEND_ALL = "cycle extend"
    REMIND = "cycle remind"
    CLOSE = "cycle close"
    RELEASE = "cycle release"
    FORGET = "cycle forget"
    NOMINATE = "nomination propose"
    APPROVE = "nomination approve"
    DECLINE = "nomination decline"
    WITHDRAW = "nomination withdraw"
    LIMITS = "nomination limits"
    AGREE = "action agree"
    MARK_ACTION = "action mark"
    TAKE_OUT_ACTION = "action take-out"
    RETRY_MAIL = "cycle mails"
    IMPORT = "responses import"
    ANALYSE = "analyse"
    COMPARE = "cycle compare"
    REPORT = "report build"
    SEND_REPORT = "report send"
    REVOKE_REPORT = "report revoke"
    RESULTS = "export"
    TEAM_REPORT = "report team"
    COMPANY_REPORT = "report company"
    LOOP_NOTE = "report loop"
    CORRECT_COMMENT = "comment correct"
    EXTEND = "rater extend"
    NEW_LINK = "rater new-link"
    CORRECT_ADDRESS = "rater correct-address"
    RESTORE_KEYS = "keys restore"
    ACCEPT_RESTORE = "db accept-restore"
    EXPORT = "person export"
    ERASE = "person erase"
    RETENTION = "retention run"
    CREATE_ACCOUNT = "admin create"
    INVITE_PERSON = "admin invite"
    CHANGE_ROLES = "admin role"
    DISABLE_ACCOUNT = "admin disable"
    ENABLE_ACCOUNT = "admin enable"
    RESET_ACCOUNT = "admin reset"
    SIGN_IN = "account sign-in"
    SIGN_OUT = "account sign-out"
    SET_PASSWORD = "account password"  # noqa: S105 - the name of an act
    SET_SECOND_FACTOR = "account second-factor"
    SAVE_QUESTIONNAIRE = "questionnaire save"
    MAIL_WORDS = "mail words"
    MAIL_TEST = "mail test"
    BOUNCES = "mail bounces"
    COPY_QUESTIONNAIRE = "questionnaire copy"


def note(
    session: Session,
    actor: str,
    now: datetime,
    act: Act,
    cycle_key: str,
    details: Mapping[str, Any],
) -> None:
    """Log an act in the transaction that does it: both are there, or neither."""
    session.add(
        AuditEvent(at=now, actor=actor, action=act, cycle_key=cycle_key, details=dict(details))
    )
    session.flush()


@dataclass(frozen=True)
class Event:
    """An act as it is read: accounts under their present address, ratees under their present id."""

    at: datetime
    actor: str
    action: str
    cycle: str
    details: dict[str, Any]


def _wanted(cycle_key: str | None) -> Select[AuditEvent]:
    wanted = select(AuditEvent)
    return wanted if cycle_key is None else wanted.where(AuditEvent.cycle_key == cycle_key)


def addresses_of(session: Session, actors: Collection[str]) -> dict[str, str]:
    """The present mail addresses of those actors that are accounts."""
    known = select(UserAccount.id, UserAccount.email).where(UserAccount.id.in_(actors))
    return {row.id: row.email for row in session.execute(known)}


def _ids_of(session: Session, ratees: Collection[str]) -> dict[str, str]:
    """The present ids of ratees in rosters; of erased ones the word that stands for them."""
    known = select(Person.id, Person.external_id).where(Person.id.in_(ratees))
    return {row.id: row.external_id for row in session.execute(known)}


def _read(session: Session, rows: Sequence[AuditEvent]) -> list[Event]:
    """The rows with accounts and ratees as they are called now; deleted ones keep a random id."""

    def said(name: str) -> set[str]:
        return {row.details[name] for row in rows if name in row.details}

    emails = addresses_of(session, {row.actor for row in rows} | said(ACCOUNT))
    ratees = said(RATEE)
    called = {ACCOUNT: emails, RATEE: _ids_of(session, ratees) if ratees else {}}

    def details(row: AuditEvent) -> dict[str, Any]:
        now = {
            key: called[key].get(row.details[key], row.details[key])
            for key in called
            if key in row.details
        }
        return row.details | now

    return [
        Event(row.at, emails.get(row.actor, row.actor), row.action, row.cycle_key, details(row))
        for row in rows
    ]


def events(session: Session, cycle_key: str | None = None) -> list[Event]:
    """What was done, oldest first; all of it, or on one cycle."""
    rows = session.scalars(_wanted(cycle_key).order_by(AuditEvent.at, AuditEvent.id)).all()
    return _read(session, rows)


def events_page(session: Session, cycle_key: str | None, number: int) -> Page[Event]:
    """What was done, newest first, one page of it."""
    newest = _wanted(cycle_key).order_by(AuditEvent.at.desc(), AuditEvent.id)
    found = paged(session, newest, number)
    rows = _read(session, [row for (row,) in found.rows])
    return Page(rows, found.number, found.count, found.size)


def cycles_in_log(session: Session) -> list[str]:
    """The keys of all cycles on which something was done."""
    keys = select(AuditEvent.cycle_key).where(AuditEvent.cycle_key != "").distinct()
    return sorted(session.scalars(keys), reverse=True)
