"""Ratings from elsewhere become a cycle of their own, under the rules of our own ballots."""

import pytest
from sqlalchemy import func, select

from analysis.disclosure import Policy
from questionnaires.loader import parse
from surveyapp.errors import BadInput, Refused
from surveyapp.models import Comment, CycleState, Person, Response, ResponseGroup
from surveyapp.services.cycles import find_cycle
from surveyapp.services.datasets import collect_ratings
from surveyapp.services.imports import import_ratings, read_map, read_ratings
from tests.dumps import dump
from tests.factories import draft_cycle, tiny_questionnaire
from tests.people import NOW, TINY

MAP = """\
ratee: who
ratee_name: "{name}"
relation_column: as
relation_values: {self: SELF, boss: SUPERVISOR, peer: PEER, client: CUSTOMER}
missing: ["", NA, -9]
items: {quick: q1, slow: q2, clear: q3}
comments: {wish: words}
"""
HEADER = "who,name,as,q1,q2,q3,words\n"
# Three peers and five customers of A: customers' comments may be read, peers' may not.
# B has two peers and one customer: together three. C has two peers: hidden.
RATINGS = HEADER + "\n".join(
    ["A,Ann,self,4,2,5,mine", "A,Ann,boss,3,3,3,"]
    + [f"A,Ann,peer,{n},NA,-9,peer {n}" for n in (3, 4, 5)]
    + [f"A,Ann,client,{n},2,4.0,client {n}" for n in (1, 2, 3, 4, 5)]
    + ["B,Bao,peer,4,2,4,b", "B,Bao,peer,4,2,4,b", "B,Bao,client,4,2,4,b"]
    + ["C,Chen,peer,1,1,1,secret", "C,Chen,peer,1,1,1,secret", ""]
)


@pytest.fixture
def tiny(tmp_path):
    return tiny_questionnaire(tmp_path)


def read(tiny, text=RATINGS, column_map=MAP):
    return read_ratings(
        text.encode(), "r.csv", read_map(column_map.encode(), "map.yaml", tiny), tiny
    )


def store(run, tiny, ratings=None, key="old", policy=None):
    with run.database.transaction() as session:
        return import_ratings(session, key, tiny, ratings or read(tiny), policy or Policy(), NOW)


def mistakes_in(tiny, text=RATINGS, column_map=MAP):
    with pytest.raises(BadInput) as caught:
        read(tiny, text, column_map)
    assert "nothing was stored" in str(caught.value)
    return caught.value.mistakes


def groups(run, table):
    """How many rows of a table each group has."""
    with run.database.reading() as session:
        rows = session.execute(
            select(Person.external_id, ResponseGroup.relations, func.count(table.id))
            .join(Person, Person.id == ResponseGroup.ratee_id)
            .outerjoin(table, table.group_id == ResponseGroup.id)
            .group_by(Person.external_id, ResponseGroup.relations)
        )
        return {(who, relations): n for who, relations, n in rows}


def test_an_import_makes_a_cycle_of_state_imported(run, tiny):
    assert store(run, tiny) == (3, 15)
    with run.database.reading() as session:
        assert find_cycle(session, "old").state == CycleState.IMPORTED
        (data,) = collect_ratings(session, find_cycle(session, "old"), "Morningstar")
    assert [(ratee.id, ratee.name) for ratee in data.ratees] == [
        ("A", "Ann"), ("B", "Bao"), ("C", "Chen"),
    ]  # fmt: skip
    assert data.cycle.imported


def test_small_groups_are_merged_or_never_stored(run, tiny):
    store(run, tiny)
    assert groups(run, Response) == {
        ("A", "SELF"): 1,
        ("A", "SUPERVISOR"): 1,
        ("A", "PEER"): 3,
        ("A", "CUSTOMER"): 5,
        ("B", "PEER+CUSTOMER"): 3,
        ("C", "PEER"): 0,
    }


def test_comments_of_a_small_group_are_never_stored(run, tiny):
    store(run, tiny)
    counts = groups(run, Comment)
    assert {key for key, n in counts.items() if n} == {("A", "SELF"), ("A", "CUSTOMER")}
    assert "secret" not in repr(dump(run))
    assert "peer 3" not in repr(dump(run))


def test_the_thresholds_of_the_import_are_the_ones_it_is_given(run, tiny):
    store(run, tiny, policy=Policy(threshold=4, comment_threshold=6))
    responses, comments = groups(run, Response), groups(run, Comment)
    assert (responses["A", "PEER"], responses["A", "CUSTOMER"]) == (0, 5)
    assert (responses["B", "PEER"], comments["A", "CUSTOMER"]) == (0, 0)


def test_cells_that_mean_cannot_judge_are_left_out(tiny):
    peer = next(r for r in read(tiny) if r.relation == "PEER")
    assert peer.ballot["ratings"] == {"quick": 3}


def test_whole_numbers_with_a_decimal_point_are_points(tiny):
    customer = next(r for r in read(tiny) if r.relation == "CUSTOMER")
    assert customer.ballot["ratings"] == {"quick": 1, "slow": 2, "clear": 4}


@pytest.mark.parametrize(
    ("old", "new", "message", "mend"),
    [
        ("3,3,3", "3,3,6", 'line 3, q3: "6" is no point from 1 to 5', '"missing" in the map'),
        ("3,3,3", "3,,x", 'line 3, q3: "x" is no point', "correct it"),
        ("3,3,3", "3,--3,3", 'line 3, q2: "--3" is no point', "correct it"),
        ("3,3,3", "3.5,3,3", 'line 3, q1: "3.5" is no point', "correct it"),
        ("3,3,3", f"{'9' * 5000},3,3", "line 3, q1: ", "correct it"),
        ("A,Ann,boss", ",Ann,boss", "line 3, who: is empty", "the id of a ratee"),
        ("A,Ann,boss", "../x,Ann,boss", 'line 3, who: "../x" is not an id', "letters, digits"),
        ("A,Ann,boss", "a/b,Ann,boss", 'line 3, who: "a/b" is not an id', "letters, digits"),
        ("A,Ann,boss", "a\\b,Ann,boss", "is not an id", "letters, digits"),
        ("A,Ann,boss", f"{'a' * 65},Ann,boss", "is not an id", "at most 64"),
        ("A,Ann,boss", 'A,"An\nn",boss', "line 3, ratee_name: is no name", "one line"),
        ("A,Ann,boss", f"A,{'n' * 101},boss", "line 3, ratee_name: is no name", "at most 100"),
        ("A,Ann,boss", "A,Ann,chef", 'line 3, as: "chef" is not one of self', "relation_values"),
        ("A,Ann,boss", "A,Ann,self", 'line 3, who: "A" rates themselves in line 2', "keep one"),
        ("A,Ann,boss,3", "A,Ann,boss,3,3", "line 3, row: 8 cells where the header has 7",
         "delimiters"),
        ("3,3,3,", "3,3,3", "line 3, row: 6 cells where the header has 7", "delimiters"),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_by_line_and_column_with_its_mend(tiny, old, new, message, mend):
    assert old in RATINGS
    (mistake,) = mistakes_in(tiny, RATINGS.replace(old, new, 1))
    told, _, advice = mistake.partition("; ")
    assert message in told
    assert mend in advice


def test_every_bad_row_is_named_at_once(run, tiny):
    before = dump(run)
    text = RATINGS.replace("A,Ann,boss", "A,Ann,chef").replace("C,Chen,peer,1", "C,Chen,peer,7")
    lines = [mistake.partition(",")[0] for mistake in mistakes_in(tiny, text)]
    assert lines == ["line 3", "line 15", "line 16"]
    assert dump(run) == before


def test_an_item_that_a_relation_is_not_asked_is_a_mistake():
    narrow = parse(
        TINY.replace("{id: clear,", "{id: clear, relations: [SELF, PEER],").encode(), "t"
    )
    told, _, mend = mistakes_in(narrow)[0].partition("; ")
    assert told == "line 3, q3: SUPERVISOR is not asked this item"
    assert mend == "empty the cell, or add the relation to the item"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "quick: q1",
            "fast: q1",
            'items.fast: the questionnaire has no "fast"; it has quick, slow',
        ),
        (
            "wish: words",
            "hope: words",
            'comments.hope: the questionnaire has no "hope"; it has wish',
        ),
        ("slow: q2", "slow: q1", 'column "q1" is used 2 times'),
        ("relation_column: as\n", "", "give either relation or relation_column"),
        ("ratee: who", "ratee: who\nrelation: PEER", "give either relation or relation_column"),
        ("ratee: who", "rater: who", "line 1, ratee: `ratee` is missing; add `ratee:`"),
        ("ratee: who", "rater: who", "rater: unknown key `rater`; did you mean `ratee`?"),
        (
            "peer: PEER",
            "peer: FRIEND",
            "relation_values.peer: unknown relation `FRIEND`; use one of",
        ),
        (
            "{quick: q1, slow: q2, clear: q3}",
            "{}",
            "items: `items` holds too little; give at least 1",
        ),
        ("{quick: q1, slow: q2, clear: q3}", "q1", "write lines such as `id: column`"),
    ],
)
def test_a_mistake_in_the_map_is_named(tiny, old, new, message):
    assert old in MAP
    found = mistakes_in(tiny, RATINGS, MAP.replace(old, new, 1))
    assert any(message in mistake for mistake in found)


@pytest.mark.parametrize("column_map", ["[", "- a", "a: 1\na: 2", ""])
def test_a_map_that_is_no_mapping_is_refused(tiny, column_map):
    with pytest.raises(BadInput, match=r"^map\.yaml is no"):
        read_map(column_map.encode(), "map.yaml", tiny)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("quick: q1", "quick: q9", 'line 1: column "q9" is missing; the file has who, name'),
        ('"{name}"', '"{nom}"', 'line 1: column "nom" is missing'),
        ("relation_column: as", "relation_column: like", 'line 1: column "like" is missing'),
    ],
)
def test_columns_that_the_file_lacks_are_named(tiny, old, new, message):
    assert message in mistakes_in(tiny, RATINGS, MAP.replace(old, new, 1))[0]


def test_a_column_that_stands_twice_is_refused(tiny):
    (mistake,) = mistakes_in(
        tiny, RATINGS.replace("q1,q2", "q1,q1", 1), MAP.replace("slow: q2, ", "")
    )
    assert mistake == 'line 1: column "q1" stands 2 times; rename all but one'


def test_a_name_is_put_together_once(tiny):
    column_map = MAP.replace('"{name}"', '"{name} ({ratee})"')
    ratings = read(tiny, RATINGS.replace("A,Ann,", "A,{as},"), column_map)
    assert ratings[0].ratee_name == "{as} (A)"


def test_a_header_without_rows_is_refused(tiny):
    assert mistakes_in(tiny, HEADER) == ("line 2: there is no row below the header; add one",)


def test_a_key_in_use_is_refused_and_nothing_is_stored(run, tiny):
    draft_cycle(run)
    before = dump(run)
    with pytest.raises(Refused, match='a cycle "2026-Q4" already'):
        store(run, tiny, key="2026-Q4")
    assert dump(run) == before


def test_an_import_that_fails_half_way_leaves_nothing(run, tiny, monkeypatch):
    before = dump(run)
    monkeypatch.setattr("surveyapp.services.groups.may_show_comments", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store(run, tiny)
    assert dump(run) == before


def test_a_known_person_keeps_name_and_language(run, tiny):
    draft_cycle(run)
    store(run, tiny, read(tiny, RATINGS.replace("A,Ann", "AM2,Somebody")))
    with run.database.reading() as session:
        person = session.scalars(select(Person).where(Person.external_id == "AM2")).one()
    assert (person.name, person.language) == ("Bao Yu", "en")


def test_a_response_of_an_import_names_no_rater(run, tiny):
    store(run, tiny)
    with run.database.reading() as session:
        assert set(session.scalars(select(Response.rater_id))) == {None}
