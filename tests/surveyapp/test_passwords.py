"""Passwords: long enough, not what attackers try first, any characters, argon2id."""

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from surveyapp import passwords
from surveyapp.errors import Refused
from surveyapp.passwords import hashed, matches, outdated, require_good
from tests.signing_in import PASSWORD, member, type_password

ABOUT = ("anna.keller@harbour.example", "Morningstar")


def is_good(password, *, longer=False, about=ABOUT) -> bool:
    try:
        require_good(password, longer=longer, about=about)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(
    "password",
    [
        "four loud herons whistle", "otter vinyl plank", "zH7#qLw0!pXe", "kurzweilige Bratpfanne",
        "雾里看花水中望月楼外青山", "корабль плывёт вдаль", "🦊🐢🦉🐙🦔🐝🦀🐌🦚🐧🦓🐳",
        "neun Zwerge backen Brot", "a" * 20 + "bcfgkmpqz",
    ],
)  # fmt: skip
def test_a_password_of_any_characters_is_taken(password):
    assert is_good(password)


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "Password2026!", "P@ssw0rdP@ssw0rd", "passwordpassword", "qwertyuiop123",
        "1234567890123", "111111111111", "aaaaaaaaaaaaaaaa", "abcabcabcabcabc", "abcdefghijklmnop",
        "Summer2026Summer", "letmein letmein", "iloveyou5201314", "woaini1314520", "admin-admin-1",
        "qazwsxedcrfv", "zhangwei19900101", "anna.keller.anna", "Keller2026Keller", "morningstar!!",
        "harbour-harbour", "2026-11-22 2026", "!!!!!!!!!!!!!!", "            ",
        "feedback survey 2026", "correcthorsebatterystaple", "liverpool1892!",
        "0987654321poiuytrewq",
    ],
)  # fmt: skip
def test_what_attackers_try_first_is_refused(password):
    assert not is_good(password)


@pytest.mark.parametrize(
    ("password", "longer", "good"),
    [
        ("loud herons", False, False),
        ("loud herons!", False, True),
        ("loud herons!", True, False),
        ("loud herons fly", True, True),
        ("fly loud heron " * 17, True, True),
        ("fly loud heron " * 18, True, False),
    ],
)
def test_length_is_what_is_asked_for(password, longer, good):
    assert is_good(password, longer=longer) is good


def test_a_password_is_the_same_however_the_keyboard_composes_it():
    assert matches(hashed("d\u00e9j\u00e0 vu otter"), "de\u0301ja\u0300 vu otter")


def test_passwords_are_kept_as_argon2id_with_a_salt_of_their_own():
    first, second = hashed(PASSWORD), hashed(PASSWORD)
    assert first != second
    parameters = extract_parameters(first)
    assert parameters.type == Type.ID
    assert parameters.memory_cost >= 64 * 1024 - 1
    assert matches(first, PASSWORD)
    assert not matches(first, PASSWORD + " ")


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$v=19$m=1"])
def test_nothing_matches_where_there_is_no_hash(kept):
    assert not matches(kept, PASSWORD)
    assert not matches(kept, "")


def test_a_weaker_hash_is_replaced_at_the_next_sign_in(run, client, monkeypatch):
    weak = PasswordHasher(time_cost=1, memory_cost=8192)
    with monkeypatch.context() as before:
        before.setattr(passwords, "HASHER", weak)
        email = member(run, "manager").email
    assert outdated(kept(run))
    assert type_password(client, email).status_code == 303
    assert not outdated(kept(run))
    assert matches(kept(run), PASSWORD)


def kept(run):
    from sqlalchemy import select

    from surveyapp.models import UserAccount

    with run.database.reading() as session:
        return session.scalar(select(UserAccount.password_hash))
