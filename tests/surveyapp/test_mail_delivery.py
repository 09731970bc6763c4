"""Mails go through a real SMTP server; no address and no outage loses or doubles one."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from surveyapp.errors import Refused
from surveyapp.mail import MailServerGone, mailer
from surveyapp.models import Invitation, MailState, Person
from surveyapp.outbox import MAX_HANG_UPS, Delivery, deliver, next_delivery, waiting_mails
from surveyapp.services import cycles
from surveyapp.services.mails import mailqueue
from surveyapp.services.running import raters
from surveyapp.steps import close_and_destroy
from tests.factories import delivered, open_cycle, submit, token_of
from tests.people import NOW
from tests.smtp import Drop, smtp_server

ADDRESSES = {"li", "bao", "boss", "p1", "p2", "p3", "p4", "c1", "c2", "c3", "c4", "c5"}


@pytest.fixture
def postbox():
    with smtp_server() as postbox:
        yield postbox


def through(run, postbox, **changes):
    """The same service with this mail server."""
    url = f"smtp://127.0.0.1:{postbox.port}"
    return replace(run, config=replace(run.config, mail_url=url, **changes))


def send(run):
    return deliver(run, waiting_mails(run), lambda _: None)


def states(run):
    with run.database.reading() as session:
        rows = session.execute(
            select(Person.external_id, Invitation.mail_state, Invitation.mail_error).join(
                Person, Person.id == Invitation.rater_id
            )
        )
        return {who: (state, reason) for who, state, reason in rows}


def doubled(run):
    """Who may have got a mail twice."""
    with run.database.reading() as session:
        wanted = select(Person.external_id).join(Invitation, Invitation.rater_id == Person.id)
        return set(session.scalars(wanted.where(Invitation.mail_doubled)))


def remind(run):
    with run.database.transaction() as session:
        return mailqueue.remind(session, cycles.find_cycle(session, "2026-Q4"))


def test_every_rater_gets_one_mail_with_their_link_and_all_whom_they_rate(run, postbox):
    open_cycle(run)
    assert send(through(run, postbox)) == Delivery(sent=12)
    assert {a.partition("@")[0] for a in postbox.arrived_at()} == ADDRESSES
    assert len(postbox.mails) == 12
    text = postbox.to("p1@example.com").get_body(("plain",)).get_content()
    assert "李文" in text
    assert "Bao Yu" in text
    assert f"https://feedback.example.com/r/{token_of(run, 'P1')}" in text.splitlines()


def test_what_was_sent_is_not_sent_again(run, postbox):
    open_cycle(run)
    run = through(run, postbox)
    send(run)
    assert send(run) == Delivery()
    assert len(postbox.mails) == 12


def test_links_come_from_the_configured_address_alone(sqlite_run, postbox):
    open_cycle(sqlite_run)
    send(through(sqlite_run, postbox, public_base_url="https://other.example/feedback/"))
    text = postbox.to("c1@harbour.example").get_body(("plain",)).get_content()
    assert f"https://other.example/feedback/r/{token_of(sqlite_run, 'C1')}" in text.splitlines()
    assert postbox.mails[0]["From"].addresses[0].addr_spec == "feedback@other.example"


def test_without_a_public_address_no_mail_is_sent(sqlite_run, postbox):
    open_cycle(sqlite_run)
    with pytest.raises(Refused, match="SURVEYAPP_PUBLIC_BASE_URL"):
        send(through(sqlite_run, postbox, public_base_url=""))
    assert postbox.mails == []


def test_a_sender_that_is_no_address_is_refused_before_the_first_mail(sqlite_run, postbox):
    open_cycle(sqlite_run)
    with pytest.raises(Refused, match="SURVEYAPP_MAIL_FROM"):
        send(through(sqlite_run, postbox, mail_from="HR <hr@example.com>"))
    assert {state for state, _ in states(sqlite_run).values()} == {MailState.QUEUED}


def test_a_refused_address_is_given_up_and_a_busy_one_tried_again(run, postbox, at):
    open_cycle(run)
    run = through(run, postbox)
    postbox.refused = {"p1@example.com": "550 no such\x0b user", "p2@example.com": "451 try later"}
    assert send(run) == Delivery(sent=10, failed=1, postponed=1)
    assert states(run)["P1"] == (MailState.FAILED, "550 no such user")
    assert states(run)["P2"] == (MailState.QUEUED, "451 try later")
    postbox.refused = {}
    assert send(run) == Delivery()  # a greylist must be given its time
    assert send(at(run, NOW + timedelta(minutes=16))) == Delivery(sent=1)
    assert postbox.arrived_at()[-1] == "p2@example.com"
    assert states(run)["P2"] == (MailState.SENT, "")


@pytest.mark.parametrize("reply", ["421 busy", "450 greylisted", "451 try later"])
def test_an_address_that_stays_busy_is_tried_five_times_ever_later(sqlite_run, postbox, at, reply):
    open_cycle(sqlite_run)
    run = through(sqlite_run, postbox)
    postbox.refused = {"p2@example.com": reply}
    tries = [NOW]
    for _ in range(1, mailqueue.MAX_ATTEMPTS):
        send(at(run, tries[-1]))
        assert states(run)["P2"] == (MailState.QUEUED, reply)
        tries.append(next_delivery(at(run, tries[-1])))
    send(at(run, tries[-1]))
    assert states(run)["P2"] == (MailState.FAILED, reply)
    assert next_delivery(at(run, tries[-1])) is None
    waits = [later - earlier for earlier, later in pairwise(tries)]
    for attempt, wait in enumerate(waits):
        least = mailqueue.FIRST_WAIT * mailqueue.FACTOR**attempt
        assert least <= wait <= least * 1.5 + timedelta(minutes=1)
    assert {moment.second for moment in tries} == {0}  # no time finer than a minute is kept
    assert len(postbox.mails) == 11


def test_mails_that_failed_together_are_not_tried_again_together():
    moments = {mailqueue.next_try(f"{n:032x}", 1, NOW) for n in range(100)}
    assert len(moments) >= 5


def test_a_server_that_dies_in_the_batch_leaves_the_rest_queued_and_untried(run, postbox, at):
    open_cycle(run)
    run = through(run, postbox)
    postbox.gone_after = 4
    result = send(run)
    assert (result.sent, result.failed, result.postponed) == (4, 0, 8)
    assert "connection was lost" in result.stopped_by  # three times, each on a new connection
    with run.database.reading() as session:
        tried = sorted(session.scalars(select(Invitation.mail_attempts)))
    assert tried == [0] * 8 + [1] * 4  # the mails on which the server died have not paid for it
    postbox.gone_after = None
    assert send(run) == Delivery(sent=5)
    assert send(at(run, NOW + timedelta(minutes=16))) == Delivery(sent=3)
    assert len(set(postbox.arrived_at())) == len(postbox.mails) == 12


def test_a_server_that_closes_down_ends_the_batch(sqlite_run, postbox):
    open_cycle(sqlite_run)
    run = through(sqlite_run, postbox)
    postbox.refuse_all = "421 closing"
    assert send(run) == Delivery(postponed=12, stopped_by="421 closing")
    assert postbox.connections == MAX_HANG_UPS


def test_a_connection_that_ends_before_the_message_costs_the_mail_only_time(run, postbox, at):
    open_cycle(run)
    run = through(run, postbox)
    postbox.drops = {"p1@example.com": [Drop.BEFORE] * 9}
    assert send(run) == Delivery(sent=11, postponed=1)
    for hour in range(1, 10):
        send(at(run, NOW + timedelta(hours=hour)))
    assert postbox.arrived_at().count("p1@example.com") == 1
    assert doubled(run) == set()


def test_a_connection_that_ends_before_the_reply_is_tried_again_as_the_same_mail(run, postbox, at):
    open_cycle(run)
    run = through(run, postbox)
    postbox.drops = {"p1@example.com": [Drop.AFTER]}
    assert send(run) == Delivery(sent=11, postponed=1)
    assert send(at(run, NOW + timedelta(minutes=16))) == Delivery(sent=1)
    first, second = (m for m in postbox.mails if m["To"].addresses[0].addr_spec == "p1@example.com")
    assert first["Message-ID"] == second["Message-ID"]
    assert doubled(run) == {"P1"}


def test_a_delivery_that_was_killed_is_taken_up_again_when_its_lease_is_over(run, postbox, at):
    open_cycle(run)
    with run.database.transaction() as session:
        mailqueue.claim(session, mailqueue.due(session, NOW)[0], NOW)  # and no more was heard of it
    run = through(run, postbox)
    assert send(run) == Delivery(sent=11)
    assert send(at(run, NOW + timedelta(minutes=14))) == Delivery()
    assert send(at(run, NOW + mailqueue.LEASE)) == Delivery(sent=1)
    assert len(set(postbox.arrived_at())) == len(postbox.mails) == 12
    assert len(doubled(run)) == 1


def test_a_mail_whose_delivery_dies_each_time_is_given_up(sqlite_run):
    open_cycle(sqlite_run)
    with sqlite_run.database.transaction() as session:
        first = mailqueue.due(session, NOW)[0]
        for attempt in range(mailqueue.MAX_ATTEMPTS):
            assert mailqueue.claim(session, first, NOW + attempt * mailqueue.LEASE)
        end = NOW + mailqueue.MAX_ATTEMPTS * mailqueue.LEASE
        assert mailqueue.claim(session, first, end) is None
    assert (MailState.FAILED, "its delivery was interrupted each time") in states(
        sqlite_run
    ).values()


def test_a_mail_that_was_replaced_while_it_was_sent_is_not_marked_as_sent(run):
    open_cycle(run)
    with run.database.transaction() as session:
        claim = mailqueue.claim(session, mailqueue.due(session, NOW)[0], NOW)
        invitation = session.get_one(Invitation, claim.id)
        raters.new_link(session, invitation, run.keys.load(claim.cycle_id).link_key)
        mailqueue.mark_sent(session, claim)
    assert [state for state, _ in states(run).values()] == [MailState.QUEUED] * 12


def test_without_a_server_nothing_is_touched(run):
    open_cycle(run)
    with smtp_server() as postbox:
        gone = through(run, postbox)
    with pytest.raises(MailServerGone, match="does not answer"):
        send(gone)
    assert set(states(run).values()) == {(MailState.QUEUED, "")}


def test_a_mail_that_is_tried_again_keeps_its_message_id(sqlite_run, postbox):
    open_cycle(sqlite_run)
    run = through(sqlite_run, postbox)
    send(run)
    with run.database.transaction() as session:
        for invitation in session.scalars(select(Invitation)):
            invitation.mail_state = MailState.SENDING  # as a killed delivery leaves it
            invitation.mail_due_at = NOW + mailqueue.LEASE
    assert waiting_mails(run) == []
    assert len(waiting_mails(run, MailState.SENDING)) == 12
    send(run)
    identities = [mail["Message-ID"] for mail in postbox.mails]
    assert sorted(identities[:12]) == sorted(identities[12:])
    assert len(set(identities)) == 12


def test_whoever_has_finished_gets_no_first_mail(run, client, postbox):
    open_cycle(run)
    submit(client, token_of(run, "C1"))
    assert send(through(run, postbox)) == Delivery(sent=11)
    assert "c1@harbour.example" not in postbox.arrived_at()


def test_reminders_go_only_to_the_unfinished_and_tell_nobody_what_is_open(run, client, postbox):
    open_cycle(run)
    run = through(run, postbox)
    send(run)
    postbox.mails.clear()
    submit(client, token_of(run, "C1"))
    submit(client, token_of(run, "P1"), 1)  # 1 is Bao Yu or Li Wen; the other stays open
    remind(run)
    submit(client, token_of(run, "C2"))  # meanwhile
    assert send(run) == Delivery(sent=0)  # the number of reminders would tell who has answered
    assert len(postbox.mails) == 10
    assert not {"c1@harbour.example", "c2@harbour.example"} & set(postbox.arrived_at())
    text = postbox.to("p1@example.com").get_body(("plain",)).get_content()
    assert "李文" in text
    assert "Bao Yu" in text
    assert postbox.to("p1@example.com")["Subject"].startswith("Reminder")


def test_a_closed_cycle_sends_nothing_more(run, postbox):
    open_cycle(run)
    waiting = waiting_mails(run)
    close_and_destroy(run, "2026-Q4")
    assert waiting_mails(run) == []
    assert deliver(through(run, postbox), waiting, lambda _: None) == Delivery()


def test_mails_wait_for_the_opening_day_and_end_with_the_closing_day(run, at):
    open_cycle(run, opens_at=NOW + timedelta(days=1), closes_at=NOW + timedelta(days=9))
    counts = [len(waiting_mails(at(run, NOW + timedelta(days=day)))) for day in (0, 1, 8, 10)]
    assert counts == [0, 12, 12, 0]


def test_text_in_any_letters_arrives_as_it_was_written(sqlite_run, postbox):
    open_cycle(sqlite_run)
    send(through(sqlite_run, postbox))
    assert all("BODY=8BITMIME" in options for options in postbox.options)
    assert "李文，您好".encode() in b"".join(postbox.raw)


def test_an_old_server_gets_the_same_words_in_plain_letters(sqlite_run, postbox):
    open_cycle(sqlite_run)
    postbox.eight_bit = False
    send(through(sqlite_run, postbox))
    assert b"".join(postbox.raw).isascii()
    text = postbox.to("li@example.com").get_body(("plain",)).get_content()
    assert "李文，您好" in text
    assert f"https://feedback.example.com/r/{token_of(sqlite_run, 'AM1')}" in text.splitlines()


def test_a_mail_through_the_folder_says_the_same_as_one_through_a_server(sqlite_run, postbox):
    open_cycle(sqlite_run)
    in_folder = {
        mail["To"]: mail.get_body(("plain",)).get_content() for mail in delivered(sqlite_run)
    }
    with sqlite_run.database.transaction() as session:
        for invitation in session.scalars(select(Invitation)):
            invitation.mail_state = MailState.QUEUED
    send(through(sqlite_run, postbox))
    by_server = {
        m["To"]: m.get_body(("plain",)).get_content().replace("\r\n", "\n") for m in postbox.mails
    }
    assert by_server == {to: text.replace("\r\n", "\n") for to, text in in_folder.items()}


def test_an_address_without_mail_is_given_up_and_the_others_are_sent(sqlite_run, postbox):
    open_cycle(sqlite_run)
    with sqlite_run.database.transaction() as session:
        session.scalars(select(Person).where(Person.external_id == "P1")).one().email = ""
    assert send(through(sqlite_run, postbox)) == Delivery(sent=11, failed=1)
    assert states(sqlite_run)["P1"][0] == MailState.FAILED


def test_a_login_is_used_as_the_address_gives_it():
    with smtp_server(login=True) as postbox:
        with mailer(f"smtp://us%20er:p%40ss%3Aw@127.0.0.1:{postbox.port}") as connection:
            assert connection.connection.noop()[0] == 250
        with pytest.raises(MailServerGone, match="lets nobody in"):  # noqa: SIM117
            with mailer(f"smtp://user:wrong@127.0.0.1:{postbox.port}"):
                pass


def test_starttls_is_asked_for_and_never_given_up_silently(postbox):
    url = f"smtp://127.0.0.1:{postbox.port}?starttls=1"
    with pytest.raises(MailServerGone, match="STARTTLS"), mailer(url):
        pass


@pytest.mark.parametrize(
    "url",
    ["", "smtp://", "smtps://host", "http://host", "smtp://host:port", "smtp://host:99999",
     "smtp://host?ssl=1", "mail"],
)  # fmt: skip
def test_a_mail_address_of_another_form_is_refused_with_the_form(url):
    with pytest.raises(Refused, match="folder:PATH or smtp://user:password@host"), mailer(url):
        pass


def test_a_sender_that_the_server_refuses_costs_no_recipient_anything(sqlite_run, postbox):
    open_cycle(sqlite_run)
    run = through(sqlite_run, postbox)
    postbox.refused_sender = "553 sender not allowed"
    result = send(run)
    assert "553" in result.stopped_by
    assert set(states(run).values()) == {(MailState.QUEUED, "")}


def test_what_was_given_up_can_be_tried_again(sqlite_run, postbox):
    open_cycle(sqlite_run)
    run = through(sqlite_run, postbox)
    postbox.refused = {"p2@example.com": "550 no such user"}
    send(run)
    postbox.refused = {}
    assert waiting_mails(run) == []
    assert len(waiting_mails(run, MailState.FAILED)) == 1
    assert send(run) == Delivery(sent=1)
