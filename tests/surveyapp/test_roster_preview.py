"""Before a roster is stored, a preview says exactly what storing it would do."""

import pytest
from sqlalchemy import event

from surveyapp import tokens
from surveyapp.errors import Refused
from surveyapp.models import StoppedAddress
from surveyapp.services.cycles import find_cycle
from surveyapp.services.rosters.rosterfiles import RosterFile, preview, store
from tests.dumps import dump
from tests.factories import draft_cycle, open_cycle
from tests.people import ROSTER

CHANGED = (
    ROSTER.replace("Boss Sun", "Boss Li")
    .replace("key,B1,P1|P2,", "key,B1,P1|P5,")
    .replace("C1,客户一,c1@harbour.example,zh,,,,Harbour,AM1\n", "")
    + "P5,Peer Five,p5@example.com,en,,,,,\n"
)


def looked_at(run, text=CHANGED, **options):
    with run.database.reading() as session:
        file = RosterFile(text.encode(), "roster.csv")
        return preview(session, find_cycle(session, "2026-Q4"), file, **options)


def stored(run, text=CHANGED):
    with run.database.transaction() as session:
        return store(session, find_cycle(session, "2026-Q4"), RosterFile(text.encode()))[0]


def test_a_preview_names_people_who_come_change_and_go(run):
    draft_cycle(run)
    diff = looked_at(run).effect.diff
    assert [person.id for person in diff.people_added] == ["P5"]
    assert [person.id for person in diff.people_removed] == ["C1"]
    (change,) = diff.people_changed
    assert (change.id, [(f.field, f.before, f.after) for f in change.fields]) == (
        "B1", [("name", "Boss Sun", "Boss Li")],
    )  # fmt: skip


def test_a_preview_names_assignments_that_come_and_go(run):
    draft_cycle(run)
    diff = looked_at(run).effect.diff
    assert [(a.rater, a.ratee, a.relation) for a in diff.assignments_added] == [
        ("P5", "AM2", "PEER")
    ]
    assert [(a.rater_name, a.ratee, a.relation) for a in diff.assignments_removed] == [
        ("客户一", "AM1", "CUSTOMER"), ("同事二", "AM2", "PEER"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", [ROSTER, CHANGED, ROSTER.replace("Foods", "Farms")])
def test_storing_does_what_the_preview_said(run, text):
    draft_cycle(run)
    said = looked_at(run, text).effect
    assert stored(run, text) == said.change
    again = looked_at(run, text).effect
    assert again.diff.is_empty
    assert (again.workload, again.forecast) == (said.workload, said.forecast)


def test_a_preview_changes_nothing(run):
    draft_cycle(run)
    before = dump(run)
    looked_at(run)
    assert dump(run) == before


def test_somebody_known_from_another_cycle_joins_and_is_not_new(run):
    draft_cycle(run, key="2026-Q3")
    draft_cycle(
        run, roster="".join(ROSTER.splitlines(keepends=True)[:2]).replace("B1,P1|P2|P3|P4", ",")
    )
    diff = looked_at(run, ROSTER).effect.diff
    assert diff.people_added == ()
    assert len(diff.people_joined) == 11


def test_problems_stand_on_their_rows_and_nothing_else_is_said(run):
    draft_cycle(run)
    found = looked_at(run, CHANGED.replace("p5@example.com", "p5").replace("P4,Peer", "P 4,Peer"))
    assert found.effect is None
    assert [(p.line, p.column) for p in found.problems] == [(2, "peers"), (8, "id"), (13, "email")]
    assert found.summary == "roster.csv has 3 mistakes; nothing was stored"


def test_a_position_without_a_questionnaire_is_a_problem_too(run, tmp_path):
    draft_cycle(run)
    with run.database.transaction() as session:
        find_cycle(session, "2026-Q4").questionnaires[0].position = "other"
    assert 'position "key"' in looked_at(run).problems[0].message


def test_raters_with_more_forms_than_the_limit_come_first_and_are_marked(run):
    draft_cycle(run)
    raters = looked_at(run, ROSTER, most_forms=1).effect.workload
    heavy = [(rater.id, rater.forms) for rater in raters if rater.too_many]
    assert heavy == [("B1", 2), ("C4", 2), ("C5", 2), ("P1", 2), ("P2", 2)]
    assert [rater.forms for rater in raters] == sorted((r.forms for r in raters), reverse=True)
    assert not any(rater.too_many for rater in looked_at(run, ROSTER).effect.workload)


def test_every_rater_stands_for_one_mail_and_stopped_addresses_are_said(run):
    draft_cycle(run)
    with run.database.transaction() as session:
        digest = tokens.address_digest("p3@example.com")
        session.add(StoppedAddress(address_digest=digest, reason="no such mailbox"))
    raters = {rater.id: rater for rater in looked_at(run, ROSTER).effect.workload}
    assert len(raters) == 12
    assert {rater.id: rater.stopped for rater in raters.values() if rater.stopped} == {
        "P3": "no such mailbox"
    }
    assert (raters["P1"].email, raters["P1"].language) == ("p1@example.com", "en")


def test_a_preview_foresees_groups_that_stay_hidden(run):
    draft_cycle(run)
    wanted = {(one.ratee_id, one.outcome) for one in looked_at(run).effect.forecast}
    assert {("AM1", "without comments"), ("AM2", "merged")} <= wanted


def test_a_running_cycle_has_no_preview(run):
    open_cycle(run)
    with pytest.raises(Refused, match="this needs a cycle that is draft"):
        looked_at(run)


def test_a_preview_needs_the_same_statements_for_few_and_for_many_people(sqlite_run):
    draft_cycle(sqlite_run)
    statements = []
    event.listen(
        sqlite_run.database.engine, "before_cursor_execute", lambda *a: statements.append(a)
    )
    looked_at(sqlite_run, ROSTER)
    small = len(statements)
    more = [f"AM{n},Am,am{n}@example.com,zh,key,B1,P1|P2|P3,,\n" for n in range(3, 40)]
    statements.clear()
    looked_at(sqlite_run, ROSTER + "".join(more))
    assert len(statements) == small <= 10


def test_the_command_prints_the_diff_before_it_is_stored(cli, sqlite_run, tmp_path):
    draft_cycle(sqlite_run)
    (tmp_path / "r.csv").write_text(CHANGED, encoding="utf-8")
    dry = ["roster", "import", tmp_path / "r.csv", "--cycle", "2026-Q4", "--dry-run"]
    lines = cli(*dry, "--most-forms", 1).out.splitlines()
    assert lines[0] == "Would store (read as utf-8-sig):"
    assert '  ~ B1 name: "Boss Sun" becomes "Boss Li"' in lines
    assert "  - C1 客户一" in lines
    assert "  + P5 Peer Five rates AM2 Bao Yu (PEER)" in lines
    assert "  B1 Boss Li would have 2 forms, more than 1" in lines
    assert "  mails when the cycle opens: 12" in lines


def test_the_command_gives_problems_as_json_and_ends_with_1(cli, sqlite_run, tmp_path):
    draft_cycle(sqlite_run)
    (tmp_path / "r.csv").write_text(CHANGED.replace("p5@example.com", "p5"), encoding="utf-8")
    outcome = cli(
        "roster", "import", tmp_path / "r.csv", "--cycle", "2026-Q4", "--dry-run", "--json"
    )
    assert outcome.code == 1
    (problem,) = outcome.json["problems"]
    assert (problem["line"], problem["column"]) == (13, "email")
    assert outcome.json["effect"] is None


def test_the_json_of_a_preview_has_numbers_and_lists(cli, sqlite_run, tmp_path):
    draft_cycle(sqlite_run)
    (tmp_path / "r.csv").write_text(CHANGED, encoding="utf-8")
    result = cli(
        "roster", "import", tmp_path / "r.csv", "--cycle", "2026-Q4", "--dry-run", "--json"
    ).json
    assert (result["people_added"], result["problems"]) == (1, [])
    assert result["diff"]["people_added"][0]["id"] == "P5"
    assert len(result["workload"]) == 12
