"""A whole cycle with everything logged that any library can log, and errors on the way."""

from __future__ import annotations

import logging
import traceback
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from surveyapp import create_app
from surveyapp.commands.service import free_socket, serving
from surveyapp.models import Comment, Person
from surveyapp.outbox import deliver, waiting_mails
from surveyapp.services import cycles, datasets, responses
from surveyapp.services.mails import mailqueue
from surveyapp.services.privacy import lookup
from surveyapp.services.results import readings
from surveyapp.steps import close_and_destroy, release
from surveyapp.views.visitor import SESSION
from tests.attacks.posting import forms
from tests.attacks.spelling import occurrences
from tests.dumps import dump
from tests.factories import open_cycle, report_token, sent_reports
from tests.signing_in import cookie, signed_in


def whole_cycle(run, monkeypatch) -> list[str]:
    """Open, mail, answer with and without failures, remind, close, release, read; the canaries."""
    client = create_app(runtime=run).test_client()
    open_cycle(run)
    everybody = forms(run)
    deliver(run, waiting_mails(run), lambda _: None)
    words = [f"kanarie-log-{place}" for place in range(len(everybody))]
    for form, word in zip(everybody, words, strict=True):
        client.get(form.address)
        client.post(form.address, data=form.data([1, 2, 3], word, "save"))
        with monkeypatch.context() as broken:
            broken.setattr(responses, "record_response", lambda *_: 1 / 0)
            assert client.post(form.address, data=form.data([1, 2, 3], word)).status_code == 500
        client.post(form.address, data=form.data([9, 9, 9], word))
        client.post(form.address, data=form.data([1, 2, 3], word))
        client.get(f"/r/{form.token}x/1?text={word}")
    with run.database.transaction() as session:
        mailqueue.remind(session, cycles.find_cycle(session, "2026-Q4"))
    deliver(run, waiting_mails(run), lambda _: None)
    close_and_destroy(run, "2026-Q4")
    release(run, "2026-Q4")
    reports = read_reports(run, client, monkeypatch)
    with run.database.reading() as session:
        datasets.collect_ratings(session, cycles.find_cycle(session, "2026-Q4"), "")
        addresses = list(session.scalars(select(Person.email).where(Person.email != "")))
    dump(run)
    return [*words, *addresses, *{form.token for form in everybody}, *reports]


def read_reports(run, client, monkeypatch) -> list[str]:
    """Send the links to the reports, read them, also with an error; the links."""
    sent_reports(run)
    deliver(run, waiting_mails(run), lambda _: None)
    tokens = [report_token(run, ratee) for ratee in ("AM1", "AM2")]
    for token in tokens:
        for rest in ("", "/report.pdf", "x", "/report.pdf/x"):
            client.get(f"/m/{token}{rest}")
        with monkeypatch.context() as broken:
            broken.setattr(readings, "report_behind", lambda *_: 1 / 0)
            assert client.get(f"/m/{token}").status_code == 500
    return tokens


def test_no_link_no_address_and_no_answer_is_in_any_log(run, caplog, capfd, monkeypatch, figures):
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, "sqlalchemy"):
        canaries = whole_cycle(run, monkeypatch)
    output = capfd.readouterr()
    records = "\n".join(
        logging.Formatter("%(name)s %(levelname)s %(message)s").format(record)
        for record in caplog.records
    )
    found = {c for c in canaries if occurrences([c], (records + output.out + output.err).encode())}
    figures(canaries=len(canaries), log_records=len(caplog.records), found=len(found))
    assert len(caplog.records) > len(canaries)  # it was logged at all, crashes among it
    assert "ZeroDivisionError" in records
    assert found == set()


def test_whom_an_administrator_looks_for_is_in_no_log(sqlite_run, caplog, capfd, monkeypatch):
    client = create_app(runtime=sqlite_run).test_client()
    signed_in(client)
    sock = free_socket("127.0.0.1", 0)
    asked = f"http://127.0.0.1:{sock.getsockname()[1]}/admin/people/?q=kanarie"
    host = urlsplit(sqlite_run.config.public_base_url).netloc
    headers = {"Cookie": f"__Host-{SESSION}={cookie(client)}", "Host": host}
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "sqlalchemy")
    with serving(sqlite_run, sock):
        with urlopen(Request(asked, headers=headers)) as reply:
            assert b'value="kanarie"' in reply.read()
        monkeypatch.setattr(lookup, "find", lambda *_: 1 / 0)
        with pytest.raises(HTTPError, match="500"):
            urlopen(Request(asked, headers=headers))
    output = capfd.readouterr()
    assert "person.email" in caplog.text  # the search was logged, and the crash
    assert "ZeroDivisionError" in caplog.text
    assert "kanarie" not in caplog.text + output.out + output.err


def test_a_refused_row_is_not_quoted_in_the_error(run):
    """PostgreSQL says "Failing row contains (...)" and would put an answer into the log."""
    with pytest.raises(IntegrityError) as refused, run.database.transaction() as session:
        session.add(Comment(group_id="no such group", text="kanarie"))
    words = "".join(traceback.format_exception(refused.value))
    assert "question_id" in words
    assert "kanarie" not in words.replace('text="kanarie"', "")  # our own line of code
