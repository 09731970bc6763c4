"""Several managers at once, in the browser: the company, the teams, the note to customers."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import delete, select

from surveyapp.models import AuditEvent, Response, Role
from tests import pages
from tests.factories import closed_cycle, ratee_id, released_cycle
from tests.signing_in import post, signed_in

CYCLE = "/admin/cycles/2026-Q4"
COMPANY, TEAMS, NOTE = (f"{CYCLE}/{page}" for page in ("company", "teams", "note"))
WISH = "The service is slow and bad, please improve it."


@pytest.fixture
def analyst(client):
    """The client of an HR analyst."""
    signed_in(client, Role.ANALYST)
    return client


@pytest.fixture
def released(run, analyst):
    """That client, where the results are out."""
    released_cycle(run, analyst, text=WISH)
    return analyst


def page_of(client, address):
    reply = client.get(address)
    assert reply.status_code == 200
    return pages.read(reply.get_data(as_text=True))


def printed(reply):
    assert reply.mimetype == "application/pdf"
    words = "".join(page.extract_text() for page in PdfReader(BytesIO(reply.data)).pages)
    return "".join(words.split())


def test_the_company_stands_on_a_page_and_in_a_pdf_with_the_same_words(released):
    page = page_of(released, COMPANY)
    assert "2 account managers" in page.text
    assert "Manager by manager" not in page.text
    assert "2accountmanagers" in printed(released.get(f"{COMPANY}/report.pdf"))


def test_a_team_names_its_managers(run, released):
    assert "Boss Sun" in page_of(released, TEAMS).text
    address = f"{TEAMS}/{ratee_id(run, 'B1')}"
    page = page_of(released, address)
    for words in ("Team of Boss Sun", "李文", "Bao Yu", "Manager by manager"):
        assert words in page.text
    assert "TeamofBossSun" in printed(released.get(f"{address}/report.pdf"))


def test_they_speak_chinese_too(run, released):
    post(released, "/account/language", language="zh", back="/admin/")
    assert "各团队" in page_of(released, TEAMS).text
    assert "逐人得分" in page_of(released, f"{TEAMS}/{ratee_id(run, 'B1')}").text
    assert "2 位客户经理" in page_of(released, COMPANY).text


def test_a_mean_of_two_managers_is_not_told(released):
    page = page_of(released, COMPANY)
    assert not [cell for cell in page.all("td") if (cell.get("class") or "").startswith("number h")]


@pytest.mark.parametrize("who", ["P1", "AM1"])
def test_who_rates_nobody_as_supervisor_has_no_team(run, released, who):
    assert released.get(f"{TEAMS}/{ratee_id(run, who)}").status_code == 404


def test_a_person_or_questionnaire_that_is_not_there_is_not_found(released):
    assert released.get(f"{TEAMS}/{'0' * 32}").status_code == 404
    assert released.get(f"{COMPANY}?questionnaire=other").status_code == 404


ADDRESSES = (COMPANY, f"{COMPANY}/report.pdf", TEAMS, NOTE)


def test_nothing_is_shown_before_the_release(run, analyst):
    closed_cycle(run, analyst)
    team = f"{TEAMS}/{ratee_id(run, 'B1')}"
    for address in (*ADDRESSES, team, f"{team}/report.pdf"):
        assert analyst.get(address).status_code == 409


def test_nothing_is_shown_of_answers_that_are_not_those_released(run, released):
    with run.database.transaction() as session:
        session.execute(delete(Response))
    team = f"{TEAMS}/{ratee_id(run, 'B1')}"
    for address in (*ADDRESSES, team, f"{team}/report.pdf"):
        assert released.get(address).status_code == 409


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.MANAGER])
def test_they_are_for_hr_alone(run, client, role):
    released_cycle(run, client)
    signed_in(client, role)
    team = f"{TEAMS}/{ratee_id(run, 'B1')}"
    for address in (*ADDRESSES, team, f"{team}/report.pdf"):
        assert client.get(address).status_code == 403


# The note to customers

SAID = {"ratee": "", "language": "en", "about-0": "service", "done-0": "We <b>answer</b> daily."}


def logged(run):
    with run.database.reading() as session:
        return session.scalars(select(AuditEvent).filter_by(action="report loop")).all()


def test_a_note_is_looked_at_before_it_is_taken_along(run, released):
    reply = post(released, NOTE, action="look", **SAID)
    page = pages.read(reply.get_data(as_text=True))
    assert "We <b>answer</b> daily." in page.text
    assert "You said, we did" in page.text
    assert "slow and bad" not in page.text
    assert logged(run) == []


@pytest.mark.parametrize(("form", "kind"), [("pdf", "application/pdf"), ("html", "text/html")])
def test_a_note_is_taken_along_as_a_file_and_logged(run, released, form, kind):
    reply = post(released, NOTE, action=form, **SAID)
    assert reply.mimetype == kind
    assert f"loop-all.en.{form}" in reply.headers["Content-Disposition"]
    assert len(logged(run)) == 1


def test_a_note_about_one_manager_in_chinese(released):
    said = SAID | {"ratee": "AM1", "language": "zh", "thanks": "多谢。"}
    page = pages.read(post(released, NOTE, action="look", **said).get_data(as_text=True))
    for words in ("李文", "多谢。", "我们的行动"):
        assert words in page.text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"done-0": ""}, "Please write at least one thing that was done."),
        ({"done-0": "x" * 201}, "This is too long."),
        ({"about-0": "nothing"}, "nothing"),
        ({"ratee": "nobody"}, "nobody"),
    ],
)
def test_a_mistake_in_a_note_stands_on_the_page_and_nothing_typed_is_lost(released, said, words):
    reply = post(released, NOTE, action="look", **SAID | {"thanks": "Many thanks"} | said)
    page = reply.get_data(as_text=True)
    assert reply.status_code == 422
    assert words in page
    assert 'value="Many thanks"' in page


def test_a_note_too_long_for_one_page_is_refused(released):
    said = {f"done-{n}": "All of it was done. " * 10 for n in range(8)}
    reply = post(released, NOTE, action="pdf", **SAID | said)
    assert reply.status_code in {200, 422}
    assert (reply.status_code == 200) == (reply.mimetype == "application/pdf")


def test_an_act_that_is_none_is_refused(released):
    assert post(released, NOTE, action="x", **SAID).status_code == 400


def test_whom_a_note_is_about_is_chosen_by_name(released):
    page = released.get(NOTE).text
    assert '<option value="AM1">李文</option>' in page
    assert '<option value="" selected>All together</option>' in page
