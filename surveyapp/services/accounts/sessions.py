"""Sessions of accounts: who is signed in, where, and until when at the latest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, contains_eager

from surveyapp import tokens
from surveyapp.models import AccountSession, Role, UserAccount

LIFE = timedelta(hours=12)
HALF_LIFE = timedelta(minutes=10)  # between the password and the second factor
NEED_SECOND_FACTOR = {Role.ADMINISTRATOR, Role.ANALYST}


@dataclass(frozen=True)
class SignedIn:
    """Who sits at a browser."""

    session_id: str
    account_id: str
    email: str
    language: str
    roles: frozenset[Role]
    person_id: str | None
    complete: bool  # False: the password was right, the second factor is missing
    has_second_factor: bool
    has_password: bool  # False: they come through the provider alone


def is_enough(account: UserAccount, *, all_need_more: bool = False) -> bool:
    """Whether the password alone signs in to this account."""
    needs_more = all_need_more or bool(account.role_set & NEED_SECOND_FACTOR)
    return account.totp_sealed is None and not needs_more


def start(session: Session, account_id: str, now: datetime, *, device: str, complete: bool) -> str:
    """A new session under a new token; sessions whose time is over are forgotten on the way."""
    session.execute(delete(AccountSession).where(AccountSession.expires_at <= now))
    token = tokens.new_token()
    session.add(
        AccountSession(
            account_id=account_id,
            token_digest=tokens.digest(token),
            complete=complete,
            device=device,
            started_at=now,
            expires_at=now + (LIFE if complete else HALF_LIFE),
        )
    )
    session.flush()
    return token


def find(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Who is signed in under this token; one statement."""
    row = session.scalar(
        select(AccountSession)
        .join(AccountSession.account)
        .options(contains_eager(AccountSession.account))
        .where(
            AccountSession.token_digest == tokens.digest(token),
            AccountSession.expires_at > now,
            UserAccount.disabled_at.is_(None),
        )
    )
    if row is None:
        return None
    account = row.account
    return SignedIn(
        session_id=row.id,
        account_id=account.id,
        email=account.email,
        language=account.language,
        roles=account.role_set,
        person_id=account.person_id,
        complete=row.complete,
        has_second_factor=account.totp_sealed is not None,
        has_password=account.password_hash is not None,
    )


def of_account(session: Session, account_id: str, now: datetime) -> list[AccountSession]:
    """The complete sessions of an account, newest first."""
    return list(
        session.scalars(
            select(AccountSession)
            .where(
                AccountSession.account_id == account_id,
                AccountSession.complete,
                AccountSession.expires_at > now,
            )
            .order_by(AccountSession.started_at.desc(), AccountSession.id)
        )
    )


def end(session: Session, account_id: str, session_id: str) -> None:
    """End one session of this account; none of that id is fine, it may have ended before."""
    session.execute(
        delete(AccountSession).where(
            AccountSession.account_id == account_id, AccountSession.id == session_id
        )
    )


def end_all(session: Session, account_id: str, *, but: str = "") -> None:
    session.execute(
        delete(AccountSession).where(
            AccountSession.account_id == account_id, AccountSession.id != but
        )
    )
