"""The second factor: a code of an authenticator (TOTP), or one of ten recovery codes."""

from __future__ import annotations

import hmac
from base64 import b32encode
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from surveyapp import sealing, tokens
from surveyapp.models import RecoveryCode, UserAccount
from surveyapp.sealing import KeyFolder

STEP = 30  # seconds
DRIFT = 1  # steps that a clock may be wrong
RECOVERY_CODES = 10
CODE_GROUPS = 7  # 140 random bits: what is kept of them cannot be tried out
SEAL, CODES = "second factors", "recovery codes"  # what the keys are derived for


def offered(keys: KeyFolder, token: str) -> bytes:
    """The secret for an authenticator that is being set up in this session; nothing is stored."""
    return tokens.second_factor_secret(keys.derived(SEAL), token)


def address(secret: bytes, email: str, issuer: str) -> str:
    """What an authenticator reads from the picture."""
    return pyotp.TOTP(_spelt(secret)).provisioning_uri(name=email, issuer_name=issuer)


def _spelt(secret: bytes) -> str:
    return b32encode(secret).decode()


def spelt_in_groups(secret: bytes) -> str:
    """The secret as a person types it."""
    letters = _spelt(secret)
    return " ".join(letters[place : place + 4] for place in range(0, len(letters), 4))


def shows(secret: bytes, code: str, now: datetime) -> bool:
    """Whether an authenticator with this secret shows this code now."""
    return _step_of(secret, code, now) is not None


def set_up(
    session: Session, account: UserAccount, keys: KeyFolder, secret: bytes, code: str, now: datetime
) -> list[str] | None:
    """Take an authenticator that shows the right code; returns new recovery codes."""
    step = _step_of(secret, code, now)
    if step is None:
        return None
    account.totp_sealed = sealing.seal_secret(keys.derived(SEAL), account.id, secret)
    account.totp_step = step
    return new_recovery_codes(session, account.id, keys)


def passes(
    session: Session, account: UserAccount, keys: KeyFolder, code: str, now: datetime
) -> bool:
    """Whether this is a code of the authenticator or a recovery code, used for the first time."""
    if account.totp_sealed is None:
        return False
    secret = sealing.unseal_secret(keys.derived(SEAL), account.id, account.totp_sealed)
    step = _step_of(secret, code, now)
    if step is not None:
        return _takes(session, account.id, step)
    return _spends(
        session, account.id, tokens.recovery_digest(keys.derived(CODES), account.id, code)
    )


def _step_of(secret: bytes, code: str, now: datetime) -> int | None:
    typed = "".join(code.split()).encode(errors="replace")
    current = int(now.timestamp()) // STEP
    one_time = pyotp.TOTP(_spelt(secret))
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(one_time.generate_otp(step).encode(), typed):
            return step
    return None


def _takes(session: Session, account_id: str, step: int) -> bool:
    """No code counts twice, nor one that is older than the last."""
    later = update(UserAccount).where(UserAccount.id == account_id, UserAccount.totp_step < step)
    taken = session.execute(later.values(totp_step=step).returning(UserAccount.id))
    return taken.first() is not None


def _spends(session: Session, account_id: str, code_digest: bytes) -> bool:
    used = delete(RecoveryCode).where(
        RecoveryCode.account_id == account_id, RecoveryCode.code_digest == code_digest
    )
    return session.execute(used.returning(RecoveryCode.account_id)).first() is not None


def new_recovery_codes(session: Session, account_id: str, keys: KeyFolder) -> list[str]:
    """Ten codes that are shown once; earlier ones are worthless from now on."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [tokens.new_receipt(CODE_GROUPS) for _ in range(RECOVERY_CODES)]
    key = keys.derived(CODES)
    session.add_all(
        RecoveryCode(
            account_id=account_id, code_digest=tokens.recovery_digest(key, account_id, code)
        )
        for code in codes
    )
    session.flush()
    return codes


def recovery_codes_left(session: Session, account_id: str) -> int:
    kept = select(func.count()).where(RecoveryCode.account_id == account_id)
    return session.scalar(kept) or 0
