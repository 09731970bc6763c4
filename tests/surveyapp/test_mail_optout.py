"""Stopping reminders: two steps for people, one exact POST for mail programs, always undone."""

import email
import email.policy
import re
from pathlib import Path

import pytest
from sqlalchemy import select

from surveyapp.models import Assignment, Invitation, Person
from surveyapp.outbox import deliver, waiting_mails
from surveyapp.services import cycles
from surveyapp.services.mails import mailqueue
from surveyapp.steps import close_and_destroy
from tests.dumps import dump
from tests.factories import delivered, fields, open_cycle, submit, token_of

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def address(run):
    open_cycle(run)
    return f"/r/{token_of(run, 'P1')}/mail"


def press(client, address, action):
    page = client.get(address).get_data(as_text=True)
    return client.post(address, data=fields(page) | {"action": action})


def reminders_off(run):
    with run.database.reading() as session:
        wanted = select(Person.external_id).join(Invitation, Invitation.rater_id == Person.id)
        return set(session.scalars(wanted.where(Invitation.reminders_off)))


def reminded(run):
    """Who gets a mail after a reminder; everybody has had the invitation."""
    deliver(run, waiting_mails(run), lambda _: None)
    with run.database.transaction() as session:
        mailqueue.remind(session, cycles.find_cycle(session, "2026-Q4"))
        return len(mailqueue.due(session, run.config.now()))


@pytest.mark.parametrize(("language", "words"), [("zh", "停止提醒"), ("en", "Stop reminders")])
def test_the_page_says_what_will_happen_and_waits(run, client, address, language, words):
    before = dump(run)
    page = client.get(f"{address}?lang={language}").get_data(as_text=True)
    assert words in page
    assert dump(run) == before


def test_reminders_stop_and_come_back(run, client, address):
    assert reminded(run) == 12
    deliver(run, waiting_mails(run), lambda _: None)
    assert "Undo: remind me again" in press(client, address, "stop").get_data(as_text=True)
    assert reminders_off(run) == {"P1"}
    assert reminded(run) == 11
    deliver(run, waiting_mails(run), lambda _: None)
    assert "Stop reminders" in press(client, address, "resume").get_data(as_text=True)
    assert reminders_off(run) == set()
    assert reminded(run) == 12


def test_a_reminder_that_waits_does_not_leave_after_the_rater_has_stopped_them(
    run, client, address
):
    assert reminded(run) == 12  # queued, not yet delivered
    client.post(address, data=ONE_CLICK)
    assert len(delivered(run)) == 12 + 11


def test_neither_answers_nor_the_link_are_touched(run, client, address):
    token = address.split("/")[2]
    page = client.get(f"/r/{token}/1").get_data(as_text=True)
    saved = fields(page) | {"item-quick": "2", "action": "save"}
    assert client.post(f"/r/{token}/1", data=saved).status_code == 200
    before = dump(run)
    assert client.post(address, data=ONE_CLICK).status_code == 200
    after = dump(run)
    assert before.pop("invitation") != after.pop("invitation")
    assert before == after
    assert submit(client, token, 1).status_code == 200
    with run.database.reading() as session:
        assert "submitted" in set(session.scalars(select(Assignment.state)))


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data"]
)  # RFC 8058 allows both
def test_a_mail_program_needs_one_click(run, client, address, kind):
    assert client.post(address, data=ONE_CLICK, content_type=kind).status_code == 200
    assert client.post(address, data=ONE_CLICK, content_type=kind).status_code == 200
    assert reminders_off(run) == {"P1"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "List-Unsubscribe=",
        "List-Unsubscribe=one-click",
        "list-unsubscribe=One-Click",
        "List-Unsubscribe=One-Click&List-Unsubscribe=One-Click",
        "List-Unsubscribe=One-Click&x=1",
        "x=List-Unsubscribe=One-Click",
        "action=stop",
        "action=stop&form_token=",
        "action=stop&form_token=" + "0" * 64,
        "action=stop&form_token=%E4%BD%A0",
        '{"List-Unsubscribe": "One-Click"}',
    ],
)
def test_no_other_post_without_our_form_counts(run, client, address, body):
    kind = "application/x-www-form-urlencoded"
    assert client.post(address, data=body, content_type=kind).status_code == 422
    assert client.post(address, data=body, content_type="text/plain").status_code == 422
    assert client.post(f"{address}?List-Unsubscribe=One-Click").status_code == 422
    assert reminders_off(run) == set()


def test_an_unknown_action_is_refused(client, address):
    assert press(client, address, "delete").status_code == 400


def test_the_form_of_one_link_does_not_work_on_another(run, client, address):
    other = f"/r/{token_of(run, 'P2')}/mail"
    data = fields(client.get(other).get_data(as_text=True)) | {"action": "stop"}
    assert client.post(address, data=data).status_code == 422


@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_links_and_closed_cycles_answer_as_everywhere(run, client, address, method):
    assert getattr(client, method)(f"/r/{'A' * 43}/mail", data=ONE_CLICK).status_code == 404
    close_and_destroy(run, "2026-Q4")
    assert getattr(client, method)(address, data=ONE_CLICK).status_code == 410


def test_every_mail_names_the_address_in_a_header_that_programs_can_read(run, client, address):
    delivered(run)
    for file in Path(run.config.mail_url.removeprefix("folder:")).glob("*.eml"):
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.compat32)
        wanted = r"<https://feedback\.example\.com(/r/[\w-]{43}/mail)>"  # in one piece, unencoded
        found = re.fullmatch(wanted, mail["List-Unsubscribe"])
        assert found, mail["List-Unsubscribe"]
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert client.post(found.group(1), data=ONE_CLICK).status_code == 200
    assert len(reminders_off(run)) == 12
