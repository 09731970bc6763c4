"""The command line: examples, exit codes, one JSON object, and clear words for every refusal."""

import json

import pytest

from surveyapp import create_app
from surveyapp.cli import surveyapp
from surveyapp.services.cycles import find_cycle
from tests.dumps import dump
from tests.factories import closed_cycle, draft_cycle, open_cycle, released_cycle, submit, token_of
from tests.people import ROSTER, TINY
from tests.smtp import smtp_server


@pytest.fixture
def browser(sqlite_run):
    return create_app(runtime=sqlite_run).test_client()


@pytest.fixture
def files(tmp_path):
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    return tmp_path


def every_command(command=surveyapp, words=()):
    yield words, command
    for name, one in getattr(command, "commands", {}).items():
        yield from every_command(one, (*words, name))


COMMANDS = dict(every_command())


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_with_an_example_of_its_own(cli, words):
    outcome = cli(*words, "--help")
    assert outcome.code == 0
    assert "Example" in outcome.out
    assert "surveyapp " + " ".join(words) in " ".join(outcome.out.split("Example")[-1].split())


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_an_unknown_option_is_a_usage_error(cli, words):
    assert cli(*words, "--no-such-option").code == 2


def test_the_commands_of_the_contract_are_there():
    named = """db upgrade,questionnaire list,questionnaire check,questionnaire schema,roster import,
        cycle create,cycle open,cycle remind,cycle close,cycle release,cycle status,cycle forecast,
        mail deliver,responses import,analyse,report build,serve,demo,doctor"""
    assert {tuple(one.split()) for one in named.split(",")} <= COMMANDS.keys()


def test_a_cycle_runs_from_creation_to_reports(cli, files):
    steps = [
        cli("cycle", "create", "K", "--questionnaire", files / "tiny.yaml", "--json"),
        cli("roster", "import", files / "roster.csv", "--cycle", "K", "--json"),
        cli("cycle", "forecast", "K", "--json"),
        cli("cycle", "open", "K", "--json"),
        cli("mail", "deliver", "--json"),
        cli("cycle", "remind", "K", "--json"),
        cli("cycle", "status", "K", "--json"),
        cli("cycle", "close", "K", "--json"),
        cli("cycle", "release", "K", "--json"),
        cli("analyse", "--cycle", "K", "--json"),
    ]
    assert [step.code for step in steps] == [0] * len(steps), [step.err for step in steps]
    results = [step.json for step in steps]
    assert results[0] == {"cycle": "K", "state": "draft"}
    assert (results[1]["people_added"], results[1]["assignments_added"]) == (12, 17)
    assert {"merged", "all of one account"} <= {g["outcome"] for g in results[2]["groups"]}
    assert results[3] == {"cycle": "K", "state": "open", "invitations": 12}
    assert (results[4]["sent"], results[4]["given_up"]) == (12, [])
    assert results[5] == {"cycle": "K"}
    assert [result["state"] for result in results[6:9]] == ["open", "closed", "released"]
    assert results[9]["cycle"] == "K"


def test_each_step_says_what_comes_next(cli, files):
    said = [
        cli("cycle", "create", "K", "--questionnaire", files / "tiny.yaml").out,
        cli("roster", "import", files / "roster.csv", "--cycle", "K").out,
        cli("cycle", "forecast", "K").out,
        cli("cycle", "open", "K").out,
        cli("mail", "deliver").out,
        cli("cycle", "close", "K").out,
    ]
    assert "Next: surveyapp roster import FILE --cycle K" in said[0]
    assert "2 account managers are rated by 12 people" in said[1]
    assert "AM2 Bao Yu: PEER and CUSTOMER merged; add 1 more peer and 1 more customer" in said[2]
    assert "Next: surveyapp mail deliver" in said[3]
    assert "12 mails sent, 0 to be tried again, 0 refused" in said[4]
    assert "Next: surveyapp cycle release K" in said[5]


def test_reports_are_named_after_ratee_and_language(cli, sqlite_run, browser, tmp_path):
    released_cycle(sqlite_run, browser)
    out = tmp_path / "reports"
    built = cli("report", "build", "--cycle", "2026-Q4", "--out", out, "--jobs", 1, "--json")
    assert built.json == {"written": 2, "kept": 0, "out": str(out), "failed": []}
    assert built.err == ""  # no bar where nobody watches
    assert {file.name for file in out.iterdir()} == {
        "AM1.zh.pdf", "AM1.zh.json", "AM2.en.pdf", "AM2.en.json",
    }  # fmt: skip
    assert json.loads((out / "AM2.en.json").read_text("utf-8"))["ratee_name"] == "Bao Yu"
    assert (out / "AM1.zh.pdf").read_bytes().startswith(b"%PDF-")


def test_all_reports_come_as_one_file_in_a_folder_that_is_made(cli, sqlite_run, browser, tmp_path):
    released_cycle(sqlite_run, browser)
    build = ["report", "build", "--cycle", "2026-Q4", "--out", tmp_path / "r", "--jobs", 1]
    assert cli(*build, "--zip", tmp_path / "new" / "all.zip").code == 0
    assert (tmp_path / "new" / "all.zip").stat().st_size > 10_000
    (tmp_path / "file").write_text("in the way")
    outcome = cli(*build, "--zip", tmp_path / "file" / "all.zip")
    assert (outcome.code, "cannot be made" in outcome.err) == (1, True)


def test_a_report_for_one_ratee_in_another_language_is_one_report(
    cli, sqlite_run, browser, tmp_path
):
    released_cycle(sqlite_run, browser)
    build = ["report", "build", "--cycle", "2026-Q4", "--out", tmp_path / "r", "--language", "en"]
    assert cli(*build, "--ratee", "AM1").code == 0
    assert {file.name for file in (tmp_path / "r").iterdir()} == {"AM1.en.pdf", "AM1.en.json"}
    outcome = cli(*build, "--ratee", "nobody")
    assert (outcome.code, outcome.err) == (1, 'Error: There is no ratee "nobody" in this cycle.\n')


def test_a_report_folder_that_cannot_be_made_is_refused(cli, sqlite_run, browser, tmp_path):
    released_cycle(sqlite_run, browser)
    (tmp_path / "file").touch()
    outcome = cli("report", "build", "--cycle", "2026-Q4", "--out", tmp_path / "file" / "r")
    assert outcome.code == 1
    assert "cannot be made: Not a directory" in outcome.err


@pytest.mark.parametrize(
    "words",
    [
        ["cycle", "open", "X"],
        ["cycle", "remind", "X"],
        ["cycle", "close", "X"],
        ["cycle", "release", "X"],
        ["cycle", "status", "X"],
        ["cycle", "forecast", "X"],
        ["analyse", "--cycle", "X"],
        ["report", "build", "--cycle", "X", "--out", "out"],
    ],
)
def test_an_unknown_cycle_is_refused_with_the_ones_there_are(cli, sqlite_run, words):
    draft_cycle(sqlite_run)
    outcome = cli(*words)
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == 'Error: There is no cycle "X". Cycles: 2026-Q4.\n'


@pytest.mark.parametrize(
    ("words", "state"),
    [
        (["cycle", "remind", "2026-Q4"], "open"),
        (["cycle", "close", "2026-Q4"], "open or closed or released"),
        (["cycle", "release", "2026-Q4"], "closed"),
        (["analyse", "--cycle", "2026-Q4"], "released or imported"),
        (["report", "build", "--cycle", "2026-Q4", "--out", "out"], "released or imported"),
    ],
)
def test_a_cycle_in_the_wrong_state_is_refused_with_the_right_one(cli, sqlite_run, words, state):
    draft_cycle(sqlite_run)
    outcome = cli(*words)
    assert (outcome.code, outcome.out) == (1, "")
    assert f"2026-Q4 is draft; this needs a cycle that is {state}." in outcome.err


@pytest.mark.parametrize("number", ["2", "0", "-1", "51", "x"])
@pytest.mark.parametrize("option", ["--threshold", "--comment-threshold"])
def test_a_threshold_out_of_range_is_a_usage_error(cli, option, number):
    outcome = cli(
        "cycle", "create", "K", "--questionnaire", "account_manager_pulse", option, number
    )
    assert outcome.code == 2


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--closes", "2026-11-21"], 1, "The closing day is over since 2026-11-21 23:59"),
        (["--opens", "2026-12-02", "--closes", "2026-12-01"], 1, "close before it opens"),
        (["--timezone", "Mars/Base"], 1, 'no time zone "Mars/Base"'),
        (["--title", "a\nb"], 1, "one line"),
        (["--closes", "tomorrow"], 2, '"tomorrow" is no date; write 2026-12-31'),
        (["--position", "new"], 2, '"new" must read POSITION=QUESTIONNAIRE'),
        (["--position", "new=none"], 1, "There is no questionnaire none"),
        (["--customers", "secret"], 2, "anonymous"),
    ],
)
def test_a_cycle_that_makes_no_sense_is_not_created(cli, options, code, words):
    outcome = cli("cycle", "create", "K", "--questionnaire", "account_manager_pulse", *options)
    assert (outcome.code, outcome.out) == (code, "")
    assert words in outcome.err
    assert "Cycles: none yet" in cli("cycle", "status", "K").err


def test_a_closing_day_lasts_to_its_end_in_the_zone_of_the_cycle(cli, sqlite_run):
    create = ["cycle", "create", "--questionnaire", "account_manager_pulse"]
    assert cli(*create, "today", "--closes", "2026-11-22").code == 0
    assert cli(*create, "noon", "--closes", "2026-12-01T12:00", "--timezone", "UTC").code == 0
    with sqlite_run.database.reading() as session:
        ends = [find_cycle(session, key).closes_at.isoformat() for key in ("today", "noon")]
    assert ends == ["2026-11-22T15:59:59+00:00", "2026-12-01T12:00:00+00:00"]


def test_a_dry_run_says_the_same_and_stores_nothing(cli, files, sqlite_run):
    cli("cycle", "create", "K", "--questionnaire", files / "tiny.yaml")
    before = dump(sqlite_run)
    dry = cli("roster", "import", files / "roster.csv", "--cycle", "K", "--dry-run", "--json")
    said = cli("roster", "import", files / "roster.csv", "--cycle", "K", "--dry-run").out
    assert said.startswith("Would store (read as utf-8-sig):")
    assert dump(sqlite_run) == before
    stored = cli("roster", "import", files / "roster.csv", "--cycle", "K", "--json").json
    assert stored.items() <= dry.json.items()


def test_every_mistake_of_a_roster_is_printed_on_a_line_of_its_own(cli, files, sqlite_run):
    draft_cycle(sqlite_run)
    (files / "roster.csv").write_text(
        ROSTER.replace("Boss Sun", "").replace("P3|P4", "P3|P9"), "utf-8"
    )
    outcome = cli("roster", "import", files / "roster.csv", "--cycle", "2026-Q4", "--json")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.splitlines() == [
        "Error: roster.csv has 2 mistakes; nothing was stored",
        '  line 2, peers: "P9" has no row in this file; add a row for them, or correct the id',
        "  line 4, name: is empty; every person needs one name",
    ]


def test_a_roster_may_come_with_a_map(cli, files, sqlite_run):
    draft_cycle(sqlite_run)
    (files / "roster.csv").write_text(ROSTER.replace("id,name", "Staff No,name", 1), "utf-8")
    (files / "map.yaml").write_text("id: Staff No\n")
    words = ["roster", "import", files / "roster.csv", "--cycle", "2026-Q4"]
    assert cli(*words).code == 1
    assert cli(*words, "--map", files / "map.yaml").code == 0


def test_the_status_prints_no_count_of_an_anonymous_relation(cli, sqlite_run, browser):
    open_cycle(sqlite_run)
    words = ["cycle", "status", "2026-Q4"]
    before = (cli(*words).out, cli(*words, "--json").json)
    submit(browser, token_of(sqlite_run, "C1"))
    assert (cli(*words).out, cli(*words, "--json").json) == before
    for rater in ("C2", "C3", "C4"):
        submit(browser, token_of(sqlite_run, rater))
    relations = {row["relation"]: row for row in cli(*words, "--json").json["relations"]}
    assert relations["CUSTOMER"] == {
        "relation": "CUSTOMER", "invited": 7, "answered": "3 or more", "ready_cells": 1, "cells": 2,
    }  # fmt: skip
    assert "CUSTOMER   answered: 3 or more; 1 of 2 groups can be shown" in cli(*words).out


def test_closing_twice_says_so_and_changes_nothing(cli, sqlite_run, browser):
    closed_cycle(sqlite_run, browser)
    outcome = cli("cycle", "close", "2026-Q4")
    assert (outcome.code, outcome.err) == (0, "")
    assert "was closed before; its keys are destroyed" in outcome.out


def test_reminding_after_the_closing_day_is_refused(cli, sqlite_run):
    open_cycle(sqlite_run)
    with sqlite_run.database.transaction() as session:
        find_cycle(session, "2026-Q4").closes_at = sqlite_run.config.now()
    outcome = cli("cycle", "remind", "2026-Q4")
    assert outcome.code == 1
    assert "The closing day is over" in outcome.err


def test_opening_needs_the_public_address(cli, sqlite_run):
    draft_cycle(sqlite_run)
    cli.set(PUBLIC_BASE_URL="feedback.example.com")
    outcome = cli("cycle", "open", "2026-Q4")
    assert outcome.code == 1
    assert "SURVEYAPP_PUBLIC_BASE_URL=https://feedback.example.com" in outcome.err


def test_without_a_mail_server_delivery_is_unavailable_and_all_stay_queued(cli, sqlite_run):
    open_cycle(sqlite_run)
    with smtp_server() as postbox:
        cli.set(MAIL_URL=f"smtp://127.0.0.1:{postbox.port}")
    outcome = cli("mail", "deliver", "--json")
    assert (outcome.code, outcome.out) == (3, "")
    assert "The mails stay queued." in outcome.err
    with smtp_server() as postbox:
        cli.set(MAIL_URL=f"smtp://127.0.0.1:{postbox.port}")
        assert cli("mail", "deliver", "--json").json["sent"] == 12


def test_a_server_that_dies_is_unavailable_after_what_it_took(cli, sqlite_run):
    open_cycle(sqlite_run)
    with smtp_server() as postbox:
        cli.set(MAIL_URL=f"smtp://127.0.0.1:{postbox.port}")
        postbox.gone_after = 5
        outcome = cli("mail", "deliver", "--json")
    assert outcome.code == 3
    assert (outcome.json["sent"], outcome.json["postponed"]) == (5, 7)
    assert "The batch stopped" in outcome.err


def test_a_mail_that_is_given_up_is_named_with_its_reason(cli, sqlite_run):
    open_cycle(sqlite_run)
    with smtp_server() as postbox:
        cli.set(MAIL_URL=f"smtp://127.0.0.1:{postbox.port}")
        postbox.refused = {"p1@example.com": "550 no such user"}
        outcome = cli("mail", "deliver", "--json")
    assert outcome.code == 0
    assert outcome.json["given_up"] == [{"email": "p1@example.com", "reason": "550 no such user"}]


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", 3, "The database is not available"),
        ("sqlite:////proc/none/x.sqlite3", 1, "Run: surveyapp db upgrade"),
        ("nonsense", 1, "SURVEYAPP_DATABASE_URL must read sqlite:///PATH or postgresql://"),
        ("nonsense://x", 1, "SURVEYAPP_DATABASE_URL must read sqlite:///PATH or postgresql://"),
        ("mysql://root:word@x/y", 1, "SURVEYAPP_DATABASE_URL must read sqlite:///PATH or"),
        ("oracle://x/y", 1, "SURVEYAPP_DATABASE_URL must read sqlite:///PATH or postgresql://"),
    ],
)
def test_a_database_that_cannot_be_used_is_said_in_one_sentence(cli, url, code, words):
    cli.set(DATABASE_URL=url)
    outcome = cli("cycle", "status", "K")
    assert (outcome.code, outcome.out) == (code, "")
    assert words in outcome.err


@pytest.mark.parametrize("url", ["nonsense", "mysql://root:hunter2@x/y"])
def test_doctor_says_the_same_of_a_database_without_quoting_its_password(cli, url):
    cli.set(DATABASE_URL=url)
    outcome = cli("doctor")
    assert (outcome.code, outcome.out) == (1, "")
    assert "SURVEYAPP_DATABASE_URL must read" in outcome.err
    assert "hunter2" not in outcome.err


def test_a_missing_driver_of_postgresql_is_said_with_what_installs_it(cli, monkeypatch):
    monkeypatch.setattr("surveyapp.db.find_spec", lambda _: None)
    cli.set(DATABASE_URL="postgresql://db.example.com/feedback")
    assert 'pip install -e ".[postgres]"' in cli("doctor").err


def test_an_empty_database_asks_for_its_schema(cli, tmp_path):
    cli.set(DATABASE_URL=f"sqlite:///{tmp_path / 'new.sqlite3'}")
    outcome = cli("cycle", "status", "K")
    assert outcome.code == 1
    assert "Run: surveyapp db upgrade" in outcome.err
    assert cli("db", "upgrade").code == 0
    assert "Cycles: none yet" in cli("cycle", "status", "K").err


def test_the_questionnaires_are_listed(cli):
    rows = cli("questionnaire", "list", "--json").json["questionnaires"]
    assert {row["key"] for row in rows} == {"account_manager_360", "account_manager_pulse"}
    assert "account_manager_pulse" in cli("questionnaire", "list").out


def test_a_file_with_mistakes_is_listed_as_such_and_stops_no_other(cli, tmp_path):
    (tmp_path / "broken.yaml").write_text("key: broken\n", encoding="utf-8")
    cli.set(QUESTIONNAIRE_DIR=str(tmp_path))
    found = cli("questionnaire", "list", "--json").json
    assert (found["faulty"], len(found["questionnaires"])) == (["broken"], 2)
    assert "broken                       has mistakes" in cli("questionnaire", "list").out


def test_a_good_questionnaire_has_no_errors(cli, files):
    outcome = cli("questionnaire", "check", files / "tiny.yaml", "--json")
    assert outcome.code == 0
    assert outcome.json == {"file": str(files / "tiny.yaml"), "errors": []}
    assert "no mistakes" in cli("questionnaire", "check", files / "tiny.yaml").out


def test_the_errors_of_a_questionnaire_have_place_and_mend(cli, files):
    (files / "tiny.yaml").write_text(TINY.replace("reverse: true", "revers: true"), "utf-8")
    outcome = cli("questionnaire", "check", files / "tiny.yaml", "--json")
    assert outcome.code == 1
    (error,) = outcome.json["errors"]
    assert set(error) == {"file", "line", "column", "path", "message", "hint"}
    assert (error["line"], error["file"]) == (20, str(files / "tiny.yaml"))
    assert "has 1 mistake." in outcome.err
    assert f"{error['file']}:20:" in cli("questionnaire", "check", files / "tiny.yaml").out


def test_the_schema_is_one_json_object(cli):
    assert cli("questionnaire", "schema").json["type"] == "object"


def test_a_file_that_is_not_there_is_a_usage_error(cli, sqlite_run):
    assert cli("questionnaire", "check", "none.yaml").code == 2
    assert cli("roster", "import", "none.csv", "--cycle", "K").code == 2


def test_an_imported_ratee_cannot_leave_the_report_folder(cli, files):
    (files / "map.yaml").write_text("ratee: who\nrelation: PEER\nitems: {quick: q}\n")
    (files / "ratings.csv").write_text("who,q\n" + "../../x,4\n" * 3)
    words = ["responses", "import", files / "ratings.csv", "--cycle", "old"]
    outcome = cli(*words, "--questionnaire", files / "tiny.yaml", "--map", files / "map.yaml")
    assert outcome.code == 1
    assert 'line 2, who: "../../x" is not an id' in outcome.err
    assert "Cycles: none yet" in cli("cycle", "status", "old").err


def test_imported_ratings_come_out_as_reports(cli, files):
    (files / "map.yaml").write_text("ratee: who\nrelation: PEER\nitems: {quick: q}\n")
    (files / "ratings.csv").write_text("who,q\n" + "A,4\nA,3\nA,5\n" + "B,4\nB,4\n")
    words = ["responses", "import", files / "ratings.csv", "--cycle", "old", "--json"]
    outcome = cli(*words, "--questionnaire", files / "tiny.yaml", "--map", files / "map.yaml")
    assert outcome.json == {"cycle": "old", "ratees": 2, "ratings": 5}
    assert cli("cycle", "status", "old", "--json").json["state"] == "imported"
    assert cli("report", "build", "--cycle", "old", "--out", files / "r", "--jobs", 1).code == 0
    assert (files / "r" / "A.zh.pdf").exists()
    assert (
        cli(*words, "--questionnaire", files / "tiny.yaml", "--map", files / "map.yaml").code == 1
    )


def test_a_folder_that_cannot_be_made_is_named(cli):
    cli.set(DATABASE_URL="sqlite:////proc/none/x.sqlite3")
    outcome = cli("db", "upgrade")
    assert outcome.code == 3
    assert "The data folder cannot be made" in outcome.err


def test_asking_in_the_wrong_folder_makes_no_second_database(cli, tmp_path):
    cli.set(DATABASE_URL=f"sqlite:///{tmp_path}/elsewhere/x.sqlite3")
    outcome = cli("cycle", "status", "K")
    assert outcome.code == 1
    assert "elsewhere/x.sqlite3 has no current schema" in outcome.err
    assert not (tmp_path / "elsewhere").exists()
