"""The last import of a draft can be undone, and leaves nothing behind."""

import pytest
from sqlalchemy import select

from surveyapp.errors import Refused
from surveyapp.models import Account, Cell, CycleRatee, Person
from surveyapp.services.cycles import find_cycle
from surveyapp.services.people import import_roster
from surveyapp.services.privacy.erasure import erase, find_person
from surveyapp.services.rosters.roster import read_roster
from surveyapp.services.rosters.rosterplans import known_people, roster_of
from surveyapp.services.rosters.rosterundo import undo_import
from tests.dumps import dump
from tests.factories import draft_cycle, open_cycle
from tests.people import HEADER, ROSTER

OTHER = (
    ROSTER.replace("Boss Sun,boss@", "Boss Li,li.boss@")
    .replace("key,B1,P1|P2,", "new,B1,P1|P5,")
    .replace("Foods,AM1|AM2", "Farms,AM1")
    .replace("C1,客户一,c1@harbour.example,zh,,,,Harbour,AM1\n", "")
    + "P5,Peer Five,p5@example.com,en,,,,,\nC9,Nine,c9@nine.example,en,,,,Nine Ltd,AM2\n"
)


def imported(run, roster=OTHER, key="2026-Q4"):
    with run.database.transaction() as session:
        import_roster(session, find_cycle(session, key), read_roster(roster.encode()))


def undone(run, key="2026-Q4"):
    with run.database.transaction() as session:
        return undo_import(session, find_cycle(session, key))


def without_ids(run):
    """All that an import may change, but for random ids and the snapshot."""
    with run.database.reading() as session:
        roster = roster_of(session, find_cycle(session, "2026-Q4"))
        cells = session.execute(
            select(Cell.relation, Person.external_id).join(Person, Person.id == Cell.ratee_id)
        )
        ratees = session.execute(select(CycleRatee.position, CycleRatee.questionnaire_hash))
        return (
            roster,
            sorted(known_people(session), key=repr),
            sorted(session.scalars(select(Account.name))),
            sorted(map(tuple, cells)),
            sorted(map(tuple, ratees)),
        )


@pytest.mark.parametrize("other", [OTHER, HEADER + "Z1,Zhao,z@example.com,zh,key,,,,\n"])
def test_undoing_brings_back_people_companies_and_assignments(run, other):
    draft_cycle(run)
    before = without_ids(run)
    imported(run, other)
    assert without_ids(run) != before
    undone(run)
    assert without_ids(run) == before


def test_undoing_the_first_import_leaves_nobody(run):
    draft_cycle(run)
    undone(run)
    tables = dump(run)
    assert [tables[name] for name in ("person", "account", "assignment", "cycle_ratee")] == [[]] * 4


def test_it_says_what_it_did(run):
    draft_cycle(run)
    imported(run)
    change = undone(run)
    assert (change.assignments_added, change.assignments_removed) == (4, 2)


def test_only_the_last_import_can_be_undone_and_only_once(run):
    draft_cycle(run)
    imported(run)
    undone(run)
    with pytest.raises(Refused, match="There is no roster import of 2026-Q4"):
        undone(run)


def test_the_same_file_again_is_no_import_to_undo(run):
    draft_cycle(run)
    before = without_ids(run)
    imported(run)
    imported(run)
    undone(run)
    assert without_ids(run) == before


def test_what_was_changed_about_a_person_since_stays(run):
    draft_cycle(run)
    imported(run)
    with run.database.transaction() as session:
        find_person(session, "B1").name = "Boss Wang"
    undone(run)
    with run.database.reading() as session:
        boss = find_person(session, "B1")
    assert (boss.name, boss.email) == ("Boss Wang", "boss@example.com")


def test_a_newcomer_who_rates_in_another_cycle_stays_known(run):
    draft_cycle(run)
    imported(run)
    draft_cycle(run, roster=OTHER, key="2027-Q1")
    undone(run)
    with run.database.reading() as session:
        assert find_person(session, "P5").name == "Peer Five"


def test_the_position_somebody_has_in_another_cycle_stays(run):
    draft_cycle(run)
    lead = HEADER + "B1,Boss Sun,boss@example.com,en,lead,,,,\n"
    draft_cycle(run, roster=lead, key="2027-Q1")
    imported(run, OTHER.replace("Boss Li,li.boss@", "Boss Sun,boss@"))
    undone(run)
    with run.database.reading() as session:
        assert find_person(session, "B1").position == "lead"


def test_an_open_cycle_refuses_whether_or_not_somebody_has_answered(run):
    open_cycle(run)
    with pytest.raises(Refused, match="is open; this needs a cycle that is draft"):
        undone(run)


def test_opening_deletes_the_snapshot(run):
    draft_cycle(run)
    assert len(dump(run)["roster_snapshot"]) == 1
    open_cycle(run, key="2027-Q1")
    assert len(dump(run)["roster_snapshot"]) == 1  # that of the draft


@pytest.mark.parametrize("person", ["C1", "P5", "B1", "AM2"])
def test_a_person_who_is_erased_is_not_brought_back(run, person):
    draft_cycle(run)
    imported(run)
    with run.database.transaction() as session:
        erase(session, find_person(session, person), with_results=False, force=False)
    assert dump(run)["roster_snapshot"] == []


def test_a_person_whom_no_import_touched_may_be_erased_without_loss(run):
    draft_cycle(run)
    with run.database.transaction() as session:
        session.add(Person(external_id="X", name="X"))
        session.flush()
        erase(session, find_person(session, "X"), with_results=False, force=False)
    assert len(dump(run)["roster_snapshot"]) == 1


def test_the_command_undoes_and_is_logged(cli, sqlite_run, tmp_path):
    draft_cycle(sqlite_run)
    imported(sqlite_run)
    assert cli("roster", "undo", "--cycle", "2026-Q4").out == (
        "Undone: 4 assignments are back and 2 are gone.\n"
    )
    assert "roster undo" in cli("audit").out
    assert cli("roster", "undo", "--cycle", "2026-Q4").code == 1
