"""Raters whom ratees propose and supervisors approve, while the cycle is a draft.

An approved nomination is an assignment at once, and stays one when a roster is imported again.
Opening deletes what was declined, which is nobody's business any more; closing deletes the rest.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from questionnaires.model import Relation
from surveyapp.errors import NotFound, Refused
from surveyapp.i18n import LANGUAGES, N_
from surveyapp.models import (
    Account,
    Assignment,
    Cell,
    Cycle,
    CycleRatee,
    CycleState,
    Nomination,
    NominationState,
    Person,
)
from surveyapp.services.cycles import require_state
from surveyapp.services.drafts.nominated import Quota, quotas
from surveyapp.services.freezing import frozen
from surveyapp.services.rosters.roster import LIMITS, is_address
from surveyapp.services.tables import has_control_character

MADE_UP = "nominated-"  # begins the id of somebody whom only nominations know
MAX_REASON = 200
ADMINISTRATOR = "administrator"
COUNTED = (NominationState.PROPOSED, NominationState.APPROVED)


@dataclass(frozen=True)
class Candidate:
    """Who is proposed: somebody known by id or mail address, or somebody new."""

    id: str = ""
    name: str = ""
    email: str = ""
    language: str = ""
    account: str = ""  # the company of a customer


def propose(
    session: Session,
    cycle: Cycle,
    ratee_id: str,
    candidate: Candidate,
    relation: Relation,
    by: str = ADMINISTRATOR,
) -> str:
    """Propose a rater; returns the rater's id.

    A ratee hears nothing of who is known here, or rates them already: some of these are anonymous.
    Whether a proposal fits is then said to whoever decides on it.
    """
    require_state(cycle, CycleState.DRAFT)
    ratee = _ratee(session, cycle, ratee_id)
    quota = _quota(session, cycle, ratee, relation)
    own, rater = by == ratee_id, _known(session, candidate)
    if rater is None or (own and not candidate.id):
        _require_complete(candidate, relation)
    rater = rater or _newcomer(session, candidate, relation)
    if own:
        _require_another(ratee, rater)
    else:
        _require_fitting(session, cycle, ratee, rater, relation)
    if quota.left == 0:
        raise Refused(
            N_("%(ratee)s has, or waits for, %(most)d raters as %(relation)s already."),
            ratee=ratee_id,
            most=quota.most,
            relation=relation,
        )
    found = session.get(Nomination, (cycle.id, ratee.ratee_id, rater.id))
    if found and found.state in COUNTED:
        raise Refused(
            N_("%(rater)s is %(state)s already."),
            rater=candidate.id or candidate.email,
            state=found.state,
        )
    session.merge(
        Nomination(
            cycle_id=cycle.id,
            ratee_id=ratee.ratee_id,
            rater_id=rater.id,
            relation=relation,
            state=NominationState.PROPOSED,
            proposed_by=by,
            decided_by="",
            reason="",
        )
    )
    session.flush()
    return rater.external_id


def _ratee(session: Session, cycle: Cycle, external_id: str) -> CycleRatee:
    row = session.scalar(
        select(CycleRatee)
        .join(CycleRatee.ratee)
        .where(CycleRatee.cycle_id == cycle.id, Person.external_id == external_id)
        .options(joinedload(CycleRatee.ratee))
    )
    if row is None:
        raise NotFound(
            N_('Nobody with the id "%(id)s" is rated in %(cycle)s.'),
            id=external_id,
            cycle=cycle.key,
        )
    return row


def _quota(session: Session, cycle: Cycle, ratee: CycleRatee, relation: Relation) -> Quota:
    mine = [one for one in quotas(session, cycle, [ratee.ratee_id]) if one.relation == relation]
    if not mine or not frozen(session, ratee.questionnaire_hash).items_for(relation):
        raise Refused(
            N_("In %(cycle)s nobody is nominated as %(relation)s."),
            cycle=cycle.key,
            relation=relation,
        )
    return mine[0]


def _known(session: Session, candidate: Candidate) -> Person | None:
    if candidate.id:
        person = session.scalar(select(Person).where(Person.external_id == candidate.id))
        if person is None:
            raise NotFound(N_('There is no person with the id "%(id)s".'), id=candidate.id)
        return person
    return session.scalar(
        select(Person)
        .where(func.lower(Person.email) == candidate.email.strip().lower(), Person.email != "")
        .order_by(Person.external_id)
        .limit(1)
    )


def _require_complete(candidate: Candidate, relation: Relation) -> None:
    """Refuse what is too little for somebody new."""
    email, name = candidate.email.strip(), _one_line(candidate.name)
    if not is_address(email) or len(email) > LIMITS["email"]:
        raise Refused(
            N_('"%(email)s" is no mail address; write it as name@example.com.'), email=email
        )
    if not name or len(name) > LIMITS["name"] or has_control_character(name):
        raise Refused(N_("A name of at most %(most)d characters is needed."), most=LIMITS["name"])
    if candidate.language not in {"", *LANGUAGES}:
        raise Refused(
            N_('"%(language)s" is not spoken here; write zh or en.'), language=candidate.language
        )
    company = _one_line(candidate.account)
    nameless = not company or len(company) > LIMITS["account"] or has_control_character(company)
    if relation == Relation.CUSTOMER and nameless:
        raise Refused(N_("A customer needs a company."))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _newcomer(session: Session, candidate: Candidate, relation: Relation) -> Person:
    email = candidate.email.strip()
    person = Person(
        external_id=MADE_UP + hashlib.sha256(email.lower().encode()).hexdigest()[:16],
        name=_one_line(candidate.name),
        email=email,
        language=candidate.language or LANGUAGES[0],
        account=_account(session, candidate.account) if relation == Relation.CUSTOMER else None,
    )
    session.add(person)
    session.flush()
    return person


def _account(session: Session, name: str) -> Account:
    name = _one_line(name)
    return session.scalar(select(Account).where(Account.name == name)) or Account(name=name)


def _require_another(ratee: CycleRatee, rater: Person) -> None:
    if rater.id == ratee.ratee_id:
        raise Refused(N_("Nobody proposes themselves; everybody rates themselves anyway."))


def _require_fitting(
    session: Session, cycle: Cycle, ratee: CycleRatee, rater: Person, relation: Relation
) -> None:
    _require_another(ratee, rater)
    if not rater.email:
        raise Refused(N_("%(rater)s has no mail address."), rater=rater.external_id)
    if (rater.account_id is None and rater.account is None) == (relation == Relation.CUSTOMER):
        said = (
            N_("%(rater)s is a colleague and cannot rate as CUSTOMER.")
            if relation == Relation.CUSTOMER
            else N_("%(rater)s is a customer contact and cannot rate as PEER.")
        )
        raise Refused(said, rater=rater.external_id)
    rates = (
        select(Assignment.id)
        .join(Cell)
        .where(
            Cell.cycle_id == cycle.id,
            Cell.ratee_id == ratee.ratee_id,
            Assignment.rater_id == rater.id,
        )
    )
    if session.scalar(rates.limit(1)):
        raise Refused(
            N_("%(rater)s rates %(ratee)s already."),
            rater=rater.external_id,
            ratee=ratee.ratee.external_id,
        )


def approve(
    session: Session, cycle: Cycle, ratee_id: str, rater_id: str, by: str = ADMINISTRATOR
) -> None:
    """Make a proposed rater one."""
    ratee, found = _waiting(session, cycle, ratee_id, rater_id, NominationState.PROPOSED)
    relation = Relation(found.relation)
    quota = _quota(session, cycle, ratee, relation)
    if quota.raters >= quota.most:
        raise Refused(
            N_("%(ratee)s has %(most)d raters as %(relation)s already."),
            ratee=ratee_id,
            most=quota.most,
            relation=relation,
        )
    _require_fitting(session, cycle, ratee, found.rater, relation)
    cell = session.scalar(_cell(cycle, found))
    if cell is None:
        cell = Cell(cycle_id=cycle.id, ratee_id=found.ratee_id, relation=found.relation)
        session.add(cell)
        session.flush()
    session.add(Assignment(cell_id=cell.id, rater_id=found.rater_id))
    found.state, found.decided_by = NominationState.APPROVED, by
    session.flush()


def decline(
    session: Session,
    cycle: Cycle,
    ratee_id: str,
    rater_id: str,
    reason: str = "",
    by: str = ADMINISTRATOR,
) -> None:
    """Send a proposed rater back, or take an approved one out again; may be proposed anew."""
    _, found = _waiting(session, cycle, ratee_id, rater_id, *COUNTED)
    if len(reason) > MAX_REASON or has_control_character(reason):
        raise Refused(
            N_("The reason must be one line of at most %(most)d characters."), most=MAX_REASON
        )
    if found.state == NominationState.APPROVED and (cell := session.scalar(_cell(cycle, found))):
        mine = (Assignment.cell_id == cell.id, Assignment.rater_id == found.rater_id)
        session.execute(delete(Assignment).where(*mine))
        if not session.scalar(select(Assignment.id).where(Assignment.cell_id == cell.id).limit(1)):
            session.delete(cell)
    found.state, found.decided_by, found.reason = NominationState.DECLINED, by, reason
    session.flush()


def withdraw(session: Session, cycle: Cycle, ratee_id: str, rater_id: str) -> None:
    """Take back what one has proposed, as long as nobody has decided on it."""
    _, found = _waiting(session, cycle, ratee_id, rater_id, NominationState.PROPOSED)
    session.delete(found)
    session.flush()


def replace(
    session: Session,
    cycle: Cycle,
    ratee_id: str,
    rater_id: str,
    candidate: Candidate,
    by: str = ADMINISTRATOR,
) -> str:
    """Decline a proposed rater and take another one instead, at once; returns who that is."""
    _, found = _waiting(session, cycle, ratee_id, rater_id, *COUNTED)
    relation = Relation(found.relation)
    decline(session, cycle, ratee_id, rater_id, by=by)
    other = propose(session, cycle, ratee_id, candidate, relation, by)
    approve(session, cycle, ratee_id, other, by)
    return other


def _cell(cycle: Cycle, found: Nomination) -> Select[Cell]:
    return select(Cell).where(
        Cell.cycle_id == cycle.id,
        Cell.ratee_id == found.ratee_id,
        Cell.relation == found.relation,
    )


def _waiting(
    session: Session, cycle: Cycle, ratee_id: str, rater_id: str, *states: NominationState
) -> tuple[CycleRatee, Nomination]:
    require_state(cycle, CycleState.DRAFT)
    ratee = _ratee(session, cycle, ratee_id)
    found = session.scalar(
        select(Nomination)
        .join(Nomination.rater)
        .where(
            Nomination.cycle_id == cycle.id,
            Nomination.ratee_id == ratee.ratee_id,
            Person.external_id == rater_id,
        )
        .options(joinedload(Nomination.rater))
    )
    if found is None:
        raise NotFound(
            N_("%(rater)s is not proposed for %(ratee)s in %(cycle)s."),
            rater=rater_id,
            ratee=ratee_id,
            cycle=cycle.key,
        )
    if found.state not in states:
        raise Refused(N_("This nomination is %(state)s already."), state=found.state)
    return ratee, found


def require_supervisor(session: Session, cycle: Cycle, ratee_id: str, supervisor_id: str) -> None:
    """Refuse whoever is not the supervisor of this ratee in this cycle."""
    rater, ratee = aliased(Person), aliased(Person)
    found = session.scalar(
        select(Assignment.id)
        .join(Cell, Cell.id == Assignment.cell_id)
        .join(rater, rater.id == Assignment.rater_id)
        .join(ratee, ratee.id == Cell.ratee_id)
        .where(
            Cell.cycle_id == cycle.id,
            Cell.relation == Relation.SUPERVISOR,
            rater.external_id == supervisor_id,
            ratee.external_id == ratee_id,
        )
    )
    if found is None:
        raise Refused(
            N_("%(supervisor)s is not the supervisor of %(ratee)s in %(cycle)s."),
            supervisor=supervisor_id,
            ratee=ratee_id,
            cycle=cycle.key,
        )
