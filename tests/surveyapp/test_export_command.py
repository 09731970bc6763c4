"""surveyapp export: tables leave by the door that reports leave by, and it is noted."""

import hashlib
import io
import stat
from dataclasses import replace

import openpyxl
import pytest
from sqlalchemy import delete, select

from surveyapp import create_app
from surveyapp.models import Response
from surveyapp.services import releases
from surveyapp.services.audit import Act
from tests.commands import Commands
from tests.factories import closed_cycle, released_cycle

CYCLE = ("export", "--cycle", "2026-Q4")


@pytest.fixture
def commands(run, monkeypatch, capsys):
    return Commands(run, monkeypatch, capsys)


@pytest.fixture
def browser(sqlite_run):
    return create_app(runtime=sqlite_run).test_client()


def noted(commands):
    return [
        event["details"]
        for event in commands("audit", "--json").json["events"]
        if event["action"] == Act.RESULTS
    ]


def test_the_workbook_says_what_analyse_says(run, client, commands, tmp_path):
    released_cycle(run, client)
    assert commands(*CYCLE, "--out", tmp_path / "q4.xlsx").out == f"Wrote {tmp_path / 'q4.xlsx'}\n"
    [found] = commands("analyse", "--cycle", "2026-Q4", "--json").json["questionnaires"]
    sheet = openpyxl.load_workbook(tmp_path / "q4.xlsx")["Overview"]
    header, *rows = sheet.iter_rows(values_only=True)
    shown = {row[0]: dict(zip(header, row, strict=True)) for row in rows}
    for ratee in found["ratees"]:
        others = ratee["overall"]["others"]
        assert shown[ratee["ratee"]]["Others"] == pytest.approx(others["mean"], rel=1e-15)
        assert shown[ratee["ratee"]]["n"] == others["n"]
        assert shown[ratee["ratee"]]["Manager"] == ratee["name"]


def test_an_export_is_noted_with_its_digest_and_without_a_name(run, client, commands, tmp_path):
    released_cycle(run, client)
    done = commands(*CYCLE, "--out", tmp_path / "q4.xlsx", "--language", "zh", "--json").json
    digest = hashlib.sha256((tmp_path / "q4.xlsx").read_bytes()).hexdigest()
    assert [file["sha256"] for file in done["files"]] == [digest]
    assert noted(commands) == [{"format": "xlsx", "language": "zh", "sha256": [digest]}]


def test_the_same_cycle_gives_the_same_bytes(run, client, commands, tmp_path):
    released_cycle(run, client)
    for name in ("one", "two"):
        assert commands(*CYCLE, "--out", tmp_path / f"{name}.xlsx").code == 0
        assert commands(*CYCLE, "--format", "csv", "--out", tmp_path / name).code == 0
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_csv_files_come_as_a_folder_with_a_mark_if_asked(run, client, commands, tmp_path):
    released_cycle(run, client)
    csv = (*CYCLE, "--format", "csv")
    done = commands(*csv, "--out", tmp_path / "plain", "--json").json
    assert commands(*csv, "--out", tmp_path / "marked", "--bom").code == 0
    names = {"about.csv", "scores.csv", "response.csv", "reliability.csv", "cycle.csv",
             "comments.csv"}  # fmt: skip
    assert {path.name for path in (tmp_path / "plain").iterdir()} == names
    assert len(done["files"]) == len(names)
    for name in names:
        plain = (tmp_path / "plain" / name).read_bytes()
        assert (tmp_path / "marked" / name).read_bytes() == b"\xef\xbb\xbf" + plain
        plain.decode("utf-8")


def test_what_the_guard_holds_back_today_is_not_exported(
    run, client, commands, monkeypatch, tmp_path
):
    released_cycle(run, client)
    real = releases.published_numbers
    monkeypatch.setattr(
        releases,
        "published_numbers",
        lambda *of: tuple(replace(number, form="exact") for number in real(*of)),
    )
    outcome = commands(*CYCLE, "--out", tmp_path / "q4.xlsx")
    assert outcome.code == 1
    assert "The release guard holds back" in outcome.err
    assert not (tmp_path / "q4.xlsx").exists()
    assert noted(commands) == []


def test_answers_that_changed_since_the_release_are_not_exported(run, client, commands, tmp_path):
    released_cycle(run, client)
    with run.database.transaction() as session:
        one = session.scalars(select(Response.id)).first()
        session.execute(delete(Response).where(Response.id == one))
    outcome = commands(*CYCLE, "--out", tmp_path / "q4.xlsx")
    assert (outcome.code, "not those that were released" in outcome.err) == (1, True)


def test_nothing_is_exported_before_the_release(run, client, commands, tmp_path):
    closed_cycle(run, client)
    outcome = commands(*CYCLE, "--out", tmp_path / "q4.xlsx")
    assert outcome.code == 1
    assert "this needs a cycle that is released or imported" in outcome.err
    assert not (tmp_path / "q4.xlsx").exists()


def test_an_export_is_for_one_account_and_replaces_an_older_one(cli, sqlite_run, browser, tmp_path):
    released_cycle(sqlite_run, browser)
    (tmp_path / "q4.xlsx").write_bytes(b"older")
    assert cli(*CYCLE, "--out", tmp_path / "q4.xlsx").code == 0
    openpyxl.load_workbook(io.BytesIO((tmp_path / "q4.xlsx").read_bytes()))
    assert stat.S_IMODE((tmp_path / "q4.xlsx").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("*.xlsx")] == ["q4.xlsx"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--out", "{folder}"), "is no name of a workbook"),
        (("--out", "{folder}/q4.csv"), "is no name of a workbook"),
        (("--out", "{folder}/file", "--format", "csv"), "CSV files go into a folder"),
        (("--out", "{folder}/file/q4.xlsx"), "cannot be written: "),
    ],
)
def test_a_place_that_cannot_be_is_refused(cli, sqlite_run, browser, tmp_path, words, said):
    released_cycle(sqlite_run, browser)
    (tmp_path / "file").touch()
    outcome = cli(*CYCLE, *(word.format(folder=tmp_path) for word in words))
    assert outcome.code == 1
    assert said in outcome.err
