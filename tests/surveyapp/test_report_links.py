"""The personal link to a report: who gets it, what it shows, how it ends, and what it leaves."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, event, select, update

from surveyapp import create_app
from surveyapp.config import Retention
from surveyapp.errors import KeyUnavailable, NotFound, Refused
from surveyapp.models import Comment, Cycle, MailState, Person, ReportLink, Response
from surveyapp.outbox import deliver, waiting_mails
from surveyapp.services.audit import events
from surveyapp.services.cycles import find_cycle
from surveyapp.services.privacy import erasure, personal
from surveyapp.services.results import readings
from surveyapp.services.running import recovery
from tests.commands import Commands
from tests.dumps import dump
from tests.factories import (
    closed_cycle,
    delivered,
    open_cycle,
    released_cycle,
    report_token,
    sent_reports,
    token_of,
)
from tests.people import NOW
from tests.surveyapp.delivery_reports import HARD

WRONG = "A" * 43


@pytest.fixture
def released(run, client):
    """A released cycle whose managers have their links."""
    released_cycle(run, client, text="kind words")
    sent_reports(run)
    return run


def address(run, ratee="AM1"):
    return f"/m/{report_token(run, ratee)}"


def body(reply):
    """A page without what differs in every answer."""
    page = reply.get_data(as_text=True)
    return re.sub(r"nonce=\S+", "", page)


def links(run):
    with run.database.reading() as session:
        return {
            link.ratee.external_id: (link.token_digest, link.generation, link.mail_state)
            for link in session.scalars(select(ReportLink))
        }


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def report_mails(run):
    """All mails with a link to a report that have left, by address."""
    return {
        mail["To"].addresses[0].addr_spec: mail for mail in delivered(run) if "/m/" in text_of(mail)
    }


# Reading


def test_the_link_opens_the_page_and_the_page_the_pdf(released, client):
    page = client.get(address(released))
    assert page.status_code == 200
    assert "李文" in page.get_data(as_text=True)
    (pdf,) = re.findall(r'href="([^"]+report\.pdf[^"]*)"', page.get_data(as_text=True))
    reply = client.get(pdf)
    assert reply.mimetype == "application/pdf"
    assert reply.get_data().startswith(b"%PDF-")
    assert reply.headers["Content-Disposition"] == "inline; filename=AM1.zh.pdf"


def test_everybody_reads_their_own_report_and_in_their_language(released, client):
    chinese, english = (client.get(address(released, who)) for who in ("AM1", "AM2"))
    assert "客户经理多方反馈报告" in chinese.get_data(as_text=True)
    assert "Bao Yu" not in chinese.get_data(as_text=True)
    assert "Account manager feedback report" in english.get_data(as_text=True)
    assert "李文" not in english.get_data(as_text=True)


def test_another_language_is_chosen_for_page_and_pdf_alike(released, client):
    page = client.get(f"{address(released)}?lang=en").get_data(as_text=True)
    assert "Account manager feedback report" in page
    assert "report.pdf?lang=en" in page
    pdf = client.get(f"{address(released)}/report.pdf?lang=en")
    assert "AM1.en.pdf" in pdf.headers["Content-Disposition"]


@pytest.mark.parametrize("rest", ["", "/report.pdf"])
def test_unknown_malformed_revoked_and_foreign_links_are_all_alike(released, client, rest):
    revoked = address(released)
    with released.database.transaction() as session:
        erasure._forget_reports(session, ReportLink.cycle_id.is_not(None))
    foreign = f"/m/{token_of_rater(released)}"
    replies = [
        client.get(place + rest)
        for place in (revoked, foreign, f"/m/{WRONG}", "/m/wrong", f"/m/{WRONG}é")
    ]
    assert {reply.status_code for reply in replies} == {404}
    assert len({body(reply) for reply in replies}) == 1


def token_of_rater(run):
    """A link to forms, of an open cycle."""
    open_cycle(run, key="2027-Q1")
    return token_of(run, "C1", "2027-Q1")


def test_a_link_to_a_report_opens_no_form(released, client):
    assert client.get(address(released).replace("/m/", "/r/")).status_code == 404


def test_reading_leaves_no_trace(released, client):
    before = dump(released)
    for rest in ("", "?lang=en", "/report.pdf"):
        for method in ("GET", "HEAD", "OPTIONS"):
            assert client.open(address(released) + rest, method=method).status_code == 200
    assert dump(released) == before


@pytest.mark.parametrize("rest", ["", "/report.pdf"])
def test_nothing_of_a_report_is_cached_indexed_framed_or_told_to_others(released, client, rest):
    headers = client.get(address(released) + rest).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("rest", ["", "/report.pdf"])
def test_answers_that_changed_since_the_release_are_not_shown(released, client, rest):
    assert client.get(address(released) + rest).status_code == 200
    with released.database.transaction() as session:
        one = session.scalars(select(Response.id)).first()
        session.execute(delete(Response).where(Response.id == one))
    reply = client.get(address(released) + rest)
    assert reply.status_code == 409
    assert "李文" not in reply.get_data(as_text=True)
    assert "暂时无法显示" in reply.get_data(as_text=True)


def test_a_cycle_that_is_not_released_any_more_shows_nothing(released, client):
    with released.database.transaction() as session:
        session.execute(update(Cycle).values(released_at=None))
    assert client.get(address(released)).status_code == 409


def test_results_are_computed_once_for_all_readers(released, client, monkeypatch):
    counted = []
    real = readings.analyse
    monkeypatch.setattr(readings, "analyse", lambda data: counted.append(1) or real(data))
    for who in ("AM1", "AM2", "AM1"):
        client.get(address(released, who))
        client.get(f"{address(released, who)}/report.pdf")
    assert len(counted) == 1


def test_a_page_that_was_read_before_costs_a_few_statements(released, client):
    client.get(address(released))
    sent = []
    event.listen(released.database.engine, "before_cursor_execute", lambda *a: sent.append(a[2]))
    client.get(address(released))
    assert 0 < len(sent) <= 8, sent


def test_a_corrected_comment_and_a_changed_name_show_at_once(released, client):
    before = client.get(address(released)).get_data(as_text=True)
    with released.database.transaction() as session:
        session.execute(update(Comment).values(label="negative"))
        session.execute(update(Person).where(Person.name == "李文").values(name="李文文"))
    after = client.get(address(released)).get_data(as_text=True)
    assert "人工更正" in after
    assert "人工更正" not in before
    assert "李文文" in after


def test_results_of_more_cycles_than_are_kept_come_all_the_same(released, client, monkeypatch):
    monkeypatch.setattr(readings, "MOST_KEPT", 1)
    released_cycle(released, client, key="2027-Q1")
    sent_reports(released, "2027-Q1")
    for key in ("2027-Q1", "2026-Q4", "2027-Q1"):
        page = client.get(f"/m/{report_token(released, 'AM1', key)}")
        assert page.status_code == 200


# Sending


def test_each_manager_gets_one_mail_with_the_own_link(released):
    mails = report_mails(released)
    found = {who: re.findall(r"/m/([\w-]+)", text_of(mail)) for who, mail in mails.items()}
    assert found == {
        "li@example.com": [report_token(released, "AM1")],
        "bao@example.com": [report_token(released, "AM2")],
    }
    html = mails["bao@example.com"].get_body(("html",)).get_content()
    assert f"https://feedback.example.com/m/{report_token(released, 'AM2')}" in html
    assert "Your feedback report is ready" in mails["bao@example.com"]["Subject"]
    assert "您的反馈报告已经生成" in mails["li@example.com"]["Subject"]


def test_a_mail_tells_nothing_of_what_is_in_the_report(released):
    mail = report_mails(released)["bao@example.com"]
    assert not re.search(r"\d\.\d|kind words|Service", text_of(mail))
    assert "List-Unsubscribe" not in mail


def test_nobody_gets_a_second_mail_unless_asked_for_and_the_link_stays(released):
    deliver(released, waiting_mails(released), lambda _: None)
    before = links(released)
    assert sent_reports(released).sent_before == ["AM1", "AM2"]
    assert links(released) == before
    assert sent_reports(released, ratee="AM1", again=True).queued == ["AM1"]
    assert links(released)["AM1"][:2] == before["AM1"][:2]
    assert deliver(released, waiting_mails(released), lambda _: None).sent == 1


def test_a_revoked_link_is_replaced_and_never_comes_back(released, client, monkeypatch, capsys):
    old = address(released)
    commands = Commands(released, monkeypatch, capsys)
    revoked = commands("report", "revoke", "--cycle", "2026-Q4", "--ratee", "AM1", "--json")
    assert revoked.json == {"cycle": "2026-Q4", "revoked": ["AM1"]}
    assert client.get(old).status_code == 404
    assert set(report_mails(released)) == {"bao@example.com"}
    assert sent_reports(released).queued == ["AM1"]
    assert client.get(old).status_code == 404
    assert client.get(address(released)).status_code == 200


def test_before_the_release_no_link_is_made(run, client):
    closed_cycle(run, client)
    with pytest.raises(Refused, match="needs a cycle that is released"):
        sent_reports(run)
    assert links(run) == {}


def test_no_link_is_sent_to_what_may_not_be_shown(run, client):
    released_cycle(run, client)
    with run.database.transaction() as session:
        session.execute(delete(Response))
    with pytest.raises(Refused, match="not those that were released"):
        sent_reports(run)


def test_who_has_no_address_is_named_and_an_unknown_ratee_refused(run, client):
    released_cycle(run, client)
    with run.database.transaction() as session:
        session.execute(update(Person).where(Person.external_id == "AM2").values(email=""))
    sending = sent_reports(run)
    assert (sending.queued, sending.without_address) == (["AM1"], ["AM2"])
    with pytest.raises(NotFound, match='no ratee "P1"'):
        sent_reports(run, ratee="P1")


def test_a_dry_run_says_the_same_and_stores_nothing(run, client):
    released_cycle(run, client)
    run.keys.secret_file.unlink()
    before = dump(run)
    planned = sent_reports(run, dry_run=True)
    assert dump(run) == before
    assert not run.keys.secret_file.exists()
    assert sent_reports(run) == planned


def test_the_database_holds_no_link_and_the_log_of_acts_no_name(released):
    stored = repr(dump(released))
    assert report_token(released, "AM1") not in stored
    with released.database.reading() as session:
        logged = [event.details for event in events(session) if event.action == "report send"]
    assert logged == [{"count": 2}]


# What goes wrong


def test_without_its_secret_links_open_but_no_mail_leaves(released, client):
    opened = address(released)
    released.keys.secret_file.rename(released.keys.secret_file.with_suffix(".away"))
    assert client.get(opened).status_code == 200
    result = deliver(released, waiting_mails(released), lambda _: None)
    assert (result.sent, result.keyless_cycles) == (0, 1)
    released.keys.secret_file.with_suffix(".away").rename(released.keys.secret_file)
    assert deliver(released, waiting_mails(released), lambda _: None).sent == 2


def test_a_lost_secret_is_answered_by_sending_new_links(released, client):
    old = address(released)
    released.keys.secret_file.unlink()
    released.keys.ensure_secret()
    assert deliver(released, waiting_mails(released), lambda _: None).keyless_cycles == 1
    assert sent_reports(released, again=True).queued == ["AM1", "AM2"]
    assert client.get(old).status_code == 404
    assert deliver(released, waiting_mails(released), lambda _: None).sent == 2
    assert client.get(address(released)).status_code == 200


def test_a_secret_that_cannot_be_made_is_explained(run, client, tmp_path):
    from surveyapp.sealing import KeyFolder

    (tmp_path / "file").touch()
    with pytest.raises(KeyUnavailable, match="SURVEYAPP_SECRET_FILE"):
        KeyFolder(tmp_path, tmp_path / "file" / "secret").ensure_secret()


def test_a_mail_that_is_given_up_is_listed_and_tried_again(released, monkeypatch, capsys):
    with released.database.transaction() as session:
        session.execute(update(Person).where(Person.external_id == "AM2").values(email="@x"))
    commands = Commands(released, monkeypatch, capsys)
    told = commands("mail", "deliver", "--json").json
    assert (told["sent"], told["failed"]) == (1, 1)
    assert [row["email"] for row in told["given_up"]] == ["@x"]
    with released.database.transaction() as session:
        session.execute(update(Person).where(Person.email == "@x").values(email="b@example.com"))
    assert commands("mail", "deliver", "--retry-failed", "--json").json["sent"] == 1


def test_whoever_lost_the_mail_gets_the_same_link_again(released, client):
    delivered(released)
    before = links(released)
    with released.database.transaction() as session:
        recovery.ask(session, "LI@example.com", NOW)
    assert len(waiting_mails(released)) == 1
    assert deliver(released, waiting_mails(released), lambda _: None).sent == 1
    assert links(released)["AM1"][:2] == before["AM1"][:2]


def test_a_revoked_link_is_not_sent_by_asking(released):
    with released.database.transaction() as session:
        erasure._forget_reports(session, ReportLink.cycle_id.is_not(None))
        recovery.ask(session, "li@example.com", NOW)
    assert waiting_mails(released) == []


# The end


def test_a_link_dies_with_its_person(released, client):
    opened = address(released)
    with released.database.transaction() as session:
        person = erasure.find_person(session, "AM1")
        erasure.erase(session, person, with_results=False, force=False)
    assert client.get(opened).status_code == 404
    assert client.get(address(released, "AM2")).status_code == 200
    assert set(report_mails(released)) == {"bao@example.com"}


def test_with_the_results_the_row_goes_too(released):
    with released.database.transaction() as session:
        person = erasure.find_person(session, "AM1")
        erasure.erase(session, person, with_results=True, force=False)
    assert set(links(released)) == {"AM2"}


@pytest.mark.parametrize(("days", "gone"), [(364, 0), (365, 2)])
def test_links_are_forgotten_a_year_after_the_release(released, client, days, gone):
    opened = address(released)
    with released.database.transaction() as session:
        expired = erasure.apply_retention(session, Retention(), NOW + timedelta(days=days))
    assert expired.reports == gone
    assert client.get(opened).status_code == (404 if gone else 200)


def test_an_export_tells_that_a_report_was_mailed(released):
    with released.database.reading() as session:
        held = personal.held_about(session, erasure.find_person(session, "AM1"))
    assert held["report_mails"] == [{"cycle": "2026-Q4", "state": MailState.QUEUED, "error": ""}]


def test_a_corrected_address_ends_the_links_that_went_to_the_wrong_one(
    released, client, monkeypatch, capsys
):
    opened = address(released)
    open_cycle(released, key="2027-Q1")
    words = ["correct-address", "2027-Q1", "--rater", "AM1", "--email", "li.wen@example.com"]
    assert Commands(released, monkeypatch, capsys)("rater", *words).code == 0
    assert client.get(opened).status_code == 404
    assert sent_reports(released).queued == ["AM1"]
    assert set(report_mails(released)) == {"li.wen@example.com", "bao@example.com"}


def test_by_command(run, client, monkeypatch, capsys):
    released_cycle(run, client)
    commands = Commands(run, monkeypatch, capsys)
    send = ["report", "send", "--cycle", "2026-Q4"]
    assert commands(*send, "--dry-run").out == "2 mails would be queued.\n"
    assert commands(*send).out == "2 mails are queued. Next: surveyapp mail deliver\n"
    assert commands(*send, "--json").json == {
        "cycle": "2026-Q4", "dry_run": False, "queued": [], "sent_before": ["AM1", "AM2"],
        "without_address": [],
    }  # fmt: skip
    assert commands("mail", "deliver", "--json").json["sent"] == 2
    assert commands("report", "revoke", "--cycle", "2026-Q4").out.startswith("2 links lead nowhere")
    assert commands("report", "revoke", "--cycle", "2026-Q4", "--json").json["revoked"] == []
    acts = [event["action"] for event in commands("audit", "--json").json["events"]]
    assert acts.count("report send") == acts.count("report revoke") == 1
    commands.set(PUBLIC_BASE_URL="nowhere")
    assert commands(*send).code == 1


def test_the_page_is_served_by_a_fresh_process_too(released):
    app = create_app(runtime=released)
    readings._kept.clear()
    assert app.test_client().get(address(released)).status_code == 200


def test_all_mails_of_a_folder_hold_one_link_a_line(released):
    delivered(released)
    folder = Path(released.config.mail_url.removeprefix("folder:"))
    for path in folder.glob("*.eml"):
        lines = path.read_text("utf-8").splitlines()
        assert len([line for line in lines if re.fullmatch(r"https://\S+/m/[\w-]{43}", line)]) == 1


def test_the_report_of_a_bounced_address_is_given_up(released, monkeypatch, capsys, tmp_path):
    mail = report_mails(released)["li@example.com"]
    identity = mail["Message-ID"].strip("<>").partition("@")[0]
    report = HARD["postfix"].replace("{id}", identity)
    (tmp_path / "bounce.eml").write_text(report, "utf-8")
    commands = Commands(released, monkeypatch, capsys)
    told = commands("mail", "bounces", tmp_path / "bounce.eml", "--json").json
    assert [row["email"] for row in told["stopped"]] == ["li@example.com"]
    assert links(released)["AM1"][2] == MailState.FAILED
    with released.database.reading() as session:
        assert find_cycle(session, "2026-Q4").released_at is not None
