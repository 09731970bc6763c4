"""Looking a password up among those that were stolen elsewhere, in a list on this machine.

The list is the text file that "Pwned Passwords" offers, ordered by hash, one line ``SHA1:COUNT``
each. It may have many gigabytes, so a few lines are read and never the whole. Nobody is asked.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

from surveyapp.errors import Refused
from surveyapp.i18n import N_

HASH_LENGTH = 40  # hexadecimal


def is_breached(file: Path, password: str) -> bool:
    """Whether the list holds this password.

    SHA-1 is what the list is keyed by; nothing is protected with it.
    """
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with file.open("rb") as lines:
            return _holds(lines, wanted, file.stat().st_size)
    except OSError as error:
        raise Refused(
            N_("SURVEYAPP_BREACHED_PASSWORDS: %(file)s cannot be read (%(reason)s)"),
            file=file,
            reason=error.strerror,
        ) from error


def _holds(lines: BinaryIO, wanted: bytes, size: int) -> bool:
    """Halve the file until what is left begins with the line, if there is one."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if _line_from(lines, middle)[:HASH_LENGTH].upper() < wanted:
            low = middle + 1
        else:
            high = middle
    return _line_from(lines, low)[:HASH_LENGTH].upper() == wanted


def _line_from(lines: BinaryIO, place: int) -> bytes:
    """The first whole line at or after a place; behind the last there is one greater than all."""
    if place:
        lines.seek(place - 1)
        lines.readline()
    else:
        lines.seek(0)
    return lines.readline() or b"~"


def require_list(file: Path) -> None:
    """Refuse what is no such list, so that nobody relies on it."""
    is_breached(file, "")
    with file.open("rb") as lines:
        first = [lines.readline(200)[:HASH_LENGTH].upper() for _ in range(2)]
    hexadecimal = all(len(h) == HASH_LENGTH and not h.strip(b"0123456789ABCDEF") for h in first)
    if not hexadecimal or first != sorted(first):
        raise Refused(
            N_("SURVEYAPP_BREACHED_PASSWORDS: %(file)s is no list of SHA-1 hashes in their order"),
            file=file,
        )
