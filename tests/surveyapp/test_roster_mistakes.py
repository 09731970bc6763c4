"""Every mistake of a roster is named with its line, its column and what mends it."""

import pytest

from surveyapp.errors import BadInput
from surveyapp.services.rosters.roster import read_roster
from tests.people import HEADER, ROSTER


def changed(old, new):
    """The shared roster with one thing wrong."""
    assert old in ROSTER
    return ROSTER.replace(old, new, 1)


def mistakes_in(text, column_map=None):
    with pytest.raises(BadInput) as caught:
        read_roster(text.encode(), "roster.csv", column_map)
    assert str(caught.value).endswith("nothing was stored")
    return caught.value.mistakes


# name: (what is typed, what is typed instead, place, message, mend)
DEFECTS = {
    "no id": ("P1,Peer One", ",Peer One", "line 5, id", "is empty", "one id"),
    "no name": ("Boss Sun", "", "line 4, name", "is empty", "one name"),
    "no mail address": ("boss@example.com", "", "line 4, email", "is empty", "one email"),
    "a path as id": ("P4,Peer", "../x,Peer", "line 8, id", '"../x" is not an id', "letters"),
    "a slash in an id": ("P4,Peer", "a/b,Peer", "line 8, id", '"a/b" is not an id', "letters"),
    "a space in an id": ("P4,Peer", "P 4,Peer", "line 8, id", '"P 4" is not an id', "letters"),
    "a hidden file as id": ("P4,Peer", ".x,Peer", "line 8, id", '".x" is not an id', "letters"),
    "an endless id": ("P4,Peer", "x" * 65 + ",Peer", "line 8, id", "is not an id", "at most 64"),
    "an id twice": ("P2,同事二", "P1,同事二", "line 6, id", '"P1" stands in line 5', "merge"),
    "an id in other case": ("P2,同事二", "p1,同事二", "line 6, id",
                           '"p1" stands in line 5', "merge"),
    "a mail address twice": ("p2@example.com", "p1@example.com", "line 6, email",
                             '"p1@example.com" stands in line 5', "correct the email"),
    "a mail address in other case": ("p2@example.com", "P1@Example.COM", "line 6, email",
                                     "stands in line 5 already", "merge the two rows"),
    "no mail address at all": ("p1@example.com", "p1", "line 5, email",
                               '"p1" is not a mail address', "name@example.com"),
    "nobody at a mail server": ("p1@example.com", "@example.com", "line 5, email",
                                '"@example.com" is not a mail address', "name@example.com"),
    "a mail address of no country": ("p1@example.com", "p1@example", "line 5, email",
                                     '"p1@example" is not a mail address', "name@example.com"),
    "a space in a mail address": ("p1@example.com", "p 1@example.com", "line 5, email",
                                  "is not a mail address", "name@example.com"),
    "a name in the mail cell": ("p1@example.com", "One <p1@example.com>", "line 5, email",
                                "is not a mail address", "name@example.com"),
    "two mail addresses": ("p1@example.com", "p1@example.com;p@example.com", "line 5, email",
                           "is not a mail address", "name@example.com"),
    "a comment in a mail address": ("p1@example.com", "(home)p1@example.com", "line 5, email",
                                    "is not a mail address", "name@example.com"),
    "an endless name": ("Boss Sun", "S" * 101, "line 4, name", "101 characters", "at most 100"),
    "an endless position": ("zh,key,B1", f"zh,{'k' * 101},B1", "line 2, position",
                            "101 characters", "at most 100"),
    "an endless account": ("Harbour,AM1", f"{'H' * 201},AM1", "line 9, account",
                           "201 characters", "at most 200"),
    "a line break in a name": ("Boss Sun", '"Boss\nSun"', "line 4, name", "line break", "one line"),
    "a line separator in a name": ("Boss Sun", "Boss\u2028Sun", "line 4, name",
                                   "line break", "one line"),
    "an unknown language": ("boss@example.com,en", "boss@example.com,fr", "line 4, language",
                            '"fr" is not spoken here', "write zh or en"),
    "a supervisor without a row": ("key,B1,P1|P2,", "key,B9,P1|P2,", "line 3, supervisor",
                                   '"B9" has no row', "add a row"),
    "a peer without a row": ("P1|P2|P3|P4", "P1|P2|P3|P9", "line 2, peers",
                             '"P9" has no row', "correct the id"),
    "two supervisors": ("key,B1,P1|P2,", "key,B1|P3,P1|P2,", "line 3, supervisor",
                        "names several people", "under peers"),
    "the supervisor as peer": ("key,B1,P1|P2,", "key,B1,P1|B1,", "line 3, peers",
                               '"B1" is the supervisor too', "each person once"),
    "a peer twice": ("P1|P2|P3|P4", "P1|P2|P3|P3", "line 2, peers",
                     '"P3" is named 2 times', "each person once"),
    "oneself as peer": ("P1|P2|P3|P4", "P1|AM1|P3|P4", "line 2, peers",
                        '"AM1" names themselves', "others only"),
    "oneself as supervisor": ("key,B1,P1|P2,", "key,AM2,P1|P2,", "line 3, supervisor",
                              '"AM2" names themselves', "others only"),
    "a customer as peer": ("P1|P2|P3|P4", "P1|C1|P3|P4", "line 2, peers",
                           '"C1" is a customer contact', "name a colleague"),
    "a supervisor of nobody rated": ("boss@example.com,en,,,", "boss@example.com,en,,P1,",
                                     "line 4, supervisor", "without a position", "empty this cell"),
    "a customer who rates a peer": ("Harbour,AM1", "Harbour,P1", "line 9, rates",
                                    '"P1" is no account manager', "a position"),
    "a customer who rates nobody known": ("Harbour,AM1", "Harbour,AM9", "line 9, rates",
                                          '"AM9" has no row', "add a row"),
    "a customer who rates nobody": ("Harbour,AM1", "Harbour,", "line 9, rates",
                                    "is empty for a customer", "account managers they rate"),
    "a customer of no company": ("Harbour,AM1", ",AM1", "line 9, account",
                                 "is empty for a customer", "name their company"),
    "a manager with an account": ("P1|P2,,", "P1|P2,Foods,", "line 3, account",
                                  "of an account manager", "a row of their own"),
    "a cell too many": ("P1|P2,,", "P1,P2,,", "line 3, row",
                        "10 cells where the header has 9", "quotation marks"),
    "a cell too few": ("P1|P2,,", "P1|P2,", "line 3, row",
                       "8 cells where the header has 9", "make id the last column"),
}  # fmt: skip


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_mistake_in_a_row_is_named_with_line_column_and_mend(defect):
    old, new, place, message, mend = DEFECTS[defect]
    first = next(m for m in mistakes_in(changed(old, new)) if m.startswith(place + ":"))
    told, _, advice = first.removeprefix(place).partition("; ")
    assert message in told
    assert mend in advice


@pytest.mark.parametrize(
    ("header", "message", "mend"),
    [
        ("id,name,email,supervizor", 'unknown column "supervizor"', "supervisor, peers"),
        ("id,name,email,,position", 'unknown column ""', "delete the column"),
        ("id,name,position", 'column "email" is missing', "add it to the header"),
        ("id,name,email,工号", 'column "id" stands 2 times', "keep one"),
    ],
)
def test_a_mistake_in_the_header_is_named_with_its_line(header, message, mend):
    (mistake,) = mistakes_in(f"\n{header}\nAM1,Li,li@example.com,key,x\n")
    assert mistake.startswith(f"line 2: {message}")
    assert mend in mistake


def test_a_roster_in_which_nobody_is_rated_is_refused():
    (mistake,) = mistakes_in(HEADER + "P1,Peer,p1@example.com,en,,,,,\n")
    assert mistake.startswith("line 2, position: no row has a position")


def test_a_header_alone_is_refused():
    assert mistakes_in(HEADER) == (
        "line 2: there is no row below the header; add one row a person",
    )


def test_all_mistakes_are_reported_at_once_in_the_order_of_the_lines():
    text = (
        changed("B1,Boss Sun", "B1,").replace("p4@example.com", "p4").replace("Foods,AM1", ",AM9")
    )
    places = [mistake.partition(":")[0] for mistake in mistakes_in(text)]
    assert places == [
        "line 4, name",
        "line 8, email",
        "line 12, rates",
        "line 12, account",
        "line 13, rates",
        "line 13, account",
    ]


def test_the_number_of_mistakes_is_said_and_a_flood_of_them_is_cut():
    rows = "".join(f"X{n},,x{n}@example.com,zh,key,,,,\n" for n in range(300))
    with pytest.raises(BadInput, match=r"^r\.csv has 300 mistakes; nothing was stored$") as caught:
        read_roster((HEADER + rows).encode(), "r.csv")
    assert caught.value.mistakes[-1] == "... and 100 more"
    with pytest.raises(BadInput, match=r"^r\.csv has 1 mistake; nothing was stored$"):
        read_roster(changed("Boss Sun", "").encode(), "r.csv")


@pytest.mark.parametrize(
    ("column_map", "message"),
    [
        ("chef: Boss", '"chef" is no column of ours; use id, name'),
        ("id: [a]", "id: write the header of one column"),
        ("id: ''", "id: write the header of one column"),
        ("id: A\nname: a", '"a" is given 2 times'),
        ("ignore: Phone", "ignore: write a list of headers"),
        ("id: A\nid: B", '"id" stands 2 times'),
        ("id: [", "line 1"),
        ("- id", "line 1: write lines such as"),
        ("id: A\n\tname: B", "line 2"),
    ],
)
def test_a_mistake_in_the_map_is_named(column_map, message):
    with pytest.raises(BadInput) as caught:
        read_roster(ROSTER.encode(), "roster.csv", column_map.encode())
    assert any(message in mistake for mistake in caught.value.mistakes)
