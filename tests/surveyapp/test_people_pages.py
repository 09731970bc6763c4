"""People found in the browser, given their data, and forgotten; only by administrators."""

import json
import re

import pytest
from sqlalchemy import select

from surveyapp import batches, create_app
from surveyapp.db import Database
from surveyapp.errors import StorageUnavailable
from surveyapp.models import Person, Role
from surveyapp.services import audit
from surveyapp.services.audit import Act
from surveyapp.services.paging import SIZE
from surveyapp.services.privacy import erasure
from tests.commands import Commands
from tests.dumps import bytes_on_disk, dump
from tests.factories import (
    closed_cycle,
    draft_cycle,
    open_cycle,
    ratee_id,
    released_cycle,
    submit,
    token_of,
)
from tests.pages import read
from tests.signing_in import member, post, signed_in

HERE = "/admin/people/"


@pytest.fixture
def admin(client):
    """The client of an administrator."""
    signed_in(client, Role.ADMINISTRATOR)
    return client


def found(client, words, **more):
    """The ids in the list, in its order."""
    page = client.get(HERE, query_string={"q": words, **more}).text
    return re.findall(r'<td data-label="ID">([^<]*)</td>', page)


def told(client, run, identity, language="en"):
    return read(client.get(f"{HERE}{ratee_id(run, identity)}?lang={language}").text).text


def erase(client, run, identity, **data):
    address = f"{HERE}{ratee_id(run, identity)}"
    return post(client, address, action="erase", **{"typed": identity, **data})


def everything(run):
    return repr(dump(run))


def add(run, *people):
    with run.database.transaction() as session:
        session.add_all(
            Person(external_id=one, name=name, email=mail) for one, name, mail in people
        )


def test_nobody_is_listed_before_somebody_is_looked_for(run, admin):
    draft_cycle(run)
    for words in ("", "  ", "\x00"):
        assert found(admin, words) == []
        assert "Find a person" in admin.get(HERE, query_string={"q": words}).text


@pytest.mark.parametrize("words", ["c1", "C1@harbour", " 客户一 "])
def test_somebody_is_found_by_id_name_or_address_in_part(run, admin, words):
    draft_cycle(run)
    assert found(admin, words) == ["C1"]


def test_whoever_has_just_this_id_comes_first(run, admin):
    add(run, ("K10", "Anna", ""), ("K1", "Zoe", ""))
    assert found(admin, "K1") == ["K1", "K10"]


@pytest.mark.parametrize(
    ("words", "ids"), [("%", ["P%"]), ("_", ["U_"]), ("/", ["S/"]), ("\\", [])]
)
def test_no_sign_that_is_typed_stands_for_others(run, admin, words, ids):
    add(run, ("P%", "Percent", ""), ("U_", "Underline", ""), ("S/", "Slash", ""))
    assert found(admin, words) == ids


def test_a_list_is_one_page_long_and_keeps_the_words(run, admin):
    add(run, *((f"K{n:03}", f"Name {n:03}", "") for n in range(SIZE + 3)))
    assert len(found(admin, "name")) == SIZE
    assert found(admin, "name", page=2) == ["K050", "K051", "K052"]
    assert "?page=2&amp;q=name" in admin.get(f"{HERE}?q=name").text


@pytest.mark.parametrize(("language", "turns"), [("en", "Previous Next"), ("zh", "上一页 下一页")])
def test_a_list_by_name_is_turned_page_by_page_and_knows_no_time(run, admin, language, turns):
    add(run, *((f"K{n:03}", f"Name {n:03}", "") for n in range(2 * SIZE + 1)))
    page = admin.get(HERE, query_string={"q": "name", "page": 2, "lang": language}).text
    assert " ".join(re.findall(r'rel="(?:prev|next)"[^>]*>([^<]+)', page)) == turns


def test_a_page_says_when_nobody_is_found(run, admin):
    draft_cycle(run)
    assert "Nobody is found" in admin.get(f"{HERE}?q=nobody").text
    assert "没有找到" in admin.get(f"{HERE}?q=nobody&lang=zh").text


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SUPERVISOR, Role.MANAGER])
def test_nobody_but_administrators_finds_exports_or_erases(run, client, role):
    open_cycle(run)
    signed_in(client, role)
    address = f"{HERE}{ratee_id(run, 'C1')}"
    before = dump(run)
    replies = [client.get(HERE), client.get(address), post(client, address, action="export")]
    replies.append(post(client, address, action="erase", typed="C1", force="yes"))
    assert [reply.status_code for reply in replies] == [403] * 4
    assert dump(run) == before


def test_accounts_and_people_are_one_word_in_the_navigation_and_lead_to_each_other(run, admin):
    for address in (HERE, "/admin/people/accounts"):
        page = admin.get(address).text
        assert f'<a href="{HERE}" aria-current="page">People</a>' in page
        assert 'href="/admin/people/accounts"' in page


def test_a_page_tells_as_what_somebody_stands_in_which_cycle(run, admin):
    open_cycle(run)
    assert "as supervisor: 2" in told(admin, run, "B1")
    assert "as peer: 2" in told(admin, run, "P1")
    assert "yes, as key" in told(admin, run, "AM1")
    assert "作为上级：2" in told(admin, run, "B1", "zh")


def test_a_page_is_the_same_whether_somebody_has_answered_or_not(run, admin):
    open_cycle(run)
    before = told(admin, run, "C1")
    submit(create_app(runtime=run).test_client(), token_of(run, "C1"))
    assert told(admin, run, "C1") == before


def test_whoever_does_not_exist_has_no_page(run, admin):
    assert admin.get(f"{HERE}{'0' * 32}").status_code == 404
    assert post(admin, f"{HERE}{'0' * 32}", action="export").status_code == 404


def test_the_file_is_what_the_command_prints_and_is_logged_alike(run, admin, monkeypatch, capsys):
    released_cycle(run, create_app(runtime=run).test_client(), text="<b>kind</b> words")
    reply = post(admin, f"{HERE}{ratee_id(run, 'B1')}", action="export")
    assert reply.headers["Content-Disposition"] == "attachment; filename=B1.json"
    assert b"<" not in reply.data
    printed = Commands(run, monkeypatch, capsys)("person", "export", "B1", "--json").json
    assert reply.json == printed
    assert "<b>kind</b> words" in json.dumps(printed)
    with run.database.reading() as session:
        logged = [one for one in audit.events(session) if one.action == Act.EXPORT]
    assert [one.details for one in logged] == [{}, {}]


def test_an_erasure_replaces_the_name_and_says_by_what(run, admin):
    closed_cycle(run, create_app(runtime=run).test_client())
    reply = erase(admin, run, "C2", typed="c2")
    assert reply.status_code == 303
    page = read(admin.get(reply.headers["Location"]).text).text
    assert re.search(r"Erased: erased-\w{16} stands for this person", page)
    for gone in ("Customer Two", "c2@harbour.example", "'C2'"):
        assert gone not in everything(run)


def test_an_erasure_stands_in_the_log_without_the_name(run, admin):
    draft_cycle(run)
    erase(admin, run, "C2")
    with run.database.reading() as session:
        assert [one.action for one in audit.events(session)] == [Act.ERASE]
    assert "C2" not in repr(dump(run)["audit_event"])


@pytest.mark.parametrize("typed", ["", "C1", "Customer Two"])
def test_without_the_right_id_nobody_is_erased(run, admin, typed):
    draft_cycle(run)
    before = dump(run)
    reply = erase(admin, run, "C2", typed=typed)
    assert reply.status_code == 422
    assert "This is not what has to be typed. Nothing was changed." in reply.text
    assert dump(run) == before


def test_an_open_cycle_is_named_before_and_the_refusal_speaks_both_languages(run, admin):
    open_cycle(run)
    assert "C1 takes part in an open cycle: 2026-Q4." in told(admin, run, "C1")
    address, before = f"{HERE}{ratee_id(run, 'C1')}", dump(run)
    sent = {"action": "erase", "typed": "C1"}
    english, chinese = post(admin, address, **sent), post(admin, f"{address}?lang=zh", **sent)
    assert (english.status_code, chinese.status_code) == (409, 409)
    assert "2026-Q4, which is open. Close it first, or erase all the same" in english.text
    assert "请先关闭该周期；也可仍然删除" in chinese.text
    assert "--force" not in english.text + chinese.text
    assert dump(run) == before


def test_erased_all_the_same_nobody_is_asked_any_more(run, admin):
    open_cycle(run)
    token = token_of(run, "C1")
    assert erase(admin, run, "C1", force="yes").status_code == 303
    assert create_app(runtime=run).test_client().get(f"/r/{token}").status_code == 404


def test_results_go_only_where_that_was_ticked(run, admin):
    released_cycle(run, create_app(runtime=run).test_client())
    erase(admin, run, "AM1")
    erase(admin, run, "AM2", with_results="yes")
    names = {row[2] for row in dump(run)["person"]}
    rated = {row[1] for row in dump(run)["cycle_ratee"]}
    assert len(rated) == 1
    assert not {"AM1", "AM2"} & names


def test_results_that_were_kept_can_be_deleted_afterwards_by_the_new_word(run, admin):
    released_cycle(run, create_app(runtime=run).test_client())
    address = f"{HERE}{ratee_id(run, 'AM1')}"
    erase(admin, run, "AM1")
    with run.database.reading() as session:
        word = session.scalars(select(Person.external_id)).all()
    word = next(one for one in word if one.startswith(erasure.ERASED))
    assert "Delete the results too" in admin.get(address).text
    sent = {"with_results": "yes", "force": "yes", "typed": word}
    assert post(admin, address, action="erase", **sent).status_code == 303
    assert "Delete the results too" not in admin.get(address).text


def test_reports_made_from_a_page_go_too_or_nothing_does(run, admin):
    released_cycle(run, create_app(runtime=run).test_client())
    folder = run.config.data_dir / batches.FOLDER / "some-cycle"
    folder.mkdir(parents=True)
    with batches._locked(folder):
        reply = erase(admin, run, "C2")
    assert reply.status_code == 409
    assert "are being made just now" in reply.text
    assert "Customer Two" in everything(run)
    assert erase(admin, run, "C2").status_code == 303
    assert not folder.exists()


def test_the_bytes_are_gone_too(sqlite_run):
    draft_cycle(sqlite_run)
    admin = create_app(runtime=sqlite_run).test_client()
    signed_in(admin)
    assert b"c2@harbour.example" in bytes_on_disk(sqlite_run)
    erase(admin, sqlite_run, "C2")
    assert b"c2@harbour.example" not in bytes_on_disk(sqlite_run)


def test_an_erasure_whose_traces_are_left_is_told_as_done(run, admin, monkeypatch):
    def in_vain(_self, _tables=()):
        raise StorageUnavailable("The journal could not be emptied")

    draft_cycle(run)
    monkeypatch.setattr(Database, "scrub", in_vain)
    reply = erase(admin, run, "C2")
    page = read(admin.get(reply.headers["Location"]).text).text
    assert "The person is erased, but the files of the database still hold the name" in page
    assert "surveyapp retention" not in page
    assert "Customer Two" not in everything(run)


def test_the_only_administrator_who_can_sign_in_is_not_erased(run, client):
    draft_cycle(run)
    signed_in(client, Role.ADMINISTRATOR, person="B1")
    reply = erase(client, run, "B1")
    assert reply.status_code == 409
    assert "is the only administrator who can sign in" in reply.text
    assert "Boss Sun" in everything(run)


def test_an_administrator_who_erases_themself_is_signed_out(run, client):
    draft_cycle(run)
    member(run, Role.ADMINISTRATOR)
    signed_in(client, Role.ADMINISTRATOR, person="B1")
    assert erase(client, run, "B1").status_code == 303
    assert "/account/sign-in" in client.get(HERE).headers["Location"]
