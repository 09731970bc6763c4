"""The tables of what administrators write: questionnaires of their own, and words of mails.

None of it is about a person, and nothing of it is an answer.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.models.base import Base


class QuestionnaireVersion(Base):
    """A questionnaire without mistakes as somebody saved it: the YAML text, never changed again."""

    __tablename__ = "questionnaire_version"
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(ForeignKey("questionnaire.hash"))
    saved_by: Mapped[str] = mapped_column(String(100))  # as an audit event names its actor
    saved_at: Mapped[datetime]


class QuestionnaireDraft(Base):
    """A text on its way to the next version, mistakes and all; nothing is ever made from it."""

    __tablename__ = "questionnaire_draft"
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    content: Mapped[str] = mapped_column(Text)
    saved_by: Mapped[str] = mapped_column(String(100))
    saved_at: Mapped[datetime]


class MailText(Base):
    """Words of one's own for a kind of mail of a cycle, in one language; empty = the usual ones."""

    __tablename__ = "mail_text"
    cycle_id: Mapped[str] = mapped_column(
        ForeignKey("cycle.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)  # a models.MailKind
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject: Mapped[str] = mapped_column(Text, default="")
    greeting: Mapped[str] = mapped_column(Text, default="")
    closing: Mapped[str] = mapped_column(Text, default="")
