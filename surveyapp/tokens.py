"""Personal links: 256-bit tokens that only the mail and the incoming address ever hold.

A token is derived from the cycle's link key, so reminders can say it again without its being
stored; the database holds its digest. With the link key destroyed at closing nothing that is left
can derive a token, or open a draft that was locked under it. The links to released reports derive
from a secret of the service instead.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

LENGTH = 43  # base64url of 256 bits, without padding
DIGEST_BYTES = 32
_VERSION = b"surveyapp link v1"
SAMPLE = "sample"  # stands for a token in mails that are only looked at: it is none, and too short
RECEIPT_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another
RECEIPT_GROUPS = 4
GROUP_LENGTH = 4


def _mac(key: bytes, *parts: str | bytes) -> bytes:
    # Each part is hashed first: no two lists of parts give the same message.
    message = b"".join(
        hashlib.sha256(p.encode() if isinstance(p, str) else p).digest() for p in parts
    )
    return hmac.new(key, message, hashlib.sha256).digest()


def link_token(link_key: bytes, identity: str, generation: int) -> str:
    """The token of an invitation or a report link; another generation is another link."""
    mac = _mac(link_key, _VERSION, identity, str(generation))
    return urlsafe_b64encode(mac).decode().rstrip("=")


def digest(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def well_formed(token: str) -> bool:
    return len(token) == LENGTH and token.isascii()


def draft_key(link_key: bytes, token: str, assignment_id: str) -> bytes:
    """The key of a draft: needs both the rater's link and the cycle's link key."""
    return _mac(link_key, b"draft", token, assignment_id)


def form_token(token: str, assignment_id: str) -> str:
    """The token inside a rating form: proves that the form was served to this link."""
    return _mac(token.encode(), b"form", assignment_id).hex()


def new_receipt(groups: int = RECEIPT_GROUPS) -> str:
    """A code that is shown once, as in ``7K2M-QX4R-...``: 20 random bits in a group."""
    return "-".join(
        "".join(secrets.choice(RECEIPT_LETTERS) for _ in range(GROUP_LENGTH)) for _ in range(groups)
    )


def receipt_digest(link_key: bytes, assignment_id: str, receipt: str) -> bytes:
    """What a ballot keeps of its receipt.

    Bound to the form it was given for: nobody takes out the ballot of somebody else. Without the
    receipt it tells nothing about whose ballot it is.
    """
    typed = "".join(letter for letter in receipt.upper() if letter in RECEIPT_LETTERS)
    return _mac(link_key, b"receipt", assignment_id, typed)


def message_id(link_key: bytes, identity: str, generation: int, wave: int) -> str:
    """A stable Message-ID, so that a mail sent twice by accident is recognised as one.

    Nothing of it is stored: whoever has the link key finds the mail that bounced.
    """
    return _mac(link_key, b"message", identity, str(generation), str(wave)).hex()[:32]


def address_digest(address: str, purpose: str = "") -> bytes:
    """What is kept of an address that need not be read again."""
    known = f"{purpose}\0{address.strip().casefold()}" if purpose else address.strip().casefold()
    return hashlib.sha256(known.encode()).digest()


def window_token(secret: bytes, purpose: str, window: int) -> str:
    """The token inside a form that belongs to no link: proves that we served it not long ago."""
    return _mac(secret, b"window", purpose, str(window)).hex()


def new_token() -> str:
    """A random 256-bit token, derived from nothing: of a session, or of a link to an account."""
    return secrets.token_urlsafe(32)


def subject_digest(issuer: str, subject: str) -> bytes:
    """Who somebody is at a provider: no two providers mean the same person by the same word."""
    return hashlib.sha256(f"{issuer}\0{subject}".encode()).digest()


def who_digest(secret: bytes, kind: str, who: str) -> bytes:
    """Who tried to sign in, so that it can be counted and not read."""
    return _mac(secret, b"who", kind, who)


def session_form_token(secret: bytes, token: str) -> str:
    """The token inside the forms of a browser: proves that the page was served to it."""
    return _mac(secret, b"session form", token).hex()


def recovery_digest(secret: bytes, account_id: str, code: str) -> bytes:
    """What is kept of a code that stands in for the second factor; worthless without the secret."""
    typed = "".join(letter for letter in code.upper() if letter in RECEIPT_LETTERS)
    return _mac(secret, b"recovery", account_id, typed)


def second_factor_secret(secret: bytes, token: str) -> bytes:
    """The secret that is offered to an authenticator: the same each time this session asks."""
    return _mac(secret, b"second factor", token)[:20]  # as long as authenticators expect
