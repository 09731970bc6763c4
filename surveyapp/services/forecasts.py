"""What a roster can never show, whoever answers, said before a cycle opens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from analysis.disclosure import Group, Policy, form_groups, may_show_comments
from questionnaires.model import Relation
from surveyapp.models import Cycle
from surveyapp.services.cycles import require_roster
from surveyapp.services.roster import RosterPerson, Triple
from surveyapp.services.rosterplans import roster_of

Missing = tuple[tuple[Relation, int], ...]


@dataclass(frozen=True)
class Forecast:
    """A group that will not be shown as one would wish, and what would mend it."""

    ratee_id: str
    ratee_name: str
    relations: tuple[Relation, ...]
    outcome: str  # "hidden", "merged", "without comments" or "all of one account"
    missing: Missing  # raters to add; none where it is the company

    @property
    def mend(self) -> str:
        if not self.missing:
            return "add a customer of another account"
        return "add " + " and ".join(
            f"{count} more {relation.lower()}{'s' * (count > 1)}"
            for relation, count in self.missing
        )


def forecast(session: Session, cycle: Cycle) -> list[Forecast]:
    """Which groups stay hidden, merged or without comments even if everybody answers."""
    require_roster(session, cycle)
    roster = roster_of(session, cycle)
    return foresee(
        {person.id: person for person in roster.people},
        roster.assignments,
        Policy.model_validate(cycle.policy),
    )


def foresee(
    people: Mapping[str, RosterPerson], assignments: Iterable[Triple], policy: Policy
) -> list[Forecast]:
    """The same of a roster that may not be stored yet.

    Customers of one single account are named too: whoever knows the company knows the group.
    """
    invited: dict[str, Counter[Relation]] = {}
    accounts: dict[str, set[str]] = {}
    for rater, ratee, relation in assignments:
        invited.setdefault(ratee, Counter())[relation] += 1
        if relation == Relation.CUSTOMER:
            accounts.setdefault(ratee, set()).add(people[rater].account)
    return [
        Forecast(ratee, people[ratee].name, group.relations, outcome, missing)
        for ratee in sorted(invited)
        for group in form_groups(ratee, invited[ratee], invited[ratee], policy)
        for outcome, missing in _warnings(
            group, invited[ratee], policy, len(accounts.get(ratee, set()) - {""}) == 1
        )
    ]


def _warnings(
    group: Group, invited: Mapping[Relation, int], policy: Policy, one_account: bool
) -> Iterator[tuple[str, Missing]]:
    if group.answered is None:
        yield "hidden", _missing(group, invited, policy.threshold)
    elif len(group.relations) > 1:
        yield "merged", _missing(group, invited, policy.threshold)
    elif not may_show_comments(group, policy):
        yield "without comments", _missing(group, invited, policy.comment_threshold)
    shown_as_customers = group.answered is not None and Relation.CUSTOMER in group.relations
    if one_account and shown_as_customers and not group.attributed:
        yield "all of one account", ()


def _missing(group: Group, invited: Mapping[Relation, int], wanted: int) -> Missing:
    return tuple((relation, wanted - invited[relation]) for relation in group.relations)
