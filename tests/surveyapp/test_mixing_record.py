"""The signed record of a closing: complete, without small numbers, and not to be changed."""

import io
import json

import pytest

from surveyapp.errors import NotFound, Refused
from surveyapp.models import Role
from surveyapp.services.cycles import find_cycle
from surveyapp.services.records import signed_record, verify_record
from surveyapp.steps import close_and_destroy
from tests.commands import Commands
from tests.dumps import dump
from tests.factories import closed_cycle, open_cycle, released_cycle, submit, token_of
from tests.signing_in import form_token, post, signed_in

CYCLE = "/admin/cycles/2026-Q4"


def signed(run):
    with run.database.reading() as session:
        return signed_record(session, find_cycle(session, "2026-Q4"))


def said(run):
    return verify_record(signed(run), run.keys.signing_key(), "2026-Q4")


def test_the_record_says_what_was_mixed_under_which_rules(run, client):
    closed_cycle(run, client)
    record = said(run)
    assert record["closed_at"] == "2026-11-22T09:30:00+00:00"
    assert len(record["questionnaires"][""]) == 64
    assert record["policy"]["threshold"] == 3
    assert record["groups"]["PEER"] == {
        "groups_shown": 1, "groups_hidden": 0, "invited": 4, "answered_in_shown": 4,
    }  # fmt: skip
    assert record["groups"]["SELF"]["answered_in_shown"] == "fewer than 3"


def test_no_number_of_people_below_the_threshold_stands_in_it(run, client):
    open_cycle(run)
    submit(client, token_of(run, "C1"))
    close_and_destroy(run, "2026-Q4")
    for counts in said(run)["groups"].values():
        for name in ("invited", "answered_in_shown"):
            assert counts[name] == "fewer than 3" or counts[name] >= 3


def test_it_is_the_same_whether_a_hidden_group_had_answers_or_none(run, client):
    records = []
    for key, answers in (("Q1", 0), ("Q2", 2)):
        open_cycle(run, key=key)
        for rater in ("C1", "C2")[:answers]:
            submit(client, token_of(run, rater, key))
        close_and_destroy(run, key)
        with run.database.reading() as session:
            made = signed_record(session, find_cycle(session, key))
        records.append(verify_record(made, run.keys.signing_key(), key)["groups"])
    assert records[0] == records[1]


@pytest.mark.parametrize(
    "change", [("2026-11-22", "2026-11-23"), ('"groups_shown": 1', "0"), ("", " ")]
)
def test_a_changed_record_is_not_genuine(run, client, change):
    closed_cycle(run, client)
    made = signed(run)
    changed = made | {"record": made["record"].replace(*change, 1)}
    assert changed != made
    with pytest.raises(Refused, match="no genuine record"):
        verify_record(changed, run.keys.signing_key(), "2026-Q4")


@pytest.mark.parametrize(
    "other", [None, [], {}, {"record": "{}"}, {"record": "", "signature": "x"}]
)
def test_something_else_is_no_record(run, other):
    with pytest.raises(Refused, match="no genuine record"):
        verify_record(other, run.keys.signing_key(), "2026-Q4")


def test_another_key_and_another_cycle_are_noticed(run, client):
    closed_cycle(run, client)
    with pytest.raises(Refused, match="not of 2027-Q1"):
        verify_record(signed(run), run.keys.signing_key(), "2027-Q1")
    before = signed(run)
    run.config.secret_file.with_name("signing-key").unlink()
    with pytest.raises(Refused, match="another key"):
        verify_record(before, run.keys.signing_key(), "2026-Q4")


def test_closing_again_writes_no_second_record(run):
    open_cycle(run)
    close_and_destroy(run, "2026-Q4")
    before = dump(run)["mixing_record"]
    close_and_destroy(run, "2026-Q4")
    assert dump(run)["mixing_record"] == before != []


def test_an_open_cycle_has_no_record(run):
    open_cycle(run)
    with pytest.raises(NotFound, match="no record"):
        signed(run)


def test_the_signing_key_is_private(run):
    run.keys.signing_key()
    path = run.config.secret_file.with_name("signing-key")
    assert path.stat().st_mode & 0o077 == 0


def test_writing_out_and_verifying_by_command(run, tmp_path, monkeypatch, capsys):
    open_cycle(run)
    close_and_destroy(run, "2026-Q4")
    commands = Commands(run, monkeypatch, capsys)
    file = tmp_path / "record.json"
    file.write_text(commands("cycle", "record", "2026-Q4").out)
    assert "Genuine" in commands("cycle", "record", "2026-Q4", "--verify").out
    verify = ("cycle", "record", "2026-Q4", "--verify", "--file", file)
    assert commands(*verify, "--json").json["cycle"] == "2026-Q4"
    content = json.loads(file.read_text())
    content["record"] = content["record"].replace("2026-Q4", "2026-Q3")
    file.write_text(json.dumps(content))
    assert commands(*verify).code == 1
    file.write_text("no JSON")
    assert commands(*verify).code == 1


# In the browser


def check(client, content=None, cycle=CYCLE, **sent):
    """Send the form that checks a record; returns the page that follows."""
    sent |= {"action": "verify-record", "form_token": sent.get("form_token", form_token(client))}
    if content is not None:
        sent["file"] = (io.BytesIO(content), "record.json")
    return client.post(cycle, data=sent, follow_redirects=True)


@pytest.mark.parametrize("kept", ["closed", "released"])
def test_the_record_is_downloaded_as_it_was_signed(run, client, kept):
    {"closed": closed_cycle, "released": released_cycle}[kept](run, client)
    signed_in(client)
    assert f'href="{CYCLE}/record"' in client.get(CYCLE).text
    reply = client.get(f"{CYCLE}/record")
    assert "2026-Q4.record.json" in reply.headers["Content-Disposition"]
    assert reply.json == signed(run)
    groups = verify_record(reply.json, run.keys.signing_key(), "2026-Q4")["groups"]
    assert groups["SELF"]["answered_in_shown"] == "fewer than 3"


def test_a_record_is_checked_in_the_browser_and_nothing_is_changed(run, client):
    closed_cycle(run, client)
    signed_in(client)
    file, before = client.get(f"{CYCLE}/record").data, dump(run)
    for content in (None, file):
        page = check(client, content).text
        assert "Genuine: this service closed 2026-Q4 on 22 November 2026" in page
        assert bytes(run.keys.signing_key().verify_key).hex() in page
    assert dump(run) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda file: file.replace(b"2026-11-22", b"2026-11-23"), "no genuine record"),
        (lambda file: b"<b>", "no JSON"),
        (lambda file: b"\xff\0", "no JSON"),
        (lambda file: b"[" * 100_000, "no JSON"),
        (lambda file: b'{"record": "\\ud800", "signature": ""}', "no genuine record"),
    ],
    ids=["changed", "markup", "bytes", "deep", "no character"],
)
def test_a_file_that_is_not_the_record_is_refused_on_the_page(run, client, change, words):
    closed_cycle(run, client)
    signed_in(client)
    reply = check(client, change(client.get(f"{CYCLE}/record").data))
    assert (reply.status_code, "Genuine" in reply.text) == (422, False)
    assert words in reply.text


def test_the_record_of_another_cycle_is_refused(run, client):
    closed_cycle(run, client)
    closed_cycle(run, client, key="2027-Q1")
    signed_in(client)
    other = client.get("/admin/cycles/2027-Q1/record").data
    assert "This is the record of 2027-Q1, not of 2026-Q4." in check(client, other).text


def test_the_record_speaks_chinese_too(run, client):
    closed_cycle(run, client)
    signed_in(client)
    post(client, "/account/language", language="zh", back="/admin/")
    assert "截止本轮的签名记录" in client.get(CYCLE).text
    assert "真实有效" in check(client).text
    assert "这不是 2026-Q4 的真实记录" in check(client, b"[]").text


def test_an_open_cycle_offers_no_record(run, client):
    open_cycle(run)
    signed_in(client)
    assert "Signed record" not in client.get(CYCLE).text
    assert client.get(f"{CYCLE}/record").status_code == 404
    assert check(client).status_code == 422


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SUPERVISOR, Role.MANAGER])
def test_the_record_is_for_administrators(run, client, role):
    closed_cycle(run, client)
    signed_in(client, role)
    assert "/record" not in client.get(CYCLE).text
    assert client.get(f"{CYCLE}/record").status_code == 403
    assert check(client).status_code == 403


def test_no_form_of_another_page_checks_a_record(run, client):
    closed_cycle(run, client)
    signed_in(client)
    assert check(client, form_token="0" * 64).status_code == 403
