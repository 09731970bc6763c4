"""Questionnaires in the browser, written: mistakes stand at their line, nothing typed is lost."""

import html
import io
import re

import pytest
from sqlalchemy import select

from surveyapp.models import QuestionnaireDraft, QuestionnaireVersion, Role
from surveyapp.services.drafts import authoring
from surveyapp.services.freezing import frozen
from surveyapp.steps import open_with_keys
from tests.dumps import dump
from tests.factories import draft_cycle
from tests.people import NOW, TINY
from tests.signing_in import form_token, post, signed_in

ALL = "/admin/questionnaires/"
NEW, EDIT = ALL + "-/new", ALL + "tiny/edit"
SECOND = TINY.replace("en: Tiny", "en: Small")
FAULTY = TINY.replace(", en: Tiny", "").replace("polarity: neutral", "polarity: good")


@pytest.fixture
def author(client):
    """The client of somebody who writes."""
    signed_in(client, Role.ADMINISTRATOR)
    return client


@pytest.fixture
def saved(run):
    save(run)


def save(run, text=TINY, key="tiny"):
    with run.database.transaction() as session:
        return authoring.save(session, key, text.encode(), "anna", NOW)


def texts(run, table=QuestionnaireVersion):
    with run.database.reading() as session:
        rows = session.scalars(select(table).order_by(table.key))
        return [row.content for row in sorted(rows, key=lambda row: getattr(row, "number", 0))]


def typed(page):
    """What stands in the text field of a page."""
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    return html.unescape(found[1])


def base(page):
    return re.search(r'name="base" value="([^"]*)"', page)[1]


def upload(client, address, content, **data):
    sent = data | {"file": (io.BytesIO(content), "mine.yaml"), "form_token": form_token(client)}
    return client.post(address, data=sent)


def test_the_page_holds_the_text_with_its_remarks(author):
    page = author.get(ALL + "account_manager_360/edit").text
    assert "# To make your own, copy this file" in typed(page)


def test_saving_makes_the_next_version(run, author, saved):
    page = author.get(EDIT).text
    crlf = SECOND.replace("\n", "\r\n")  # as browsers send it
    reply = post(author, EDIT, action="save", text=crlf, base=base(page))
    assert (reply.status_code, reply.headers["Location"]) == (303, ALL + "tiny")
    assert texts(run) == [TINY, SECOND]
    assert "Saved as version 2." in author.get(ALL + "tiny").text


def test_saving_the_same_text_makes_no_version(run, author, saved):
    post(author, EDIT, action="save", text=TINY, base="1.")
    assert texts(run) == [TINY]
    assert "Nothing was changed." in author.get(ALL + "tiny").text


@pytest.mark.parametrize("action", ["save", "check"])
def test_mistakes_stand_beside_the_text_with_their_line_and_nothing_is_lost(
    run, author, saved, action
):
    reply = post(author, EDIT, action=action, text=FAULTY, base="1.")
    assert (reply.status_code, typed(reply.text)) == (422, FAULTY)
    assert "Mistakes: 2" in reply.text
    assert "Line 4, column 1" in reply.text
    assert "Line 23, column" in reply.text
    marked = re.findall(r'<span class="removed"><i>(\d+)</i>(.*)', reply.text)
    assert [number for number, _ in marked] == ["4", "23"]
    assert "<mark>title</mark>: {zh: 小问卷}" in marked[0][1]
    assert texts(run) == [TINY]


def test_mistakes_are_said_in_the_language_of_the_page(author, saved):
    page = post(author, f"{EDIT}?lang=zh", action="check", text=FAULTY, base="1.").text
    assert "缺少“en”<br>" in page
    assert "请加上“en: ...”" in page
    assert '<span lang="en">' not in page


def test_a_text_without_mistakes_is_said_to_have_none_and_not_saved(run, author, saved):
    reply = post(author, EDIT, action="check", text=SECOND, base="1.")
    assert "No mistakes." in reply.text
    assert typed(reply.text) == SECOND
    assert texts(run) == [TINY]


def test_a_text_with_mistakes_can_be_kept_and_gone_on_with(run, author, saved):
    reply = post(author, EDIT, action="keep", text=FAULTY, base="1.")
    assert reply.headers["Location"] == ALL + "tiny@draft/edit"
    page = author.get(ALL + "tiny@draft/edit").text
    assert typed(page) == FAULTY
    assert "Mistakes: 2" in page
    assert "A draft of this questionnaire is kept" in author.get(EDIT).text


def test_two_people_at_once_the_second_sees_what_the_first_saved_and_loses_nothing(
    run, author, saved
):
    begun = base(author.get(EDIT).text)
    save(run, SECOND)  # by somebody else
    mine = TINY.replace("id: slow", "id: late")
    refused = post(author, EDIT, action="save", text=mine, base=begun)
    assert (refused.status_code, typed(refused.text)) == (409, mine)
    assert "was saved as version 2 in the meantime" in refused.text
    assert '<span class="added">+title: {zh: 小问卷, en: Tiny}' in refused.text
    assert texts(run) == [TINY, SECOND]
    seen = re.search(r'name="seen" value="([^"]*)"', refused.text)[1]
    again = post(author, EDIT, action="save", text=mine, base=base(refused.text), seen=seen)
    assert again.status_code == 303
    assert texts(run) == [TINY, SECOND, mine]


def test_a_draft_that_somebody_else_kept_meanwhile_is_not_overwritten(run, author, saved):
    begun = base(author.get(EDIT).text)
    with run.database.transaction() as session:
        authoring.keep_draft(session, "tiny", FAULTY.encode(), "anna", NOW)
    for action in ("keep", "save"):
        refused = post(author, EDIT, action=action, text=SECOND, base=begun)
        assert (refused.status_code, typed(refused.text)) == (409, SECOND)
    assert texts(run, QuestionnaireDraft) == [FAULTY]


def test_a_new_questionnaire_has_the_key_of_its_text(run, author):
    reply = post(author, NEW, text=TINY)
    assert reply.headers["Location"] == ALL + "tiny"
    refused = post(author, NEW, text=SECOND)
    assert (refused.status_code, typed(refused.text)) == (422, SECOND)
    assert "There is a questionnaire tiny already" in refused.text
    assert texts(run) == [TINY]


def test_a_file_takes_the_place_of_the_text(run, author):
    upload(author, NEW, TINY.encode(), text="what stood there")
    upload(author, EDIT, SECOND.encode(), text="", action="save", base="1.")
    assert texts(run) == [TINY, SECOND]


def test_a_file_with_mistakes_stands_in_the_text_to_be_mended(author, saved):
    page = upload(author, EDIT, FAULTY.encode(), text=TINY, action="check", base="1.").text
    assert typed(page) == FAULTY
    assert "Mistakes: 2" in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"key: \xff", "this is not UTF-8 text"),
        (b"#" * (256 * 1024 + 1), "larger than 256 KiB"),
        (b"a: &a [1]\nb: *a", "is not allowed in a questionnaire"),
        (b"a: &a [x]\n" + b"b: [*a,*a]\n" * 9, "is not allowed in a questionnaire"),
        (b"[" * 500, "nested deeper"),
        (b"key: a\x00b", "U+0000"),
    ],
)
def test_hostile_files_are_refused_and_what_was_typed_is_still_there(
    run, author, saved, content, words
):
    reply = upload(author, EDIT, content, text=SECOND, action="save", base="1.")
    assert reply.status_code == 422
    assert words in reply.text
    assert texts(run) == [TINY]


def test_a_file_that_is_no_text_leaves_the_typed_text_alone(author, saved):
    reply = upload(author, EDIT, b"\xff\xfe", text=SECOND, action="save", base="1.")
    assert typed(reply.text) == SECOND


def test_what_is_beyond_every_bound_is_refused(run, author, saved):
    reply = post(author, EDIT, action="save", text="#" * (3 * 1024 * 1024), base="1.")
    assert reply.status_code == 413
    assert texts(run) == [TINY]


def test_markup_in_a_text_is_text(author, saved):
    text = TINY.replace("en: Tiny", "en: </textarea><script>x</script>") + "bad"
    page = post(author, EDIT, action="check", text=text, base="1.").text
    assert "<script>x" not in page
    assert typed(page) == text


def test_a_shipped_questionnaire_is_copied_and_opened_for_writing(run, author):
    reply = post(author, ALL + "account_manager_pulse/copy", key="ours")
    assert reply.headers["Location"] == ALL + "ours/edit"
    assert "key: ours" in typed(author.get(ALL + "ours/edit").text)


@pytest.mark.parametrize("key", ["", "Not a key", "tiny", "x" * 41])
def test_a_key_that_cannot_be_taken_is_refused_beside_its_field(run, author, saved, key):
    reply = post(author, ALL + "account_manager_pulse/copy", key=key)
    assert reply.status_code == 422
    assert 'aria-invalid="true"' in reply.text
    assert texts(run) == [TINY]


def test_a_version_that_an_open_cycle_took_stays_whatever_is_saved(run, author, saved):
    asked = draft_cycle(run)
    open_with_keys(run, "2026-Q4")
    post(author, EDIT, action="save", text=SECOND, base="1.")
    assert texts(run)[0] == TINY
    with run.database.reading() as session:
        assert frozen(session, asked.content_hash).title.said("en") == "Tiny"


def test_no_page_changes_or_deletes_a_version(client):
    rules = [r for r in client.application.url_map.iter_rules() if r.rule.startswith(ALL)]
    assert {rule.rule for rule in rules if "POST" in rule.methods} == {
        ALL + "-/new", ALL + "<wanted>/edit", ALL + "<wanted>/copy",
    }  # fmt: skip


@pytest.mark.parametrize("base", ["", "x", "9999999.", "1.0.0", "-1."])
def test_a_form_that_was_tampered_with_overwrites_nothing(run, author, saved, base):
    before = dump(run)
    reply = post(author, EDIT, action="save", text=SECOND, base=base)
    assert reply.status_code == 409
    assert dump(run) == before


def test_an_analyst_reads_and_writes_nothing(run, client, saved):
    signed_in(client, Role.ANALYST)
    assert "/edit" not in client.get(ALL + "tiny").text
    assert client.get(EDIT).status_code == 403
    assert post(client, EDIT, action="save", text=SECOND, base="1.").status_code == 403


def test_acts_stand_in_the_log(run, author):
    post(author, NEW, text=TINY)
    post(author, ALL + "tiny@1/copy", key="ours")
    log = author.get("/admin/audit").text
    assert "<code>questionnaire save</code>" in log
    assert "<code>questionnaire copy</code>" in log
