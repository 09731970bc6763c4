"""A roster file becomes the roster of a draft cycle: all of it or nothing, only what differs."""

import pytest
from sqlalchemy import event, func, select

import questionnaires
from analysis.disclosure import Policy
from surveyapp.errors import BadInput, Refused
from surveyapp.models import Account, Assignment, Cell, CycleRatee, Person
from surveyapp.services import cycles
from surveyapp.services.people import import_roster
from surveyapp.services.rosters.roster import read_roster
from tests.dumps import dump
from tests.factories import draft_cycle, open_cycle, tiny_questionnaire
from tests.people import ROSTER, TINY


def imported(run, roster=ROSTER, key="2026-Q4"):
    with run.database.transaction() as session:
        return import_roster(session, cycles.find_cycle(session, key), read_roster(roster.encode()))


def empty_cycle(run, by_position, key="2026-Q4"):
    with run.database.transaction() as session:
        cycles.create_cycle(session, key, by_position, Policy())


def count(run, table):
    with run.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_the_first_import_says_what_it_stored(run, tmp_path):
    empty_cycle(run, {"": tiny_questionnaire(tmp_path)})
    change = imported(run)
    assert (change.people_added, change.people_changed) == (12, 0)
    assert (change.assignments_added, change.assignments_removed) == (17, 0)
    assert (change.ratees, change.raters, change.not_asked) == (2, 12, 0)
    assert (count(run, Person), count(run, Assignment), count(run, Account)) == (12, 17, 2)


def test_the_same_file_again_changes_nothing(run):
    draft_cycle(run)
    before = dump(run)
    change = imported(run)
    assert dump(run) == before
    assert (change.people_added, change.people_changed) == (0, 0)
    assert (change.assignments_added, change.assignments_removed) == (0, 0)


@pytest.mark.parametrize(
    ("old", "new", "tables"),
    [
        ("Boss Sun", "Boss Li", {"person"}),
        ("boss@example.com,en", "sun@example.com,zh", {"person"}),
        ("AM2,Bao Yu,bao@example.com,en,key", "AM2,Bao Yu,bao@example.com,en,new", None),
        ("key,B1,P1|P2,", "key,B1,P1|P3,", {"assignment"}),
        ("key,B1,P1|P2,", "key,B1,,", {"assignment", "cell"}),
        ("Foods,AM1|AM2", "Farms,AM1|AM2", {"account", "person"}),
    ],
)
def test_a_changed_file_changes_just_that(run, old, new, tables):
    draft_cycle(run)
    before = dump(run)
    imported(run, ROSTER.replace(old, new, 1))
    after = dump(run)
    changed = {table for table in before if before[table] != after[table]} - {"roster_snapshot"}
    assert changed == (tables or {"person", "cycle_ratee"})


def test_a_changed_file_says_what_changed(run):
    draft_cycle(run)
    text = ROSTER.replace("Boss Sun", "Boss Li").replace("key,B1,P1|P2,", "key,B1,P1|P3,P5,")
    text = text.replace("P3,P5", "P3|P5") + "P5,Peer Five,p5@example.com,en,,,,,\n"
    change = imported(run, text)
    assert (change.people_added, change.people_changed) == (1, 1)
    assert (change.assignments_added, change.assignments_removed) == (2, 1)


def test_a_manager_who_leaves_the_file_leaves_the_cycle(run):
    draft_cycle(run)
    rows = ROSTER.replace("AM1|AM2", "AM1").splitlines(keepends=True)
    change = imported(run, "".join(row for row in rows if not row.startswith("AM2")))
    assert change.assignments_removed == 6
    assert (count(run, CycleRatee), count(run, Cell)) == (1, 4)
    assert count(run, Person) == 12  # known from now on, in other cycles perhaps


@pytest.mark.parametrize("mistake", ["Boss Sun", "P1|P2|P3|P4"])
def test_a_file_with_a_mistake_leaves_the_database_as_it_was(run, mistake):
    draft_cycle(run)
    before = dump(run)
    with pytest.raises(BadInput):
        imported(run, ROSTER.replace(mistake, "" if mistake == "Boss Sun" else "P9") + "\n")
    assert dump(run) == before


def test_a_running_cycle_takes_no_roster(run):
    open_cycle(run)
    before = dump(run)
    with pytest.raises(
        Refused, match="The cycle 2026-Q4 is open; this needs a cycle that is draft"
    ):
        imported(run, ROSTER.replace("Boss Sun", "Boss Li"))
    assert dump(run) == before


def test_a_position_may_have_a_questionnaire_of_its_own(run, tmp_path):
    tiny, pulse = tiny_questionnaire(tmp_path), questionnaires.load("account_manager_pulse")
    empty_cycle(run, {"": tiny, "new": pulse})
    change = imported(run, ROSTER.replace("bao@example.com,en,key", "bao@example.com,en,new"))
    with run.database.reading() as session:
        chosen = {
            r.ratee.external_id: r.questionnaire_hash for r in session.scalars(select(CycleRatee))
        }
    assert chosen == {"AM1": tiny.content_hash, "AM2": pulse.content_hash}
    assert change.not_asked == 3  # the supervisor and two peers of AM2: pulse asks customers
    assert change.unused_positions == ()


def test_relations_that_the_questionnaire_does_not_ask_are_left_out_and_counted(run):
    empty_cycle(run, {"": questionnaires.load("account_manager_pulse")})
    change = imported(run)
    assert change.not_asked == 8
    assert (change.assignments_added, change.raters) == (9, 7)
    with run.database.reading() as session:
        assert set(session.scalars(select(Cell.relation))) == {"SELF", "CUSTOMER"}


def test_a_position_that_nobody_holds_is_pointed_out(run, tmp_path):
    tiny = tiny_questionnaire(tmp_path)
    empty_cycle(run, {"": tiny, "keys": tiny})
    assert imported(run).unused_positions == ("keys",)


def test_weights_for_a_position_that_nobody_holds_are_pointed_out(run, tmp_path):
    file = tmp_path / "weighted.yaml"
    own = "position_weights: {key: {CUSTOMER: 100}, kye: {PEER: 100}, new: {PEER: 100}}\n"
    file.write_text(TINY + own, encoding="utf-8")
    weighted, pulse = questionnaires.load(file), questionnaires.load("account_manager_pulse")
    empty_cycle(run, {"": weighted, "new": pulse})
    change = imported(run, ROSTER.replace("bao@example.com,en,key", "bao@example.com,en,new"))
    assert change.unused_weights == ("kye", "new")  # who is "new" has another questionnaire


def test_a_position_without_any_questionnaire_is_refused(run, tmp_path):
    empty_cycle(run, {"new": tiny_questionnaire(tmp_path)})
    with pytest.raises(BadInput) as caught:
        imported(run)
    assert caught.value.mistakes == (
        'position "key": create the cycle with --position "key=QUESTIONNAIRE"',
    )
    assert count(run, Person) == 0


def test_two_cycles_share_people_but_not_rosters(run, tmp_path):
    draft_cycle(run)
    empty_cycle(run, {"": tiny_questionnaire(tmp_path)}, key="2027-Q1")
    change = imported(run, ROSTER.replace("key,B1,P1|P2,", "key,B1,,"), key="2027-Q1")
    assert (change.people_added, change.assignments_added) == (0, 15)
    assert count(run, Assignment) == 32


def test_an_import_needs_the_same_statements_for_few_and_for_many_people(sqlite_run):
    draft_cycle(sqlite_run)
    statements = []
    event.listen(
        sqlite_run.database.engine, "before_cursor_execute", lambda *a: statements.append(a)
    )
    imported(sqlite_run)
    small = len(statements)
    more = [f"AM{n},Am,am{n}@example.com,zh,key,B1,P1|P2|P3,,\n" for n in range(3, 40)]
    imported(sqlite_run, ROSTER + "".join(more))
    statements.clear()
    imported(sqlite_run, ROSTER + "".join(more))
    assert len(statements) == small
