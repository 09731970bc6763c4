"""More time, another link, another address for one rater; never a word on how far they are."""

from dataclasses import replace
from datetime import timedelta

import pytest

from surveyapp import create_app
from surveyapp.errors import NotFound, Refused
from surveyapp.outbox import deliver, waiting_mails
from surveyapp.services import cycles
from surveyapp.services.privacy import erasure
from surveyapp.services.responses import GRACE
from surveyapp.services.running import raters
from surveyapp.steps import close_and_destroy
from tests.commands import Commands
from tests.dumps import dump
from tests.factories import delivered, fields, open_cycle, submit, token_of
from tests.people import NOW

CLOSES = NOW + timedelta(days=9)
UNTIL = CLOSES + timedelta(days=3)


@pytest.fixture
def opened(run):
    open_cycle(run, closes_at=CLOSES)
    delivered(run)
    return run


@pytest.fixture
def cli(sqlite_run, monkeypatch, capsys):
    open_cycle(sqlite_run, closes_at=CLOSES)
    delivered(sqlite_run)
    return Commands(sqlite_run, monkeypatch, capsys)


def for_rater(run, rater, change):
    with run.database.transaction() as session:
        invitation = raters.find_rater(session, cycles.find_cycle(session, "2026-Q4"), rater)
        change(session, invitation, run.keys.load(invitation.cycle_id).link_key)


def correct(run, rater, address):
    with run.database.transaction() as session:
        invitation = raters.find_rater(session, cycles.find_cycle(session, "2026-Q4"), rater)
        keys = {c.id: run.keys.load(c.id).link_key for c in cycles.open_cycles(session)}
        raters.correct_address(session, invitation, address, keys)


def extend(run, rater="P1", until=UNTIL):
    for_rater(run, rater, lambda _, invitation, __: raters.extend(invitation, until, NOW))


def renew(run, rater="P1"):
    for_rater(run, rater, raters.new_link)


def status(run, rater, at_time):
    """What the form answers to a GET, and to an empty submission (422: a full one counts)."""
    later = replace(run, config=replace(run.config, test_now=at_time))
    client = create_app(runtime=later).test_client()
    address = f"/r/{token_of(run, rater)}/1"
    read = client.get(address).status_code
    return read, client.post(address, data={"action": "submit"}).status_code


def save(client, token, number=1):
    page = client.get(f"/r/{token}/{number}").get_data(as_text=True)
    data = fields(page) | {"item-quick": "2", "action": "save"}
    assert client.post(f"/r/{token}/{number}", data=data).status_code == 200


def test_only_the_rater_with_more_time_may_answer_later_and_to_the_second(opened):
    extend(opened)
    after, end = CLOSES + GRACE + timedelta(seconds=1), UNTIL + GRACE
    assert status(opened, "P2", after) == (410, 410)
    assert status(opened, "P1", after) == (200, 422)
    assert status(opened, "P1", end) == (200, 422)
    assert status(opened, "P1", end + timedelta(microseconds=1)) == (410, 410)


def test_page_and_mail_name_their_own_deadline(opened, client):
    extend(opened)
    renew(opened)
    mail = next(m for m in delivered(opened) if m["Subject"].startswith("Your personal link"))
    own, theirs = "4 December 2026", "1 December 2026"
    assert own in mail.get_body(("plain",)).get_content()
    assert own in client.get(f"/r/{token_of(opened, 'P1')}").get_data(as_text=True)
    assert theirs in client.get(f"/r/{token_of(opened, 'P3')}").get_data(as_text=True)


def test_after_the_closing_day_mails_still_go_to_whoever_has_more_time(opened, at):
    extend(opened)
    renew(opened, "P1")
    renew(opened, "P2")
    later = at(opened, CLOSES + timedelta(hours=1))
    assert len(waiting_mails(later)) == 1


def test_a_cycle_is_not_closed_over_a_promise_by_accident(opened, at):
    extend(opened)
    with pytest.raises(Refused, match="--despite-extensions"):
        close_and_destroy(at(opened, CLOSES + timedelta(hours=1)), "2026-Q4")
    assert status(opened, "P1", NOW) == (200, 422)
    assert close_and_destroy(at(opened, UNTIL), "2026-Q4")


def test_a_cycle_can_be_closed_in_spite_of_an_extension(opened):
    extend(opened)
    assert close_and_destroy(opened, "2026-Q4", despite_extensions=True)


@pytest.mark.parametrize("until", [NOW - timedelta(1), CLOSES - timedelta(1), CLOSES])
def test_an_extension_that_is_none_is_refused(opened, until):
    with pytest.raises(Refused, match="later than now and than the closing day"):
        extend(opened, until=until)


def test_a_cycle_without_a_closing_day_has_nothing_to_extend(run):
    open_cycle(run)
    with pytest.raises(Refused, match="no closing day"):
        extend(run)


def test_a_new_link_makes_the_old_one_unknown_and_its_drafts_go(opened, client):
    old = token_of(opened, "P1")
    save(client, old)
    submit(client, old, 2)
    renew(opened)
    assert [client.get(f"/r/{old}{rest}").status_code for rest in ("", "/1", "/mail")] == [404] * 3
    assert dump(opened)["draft"] == []
    new = token_of(opened, "P1")
    assert new != old
    assert "checked" not in client.get(f"/r/{new}/1").get_data(as_text=True)
    assert client.get(f"/r/{new}/2").get_data(as_text=True).count("data-state=") == 1  # still in
    assert len(delivered(opened)) == 13


def test_a_new_link_leaves_the_drafts_of_others_alone(opened, client):
    save(client, token_of(opened, "P2"))
    renew(opened, "P1")
    assert len(dump(opened)["draft"]) == 1


def test_a_corrected_address_gets_the_mail_and_the_wrong_one_a_dead_link(opened, client):
    old = token_of(opened, "P1")
    correct(opened, "P1", "new@example.com")
    mails = [m for m in delivered(opened) if m["To"].addresses[0].addr_spec == "new@example.com"]
    assert len(mails) == 1
    assert token_of(opened, "P1") in mails[0].get_body(("plain",)).get_content()
    assert client.get(f"/r/{old}").status_code == 404


def test_the_wrong_address_has_dead_links_of_all_open_cycles(cli, sqlite_run, browser):
    for key in ("2027-Q1", "2027-Q2", "2027-Q3"):
        open_cycle(sqlite_run, key=key)
    delivered(sqlite_run)
    close_and_destroy(sqlite_run, "2027-Q3")
    tokens = [token_of(sqlite_run, "P1", key) for key in ("2026-Q4", "2027-Q1", "2027-Q2")]
    words = ("rater", "correct-address", "2027-Q1", "--rater", "P1", "--email", "new@example.com")
    assert cli(*words, "--json").json["also_renewed"] == ["2026-Q4", "2027-Q2"]
    assert [browser.get(f"/r/{token}").status_code for token in tokens] == [404] * 3
    mails = [m["To"].addresses[0].addr_spec for m in delivered(sqlite_run)]
    assert mails.count("new@example.com") == 3
    assert "The same in 2026-Q4, 2027-Q2." in cli(*words).out


def test_nothing_is_changed_where_a_key_of_another_open_cycle_is_missing(cli, sqlite_run):
    open_cycle(sqlite_run, key="2027-Q1")
    with sqlite_run.database.reading() as session:
        other = cycles.find_cycle(session, "2027-Q1").id
    (sqlite_run.config.key_dir / f"{other}.key").unlink()
    before = dump(sqlite_run)
    words = ("correct-address", "2026-Q4", "--rater", "P1", "--email", "new@example.com")
    assert cli("rater", *words).code == 3
    assert dump(sqlite_run) == before


def test_an_erased_rater_gets_no_link(opened, client):
    old = token_of(opened, "P1")
    with opened.database.transaction() as session:
        person = erasure.find_person(session, "P1")
        word = erasure.erase(session, person, with_results=False, force=True)
    with pytest.raises(Refused, match="was erased"):
        renew(opened, word)
    assert client.get(f"/r/{old}").status_code == 404


@pytest.mark.parametrize(
    "address", ["", "p1", "a@b@c.example", "P2@example.com", "x" * 260 + "@example.com"]
)
def test_an_address_that_cannot_be_used_is_refused(opened, address):
    before = dump(opened)
    with pytest.raises(Refused):
        correct(opened, "P1", address)
    assert dump(opened) == before


def test_an_unknown_rater_and_a_closed_cycle_are_refused(opened):
    with pytest.raises(NotFound, match='"AM9"'):
        renew(opened, "AM9")
    with opened.database.transaction() as session:
        closed = cycles.find_cycle(session, "2026-Q4")
        closed.closed_at = NOW
        with pytest.raises(Refused, match="open"):
            raters.find_rater(session, closed, "P1")


COMMANDS = [
    ("extend", "--until", "2026-12-04"),
    ("new-link",),
    ("correct-address", "--email", "right@example.com"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("as_json", [(), ("--json",)])
def test_no_command_tells_whether_the_rater_has_answered(cli, sqlite_run, browser, words, as_json):
    name, *rest = words
    save(browser, token_of(sqlite_run, "P2"))
    submit(browser, token_of(sqlite_run, "C1"))
    said = []
    for turn, rater in enumerate(("P1", "P2", "C1")):  # untouched, half done, finished
        own = [word.replace("right", f"right{turn}") for word in rest]
        outcome = cli("rater", name, "2026-Q4", "--rater", rater, *own, *as_json)
        assert outcome.code == 0
        said.append(outcome.out.replace(rater, "ID").replace(f"right{turn}", "right"))
        if name != "extend":
            before = len(delivered(sqlite_run))
            assert before == 12 + turn + 1  # and the mail goes to all of them
    assert len(set(said)) == 1


@pytest.fixture
def browser(sqlite_run):
    return create_app(runtime=sqlite_run).test_client()


def test_the_words_say_what_a_new_link_costs(cli):
    said = cli("rater", "new-link", "2026-Q4", "--rater", "P1").out
    assert "what was saved under it and not submitted is gone" in said
    assert "Next: surveyapp mail deliver" in said


def test_a_given_up_mail_goes_to_the_corrected_address_as_an_invitation(run):
    open_cycle(run)
    with run.database.transaction() as session:
        rater = raters.find_rater(session, cycles.find_cycle(session, "2026-Q4"), "P1")
        rater.rater.email = "(broken"
    assert deliver(run, waiting_mails(run), lambda _: None).failed == 1
    correct(run, "P1", "p1@example.com")
    assert deliver(run, waiting_mails(run), lambda _: None).sent == 1
    mail = next(m for m in delivered(run) if m["To"].addresses[0].addr_spec == "p1@example.com")
    assert mail["Subject"] == "Your feedback is asked for: 2026 Q4"
