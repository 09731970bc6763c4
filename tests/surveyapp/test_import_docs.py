"""The pages about files name every column, key and message, and their examples can be read."""

import inspect
import re
from pathlib import Path

import pytest

from questionnaires.loader import parse
from questionnaires.model import Relation
from surveyapp.services import imports
from surveyapp.services.rosters import contacts, roster, rostermaps, rosterplans
from tests.people import TINY

DOCS = Path(__file__).parents[2] / "docs"
ROSTER_PAGE = (DOCS / "roster.md").read_text("utf-8")
IMPORTS_PAGE = (DOCS / "imports.md").read_text("utf-8")


def block(page, language, number=0):
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)[number].encode()


@pytest.mark.parametrize("column", roster.COLUMNS)
def test_every_column_of_a_roster_is_documented_with_its_other_headers(column):
    row = next(line for line in ROSTER_PAGE.splitlines() if line.startswith(f"| `{column}` |"))
    assert all(word in row for word in roster.COLUMNS[column])


@pytest.mark.parametrize("field", imports.ColumnMap.model_fields)
def test_every_key_of_a_map_is_documented(field):
    assert f"| `{field}` |" in IMPORTS_PAGE


@pytest.mark.parametrize("field", rostermaps.ContactMap.model_fields)
def test_every_key_of_a_map_of_contacts_is_documented(field):
    assert f"`{field}`" in ROSTER_PAGE


@pytest.mark.parametrize("name", [one.name for one in rostermaps.shipped()])
def test_every_shipped_map_is_documented(name):
    assert f"`{name}`" in ROSTER_PAGE


@pytest.mark.parametrize("word", roster.LANGUAGE_WORDS)
def test_every_word_for_a_language_is_documented(word):
    assert word in ROSTER_PAGE.lower()


@pytest.mark.parametrize("column", roster.LIMITS)
def test_every_limit_is_documented(column):
    row = next(line for line in ROSTER_PAGE.splitlines() if "has 101 characters" in line)
    assert re.search(rf"{column}.* {roster.LIMITS[column]}\b", row)


MESSAGES = {
    roster: ["is empty", "is not an id", "already", "is not a mail address", "is not spoken here",
             "characters", "has a line break or control character", "cells where the header has",
             "has no row in this file", "names themselves", "is named", "names several people",
             "is the supervisor too", "is a customer contact", "is no account manager",
             "stands in a row without a position", "stands in the row of an account manager",
             "no row has a position", "unknown column", "is missing"],
    contacts: ["the map finds no column for", "may be", "is known as a colleague",
               "the address is that of", "no row can be used"],
    rosterplans: ["Some positions have no questionnaire"],
    imports: ["the questionnaire has no", "is used", "give either relation or relation_column",
              "is missing", "stands", "is empty", "is not an id", "is no name", "is not one of",
              "rates themselves in", "is not asked this item", "is no point from",
              "cells where the header has"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("module", "message"), [(module, one) for module in MESSAGES for one in MESSAGES[module]]
)
def test_every_message_is_documented_in_the_words_of_the_program(module, message):
    assert message in inspect.getsource(module)
    assert message in (IMPORTS_PAGE if module is imports else ROSTER_PAGE)


def test_the_example_of_a_roster_is_complete():
    read = roster.read_roster(block(ROSTER_PAGE, "csv"))
    assert {relation for _, _, relation in read.assignments} == set(Relation)
    assert (len(read.people), len(read.ratees)) == (8, 1)


def test_the_example_of_a_roster_map_is_read():
    column_map = roster.read_column_map(block(ROSTER_PAGE, "yaml"))
    assert column_map == {
        "staffnumber": "id", "fullname": "name", "workmail": "email", "department": "", "phone": "",
    }  # fmt: skip


def test_the_example_of_an_import_is_complete():
    tiny = parse(TINY.encode(), "tiny")
    column_map = imports.read_map(block(IMPORTS_PAGE, "yaml"), "map.yaml", tiny)
    ratings = imports.read_ratings(block(IMPORTS_PAGE, "csv"), "ratings.csv", column_map, tiny)
    assert [rating.relation for rating in ratings] == ["SELF", "CUSTOMER", "CUSTOMER", "CUSTOMER"]
    assert ratings[1].ballot == {"ratings": {"quick": 5, "slow": 1}, "texts": {"wish": "回复很快"}}
