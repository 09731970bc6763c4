"""Bringing ratings from elsewhere into a cycle of state imported.

The same rules hold as for our own ballots: groups are formed from counts, what stays hidden is
never stored, ratings and comments are shuffled apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure import Policy, form_groups
from questionnaires.model import Questionnaire, Relation
from surveyapp.errors import Mistake
from surveyapp.models import Cycle, CycleRatee, Person
from surveyapp.services.cycles import create_cycle
from surveyapp.services.groups import store_group, write_responses
from surveyapp.services.releases import remember
from surveyapp.services.roster import ID_MEND, LIMITS, is_id
from surveyapp.services.tables import (
    Table,
    has_control_character,
    read_table,
    read_yaml_mapping,
    refuse,
)

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


class ColumnMap(BaseModel):
    """Which column holds what; the schema of MAP files (``docs/imports.md``)."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)

    ratee: str = Field(description="column with the id of the ratee")
    ratee_name: str = Field("{ratee}", description="name of the ratee; {COLUMN} takes a column")
    relation: Relation | None = Field(None, description="the relation of all rows, or")
    relation_column: str | None = Field(None, description="the column that holds it, with")
    relation_values: dict[str, Relation] = Field({}, description="its values")
    missing: tuple[str, ...] = Field(("",), description='cells that mean "cannot judge"')
    items: dict[str, str] = Field(min_length=1, description="item id: column")
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
        column_map = ColumnMap.model_validate(read_yaml_mapping(content, name))
    except ValidationError as error:
        refuse(name, [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()])
    mistakes = [
        f'{field}.{key}: the questionnaire has no "{key}"; it has {", ".join(known) or "none"}'
        for field, given, known in (
            ("items", column_map.items, [item.id for item in questionnaire.items]),
            ("comments", column_map.comments, [q.id for q in questionnaire.open_questions]),
        )
        for key in given
        if key not in known
    ]
    columns = Counter([*column_map.items.values(), *column_map.comments.values()])
    mistakes += [
        f'column "{column}" is used {count} times; give each item and question its own'
        for column, count in columns.items()
        if count > 1
    ]
    if (column_map.relation is None) == (column_map.relation_column is None):
        mistakes.append("relation: give either relation or relation_column with relation_values")
    if mistakes:
        refuse(name, mistakes)
    return column_map


def read_ratings(
    content: bytes, name: str, column_map: ColumnMap, questionnaire: Questionnaire
) -> list[ImportedRating]:
    """The rows of the file; raises BadInput with every bad row, its line and its mend."""
    table = read_table(content, name)
    _require_columns(table, name, column_map)
    reader = _RatingReader(column_map, questionnaire, table)
    ratings = [reader.read(line, cells) for line, cells in table.rows]
    if reader.mistakes:
        refuse(name, reader.mistakes)
    if not ratings:
        below = table.header_line + 1
        refuse(name, [table.mistake(below, "there is no row below the header", "add one")])
    return ratings


def _require_columns(table: Table, name: str, column_map: ColumnMap) -> None:
    wanted = [column_map.ratee, *column_map.items.values(), *column_map.comments.values()]
    wanted += [column_map.relation_column] if column_map.relation_column else []
    wanted += [column for column in PLACEHOLDER.findall(column_map.ratee_name) if column != "ratee"]
    have = ", ".join(table.header)
    mistakes = [
        f'column "{column}" '
        + (
            f"is missing; the file has {have}; correct the map"
            if not count
            else f"stands {count} times; rename all but one"
        )
        for column in dict.fromkeys(wanted)
        if (count := table.header.count(column)) != 1
    ]
    if mistakes:
        refuse(name, [table.mistake(table.header_line, mistake, "") for mistake in mistakes])


class _RatingReader:
    """Reads row by row and gathers what is wrong with them."""

    def __init__(self, column_map: ColumnMap, questionnaire: Questionnaire, table: Table) -> None:
        self.map = column_map
        self.table = table
        self.items = {item.id: item for item in questionnaire.items}
        self.points = {
            item.id: {point.value for point in questionnaire.scale_of(item).points}
            for item in questionnaire.items
        }
        self.own_view: dict[str, int] = {}  # ratee -> line of the self-assessment
        self.mistakes: list[Mistake] = []

    def read(self, line: int, cells: tuple[str, ...]) -> ImportedRating:
        header = self.table.header
        if len(cells) != len(header):
            self._wrong(
                line, "row", f"{len(cells)} cells where the header has {len(header)}",
                "check the delimiters and quotation marks of this line",
            )  # fmt: skip
        row = dict(zip(header, cells, strict=False))
        ratee = self._ratee(line, row)
        relation = self._relation(line, row, ratee)
        ratings = {
            item: point
            for item, column in self.map.items.items()
            if (point := self._point(line, item, column, row.get(column, ""), relation)) is not None
        }
        texts = {q: row[column] for q, column in self.map.comments.items() if row.get(column)}
        name = self._name(line, row, ratee)
        return ImportedRating(
            ratee, name, relation or Relation.PEER, {"ratings": ratings, "texts": texts}
        )

    def _wrong(self, line: int, column: str, message: str, mend: str) -> None:
        header = self.table.header
        at = header.index(column) if column in header else None
        self.mistakes.append(self.table.mistake(line, message, mend, column, at))

    def _ratee(self, line: int, row: Mapping[str, str]) -> str:
        ratee = row.get(self.map.ratee, "")
        if not ratee:
            self._wrong(line, self.map.ratee, "is empty", "every row needs the id of a ratee")
        elif not is_id(ratee):  # it will name the files of the reports
            self._wrong(line, self.map.ratee, f'"{ratee}" is not an id', ID_MEND)
        return ratee

    def _name(self, line: int, row: Mapping[str, str], ratee: str) -> str:
        values = {**row, "ratee": ratee}
        name = PLACEHOLDER.sub(lambda found: values.get(found[1], ""), self.map.ratee_name).strip()
        if len(name) > LIMITS["name"] or has_control_character(name):
            self._wrong(
                line, "ratee_name", "is no name",
                f"write it on one line of at most {LIMITS['name']} characters",
            )  # fmt: skip
        return name or ratee

    def _relation(self, line: int, row: Mapping[str, str], ratee: str) -> Relation | None:
        relation = self.map.relation
        if self.map.relation_column:
            word = row.get(self.map.relation_column, "")
            relation = self.map.relation_values.get(word)
            if relation is None:
                known = ", ".join(self.map.relation_values)
                self._wrong(
                    line, self.map.relation_column, f'"{word}" is not one of {known}',
                    "correct it, or add it to relation_values in the map",
                )  # fmt: skip
        if relation == Relation.SELF and self.own_view.setdefault(ratee, line) != line:
            self._wrong(
                line, self.map.ratee,
                f'"{ratee}" rates themselves in {self.table.unit} {self.own_view[ratee]} already',
                "keep one self-assessment each",
            )  # fmt: skip
        return relation

    def _point(
        self, line: int, item: str, column: str, text: str, relation: Relation | None
    ) -> int | None:
        if text in self.map.missing:
            return None
        if relation and relation not in self.items[item].relations:
            self._wrong(
                line, column, f"{relation} is not asked this item",
                "empty the cell, or add the relation to the item",
            )  # fmt: skip
            return None
        found = re.fullmatch(r"(-?\d{1,4})(\.0*)?", text)
        point = int(found[1]) if found else None
        if point is None or point not in self.points[item]:
            low, high = min(self.points[item]), max(self.points[item])
            self._wrong(
                line, column, f'"{text}" is no point from {low} to {high}',
                'correct it, or add it to "missing" in the map',
            )  # fmt: skip
            return None
        return point


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
        _store_ratee(session, cycle, person.id, rows, questionnaire)
    remember(session, cycle)
    return len(by_ratee), len(ratings)


def _store_ratee(
    session: Session,
    cycle: Cycle,
    ratee_id: str,
    rows: Sequence[ImportedRating],
    questionnaire: Questionnaire,
) -> None:
    policy = Policy.model_validate(cycle.policy)
    counts: dict[Relation, int] = {}
    for row in rows:
        counts[row.relation] = counts.get(row.relation, 0) + 1
    for group in form_groups(ratee_id, counts, counts, policy):
        stored = store_group(session, cycle, group, ratee_id)
        if group.answered is not None:
            ballots = [row.ballot for row in rows if row.relation in group.relations]
            write_responses(session, stored, ballots, group, questionnaire, policy)
