"""Questionnaires in the browser, looked at: side by side, as raters get them, and compared."""

from dataclasses import replace

import pytest
from sqlalchemy import event

import questionnaires
from questionnaires.model import Relation
from surveyapp import create_app
from surveyapp.models import Role
from surveyapp.services import freezing
from surveyapp.services.drafts import authoring
from tests.factories import draft_cycle
from tests.pages import read
from tests.people import NOW, TINY
from tests.signing_in import signed_in

ALL = "/admin/questionnaires/"
TITLE = "title: {zh: 小问卷, en: Tiny}"


@pytest.fixture
def reader(client):
    """The client of somebody who reads and changes nothing."""
    signed_in(client, Role.ANALYST)
    return client


def save(run, text=TINY, key="tiny", by="anna"):
    with run.database.transaction() as session:
        return authoring.save(session, key, text.encode(), by, NOW)


def retitled(title):
    return TINY.replace(TITLE, f"title: {{zh: 小问卷, en: {title}}}")


def test_the_list_names_what_is_shipped_and_what_is_saved(run, reader):
    save(run)
    save(run, retitled("Small"))
    page = reader.get(ALL).text
    for words in ("Account manager feedback", "shipped", "Small", "version 2"):
        assert words in page


def test_drafts_stand_apart_with_who_kept_them(run, reader):
    with run.database.transaction() as session:
        authoring.keep_draft(session, "half", b"key: half\n", "anna", NOW)
    page = reader.get(ALL).text
    assert "half" in page
    assert "anna" in page


@pytest.mark.parametrize("key", ["account_manager_360", "account_manager_pulse"])
def test_a_questionnaire_shows_every_word_in_both_languages(reader, key):
    text = read(reader.get(ALL + key).text).text
    of = questionnaires.load(key)
    for item in of.items:
        for wording in item.text.values():
            assert wording.root["zh"] in text
            assert wording.root["en"] in text


def test_weights_stand_by_position_with_their_sum(run, reader):
    more = "position_weights:\n  new business: {SUPERVISOR: 70, CUSTOMER: 30}\n"
    save(run, TINY + more)
    text = " ".join(read(reader.get(ALL + "tiny").text).text.split())
    assert "All others 40 % 20 % 40 % 100 %" in text
    assert "new business 70 % – 30 % 100 %" in text


def test_words_of_a_questionnaire_are_no_markup(run, reader):
    save(run, retitled("<b>x</b> & y"))
    for address in (ALL, ALL + "tiny", ALL + "tiny/form/PEER"):
        assert "<b>x" not in reader.get(address).text
    assert "&lt;b&gt;x&lt;/b&gt; &amp; y" in reader.get(ALL + "tiny").text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("relation", Relation)
def test_the_form_is_shown_as_raters_of_each_relation_get_it(reader, relation, language):
    of = questionnaires.load("account_manager_360")
    address = f"{ALL}account_manager_360/form/{relation}?language={language}"
    page = read(reader.get(address).text)
    sample = {"zh": "示例经理", "en": "Alex Example"}[language]
    asked = [item.wording(relation, language) for item in of.items_for(relation)]
    assert all(words.replace("{ratee}", sample) in page.text for words in asked)
    assert page.all("form") == []


def test_from_a_form_one_gets_to_the_others_and_back(reader):
    page = read(reader.get(f"{ALL}account_manager_pulse/form/SELF?language=en").text)
    there = {link["href"] for link in page.all("a")}
    assert ALL + "account_manager_pulse" in there
    assert f"{ALL}account_manager_pulse/form/CUSTOMER?language=en" in there
    assert f"{ALL}account_manager_pulse/form/PEER?language=en" not in there


@pytest.mark.parametrize(
    "address",
    ["none", "tiny@9", "tiny/form/BOSS", "../tiny.yaml", "%2Fetc%2Fpasswd.yaml", "-/compare"],
)
def test_what_is_not_there_is_not_found(run, reader, address):
    save(run)
    assert reader.get(ALL + address).status_code == 404


def test_the_text_is_had_as_a_file(run, reader):
    save(run)
    reply = reader.get(ALL + "tiny@1/text")
    assert reply.data.decode() == TINY
    assert reply.headers["Content-Disposition"] == "attachment; filename=tiny-1.yaml"


def test_versions_name_who_saved_them_and_the_cycles_that_took_them(run, client):
    who = signed_in(client, Role.ADMINISTRATOR)
    save(run, by=who.id)
    draft_cycle(run)
    text = read(client.get(ALL + "tiny").text).text
    assert who.email in text
    assert "2026-Q4" in text


def test_two_versions_are_compared_in_words_and_lines(run, reader):
    save(run)
    save(run, retitled("Small").replace("id: slow", "id: late"))
    page = reader.get(ALL + "-/compare?before=tiny@1&after=tiny@2").text
    text = " ".join(read(page).text.split())
    assert "end here, since before and after cannot be compared slow (removed)" in text
    assert "<del>Tiny</del>" in page
    assert "<ins>Small</ins>" in page
    assert f'<span class="removed">-{TITLE}' in page


def test_a_draft_with_mistakes_is_compared_line_by_line(run, reader):
    save(run)
    with run.database.transaction() as session:
        authoring.keep_draft(session, "tiny", TINY[:200].encode(), "anna", NOW)
    page = reader.get(ALL + "-/compare?before=tiny&after=tiny@draft").text
    assert "only its lines can be compared" in page
    assert '<span class="removed">-competencies:' in page


def test_the_pages_cost_the_same_statements_however_much_is_saved(run, reader):
    def cost():
        sent = []

        def note(_connection, _cursor, statement, *_rest):
            sent.append(statement)

        event.listen(run.database.engine, "before_cursor_execute", note)
        for address in (ALL, ALL + "tiny", ALL + "-/compare?before=tiny@1&after=tiny"):
            freezing._frozen.clear()
            assert reader.get(address).status_code == 200
        event.remove(run.database.engine, "before_cursor_execute", note)
        return len([each for each in sent if each.lstrip().startswith("SELECT")])

    save(run)
    before = cost()
    for number in range(60):
        save(run, retitled(f"Tiny {number}"))
        save(run, TINY.replace("key: tiny", f"key: tiny{number}"), f"tiny{number}")
    assert cost() == before <= 16


@pytest.fixture
def with_a_faulty_file(run, tmp_path):
    """The client of an administrator of a service whose folder holds a file with mistakes."""
    (tmp_path / "broken.yaml").write_text("key: broken\n", encoding="utf-8")
    (tmp_path / "whole.yaml").write_text(TINY.replace("key: tiny", "key: whole"), encoding="utf-8")
    config = replace(run.config, questionnaire_dir=tmp_path)
    client = create_app(runtime=replace(run, config=config)).test_client()
    signed_in(client, Role.ADMINISTRATOR)
    return client


def test_a_faulty_file_is_named_in_the_list_and_leads_to_its_mistakes(with_a_faulty_file):
    text = " ".join(read(with_a_faulty_file.get(ALL).text).text.split())
    assert "broken cannot be used" in text
    assert "whole" in text
    assert "broken.yaml" in with_a_faulty_file.get(f"{ALL}broken").text


@pytest.mark.parametrize("address", ["/admin/cycles/2026-Q4/settings", "/admin/cycles/new"])
def test_a_faulty_file_is_not_offered_and_stops_no_other(run, with_a_faulty_file, address):
    draft_cycle(run)
    page = with_a_faulty_file.get(address)
    assert page.status_code == 200
    assert 'value="whole"' in page.text
    assert 'value="broken"' not in page.text
