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
from surveyapp.services.paging import SIZE, Page, page_of
from surveyapp.services.privacy.lookup import holding

MANY = 8  # forms of one rater; with more, answers come in a hurry or not at all


@dataclass(frozen=True)
class Load:
    person: str  # the random id, which stands in addresses
    id: str  # in rosters
    name: str
    account: str  # the company of a customer
    forms: int
    minutes: int

    @property
    def too_many(self) -> bool:
        return self.forms > MANY


@dataclass(frozen=True)
class Workload:
    page: Page[Load]
    too_many: int  # how many raters have more forms than is good


def workload(
    session: Session, cycle: Cycle, number: int, size: int = SIZE, words: str = ""
) -> Workload:
    """All raters of a cycle that hold these words, one page of them, whoever has most first.

    Counted in one go, and names looked up for the page alone: a large cycle has 20,000 raters.
    """
    wanted = (
        select(Assignment.rater_id, func.count())
        .join(Cell, Cell.id == Assignment.cell_id)
        .where(Cell.cycle_id == cycle.id)
        .group_by(Assignment.rater_id)
    )
    if words:
        wanted = wanted.join(Person, Person.id == Assignment.rater_id).where(
            holding(words, Person.external_id, Person.name)
        )
    rows = session.execute(wanted).all()
    most_first = sorted(rows, key=lambda row: (-row[1], row[0]))
    page = page_of(most_first, number, size)
    named = _named(session, cycle, dict(page.rows))
    return Workload(
        Page(named, page.number, page.count, size), sum(forms > MANY for _, forms in rows)
    )


def _named(session: Session, cycle: Cycle, forms: dict[str, int]) -> list[Load]:
    people = session.execute(
        select(Person.id, Person.external_id, Person.name, Account.name)
        .outerjoin(Account, Account.id == Person.account_id)
        .where(Person.id.in_(forms))
    )
    effort = _effort(session, cycle, list(forms))
    rows = [
        Load(key, external_id, name, account or "", forms[key], effort[key])
        for key, external_id, name, account in people
    ]
    return sorted(rows, key=lambda load: (-load.forms, load.id))


def _effort(session: Session, cycle: Cycle, raters: list[str]) -> dict[str, int]:
    asked: dict[str, list[tuple[Questionnaire, Relation]]] = defaultdict(list)
    rows = session.execute(
        select(Cell.cycle_id, Assignment.rater_id, Cell.relation, CycleRatee.questionnaire_hash)
        .join(Cell, Cell.id == Assignment.cell_id)
        .join(Cell.cycle_ratee)
        .where(Assignment.rater_id.in_(raters))
    )
    for cycle_id, rater, relation, content_hash in rows:
        if cycle_id == cycle.id:  # asked in SQL, it would lead through all cells of the cycle
            asked[rater].append((frozen(session, content_hash), Relation(relation)))
    return {rater: minutes(forms) for rater, forms in asked.items()}
