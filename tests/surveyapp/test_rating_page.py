"""The rating page: what a rater sees, keeps and gets told."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from surveyapp import create_app
from surveyapp.models import Assignment, AssignmentState, Ballot, Draft
from surveyapp.steps import close_and_destroy
from tests.factories import fields, filled, open_cycle, submit, token_of
from tests.people import NOW

RECEIPT = re.compile(r'<section class="promise receipt">.*?</section>\n', re.DOTALL)


def page(client, address, **options):
    return client.get(address, **options).get_data(as_text=True)


def count(run, table):
    with run.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_the_list_names_every_ratee_with_the_relation(run, client):
    open_cycle(run)
    text = page(client, f"/r/{token_of(run, 'C4')}")
    assert "李文" in text
    assert "Bao Yu" in text
    assert "as their customer" in text


def test_the_form_says_who_sees_what_and_how_long_it_takes(run, client):
    open_cycle(run)
    text = page(client, f"/r/{token_of(run, 'P1')}/1")
    assert "only averages of at least 3 people" in text
    assert "from 5 people on" in text
    assert "about 1 minute" in text


def test_a_supervisor_is_told_that_answers_are_not_anonymous(run, client):
    open_cycle(run)
    assert "Not anonymous" in page(client, f"/r/{token_of(run, 'B1')}/1")


def test_the_self_form_speaks_in_the_first_person(run, client):
    open_cycle(run)
    text = page(client, f"/r/{token_of(run, 'AM2')}/1")
    assert "I answer quickly." in text
    assert "I cannot judge this person" not in text


def test_the_other_language_is_one_tap_away(run, client):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C1')}/1"
    assert "李文回复很快。" in page(client, address)
    assert "李文 answers quickly." in page(client, f"{address}?lang=en")


def test_saved_answers_come_back_on_any_device(run, client):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C2')}/1"
    client.post(address, data=fields(page(client, address)) | {
        "item-quick": "2", "open-wish": "half a thought", "action": "save",
    })  # fmt: skip
    text = page(create_app(runtime=run).test_client(), address)
    assert 'name="item-quick" value="2" required checked' in text
    assert "half a thought" in text


def test_saving_by_script_is_answered_briefly(run, client):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C2')}/1"
    data = fields(page(client, address)) | {"item-quick": "2", "action": "save"}
    reply = client.post(address, data=data, headers={"Accept": "application/json"})
    assert reply.get_json() == {"saved": True, "version": 1}


def test_a_missing_answer_keeps_every_typed_word(run, client):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C2')}/1"
    data = fields(page(client, address)) | {
        "item-quick": "5", "open-wish": "<b>keep</b> me", "action": "submit",
    }  # fmt: skip
    reply = client.post(address, data=data)
    text = reply.get_data(as_text=True)
    assert reply.status_code == 422
    assert "&lt;b&gt;keep&lt;/b&gt; me" in text
    assert 'name="item-quick" value="5" required checked' in text
    assert count(run, Ballot) == 0


def test_a_text_that_is_too_long_is_kept_and_explained(run, client):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C2')}/1"
    data = filled(page(client, address), text="x" * 2001) | {"action": "submit"}
    reply = client.post(address, data=data)
    assert reply.status_code == 422
    assert "shorten this to 2000" in reply.get_data(as_text=True)
    assert "Something is missing" not in reply.get_data(as_text=True)


def test_a_point_off_the_scale_is_refused(run, client):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C2')}/1"
    data = filled(page(client, address), point=6) | {"action": "submit"}
    assert client.post(address, data=data).status_code == 422


def test_a_form_without_its_token_is_refused_and_keeps_the_answers(run, client):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C2')}/1"
    data = filled(page(client, address)) | {"action": "submit", "form_token": "0" * 64}
    reply = client.post(address, data=data)
    assert reply.status_code == 422
    assert "out of date" in reply.get_data(as_text=True)
    assert count(run, Ballot) == 0


def test_cannot_judge_is_an_answer_apart_from_a_score(run, client):
    open_cycle(run)
    assert submit(client, token_of(run, "C2"), point="cannot_judge").status_code == 200
    assert count(run, Ballot) == 1


def test_sending_again_shows_the_same_page_and_changes_nothing(run, client):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C2')}/1"
    data = filled(page(client, address)) | {"action": "submit"}
    first = client.post(address, data=data)
    second = client.post(address, data=data | {"item-quick": "1"})
    assert second.status_code == 200
    assert second.get_data(as_text=True) == RECEIPT.sub("", first.get_data(as_text=True))
    assert count(run, Ballot) == 1


def test_a_submitted_form_can_no_longer_be_read(run, client):
    open_cycle(run)
    submit(client, token_of(run, "C2"), text="my secret words")
    text = page(client, f"/r/{token_of(run, 'C2')}/1")
    assert "my secret words" not in text
    assert "Received" in text


def test_a_script_that_saves_a_submitted_form_is_told_that_nothing_was_saved(run, client):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C2')}/1"
    data = filled(page(client, address))
    client.post(address, data=data | {"action": "submit"})
    late = data | {"action": "save"}
    reply = client.post(address, data=late, headers={"Accept": "application/json"})
    assert (reply.status_code, reply.get_json()) == (409, {"saved": False})


def test_nonsense_sent_to_a_submitted_form_is_harmless(run, client):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C2')}/1"
    data = filled(page(client, address)) | {"action": "submit"}
    client.post(address, data=data)
    assert client.post(address, data=data | {"item-quick": "abc"}).status_code == 200


def test_submitting_removes_the_draft_and_a_late_save_does_not_bring_it_back(run, client):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C2')}/1"
    data = filled(page(client, address))
    client.post(address, data=data | {"action": "save"})
    client.post(address, data=data | {"action": "submit"})
    client.post(address, data=data | {"action": "save"})
    assert count(run, Draft) == 0


def test_declining_leaves_no_ballot_and_offers_the_next_person(run, client):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C4')}/1"
    data = fields(page(client, address)) | {"action": "decline"}
    text = client.post(address, data=data).get_data(as_text=True)
    assert "You cannot judge" in text
    assert "Next: " in text
    with run.database.reading() as session:
        declined = Assignment.state == AssignmentState.DECLINED
        assert session.scalar(select(func.count()).where(declined)) == 1
    assert count(run, Ballot) == 0


def test_after_the_last_person_nothing_more_is_asked(run, client):
    open_cycle(run)
    token = token_of(run, "C4")
    assert "Next: " in submit(client, token, 1).get_data(as_text=True)
    assert "That was all" in submit(client, token, 2).get_data(as_text=True)
    assert "All done" in page(client, f"/r/{token}")


def test_unknown_malformed_and_foreign_links_look_alike(run, client):
    open_cycle(run)
    addresses = ["/r/" + "A" * 43, "/r/short", "/r/" + "%E4" * 43, f"/r/{token_of(run, 'C1')}/2"]
    replies = [client.get(address) for address in addresses]
    assert {reply.status_code for reply in replies} == {404}
    assert len({reply.get_data() for reply in replies}) == 1


def test_a_closed_cycle_answers_gone(run, client):
    open_cycle(run)
    token = token_of(run, "C1")
    close_and_destroy(run, "2026-Q4")
    assert client.get(f"/r/{token}").status_code == 410
    assert client.post(f"/r/{token}/1", data={"action": "submit"}).status_code == 410


@pytest.mark.parametrize(
    ("late", "status"),
    [(timedelta(minutes=15), 200), (timedelta(minutes=15, microseconds=1), 410)],
)
def test_the_deadline_has_fifteen_minutes_of_grace(run, client, at, late, status):
    closes = NOW + timedelta(days=1)
    open_cycle(run, closes_at=closes)
    token = token_of(run, "C1")
    data = filled(page(client, f"/r/{token}/1")) | {"action": "submit"}
    later = create_app(runtime=at(run, closes + late)).test_client()
    assert later.post(f"/r/{token}/1", data=data).status_code == status
    assert count(run, Ballot) == (status == 200)


def test_an_unknown_action_and_a_huge_body_are_refused(run, client):
    open_cycle(run)
    address = f"/r/{token_of(run, 'C1')}/1"
    assert client.post(address, data={"action": "delete"}).status_code == 400
    assert client.post(address, data={"open-wish": "x" * 300_000}).status_code == 413


def test_every_page_is_private_and_sets_no_cookie(run, client):
    open_cycle(run)
    token = token_of(run, "C1")
    for address in ("/", f"/r/{token}", f"/r/{token}/1", "/r/wrong"):
        headers = client.get(address).headers
        assert "Set-Cookie" not in headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]


def test_another_host_name_is_refused(run, client):
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 400


@pytest.fixture
def statements(run):
    """The SQL statements that a block sends."""
    sent = []
    event.listen(run.database.engine, "before_cursor_execute", lambda *args: sent.append(args[2]))
    return sent


def test_a_form_costs_at_most_four_statements_to_show_and_eight_to_submit(run, client, statements):
    open_cycle(run)
    address = f"/r/{token_of(run, 'B1')}/1"
    page(client, address)
    statements.clear()
    text = page(client, address)
    assert len(statements) <= 4, statements
    statements.clear()
    assert client.post(address, data=filled(text) | {"action": "submit"}).status_code == 200
    assert len(statements) <= 8, statements


@pytest.mark.parametrize("action", ["save", "submit"])
def test_a_point_that_no_page_offers_is_refused_in_the_language_of_the_page(run, client, action):
    open_cycle(run)
    address = f"/r/{token_of(run, 'P2')}/1"
    data = filled(page(client, address)) | {"item-quick": "99", "action": action}
    reply = client.post(address, data=data)
    assert reply.status_code == 422
    assert "请选择一个答案。" in reply.text
    assert "Not a valid choice" not in reply.text
    assert count(run, Ballot) == count(run, Draft) == 0
