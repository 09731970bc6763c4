"""What a page says of a cycle: state, next step, banded response, reminders, failed mails."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update

from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp import tokens
from surveyapp.errors import NotFound
from surveyapp.models import Invitation, MailKind, MailState, Person, StoppedAddress
from surveyapp.outbox import deliver, waiting_mails
from surveyapp.services.cycles import create_cycle, find_cycle
from surveyapp.services.drafts.nominations import Candidate, propose
from surveyapp.services.drafts.settings import allow_nominations
from surveyapp.services.mails import failedmails
from surveyapp.services.mails.mailqueue import remind
from surveyapp.services.running import raters
from surveyapp.services.running.cycleview import NextStep, cycle_state
from surveyapp.steps import close_and_destroy, open_with_keys, release
from tests.dumps import dump
from tests.factories import delivered, draft_cycle, open_cycle, submit, tiny_questionnaire, token_of
from tests.people import NOW, ROSTER

DAY = timedelta(days=1)


def view(run, now=NOW):
    with run.database.reading() as session:
        return cycle_state(session, find_cycle(session, "2026-Q4"), now)


def answered(run, ratee, now=NOW):
    found = next(one for one in view(run, now).ratees if one.id == ratee)
    return {cell.relation: cell.answered for cell in found.cells}


def test_the_next_step_follows_the_state(run, tmp_path):
    with run.database.transaction() as session:
        create_cycle(session, "2026-Q4", {"": tiny_questionnaire(tmp_path)}, Policy())
    steps = [view(run).next_step]
    with run.database.transaction() as session:
        session.delete(find_cycle(session, "2026-Q4"))
    draft_cycle(run)
    steps.append(view(run).next_step)
    open_with(run)
    steps.append(view(run).next_step)
    delivered(run)
    steps.append(view(run).next_step)
    close_and_destroy(run, "2026-Q4")
    steps.append(view(run).next_step)
    release(run, "2026-Q4")
    steps.append(view(run).next_step)
    assert steps == [
        NextStep.ROSTER, NextStep.OPEN, NextStep.DELIVER, NextStep.WAIT, NextStep.RELEASE,
        NextStep.READ,
    ]  # fmt: skip


def open_with(run):
    open_with_keys(run, "2026-Q4")


def test_undecided_nominations_come_before_opening(run):
    draft_cycle(run)
    with run.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        allow_nominations(session, cycle, {Relation.PEER: (0, 9)})
        propose(session, cycle, "AM2", Candidate("P3"), Relation.PEER)
    seen = view(run)
    assert (seen.next_step, seen.nominations_waiting) == (NextStep.DECIDE, 1)


def test_a_cycle_is_to_be_closed_once_nobody_may_answer_any_more(run):
    open_cycle(run, closes_at=NOW + DAY)
    delivered(run)
    assert view(run, NOW + 2 * DAY).next_step == NextStep.CLOSE
    with run.database.transaction() as session:
        found = raters.find_rater(session, find_cycle(session, "2026-Q4"), "C3")
        raters.extend(found, NOW + 9 * DAY, NOW)
    seen = view(run, NOW + 2 * DAY)
    assert (seen.next_step, seen.longer_until) == (NextStep.WAIT, NOW + 9 * DAY)


def test_before_its_opening_day_there_is_nothing_to_deliver(run):
    open_cycle(run, opens_at=NOW + DAY)
    assert view(run).next_step == NextStep.WAIT
    assert view(run, NOW + DAY).next_step == NextStep.DELIVER


def test_response_is_banded_by_ratee_and_relation(run, client):
    open_cycle(run)
    for rater in ("AM1", "C1", "C2", "C3"):
        submit(client, token_of(run, rater))
    for rater in ("B1", "P1"):
        submit(client, token_of(run, rater), 2)  # the first form of both is about AM2
    assert answered(run, "AM1") == {
        "SELF": "1 of 1", "SUPERVISOR": "1 of 1", "PEER": "fewer than 3", "CUSTOMER": "3 or more",
    }  # fmt: skip
    assert view(run).ratees[0].cells[2].invited == 4


def test_one_answer_below_the_threshold_changes_no_byte(run, client):
    open_cycle(run)
    before = repr(view(run))
    for rater in ("P3", "C1"):
        submit(client, token_of(run, rater))
        assert repr(view(run)) == before


def test_a_band_of_a_cell_is_never_a_share_even_with_many_raters(run, client):
    rows = "".join(f"D{n},Customer,d{n}@foods.example,en,,,,Foods,AM1\n" for n in range(100))
    open_cycle(run, roster=ROSTER + rows)
    assert answered(run, "AM1")["CUSTOMER"] == "fewer than 3"
    relations = {row.relation: row.answered for row in view(run).relations}
    assert relations["CUSTOMER"] == "0 to 5 %"


def test_after_the_closing_day_nothing_is_said_of_anonymous_relations(run):
    open_cycle(run, closes_at=NOW + DAY)
    assert answered(run, "AM1", NOW + 2 * DAY) == {
        "SELF": "0 of 1",
        "SUPERVISOR": "0 of 1",
        "PEER": "told after the closing",
        "CUSTOMER": "told after the closing",
    }


def test_reminders_stand_in_a_calendar_that_says_which_have_gone(run, at):
    open_cycle(run, closes_at=NOW + 9 * DAY, remind_at=[NOW + DAY, NOW + 3 * DAY])
    delivered(at(run, NOW + 2 * DAY))
    assert [(one.at, one.queued) for one in view(run).reminders] == [
        (NOW + DAY, True), (NOW + 3 * DAY, False),
    ]  # fmt: skip


def test_waiting_mails_do_not_tell_how_many_have_answered(run, client):
    open_cycle(run)
    assert view(run).waiting_mails == 12
    delivered(run)
    submit(client, token_of(run, "C1"))
    with run.database.transaction() as session:
        remind(session, find_cycle(session, "2026-Q4"))
    assert view(run).waiting_mails == 0


def test_an_opening_can_be_taken_back_until_the_first_mail(run):
    draft_cycle(run)
    assert not view(run).can_be_taken_back
    open_with(run)
    assert view(run).can_be_taken_back
    delivered(run)
    assert not view(run).can_be_taken_back


def test_an_import_can_be_undone_while_the_cycle_is_a_draft(run):
    draft_cycle(run)
    assert view(run).can_undo_import
    open_with(run)
    assert not view(run).can_undo_import


def failing(run, rater, reason="550 no such mailbox", kind=MailKind.INVITATION):
    with run.database.transaction() as session:
        person = session.scalars(select(Person).where(Person.external_id == rater)).one()
        session.execute(
            update(Invitation)
            .where(Invitation.rater_id == person.id)
            .values(mail_state=MailState.FAILED, mail_error=reason, mail_kind=kind)
        )
        session.merge(
            StoppedAddress(address_digest=tokens.address_digest(person.email), reason=reason)
        )


def test_failed_mails_are_listed_with_address_and_reason_but_no_reminders(run):
    open_cycle(run)
    failing(run, "C2")
    failing(run, "P1", kind=MailKind.REMINDER)
    (mail,) = view(run).failed_mails
    assert (mail.id, mail.email, mail.reason) == (
        "C2", "c2@harbour.example", "550 no such mailbox",
    )  # fmt: skip


def retry(run, rater=None):
    with run.database.transaction() as session:
        return failedmails.retry(session, find_cycle(session, "2026-Q4"), rater)


def test_one_failed_mail_or_all_are_tried_again(run):
    open_cycle(run)
    delivered(run)
    for rater in ("C1", "C2", "C3"):
        failing(run, rater)
    assert retry(run, "C2") == 1
    assert deliver(run, waiting_mails(run), lambda _: None).sent == 1
    assert [mail.id for mail in view(run).failed_mails] == ["C1", "C3"]
    assert retry(run) == 2
    assert deliver(run, waiting_mails(run), lambda _: None).sent == 2
    assert view(run).failed_mails == ()


def test_trying_again_touches_no_other_cycle(run):
    open_cycle(run)
    open_cycle(run, key="2027-Q1")
    failing(run, "C2")
    retry(run)
    with run.database.reading() as session:
        other = find_cycle(session, "2027-Q1")
        assert [mail.id for mail in failedmails.failed_mails(session, other)] == ["C2"]


def test_a_rater_without_a_failed_mail_is_refused_alike(run):
    open_cycle(run)
    failing(run, "P1", kind=MailKind.REMINDER)
    for rater in ("P1", "P2", "nobody"):
        with pytest.raises(NotFound, match=f"No mail of 2026-Q4 to {rater} has failed"):
            retry(run, rater)


def test_a_view_needs_the_same_statements_for_few_and_for_many_people(run):
    open_cycle(run)
    more = [f"AM{n},Am,am{n}@example.com,zh,key,B1,P1|P2|P3,,\n" for n in range(3, 60)]
    open_cycle(run, roster=ROSTER + "".join(more), key="2027-Q1")
    counts = []
    for key in ("2026-Q4", "2027-Q1"):
        statements = []

        def count(*arguments, seen=statements):
            seen.append(arguments)

        event.listen(run.database.engine, "before_cursor_execute", count)
        with run.database.reading() as session:
            cycle = find_cycle(session, key)
            statements.clear()
            cycle_state(session, cycle, NOW)
        event.remove(run.database.engine, "before_cursor_execute", count)
        counts.append(len([s for s in statements if s[2].lstrip().startswith("SELECT")]))
    assert counts[0] == counts[1] <= 8


def test_reading_a_view_writes_nothing(run):
    open_cycle(run)
    before = dump(run)
    view(replace(run))
    assert dump(run) == before


def test_the_commands_say_it_ratee_by_ratee_and_retry(cli, sqlite_run):
    open_cycle(sqlite_run)
    failing(sqlite_run, "C2")
    out = cli("cycle", "status", "2026-Q4", "--ratees").out
    assert "  AM1 李文: SELF 0 of 1, SUPERVISOR 0 of 1, PEER fewer than 3, CUSTOMER fewer" in out
    seen = cli("cycle", "status", "2026-Q4", "--json").json
    assert (seen["cycle"], seen["next_step"]) == ("2026-Q4", "deliver the mails")
    assert seen["failed_mails"][0]["id"] == "C2"
    assert cli("cycle", "mails", "2026-Q4").out == (
        "C2 Customer Two c2@harbour.example: 550 no such mailbox\n"
    )
    assert cli("cycle", "mails", "2026-Q4", "--retry", "C2", "--json").json["queued"] == 1
    assert cli("cycle", "mails", "2026-Q4", "--retry-all", "--json").json["queued"] == 0
    assert cli("cycle", "mails", "2026-Q4").out == "No mail has failed.\n"
