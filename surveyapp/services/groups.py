"""Writing what is published: groups, and the responses and comments in them.

Closings and imports both write here, so the same rules hold for both. A row gets a new random id
and is written in the order of these ids: that is all the mixing there is, and all that is needed,
for nothing else about a row tells where it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from analysis.disclosure import Group, Policy, may_show_comments
from questionnaires.model import Questionnaire, Relation
from surveyapp.models import Comment, Cycle, Response, ResponseGroup, random_id

Content = Mapping[str, Any]  # what a ballot holds: ratings, texts, and the rater if attributed


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
    session: Session,
    row: ResponseGroup,
    contents: Iterable[Content],
    group: Group,
    questionnaire: Questionnaire,
    policy: Policy,
) -> None:
    """Write the ratings and, where they may be shown, the comments of a shown group.

    Of a merged group only what all its relations are asked is kept: an item or a question that
    one of them alone is asked would tell which answers came from there.
    """
    kept = asked_of_all(questionnaire, group.relations)
    responses: list[Response] = []
    comments: list[Comment] = []
    for content in contents:
        rater = content.get("rater")
        ratings = {i: point for i, point in sorted(content["ratings"].items()) if i in kept}
        responses.append(Response(id=random_id(), group_id=row.id, rater_id=rater, ratings=ratings))
        comments += [
            Comment(id=random_id(), group_id=row.id, rater_id=rater, question_id=q, text=text)
            for q, text in content["texts"].items()
            if q in kept and may_show_comments(group, policy)
        ]
    responses.sort(key=lambda response: response.id)
    comments.sort(key=lambda comment: comment.id)
    session.add_all([*responses, *comments])
    session.flush()


def forget_rater(session: Session, person_id: str) -> None:
    """Take the person off the answers that carried one; the answers stay."""
    for table in (Response, Comment):
        session.execute(
            update(table)
            .where(table.rater_id == person_id)
            .values(rater_id=None)
            .execution_options(synchronize_session=False)
        )


def drop_groups(session: Session, cycle_id: str, ratee_id: str) -> None:
    """Delete all that was published of a ratee in a cycle."""
    mine = (ResponseGroup.cycle_id == cycle_id, ResponseGroup.ratee_id == ratee_id)
    groups = select(ResponseGroup.id).where(*mine)
    for statement in (
        delete(Response).where(Response.group_id.in_(groups)),
        delete(Comment).where(Comment.group_id.in_(groups)),
        delete(ResponseGroup).where(*mine),
    ):
        session.execute(statement.execution_options(synchronize_session=False))


def asked_of_all(questionnaire: Questionnaire, relations: Iterable[Relation]) -> set[str]:
    """The items and open questions that every one of these relations is asked."""
    wanted = set(relations)
    items = {item.id for item in questionnaire.items if wanted <= set(item.relations)}
    questions = {q.id for q in questionnaire.open_questions if wanted <= set(q.relations)}
    return items | questions
