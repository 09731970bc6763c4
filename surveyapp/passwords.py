"""Passwords: long enough, not easily guessed, kept as argon2id.

No rule says which kinds of characters must occur. What counts is how much is left of a password
when everything that attackers try first is taken out of it.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from secrets import token_urlsafe
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from surveyapp.errors import Refused
from surveyapp.i18n import N_

MIN_LENGTH = 12
MIN_LENGTH_OF_ADMINISTRATORS = 15
MAX_LENGTH = 256
MIN_LEFT = 5  # different characters that are not part of anything common
MIN_PIECE = 4  # shorter words and runs are not taken out
MAX_DATE = 8  # more digits than a date has may be chance
RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
        "qazwsxedcrfvtgbyhnujm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm")  # fmt: skip
FILLERS = string.punctuation + string.whitespace
DISGUISES = str.maketrans("@4831!05$7", "aabeiiosst")

HASHER = PasswordHasher()  # argon2id, RFC 9106 for little memory: 64 MiB
AT_ONCE = BoundedSemaphore(2)  # hashing must not take the memory and the processors of raters


def normal(password: str) -> str:
    """The same password, however a keyboard composes its characters."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    with AT_ONCE:
        return HASHER.hash(normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether this is the password; where there is none it costs just as much to say no."""
    with AT_ONCE:
        try:
            HASHER.verify(password_hash or _of_nobody(), normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def outdated(password_hash: str) -> bool:
    """Whether it was hashed with weaker parameters than those of today."""
    return HASHER.check_needs_rehash(password_hash)


@cache
def _of_nobody() -> str:
    return HASHER.hash(token_urlsafe())


def require_good(password: str, *, longer: bool, about: Iterable[str] = ()) -> None:
    """Refuse a password that is short or easily guessed; ``about``: what is known of its owner."""
    password = normal(password)
    least = MIN_LENGTH_OF_ADMINISTRATORS if longer else MIN_LENGTH
    if len(password) < least:
        raise Refused(N_("Please choose a password of at least %(least)d characters."), least=least)
    if len(password) > MAX_LENGTH:
        raise Refused(
            N_("Please choose a password of at most %(most)d characters."), most=MAX_LENGTH
        )
    if len(set(_left(password, about))) < MIN_LEFT:
        raise Refused(
            N_("This password is easy to guess. Take several words that do not belong together.")
        )


def _left(password: str, about: Iterable[str]) -> str:
    """What remains without common words, keyboard runs, dates, repetitions and the own name."""
    rest = password.casefold()
    for disguised in (rest, rest.translate(DISGUISES)):
        left = _without(disguised, about)
        rest = min(rest, left, key=lambda text: len(set(text)))
    return rest


def _without(text: str, about: Iterable[str]) -> str:
    own = {part for word in about for part in re.split(r"[\W_]+", word.casefold())}
    pieces = sorted({p for p in own if len(p) >= MIN_PIECE} | _common(), key=len, reverse=True)
    for piece in pieces:
        text = text.replace(piece, " ")
    for run in (text for row in RUNS for text in (row, row[::-1])):
        text = _without_parts_of(run, text)
    text = re.sub(rf"(?<!\d)\d{{1,{MAX_DATE}}}(?!\d)", " ", text)
    text = re.sub(r"(.+?)\1+", r"\1", text)
    return "".join(character for character in text if character not in FILLERS)


def _without_parts_of(run: str, text: str) -> str:
    for length in range(len(run), MIN_PIECE - 1, -1):
        for start in range(len(run) - length + 1):
            text = text.replace(run[start : start + length], " ")
    return text


@cache
def _common() -> frozenset[str]:
    source = files("surveyapp").joinpath("common_words.txt").read_text(encoding="utf-8")
    lines = [line for line in source.splitlines() if not line.startswith("#")]
    return frozenset(word for line in lines for word in line.split() if len(word) >= MIN_PIECE)
