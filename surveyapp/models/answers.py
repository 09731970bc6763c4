"""Answers: sealed while a cycle is open, mixed and without names afterwards."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.models.base import UNORDERED, Base, random_id
from surveyapp.models.cycles import Person


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
