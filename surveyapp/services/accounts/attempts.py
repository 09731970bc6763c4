"""The brake on guessing passwords and codes: waits grow, nobody is ever locked out.

A browser that has signed in to an account before is counted by itself, so whoever guesses from
elsewhere cannot keep its owner out. All others are counted per account and per network.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from surveyapp import tokens
from surveyapp.models import SignInTry

LONGEST = 900  # seconds
KEPT = timedelta(days=1)  # after it a row is forgotten, and counting begins anew


class Who(StrEnum):
    BROWSER = "browser"  # one that signed in to this account before
    ACCOUNT = "account"
    NETWORK = "network"


FREE = {Who.BROWSER: 5, Who.ACCOUNT: 5, Who.NETWORK: 100}  # tries without a wait
Tried = Mapping[Who, str]  # the account with the browser or network that tries


def begin(session: Session, key: bytes, tried: Tried, now: datetime) -> int:
    """Count a try before it is made; how many seconds it must wait if it comes too early.

    Counted first and taken back on success, so that many tries at once are many tries.
    """
    session.execute(delete(SignInTry).where(SignInTry.next_at < now - KEPT))
    rows = _rows(session, key, tried, now)
    wait = max((row.next_at - now).total_seconds() for row in rows.values())
    if wait > 0:
        return ceil(wait)
    for who, row in rows.items():
        row.count += 1
        row.next_at = now + delay(row.count, FREE[who])
    session.flush()
    return 0


def succeeded(session: Session, key: bytes, tried: Tried, now: datetime) -> None:
    """Forget the tries of this account; the network only gets its last one back."""
    for who, row in _rows(session, key, tried, now).items():
        if who == Who.NETWORK:
            row.count -= 1
        else:
            session.delete(row)
    session.flush()


def delay(count: int, free: int) -> timedelta:
    """How long the next try has to wait after so many in vain."""
    if count < free:
        return timedelta()
    return timedelta(seconds=min(2 ** min(count - free, 20), LONGEST))


def _rows(session: Session, key: bytes, tried: Tried, now: datetime) -> dict[Who, SignInTry]:
    digests = {tokens.who_digest(key, who, value): who for who, value in tried.items()}
    on = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    new = [{"who_digest": d, "count": 0, "next_at": now} for d in sorted(digests)]
    session.execute(on.insert(SignInTry).values(new).on_conflict_do_nothing())
    wanted = select(SignInTry).where(SignInTry.who_digest.in_(digests))
    ordered = wanted.order_by(SignInTry.who_digest).with_for_update()
    return {digests[row.who_digest]: row for row in session.scalars(ordered)}
