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

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure import Policy, form_groups
from questionnaires import shape
from questionnaires.model import Questionnaire, Relation
from questionnaires.sentences import Sentence
from surveyapp.errors import Mistake
from surveyapp.i18n import N_
from surveyapp.models import Cycle, CycleRatee, Person
from surveyapp.services.cycles import create_cycle
from surveyapp.services.groups import store_group, write_responses
from surveyapp.services.releases import remember
from surveyapp.services.rosters.roster import ID_MEND, LIMITS, WHOLE_ROW, is_id
from surveyapp.services.tables import (
    Table,
    has_control_character,
    read_table,
    read_yaml_as,
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


COLUMNS = Sentence(N_("write lines such as `id: column`"))
FORM = shape.Form(
    {(): ColumnMap},
    {
        ("items",): COLUMNS,
        ("comments",): COLUMNS,
        ("relation_values",): Sentence(N_("write lines such as `word: PEER`")),
    },
    "docs/imports.md",
)


@dataclass(frozen=True)
class ImportedRating:
    ratee: str
    ratee_name: str
    relation: Relation
    ballot: dict[str, Any]


def read_map(content: bytes, name: str, questionnaire: Questionnaire) -> ColumnMap:
    """The MAP file; raises BadInput with every mistake."""
    column_map = read_yaml_as(ColumnMap, FORM, content, name)
    mistakes = [
        Sentence(
            N_('%(field)s.%(key)s: the questionnaire has no "%(key)s"; it has %(known)s'),
            field=field,
            key=key,
            known=known or Sentence(N_("none")),
        )
        for field, given, known in (
            ("items", column_map.items, [item.id for item in questionnaire.items]),
            ("comments", column_map.comments, [q.id for q in questionnaire.open_questions]),
        )
        for key in given
        if key not in known
    ]
    columns = Counter([*column_map.items.values(), *column_map.comments.values()])
    mistakes += [
        Sentence(
            N_('column "%(column)s" is used %(count)d times; give each item and question its own'),
            column=column,
            count=count,
        )
        for column, count in columns.items()
        if count > 1
    ]
    if (column_map.relation is None) == (column_map.relation_column is None):
        said = N_("relation: give either relation or relation_column with relation_values")
        mistakes.append(Sentence(said))
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
        said = N_("there is no row below the header")
        refuse(name, [table.mistake(below, said, N_("add one"))])
    return ratings


def _require_columns(table: Table, name: str, column_map: ColumnMap) -> None:
    wanted = [column_map.ratee, *column_map.items.values(), *column_map.comments.values()]
    wanted += [column_map.relation_column] if column_map.relation_column else []
    wanted += [column for column in PLACEHOLDER.findall(column_map.ratee_name) if column != "ratee"]
    mistakes = [
        table.mistake(
            table.header_line,
            N_('column "%(column)s" stands %(count)d times')
            if count
            else N_('column "%(column)s" is missing; the file has %(header)s'),
            N_("rename all but one") if count else N_("correct the map"),
            column=column,
            count=count,
            header=[*table.header],
        )
        for column in dict.fromkeys(wanted)
        if (count := table.header.count(column)) != 1
    ]
    if mistakes:
        refuse(name, mistakes)


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
                line, WHOLE_ROW, N_("%(cells)d cells where the header has %(header)d"),
                N_("check the delimiters and quotation marks of this line"),
                cells=len(cells), header=len(header),
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

    def _wrong(self, line: int, column: str, message: str, mend: str, /, **words: object) -> None:
        header = self.table.header
        at = header.index(column) if column in header else None
        self.mistakes.append(self.table.mistake(line, message, mend, column, at, **words))

    def _ratee(self, line: int, row: Mapping[str, str]) -> str:
        ratee = row.get(self.map.ratee, "")
        if not ratee:
            mend = N_("every row needs the id of a ratee")
            self._wrong(line, self.map.ratee, N_("is empty"), mend)
        elif not is_id(ratee):  # it will name the files of the reports
            said = N_('"%(given)s" is not an id')
            self._wrong(line, self.map.ratee, said, ID_MEND, given=ratee)
        return ratee

    def _name(self, line: int, row: Mapping[str, str], ratee: str) -> str:
        values = {**row, "ratee": ratee}
        name = PLACEHOLDER.sub(lambda found: values.get(found[1], ""), self.map.ratee_name).strip()
        if len(name) > LIMITS["name"] or has_control_character(name):
            self._wrong(
                line, "ratee_name", N_("is no name"),
                N_("write it on one line of at most %(most)d characters"), most=LIMITS["name"],
            )  # fmt: skip
        return name or ratee

    def _relation(self, line: int, row: Mapping[str, str], ratee: str) -> Relation | None:
        relation = self.map.relation
        if self.map.relation_column:
            word = row.get(self.map.relation_column, "")
            relation = self.map.relation_values.get(word)
            if relation is None:
                self._wrong(
                    line, self.map.relation_column, N_('"%(word)s" is not one of %(known)s'),
                    N_("correct it, or add it to relation_values in the map"),
                    word=word, known=[*self.map.relation_values],
                )  # fmt: skip
        if relation == Relation.SELF and self.own_view.setdefault(ratee, line) != line:
            self._wrong(
                line, self.map.ratee,
                N_('"%(ratee)s" rates themselves in %(earlier)s already'),
                N_("keep one self-assessment each"),
                ratee=ratee, earlier=self.table.line_of(self.own_view[ratee]),
            )  # fmt: skip
        return relation

    def _point(
        self, line: int, item: str, column: str, text: str, relation: Relation | None
    ) -> int | None:
        if text in self.map.missing:
            return None
        if relation and relation not in self.items[item].relations:
            self._wrong(
                line, column, N_("%(relation)s is not asked this item"),
                N_("empty the cell, or add the relation to the item"), relation=relation,
            )  # fmt: skip
            return None
        found = re.fullmatch(r"(-?\d{1,4})(\.0*)?", text)
        point = int(found[1]) if found else None
        if point is None or point not in self.points[item]:
            low, high = min(self.points[item]), max(self.points[item])
            self._wrong(
                line, column, N_('"%(text)s" is no point from %(low)d to %(high)d'),
                N_('correct it, or add it to "missing" in the map'), text=text, low=low, high=high,
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
