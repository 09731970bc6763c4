"""What a roster would change in a draft cycle: previews show it, imports do exactly that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, joinedload

from questionnaires.model import Relation
from questionnaires.sentences import Sentence
from surveyapp.errors import BadInput, Refused
from surveyapp.i18n import N_
from surveyapp.models import Assignment, Cell, Cycle, CycleRatee, Invitation, Person
from surveyapp.services.drafts.nominated import approved
from surveyapp.services.freezing import frozen
from surveyapp.services.rosters.roster import Roster, RosterPerson, Triple

FIELDS = ("name", "email", "language", "position", "account")
MAX_NAMED = 5


@dataclass(frozen=True)
class FieldChange:
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class PersonChange:
    """What would be different about somebody who is known."""

    id: str
    name: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class AssignmentLine:
    rater: str
    rater_name: str
    ratee: str
    ratee_name: str
    relation: Relation


@dataclass(frozen=True)
class RosterDiff:
    """From the roster as it is to the roster as it would be; people by their ids."""

    people_added: tuple[RosterPerson, ...]  # known to nobody so far
    people_joined: tuple[RosterPerson, ...]  # known, and new to this cycle
    people_changed: tuple[PersonChange, ...]
    people_removed: tuple[RosterPerson, ...]  # from this cycle; they stay known
    assignments_added: tuple[AssignmentLine, ...]
    assignments_removed: tuple[AssignmentLine, ...]

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, name) for name in self.__dataclass_fields__)


@dataclass(frozen=True)
class RosterPlan:
    """The roster as it would be, as far as the questionnaires ask, and what is different in it."""

    before: Roster
    diff: RosterDiff
    people: Mapping[str, RosterPerson]  # everybody in the roster, by id
    ratees: tuple[RosterPerson, ...]
    assignments: tuple[Triple, ...]
    not_asked: int  # roster entries whose relation the questionnaire has no items for
    unused_positions: tuple[str, ...]  # have a questionnaire of their own, but nobody holds them
    unused_weights: tuple[str, ...]  # positions for which a questionnaire has weights, likewise


def roster_of(session: Session, cycle: Cycle) -> Roster:
    """The roster that a cycle has."""
    positions = dict(
        session.execute(
            select(CycleRatee.ratee_id, CycleRatee.position).where(CycleRatee.cycle_id == cycle.id)
        ).all()
    )
    triples = _triples(session, cycle)
    known = session.scalars(select(Person).options(joinedload(Person.account))).all()
    named = {external_id for rater, ratee, _ in triples for external_id in (rater, ratee)}
    people = [
        _as_row(person, positions.get(person.id, ""))
        for person in known
        if person.id in positions or person.external_id in named
    ]
    return Roster(tuple(sorted(people, key=lambda one: one.id)), triples, "the database")


def _triples(session: Session, cycle: Cycle) -> tuple[Triple, ...]:
    rater, ratee = aliased(Person), aliased(Person)
    rows = session.execute(
        select(rater.external_id, ratee.external_id, Cell.relation)
        .join(Assignment, Assignment.cell_id == Cell.id)
        .join(rater, rater.id == Assignment.rater_id)
        .join(ratee, ratee.id == Cell.ratee_id)
        .where(Cell.cycle_id == cycle.id)
    )
    return tuple(sorted((who, whom, Relation(relation)) for who, whom, relation in rows))


def _as_row(person: Person, position: str) -> RosterPerson:
    return RosterPerson(
        id=person.external_id,
        name=person.name,
        email=person.email,
        language=person.language,
        position=position,
        account=person.account.name if person.account else "",
    )


def known_people(session: Session) -> list[RosterPerson]:
    """Everybody in the database, in this cycle or not."""
    people = session.scalars(select(Person).options(joinedload(Person.account)))
    return [_as_row(person, person.position) for person in people]


def plan(session: Session, cycle: Cycle, roster: Roster) -> RosterPlan:
    """What importing ``roster`` would make of the roster of a cycle; stores nothing."""
    questionnaires = {q.position: q.questionnaire_hash for q in cycle.questionnaires}
    _require_questionnaires(roster, set(questionnaires))
    asked = _asked_relations(session, roster, questionnaires)
    nominated = [one for one in approved(session, cycle) if one[1] in asked]
    wanted = tuple(
        triple
        for triple in dict.fromkeys([*roster.assignments, *nominated])
        if triple[2] in asked[triple[1]]
    )
    known = {
        person.external_id: person
        for person in session.scalars(select(Person).options(joinedload(Person.account)))
    }
    before = roster_of(session, cycle)
    people = {rater: _as_row(known[rater], "") for rater, _, _ in nominated}
    people |= {person.id: person for person in roster.people}
    diff = _diff(before, roster, wanted, known)
    require_no_link_out(session, diff.people_changed)
    return RosterPlan(
        before=before,
        diff=diff,
        people=people,
        ratees=roster.ratees,
        assignments=wanted,
        not_asked=sum(relation not in asked[ratee] for _, ratee, relation in roster.assignments),
        unused_positions=tuple(sorted(set(questionnaires) - {"", *_positions(roster)})),
        unused_weights=_unused_weights(session, roster, questionnaires),
    )


def require_no_link_out(session: Session, changes: Iterable[PersonChange]) -> None:
    """Refuse another address for whoever rates in an open cycle.

    The link lives, and asking for it again would bring it to the other address: whoever reads
    there would see who has answered, and could answer in the rater's place.
    """
    moved = {one.id for one in changes if any(field.field == "email" for field in one.fields)}
    if not moved:
        return
    out = session.execute(
        select(Person.external_id, Cycle.key)
        .join(Invitation, Invitation.rater_id == Person.id)
        .join(Cycle, Cycle.id == Invitation.cycle_id)
        .where(Cycle.opened_at.is_not(None), Cycle.closed_at.is_(None))
        .order_by(Cycle.key, Person.external_id)
    )
    found = [(who, key) for who, key in out if who in moved]
    if found:
        named = [who for who, key in found if key == found[0][1]]
        raise Refused(
            N_(
                "The mail address of %(people)s cannot change before %(cycle)s is closed: "
                "the personal link went to the one that is known. Leave it as it is until then."
            ),
            people=", ".join(named[:MAX_NAMED] + ["…"] * (len(named) > MAX_NAMED)),
            cycle=found[0][1],
        )


def _diff(
    before: Roster, roster: Roster, wanted: tuple[Triple, ...], known: Mapping[str, Person]
) -> RosterDiff:
    will_be_in = {ratee.id for ratee in roster.ratees} | {rater for rater, _, _ in wanted}
    joining = will_be_in - {person.id for person in before.people}
    named = {one.id: one.name for one in [*before.people, *roster.people]}
    return RosterDiff(
        people_added=tuple(one for one in roster.people if one.id not in known),
        people_joined=tuple(one for one in roster.people if one.id in known and one.id in joining),
        people_changed=tuple(
            change
            for one in roster.people
            if one.id in known and (change := _change(known[one.id], one)).fields
        ),
        people_removed=tuple(one for one in before.people if one.id not in will_be_in),
        assignments_added=_lines(set(wanted) - set(before.assignments), named),
        assignments_removed=_lines(set(before.assignments) - set(wanted), named),
    )


def _change(person: Person, row: RosterPerson) -> PersonChange:
    # Who is not rated here may be rated in another cycle, so no position is no news.
    now = _as_row(person, person.position if row.position else "")
    fields = tuple(
        FieldChange(name, getattr(now, name), getattr(row, name))
        for name in FIELDS
        if getattr(now, name) != getattr(row, name)
    )
    return PersonChange(row.id, row.name, fields)


def _lines(triples: Iterable[Triple], named: Mapping[str, str]) -> tuple[AssignmentLine, ...]:
    order = list(Relation)
    return tuple(
        AssignmentLine(rater, named[rater], ratee, named[ratee], relation)
        for rater, ratee, relation in sorted(
            triples, key=lambda one: (one[1], order.index(one[2]), one[0])
        )
    )


def _require_questionnaires(roster: Roster, positions: set[str]) -> None:
    if "" in positions:
        return
    missing = sorted(_positions(roster) - positions)
    if missing:
        raise BadInput(
            N_("Some positions have no questionnaire; nothing was stored"),
            [
                Sentence(
                    N_(
                        'position "%(position)s": create the cycle with '
                        '--position "%(position)s=QUESTIONNAIRE"'
                    ),
                    position=position,
                )
                for position in missing
            ],
        )


def _positions(roster: Roster) -> set[str]:
    return {ratee.position for ratee in roster.ratees}


def _unused_weights(
    session: Session, roster: Roster, questionnaires: Mapping[str, str]
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
    session: Session, roster: Roster, questionnaires: Mapping[str, str]
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
