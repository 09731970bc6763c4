"""Personal links, each the outbox of the mail that brings it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.models.base import UNORDERED, Base, random_id
from surveyapp.models.cycles import Cycle, Person


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
