"""Taking answers: the only place where a ballot is written.

A submission is one transaction behind one conditional UPDATE of its assignment: of any number of
parallel or repeated submissions exactly one changes the row, and only that one drops a ballot.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Delete, Update, delete, select, update
from sqlalchemy.orm import Session

from analysis.disclosure import Policy
from questionnaires.model import Questionnaire, Relation
from surveyapp import sealing, tokens
from surveyapp.errors import CycleClosed, KeyUnavailable, UnknownLink
from surveyapp.i18n import N_
from surveyapp.models import (
    Assignment,
    AssignmentState,
    Ballot,
    Cycle,
    CycleState,
    Draft,
    Invitation,
)
from surveyapp.sealing import KeyFolder
from surveyapp.services.freezing import frozen
from surveyapp.services.invitations import assignments_of, deadline, find_by_token

GRACE = timedelta(minutes=15)  # for pages that were opened before the deadline
CANNOT_JUDGE = "cannot_judge"
MAX_WITHDRAWAL_TRIES = 5


@dataclass(frozen=True)
class Answers:
    """What a rater has said: a point or "cannot_judge" per item, texts per open question."""

    ratings: dict[str, int | str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RaterPage:
    """Everything behind one personal link."""

    token: str
    invitation: Invitation
    assignments: tuple[Assignment, ...]
    policy: Policy

    @property
    def cycle(self) -> Cycle:
        return self.invitation.cycle


@dataclass(frozen=True)
class RatingTask:
    """One form: this rater rates this ratee."""

    page: RaterPage
    number: int
    assignment: Assignment
    questionnaire: Questionnaire

    @property
    def relation(self) -> Relation:
        return Relation(self.assignment.cell.relation)


def rater_page(session: Session, token: str, now: datetime) -> RaterPage:
    """The page of a link; raises UnknownLink or CycleClosed."""
    if not tokens.well_formed(token):
        raise UnknownLink
    invitation = find_by_token(session, token)
    if not _accepts(invitation, now):
        raise CycleClosed
    assignments = tuple(assignments_of(session, invitation))
    policy = Policy.model_validate(invitation.cycle.policy)
    return RaterPage(token, invitation, assignments, policy)


def rating_task(session: Session, token: str, number: int, now: datetime) -> RatingTask:
    """The n-th form of a link."""
    page = rater_page(session, token, now)
    if not 1 <= number <= len(page.assignments):
        raise UnknownLink
    assignment = page.assignments[number - 1]
    content_hash = assignment.cell.cycle_ratee.questionnaire_hash
    return RatingTask(page, number, assignment, frozen(session, content_hash))


def _accepts(invitation: Invitation, now: datetime) -> bool:
    if invitation.cycle.state != CycleState.OPEN:
        return False
    until = deadline(invitation)
    return until is None or now <= until + GRACE


@dataclass(frozen=True)
class Saved:
    """A draft, and how often it was saved: a page that has seen less is out of date."""

    answers: Answers = field(default_factory=Answers)
    version: int = 0


def saved_draft(session: Session, task: RatingTask, keys: KeyFolder) -> Saved:
    """The draft of a form, opened with the link; no draft gives no answers."""
    return _unlocked(task, session.get(Draft, task.assignment.id), keys)


def _unlocked(task: RatingTask, draft: Draft | None, keys: KeyFolder) -> Saved:
    if draft is None:
        return Saved()
    payload = sealing.unlock_draft(_draft_key(task, keys), task.assignment.id, draft.ciphertext)
    if payload is None:
        return Saved()
    return Saved(Answers(payload["ratings"], payload["texts"]), payload["version"])


@dataclass(frozen=True)
class Taken:
    """What became of a form that was sent."""

    state: AssignmentState  # the form's state now
    accepted: bool  # by this sending; else an earlier one had decided
    receipt: str = ""  # of the ballot that this sending dropped
    version: int = 0  # of the draft, where the form is open


def take(
    session: Session,
    task: RatingTask,
    wanted: AssignmentState,
    answers: Answers,
    keys: KeyFolder,
    seen: int | None = None,
) -> Taken:
    """Save (wanted: open), submit or decline.

    A form that was submitted or declined before stays as it is. ``seen`` is the version of the
    draft that the page knows: it never overwrites a later one. None overwrites any.
    """
    if not keys.holds(task.page.cycle.id):
        # A ballot that nobody could ever open must not be acknowledged.
        raise KeyUnavailable(N_("The keys of this open cycle are missing; run: surveyapp doctor"))
    if not _claim(session, task, wanted):
        current = select(Assignment.state).where(Assignment.id == task.assignment.id)
        return Taken(AssignmentState(session.scalars(current).one()), accepted=False)
    if wanted == AssignmentState.OPEN:
        return _save_draft(session, task, answers, keys, seen)
    session.execute(delete(Draft).where(Draft.assignment_id == task.assignment.id))
    if wanted == AssignmentState.DECLINED:
        return Taken(wanted, accepted=True)
    receipt = tokens.new_receipt()
    record_response(session, task, answers, _receipt_digest(task, receipt, keys))
    return Taken(wanted, accepted=True, receipt=receipt)


def withdraw(session: Session, task: RatingTask, receipt: str, keys: KeyFolder) -> bool:
    """Take a submitted ballot out again, for good; False where the receipt is not its own.

    Each call uses up one of a few tries. Ballot and form share no column: the receipt alone,
    which nobody but the rater has, finds the one for the other.
    """
    form = update(Assignment).where(Assignment.id == task.assignment.id)
    one_more_try = form.where(
        Assignment.state == AssignmentState.SUBMITTED,
        Assignment.withdrawal_tries < MAX_WITHDRAWAL_TRIES,
    ).values(withdrawal_tries=Assignment.withdrawal_tries + 1)
    its_ballot = delete(Ballot).where(
        Ballot.cell_id == task.assignment.cell_id,
        Ballot.receipt_digest == _receipt_digest(task, receipt, keys),
    )
    # The first update locks the form's row, so that nothing comes between the three.
    if not (_changes_one(session, one_more_try) and _changes_one(session, its_ballot)):
        return False
    return _changes_one(session, form.values(state=AssignmentState.WITHDRAWN))


def _save_draft(
    session: Session, task: RatingTask, answers: Answers, keys: KeyFolder, seen: int | None
) -> Taken:
    """The claim before has locked the form's row, so nobody saves in between."""
    draft = session.get(Draft, task.assignment.id)
    stored = _unlocked(task, draft, keys).version
    if seen is not None and seen < stored:
        return Taken(AssignmentState.OPEN, accepted=False, version=stored)
    # The version lies inside: a column would tell how often somebody came back.
    payload = {"ratings": answers.ratings, "texts": answers.texts, "version": stored + 1}
    sealed = sealing.lock_draft(_draft_key(task, keys), task.assignment.id, payload)
    if draft is None:
        session.add(Draft(assignment_id=task.assignment.id, ciphertext=sealed))
    else:
        draft.ciphertext = sealed
    session.flush()
    return Taken(AssignmentState.OPEN, accepted=True, version=stored + 1)


def record_response(
    session: Session, task: RatingTask, answers: Answers, receipt_digest: bytes
) -> None:
    """Seal the answers into the ballot box. "Cannot judge this person" leaves no ballot."""
    public_key = task.page.cycle.public_key
    if public_key is None:
        raise CycleClosed
    ballot = sealing.seal_ballot(public_key, _ballot_content(task, answers))
    session.add(
        Ballot(cell_id=task.assignment.cell_id, ciphertext=ballot, receipt_digest=receipt_digest)
    )
    session.flush()


def _claim(session: Session, task: RatingTask, state: AssignmentState) -> bool:
    """Move the assignment out of "open"; True for exactly one of any number of callers."""
    return _changes_one(
        session,
        update(Assignment)
        .where(Assignment.id == task.assignment.id, Assignment.state == AssignmentState.OPEN)
        .values(state=state),
    )


def _changes_one(session: Session, statement: Update | Delete) -> bool:
    result = session.execute(statement.execution_options(synchronize_session=False))
    return getattr(result, "rowcount", 0) == 1


def lock_against_closing(session: Session, task: RatingTask, now: datetime) -> None:
    """Hold off a closing until this transaction ends, and ask again whether it came first."""
    session.get_one(
        Cycle, task.page.cycle.id, with_for_update={"read": True}, populate_existing=True
    )
    if not _accepts(task.page.invitation, now):
        raise CycleClosed


def _receipt_digest(task: RatingTask, receipt: str, keys: KeyFolder) -> bytes:
    link_key = keys.load(task.page.cycle.id).link_key
    return tokens.receipt_digest(link_key, task.assignment.id, receipt)


def _draft_key(task: RatingTask, keys: KeyFolder) -> bytes:
    link_key = keys.load(task.page.cycle.id).link_key
    return tokens.draft_key(link_key, task.page.token, task.assignment.id)


def _ballot_content(task: RatingTask, answers: Answers) -> dict[str, Any]:
    """What is sealed. The rater stands in it for attributed relations only."""
    content: dict[str, Any] = {
        "cell": task.assignment.cell_id,
        "ratings": {k: v for k, v in answers.ratings.items() if v != CANNOT_JUDGE},
        "texts": {k: v for k, v in answers.texts.items() if v},
    }
    if task.page.policy.attributed(task.relation):
        content["rater"] = task.assignment.rater_id
    return content
