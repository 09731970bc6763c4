"""The audit log: every act of an administrator once, and nothing about raters or answers."""

import ast
import hashlib
import json
from pathlib import Path

import pytest
from sqlalchemy import select

import surveyapp
from surveyapp.models import AuditEvent
from surveyapp.services.audit import Act
from surveyapp.steps import open_with_keys
from surveyapp.views.labels import ACTS, DETAILS
from tests.commands import Commands
from tests.dumps import dump
from tests.factories import draft_cycle, everybody_answers, fields, open_cycle, submit, token_of
from tests.pages import read
from tests.people import ROSTER
from tests.signing_in import post, signed_in


@pytest.fixture
def commands(run, monkeypatch, capsys):
    return Commands(run, monkeypatch, capsys)


def acts(run):
    with run.database.reading() as session:
        return sorted(session.scalars(select(AuditEvent.action)))


def test_a_whole_cycle_leaves_one_row_per_act(run, client, commands, tmp_path):
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    cycle = ("--cycle", "2026-Q4")
    create = ("cycle", "create", "2026-Q4", "--closes", "2026-12-31")
    for words in (
        (*create, "--questionnaire", "account_manager_pulse"),
        ("roster", "import", tmp_path / "roster.csv", *cycle, "--dry-run"),
        ("roster", "import", tmp_path / "roster.csv", *cycle),
        ("cycle", "open", "2026-Q4"),
        ("mail", "deliver"),
        ("cycle", "remind", "2026-Q4"),
        ("cycle", "status", "2026-Q4"),
        ("rater", "extend", "2026-Q4", "--rater", "C1", "--until", "2027-01-08"),
        ("rater", "new-link", "2026-Q4", "--rater", "C1"),
    ):  # fmt: skip
        assert commands(*words).code == 0, words
    everybody_answers(run, client)
    for words in (
        ("cycle", "close", "2026-Q4", "--despite-extensions"),
        ("cycle", "close", "2026-Q4"),
        ("cycle", "release", "2026-Q4"),
        ("analyse", *cycle),
        ("report", "build", *cycle, "--out", tmp_path / "out", "--jobs", "1"),
    ):
        assert commands(*words).code == 0, words
    done = [
        Act.CREATE, Act.ROSTER, Act.OPEN, Act.REMIND, Act.EXTEND, Act.NEW_LINK, Act.CLOSE,
        Act.RELEASE, Act.ANALYSE, Act.REPORT,
    ]  # fmt: skip
    assert acts(run) == sorted(done)
    [report] = [
        event["details"]
        for event in commands("audit", "--json").json["events"]
        if event["action"] == Act.REPORT
    ]
    written = {hashlib.sha256(p.read_bytes()).hexdigest() for p in (tmp_path / "out").glob("*.pdf")}
    assert set(report["sha256"]) == written
    assert (report["audience"], report["count"]) == ("manager", len(written))
    assert_nobody_is_named(run)


def assert_nobody_is_named(run):
    rows = dump(run)
    log = json.dumps([row[4:] for row in rows["audit_event"]], ensure_ascii=False)
    assert rows["person"]
    for person in rows["person"]:
        for word in person[:4]:
            assert f'"{word}"' not in log
            assert len(word) < 6 or word not in log


def test_what_raters_do_is_not_logged(run, client):
    open_cycle(run)
    before = dump(run)["audit_event"]
    token = token_of(run, "C1")
    client.get(f"/r/{token}")
    page = fields(client.get(f"/r/{token}/1").get_data(as_text=True))
    client.post(f"/r/{token}/1", data=page | {"action": "save"})
    submit(client, token)
    assert dump(run)["audit_event"] == before


def test_a_refused_act_leaves_no_row(run, commands):
    draft_cycle(run)
    assert commands("cycle", "release", "2026-Q4").code == 1
    assert commands("cycle", "close", "2026-Q4").code == 1
    assert acts(run) == []


def test_an_act_and_its_row_are_stored_together_or_not_at_all(run, monkeypatch):
    draft_cycle(run)
    before = dump(run)
    monkeypatch.setattr("surveyapp.services.audit.note", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        open_with_keys(run, "2026-Q4")
    assert dump(run) == before


def test_the_log_can_be_read_of_one_cycle_and_for_people(run, commands):
    assert commands("audit").out == "Nothing was done yet.\n"
    open_cycle(run)
    open_cycle(run, key="2027-Q1")
    lines = commands("audit", "--cycle", "2027-Q1").out.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("2026-11-22T09:30:00+00:00 ")
    assert "cycle open 2027-Q1" in lines[0]
    assert len(commands("audit", "--json").json["events"]) == 2


def test_the_account_is_asked_of_the_system_and_not_of_the_environment(run, monkeypatch, commands):
    monkeypatch.setenv("USER", "somebody-else")
    monkeypatch.setenv("LOGNAME", "somebody-else")
    open_cycle(run)
    [event] = commands("audit", "--json").json["events"]
    assert event["actor"] not in {"", "somebody-else"}


def test_every_act_has_a_word_that_people_read():
    assert set(ACTS) == set(Act)


def test_what_an_act_was_about_is_told_in_the_language_of_the_page(run, client):
    open_cycle(run)
    signed_in(client, "administrator")
    page = " ".join(read(client.get("/admin/audit?lang=zh").text).text.split())
    assert "另存密钥副本: 否" in page
    assert "排队的邮件: 12" in page


def test_every_name_in_the_details_of_the_log_has_a_word():
    """Also those of acts that no test happens to do: as the calls name them."""
    calls = [
        node
        for path in Path(surveyapp.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", "") == "note"
        and any(ast.unparse(each).startswith("Act.") for each in node.args)
    ]
    names = {word.arg for call in calls for word in call.keywords if word.arg}
    assert len(names) > 20
    assert names <= set(DETAILS)


def test_the_page_names_acts_in_the_language_of_its_reader(run, client):
    signed_in(client)
    draft_cycle(run)
    with run.database.transaction() as session:
        run.note(session, Act.ROSTER, "2026-Q4")
    assert "Roster stored" in client.get("/admin/audit").text
    post(client, "/account/language", language="zh", back="/admin/")
    page = client.get("/admin/audit").text
    assert "名单已保存" in page
    assert "Roster stored" not in page
