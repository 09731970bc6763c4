"""The mails of a cycle in the browser: looked at, worded, tried out, mended where they failed."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from surveyapp import create_app
from surveyapp.models import AuditEvent, Invitation, MailKind, MailState, Person, ReportLink, Role
from tests.counting import statements
from tests.factories import (
    delivered,
    draft_cycle,
    fields,
    open_cycle,
    released_cycle,
    sent_reports,
    submit,
    token_of,
)
from tests.people import ROSTER
from tests.signing_in import post, signed_in
from tests.smtp import smtp_server

MAILS = "/admin/cycles/2026-Q4/mails"
FAILED = f"{MAILS}/failed"


@pytest.fixture
def admin(client):
    """The client of an administrator."""
    signed_in(client, Role.ADMINISTRATOR)
    return client


def text(client, address=MAILS, **query):
    reply = client.get(address, query_string=query)
    assert reply.status_code == 200
    return reply.get_data(as_text=True)


def fail(run, *raters, kind=MailKind.INVITATION):
    """As if a mail server had refused the mails to these raters for good."""
    with run.database.transaction() as session:
        theirs = select(Person.id).where(Person.external_id.in_(raters))
        session.execute(
            update(Invitation)
            .where(Invitation.rater_id.in_(theirs))
            .values(mail_state=MailState.FAILED, mail_kind=kind, mail_error="550 no <such> mailbox")
        )


def test_a_mail_stands_there_as_its_reader_gets_it(run, admin):
    draft_cycle(run)
    page = text(admin, kind="invitation", relation="PEER", language="en")
    assert "Your feedback is asked for: 2026 Q4" in page
    assert "as a peer" in page
    assert "https://feedback.example.com/r/sample" in page


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Your feedback report is ready"), ("zh", "您的反馈报告")]
)
def test_the_mail_that_brings_a_report_is_shown_too(run, admin, language, words):
    draft_cycle(run)
    page = text(admin, kind="report", language=language)
    assert words in page
    assert "https://feedback.example.com/m/sample" in page
    assert "Words of your own" not in page


def test_the_page_itself_speaks_chinese(run, admin):
    draft_cycle(run)
    post(admin, "/account/language", language="zh", back="/admin/")
    page = text(admin)
    assert "发给自己" in page
    assert "Send it to yourself" not in page


def test_an_address_with_nonsense_in_it_shows_the_invitation(run, admin):
    draft_cycle(run)
    assert "Your feedback is asked for" in text(admin, kind="x", relation="y", language="<b>")


def test_a_cycle_without_a_roster_says_why_there_is_no_mail(run, admin):
    draft = {"key": "2026-Q4", "questionnaire": "account_manager_360", "closes": "2027-03-31"}
    rules = {"customers": "anonymous", "threshold": "3", "comment_threshold": "5"}
    post(admin, "/admin/cycles/new", **draft, **rules)
    assert "Nobody rates like that in 2026-Q4." in text(admin)
    assert "Nobody is rated in 2026-Q4 yet." in text(admin, kind="report")


def test_a_name_of_markup_is_text(run, admin):
    draft_cycle(run, roster=ROSTER.replace("Peer One", "<b>Peer</b>"))
    page = text(admin, relation="PEER", language="en")
    assert "<b>Peer" not in page
    assert "&lt;b&gt;Peer&lt;/b&gt;" in page


@pytest.mark.parametrize("kind", ["invitation", "report"])
def test_a_test_reaches_its_mailbox_and_says_that_it_is_one(sqlite_run, kind):
    draft_cycle(sqlite_run)
    with smtp_server() as postbox:
        url = f"smtp://127.0.0.1:{postbox.port}"
        run = replace(sqlite_run, config=replace(sqlite_run.config, mail_url=url))
        client = create_app(runtime=run).test_client()
        signed_in(client)
        asked = {"kind": kind, "language": "en", "relation": "", "to": "me@example.com"}
        assert post(client, MAILS, action="send", **asked).status_code == 303
        assert "The test is sent." in text(client)
    mail = postbox.to("me@example.com")
    assert mail["Subject"].startswith("Test: ")
    assert "/sample" in mail.get_body(("plain",)).get_content()


def test_a_test_without_an_address_is_refused(run, admin):
    draft_cycle(run)
    reply = post(admin, MAILS, action="send", kind="invitation", language="en", relation="", to="")
    assert reply.status_code == 422
    assert "Please write your mail address." in reply.get_data(as_text=True)


WORDS = {"kind": "invitation", "language": "en", "relation": "", "subject": "", "closing": ""}


def test_words_of_ones_own_stand_in_the_mail(run, admin):
    draft_cycle(run)
    assert post(admin, MAILS, action="words", greeting="Hello {name}!", **WORDS).status_code == 303
    page = text(admin, language="en", relation="SUPERVISOR")
    assert "Hello Boss Sun!" in page
    assert ">Hello {name}!</textarea>" in page


def test_words_with_a_mistake_come_back_with_it(run, admin):
    draft_cycle(run)
    reply = post(admin, MAILS, action="words", greeting="See http://x.example", **WORDS)
    page = reply.get_data(as_text=True)
    assert reply.status_code == 422
    assert "is a link" in page
    assert ">See http://x.example</textarea>" in page


def test_words_that_somebody_else_changed_are_not_overwritten_unseen(run, admin):
    draft_cycle(run)
    seen = fields(admin.get(f"{MAILS}?language=en").text)["seen"]
    given = WORDS | {"action": "words"}
    post(admin, MAILS, **given | {"greeting": "Hello {name}!", "seen": seen})
    refused = post(admin, MAILS, **given | {"greeting": "Dear {name},", "seen": seen})
    assert refused.status_code == 409
    assert "First paragraphs: Hello {name}!</li>" in refused.text
    assert ">Dear {name},</textarea>" in refused.text
    assert "Hello Boss Sun!" in text(admin, language="en", relation="SUPERVISOR")
    again = given | {"greeting": "Dear {name},", "seen": fields(refused.text)["seen"]}
    assert post(admin, MAILS, **again).status_code == 303


def test_words_with_a_mistake_stay_based_on_what_their_author_saw(run, admin):
    draft_cycle(run)
    seen = fields(admin.get(f"{MAILS}?language=en").text)["seen"]
    post(admin, MAILS, action="words", greeting="Hello {name}!", **WORDS)
    wrong = {"action": "words", "greeting": "{names}", "seen": seen}
    assert fields(post(admin, MAILS, **WORDS | wrong).text)["seen"] == seen


def test_the_mistakes_of_mail_words_are_said_in_the_language_of_the_page(run, admin):
    draft_cycle(run)
    words = {"greeting": "Dear all\n{names}"}
    reply = post(admin, f"{MAILS}?lang=zh", action="words", **words, **WORDS)
    assert "这些文字无法使用；没有做任何更改" in reply.text
    assert "开头第 2 行：“{names}”不是占位符；是不是想写 name？" in reply.text


def test_a_failed_mail_is_named_with_its_reason(run, admin):
    open_cycle(run)
    fail(run, "C1")
    page = text(admin, FAILED)
    assert "客户一" in page
    assert "550 no &lt;such&gt; mailbox" in page
    assert "Mails that did not arrive: 1" in text(admin, "/admin/cycles/2026-Q4")


def test_nothing_failed_is_said_too(run, admin):
    open_cycle(run)
    assert "No mail was given up" in text(admin, FAILED)


def test_a_reminder_that_failed_stands_nowhere(run, admin):
    open_cycle(run)
    fail(run, "C1", kind=MailKind.REMINDER)
    assert "客户一" not in text(admin, FAILED)


def queued(run):
    with run.database.reading() as session:
        rows = select(Person.external_id).join(Invitation, Invitation.rater_id == Person.id)
        return set(session.scalars(rows.where(Invitation.mail_state == MailState.QUEUED)))


def test_one_mail_is_tried_again_or_all(run, admin):
    open_cycle(run)
    delivered(run)
    fail(run, "C1", "C2", "C3")
    assert post(admin, FAILED, action="one", reader="C2").status_code == 303
    assert queued(run) == {"C2"}
    post(admin, FAILED, action="all")
    assert queued(run) == {"C1", "C2", "C3"}


@pytest.mark.parametrize("action", ["one", "all"])
def test_trying_again_sends_the_mail_to_those_who_have_answered_too(run, admin, action):
    open_cycle(run)
    mails = len(delivered(run))
    submit(admin, token_of(run, "C1"))  # it had arrived, and came back all the same
    fail(run, "C1", "C2")
    for rater in ("C1", "C2") if action == "one" else ("",):
        post(admin, FAILED, action=action, reader=rater)
    assert len(delivered(run)) == mails + 2
    assert "No mail was given up" in text(admin, FAILED)


def test_a_mail_goes_elsewhere_with_another_link(run, admin):
    open_cycle(run)
    delivered(run)
    fail(run, "C1")
    post(admin, FAILED, action="address", reader="C1", to="new@harbour.example")
    assert "No mail was given up" in text(admin, FAILED)
    assert [m["To"].addresses[0].addr_spec for m in delivered(run)].count(
        "new@harbour.example"
    ) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"action": "address", "reader": "C1", "to": "boss@example.com"}, "of somebody else"),
        ({"action": "address", "reader": "C1", "to": ""}, "Please write a mail address."),
        ({"action": "address", "reader": "P1", "to": "p1@evil.example"}, "has failed."),
        ({"action": "one", "reader": "P1"}, "No mail of 2026-Q4 to P1 has failed."),
    ],
)
def test_what_cannot_be_mended_so_is_refused_on_the_page(run, admin, data, words):
    open_cycle(run)
    fail(run, "C1")
    reply = post(admin, FAILED, **data)
    assert reply.status_code == 422
    assert words in reply.get_data(as_text=True)


def test_a_mail_that_should_bring_a_report_is_listed_and_tried_again(run, admin):
    released_cycle(run, admin)
    sent_reports(run)
    with run.database.transaction() as session:
        session.execute(update(ReportLink).values(mail_state=MailState.FAILED, mail_error="full"))
    page = text(admin, FAILED)
    assert "Bao Yu" in page
    assert "Another address" not in page
    post(admin, FAILED, action="all")
    with run.database.reading() as session:
        assert set(session.scalars(select(ReportLink.mail_state))) == {MailState.QUEUED}


def test_the_log_says_that_mails_were_tried_again_and_not_whose(run, admin):
    open_cycle(run)
    fail(run, "C1")
    post(admin, FAILED, action="one", reader="C1")
    with run.database.reading() as session:
        row = session.scalars(select(AuditEvent).filter_by(action="cycle mails")).one()
        assert row.details == {"mails": 1}


def test_the_pages_cost_the_same_statements_however_many_people_there_are(run, admin):
    open_cycle(run)
    fail(run, "C1")
    costs = []
    for raters in ((), ("C2", "C3", "P1", "P2", "P3", "P4", "B1")):
        fail(run, *raters)
        with statements(run) as sent:
            text(admin, FAILED)
            text(admin)
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 20


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SUPERVISOR, Role.MANAGER])
def test_mails_are_for_administrators_alone(run, client, role):
    open_cycle(run)
    signed_in(client, role)
    assert client.get(MAILS).status_code == client.get(FAILED).status_code == 403
    assert post(client, FAILED, action="all").status_code == 403


def test_a_test_goes_to_ones_own_address_unless_another_is_typed(run, admin):
    draft_cycle(run)
    assert 'value="administrator@accounts.example"' in text(admin)
