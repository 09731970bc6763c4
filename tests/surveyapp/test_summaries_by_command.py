"""surveyapp report team and company: who is in it, what is written, who may not have it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import delete

from analysis.brand import Brand
from analysis.colours import Colour
from analysis.pdf import has_look
from surveyapp.models import Response
from tests.factories import closed_cycle, released_cycle

TEAM = ["report", "team", "--cycle", "2026-Q4", "--supervisor", "B1"]
COMPANY = ["report", "company", "--cycle", "2026-Q4"]


@pytest.fixture
def browser_client(sqlite_run):
    from surveyapp import create_app

    return create_app(runtime=sqlite_run).test_client()


def test_a_team_is_everybody_whom_the_supervisor_was_asked_about(
    cli, sqlite_run, browser_client, tmp_path
):
    released_cycle(sqlite_run, browser_client)
    done = cli(*TEAM, "--out", tmp_path / "r", "--json").json
    assert done["files"] == [str(tmp_path / "r" / "team-B1.en.pdf")]
    report = json.loads((tmp_path / "r" / "team-B1.en.json").read_text("utf-8"))
    assert report["ratee_name"] == "Team of Boss Sun"
    assert [row["label"] for row in report["sections"][0]["rows"]] == ["李文", "Bao Yu"]
    assert (tmp_path / "r" / "team-B1.en.pdf").read_bytes().startswith(b"%PDF-")


def test_a_company_summary_is_of_all_managers_in_either_language(
    cli, sqlite_run, browser_client, tmp_path
):
    released_cycle(sqlite_run, browser_client)
    assert cli(*COMPANY, "--out", tmp_path).code == 0
    assert cli(*COMPANY, "--out", tmp_path, "--language", "en").code == 0
    assert {path.name for path in tmp_path.glob("company*")} == {
        "company.zh.pdf", "company.zh.json", "company.en.pdf", "company.en.json",
    }  # fmt: skip
    report = json.loads((tmp_path / "company.en.json").read_text("utf-8"))
    assert report["position"] == "2 account managers"
    assert report["audience"] == "hr"


@pytest.mark.parametrize("words", [TEAM, COMPANY])
def test_each_has_the_look_of_the_organisation(cli, sqlite_run, browser_client, tmp_path, words):
    released_cycle(sqlite_run, browser_client)
    cli.set(BRAND_COLOUR="#0B5D3B")
    (pdf, *_) = cli(*words, "--out", tmp_path, "--json").json["files"]
    assert has_look(Path(pdf).read_bytes(), Brand(Colour("#0B5D3B")))


def test_each_is_logged_with_the_digest_of_what_was_written(
    cli, sqlite_run, browser_client, tmp_path
):
    import hashlib

    released_cycle(sqlite_run, browser_client)
    cli(*TEAM, "--out", tmp_path)
    (event,) = [e for e in cli("audit", "--json").json["events"] if e["action"] == "report team"]
    content = (tmp_path / "team-B1.en.pdf").read_bytes()
    assert event["details"] == {"count": 1, "sha256": [hashlib.sha256(content).hexdigest()]}


@pytest.mark.parametrize("who", ["P1", "nobody"])
def test_who_rates_nobody_as_supervisor_has_no_team(cli, sqlite_run, browser_client, tmp_path, who):
    released_cycle(sqlite_run, browser_client)
    outcome = cli(*TEAM[:-1], who, "--out", tmp_path)
    assert (outcome.code, outcome.out) == (1, "")
    assert f'Nobody is rated by a supervisor "{who}" in 2026-Q4.' in outcome.err


@pytest.mark.parametrize("words", [TEAM, COMPANY])
def test_nothing_is_written_before_the_release(cli, sqlite_run, browser_client, tmp_path, words):
    closed_cycle(sqlite_run, browser_client)
    outcome = cli(*words, "--out", tmp_path / "r")
    assert outcome.code == 1
    assert "needs a cycle that is released" in outcome.err
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("words", [TEAM, COMPANY])
def test_nothing_is_written_of_answers_that_changed(
    cli, sqlite_run, browser_client, tmp_path, words
):
    released_cycle(sqlite_run, browser_client)
    with sqlite_run.database.transaction() as session:
        session.execute(delete(Response))
    assert "not those that were released" in cli(*words, "--out", tmp_path / "r").err


def test_a_folder_that_cannot_be_made_is_said(cli, sqlite_run, browser_client, tmp_path):
    released_cycle(sqlite_run, browser_client)
    (tmp_path / "file").touch()
    outcome = cli(*COMPANY, "--out", tmp_path / "file" / "r")
    assert outcome.code == 1
    assert "Cannot write to" in outcome.err
