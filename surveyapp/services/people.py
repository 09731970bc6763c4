"""Taking a roster into a draft cycle: the roster of the cycle becomes what the file says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, contains_eager

from questionnaires.model import Relation
from surveyapp.i18n import N_
from surveyapp.models import (
    Account,
    Assignment,
    Cell,
    Cycle,
    CycleRatee,
    CycleState,
    Nomination,
    Person,
)
from surveyapp.services.cycles import require_state
from surveyapp.services.drafts import nominated
from surveyapp.services.rosters import rosterplans, rostersnapshots
from surveyapp.services.rosters.roster import Roster, RosterPerson, Triple
from surveyapp.services.rosters.rosterplans import RosterPlan
from surveyapp.services.seen import require_same

Key = tuple[str, str, Relation]  # ids of the database: rater, ratee, relation


@dataclass(frozen=True)
class RosterChange:
    """What an import did, or would do."""

    people_added: int
    people_changed: int
    assignments_added: int
    assignments_removed: int
    not_asked: int  # roster entries whose relation the questionnaire has no items for
    ratees: int
    raters: int
    unused_positions: tuple[str, ...]  # have a questionnaire of their own, but nobody holds them
    unused_weights: tuple[str, ...]  # positions for which a questionnaire has weights, likewise


def change_of(plan: RosterPlan) -> RosterChange:
    return RosterChange(
        people_added=len(plan.diff.people_added),
        people_changed=len(plan.diff.people_changed),
        assignments_added=len(plan.diff.assignments_added),
        assignments_removed=len(plan.diff.assignments_removed),
        not_asked=plan.not_asked,
        ratees=len(plan.ratees),
        raters=len({rater for rater, _, _ in plan.assignments}),
        unused_positions=plan.unused_positions,
        unused_weights=plan.unused_weights,
    )


def import_roster(session: Session, cycle: Cycle, roster: Roster, seen: str = "") -> RosterChange:
    """Make the cycle's roster equal to ``roster``; the same roster again changes nothing.

    ``seen`` is what a preview showed: if the file would do something else by now, it does nothing.
    """
    require_state(cycle, CycleState.DRAFT)
    plan = rosterplans.plan(session, cycle, roster)
    reason = N_(
        "The roster was changed in the meantime, and nothing was stored. Below is what this file "
        "would do now."
    )
    require_same(plan.diff, seen, reason)
    known = set(session.scalars(select(Account.name)))
    apply(session, cycle, plan)
    if not plan.diff.is_empty:
        content = _snapshot(plan, known, set(nominated.approved(session, cycle)))
        rostersnapshots.keep(session, cycle.id, content)
    return change_of(plan)


def _snapshot(plan: RosterPlan, known: set[str], nominated: set[Triple]) -> dict[str, Any]:
    """What undoing needs: whom the import brought, what it changed, the roster before.

    ``known`` are the companies there were before. Nominations are decided apart from files, so
    what is ``nominated`` neither comes nor goes by undoing one.
    """
    return {
        "added": [person.id for person in plan.diff.people_added],
        "accounts": sorted({person.account for person in plan.people.values()} - known - {""}),
        "changed": [
            [change.id, one.field, one.before, one.after]
            for change in plan.diff.people_changed
            for one in change.fields
        ],
        "ratees": [[ratee.id, ratee.position] for ratee in plan.before.ratees],
        "assignments": [
            list(triple) for triple in plan.before.assignments if triple not in nominated
        ],
    }


def apply(session: Session, cycle: Cycle, plan: RosterPlan) -> None:
    """Do what a plan says, and nothing else."""
    people = _store_people(session, plan)
    left = _store_ratees(session, cycle, plan, people)
    wanted = {
        (people[rater].id, people[ratee].id, relation): None
        for rater, ratee, relation in plan.assignments
    }
    _store_assignments(session, cycle, wanted)
    _drop_empty_cells(session, cycle, wanted)
    gone = [row.ratee_id for row in left]
    session.execute(
        delete(Nomination).where(Nomination.cycle_id == cycle.id, Nomination.ratee_id.in_(gone))
    )
    for row in left:
        session.delete(row)
    session.flush()


def _store_people(session: Session, plan: RosterPlan) -> dict[str, Person]:
    """Add and change people; returns everybody who is known, by id."""
    known = {person.external_id: person for person in session.scalars(select(Person))}
    accounts = {account.name: account for account in session.scalars(select(Account))}
    different = {change.id for change in plan.diff.people_changed}
    for row in plan.people.values():
        if row.account and row.account not in accounts:
            accounts[row.account] = Account(name=row.account)
            session.add(accounts[row.account])
            session.flush()
        if row.id not in known:
            known[row.id] = Person(external_id=row.id, position="")
            session.add(known[row.id])
            _update(known[row.id], row, accounts)
        elif row.id in different:
            _update(known[row.id], row, accounts)
    session.flush()
    return known


def _update(person: Person, row: RosterPerson, accounts: dict[str, Account]) -> None:
    person.name, person.email, person.language = row.name, row.email, row.language
    person.position = row.position or person.position
    person.account_id = accounts[row.account].id if row.account else None


def _store_ratees(
    session: Session, cycle: Cycle, plan: RosterPlan, people: dict[str, Person]
) -> list[CycleRatee]:
    """Add and change ratees; returns those who left, to go once their cells are gone."""
    questionnaires = {q.position: q.questionnaire_hash for q in cycle.questionnaires}
    present = {
        row.ratee_id: row
        for row in session.scalars(select(CycleRatee).where(CycleRatee.cycle_id == cycle.id))
    }
    for ratee in plan.ratees:
        chosen = questionnaires.get(ratee.position) or questionnaires[""]
        row = present.pop(people[ratee.id].id, None)
        if row is None:
            row = CycleRatee(cycle_id=cycle.id, ratee_id=people[ratee.id].id)
            session.add(row)
        if (row.position, row.questionnaire_hash) != (ratee.position, chosen):
            row.position, row.questionnaire_hash = ratee.position, chosen
    session.flush()
    return list(present.values())


def _store_assignments(session: Session, cycle: Cycle, wanted: dict[Key, None]) -> None:
    present = {
        (row.rater_id, row.cell.ratee_id, Relation(row.cell.relation)): row
        for row in session.scalars(
            select(Assignment)
            .join(Assignment.cell)
            .where(Cell.cycle_id == cycle.id)
            .options(contains_eager(Assignment.cell))
        )
    }
    for key, row in present.items():
        if key not in wanted:
            session.delete(row)
    _add_assignments(session, cycle, [key for key in wanted if key not in present])


def _add_assignments(session: Session, cycle: Cycle, fresh: list[Key]) -> None:
    cells = {
        (cell.ratee_id, Relation(cell.relation)): cell
        for cell in session.scalars(select(Cell).where(Cell.cycle_id == cycle.id))
    }
    for _, ratee, relation in fresh:
        if (ratee, relation) not in cells:
            cells[ratee, relation] = Cell(cycle_id=cycle.id, ratee_id=ratee, relation=relation)
            session.add(cells[ratee, relation])
    session.flush()
    session.add_all(
        Assignment(cell_id=cells[ratee, relation].id, rater_id=rater)
        for rater, ratee, relation in fresh
    )
    session.flush()


def _drop_empty_cells(session: Session, cycle: Cycle, wanted: dict[Key, None]) -> None:
    kept = {(ratee, relation) for _, ratee, relation in wanted}
    session.flush()
    for cell in session.scalars(select(Cell).where(Cell.cycle_id == cycle.id)):
        if (cell.ratee_id, Relation(cell.relation)) not in kept:
            session.delete(cell)
    session.flush()
