"""Erasing, exporting and forgetting people: completely, once, and without touching the others."""

import json
import re
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from surveyapp.config import Retention, from_environment
from surveyapp.errors import NotFound, Refused
from surveyapp.models import Invitation, Person, RecoveryCode, Response
from surveyapp.person_steps import IDENTITY_TABLES
from surveyapp.services import audit
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.invitations import renew
from surveyapp.services.people import import_roster
from surveyapp.services.privacy import erasure
from surveyapp.services.privacy.personal import held_about
from surveyapp.services.releases import released_data
from surveyapp.services.results import actions
from surveyapp.services.rosters.roster import read_roster
from surveyapp.steps import close_and_destroy, release
from tests.commands import Commands
from tests.counting import statements
from tests.dumps import bytes_on_disk, dump
from tests.factories import (
    closed_cycle,
    delivered,
    draft_cycle,
    fields,
    open_cycle,
    ratee_id,
    submit,
    token_of,
)
from tests.people import NOW, ROSTER
from tests.signing_in import member, post, signed_in


def erase(run, identity, *, with_results=False, force=False):
    with run.database.transaction() as session:
        person = erasure.find_person(session, identity)
        return erasure.erase(session, person, with_results=with_results, force=force)


def forget(run, now, rule=None):
    with run.database.transaction() as session:
        return erasure.apply_retention(session, rule or Retention(), now)


def export(run, identity):
    with run.database.reading() as session:
        return held_about(session, erasure.find_person(session, identity))


def digests(run):
    with run.database.reading() as session:
        return set(session.scalars(select(Invitation.token_digest)))


def everything(run):
    return repr(dump(run))


@pytest.fixture
def released(run, client):
    closed_cycle(run, client, text="kind words")
    release(run, "2026-Q4")


def results(run):
    with run.database.reading() as session:
        return released_data(session, find_cycle(session, "2026-Q4"), "")


@pytest.mark.parametrize("with_results", [True, False])
def test_what_was_agreed_with_somebody_is_exported_and_goes_with_them(run, released, with_results):
    with run.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        person = erasure.find_person(session, "AM1")
        actions.agree(session, cycle, person.id, "Call more often", date(2027, 1, 31))
    assert export(run, "AM1")["agreed_actions"] == [
        {"cycle": "2026-Q4", "text": "Call more often", "due_on": "2027-01-31", "done": False}
    ]
    erase(run, "AM1", with_results=with_results)
    assert "Call more often" not in everything(run)


@pytest.mark.parametrize("identity", ["P3", "C1", "B1", "AM1"])
def test_nothing_that_names_the_person_is_left_in_the_database(run, released, identity):
    with run.database.reading() as session:
        person = erasure.find_person(session, identity)
        name, email = person.name, person.email
    assert name in everything(run)
    word = erase(run, identity)
    assert word.startswith("erased-")
    for said in (name, email, f"'{identity}'"):
        assert said not in everything(run)
    with pytest.raises(NotFound):
        erase(run, identity)


@pytest.fixture
def logged(run, client, monkeypatch, capsys):
    """Raters of Bao Yu proposed and decided on, by command and by everybody's page."""
    draft_cycle(run)
    command = Commands(run, monkeypatch, capsys)
    who = ("2026-Q4", "--ratee", "AM2", "--rater", "P3")
    command("cycle", "edit", "2026-Q4", "--nominate", "PEER=0-8")
    for act in (("propose", *who, "--relation", "PEER"), ("approve", *who), ("decline", *who)):
        assert command("nomination", *act).code == 0
    signed_in(client, "manager", person="AM2")
    own = f"/my/cycles/2026-Q4/{ratee_id(run, 'AM2')}/raters"
    new = {"email": "p3@example.com", "name": "New", "relation": "PEER", "language": "en"}
    post(client, own, action="propose", **new)
    signed_in(client, "supervisor")
    post(client, f"/my/team/2026-Q4/{ratee_id(run, 'AM2')}", action="approve", rater="P3")
    signed_in(client)
    here = "/admin/cycles/2026-Q4/nominations"
    post(client, here, action="decline", ratee="AM2", rater="P3")


def test_the_log_tells_no_more_of_whom_something_was_done(run, logged):
    assert told_of(run) == ["AM2"] * 6
    word = erase(run, "AM2")
    assert told_of(run) == [word] * 6
    assert "AM2" not in repr(dump(run)["audit_event"])


@pytest.mark.parametrize("action", ["agree", "mark", "take-out"])
def test_the_log_of_agreed_actions_names_nobody_for_good(run, client, released, action):
    with run.database.transaction() as session:
        who = erasure.find_person(session, "AM1").id
        actions.agree(session, find_cycle(session, "2026-Q4"), who, "Call", None)
        (one,) = actions.of_ratee(session, who)
    signed_in(client, "supervisor")
    more = {"text": "Write", "which": one.id, "done": "yes", "typed": "AM1"}
    reply = post(client, f"/my/team/2026-Q4/{who}", action=action, **more)
    assert (reply.status_code, told_of(run)) == (303, ["AM1"])
    assert "AM1" not in repr(dump(run)["audit_event"])


def told_of(run):
    with run.database.reading() as session:
        return [one.details["ratee"] for one in audit.events(session) if "ratee" in one.details]


def test_every_table_that_an_erasure_touches_is_rewritten(run, released):
    made = member(run, "manager")
    with run.database.transaction() as session:
        person = erasure.find_person(session, "AM1")
        session.add(RecoveryCode(account_id=made.id, code_digest=b"d" * 32))
        actions.agree(session, find_cycle(session, "2026-Q4"), person.id, "Call", None)
    with statements(run) as sent:
        erase(run, "AM1", with_results=True)
    touched = {re.match(r"(?:DELETE FROM|UPDATE) (\w+)", one) for one in sent} - {None}
    assert {one[1] for one in touched} - {"cycle"} <= set(IDENTITY_TABLES)


def test_the_bytes_are_gone_too(sqlite_run, monkeypatch, capsys):
    open_cycle(sqlite_run)
    close_and_destroy(sqlite_run, "2026-Q4")
    assert b"c2@harbour.example" in bytes_on_disk(sqlite_run)
    assert Commands(sqlite_run, monkeypatch, capsys)("person", "erase", "C2").code == 0
    assert b"c2@harbour.example" not in bytes_on_disk(sqlite_run)


def test_a_rater_who_is_erased_changes_no_result(run, released):
    before = results(run)
    erase(run, "P3")
    erase(run, "B1")
    after = results(run)
    assert repr(after) == repr(before)


def test_counts_of_assignments_stay(run, released):
    before = len(dump(run)["assignment"])
    erase(run, "P3")
    assert len(dump(run)["assignment"]) == before == 17


def test_the_results_of_a_ratee_are_kept_without_the_name(run, released):
    word = erase(run, "AM1")
    assert word in {ratee.name for data in results(run) for ratee in data.ratees}
    assert {group.ratee for data in results(run) for group in data.groups} == {word, "AM2"}


def test_with_results_everything_about_the_ratee_goes_and_the_others_stay_readable(run, released):
    kept = [g for data in results(run) for g in data.groups if g.ratee == "AM2"]
    erase(run, "AM1", with_results=True)
    assert [g for data in results(run) for g in data.groups] == kept
    assert {ratee.id for data in results(run) for ratee in data.ratees} == {"AM2"}


def test_results_that_were_changed_before_do_not_become_genuine_by_an_erasure(run, released):
    with run.database.transaction() as session:
        one = session.scalars(select(Response.id)).first()
        session.execute(delete(Response).where(Response.id == one))
    erase(run, "AM1", with_results=True)
    with pytest.raises(Refused, match="not those that were released"):
        results(run)


def test_erasing_again_by_the_new_word_drops_what_was_kept(run, released):
    word = erase(run, "AM1")
    before = dump(run)
    assert erase(run, word) == word
    assert dump(run) == before
    erase(run, word, with_results=True)
    assert {ratee.id for data in results(run) for ratee in data.ratees} == {"AM2"}


@pytest.mark.parametrize("identity", ["C1", "AM1"])
def test_while_a_cycle_is_open_it_is_refused_and_explained(run, identity):
    open_cycle(run)
    before = dump(run)
    with pytest.raises(Refused, match=r"2026-Q4, which is open.*--force"):
        erase(run, identity)
    assert dump(run) == before


def test_by_force_nobody_is_asked_any_more_and_the_closing_counts_right(run, client):
    open_cycle(run)
    token = token_of(run, "C1")
    for rater in ("C2", "C3"):
        submit(client, token_of(run, rater))
    submit(client, token)
    page = fields(client.get(f"/r/{token_of(run, 'C4')}/2").get_data(as_text=True))
    client.post(f"/r/{token_of(run, 'C4')}/2", data=page | {"action": "save", "open-wish": "x"})
    erase(run, "C1", force=True)
    erase(run, "AM1", force=True)
    assert client.get(f"/r/{token}").status_code == 404
    assert dump(run)["draft"] == []
    assert {mail["To"].addresses[0].addr_spec for mail in delivered(run)}.isdisjoint(
        {"c1@harbour.example", "li@example.com", "c2@harbour.example", "p3@example.com"}
    )
    close_and_destroy(run, "2026-Q4")
    answered = [row for row in dump(run)["response_group"] if "CUSTOMER" in row]
    assert 3 in [row[-1] for row in answered]


def test_somebody_in_a_draft_roster_can_be_erased(run):
    draft_cycle(run)
    erase(run, "P1")
    assert "Peer One" not in everything(run)


def test_an_export_holds_identity_roles_mails_and_own_attributed_answers(run, released):
    held = export(run, "B1")
    assert held["person"]["name"] == "Boss Sun"
    assert {row["relation"] for row in held["is_asked_to_rate"]} == {"SUPERVISOR"}
    assert held["mails"] == [{"cycle": "2026-Q4", "state": "queued", "error": ""}]
    own = held["own_attributed_answers"]
    assert {row["ratee"] for row in own} == {"AM1", "AM2"}
    assert [row["text"] for row in own if "text" in row] == ["kind words"] * 2
    assert export(run, "AM1")["is_rated_in"] == [{"cycle": "2026-Q4", "position": "key"}]


def test_an_export_never_holds_anonymous_answers(run, released):
    assert export(run, "P1")["own_attributed_answers"] == []


def test_an_export_is_the_same_whether_somebody_has_answered_or_not(run, client):
    open_cycle(run)
    before = export(run, "C1")
    submit(client, token_of(run, "C1"))
    assert export(run, "C1") == before


def test_attributed_answers_are_not_in_an_export_before_the_release(run, client):
    closed_cycle(run, client)
    assert export(run, "B1")["own_attributed_answers"] == []


def test_links_go_after_thirty_days_and_raters_after_a_year(run, client, released):
    assert forget(run, NOW + timedelta(days=29)) == erasure.Expired(0, 0)
    before = digests(run)
    assert forget(run, NOW + timedelta(days=30)) == erasure.Expired(12, 0)
    assert digests(run).isdisjoint(before)
    assert forget(run, NOW + timedelta(days=364)) == erasure.Expired(0, 0)
    assert forget(run, NOW + timedelta(days=365)) == erasure.Expired(0, 10)
    with run.database.reading() as session:
        kept = set(session.scalars(select(Person.external_id)))
    assert {word for word in kept if not word.startswith("erased-")} == {"AM1", "AM2"}
    before = dump(run)
    assert forget(run, NOW + timedelta(days=400)) == erasure.Expired(0, 0)
    assert dump(run) == before


def test_a_rater_who_is_in_a_later_cycle_stays(run, client, released):
    open_cycle(run, key="2027-Q4")
    assert forget(run, NOW + timedelta(days=365)).raters == 0


@pytest.mark.parametrize(("days", "raters"), [(364, 0), (365, 10)])
def test_raters_are_forgotten_though_the_results_they_made_are_gone(run, released, days, raters):
    erase(run, "AM1", with_results=True)
    erase(run, "AM2", with_results=True)
    assert dump(run)["assignment"] == []
    assert forget(run, NOW + timedelta(days=days)).raters == raters


def test_whoever_a_new_roster_leaves_out_of_the_only_cycle_is_forgotten(run):
    draft_cycle(run)
    left = "\n".join(r for r in ROSTER.splitlines() if not r.startswith(("C1,", "C2,")))
    with run.database.transaction() as session:
        import_roster(session, find_cycle(session, "2026-Q4"), read_roster(left.encode()))
    assert "Customer Two" in everything(run)
    assert forget(run, NOW).raters == 2
    assert "Customer Two" not in everything(run)


def test_no_link_of_before_comes_back_after_an_erasure(run, client):
    open_cycle(run)
    old = token_of(run, "C1")
    word = erase(run, "C1", force=True)
    with run.database.transaction() as session:
        wanted = select(Invitation).join(Person, Person.id == Invitation.rater_id)
        invitation = session.scalars(wanted.where(Person.external_id == word)).one()
        renew(session, invitation, run.keys.load(invitation.cycle_id).link_key)
    assert client.get(f"/r/{old}").status_code == 404


def test_files_that_could_not_be_rewritten_are_by_the_next_retention(
    sqlite_run, monkeypatch, capsys
):
    open_cycle(sqlite_run)
    close_and_destroy(sqlite_run, "2026-Q4")
    commands = Commands(sqlite_run, monkeypatch, capsys)
    with sqlite_run.database.reading() as session:
        session.scalars(select(Person.id)).first()  # a reader holds the journal
        outcome = commands("person", "erase", "C2")
    assert outcome.code == 3
    assert "Rewrite them with: surveyapp retention run" in outcome.err
    assert b"c2@harbour.example" in bytes_on_disk(sqlite_run)
    assert commands("retention", "run", "--dry-run").code == 0
    assert b"c2@harbour.example" in bytes_on_disk(sqlite_run)
    assert commands("retention", "run").code == 0
    assert b"c2@harbour.example" not in bytes_on_disk(sqlite_run)


def test_the_rule_comes_from_the_environment():
    def rule(text):
        return from_environment({"SURVEYAPP_RETENTION_DAYS": text}).retention

    assert rule("") == Retention(links=30, raters=365)
    assert rule("raters=90") == Retention(links=30, raters=90)
    assert rule("links=7, raters=30") == Retention(links=7, raters=30)
    for nonsense in ("30", "links=x", "links=-1", "other=3", "links=1=2"):
        with pytest.raises(Refused, match="links=30,raters=365"):
            rule(nonsense)


def test_by_command(run, client, released, monkeypatch, capsys):
    commands = Commands(run, monkeypatch, capsys)
    assert commands("person", "export", "B1", "--json").json["person"]["id"] == "B1"
    assert json.loads(commands("person", "export", "C1").out)["person"]["account"] == "Harbour"
    assert commands("person", "export", "nobody").code == 1
    commands.set(TEST_NOW=NOW + timedelta(days=400))
    before = dump(run)
    tried = commands("retention", "run", "--dry-run", "--json").json
    assert tried == {"links": 12, "raters": 10, "reports": 0, "dry_run": True}
    assert dump(run) == before
    assert "Forgot 12 links" in commands("retention", "run").out
    assert commands("retention", "run", "--json").json["raters"] == 0
    assert commands("person", "erase", "AM2", "--with-results", "--json").code == 0
    events = commands("audit", "--json").json["events"]
    assert {event["action"] for event in events} >= {Act.EXPORT, Act.ERASE, Act.RETENTION}
    assert "AM2" not in json.dumps(events)
