"""What is proposed in a draft, what was decided, and who has too few raters: lists of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, delete, select, update
from sqlalchemy.orm import Session, aliased

from questionnaires.model import Relation
from surveyapp.models import (
    Account,
    Cycle,
    CycleRatee,
    Nomination,
    NominationRule,
    NominationState,
    Person,
)
from surveyapp.services.cycles import cell_counts
from surveyapp.services.paging import Page, paged
from surveyapp.services.rosters.roster import Triple


@dataclass(frozen=True)
class NominationLine:
    ratee: str
    ratee_name: str
    rater: str
    rater_key: str  # of the database: tells nothing, not even whether the rater was known before
    rater_name: str
    rater_email: str
    account: str
    relation: Relation
    state: NominationState
    proposed_by: str
    decided_by: str
    reason: str


@dataclass(frozen=True)
class Quota:
    """How many raters of a relation a ratee has, waits for, and may still propose."""

    ratee: str
    ratee_name: str
    relation: Relation
    least: int
    most: int
    raters: int
    proposed: int

    @property
    def missing(self) -> int:
        return max(self.least - self.raters - self.proposed, 0)

    @property
    def left(self) -> int:
        return max(self.most - self.raters - self.proposed, 0)


def nominations(
    session: Session, cycle: Cycle, ratees: Collection[str] | None = None
) -> list[NominationLine]:
    """All nominations of a draft, those that wait first; ``ratees``: ids of the database."""
    wanted = _listed(cycle)
    if ratees is not None:
        wanted = wanted.where(Nomination.ratee_id.in_(ratees))
    return [_line(*row) for row in session.execute(wanted)]


def nominations_page(
    session: Session, cycle: Cycle, number: int, *, only_waiting: bool
) -> Page[NominationLine]:
    """The same, one page of it."""
    wanted = _listed(cycle)
    if only_waiting:
        wanted = wanted.where(Nomination.state == NominationState.PROPOSED)
    found = paged(session, wanted, number)
    return Page([_line(*row) for row in found.rows], found.number, found.count, found.size)


def _listed(cycle: Cycle) -> Select[*tuple[Any, ...]]:
    rater, ratee = aliased(Person), aliased(Person)
    in_order = {state.value: place for place, state in enumerate(NominationState)}
    return (
        select(Nomination, ratee, rater, Account.name)
        .join(ratee, ratee.id == Nomination.ratee_id)
        .join(rater, rater.id == Nomination.rater_id)
        .outerjoin(Account, Account.id == rater.account_id)
        .where(Nomination.cycle_id == cycle.id)
        .order_by(
            case(in_order, value=Nomination.state),
            ratee.external_id,
            Nomination.relation,
            rater.external_id,
        )
    )


def _line(row: Nomination, ratee: Person, rater: Person, account: str | None) -> NominationLine:
    return NominationLine(
        ratee=ratee.external_id,
        ratee_name=ratee.name,
        rater=rater.external_id,
        rater_key=rater.id,
        rater_name=rater.name,
        rater_email=rater.email,
        account=account or "",
        relation=Relation(row.relation),
        state=NominationState(row.state),
        proposed_by=row.proposed_by,
        decided_by=row.decided_by,
        reason=row.reason,
    )


def quotas(session: Session, cycle: Cycle, ratees: Collection[str] | None = None) -> list[Quota]:
    """Per ratee and relation that may be nominated: how many there are, and how many may be.

    ``ratees``: ids of the database.
    """
    in_order = list(Relation)
    rules = sorted(
        session.scalars(select(NominationRule).where(NominationRule.cycle_id == cycle.id)),
        key=lambda rule: in_order.index(Relation(rule.relation)),
    )
    counts = cell_counts(session, cycle, ratees)
    proposed = select(Nomination.ratee_id, Nomination.relation).where(
        Nomination.cycle_id == cycle.id, Nomination.state == NominationState.PROPOSED
    )
    waiting = Counter((ratee, relation) for ratee, relation in session.execute(proposed))
    rated = (
        select(Person.id, Person.external_id, Person.name)
        .join(CycleRatee, CycleRatee.ratee_id == Person.id)
        .where(CycleRatee.cycle_id == cycle.id)
        .order_by(Person.external_id)
    )
    if ratees is not None:
        rated = rated.where(CycleRatee.ratee_id.in_(ratees))
    return [
        Quota(
            ratee=external_id,
            ratee_name=name,
            relation=Relation(rule.relation),
            least=rule.least,
            most=rule.most,
            raters=counts.get((key, Relation(rule.relation)), (0, 0))[0],
            proposed=waiting[key, rule.relation],
        )
        for key, external_id, name in session.execute(rated)
        for rule in rules
    ]


def approved(session: Session, cycle: Cycle) -> tuple[Triple, ...]:
    """Who rates whom by nomination."""
    rater, ratee = aliased(Person), aliased(Person)
    rows = session.execute(
        select(rater.external_id, ratee.external_id, Nomination.relation)
        .join(rater, rater.id == Nomination.rater_id)
        .join(ratee, ratee.id == Nomination.ratee_id)
        .where(Nomination.cycle_id == cycle.id, Nomination.state == NominationState.APPROVED)
    )
    return tuple(sorted((who, whom, Relation(how)) for who, whom, how in rows))


def forget_person(session: Session, person: Person, word: str) -> None:
    """Delete the nominations by and for somebody; ``word`` stands for them as a decider."""
    about = (Nomination.ratee_id == person.id) | (Nomination.rater_id == person.id)
    session.execute(delete(Nomination).where(about))
    for column in (Nomination.proposed_by, Nomination.decided_by):
        session.execute(
            update(Nomination).where(column == person.external_id).values({column: word})
        )
