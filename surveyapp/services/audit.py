"""The log of what administrators did: who, when, what. Never who answered, and no answers.

Times stand here for acts of administrators alone. Nobody adds a row for what a rater does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveyapp.models import AuditEvent


class Act(StrEnum):
    CREATE = "cycle create"
    ROSTER = "roster import"
    OPEN = "cycle open"
    REMIND = "cycle remind"
    CLOSE = "cycle close"
    RELEASE = "cycle release"
    IMPORT = "responses import"
    ANALYSE = "analyse"
    REPORT = "report build"
    SEND_REPORT = "report send"
    REVOKE_REPORT = "report revoke"
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


def events(session: Session, cycle_key: str | None = None) -> list[AuditEvent]:
    """What was done, oldest first; all of it, or on one cycle."""
    wanted = select(AuditEvent).order_by(AuditEvent.at, AuditEvent.id)
    if cycle_key is not None:
        wanted = wanted.where(AuditEvent.cycle_key == cycle_key)
    return list(session.scalars(wanted))
