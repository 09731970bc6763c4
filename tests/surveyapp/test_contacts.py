"""An export of contacts from a CRM adds customers to the managers who own them."""

import pytest

from questionnaires.model import Relation
from surveyapp.errors import BadInput, NotFound
from surveyapp.services.cycles import find_cycle
from surveyapp.services.rosters import rostermaps
from surveyapp.services.rosters.rosterfiles import RosterFile, preview, store
from surveyapp.services.rosters.rosterplans import roster_of
from tests.dumps import dump
from tests.factories import draft_cycle
from tests.people import ROSTER
from tests.workbooks import as_rows, workbook

ZOHO = "Record Id,Contact Owner.id,Contact Owner,First Name,Last Name,Account Name.id,Account Name,Email,Phone,Email Opt Out\n"  # noqa: E501
FXIAOKE = "姓名,客户名称,负责人,负责人主属部门,邮箱,手机,职务\n"
NO_CUSTOMERS = "".join(row for row in ROSTER.splitlines(keepends=True) if not row.startswith("C"))


def zoho(*rows):
    return ZOHO + "".join(f"{row}\n" for row in rows)


MARY = "zcrm_1,zcrm_u1,李文,Mary,Smith,zcrm_a1,Harbour,mary@harbour.example,123,false"
TOM = "zcrm_2,zcrm_u2,bao@example.com,Tom,Baker,zcrm_a2,Baker Ltd,tom@baker.example,,false"
CHEN = "zcrm_3,zcrm_u2,Bao Yu,建国,陈,zcrm_a3,华信,chen@huaxin.example,,"


def imported(run, text, map_name="zoho"):
    content = text if isinstance(text, bytes) else text.encode()
    file = RosterFile(content, "contacts.csv", rostermaps.shipped_map(map_name))
    with run.database.transaction() as session:
        return store(session, find_cycle(session, "2026-Q4"), file)[0]


def looked_at(run, text, column_map=None):
    file = RosterFile(text.encode(), "contacts.csv", column_map or rostermaps.shipped_map("zoho"))
    with run.database.reading() as session:
        return preview(session, find_cycle(session, "2026-Q4"), file)


def customers(run):
    with run.database.reading() as session:
        roster = roster_of(session, find_cycle(session, "2026-Q4"))
    return {(r, w) for r, w, relation in roster.assignments if relation == Relation.CUSTOMER}


def people(run):
    with run.database.reading() as session:
        return {p.id: p for p in roster_of(session, find_cycle(session, "2026-Q4")).people}


def test_contacts_are_added_to_their_owners_by_name_and_by_address(run):
    draft_cycle(run, roster=NO_CUSTOMERS)
    change = imported(run, zoho(MARY, TOM, CHEN))
    assert (change.people_added, change.assignments_added, change.assignments_removed) == (3, 3, 0)
    assert customers(run) == {("zcrm_1", "AM1"), ("zcrm_2", "AM2"), ("zcrm_3", "AM2")}


def test_the_id_of_the_manager_names_the_owner_too(run):
    draft_cycle(run, roster=NO_CUSTOMERS)
    imported(run, zoho(MARY.replace("李文", "am1")))
    assert customers(run) == {("zcrm_1", "AM1")}


def test_names_are_composed_as_their_language_has_it(run):
    draft_cycle(run, roster=NO_CUSTOMERS)
    imported(run, zoho(MARY, CHEN))
    found = people(run)
    assert (found["zcrm_1"].name, found["zcrm_1"].language) == ("Mary Smith", "en")
    assert (found["zcrm_3"].name, found["zcrm_3"].language) == ("陈建国", "zh")
    assert found["zcrm_3"].account == "华信"


def test_the_same_export_again_changes_nothing(run):
    draft_cycle(run, roster=NO_CUSTOMERS)
    imported(run, zoho(MARY, TOM))
    before = dump(run)
    imported(run, zoho(MARY, TOM))
    assert dump(run) == before


def test_an_export_adds_and_takes_nobody_away(run):
    draft_cycle(run)
    before = customers(run)
    imported(run, zoho(MARY))
    assert customers(run) == before | {("zcrm_1", "AM1")}
    assert people(run)["B1"].name == "Boss Sun"


def test_a_contact_of_an_earlier_cycle_keeps_the_id(run):
    draft_cycle(run, key="2026-Q3")
    draft_cycle(run, roster=NO_CUSTOMERS)
    change = imported(run, zoho(MARY.replace("mary@harbour.example", "C2@harbour.example")))
    assert (change.people_added, change.people_changed) == (0, 1)
    assert customers(run) == {("C2", "AM1")}
    assert people(run)["C2"].name == "Mary Smith"


def test_a_contact_with_a_new_address_is_the_same_person(run):
    draft_cycle(run, roster=NO_CUSTOMERS)
    imported(run, zoho(MARY))
    change = imported(run, zoho(MARY.replace("mary@", "smith@")))
    assert (change.people_added, change.people_changed) == (0, 1)
    assert people(run)["zcrm_1"].email == "smith@harbour.example"


def test_one_contact_of_two_owners_is_one_person_with_two_forms(run):
    draft_cycle(run, roster=NO_CUSTOMERS)
    change = imported(run, zoho(MARY, MARY.replace("zcrm_1,", "zcrm_9,").replace("李文", "Bao Yu")))
    assert change.people_added == 1
    assert customers(run) == {("zcrm_1", "AM1"), ("zcrm_1", "AM2")}


@pytest.mark.parametrize("word", ["true", "TRUE", "1", "Yes"])
def test_who_wants_no_mails_is_left_out_and_leaves_the_roster(run, word):
    draft_cycle(run, roster=NO_CUSTOMERS)
    imported(run, zoho(MARY, TOM))
    stop = zoho(MARY.replace("false", word), TOM)
    (left,) = looked_at(run, stop).effect.left_out
    assert (left.line, left.name, left.reason) == (2, "Mary Smith", "wants no mails")
    imported(run, stop)
    assert customers(run) == {("zcrm_2", "AM2")}


def test_rows_that_cannot_take_part_are_left_out_with_the_reason(run):
    draft_cycle(run, roster=NO_CUSTOMERS)
    rows = [
        MARY,
        TOM.replace("tom@baker.example", ""),
        TOM.replace("Baker Ltd", ""),
        TOM.replace("bao@example.com", ""),
        TOM.replace("bao@example.com", "Wang Wu"),
        TOM.replace("bao@example.com", "Boss Sun"),
    ]
    left = looked_at(run, zoho(*rows)).effect.left_out
    assert [(one.line, one.reason) for one in left] == [
        (3, "has no mail address"),
        (4, "has no company"),
        (5, "has no owner"),
        (6, '"Wang Wu" is nobody who is rated here'),
        (7, '"Boss Sun" is nobody who is rated here'),
    ]


def mistakes(run, *rows, column_map=None, header=None):
    text = (header or ZOHO) + "".join(f"{row}\n" for row in rows)
    found = looked_at(run, text, column_map)
    assert found.effect is None
    return [str(problem) for problem in found.problems]


def test_an_owner_whose_name_two_people_have_is_refused_with_the_row(run):
    draft_cycle(run, roster=NO_CUSTOMERS.replace("Bao Yu", "李文"))
    (said,) = mistakes(run, MARY)
    assert said == (
        'line 2, owner: "李文" may be AM1 <li@example.com>, AM2 <bao@example.com>; '
        "write the id or the mail address of the manager"
    )


def test_a_manager_who_has_the_name_of_another_colleague_is_ambiguous_too(run):
    draft_cycle(run, roster=NO_CUSTOMERS.replace("Boss Sun", "李文"))
    assert "may be AM1 <li@example.com>, B1 <boss@example.com>" in mistakes(run, MARY)[0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mary@harbour.example", "mary", 'line 2, email: "mary" is not a mail address'),
        ("zcrm_1,", "zcrm 1,", 'line 2, id: "zcrm 1" is not an id'),
        ("Mary,Smith", ",", "line 2, name: is empty"),
        ("Harbour", "H" * 201, "line 2, account: is too long"),
        ("Smith", "S" * 101, "line 2, name: is too long"),
        ("mary@harbour.example", "boss@example.com", "line 2, email: B1 Boss Sun is known as a"),
        ("zcrm_1,", "P1,", "line 2, email: P1 Peer One is known as a colleague"),
    ],
)
def test_a_mistake_in_a_row_is_named_with_its_column(run, old, new, said):
    draft_cycle(run, roster=NO_CUSTOMERS)
    assert mistakes(run, MARY.replace(old, new))[0].startswith(said)


def test_two_rows_that_contradict_each_other_are_refused(run):
    draft_cycle(run, roster=NO_CUSTOMERS)
    (said,) = mistakes(run, MARY, MARY.replace("Mary", "Maria"))
    assert said.startswith("line 3, name: is Mary Smith <mary@harbour.example> in line 2")


def test_an_id_and_an_address_of_two_people_are_refused(run):
    draft_cycle(run)
    (said,) = mistakes(run, MARY.replace("zcrm_1", "C1").replace("mary@", "c2@"))
    assert "the address is that of C2, the id that of C1" in said


def test_a_file_of_which_no_row_can_be_used_is_refused_with_the_reasons(run):
    draft_cycle(run, roster=NO_CUSTOMERS)
    (said,) = mistakes(run, MARY.replace("李文", "Li Wen"), TOM.replace("bao@example.com", ""))
    assert "no row can be used" in said
    assert '1 times: "Li Wen" is nobody who is rated here' in said


def test_a_header_that_the_map_does_not_know_is_named_with_what_it_looks_for(run):
    draft_cycle(run, roster=NO_CUSTOMERS)
    said = mistakes(run, MARY, header=ZOHO.replace("Contact Owner,", "Vendeur,"))
    assert said == [
        "line 1: the map finds no column for owner (it looks for Contact Owner, 联系人所有者, "
        "所有者); write the header of your file into the map"
    ]
    assert "there is no row below the header" in mistakes(run)[0]


def test_a_chinese_export_without_ids_makes_ids_that_last(run):
    draft_cycle(run, roster=NO_CUSTOMERS)
    text = FXIAOKE + "赵敏,华信科技,李文,华东,zhao@huaxin.example,138,经理\n"
    imported(run, text, "fxiaoke")
    ((made, _),) = customers(run)
    assert made.startswith("contact-")
    assert people(run)[made].account == "华信科技"
    before = dump(run)
    imported(run, text.replace("zhao@", "Zhao@").replace("Zhao@", "zhao@"), "fxiaoke")
    assert dump(run) == before


def test_an_export_may_be_a_workbook(run):
    draft_cycle(run, roster=NO_CUSTOMERS)
    imported(run, workbook(as_rows(zoho(MARY))))
    assert customers(run) == {("zcrm_1", "AM1")}


OWN = b"contacts: {name: Who, email: [Mail, Mail 2], account: Firm, owner: Seller}"


def test_a_map_of_ones_own_reads_other_headers(run):
    draft_cycle(run, roster=NO_CUSTOMERS)
    text = "Who,Mail 2,Firm,Seller\nMary,mary@harbour.example,Harbour,AM1\n"
    assert looked_at(run, text, OWN).effect.change.assignments_added == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"contacts: {email: a, account: b}",
            "line 1, contacts.owner: `owner` is missing; add `owner:`",
        ),
        (
            b"contacts:\n  email: []\n  account: b\n  owner: c",
            "line 2, contacts.email: `email` holds",
        ),
        (
            b"contacts: {email: a, account: b, owner: c, chef: d}",
            "contacts.chef: unknown key `chef`; use one of `title`",
        ),
        (b"contacts: [a]", "line 1, contacts: a mapping is expected here, not a list"),
        (b"contacts: {email: a, account: b, owner: c}\nid: a", "stands beside other keys"),
    ],
)
def test_a_mistake_in_a_map_is_named(content, said):
    with pytest.raises(BadInput) as caught:
        rostermaps.contact_map(content)
    assert said in caught.value.mistakes[0]


def test_every_shipped_map_can_be_read_and_has_a_title():
    assert [one.name for one in rostermaps.shipped()] == ["fxiaoke", "zoho"]
    assert all(one.title for one in rostermaps.shipped())


@pytest.mark.parametrize("name", ["none", "../zoho", "", "zoho.yaml"])
def test_a_map_that_is_not_shipped_is_refused_with_those_that_are(name):
    with pytest.raises(NotFound, match="shipped are fxiaoke, zoho"):
        rostermaps.shipped_map(name)


def test_the_commands_list_print_and_take_maps(cli, sqlite_run, tmp_path):
    draft_cycle(sqlite_run, roster=NO_CUSTOMERS)
    assert cli("roster", "maps").out.splitlines()[1] == "zoho       Zoho CRM, module Contacts"
    (tmp_path / "mine.yaml").write_text(cli("roster", "maps", "zoho").out, encoding="utf-8")
    (tmp_path / "c.csv").write_text(zoho(MARY, TOM.replace(",bao@", ",x@")), encoding="utf-8")
    take = ["roster", "import", tmp_path / "c.csv", "--cycle", "2026-Q4", "--map"]
    out = cli(*take, "zoho", "--dry-run").out
    assert '  1 rows left out, the first is 3: "x@example.com" is nobody who is rated here' in out
    assert cli(*take, tmp_path / "mine.yaml", "--json").json["assignments_added"] == 1
    assert cli(*take, "none").code == 1
