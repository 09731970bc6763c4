"""How many forms each rater of a cycle has, and how long they take. Never which are answered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from questionnaires.model import Questionnaire, Relation
from surveyapp.models import Account, Assignment, Cell, Cycle, CycleRatee, Person
from surveyapp.services.effort import minutes
from surveyapp.services.freezing import frozen
from surveyapp.services.paging import Page, paged

MANY = 8  # forms of one rater; with more, answers come in a hurry or not at all


@dataclass(frozen=True)
class Load:
    id: str
    name: str
    account: str  # the company of a customer
    forms: int
    minutes: int

    @property
    def too_many(self) -> bool:
        return self.forms > MANY


def workload(session: Session, cycle: Cycle, number: int) -> Page[Load]:
    """All raters of a cycle, one page of them, whoever has most first."""
    forms = func.count(Assignment.id)
    found = paged(
        session,
        select(Person.id, Person.external_id, Person.name, Account.name, forms)
        .join(Assignment, Assignment.rater_id == Person.id)
        .join(Cell, Cell.id == Assignment.cell_id)
        .outerjoin(Account, Account.id == Person.account_id)
        .where(Cell.cycle_id == cycle.id)
        .group_by(Person.id, Person.external_id, Person.name, Account.name)
        .order_by(forms.desc(), Person.external_id),
        number,
    )
    effort = _effort(session, cycle, [key for key, *_ in found.rows])
    rows = [
        Load(external_id, name, account or "", count, effort[key])
        for key, external_id, name, account, count in found.rows
    ]
    return Page(rows, found.number, found.count, found.size)


def _effort(session: Session, cycle: Cycle, raters: list[str]) -> dict[str, int]:
    asked: dict[str, list[tuple[Questionnaire, Relation]]] = defaultdict(list)
    rows = session.execute(
        select(Assignment.rater_id, Cell.relation, CycleRatee.questionnaire_hash)
        .join(Cell, Cell.id == Assignment.cell_id)
        .join(Cell.cycle_ratee)
        .where(Cell.cycle_id == cycle.id, Assignment.rater_id.in_(raters))
    )
    for rater, relation, content_hash in rows:
        asked[rater].append((frozen(session, content_hash), Relation(relation)))
    return {rater: minutes(forms) for rater, forms in asked.items()}


def overloaded(session: Session, cycle: Cycle) -> int:
    """How many raters have more forms than is good."""
    loaded = (
        select(Assignment.rater_id)
        .join(Cell, Cell.id == Assignment.cell_id)
        .where(Cell.cycle_id == cycle.id)
        .group_by(Assignment.rater_id)
        .having(func.count() > MANY)
    )
    return session.scalar(select(func.count()).select_from(loaded.subquery())) or 0
