"""Taking a roster into a draft cycle: the roster of the cycle becomes what the file says."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from questionnaires.model import Relation
from surveyapp.errors import BadInput
from surveyapp.models import Account, Assignment, Cell, Cycle, CycleRatee, CycleState, Person
from surveyapp.services.cycles import require_state
from surveyapp.services.freezing import frozen
from surveyapp.services.roster import Roster, RosterPerson

Triple = tuple[str, str, Relation]  # rater, ratee, relation


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


def import_roster(session: Session, cycle: Cycle, roster: Roster) -> RosterChange:
    """Make the cycle's roster equal to ``roster``; the same roster again changes nothing."""
    require_state(cycle, CycleState.DRAFT)
    questionnaires = {q.position: q.questionnaire_hash for q in cycle.questionnaires}
    _require_questionnaires(roster, set(questionnaires))
    people, added, changed = _store_people(session, roster)
    left = _store_ratees(session, cycle, roster, people, questionnaires)
    present = {
        (row.rater_id, row.cell.ratee_id, Relation(row.cell.relation)): row
        for row in session.scalars(
            select(Assignment)
            .join(Assignment.cell)
            .where(Cell.cycle_id == cycle.id)
            .options(contains_eager(Assignment.cell))
        )
    }
    asked = _asked_relations(session, cycle, roster, questionnaires)
    wanted = {
        (people[rater].id, people[ratee].id, relation): None
        for rater, ratee, relation in roster.assignments
        if relation in asked[ratee]
    }
    removed = [row for key, row in present.items() if key not in wanted]
    for assignment in removed:
        session.delete(assignment)
    fresh = [key for key in wanted if key not in present]
    _add_assignments(session, cycle, fresh)
    _drop_empty_cells(session, cycle, set(wanted))
    for row in left:
        session.delete(row)
    session.flush()
    return RosterChange(
        people_added=added,
        people_changed=changed,
        assignments_added=len(fresh),
        assignments_removed=len(removed),
        not_asked=len(roster.assignments) - len(wanted),
        ratees=len(roster.ratees),
        raters=len({rater for rater, _, _ in wanted}),
        unused_positions=tuple(sorted(set(questionnaires) - {"", *_positions(roster)})),
        unused_weights=_unused_weights(session, roster, questionnaires),
    )


def _require_questionnaires(roster: Roster, positions: set[str]) -> None:
    if "" in positions:
        return
    missing = sorted(_positions(roster) - positions)
    if missing:
        raise BadInput(
            "Some positions have no questionnaire; nothing was stored",
            [
                f'position "{p}": create the cycle with --position "{p}=QUESTIONNAIRE"'
                for p in missing
            ],
        )


def _positions(roster: Roster) -> set[str]:
    return {ratee.position for ratee in roster.ratees}


def _unused_weights(
    session: Session, roster: Roster, questionnaires: dict[str, str]
) -> tuple[str, ...]:
    """Positions with weights in a questionnaire by which nobody who holds them is rated."""
    rated = {(p, questionnaires.get(p) or questionnaires[""]) for p in _positions(roster)}
    weighted = {
        (position, digest)
        for digest in set(questionnaires.values())
        for position in frozen(session, digest).position_weights
    }
    return tuple(sorted({position for position, _ in weighted - rated}))


def _asked_relations(
    session: Session, cycle: Cycle, roster: Roster, questionnaires: dict[str, str]
) -> dict[str, set[Relation]]:
    """Per ratee, the relations for which the questionnaire of their position has items."""
    asked = {
        digest: {r for r in Relation if frozen(session, digest).items_for(r)}
        for digest in set(questionnaires.values())
    }
    return {
        ratee.id: asked[questionnaires.get(ratee.position) or questionnaires[""]]
        for ratee in roster.ratees
    }


def _store_people(session: Session, roster: Roster) -> tuple[dict[str, Person], int, int]:
    known = {person.external_id: person for person in session.scalars(select(Person))}
    accounts = {account.name: account for account in session.scalars(select(Account))}
    added = changed = 0
    for row in roster.people:
        if row.account and row.account not in accounts:
            accounts[row.account] = Account(name=row.account)
            session.add(accounts[row.account])
            session.flush()
        person = known.get(row.id)
        if person is None:
            person = known[row.id] = Person(external_id=row.id)
            session.add(person)
            added += 1
        changed += _update(person, row, accounts) and person.id is not None
    session.flush()
    return known, added, changed


def _update(person: Person, row: RosterPerson, accounts: dict[str, Account]) -> bool:
    account = accounts[row.account].id if row.account else None
    values = {
        "name": row.name,
        "email": row.email,
        "language": row.language,
        "position": row.position,
        "account_id": account,
    }
    different = {name: value for name, value in values.items() if getattr(person, name) != value}
    for name, value in different.items():
        setattr(person, name, value)
    return bool(different)


def _store_ratees(
    session: Session,
    cycle: Cycle,
    roster: Roster,
    people: dict[str, Person],
    questionnaires: dict[str, str],
) -> list[CycleRatee]:
    """Add and change ratees; returns those who left, to go once their cells are gone."""
    present = {
        row.ratee_id: row
        for row in session.scalars(select(CycleRatee).where(CycleRatee.cycle_id == cycle.id))
    }
    for ratee in roster.ratees:
        chosen = questionnaires.get(ratee.position) or questionnaires[""]
        row = present.pop(people[ratee.id].id, None)
        if row is None:
            row = CycleRatee(cycle_id=cycle.id, ratee_id=people[ratee.id].id)
            session.add(row)
        if (row.position, row.questionnaire_hash) != (ratee.position, chosen):
            row.position, row.questionnaire_hash = ratee.position, chosen
    session.flush()
    return list(present.values())


def _add_assignments(session: Session, cycle: Cycle, fresh: list[Triple]) -> None:
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


def _drop_empty_cells(session: Session, cycle: Cycle, wanted: set[Triple]) -> None:
    kept = {(ratee, relation) for _, ratee, relation in wanted}
    session.flush()
    for cell in session.scalars(select(Cell).where(Cell.cycle_id == cycle.id)):
        if (cell.ratee_id, Relation(cell.relation)) not in kept:
            session.delete(cell)
    session.flush()
