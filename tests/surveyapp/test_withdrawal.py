"""Receipts: shown once, and the only way to take submitted answers back before the closing."""

import re

import pytest
from sqlalchemy import event, func, select

from surveyapp import create_app, tokens
from surveyapp.models import Assignment, Ballot, ResponseGroup
from surveyapp.services.responses import MAX_WITHDRAWAL_TRIES
from surveyapp.steps import close_and_destroy
from tests.dumps import bytes_on_disk, dump
from tests.factories import delivered, fields, filled, open_cycle, submit, token_of
from tests.surveyapp.test_one_ballot import TIMES, send_together

CODE = re.compile(r"<code>([^<]+)</code>")


def shown(reply):
    """The receipts on a page."""
    return CODE.findall(reply.get_data(as_text=True))


def withdraw(client, token, receipt, number=1):
    address = f"/r/{token}/{number}"
    page = client.get(address).get_data(as_text=True)
    return client.post(address, data=fields(page) | {"action": "withdraw", "receipt": receipt})


def states(run):
    with run.database.reading() as session:
        counted = select(Assignment.state, func.count()).group_by(Assignment.state)
        return dict(session.execute(counted).all()) | {
            "ballots": session.scalar(select(func.count(Ballot.id)))
        }


@pytest.fixture
def token(run):
    open_cycle(run)
    return token_of(run, "C1")


def test_a_receipt_holds_eighty_bits_in_letters_that_cannot_be_confused():
    receipts = {tokens.new_receipt() for _ in range(500)}
    assert len(receipts) == 500
    assert all(re.fullmatch(r"([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}", r) for r in receipts)
    assert len(tokens.RECEIPT_LETTERS) == len(set(tokens.RECEIPT_LETTERS)) == 32


def test_the_receipt_is_shown_by_the_submission_alone(run, client, token):
    assert len(shown(submit(client, token))) == 1
    assert shown(client.get(f"/r/{token}/1")) == []
    declined = filled(client.get(f"/r/{token_of(run, 'C2')}/1").get_data(as_text=True))
    reply = client.post(f"/r/{token_of(run, 'C2')}/1", data=declined | {"action": "decline"})
    assert shown(reply) == []


@pytest.mark.usefixtures("patient")
def test_of_fifty_submissions_at_once_one_shows_the_receipt(run, token):
    app = create_app(runtime=run)
    pages = []
    app.after_request(lambda reply: pages.append(shown(reply)) or reply)
    codes = send_together(run, f"/r/{token}/1", ["submit"] * TIMES, app)
    assert set(codes) == {200}
    assert len([page for page in pages if page]) == 1


def test_the_receipt_lies_nowhere(sqlite_run):
    open_cycle(sqlite_run)
    client = create_app(runtime=sqlite_run).test_client()
    [receipt] = shown(submit(client, token_of(sqlite_run, "C1")))
    files = bytes_on_disk(sqlite_run)
    assert receipt.encode() not in files
    assert receipt.replace("-", "").encode() not in files


@pytest.mark.parametrize("written", ["{}", " {} ", "lower", "no hyphens"])
def test_withdrawing_deletes_the_ballot_and_is_final(run, client, token, written):
    [receipt] = shown(submit(client, token, text="words that are regretted"))
    receipt = {"lower": receipt.lower(), "no hyphens": receipt.replace("-", "")}.get(
        written, written.format(receipt)
    )
    reply = withdraw(client, token, receipt)
    assert reply.status_code == 200
    assert "Your answers about 李文 are deleted" in client.get(f"/r/{token}/1?lang=en").get_data(
        as_text=True
    )
    assert "已删除" in reply.get_data(as_text=True)
    assert states(run) == {"open": 16, "withdrawn": 1, "ballots": 0}
    again = {"action": "submit", "item-quick": "5"}
    assert client.post(f"/r/{token}/1", data=again).status_code == 200
    assert states(run) == {"open": 16, "withdrawn": 1, "ballots": 0}


def test_the_people_page_says_withdrawn(run, client, token):
    [receipt] = shown(submit(client, token))
    withdraw(client, token, receipt)
    assert "Withdrawn" in client.get(f"/r/{token}?lang=en").get_data(as_text=True)


def test_a_wrong_receipt_changes_nothing_but_the_number_of_tries(run, client, token):
    submit(client, token)
    ballots = dump(run)["ballot"]
    reply = withdraw(client, token, tokens.new_receipt())
    assert reply.status_code == 422
    assert "这不是这份回答的回执" in reply.get_data(as_text=True)
    assert dump(run)["ballot"] == ballots
    assert states(run)["submitted"] == 1


def test_after_a_few_wrong_receipts_the_right_one_is_refused_too(run, client, token):
    [receipt] = shown(submit(client, token))
    for _ in range(MAX_WITHDRAWAL_TRIES):
        assert withdraw(client, token, tokens.new_receipt()).status_code == 422
    assert withdraw(client, token, receipt).status_code == 422
    assert states(run)["ballots"] == 1


def test_the_last_try_may_be_the_right_one(run, client, token):
    [receipt] = shown(submit(client, token))
    for _ in range(MAX_WITHDRAWAL_TRIES - 1):
        withdraw(client, token, "")
    assert withdraw(client, token, receipt).status_code == 200


def test_the_receipt_of_another_person_in_the_same_cell_takes_out_nothing(run, client, token):
    [mine] = shown(submit(client, token))
    submit(client, token_of(run, "C2"))
    assert withdraw(client, token_of(run, "C2"), mine).status_code == 422
    assert states(run)["ballots"] == 2


def test_a_withdrawal_without_the_form_token_is_refused_and_costs_no_try(run, client, token):
    [receipt] = shown(submit(client, token))
    for _ in range(MAX_WITHDRAWAL_TRIES):
        reply = client.post(f"/r/{token}/1", data={"action": "withdraw", "receipt": receipt})
        assert reply.status_code == 422
    assert withdraw(client, token, receipt).status_code == 200


def test_what_was_never_submitted_cannot_be_withdrawn(run, client, token):
    assert withdraw(client, token, tokens.new_receipt()).status_code == 400
    assert states(run) == {"open": 17, "ballots": 0}


def test_who_withdrew_is_not_reminded(run, client, token):
    [receipt] = shown(submit(client, token))
    withdraw(client, token, receipt)
    assert "c1@harbour.example" not in {
        mail["To"].addresses[0].addr_spec for mail in delivered(run)
    }


def test_the_count_check_holds_and_a_withdrawn_form_counts_in_no_group(run, client, token):
    receipts = {}
    for rater, number in (("C1", 1), ("C2", 1), ("C3", 1), ("C4", 2)):
        [receipts[rater]] = shown(submit(client, token_of(run, rater), number))
    withdraw(client, token, receipts["C1"])
    close_and_destroy(run, "2026-Q4")
    with run.database.reading() as session:
        answered = select(ResponseGroup.answered).where(ResponseGroup.relations == "CUSTOMER")
        assert set(session.scalars(answered)) == {3, None}


def test_after_closing_nothing_can_be_withdrawn(run, client, token):
    [receipt] = shown(submit(client, token))
    data = fields(client.get(f"/r/{token}/1").get_data(as_text=True))
    close_and_destroy(run, "2026-Q4")
    reply = client.post(f"/r/{token}/1", data=data | {"action": "withdraw", "receipt": receipt})
    assert reply.status_code == 410


def test_withdrawing_costs_at_most_eight_statements(run, client, token):
    [receipt] = shown(submit(client, token))
    data = fields(client.get(f"/r/{token}/1").get_data(as_text=True))
    sent = []
    event.listen(run.database.engine, "before_cursor_execute", lambda *args: sent.append(args[2]))
    client.post(f"/r/{token}/1", data=data | {"action": "withdraw", "receipt": receipt})
    assert len(sent) <= 8, sent
