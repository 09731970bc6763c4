"""Mails looked at before raters get them: real words, and links that lead nowhere."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from questionnaires.model import Relation
from surveyapp import create_app
from surveyapp.errors import MailUnavailable, NotFound, Refused
from surveyapp.mail import MailWords
from surveyapp.models import MailKind
from surveyapp.services.cycles import find_cycle
from surveyapp.services.mails.mailpreview import KINDS, Wanted
from surveyapp.services.mails.mailwords import set_words
from surveyapp.trial import preview_mail, send_trial
from tests.dumps import dump
from tests.factories import delivered, draft_cycle, open_cycle, token_of
from tests.people import NOW
from tests.smtp import smtp_server

KEY = "2026-Q4"
DEAD = "https://feedback.example.com/r/sample"


@pytest.fixture
def draft(run):
    draft_cycle(run, closes_at=NOW + timedelta(days=30))
    return run


@pytest.fixture
def postbox():
    with smtp_server() as postbox:
        yield postbox


def through(run, postbox):
    return replace(run, config=replace(run.config, mail_url=f"smtp://127.0.0.1:{postbox.port}"))


def links(text):
    return re.findall(r"https?://[^\s\"<]+", text)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("relation", Relation)
def test_each_relation_reads_its_own_mail_in_each_language(draft, relation, language):
    mail = preview_mail(draft, KEY, Wanted(language=language, relation=relation))
    words = {
        "SELF": {"zh": "您的自评", "en": "your self-assessment"},
        "SUPERVISOR": {"zh": "您是其上级", "en": "as their supervisor"},
        "PEER": {"zh": "您是其同事", "en": "as a peer"},
        "CUSTOMER": {"zh": "您是其客户", "en": "as their customer"},
    }
    assert words[relation][language] in mail.text
    assert words[relation][language] in mail.html


def test_a_preview_is_the_mail_that_is_sent_but_for_its_link(run):
    open_cycle(run, closes_at=NOW + timedelta(days=30))
    shown = preview_mail(run, KEY, Wanted(language="en", rater="P1"))
    sent = next(m for m in delivered(run) if "p1@" in str(m["To"]))
    real = f"https://feedback.example.com/r/{token_of(run, 'P1')}"
    assert (shown.subject, shown.sender, shown.to) == (
        sent["Subject"], str(sent["From"]), str(sent["To"]),
    )  # fmt: skip
    for body, kind in ((shown.text, "plain"), (shown.html, "html")):
        as_sent = sent.get_body((kind,)).get_content().replace("\r\n", "\n")
        assert body.replace(DEAD, real) == as_sent


def test_a_mail_can_be_looked_at_before_the_cycle_is_open_and_changes_nothing(draft):
    before = dump(draft)
    assert "Peer One" in preview_mail(draft, KEY, Wanted(language="en", rater="P1")).text
    assert dump(draft) == before


@pytest.mark.parametrize("kind", [MailKind.INVITATION, MailKind.REMINDER, MailKind.LINK])
def test_the_links_of_a_preview_lead_nowhere(run, kind):
    open_cycle(run)
    mail = preview_mail(run, KEY, Wanted(kind, "en", Relation.PEER))
    assert links(mail.text) == links(mail.html) == [DEAD, f"{DEAD}/mail"]
    client = create_app(runtime=run).test_client()
    assert client.get("/r/sample").status_code == 404
    assert client.post("/r/sample/mail", data={"List-Unsubscribe": "One-Click"}).status_code == 404


def test_the_link_to_a_report_in_a_preview_leads_nowhere(run):
    draft_cycle(run)
    mail = preview_mail(run, KEY, Wanted(MailKind.REPORT, "en"))
    assert set(links(mail.text)) == set(links(mail.html)) == {DEAD.replace("/r/", "/m/")}
    assert create_app(runtime=run).test_client().get("/m/sample").status_code == 404


def test_reminders_and_new_links_can_be_looked_at_too(draft):
    subjects = {preview_mail(draft, KEY, Wanted(kind, "en")).subject for kind in KINDS}
    assert subjects == {
        "Your feedback is asked for: 2026 Q4",
        "Reminder: your feedback for 2026 Q4",
        "Your personal link: 2026 Q4",
        "Your feedback report is ready: 2026 Q4",
    }


def test_words_of_ones_own_stand_in_the_preview(draft):
    with draft.database.transaction() as session:
        own = MailWords(subject="Hi {name}")
        set_words(session, find_cycle(session, KEY), MailKind.INVITATION, "en", own)
    assert preview_mail(draft, KEY, Wanted(language="en", rater="P1")).subject == "Hi Peer One"


def test_without_a_name_somebody_is_chosen_who_reads_that_language_and_has_that_relation_only(
    draft,
):
    mail = preview_mail(draft, KEY, Wanted(language="zh", relation=Relation.CUSTOMER))
    assert "客户一，您好" in mail.text
    mail = preview_mail(draft, KEY, Wanted(language="en", relation=Relation.PEER))
    assert "Dear Peer One" in mail.text


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted(rater="X9"), "has no rater X9"),
        (Wanted(rater="P1", relation=Relation.CUSTOMER), "has no rater P1 as CUSTOMER"),
    ],
)
def test_whoever_is_not_in_the_roster_has_no_mail(draft, wanted, words):
    with pytest.raises(NotFound, match=words):
        preview_mail(draft, KEY, wanted)


def test_a_test_reaches_ones_own_mailbox_through_the_configured_server(draft, postbox):
    sent = send_trial(
        through(draft, postbox), KEY, Wanted(language="en", rater="P1"), "me@hr.example"
    )
    assert postbox.arrived_at() == ["me@hr.example"]
    (mail,) = postbox.mails
    assert mail["Subject"] == sent.subject == "Test: Your feedback is asked for: 2026 Q4"
    assert str(mail["From"]) == "Morningstar <feedback@feedback.example.com>"


@pytest.mark.parametrize(("language", "words"), [("zh", "测试："), ("en", "Test: ")])
def test_a_test_says_that_it_is_one_and_holds_no_live_link(run, postbox, language, words):
    open_cycle(run)
    send_trial(through(run, postbox), KEY, Wanted(language=language), "me@hr.example")
    (mail,) = postbox.mails
    bodies = [mail.get_body((kind,)).get_content() for kind in ("plain", "html")]
    assert mail["Subject"].startswith(words.strip("：: "))
    assert all("无效" in body or "do not work" in body for body in bodies)
    assert all(links(body) == [DEAD, f"{DEAD}/mail"] for body in bodies)
    assert "List-Unsubscribe" not in mail
    raw = postbox.raw[0].decode()
    assert token_of(run, "P1") not in raw


def test_a_test_goes_to_nobody_of_the_roster_and_moves_no_mail(run, postbox):
    open_cycle(run)
    before = dump(run)
    send_trial(through(run, postbox), KEY, Wanted(), "me@hr.example")
    after = dump(run)
    assert postbox.arrived_at() == ["me@hr.example"]
    assert {name: rows for name, rows in after.items() if name != "audit_event"} == {
        name: rows for name, rows in before.items() if name != "audit_event"
    }


def test_the_log_keeps_that_a_test_was_sent_and_not_to_whom(run, postbox):
    open_cycle(run)
    send_trial(through(run, postbox), KEY, Wanted(), "p1@example.com")
    row = next(row for row in dump(run)["audit_event"] if "mail test" in row)
    assert "p1@" not in repr(row)
    assert {"kind": "invitation", "language": "zh"} in row


@pytest.mark.parametrize("to", ["", "me", "a@b@c.example", "me@x.example\r\nBcc: all@x.example"])
def test_an_address_that_is_none_is_refused_before_anything_is_sent(draft, postbox, to):
    with pytest.raises(Refused, match="The test was not sent"):
        send_trial(through(draft, postbox), KEY, Wanted(), to)
    assert postbox.mails == []
    assert dump(draft)["audit_event"] == []


def test_what_the_server_says_against_a_test_is_told(draft, postbox):
    postbox.refused["me@hr.example"] = "550 no such user"
    with pytest.raises(Refused, match="refuses the test: 550 no such user"):
        send_trial(through(draft, postbox), KEY, Wanted(), "me@hr.example")
    postbox.refused["me@hr.example"] = "451 greylisted"
    with pytest.raises(MailUnavailable, match="not sent: 451 greylisted"):
        send_trial(through(draft, postbox), KEY, Wanted(), "me@hr.example")


def test_a_server_that_does_not_answer_is_told(draft):
    gone = replace(draft, config=replace(draft.config, mail_url="smtp://127.0.0.1:1"))
    with pytest.raises(MailUnavailable, match="does not answer"):
        send_trial(gone, KEY, Wanted(), "me@hr.example")


def test_two_tests_are_two_mails(draft):
    for _ in range(2):
        send_trial(draft, KEY, Wanted(), "me@hr.example")
    folder = Path(draft.config.mail_url.removeprefix("folder:"))
    assert len(list(folder.glob("*.eml"))) == 2


def test_the_commands_show_write_and_send(cli, sqlite_run, tmp_path):
    draft_cycle(sqlite_run)
    words = ("--cycle", KEY, "--relation", "CUSTOMER", "--language", "en")
    shown = cli("mail", "preview", *words, "--out", tmp_path / "mail.html")
    assert shown.out.startswith("Subject: Your feedback is asked for: 2026 Q4\nFrom: Morningstar")
    assert DEAD in shown.out
    assert DEAD in (tmp_path / "mail.html").read_text(encoding="utf-8")
    assert cli("mail", "preview", *words, "--json").json["subject"].startswith("Your feedback")
    sent = cli("mail", "test", *words, "--kind", "reminder", "--to", "me@hr.example")
    assert sent.out == "Sent to me@hr.example: Test: Reminder: your feedback for 2026 Q4\n"
    assert cli("mail", "test", *words, "--to", "nowhere").code == 1
