"""A draft can still be changed, an open cycle only be extended."""

from dataclasses import replace
from datetime import timedelta

import pytest

from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp import create_app
from surveyapp.errors import Refused
from surveyapp.services import cycles
from surveyapp.services.cycles import find_cycle
from surveyapp.services.drafts.settings import (
    allow_nominations,
    change_settings,
    extend_cycle,
    settings_of,
)
from surveyapp.services.running import raters
from tests.dumps import dump
from tests.factories import delivered, draft_cycle, open_cycle, submit, token_of
from tests.people import NOW

DAY = timedelta(days=1)


def changed(run, **values):
    with run.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        change_settings(session, cycle, replace(settings_of(session, cycle), **values), NOW)
    return settings(run)


def settings(run):
    with run.database.reading() as session:
        return settings_of(session, find_cycle(session, "2026-Q4"))


def extended(run, until, now=NOW, **options):
    with run.database.transaction() as session:
        extend_cycle(session, find_cycle(session, "2026-Q4"), until, now, **options)


def test_what_is_not_named_stays(run):
    draft_cycle(run, closes_at=NOW + 30 * DAY, remind_at=[NOW + DAY])
    before = settings(run)
    assert changed(run, title="Winter") == replace(before, title="Winter")


@pytest.mark.parametrize(
    "values",
    [
        {"opens_at": NOW + DAY, "closes_at": NOW + 9 * DAY, "remind_at": (NOW + 2 * DAY,)},
        {"closes_at": None, "remind_at": ()},
        {"remind_at": (NOW + 2 * DAY, NOW + 4 * DAY)},
        {"policy": Policy(threshold=5, comment_threshold=8, customers="named")},
        {"policy": Policy(supervisor_reads=True)},
        {"nominations": {Relation.PEER: (3, 8), Relation.CUSTOMER: (0, 10)}},
    ],
)
def test_dates_reminders_policy_and_nominations_can_be_changed(run, values):
    draft_cycle(run, closes_at=NOW + 30 * DAY, remind_at=[NOW + DAY, NOW + 2 * DAY])
    before = settings(run)
    assert changed(run, **values) == replace(before, **values)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"title": "a\nb"}, "one line"),
        ({"closes_at": NOW}, "closing day is over"),
        ({"opens_at": NOW + 3 * DAY, "closes_at": NOW + DAY}, "close before it opens"),
        ({"remind_at": (NOW + 40 * DAY,)}, "outside the time for answers"),
        ({"nominations": {Relation.SELF: (1, 2)}}, "SELF cannot be nominated"),
        ({"nominations": {Relation.PEER: (3, 2)}}, "PEER=3-2 makes no sense"),
        ({"nominations": {Relation.PEER: (0, 0)}}, "PEER=0-0 makes no sense"),
        ({"nominations": {Relation.PEER: (0, 51)}}, "up to 50"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_changes(run, values, said):
    draft_cycle(run, closes_at=NOW + 30 * DAY)
    before = dump(run)
    with pytest.raises(Refused, match=said):
        changed(run, **values)
    assert dump(run) == before


def test_an_open_cycle_keeps_its_settings(run):
    open_cycle(run)
    with pytest.raises(Refused, match="this needs a cycle that is draft"):
        changed(run, title="Other")


def test_all_raters_may_be_given_more_time_and_mails_name_the_day(run):
    open_cycle(run, closes_at=NOW + DAY)
    extended(run, NOW + 9 * DAY)
    with run.database.reading() as session:
        assert find_cycle(session, "2026-Q4").closes_at == NOW + 9 * DAY
    text = delivered(run)[0].get_body(("plain",)).get_content()
    assert "2026年12月1日" in text or "1 December 2026" in text or "December 1, 2026" in text


def test_after_an_extension_forms_are_taken_again(run, at):
    open_cycle(run, closes_at=NOW + DAY)
    browser = create_app(runtime=at(run, NOW + 2 * DAY)).test_client()
    assert browser.get(f"/r/{token_of(run, 'C1')}/1").status_code == 410
    extended(run, NOW + 9 * DAY, now=NOW + 2 * DAY)
    assert submit(browser, token_of(run, "C1")).status_code == 200


def test_an_extension_may_plan_more_reminders(run):
    open_cycle(run, closes_at=NOW + 5 * DAY, remind_at=[NOW + DAY])
    extended(run, NOW + 9 * DAY, remind_at=(NOW + DAY, NOW + 7 * DAY))
    assert settings(run).remind_at == (NOW + DAY, NOW + 7 * DAY)


@pytest.mark.parametrize(
    ("until", "options", "said"),
    [
        (NOW + DAY, {}, "later than now and than 2026-11-23"),
        (NOW, {}, "later than now"),
        (NOW + 3 * DAY, {"now": NOW + 4 * DAY}, "later than now"),
        (NOW + 9 * DAY, {"remind_at": (NOW - DAY,)}, "lies behind us"),
        (NOW + 9 * DAY, {"remind_at": (NOW + 10 * DAY,)}, "outside the time for answers"),
    ],
)
def test_an_extension_that_makes_no_sense_is_refused(run, until, options, said):
    open_cycle(run, closes_at=NOW + DAY)
    with pytest.raises(Refused, match=said):
        extended(run, until, **options)


def test_a_cycle_without_a_closing_day_and_a_draft_are_not_extended(run):
    draft_cycle(run)
    with pytest.raises(Refused, match="this needs a cycle that is open"):
        extended(run, NOW + DAY)
    open_cycle(run, key="2027-Q1")
    with run.database.transaction() as session, pytest.raises(Refused, match="nothing to extend"):
        extend_cycle(session, find_cycle(session, "2027-Q1"), NOW + DAY, NOW)


def bands(run, now):
    with run.database.reading() as session:
        return cycles.status(session, find_cycle(session, "2026-Q4"), now)


def test_an_extension_never_tells_what_a_single_late_rater_did(run, client):
    """Before it and after it the bands are the same, whether or not that rater has answered."""
    open_cycle(run, closes_at=NOW + DAY)
    for rater in ("C1", "C2"):
        submit(client, token_of(run, rater))
    with run.database.transaction() as session:
        found = raters.find_rater(session, find_cycle(session, "2026-Q4"), "C3")
        raters.extend(found, NOW + 9 * DAY, NOW)
    submit(client, token_of(run, "C3"))
    with pytest.raises(Refused, match="extending for all would tell what they did"):
        extended(run, NOW + 12 * DAY, now=NOW + 2 * DAY)
    told = [row.answered for row in bands(run, NOW + 2 * DAY) if row.ready_cells is None]
    assert "told after the closing" in told


def test_before_the_closing_day_single_extensions_are_no_obstacle(run):
    open_cycle(run, closes_at=NOW + DAY)
    with run.database.transaction() as session:
        found = raters.find_rater(session, find_cycle(session, "2026-Q4"), "C3")
        raters.extend(found, NOW + 9 * DAY, NOW)
    extended(run, NOW + 5 * DAY)


def test_supervisors_read_reports_of_new_cycles_unless_one_says_otherwise(cli):
    def reads(*options):
        return cli("cycle", *options, "--json").json["policy"]["supervisor_reads"]

    new = ["--questionnaire", "account_manager_pulse"]
    for key, *options in (["a"], ["b", "--no-supervisor-reads"]):
        assert cli("cycle", "create", key, *new, *options).code == 0
    assert reads("edit", "a", "--title", "A") is True
    assert reads("edit", "b", "--title", "B") is False
    assert reads("edit", "a", "--no-supervisor-reads") is False
    assert reads("edit", "b", "--supervisor-reads") is True


def test_the_commands_edit_and_extend(cli, sqlite_run):
    draft_cycle(sqlite_run)
    assert cli("cycle", "edit", "2026-Q4").code == 2
    edit = ["cycle", "edit", "2026-Q4"]
    done = cli(
        *edit, "--title", "Winter", "--closes", "2026-12-31", "--remind", "2026-12-10",
        "--threshold", 4, "--nominate", "PEER=3-8", "--json",
    ).json  # fmt: skip
    assert (done["title"], done["closes_at"][:19]) == ("Winter", "2026-12-31T23:59:59")
    assert done["policy"]["threshold"] == 4
    assert settings(sqlite_run).nominations == {Relation.PEER: (3, 8)}
    assert cli(*edit, "--remind", "none", "--closes", "none", "--no-nominations").code == 0
    left = settings(sqlite_run)
    assert (left.remind_at, left.closes_at, left.nominations) == ((), None, {})
    assert cli(*edit, "--nominate", "SELF=1-2").code == 2
    assert cli(*edit, "--closes", "2026-12-31").code == 0
    assert cli("cycle", "open", "2026-Q4").code == 0
    assert "cycle remind 2026-Q4" in cli("cycle", "extend", "2026-Q4", "--closes", "2027-01-08").out
    assert cli(*edit, "--title", "Other").code == 1
    (event,) = [e for e in cli("audit", "--json").json["events"] if e["action"] == "cycle extend"]
    assert "2027-01-08" in str(event["details"])


def test_a_cycle_is_created_with_nominations(cli, sqlite_run):
    create = ["cycle", "create", "2026-Q4", "--questionnaire", "account_manager_pulse"]
    assert cli(*create, "--nominate", "CUSTOMER=3-10").code == 0
    assert settings(sqlite_run).nominations == {Relation.CUSTOMER: (3, 10)}


def test_nominations_can_be_allowed_and_forbidden(run):
    draft_cycle(run)
    with run.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        allow_nominations(session, cycle, {Relation.PEER: (3, 8)})
        allow_nominations(session, cycle, {})
    assert settings(run).nominations == {}
