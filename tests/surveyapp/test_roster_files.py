"""A roster is read as people write it: headers, ids and addresses in the forms they come in."""

import pytest

from questionnaires.model import Relation
from surveyapp.services.rosters.roster import read_roster
from tests.people import HEADER, ROSTER


def same(text, encoding="utf-8", column_map=None):
    read = read_roster(text.encode(encoding), "roster.csv", column_map and column_map.encode())
    expected = read_roster(ROSTER.encode())
    return (read.people, read.assignments) == (expected.people, expected.assignments)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_same_roster_comes_out_of_every_encoding_and_delimiter(encoding, delimiter):
    assert same(ROSTER.replace(",", delimiter), encoding)


@pytest.mark.parametrize(
    "header",
    [
        "编号,姓名,邮箱,语言,岗位,上级,同事,客户公司,客户经理",
        "工号,姓名,电子邮箱,语言,职位,上级,同事,客户,评价对象",
        "ID, Name ,E-Mail,LANGUAGE,Position,Supervisor,Peers,Account,Rates",
        "ＩＤ,姓 名,邮　箱,语言,岗位,上级,同事,客户公司,客户经理",
    ],
)
def test_headers_are_understood_in_chinese_and_in_any_case_and_spacing(header):
    assert same(ROSTER.replace(HEADER.strip(), header))


@pytest.mark.parametrize("between", ["|", ";", "；", "、", "，", " ", "\n", " | ", "｜"])
def test_ids_in_a_cell_may_stand_apart_in_many_ways(between):
    quoted = '"P1|P2|P3|P4"'.replace("|", between)
    assert same(ROSTER.replace("P1|P2|P3|P4", quoted))


def test_a_map_names_the_headers_of_another_file_and_the_columns_to_leave_out():
    header = HEADER.replace("id,name", "Staff No,Full name").replace("\n", ",Phone\n")
    rows = [line + ",1" for line in ROSTER.splitlines()[1:]]
    column_map = "id: staff no\nname: Full  Name\nignore: [Phone]\n"
    assert same(header + "\n".join(rows), column_map=column_map)


def test_ids_keep_their_zeros():
    read = read_roster(ROSTER.replace("P1", "007").encode())
    assert ("007", "AM1", Relation.PEER) in read.assignments


@pytest.mark.parametrize(
    "typed",
    [
        "p1＠example.com",
        "\u3000p1@example.com\xa0",
        "p1@example.com\u200b",
        "p1@example。com",
        "Ｐ1@example.com",
    ],
)
def test_full_width_and_invisible_characters_in_an_address_are_mended(typed):
    read = read_roster(ROSTER.replace("p1@example.com", typed).encode())
    person = next(person for person in read.people if person.id == "P1")
    assert person.email.lower() == "p1@example.com"


def test_full_width_ids_mean_the_plain_ones():
    assert same(ROSTER.replace("P1|P2|P3|P4", "Ｐ１|P2|P3|P4").replace("P1,Peer", "Ｐ1,Peer"))


def test_names_keep_the_characters_they_are_written_with():
    read = read_roster(ROSTER.replace("李文", "李文（华东）").encode())
    assert read.people[0].name == "李文（华东）"


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("中文", "zh"),
        ("zh-CN", "zh"),
        ("Chinese", "zh"),
        ("English", "en"),
        ("英文", "en"),
        ("", "zh"),
    ],
)
def test_languages_are_understood_in_words(typed, language):
    read = read_roster(ROSTER.replace("boss@example.com,en", f"boss@example.com,{typed}").encode())
    assert read.people[2].language == language


def test_an_address_with_a_chinese_domain_is_one():
    read = read_roster(ROSTER.replace("boss@example.com", "boss@例子.中国").encode())
    assert read.people[2].email == "boss@例子.中国"


def test_who_rates_whom_comes_from_supervisor_peers_and_rates():
    read = read_roster(ROSTER.encode())
    assert {(r, w) for r, ratee, w in read.assignments if ratee == "AM2"} == {
        ("AM2", Relation.SELF),
        ("B1", Relation.SUPERVISOR),
        ("P1", Relation.PEER),
        ("P2", Relation.PEER),
        ("C4", Relation.CUSTOMER),
        ("C5", Relation.CUSTOMER),
    }
