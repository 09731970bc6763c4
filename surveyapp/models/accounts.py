"""The tables of sign-in: who may work here, apart from raters, who need no account.

No secret stands here in the clear: passwords as argon2id, second factors sealed and codes keyed
under the secret file, which is not in the database, and tokens as digests.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ForeignKey,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from surveyapp.models.base import UNORDERED, Base, random_id
from surveyapp.models.cycles import Person
from surveyapp.models.mails import MailKind, Outbox


class Role(StrEnum):
    ADMINISTRATOR = "administrator"  # runs cycles, and accounts
    ANALYST = "analyst"  # HR: reads results and statistics
    SUPERVISOR = "supervisor"  # of ratees, in the cycles in which they rate them as such
    MANAGER = "manager"  # an account manager: their own self-rating and reports


class UserAccount(Base):
    """Somebody who signs in; ``person`` where the roster knows them."""

    __tablename__ = "user_account"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), unique=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # casefolded
    language: Mapped[str] = mapped_column(String(8), default="zh")
    roles: Mapped[str] = mapped_column(String(64))  # "administrator+supervisor"
    password_hash: Mapped[str | None] = mapped_column(String(200))
    # Who it is at the provider, as a digest; bound when they first come from there.
    provider_digest: Mapped[bytes | None] = mapped_column(unique=True, index=True)
    totp_sealed: Mapped[bytes | None]  # the secret of the second factor
    totp_step: Mapped[int] = mapped_column(default=0)  # the last code that was taken, never again
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    person: Mapped[Person | None] = relationship()

    @property
    def role_set(self) -> frozenset[Role]:
        return frozenset(Role(word) for word in self.roles.split("+") if word)


class AccountSession(Base):
    """A browser that is signed in. Idle time stands in its cookie: reading writes nothing."""

    __tablename__ = "account_session"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    token_digest: Mapped[bytes] = mapped_column(unique=True)
    complete: Mapped[bool]  # False: the second factor is missing
    device: Mapped[str] = mapped_column(String(60))  # "Firefox, Linux"
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    account: Mapped[UserAccount] = relationship()


class AccountLink(Outbox, Base):
    """A link, good once, by which somebody sets a password; shown once, or sent by mail."""

    __tablename__ = "account_link"
    account_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), index=True)
    expires_at: Mapped[datetime]
    mail_kind: Mapped[str] = mapped_column(String(16), default=MailKind.ACCOUNT)
    account: Mapped[UserAccount] = relationship()

    @property
    def recipient(self) -> UserAccount:
        return self.account


class RecoveryCode(Base):
    """A code that stands in, once, for the second factor."""

    __tablename__ = "recovery_code"
    __table_args__ = UNORDERED
    account_id: Mapped[str] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    code_digest: Mapped[bytes] = mapped_column(primary_key=True)


class SignInTry(Base):
    """How often in a row somebody tried in vain; who, as a keyed digest. Kept for a day."""

    __tablename__ = "sign_in_try"
    __table_args__ = UNORDERED
    who_digest: Mapped[bytes] = mapped_column(primary_key=True)
    count: Mapped[int]
    next_at: Mapped[datetime]  # earlier tries are put off


class AuditEvent(Base):
    """One act of an administrator; nothing about answers or who gave them."""

    __tablename__ = "audit_event"
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(100))  # id of an account, or name in the system
    action: Mapped[str] = mapped_column(String(40))
    cycle_key: Mapped[str] = mapped_column(String(64), default="")
    details: Mapped[dict[str, Any]]
