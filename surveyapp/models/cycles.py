"""Cycles, people, and who is asked to rate whom."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.i18n import N_
from surveyapp.models.base import Base, random_id


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
    """A rater whom a ratee proposes while the cycle is a draft; no trace outlives its closing."""

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


class DevelopmentAction(Base):
    """One thing that a ratee means to do by a day, agreed on the results of a cycle."""

    __tablename__ = "development_action"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cycle_id", "ratee_id"], ["cycle_ratee.cycle_id", "cycle_ratee.ratee_id"]
        ),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    cycle_id: Mapped[str] = mapped_column(String(32))
    ratee_id: Mapped[str] = mapped_column(String(32), index=True)
    text: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date | None]
    done: Mapped[bool] = mapped_column(default=False)
