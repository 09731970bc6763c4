"""Closing a cycle: count, merge, open, mix, write, delete.

The only place where ballots are opened. Everything that decides what is opened is decided from
counts before the first ballot is decrypted; cells that stay hidden are never decrypted at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from nacl.exceptions import CryptoError
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from analysis.disclosure import Policy, form_groups
from questionnaires.model import Relation
from surveyapp import sealing
from surveyapp.errors import BallotMismatch, Refused
from surveyapp.i18n import N_
from surveyapp.models import (
    Assignment,
    Ballot,
    Cell,
    Cycle,
    CycleRatee,
    CycleState,
    Draft,
    Nomination,
    ResponseGroup,
)
from surveyapp.sealing import CycleKeys
from surveyapp.services.cycles import cell_counts, require_state
from surveyapp.services.freezing import frozen
from surveyapp.services.groups import Content, store_group, write_responses


def close_cycle(session: Session, cycle: Cycle, keys: CycleKeys, now: datetime) -> None:
    """Mix all ballots of a cycle in one transaction and delete them."""
    require_state(cycle, CycleState.OPEN)
    # The write lock comes first: a submission is either counted here or refused afterwards.
    claimed = session.execute(
        update(Cycle).where(Cycle.id == cycle.id, Cycle.closed_at.is_(None)).values(closed_at=now)
    )
    if getattr(claimed, "rowcount", 0) != 1:
        raise Refused(N_("The cycle %(cycle)s is being closed already."), cycle=cycle.key)
    counts = cell_counts(session, cycle)
    cells = _cells(session, cycle)
    _require_equal_counts(session, cycle, counts, cells)
    policy = Policy.model_validate(cycle.policy)
    for ratee, content_hash in sorted(_questionnaires(session, cycle)):
        invited = {r: n for (who, r), (n, _) in counts.items() if who == ratee}
        answered = {r: n for (who, r), (_, n) in counts.items() if who == ratee}
        for group in form_groups(ratee, invited, answered, policy):
            row = store_group(session, cycle, group, ratee)
            if group.answered is not None:
                contents = _opened(session, keys, [cells[ratee, r] for r in group.relations])
                questionnaire = frozen(session, content_hash)
                write_responses(session, row, contents, group, questionnaire, policy)
    _delete_what_ends(session, cycle)


def close_without_results(session: Session, cycle: Cycle, now: datetime) -> None:
    """Close a cycle whose keys are gone: its ballots can never be opened."""
    cycle.closed_at = now
    _delete_what_ends(session, cycle)


def require_groups(session: Session, cycle: Cycle) -> None:
    """Refuse a cycle that was closed without results."""
    groups = select(ResponseGroup.id).where(ResponseGroup.cycle_id == cycle.id).limit(1)
    if cycle.closed_at and session.scalar(groups) is None:
        raise Refused(
            N_(
                "The cycle %(cycle)s was closed without results, because its database is "
                "an older backup; restore a backup from after the closing if there is "
                "one."
            ),
            cycle=cycle.key,
        )


def _questionnaires(session: Session, cycle: Cycle) -> list[tuple[str, str]]:
    """(ratee id, content hash of their questionnaire)."""
    rows = session.execute(
        select(CycleRatee.ratee_id, CycleRatee.questionnaire_hash).where(
            CycleRatee.cycle_id == cycle.id
        )
    )
    return [(ratee, content_hash) for ratee, content_hash in rows]


def _cells(session: Session, cycle: Cycle) -> dict[tuple[str, Relation], str]:
    rows = session.execute(
        select(Cell.ratee_id, Cell.relation, Cell.id).where(Cell.cycle_id == cycle.id)
    )
    return {(ratee, Relation(relation)): identity for ratee, relation, identity in rows}


def _require_equal_counts(
    session: Session,
    cycle: Cycle,
    counts: Mapping[tuple[str, Relation], tuple[int, int]],
    cells: Mapping[tuple[str, Relation], str],
) -> None:
    """Loss, doubling and stuffing all show as a difference here, without any link."""
    rows = session.execute(
        select(Ballot.cell_id, func.count())
        .join(Cell)
        .where(Cell.cycle_id == cycle.id)
        .group_by(Ballot.cell_id)
    )
    ballots = dict(rows.all())
    wrong = sum(ballots.get(cells[key], 0) != done for key, (_, done) in counts.items())
    if wrong:
        raise BallotMismatch(
            N_(
                "In %(wrong)s cells of %(cycle)s the ballots and the submitted forms "
                "differ in number. Nothing was opened. Restore the database from a "
                "backup, or ask who changed it."
            ),
            wrong=wrong,
            cycle=cycle.key,
        )


def _opened(session: Session, keys: CycleKeys, cells: Sequence[str]) -> list[Content]:
    opened: list[Content] = []
    for ballot in session.scalars(select(Ballot).where(Ballot.cell_id.in_(cells))):
        try:
            content = sealing.open_ballot(keys.private_key, ballot.ciphertext)
        except CryptoError as error:
            raise BallotMismatch(
                N_(
                    "A ballot cannot be opened: it is damaged, or these are not the keys "
                    "it was sealed for. Nothing was changed. Restore database and keys "
                    "of the same cycle."
                )
            ) from error
        if content["cell"] != ballot.cell_id:
            raise BallotMismatch(N_("A ballot lies in another cell than it was sealed for."))
        opened.append(content)
    return opened


def _delete_what_ends(session: Session, cycle: Cycle) -> None:
    """Ballots and drafts; and who was nominated, which only a draft again could have used."""
    cells = select(Cell.id).where(Cell.cycle_id == cycle.id)
    assignments = select(Assignment.id).where(Assignment.cell_id.in_(cells))
    for statement in (
        delete(Ballot).where(Ballot.cell_id.in_(cells)),
        delete(Draft).where(Draft.assignment_id.in_(assignments)),
        delete(Nomination).where(Nomination.cycle_id == cycle.id),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
