"""What a roster can never show, whoever answers, said before a cycle opens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure import Group, Policy, form_groups, may_show_comments
from questionnaires.model import Relation
from surveyapp.models import Assignment, Cell, Cycle, CycleRatee, CycleState, Person
from surveyapp.services.cycles import CellCounts, cell_counts, no_roster
from surveyapp.services.rosters.roster import RosterPerson, Triple

HIDDEN = "hidden"
Missing = tuple[tuple[Relation, int], ...]
Warned = tuple[tuple[Relation, ...], str, Missing]
Invited = dict[str, Counter[Relation]]


@dataclass(frozen=True)
class Forecast:
    """A group that will not be shown as one would wish, and what would mend it."""

    ratee_id: str
    ratee_name: str
    relations: tuple[Relation, ...]
    outcome: str  # HIDDEN, "merged", "without comments" or "all of one account"
    missing: Missing  # raters to add; none where it is the company

    @property
    def mend(self) -> str:
        if not self.missing:
            return "add a customer of another account"
        return "add " + " and ".join(
            f"{count} more {relation.lower()}{'s' * (count > 1)}"
            for relation, count in self.missing
        )


def forecast(session: Session, cycle: Cycle, counts: CellCounts | None = None) -> list[Forecast]:
    """Which groups stay hidden, merged or without comments even if everybody answers.

    ``counts``: of `cell_counts`, for who has them already.
    """
    counts = cell_counts(session, cycle) if counts is None else counts
    people = session.execute(
        select(Person.id, Person.external_id, Person.name)
        .join(CycleRatee, CycleRatee.ratee_id == Person.id)
        .where(CycleRatee.cycle_id == cycle.id)
    ).all()
    invited: Invited = {}
    for (ratee, relation), (count, _) in counts.items():
        invited.setdefault(ratee, Counter())[relation] = count
    if not invited:
        raise no_roster(cycle)
    of_one = _with_customers_of_one_account(session, cycle)
    return foreseen(
        {ratee: (external_id, name) for ratee, external_id, name in people},
        invited, of_one, Policy.model_validate(cycle.policy),
    )  # fmt: skip


def hidden(session: Session, cycle: Cycle) -> int:
    """How many groups are not shown at all, not even merged, whoever answers."""
    rows = forecast(session, cycle) if cycle.state == CycleState.DRAFT else []
    return sum(row.outcome == HIDDEN for row in rows)


def _with_customers_of_one_account(session: Session, cycle: Cycle) -> set[str]:
    """Whoever's customers are of the account of the first one: mostly two tell, not all."""
    customers = (
        select(Person.account_id)
        .join(Assignment, Assignment.rater_id == Person.id)
        .where(Assignment.cell_id == Cell.id, Person.account_id.is_not(None))
        .correlate(Cell)
    )
    first = customers.order_by(Assignment.rater_id).limit(1).scalar_subquery()
    ratees = select(Cell.ratee_id).where(
        Cell.cycle_id == cycle.id,
        Cell.relation == Relation.CUSTOMER,
        first.is_not(None),
        ~customers.where(Person.account_id != first).exists(),
    )
    return set(session.scalars(ratees))


def foresee(
    people: Mapping[str, RosterPerson], assignments: Iterable[Triple], policy: Policy
) -> list[Forecast]:
    """The same of a roster that is not stored yet."""
    invited: Invited = {}
    accounts: dict[str, set[str]] = {}
    for rater, ratee, relation in assignments:
        invited.setdefault(ratee, Counter())[relation] += 1
        if relation == Relation.CUSTOMER:
            accounts.setdefault(ratee, set()).add(people[rater].account)
    of_one = {ratee for ratee, named in accounts.items() if len(named - {""}) == 1}
    known = {ratee: (ratee, people[ratee].name) for ratee in invited}
    return foreseen(known, invited, of_one, policy)


def foreseen(
    ratees: Mapping[str, tuple[str, str]], invited: Invited, of_one: set[str], policy: Policy
) -> list[Forecast]:
    """By id and name of the ratees, how many may rate each, and whose customers are of one account.

    Customers of one single account are named too: whoever knows the company knows the group.
    """

    @cache  # most managers have as many raters as some other
    def warnings(counted: tuple[tuple[Relation, int], ...], one_account: bool) -> list[Warned]:
        numbers = Counter(dict(counted))
        return [
            (group.relations, outcome, missing)
            for group in form_groups("", numbers, numbers, policy)
            for outcome, missing in _warnings(group, numbers, policy, one_account)
        ]

    return [
        Forecast(*ratees[ratee], relations, outcome, missing)
        for ratee in sorted(invited, key=lambda one: ratees[one])
        for relations, outcome, missing in warnings(
            tuple(sorted(invited[ratee].items())), ratee in of_one
        )
    ]


def _warnings(
    group: Group, invited: Mapping[Relation, int], policy: Policy, one_account: bool
) -> Iterator[tuple[str, Missing]]:
    if group.answered is None:
        yield HIDDEN, _missing(group, invited, policy.threshold)
    elif len(group.relations) > 1:
        yield "merged", _missing(group, invited, policy.threshold)
    elif not may_show_comments(group, policy):
        yield "without comments", _missing(group, invited, policy.comment_threshold)
    shown_as_customers = group.answered is not None and Relation.CUSTOMER in group.relations
    if one_account and shown_as_customers and not group.attributed:
        yield "all of one account", ()


def _missing(group: Group, invited: Mapping[Relation, int], wanted: int) -> Missing:
    return tuple((relation, wanted - invited[relation]) for relation in group.relations)
