"""Two tabs, one draft: what was saved later is never overwritten by what was opened earlier."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from surveyapp import create_app
from surveyapp.models import Draft
from tests.factories import fields, filled, open_cycle, token_of

BY_SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def address(run):
    open_cycle(run)
    return f"/r/{token_of(run, 'C2')}/1"


def page(client, address):
    return client.get(address).get_data(as_text=True)


def save(client, address, seen, text, **options):
    """One save of a page, whose hidden fields are ``seen``."""
    return client.post(address, data=seen | {"action": "save", "open-wish": text}, **options)


def test_a_stale_autosave_is_refused_and_the_later_words_stay(client, address):
    first = second = fields(page(client, address))
    assert save(client, address, second, "later words", headers=BY_SCRIPT).status_code == 200
    stale = save(client, address, first, "earlier words", headers=BY_SCRIPT)
    assert (stale.status_code, stale.get_json()) == (409, {"saved": False, "newer": True})
    assert "later words" in page(client, address)


def test_a_tab_that_goes_on_with_its_own_version_saves_again_and_again(client, address):
    seen = fields(page(client, address))
    for turn in range(1, 4):
        reply = save(client, address, seen, f"words {turn}", headers=BY_SCRIPT)
        assert reply.get_json() == {"saved": True, "version": turn}
        seen |= {"version": str(turn)}
    assert "words 3" in page(client, address)


def test_an_autosave_that_was_overtaken_on_its_way_is_refused(client, address):
    seen = fields(page(client, address))
    slow = dict(seen)
    seen["version"] = str(save(client, address, seen, "one", headers=BY_SCRIPT).json["version"])
    save(client, address, seen, "two", headers=BY_SCRIPT)
    assert save(client, address, slow, "zero", headers=BY_SCRIPT).status_code == 409
    assert "two" in page(client, address)


def test_a_reloaded_page_may_save(client, address):
    save(client, address, fields(page(client, address)), "one", headers=BY_SCRIPT)
    again = fields(page(client, address))
    assert save(client, address, again, "two", headers=BY_SCRIPT).status_code == 200


def test_without_script_the_later_sending_wins_and_keeps_its_text(client, address):
    first = second = fields(page(client, address))
    save(client, address, second, "other words")
    reply = save(client, address, first, "the words that were sent last")
    assert reply.status_code == 200
    assert "the words that were sent last" in reply.get_data(as_text=True)
    assert fields(reply.get_data(as_text=True))["version"] == "2"
    assert "the words that were sent last" in page(client, address)


def test_a_stale_page_can_still_be_submitted(client, address):
    stale = page(client, address)
    save(client, address, fields(stale), "other words", headers=BY_SCRIPT)
    reply = client.post(address, data=filled(stale) | {"action": "submit"})
    assert "Received" in reply.get_data(as_text=True)


@pytest.mark.parametrize("version", ["abc", "1.5", "9" * 50, "-1", ""])
def test_a_version_of_any_letters_does_no_harm(client, address, version):
    seen = fields(page(client, address)) | {"version": version}
    reply = save(client, address, seen, "typed words", headers=BY_SCRIPT)
    assert reply.status_code in {200, 409, 422}


def test_the_draft_shows_neither_version_nor_time(run, client, address):
    lengths = set()
    for turn in range(12):
        save(client, address, fields(page(client, address)), f"words {turn}")
        with run.database.reading() as session:
            lengths.add(len(session.scalars(select(Draft.ciphertext)).one()))
    assert len(lengths) == 1
    assert set(Draft.__table__.columns.keys()) == {"assignment_id", "ciphertext"}


@pytest.mark.usefixtures("patient")
def test_of_many_autosaves_with_one_version_exactly_one_is_kept(run, client, address):
    seen = fields(page(client, address))
    app = create_app(runtime=run)
    start = Barrier(8)

    def send(number):
        start.wait(120)
        return save(
            app.test_client(), address, seen, f"words {number}", headers=BY_SCRIPT
        ).status_code

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(send, range(8)))
    assert codes == [200] + [409] * 7
