"""The only place where stored responses are read: as data for the analysis, group by group."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, cast
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from analysis.disclosure import Group, Policy
from analysis.ratings import Comment as CommentText
from analysis.ratings import CommentLabel, CycleData, CycleInfo, Ratee, RatingTable
from questionnaires.model import Questionnaire, Relation
from surveyapp.models import (
    Comment,
    Cycle,
    CycleRatee,
    CycleState,
    Person,
    Response,
    ResponseGroup,
)
from surveyapp.services.cycles import require_state
from surveyapp.services.freezing import frozen


def collect_ratings(session: Session, cycle: Cycle, organisation: str) -> list[CycleData]:
    """What a released or imported cycle has to say, one data set per questionnaire used."""
    require_state(cycle, CycleState.RELEASED, CycleState.IMPORTED)
    ratees = session.scalars(
        select(CycleRatee)
        .where(CycleRatee.cycle_id == cycle.id)
        .options(joinedload(CycleRatee.ratee))
    ).all()
    groups = session.scalars(
        select(ResponseGroup)
        .where(ResponseGroup.cycle_id == cycle.id)
        .options(joinedload(ResponseGroup.ratee))
    ).all()
    by_questionnaire: dict[str, list[CycleRatee]] = {}
    for row in ratees:
        by_questionnaire.setdefault(row.questionnaire_hash, []).append(row)
    ended = cycle.closed_at or cycle.imported_at
    info = CycleInfo(
        key=cycle.key,
        title=cycle.title,
        organisation=organisation,
        closed_on=ended.astimezone(ZoneInfo(cycle.timezone)).date().isoformat() if ended else "",
        imported=cycle.imported_at is not None,
    )
    return [
        _data_set(session, info, cycle, frozen(session, content_hash), rows, groups)
        for content_hash, rows in sorted(by_questionnaire.items())
    ]


def _data_set(
    session: Session,
    info: CycleInfo,
    cycle: Cycle,
    questionnaire: Questionnaire,
    ratees: Sequence[CycleRatee],
    all_groups: Sequence[ResponseGroup],
) -> CycleData:
    members = {row.ratee_id for row in ratees}
    groups = {group.id: group for group in all_groups if group.ratee_id in members}
    people = sorted(ratees, key=lambda row: row.ratee.external_id)
    return CycleData(
        cycle=info,
        questionnaire=questionnaire,
        policy=Policy.model_validate(cycle.policy),
        ratees=tuple(
            Ratee(r.ratee.external_id, r.ratee.name, r.position, r.ratee.language) for r in people
        ),
        groups=tuple(sorted((_group(g) for g in groups.values()), key=lambda g: (g.ratee, g.key))),
        ratings=_ratings(session, questionnaire, groups),
        comments=_comments(session, questionnaire, groups),
    )


def _group(row: ResponseGroup) -> Group:
    return Group(
        ratee=row.ratee.external_id,
        relations=tuple(Relation(part) for part in row.relations.split("+")),
        invited=row.invited,
        answered=row.answered,
        attributed=row.attributed,
    )


def _ratings(
    session: Session, questionnaire: Questionnaire, groups: dict[str, ResponseGroup]
) -> RatingTable:
    rows = [
        row
        for row in session.execute(
            select(Response.group_id, Response.ratings)
            .join(ResponseGroup)
            .where(ResponseGroup.cycle_id.in_({g.cycle_id for g in groups.values()}))
            .order_by(Response.id)
        )
        if row.group_id in groups
    ]
    items = tuple(item.id for item in questionnaire.items)
    values = np.array(
        [[row.ratings.get(item, np.nan) for item in items] for row in rows], dtype=np.float64
    ).reshape(len(rows), len(items))
    return RatingTable(
        values=values,
        items=items,
        ratee=np.array([groups[row.group_id].ratee.external_id for row in rows], dtype=np.str_),
        group=np.array([groups[row.group_id].relations for row in rows], dtype=np.str_),
    )


def _comments(
    session: Session, questionnaire: Questionnaire, groups: dict[str, ResponseGroup]
) -> tuple[CommentText, ...]:
    """In the order of the random ids, so that the same release always reads the same."""
    rows = session.scalars(
        select(Comment)
        .join(ResponseGroup)
        .where(ResponseGroup.cycle_id.in_({g.cycle_id for g in groups.values()}))
        .order_by(Comment.id)
    )
    known = {question.id for question in questionnaire.open_questions}
    return tuple(
        CommentText(
            ratee=groups[row.group_id].ratee.external_id,
            group=groups[row.group_id].relations,
            question=row.question_id,
            text=row.text,
            id=row.id,
            label=cast(CommentLabel | None, row.label),
        )
        for row in rows
        if row.group_id in groups and row.question_id in known
    )


def version_of(session: Session, cycle: Cycle) -> str:
    """A digest of which answers there are: of their random ids, not of their content."""
    digest = hashlib.sha256()
    for table in (Response, Comment):
        ids = select(table.id).join(ResponseGroup).where(ResponseGroup.cycle_id == cycle.id)
        for identity in session.scalars(ids.order_by(table.id)):
            digest.update(identity.encode())
    return digest.hexdigest()


def shown_version(session: Session, cycle: Cycle) -> str:
    """A digest that is another one whenever the data of `collect_ratings` may be another.

    Of a cycle whose answers are those released; they are not looked at again.
    """
    labels = (
        select(Comment.id, Comment.label)
        .join(ResponseGroup)
        .where(ResponseGroup.cycle_id == cycle.id, Comment.label.is_not(None))
        .order_by(Comment.id)
    )
    people = (
        select(Person.external_id, Person.name, Person.language, CycleRatee.position)
        .join(CycleRatee, CycleRatee.ratee_id == Person.id)
        .where(CycleRatee.cycle_id == cycle.id)
        .order_by(Person.external_id)
    )
    content = [
        cycle.released_version,
        cycle.title,
        *map(tuple, session.execute(labels)),
        *map(tuple, session.execute(people)),
    ]
    return hashlib.sha256(repr(content).encode()).hexdigest()


def attributed_answers(session: Session, person_id: str) -> list[dict[str, Any]]:
    """What a person has said under their name, in cycles whose results are out."""
    readable = or_(Cycle.released_at.is_not(None), Cycle.imported_at.is_not(None))
    found = (
        select(Cycle.key, Person.external_id, ResponseGroup.relations)
        .select_from(ResponseGroup)
        .join(Cycle, Cycle.id == ResponseGroup.cycle_id)
        .join(Person, Person.id == ResponseGroup.ratee_id)
        .where(readable)
        .order_by(Cycle.key, Person.external_id)
    )
    ratings = session.execute(
        found.add_columns(Response.ratings)
        .join(Response, Response.group_id == ResponseGroup.id)
        .where(Response.rater_id == person_id)
    )
    texts = session.execute(
        found.add_columns(Comment.question_id, Comment.text)
        .join(Comment, Comment.group_id == ResponseGroup.id)
        .where(Comment.rater_id == person_id)
        .order_by(Comment.id)
    )
    return [
        {"cycle": key, "ratee": ratee, "relation": relation, "ratings": points}
        for key, ratee, relation, points in ratings
    ] + [
        {"cycle": key, "ratee": ratee, "relation": relation, "question": question, "text": text}
        for key, ratee, relation, question, text in texts
    ]
