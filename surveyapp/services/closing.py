"""Closing a cycle: count, merge, open, shuffle, write, destroy.

The only place where ballots are opened. Everything that decides what is opened is decided from
counts before the first ballot is decrypted; cells that stay hidden are never decrypted at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from analysis.disclosure import Group, Policy, form_groups, may_show_comments
from questionnaires.model import Relation
from surveyapp import sealing
from surveyapp.errors import BallotMismatch, Refused
from surveyapp.models import (
    Assignment,
    Ballot,
    Cell,
    Comment,
    Cycle,
    CycleState,
    Draft,
    Response,
    ResponseGroup,
    random_id,
)
from surveyapp.sealing import CycleKeys
from surveyapp.services.cycles import cell_counts, require_state


@dataclass(frozen=True)
class Closing:
    """What a closing did, without a number below the threshold."""

    groups_shown: int
    groups_hidden: int


def close_cycle(session: Session, cycle: Cycle, keys: CycleKeys, now: datetime) -> Closing:
    """Mix all ballots of a cycle in one transaction and delete them."""
    require_state(cycle, CycleState.OPEN)
    # The write lock comes first: a submission is either counted here or refused afterwards.
    claimed = session.execute(
        update(Cycle).where(Cycle.id == cycle.id, Cycle.closed_at.is_(None)).values(closed_at=now)
    )
    if getattr(claimed, "rowcount", 0) != 1:
        raise Refused(f"The cycle {cycle.key} is being closed already.")
    counts = cell_counts(session, cycle)
    cells = _cells(session, cycle)
    _require_equal_counts(session, cycle, counts, cells)
    policy = Policy.model_validate(cycle.policy)
    shown = hidden = 0
    for ratee in sorted({ratee for ratee, _ in counts}):
        invited = {r: n for (who, r), (n, _) in counts.items() if who == ratee}
        answered = {r: n for (who, r), (_, n) in counts.items() if who == ratee}
        for group in form_groups(ratee, invited, answered, policy):
            row = store_group(session, cycle, group, ratee)
            if group.answered is None:
                hidden += 1
                continue
            shown += 1
            ballots = _opened(session, keys, [cells[ratee, r] for r in group.relations])
            write_responses(session, row, ballots, comments=may_show_comments(group, policy))
    _delete_ballots(session, cycle)
    return Closing(shown, hidden)


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
            f"In {wrong} cells of {cycle.key} the ballots and the submitted forms differ in "
            "number. Nothing was opened. Restore the database from a backup, or ask who changed it."
        )


def _opened(session: Session, keys: CycleKeys, cells: Sequence[str]) -> list[dict[str, Any]]:
    opened = []
    for ballot in session.scalars(select(Ballot).where(Ballot.cell_id.in_(cells))):
        content = sealing.open_ballot(keys.private_key, ballot.ciphertext)
        if content["cell"] != ballot.cell_id:
            raise BallotMismatch("A ballot lies in another cell than it was sealed for.")
        opened.append(content)
    return opened


def store_group(session: Session, cycle: Cycle, group: Group, ratee_id: str) -> ResponseGroup:
    """Keep what is published of a group: for a hidden one no count of answers."""
    row = ResponseGroup(
        cycle_id=cycle.id,
        ratee_id=ratee_id,
        relations=group.key,
        attributed=group.attributed,
        invited=group.invited,
        answered=group.answered,
    )
    session.add(row)
    session.flush()
    return row


def write_responses(
    session: Session, group: ResponseGroup, ballots: Iterable[Mapping[str, Any]], *, comments: bool
) -> None:
    """Write ratings and comments apart, each in the order of new random ids."""
    ballots = list(ballots)
    responses = [
        Response(
            id=random_id(),
            group_id=group.id,
            rater_id=ballot.get("rater"),
            ratings=dict(sorted(ballot["ratings"].items())),
        )
        for ballot in ballots
    ]
    texts = [
        Comment(
            id=random_id(),
            group_id=group.id,
            rater_id=ballot.get("rater"),
            question_id=question,
            text=text,
        )
        for ballot in ballots
        for question, text in ballot["texts"].items()
        if comments
    ]
    for rows in (responses, texts):
        secrets.SystemRandom().shuffle(rows)
        session.add_all(sorted(rows, key=lambda row: row.id))
    session.flush()


def _delete_ballots(session: Session, cycle: Cycle) -> None:
    cells = select(Cell.id).where(Cell.cycle_id == cycle.id)
    assignments = select(Assignment.id).where(Assignment.cell_id.in_(cells))
    for statement in (
        delete(Ballot).where(Ballot.cell_id.in_(cells)),
        delete(Draft).where(Draft.assignment_id.in_(assignments)),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
