"""What a roster can never show, whoever answers, said before a cycle opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from analysis.disclosure import Group, Policy, form_groups, may_show_comments
from questionnaires.model import Relation
from surveyapp.models import Assignment, Cell, Cycle, CycleRatee, Person
from surveyapp.services.cycles import cell_counts, require_roster


@dataclass(frozen=True)
class Forecast:
    """A group that will not be shown as one would wish, and what would mend it."""

    ratee_id: str
    ratee_name: str
    relations: tuple[Relation, ...]
    outcome: str  # "hidden", "merged", "without comments" or "all of one account"
    mend: str


def forecast(session: Session, cycle: Cycle) -> list[Forecast]:
    """Which groups stay hidden, merged or without comments even if everybody answers.

    Customers of one single account are named too: whoever knows the company knows the group.
    """
    require_roster(session, cycle)
    policy = Policy.model_validate(cycle.policy)
    invited: dict[str, dict[Relation, int]] = {}
    for (ratee, relation), (count, _) in cell_counts(session, cycle).items():
        invited.setdefault(ratee, {})[relation] = count
    one_account = _ratees_with_one_account(session, cycle)
    ratees = session.scalars(
        select(CycleRatee)
        .where(CycleRatee.cycle_id == cycle.id)
        .options(joinedload(CycleRatee.ratee))
    ).all()
    result = []
    for row in sorted(ratees, key=lambda r: r.ratee.external_id):
        counts = invited.get(row.ratee_id, {})
        for group in form_groups(row.ratee.external_id, counts, counts, policy):
            for outcome, mend in _warnings(group, counts, policy, row.ratee_id in one_account):
                result.append(Forecast(group.ratee, row.ratee.name, group.relations, outcome, mend))
    return result


def _ratees_with_one_account(session: Session, cycle: Cycle) -> set[str]:
    """The ratees all of whose customers belong to the same account."""
    accounts = func.count(func.distinct(Person.account_id))
    rows = session.scalars(
        select(Cell.ratee_id)
        .join(Assignment, Assignment.cell_id == Cell.id)
        .join(Person, Person.id == Assignment.rater_id)
        .where(Cell.cycle_id == cycle.id, Cell.relation == Relation.CUSTOMER)
        .group_by(Cell.ratee_id)
        .having(accounts == 1)
    )
    return set(rows)


def _warnings(
    group: Group, invited: Mapping[Relation, int], policy: Policy, one_account: bool
) -> Iterator[tuple[str, str]]:
    if group.answered is None:
        yield "hidden", _more(group, invited, policy.threshold)
    elif len(group.relations) > 1:
        yield "merged", _more(group, invited, policy.threshold)
    elif not may_show_comments(group, policy):
        yield "without comments", _more(group, invited, policy.comment_threshold)
    shown_as_customers = group.answered is not None and Relation.CUSTOMER in group.relations
    if one_account and shown_as_customers and not group.attributed:
        yield "all of one account", "add a customer of another account"


def _more(group: Group, invited: Mapping[Relation, int], wanted: int) -> str:
    missing = {relation: wanted - invited[relation] for relation in group.relations}
    return "add " + " and ".join(
        f"{count} more {relation.lower()}{'s' * (count > 1)}" for relation, count in missing.items()
    )
