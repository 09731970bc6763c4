"""Bringing ratings from elsewhere into a cycle of state imported.

The same rules hold as for our own ballots: groups are formed from counts, what stays hidden is
never stored, ratings and comments are shuffled apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure import Policy, form_groups, may_show_comments
from questionnaires.model import Questionnaire, Relation
from surveyapp.errors import BadInput
from surveyapp.models import Cycle, CycleRatee, Person
from surveyapp.services.closing import store_group, write_responses
from surveyapp.services.cycles import create_cycle
from surveyapp.services.tables import Table, read_table

MAX_MISTAKES = 200


class ColumnMap(BaseModel):
    """Which column holds what; the schema of MAP files (``docs/imports.md``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ratee: str = Field(description="column with the id of the ratee")
    ratee_name: str = Field("{ratee}", description="name of the ratee; {COLUMN} takes a column")
    relation: Relation | None = Field(None, description="the relation of all rows, or")
    relation_column: str | None = Field(None, description="the column that holds it, with")
    relation_values: dict[str, Relation] = Field({}, description="its values")
    missing: tuple[str, ...] = Field(("",), description='cells that mean "cannot judge"')
    items: dict[str, str] = Field(description="item id: column")
    comments: dict[str, str] = Field({}, description="open question id: column")


@dataclass(frozen=True)
class ImportedRating:
    ratee: str
    ratee_name: str
    relation: Relation
    ballot: dict[str, Any]


def read_map(content: bytes, name: str, questionnaire: Questionnaire) -> ColumnMap:
    """The MAP file; raises BadInput with every mistake."""
    try:
        raw = yaml.safe_load(content)
    except yaml.YAMLError as error:
        raise BadInput(f"{name} is no YAML", [str(error).replace("\n", " ")]) from error
    try:
        column_map = ColumnMap.model_validate(raw)
    except ValidationError as error:
        mistakes = [f"{'.'.join(map(str, e['loc'])) or name}: {e['msg']}" for e in error.errors()]
        raise BadInput(f"{name} has {len(mistakes)} mistakes", mistakes) from error
    items = {item.id for item in questionnaire.items}
    questions = {question.id for question in questionnaire.open_questions}
    mistakes = [
        f'items.{i}: the questionnaire has no item "{i}"; it has {", ".join(sorted(items))}'
        for i in column_map.items
        if i not in items
    ]
    mistakes += [
        f'comments.{q}: the questionnaire has no open question "{q}"'
        for q in column_map.comments
        if q not in questions
    ]
    if (column_map.relation is None) == (column_map.relation_column is None):
        mistakes.append("relation: give either relation or relation_column with relation_values")
    if mistakes:
        raise BadInput(f"{name} has {len(mistakes)} mistakes", mistakes)
    return column_map


def read_ratings(
    content: bytes, name: str, column_map: ColumnMap, questionnaire: Questionnaire
) -> list[ImportedRating]:
    """The rows of the file; raises BadInput with every bad row, its line and its mend."""
    table = read_table(content, name)
    wanted = [column_map.ratee, *column_map.items.values(), *column_map.comments.values()]
    wanted += [column_map.relation_column] if column_map.relation_column else []
    absent = [column for column in wanted if column not in table.header]
    if absent:
        raise BadInput(
            f"{name} lacks columns",
            [
                f'column "{c}": the file has {", ".join(table.header)}; correct the map'
                for c in absent
            ],
        )
    mistakes: list[str] = []
    ratings = [
        _rating(line, row, column_map, questionnaire, mistakes)
        for line, row in _rows(table, mistakes)
    ]
    if mistakes:
        shown = mistakes[:MAX_MISTAKES]
        raise BadInput(f"{name} has {len(mistakes)} mistakes; nothing was stored", shown)
    if not ratings:
        raise BadInput(f"{name} has no ratings", ["line 2: there is no row below the header"])
    return ratings


def _rows(table: Table, mistakes: list[str]) -> list[tuple[int, dict[str, str]]]:
    rows = []
    for line, cells in table.rows:
        if len(cells) != len(table.header):
            mistakes.append(
                f"line {line}: {len(cells)} cells where the header has {len(table.header)}"
            )
        rows.append((line, dict(zip(table.header, cells, strict=False))))
    return rows


def _rating(
    line: int,
    row: Mapping[str, str],
    column_map: ColumnMap,
    questionnaire: Questionnaire,
    mistakes: list[str],
) -> ImportedRating:
    ratee = row.get(column_map.ratee, "")
    if not ratee:
        mistakes.append(f"line {line}, {column_map.ratee}: is empty; every row needs a ratee")
    relation = column_map.relation
    if column_map.relation_column:
        word = row.get(column_map.relation_column, "")
        relation = column_map.relation_values.get(word)
        if relation is None:
            known = ", ".join(column_map.relation_values)
            mistakes.append(
                f'line {line}, {column_map.relation_column}: "{word}" is not one of {known}; '
                "add it to relation_values"
            )
    scales = {item.id: questionnaire.scale_of(item) for item in questionnaire.items}
    ratings = {}
    for item, column in column_map.items.items():
        text = row.get(column, "")
        if text in column_map.missing:
            continue
        point = int(text) if text.lstrip("-").isdecimal() else None
        if point is None or not scales[item].low <= point <= scales[item].high:
            mistakes.append(
                f'line {line}, {column}: "{text}" is no point from {scales[item].low} to '
                f'{scales[item].high}; correct it, or add it to "missing" in the map'
            )
            continue
        ratings[item] = point
    texts = {q: row.get(column, "") for q, column in column_map.comments.items() if row.get(column)}
    name = column_map.ratee_name.replace("{ratee}", ratee)
    for column, value in row.items():
        name = name.replace("{" + column + "}", value)
    ballot = {"ratings": ratings, "texts": texts}
    return ImportedRating(ratee, name, relation or Relation.PEER, ballot)


def import_ratings(
    session: Session,
    key: str,
    questionnaire: Questionnaire,
    ratings: Sequence[ImportedRating],
    policy: Policy,
    now: datetime,
) -> tuple[int, int]:
    """A new cycle of state imported; returns how many ratees and how many ratings it took."""
    cycle = create_cycle(session, key, {"": questionnaire}, policy)
    cycle.imported_at = now
    by_ratee: dict[str, list[ImportedRating]] = {}
    for rating in ratings:
        by_ratee.setdefault(rating.ratee, []).append(rating)
    known = {person.external_id: person for person in session.scalars(select(Person))}
    for external_id in sorted(by_ratee):
        rows = by_ratee[external_id]
        person = known.get(external_id)
        if person is None:
            person = Person(
                external_id=external_id,
                name=rows[0].ratee_name,
                language=questionnaire.languages[0],
            )
            session.add(person)
            session.flush()
        session.add(
            CycleRatee(
                cycle_id=cycle.id,
                ratee_id=person.id,
                position="",
                questionnaire_hash=questionnaire.content_hash,
            )
        )
        _store_ratee(session, cycle, person.id, rows, policy)
    return len(by_ratee), len(ratings)


def _store_ratee(
    session: Session,
    cycle: Cycle,
    ratee_id: str,
    rows: Sequence[ImportedRating],
    policy: Policy,
) -> None:
    counts: dict[Relation, int] = {}
    for row in rows:
        counts[row.relation] = counts.get(row.relation, 0) + 1
    for group in form_groups(ratee_id, counts, counts, policy):
        stored = store_group(session, cycle, group, ratee_id)
        if group.answered is not None:
            ballots = [row.ballot for row in rows if row.relation in group.relations]
            write_responses(session, stored, ballots, comments=may_show_comments(group, policy))
