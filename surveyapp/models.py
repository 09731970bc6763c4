"""The tables. Every key is random, and nothing beside a ballot tells when or by whom.

``Invitation`` and ``Assignment`` know the rater; ``Ballot``, ``Response`` and ``Comment`` do not
(save in attributed relations). The two sides share the cell and nothing else: no column, no key,
no order, no time.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from surveyapp.i18n import N_

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def random_id() -> str:
    """A random 128-bit key: it holds no order."""
    return secrets.token_hex(16)


class UtcDateTime(TypeDecorator[datetime]):
    """Times are stored in UTC and come back aware, on SQLite too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        dict[str, Any]: JSON,
        datetime: UtcDateTime,
        bytes: LargeBinary,
    }


# Without a hidden rowid SQLite keeps no trace of the order in which rows came.
UNORDERED = {"sqlite_with_rowid": False}


class CycleState(StrEnum):
    DRAFT = N_("draft")
    OPEN = N_("open")
    CLOSED = N_("closed")
    RELEASED = N_("released")
    IMPORTED = N_("imported")


class AssignmentState(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"  # submitted, and taken back with the receipt: final


class MailState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # claimed until ``mail_due_at``; left over by a crash it is tried again
    SENT = "sent"
    FAILED = "failed"  # given up: refused, bounced, or tried in vain too often


class MailKind(StrEnum):
    INVITATION = "invitation"
    REMINDER = "reminder"
    LINK = "link"  # the link once more: asked for, or a new one
    REPORT = "report"  # the link to a released report
    ACCOUNT = "account"  # the link by which somebody with an account sets a first password
    PASSWORD = "password"  # noqa: S105 - the same, for who forgot theirs


class NominationState(StrEnum):
    PROPOSED = N_("proposed")
    APPROVED = N_("approved")  # and so an assignment
    DECLINED = N_("declined")


class Account(Base):
    """A client company."""

    __tablename__ = "account"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class Person(Base):
    """Anyone known: ratee, rater or both."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    external_id: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(8), default="zh")
    position: Mapped[str] = mapped_column(String(100), default="")
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    account: Mapped[Account | None] = relationship()


class FrozenQuestionnaire(Base):
    """A questionnaire as it was when a cycle took it, found by its content hash."""

    __tablename__ = "questionnaire"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(100))
    content: Mapped[str] = mapped_column(Text)


class Cycle(Base):
    """One round. Its state is computed from facts, never stored."""

    __tablename__ = "cycle"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    timezone: Mapped[str] = mapped_column(String(64))
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    policy: Mapped[dict[str, Any]]
    public_key: Mapped[bytes | None]
    escrow_file: Mapped[str] = mapped_column(String(255), default="")  # its name, not its place
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    released_version: Mapped[str | None] = mapped_column(String(64))  # which answers were released
    imported_at: Mapped[datetime | None]
    questionnaires: Mapped[list[CycleQuestionnaire]] = relationship(
        order_by="CycleQuestionnaire.position", cascade="all, delete-orphan"
    )

    @property
    def state(self) -> CycleState:
        if self.imported_at:
            return CycleState.IMPORTED
        if self.released_at:
            return CycleState.RELEASED
        if self.closed_at:
            return CycleState.CLOSED
        return CycleState.OPEN if self.opened_at else CycleState.DRAFT


class CycleQuestionnaire(Base):
    """The questionnaire of a position in a cycle; position "" is the default."""

    __tablename__ = "cycle_questionnaire"
    cycle_id: Mapped[str] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    position: Mapped[str] = mapped_column(String(100), primary_key=True)
    questionnaire_hash: Mapped[str] = mapped_column(ForeignKey("questionnaire.hash"))


class CycleRatee(Base):
    """A ratee in a cycle, with the position and the questionnaire of that time."""

    __tablename__ = "cycle_ratee"
    cycle_id: Mapped[str] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    ratee_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    position: Mapped[str] = mapped_column(String(100))
    questionnaire_hash: Mapped[str] = mapped_column(ForeignKey("questionnaire.hash"))
    ratee: Mapped[Person] = relationship()


class Cell(Base):
    """Ratee x relation in a cycle: the unit of anonymity."""

    __tablename__ = "cell"
    __table_args__ = (
        UniqueConstraint("cycle_id", "ratee_id", "relation"),
        ForeignKeyConstraint(
            ["cycle_id", "ratee_id"], ["cycle_ratee.cycle_id", "cycle_ratee.ratee_id"]
        ),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    cycle_id: Mapped[str] = mapped_column(String(32))
    ratee_id: Mapped[str] = mapped_column(String(32))
    relation: Mapped[str] = mapped_column(String(16))  # a questionnaires.model.Relation
    cycle_ratee: Mapped[CycleRatee] = relationship()

    @property
    def ratee(self) -> Person:
        return self.cycle_ratee.ratee


class Assignment(Base):
    """In this cycle this rater rates this ratee as this relation."""

    __tablename__ = "assignment"
    __table_args__ = (
        UniqueConstraint("cell_id", "rater_id"),
        Index(None, "cell_id", "state"),  # pages count 45,000 of them
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    cell_id: Mapped[str] = mapped_column(ForeignKey("cell.id"))
    rater_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), default=AssignmentState.OPEN)
    withdrawal_tries: Mapped[int] = mapped_column(default=0)  # receipt codes that were tried
    cell: Mapped[Cell] = relationship()
    rater: Mapped[Person] = relationship()


class RosterSnapshot(Base):
    """What undoes the last roster import of a draft; deleted when the cycle opens."""

    __tablename__ = "roster_snapshot"
    cycle_id: Mapped[str] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    content: Mapped[dict[str, Any]]


class NominationRule(Base):
    """How many raters of a relation a ratee may have by nomination; without a rule, none."""

    __tablename__ = "nomination_rule"
    cycle_id: Mapped[str] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    relation: Mapped[str] = mapped_column(String(16), primary_key=True)
    least: Mapped[int]
    most: Mapped[int]


class Nomination(Base):
    """A rater whom a ratee proposes while the cycle is a draft; deleted when it opens."""

    __tablename__ = "nomination"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cycle_id", "ratee_id"], ["cycle_ratee.cycle_id", "cycle_ratee.ratee_id"]
        ),
    )
    cycle_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    ratee_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    rater_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    relation: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=NominationState.PROPOSED)
    proposed_by: Mapped[str] = mapped_column(String(100))  # id of a person, or an account
    decided_by: Mapped[str] = mapped_column(String(100), default="")
    reason: Mapped[str] = mapped_column(String(200), default="")  # why it was declined
    cycle_ratee: Mapped[CycleRatee] = relationship()
    rater: Mapped[Person] = relationship()


class Outbox:
    """A personal link and the one mail that brings it. Holds no link and no mail text."""

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id, sort_order=-1)
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    generation: Mapped[int] = mapped_column(default=1)
    wave: Mapped[int] = mapped_column(default=0)  # which mail of this link; 0 = the first
    mail_state: Mapped[str] = mapped_column(String(16), default=MailState.QUEUED)
    mail_attempts: Mapped[int] = mapped_column(default=0)
    mail_due_at: Mapped[datetime | None]  # to the minute, while the mail waits; none = at once
    mail_doubled: Mapped[bool] = mapped_column(default=False)  # may have arrived twice
    mail_error: Mapped[str] = mapped_column(String(200), default="")


class Invitation(Outbox, Base):
    """Rater x cycle: the personal link, and its own outbox. No time of answering."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("cycle_id", "rater_id"),)
    cycle_id: Mapped[str] = mapped_column(ForeignKey("cycle.id"))
    rater_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    reminders_off: Mapped[bool] = mapped_column(default=False)  # the rater wants no more of them
    extended_to: Mapped[datetime | None]  # this rater's own deadline
    mail_kind: Mapped[str] = mapped_column(String(16), default=MailKind.INVITATION)
    cycle: Mapped[Cycle] = relationship()
    rater: Mapped[Person] = relationship()

    @property
    def recipient(self) -> Person:
        return self.rater


class ReportLink(Outbox, Base):
    """Ratee x cycle: the personal link to one's own released report. Not whether it was opened."""

    __tablename__ = "report_link"
    __table_args__ = (
        UniqueConstraint("cycle_id", "ratee_id"),
        ForeignKeyConstraint(
            ["cycle_id", "ratee_id"], ["cycle_ratee.cycle_id", "cycle_ratee.ratee_id"]
        ),
    )
    cycle_id: Mapped[str] = mapped_column(ForeignKey("cycle.id"))
    ratee_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    cycle: Mapped[Cycle] = relationship()
    ratee: Mapped[Person] = relationship()

    @property
    def mail_kind(self) -> MailKind:
        return MailKind.REPORT

    @property
    def recipient(self) -> Person:
        return self.ratee


class ReminderWave(Base):
    """A reminder planned for a day; queued once, whoever comes first."""

    __tablename__ = "reminder_wave"
    cycle_id: Mapped[str] = mapped_column(
        ForeignKey("cycle.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(primary_key=True)
    queued: Mapped[bool] = mapped_column(default=False)


class StoppedAddress(Base):
    """An address that bounced for good; no person, and the address as a digest only."""

    __tablename__ = "stopped_address"
    address_digest: Mapped[bytes] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))


class LinkRequest(Base):
    """Somebody typed an address to get a link, known or not; kept for an hour."""

    __tablename__ = "link_request"
    __table_args__ = UNORDERED
    address_digest: Mapped[bytes] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    handled: Mapped[bool] = mapped_column(default=False)


class Draft(Base):
    """Unfinished answers, readable with the link only."""

    __tablename__ = "draft"
    __table_args__ = UNORDERED
    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignment.id"), primary_key=True)
    ciphertext: Mapped[bytes]


class Ballot(Base):
    """One sealed submission in a cell; whoever has the receipt can take it out again."""

    __tablename__ = "ballot"
    __table_args__ = UNORDERED
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    cell_id: Mapped[str] = mapped_column(ForeignKey("cell.id"))
    ciphertext: Mapped[bytes]
    receipt_digest: Mapped[bytes]


class MixingRecord(Base):
    """What a closing did, signed by the service; no answer, and of people no number below k."""

    __tablename__ = "mixing_record"
    cycle_id: Mapped[str] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    content: Mapped[str] = mapped_column(Text)  # JSON, exactly as it was signed
    signature: Mapped[bytes]


class AuditEvent(Base):
    """One act of an administrator; nothing about answers or who gave them."""

    __tablename__ = "audit_event"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(100))  # id of an account, or name in the system
    action: Mapped[str] = mapped_column(String(40))
    cycle_key: Mapped[str] = mapped_column(String(64), default="")
    details: Mapped[dict[str, Any]]


class ResponseGroup(Base):
    """What is published of a ratee: a cell, or cells merged by the policy.

    ``answered`` is empty for a hidden group.
    """

    __tablename__ = "response_group"
    __table_args__ = (UniqueConstraint("cycle_id", "ratee_id", "relations"), UNORDERED)
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    cycle_id: Mapped[str] = mapped_column(ForeignKey("cycle.id"))
    ratee_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    relations: Mapped[str] = mapped_column(String(64))  # "PEER", "PEER+CUSTOMER"
    attributed: Mapped[bool]
    invited: Mapped[int]
    answered: Mapped[int | None]
    ratee: Mapped[Person] = relationship()


class Response(Base):
    """One rating vector in a group; ``rater_id`` in attributed groups only."""

    __tablename__ = "response"
    __table_args__ = UNORDERED
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    group_id: Mapped[str] = mapped_column(ForeignKey("response_group.id"))
    rater_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    ratings: Mapped[dict[str, Any]]  # item id -> point; absent = cannot judge


class Comment(Base):
    """One text in a group for one open question, not attached to a response."""

    __tablename__ = "comment"
    __table_args__ = UNORDERED
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    group_id: Mapped[str] = mapped_column(ForeignKey("response_group.id"))
    rater_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    question_id: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    label: Mapped[str | None] = mapped_column(String(8))  # how it sounds, where a person said so
