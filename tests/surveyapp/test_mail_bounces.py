"""Delivery reports of many mail systems: only a bounce for good stops mails, and says why."""

import base64
import io
import mailbox

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from surveyapp.dsn import Verdict, messages_of, read_report
from surveyapp.models import AuditEvent, Invitation, MailState, Person, Role
from surveyapp.outbox import deliver, waiting_mails
from surveyapp.services import cycles
from surveyapp.services.mails import bounces, mailqueue
from surveyapp.services.privacy.erasure import find_person
from surveyapp.services.privacy.personal import held_about
from surveyapp.services.running import raters
from surveyapp.steps import close_and_destroy
from surveyapp.views.admin import mails
from tests.dumps import dump
from tests.factories import delivered, open_cycle, ratee_id, submit, token_of
from tests.signing_in import form_token, post, signed_in
from tests.surveyapp.delivery_reports import HARD, IGNORED, QQ_WORDS, SOFT, UNREADABLE, standard

CASES = [
    pytest.param(text, verdict, id=name)
    for verdict, corpus in (
        (Verdict.HARD, HARD),
        (Verdict.SOFT, SOFT),
        (Verdict.IGNORED, IGNORED),
        (Verdict.UNREADABLE, UNREADABLE),
    )
    for name, text in corpus.items()
]
ID = "0123456789abcdef" * 2


def written(text, identity=ID):
    qq = base64.b64encode(QQ_WORDS.encode("gb18030")).decode()
    return text.replace("{id}", identity).replace("{qq}", qq).encode()


@pytest.mark.parametrize(("text", "verdict"), CASES)
def test_every_report_is_understood(text, verdict):
    report = read_report(written(text))
    assert report.verdict == verdict
    assert not report.reason or report.reason.isprintable()


@pytest.mark.parametrize(
    "text", [*HARD.values(), *SOFT.values()], ids=[*HARD, *SOFT]
)  # wherever a system puts the original
def test_our_mail_is_found_in_every_report(text):
    assert ID in read_report(written(text)).message_ids


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("postfix", "550 5.1.1 <...>: Recipient address rejected: User unknown"),
        ("exim", "550 No such person at this address"),
        ("qq", "550 5.1.1 收件人不存在"),
        ("163", "MI:NHD 550 User not found"),
    ],
)
def test_the_reason_is_what_the_mail_server_said(name, reason):
    assert reason in read_report(written(HARD[name])).reason


@given(st.binary(max_size=400), st.sampled_from([HARD["postfix"], HARD["exim"], SOFT["letter"]]))
def test_no_bytes_whatever_stop_the_reading(noise, text):
    raw = written(text)
    for place in (0, len(raw) // 2, len(raw)):
        read_report(raw[:place] + noise + raw[place:])


def nested(part):
    """A message of parts within parts."""
    return b"From: mailer-daemon@x\n" + b"".join(part % (n, n) for n in range(5000)) + b"x"


@pytest.mark.parametrize(
    "part",
    [
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n',
        b"Content-Type: message/rfc822\nX-Of: %d %d\n\n",
    ],
    ids=["multipart", "rfc822"],
)
def test_parts_within_parts_stop_nothing(part):
    assert read_report(nested(part)).verdict in {Verdict.UNREADABLE, Verdict.IGNORED}


FIRST = b"From MAILER-DAEMON Sun Nov 22 09:30:00 2026\n"
MBOX = [written(HARD["exim"]), written(SOFT["letter"]), b"From: a person\n\nFrom here on\n"]


@pytest.mark.parametrize("line", [b"\n", b"\r\n"])
def test_the_messages_of_an_mbox_are_told_apart(line):
    file = b"\n".join(FIRST + message for message in MBOX).replace(b"\n", line)
    found = [message.replace(b"\r\n", b"\n").strip() for message in messages_of(file)]
    assert found == [message.strip() for message in MBOX]


def test_a_line_without_an_end_is_read_in_an_instant():
    line = b"From a " + b"00:00 " * 1_300_000  # a second for each 100 KB, squared, before
    assert messages_of(line) == []


@pytest.mark.parametrize("file", [b"", b"From: a\n\nFrom here on\n", *MBOX])
def test_a_message_is_a_file_of_its_own(file):
    assert messages_of(file) == [file]


@pytest.fixture
def opened(run):
    open_cycle(run)
    delivered(run)
    return run


def message_id(run, rater, wave=-1):
    """The id of a mail to this rater, as a mail server would quote it."""
    wanted = f"{rater.lower()}@example.com"
    found = [m for m in delivered(run) if m["To"].addresses[0].addr_spec == wanted]
    return found[wave]["Message-ID"].strip("<>").partition("@")[0]


def note(run, text, identity):
    report = read_report(written(text, identity))
    with run.database.transaction() as session:
        keys = {c.id: run.keys.load(c.id).link_key for c in cycles.open_cycles(session)}
        (noted,) = bounces.note_bounces(session, [report], keys)
    return noted


def state(run, rater):
    with run.database.reading() as session:
        wanted = select(Invitation.mail_state, Invitation.mail_error).join(
            Person, Person.id == Invitation.rater_id
        )
        return tuple(session.execute(wanted.where(Person.external_id == rater)).one())


def remind(run):
    """Everybody is reminded; returns to how many it goes."""
    before = len(delivered(run))
    with run.database.transaction() as session:
        mailqueue.remind(session, cycles.find_cycle(session, "2026-Q4"))
    return len(delivered(run)) - before


def test_an_address_that_bounced_for_good_gets_no_more_mails(opened):
    noted = note(opened, HARD["postfix"], message_id(opened, "P1"))
    assert (noted.verdict, noted.address) == (Verdict.HARD, "p1@example.com")
    assert state(opened, "P1")[0] == MailState.FAILED
    assert state(opened, "P1")[1].startswith("bounced: 550 5.1.1")
    assert remind(opened) == 11


def test_the_same_address_is_not_tried_in_the_next_cycle_either(opened):
    note(opened, HARD["postfix"], message_id(opened, "P1"))
    open_cycle(opened, key="2027-Q1")
    assert len(delivered(opened)) == 12 + 11
    assert waiting_mails(opened) == []


def test_a_delayed_mail_is_noted_and_nothing_is_stopped(opened):
    noted = note(opened, SOFT["delayed"], message_id(opened, "P1"))
    assert noted.verdict == Verdict.SOFT
    assert state(opened, "P1")[0] == MailState.SENT
    assert "Connection timed out" in state(opened, "P1")[1]
    assert remind(opened) == 12


@pytest.mark.parametrize("text", [*IGNORED.values(), *UNREADABLE.values()])
def test_what_is_no_bounce_changes_nothing(sqlite_run, text):
    open_cycle(sqlite_run)
    identity = message_id(sqlite_run, "P1")
    before = dump(sqlite_run)
    note(sqlite_run, text, identity)
    assert dump(sqlite_run) == before


def test_a_report_about_a_mail_that_is_not_ours_changes_nothing(opened):
    before = dump(opened)
    assert note(opened, HARD["postfix"], ID).verdict == bounces.FOREIGN
    assert dump(opened) == before


def test_the_report_about_an_earlier_mail_changes_nothing(opened):
    first = message_id(opened, "P1")
    remind(opened)
    before = dump(opened)
    assert note(opened, HARD["exim"], first).verdict == Verdict.IGNORED
    assert dump(opened) == before
    (second,) = {message_id(opened, "P1", wave) for wave in (0, 1)} - {first}
    assert note(opened, HARD["exim"], second).verdict == Verdict.HARD


def test_a_late_report_does_not_stop_a_corrected_address(opened):
    first = message_id(opened, "P1")
    with opened.database.transaction() as session:
        rater = raters.find_rater(session, cycles.find_cycle(session, "2026-Q4"), "P1")
        keys = {rater.cycle_id: opened.keys.load(rater.cycle_id).link_key}
        raters.correct_address(session, rater, "right@example.com", keys)
    assert note(opened, HARD["postfix"], first).verdict == bounces.FOREIGN
    assert len(delivered(opened)) == 13


def test_a_stopped_address_is_tried_again_when_somebody_says_so(opened):
    note(opened, HARD["postfix"], message_id(opened, "P1"))
    again = waiting_mails(opened, MailState.FAILED)
    assert deliver(opened, again, lambda _: None).sent == 1
    assert state(opened, "P1") == (MailState.SENT, "")


def test_a_report_that_is_read_again_does_not_undo_a_repair(opened):
    first = message_id(opened, "P1")
    note(opened, HARD["postfix"], first)
    deliver(opened, waiting_mails(opened, MailState.FAILED), lambda _: None)
    assert note(opened, HARD["postfix"], first).verdict == Verdict.IGNORED
    assert state(opened, "P1") == (MailState.SENT, "")
    assert len({message_id(opened, "P1", wave) for wave in (0, 1)}) == 2
    assert remind(opened) == 12


def test_no_message_id_and_no_address_is_stored(opened):
    identity = message_id(opened, "P1")
    note(opened, HARD["postfix"], identity)
    stored = dump(opened)
    del stored["person"]
    assert identity not in repr(stored)
    assert "p1@example.com" not in repr(stored)  # as the server's words would have it


def test_the_command_reads_files_folders_a_maildir_and_standard_input(
    cli, sqlite_run, tmp_path, monkeypatch
):
    open_cycle(sqlite_run)
    hard = written(HARD["postfix"], message_id(sqlite_run, "P1"))
    soft = written(SOFT["delayed"], message_id(sqlite_run, "P2"))
    box = mailbox.Maildir(tmp_path / "Maildir")
    box.add(hard)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "1.eml").write_bytes(soft)
    (tmp_path / "away.eml").write_bytes(written(IGNORED["vacation"]))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(written(HARD["exim"]))))
    places = [tmp_path / "Maildir", folder, tmp_path / "away.eml", "-"]
    outcome = cli("mail", "bounces", *places, "--json")
    assert outcome.json == {
        "hard": 1, "soft": 1, "ignored": 1, "unreadable": 0, "foreign": 1,
        "stopped": [{"email": "p1@example.com", "reason": read_report(hard).reason}],
    }  # fmt: skip
    said = cli("mail", "bounces", tmp_path / "Maildir").out
    assert "1 bounced for good" in said
    assert "no more mails to p1@example.com: 550 5.1.1" in said
    assert "p1@example.com: bounced: 550" in cli("mail", "deliver").out


def test_a_place_that_is_not_there_is_refused(cli, sqlite_run, tmp_path):
    outcome = cli("mail", "bounces", tmp_path / "none")
    assert (outcome.code, "Cannot read" in outcome.err) == (1, True)


def test_after_the_closing_a_report_is_foreign(cli, sqlite_run, tmp_path):
    open_cycle(sqlite_run)
    (tmp_path / "1.eml").write_bytes(
        written(standard("Status: 5.1.1\n"), message_id(sqlite_run, "P1"))
    )
    close_and_destroy(sqlite_run, "2026-Q4")
    assert cli("mail", "bounces", tmp_path / "1.eml", "--json").json["foreign"] == 1


def test_the_command_reads_an_mbox(cli, sqlite_run, tmp_path):
    open_cycle(sqlite_run)
    hard = written(HARD["postfix"], message_id(sqlite_run, "P1"))
    soft = written(SOFT["delayed"], message_id(sqlite_run, "P2"))
    (tmp_path / "mbox").write_bytes(FIRST + hard + b"\n" + FIRST + soft)
    found = cli("mail", "bounces", tmp_path / "mbox", "--json").json
    assert (found["hard"], found["soft"]) == (1, 1)


# In the browser

FAILED = "/admin/cycles/2026-Q4/mails/failed"


def hand_in(client, *files, **sent):
    """Send the form with these files; returns the page that follows."""
    sent |= {"action": "bounces", "form_token": sent.get("form_token", form_token(client))}
    sent["reports"] = [(io.BytesIO(file), f"{n}.eml") for n, file in enumerate(files)]
    return client.post(FAILED, data=sent, follow_redirects=True)


def acts(run):
    with run.database.reading() as session:
        wanted = select(AuditEvent.details).where(AuditEvent.action == "mail bounces")
        return list(session.scalars(wanted))


@pytest.fixture
def admin(opened, client):
    """The client of an administrator, in an open cycle whose first mails have left."""
    signed_in(client)
    return client


def test_a_report_that_is_handed_in_stops_mails_and_stands_in_the_list(opened, admin):
    page = hand_in(admin, written(HARD["postfix"], message_id(opened, "P1"))).text
    assert "Messages that were read: 1. Of mails of ours, failed for good: 1, delayed: 0." in page
    assert "550 5.1.1 &lt;...&gt;: Recipient address rejected" in page
    assert "p1@example.com" in page
    assert remind(opened) == 11
    assert acts(opened) == [{"messages": 1}]


def test_what_was_stopped_is_tried_again_from_the_same_page(opened, admin):
    hand_in(admin, written(HARD["postfix"], message_id(opened, "P1")))
    post(admin, FAILED, action="one", reader="P1")
    delivered(opened)
    assert state(opened, "P1") == (MailState.SENT, "")


def test_several_files_and_a_mailbox_are_counted_together(opened, admin):
    hard = written(HARD["exim"], message_id(opened, "P1"))
    soft = written(SOFT["delayed"], message_id(opened, "P2"))
    mbox = FIRST + soft + b"\n" + FIRST + written(IGNORED["vacation"])
    page = hand_in(admin, hard, mbox, written(UNREADABLE["no-fields"]), written(HARD["qq"])).text
    assert "read: 5. Of mails of ours, failed for good: 1, delayed: 1." in page
    assert "About something else: 2. Not understood: 1." in page


@pytest.mark.parametrize("report", SOFT)
def test_a_late_report_does_not_tell_who_was_reminded(opened, admin, report):
    first = {rater: message_id(opened, rater) for rater in ("P3", "P4")}
    submit(admin, token_of(opened, "P3"))
    assert remind(opened) == 11
    seen = {
        rater: (hand_in(admin, written(SOFT[report], mail)).text, held(opened, rater)["mails"])
        for rater, mail in first.items()
    }
    assert "failed for good: 0, delayed: 1" in seen["P3"][0]
    assert seen["P3"] == seen["P4"]


def test_nor_does_one_of_a_failure_for_good(opened, admin):
    first = {rater: message_id(opened, rater) for rater in ("P3", "P4")}
    submit(admin, token_of(opened, "P3"))
    assert remind(opened) == 11
    seen = {
        rater: (hand_in(admin, written(HARD["postfix"], mail)).text, held(opened, rater)["mails"])
        for rater, mail in first.items()
    }
    assert "failed for good: 1" in seen["P3"][0]
    assert seen["P3"] == seen["P4"]
    assert "@example.com" not in admin.get(FAILED).text


def test_a_link_sent_anew_after_reminders_may_still_fail(opened, admin):
    assert remind(opened) == 12
    before = {mail["Message-ID"] for mail in delivered(opened)}
    here = f"/admin/cycles/2026-Q4/raters/{ratee_id(opened, 'P3')}"
    assert post(admin, here, action="new-link", typed="P3").status_code == 303
    (anew,) = {mail["Message-ID"] for mail in delivered(opened)} - before
    noted = note(opened, HARD["postfix"], anew.strip("<>").partition("@")[0])
    assert (noted.verdict, noted.address) == (Verdict.HARD, "p3@example.com")


def held(run, rater):
    """What is handed out about a person."""
    with run.database.reading() as session:
        return held_about(session, find_person(session, rater))


def test_nothing_is_handed_in_without_a_file(opened, admin):
    reply = hand_in(admin)
    assert (reply.status_code, acts(opened)) == (422, [])
    assert "Please choose a file." in reply.text


def test_so_many_messages_that_nobody_would_wait_are_refused(opened, admin, monkeypatch):
    monkeypatch.setattr(mails, "MOST_MESSAGES", 2)
    reply = hand_in(admin, b"1", FIRST + b"2\n\n" + FIRST + b"3")
    assert (reply.status_code, acts(opened)) == (422, [])
    assert "2 are the most" in reply.text


def test_a_mailbox_may_be_larger_than_what_a_person_types(opened, admin):
    mbox = b"\n\n".join(FIRST + b"\n" + b"x" * 90_000 for _ in range(10))
    assert "Messages that were read: 10." in hand_in(admin, mbox).text


def test_delivery_reports_in_chinese(opened, admin):
    post(admin, "/account/language", language="zh", back="/admin/")
    assert "退信报告" in admin.get(FAILED).text
    page = hand_in(admin, written(HARD["postfix"], message_id(opened, "P1"))).text
    assert "已读取邮件：1。本服务的邮件中，永久失败：1" in page


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SUPERVISOR, Role.MANAGER])
def test_delivery_reports_are_handed_in_by_administrators(opened, client, role):
    signed_in(client, role)
    before = dump(opened)
    assert hand_in(client, written(HARD["exim"], message_id(opened, "P1"))).status_code == 403
    assert dump(opened)["invitation"] == before["invitation"]


def test_no_form_of_another_page_hands_reports_in(opened, admin):
    hard = written(HARD["exim"], message_id(opened, "P1"))
    assert hand_in(admin, hard, form_token="0" * 64).status_code == 403
    assert state(opened, "P1")[0] == MailState.SENT
