"""The second factor: a code counts once, recovery codes stand in once, nobody goes around it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pyotp
import pytest
from sqlalchemy import select

from surveyapp import create_app
from surveyapp.errors import KeyUnavailable
from surveyapp.models import RecoveryCode, UserAccount
from surveyapp.services.accounts import second_factor
from tests.dumps import bytes_on_disk, dump
from tests.people import NOW
from tests.signing_in import (
    PASSWORD,
    Member,
    codes_around_now,
    member,
    post,
    signed_in,
    type_password,
    with_session,
    wrong_codes,
)

CODE = re.compile(r"<code>([2-9A-Z]{4}(?:-[2-9A-Z]{4}){6})</code>")


def offered(client, address) -> pyotp.TOTP:
    """An authenticator that took the key from this page."""
    page = client.get(address).text
    key = re.search(r'class="secret"><code>([A-Z2-7 ]+)</code>', page).group(1)
    return pyotp.TOTP(key.replace(" ", ""))


def set_up(client) -> tuple[pyotp.TOTP, list[str]]:
    """Set an authenticator up as a person would; returns it and the recovery codes."""
    authenticator = offered(client, "/account/authenticator")
    reply = post(client, "/account/authenticator", code=authenticator.at(NOW))
    return authenticator, CODE.findall(reply.text)


def replaced(client, present=PASSWORD, code="", new=""):
    """Send the form of another authenticator; ``new``: its code, if not the right one."""
    other = offered(client, "/account/second-factor")
    sent = {"present": present, "code": code, "new_code": new or other.at(NOW)}
    return other, post(client, "/account/second-factor", **sent)


def somebody(run) -> Member:
    """An account whose codes around now all differ, as those of nearly all do."""
    made = (member(run, email=f"somebody{number}@accounts.example") for number in count())
    return next(who for who in made if len(set(codes_around_now(who.authenticator))) == 5)


def tried(client, code) -> bool:
    return post(client, "/account/code", code=code).status_code == 303


def test_every_account_needs_one_where_that_is_set(run):
    strict = replace(run, config=replace(run.config, all_need_two_factors=True))
    client = create_app(runtime=strict).test_client()
    who = member(run, "manager")
    assert type_password(client, who.email).location == "/account/authenticator"
    assert client.get("/my/").location.startswith("/account/authenticator")
    set_up(client)
    assert client.get("/my/").status_code == 200


@pytest.mark.parametrize("role", ["administrator", "analyst"])
def test_who_needs_a_second_factor_sets_it_up_before_anything_else(run, client, role):
    who = member(run, role, authenticator=False)
    reply = type_password(client, who.email)
    assert reply.location == "/account/authenticator"
    assert client.get("/admin/").location.startswith("/account/authenticator")
    _, codes = set_up(client)
    assert len(set(codes)) == 10
    assert client.get("/admin/").status_code == 200


def test_the_key_stays_the_same_while_it_is_set_up_and_reading_stores_nothing(run, client):
    who = member(run, authenticator=False)
    with_session(client, who, complete=False)
    before = dump(run)
    first, second = (client.get("/account/authenticator").data for _ in range(2))
    assert first == second
    assert dump(run) == before


def test_the_picture_says_the_key_to_an_authenticator(run, client):
    from surveyapp.views.qr import path_of

    address = second_factor.address(b"0123456789" * 2, "a@b.example", "Harbour 港")
    assert address.startswith("otpauth://totp/Harbour%20%E6%B8%AF:a%40b.example?secret=GAYTEMZU")
    drawing = path_of(address)
    assert drawing.path.startswith("M4 4.5h7")
    assert drawing.size > 40


def test_a_wrong_code_sets_nothing_up(run, client):
    who = member(run, authenticator=False)
    with_session(client, who, complete=False)
    [wrong, *_] = wrong_codes(offered(client, "/account/authenticator"))
    before = dump(run)
    assert post(client, "/account/authenticator", code=wrong).status_code == 422
    assert dump(run) == before


def test_a_code_counts_once(run, client):
    who = member(run)
    for expected in (True, False):
        with_session(client, who, complete=False)
        assert tried(client, who.authenticator.at(NOW)) is expected


def test_no_code_counts_that_is_older_than_the_last_one(run, client):
    who = somebody(run)
    with_session(client, who, complete=False)
    assert tried(client, who.authenticator.at(NOW + timedelta(seconds=30)))
    with_session(client, who, complete=False)
    assert not tried(client, who.authenticator.at(NOW))


@pytest.mark.parametrize(
    ("seconds", "right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_clock_may_be_half_a_minute_wrong(run, client, seconds, right):
    who = somebody(run)
    with_session(client, who, complete=False)
    assert tried(client, who.authenticator.at(NOW + timedelta(seconds=seconds))) is right


def test_codes_may_be_typed_with_blanks(run, client):
    who = member(run)
    with_session(client, who, complete=False)
    code = who.authenticator.at(NOW)
    assert tried(client, f" {code[:3]} {code[3:]} ")


def test_a_recovery_code_signs_in_once(run, client):
    who = member(run, authenticator=False)
    with_session(client, who, complete=False)
    _, codes = set_up(client)
    for code, expected in ((codes[0].lower(), True), (codes[0], False), (codes[1], True)):
        with_session(client, who, complete=False)
        assert tried(client, code) is expected
    assert "8 recovery codes are left." in client.get("/account/").text


def test_the_codes_of_another_are_worthless(run, client):
    other = member(run, "analyst", authenticator=False)
    with_session(client, other, complete=False)
    _, codes = set_up(client)
    who = member(run)
    with_session(client, who, complete=False)
    assert not tried(client, codes[0])


def test_new_recovery_codes_need_both_factors_and_end_the_old_ones(run, client):
    who = member(run, authenticator=False)
    with_session(client, who, complete=False)
    authenticator, old = set_up(client)
    [code, *_] = wrong_codes(authenticator)
    for wrong in ({"present": "wrong", "code": old[0]}, {"present": PASSWORD, "code": code},
                  {"present": PASSWORD}):  # fmt: skip
        assert post(client, "/account/codes", **wrong).status_code == 422
    new = CODE.findall(post(client, "/account/codes", present=PASSWORD, code=old[0]).text)
    assert len(set(new) - set(old)) == 10
    with_session(client, who, complete=False)
    assert not tried(client, old[3])
    assert tried(client, new[3])


def test_guessing_codes_is_slowed_down(run, client):
    who = member(run)
    with_session(client, who, complete=False)
    wrong = wrong_codes(who.authenticator)[:6]
    codes = [post(client, "/account/code", code=code).status_code for code in wrong]
    assert codes == [422] * 5 + [429]


def test_whoever_knows_the_password_cannot_put_another_authenticator_in(run, client):
    who = member(run)
    with_session(client, who, complete=False)
    before = dump(run)
    assert client.get("/account/authenticator").location == "/account/code"
    for code in ("000000", who.authenticator.at(NOW)):
        assert post(client, "/account/authenticator", code=code).status_code == 409
    assert dump(run) == before


def test_a_manager_may_have_one_too(run, client):
    who = signed_in(client, "manager")
    assert client.get("/account/authenticator").location == "/my/"  # this way is for the way in
    _, refused = replaced(client, present="wrong")
    assert refused.status_code == 422
    _, reply = replaced(client)
    assert len(CODE.findall(reply.text)) == 10
    assert client.get("/account/").status_code == 200
    assert type_password(client.application.test_client(), who.email).location == "/account/code"


def test_an_authenticator_is_replaced_by_whoever_knows_the_password_and_has_it(run, client):
    who = signed_in(client)
    new, reply = replaced(client, code=who.authenticator.at(NOW))
    assert len(CODE.findall(reply.text)) == 10
    with_session(client, who, complete=False)
    later = NOW + timedelta(seconds=30)
    assert not tried(client, who.authenticator.at(later))
    assert tried(client, new.at(later))


def test_replacing_ends_all_other_sessions_and_keeps_this_one(run, client):
    who = signed_in(client)
    other = client.application.test_client()
    with_session(other, who)
    replaced(client, code=who.authenticator.at(NOW))
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 303


@pytest.mark.parametrize("lacks", ["present", "code", "new"])
def test_nothing_is_replaced_where_one_proof_is_wrong(run, client, lacks):
    who = signed_in(client)
    right = {"present": PASSWORD, "code": who.authenticator.at(NOW), "new": ""}
    [wrong, *_] = wrong_codes(who.authenticator, offered(client, "/account/second-factor"))
    _, reply = replaced(client, **right | {lacks: wrong})
    assert reply.status_code == 422
    with run.database.reading() as session:
        account = session.get_one(UserAccount, who.id)
        secret = account.totp_sealed
    replaced(client, **right)
    with run.database.reading() as session:
        assert session.get_one(UserAccount, who.id).totp_sealed != secret


def test_a_wrong_code_of_the_new_one_spends_none_of_the_old(run, client):
    who = signed_in(client)
    old = who.authenticator.at(NOW)
    [wrong, *_] = wrong_codes(offered(client, "/account/second-factor"))
    _, refused = replaced(client, code=old, new=wrong)
    assert 'id="e-new_code"' in refused.text
    _, reply = replaced(client, code=old)
    assert reply.status_code == 200


def test_guessing_the_old_code_is_slowed_down(run, client):
    who = signed_in(client)
    wrong = wrong_codes(who.authenticator)[:6]
    pages = [replaced(client, code=code)[1].text for code in wrong]
    said = ["Too many tries. Please wait a little." in page for page in pages]
    assert said == [False] * 5 + [True]


def test_looking_at_a_new_key_changes_nothing(run, client):
    signed_in(client)
    before = dump(run)
    assert client.get("/account/second-factor").status_code == 200
    assert dump(run) == before


def test_neither_key_nor_recovery_codes_lie_on_disk(sqlite_run):
    client = create_app(runtime=sqlite_run).test_client()
    with_session(client, member(sqlite_run, authenticator=False), complete=False)
    authenticator, codes = set_up(client)
    everything = bytes_on_disk(sqlite_run)
    secrets = [authenticator.secret.encode(), authenticator.byte_secret(), *map(str.encode, codes)]
    assert [secret for secret in secrets if secret in everything] == []
    with sqlite_run.database.reading() as session:
        assert len(session.scalars(select(RecoveryCode)).all()) == 10


def test_under_another_secret_file_the_second_factor_asks_to_be_reset(run, client):
    who = member(run)
    run.config.secret_file.write_text("00" * 32)
    with run.database.reading() as session:
        account = session.get_one(UserAccount, who.id)
        with pytest.raises(KeyUnavailable, match="admin reset"):
            second_factor.passes(session, account, run.keys, who.authenticator.at(NOW), NOW)
