"""No personal link and no answer reaches a log, not even when something breaks."""

import logging

from surveyapp import create_app
from surveyapp.services import responses
from tests.factories import filled, open_cycle, token_of


def test_a_crash_is_logged_without_the_link_and_without_the_answers(run, caplog, monkeypatch):
    open_cycle(run)
    token = token_of(run, "C1")
    client = create_app(runtime=run).test_client()
    data = filled(client.get(f"/r/{token}/1").get_data(as_text=True), text="secret words")
    monkeypatch.setattr(responses, "record_response", lambda *_: 1 / 0)
    with caplog.at_level(logging.DEBUG):
        reply = client.post(f"/r/{token}/1", data=data | {"action": "submit"})
    assert reply.status_code == 500
    assert "ZeroDivisionError" in caplog.text
    assert "/r/<token>/<int:number>" in caplog.text
    assert token not in caplog.text
    assert "secret words" not in caplog.text
