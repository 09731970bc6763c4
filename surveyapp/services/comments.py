"""How comments are labelled: what the program is not sure of, and what a person says instead.

A correction changes the label only, never a word of the comment, and it is shown as a correction.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.comments import ScoredComment, shown_comments
from analysis.ratings import CommentLabel
from surveyapp.errors import NotFound
from surveyapp.models import Comment, Cycle, ResponseGroup
from surveyapp.services.releases import released_data


def published_comments(session: Session, cycle: Cycle) -> list[ScoredComment]:
    """Every comment of a released cycle that may be shown, least certain first."""
    found = [
        scored
        for data in released_data(session, cycle, "")
        for comments in shown_comments(data).values()
        for scored in comments
    ]
    return sorted(found, key=lambda scored: (scored.certain, scored.sentiment.confidence))


def correct_label(
    session: Session, cycle: Cycle, comment_id: str, label: CommentLabel | None
) -> None:
    """Say how a comment sounds, against the program; None takes the correction back.

    Raises
    ------
    NotFound
        If no published comment of the cycle has this id.
    """
    if comment_id not in {scored.comment.id for scored in published_comments(session, cycle)}:
        raise NotFound(f"No comment {comment_id} is shown in {cycle.key}.")
    row = session.scalars(
        select(Comment)
        .join(ResponseGroup)
        .where(Comment.id == comment_id, ResponseGroup.cycle_id == cycle.id)
    ).one()
    row.label = label
    session.flush()


def to_review(comments: Sequence[ScoredComment]) -> list[ScoredComment]:
    """Those that the program is not sure of and nobody has looked at."""
    return [scored for scored in comments if not scored.certain]
