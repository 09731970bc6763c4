"""Nothing is overwritten unseen: a form carries what of its subject its author has seen."""

from __future__ import annotations

import hashlib

from surveyapp.errors import Refused


class Meanwhile(Refused):
    """Somebody saved something else since the author began; it has to be read first."""


def digest(subject: object) -> str:
    """What is seen, in a few letters; ``subject`` is a value whose text says all of it."""
    return hashlib.sha256(repr(subject).encode()).hexdigest()[:16]


def require_same(subject: object, seen: str, reason: str) -> None:
    """Refuse for ``reason`` what is based on something else; without ``seen``, on nothing."""
    if seen and seen != digest(subject):
        raise Meanwhile(reason)
