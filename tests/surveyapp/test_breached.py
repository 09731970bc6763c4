"""Passwords that were stolen elsewhere are refused, from a list on this machine."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from surveyapp import create_app
from surveyapp.breached import is_breached, require_list
from surveyapp.errors import Refused
from tests.signing_in import PASSWORD, invited, post

KNOWN = [f"stolen {number} words" for number in range(500)]


def line_of(password: str) -> str:
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest()
    return f"{digest.upper()}:{len(password)}"


@pytest.fixture
def listed(tmp_path):
    file = tmp_path / "pwned.txt"
    file.write_text("\r\n".join(sorted(map(line_of, KNOWN))) + "\r\n")
    return file


def test_every_listed_password_is_found_and_no_other(listed):
    assert [word for word in KNOWN if not is_breached(listed, word)] == []
    assert [word for word in KNOWN if is_breached(listed, word + "!")] == []


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_first_and_the_last_line_are_found(tmp_path, count):
    file = tmp_path / "short.txt"
    file.write_text("\n".join(sorted(map(line_of, KNOWN[:count]))))
    assert all(is_breached(file, word) for word in KNOWN[:count])
    assert not is_breached(file, "another")


def test_a_stolen_password_is_not_taken_and_the_link_stays_good(run, listed, tmp_path):
    listed.write_text("\n".join(sorted(map(line_of, [*KNOWN, PASSWORD]))))
    strict = replace(run, config=replace(run.config, breached_passwords=listed))
    link = invited(strict, "anna@example.com")
    client = create_app(runtime=strict).test_client()
    client.get(link)
    reply = post(client, link, password=PASSWORD, again=PASSWORD)
    assert reply.status_code == 422
    assert "这个密码已在别处泄露" in reply.text
    other = "seven quiet ferries wait"
    assert post(client, link, password=other, again=other).status_code == 303


@pytest.mark.parametrize("content", ["", "password\n123456\n", "FF" * 20 + ":1\n" + "00" * 20])
def test_what_is_no_ordered_list_is_refused(tmp_path, content):
    file = tmp_path / "list.txt"
    file.write_text(content)
    with pytest.raises(Refused, match="SURVEYAPP_BREACHED_PASSWORDS"):
        require_list(file)


def test_a_list_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused, match="cannot be read"):
        require_list(tmp_path / "none.txt")


def test_a_list_is_taken_by_the_doctor(cli, listed, monkeypatch):
    monkeypatch.setenv("SURVEYAPP_BREACHED_PASSWORDS", str(listed))
    assert cli("doctor", "--json").json["breached passwords"] == ""
