"""The next cycle, or a pilot, begins as a copy of one there was."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

import questionnaires
from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp import tokens
from surveyapp.errors import Refused
from surveyapp.mail import MailWords
from surveyapp.models import MailKind, StoppedAddress
from surveyapp.services.cycles import create_cycle, find_cycle
from surveyapp.services.drafts import copies
from surveyapp.services.drafts.copies import Dates, chosen_ratees, copy_cycle, dates_of, shifted
from surveyapp.services.drafts.settings import allow_nominations, nominations_of
from surveyapp.services.mails.mailwords import set_words, words_of
from surveyapp.services.privacy.erasure import erase, find_person
from surveyapp.services.rosters.rosterplans import roster_of
from tests.dumps import dump
from tests.factories import draft_cycle, open_cycle, released_cycle
from tests.people import HEADER, NOW, ROSTER, TINY

SHANGHAI = ZoneInfo("Asia/Shanghai")
NO_DATES = Dates(None, None)


def at(text, zone=SHANGHAI):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def copied(run, key="2027-Q1", dates=NO_DATES, **options):
    with run.database.transaction() as session:
        return copy_cycle(session, find_cycle(session, "2026-Q4"), key, dates, **options)


def roster(run, key):
    with run.database.reading() as session:
        return roster_of(session, find_cycle(session, key))


def test_a_copy_has_the_roster_the_policy_and_the_questionnaires(run):
    policy = Policy(threshold=4, customers="named")
    questionnaire = draft_cycle(run, policy=policy)
    change = copied(run).change
    assert (change.ratees, change.raters, change.people_added) == (2, 12, 0)
    assert roster(run, "2027-Q1") == roster(run, "2026-Q4")
    with run.database.reading() as session:
        cycle = find_cycle(session, "2027-Q1")
        assert Policy.model_validate(cycle.policy) == policy
        assert cycle.title == "2027-Q1"
        (taken,) = cycle.questionnaires
        assert taken.questionnaire_hash == questionnaire.content_hash


def test_a_copy_has_the_words_of_its_mails(run):
    draft_cycle(run)
    words = MailWords("Your view, please", "Dear {name}", "")
    with run.database.transaction() as session:
        set_words(session, find_cycle(session, "2026-Q4"), MailKind.REMINDER, "en", words)
    copied(run)
    with run.database.reading() as session:
        cycle = find_cycle(session, "2027-Q1")
        assert words_of(session, cycle, MailKind.REMINDER, "en") == words
        assert words_of(session, cycle, MailKind.INVITATION, "en") == MailWords()


def test_a_copy_of_a_released_cycle_has_nothing_of_its_answers(run, client):
    released_cycle(run, client)
    before = dump(run)
    copied(run)
    after = dump(run)
    for table in ("response", "comment", "response_group", "invitation", "ballot"):
        assert after[table] == before[table]
    with run.database.reading() as session:
        assert find_cycle(session, "2027-Q1").state == "draft"


def test_nomination_rules_come_along(run):
    draft_cycle(run)
    with run.database.transaction() as session:
        allow_nominations(session, find_cycle(session, "2026-Q4"), {Relation.PEER: (3, 8)})
    copied(run)
    with run.database.reading() as session:
        assert nominations_of(session, find_cycle(session, "2027-Q1")) == {Relation.PEER: (3, 8)}


def test_other_questionnaires_may_take_their_place(run):
    draft_cycle(run)
    pulse = questionnaires.load("account_manager_pulse")
    change = copied(run, questionnaires={"": pulse}).change
    assert change.not_asked == 8
    assert {r for _, _, r in roster(run, "2027-Q1").assignments} == {"SELF", "CUSTOMER"}


def test_raters_without_an_address_and_with_a_stopped_one_are_named(run):
    draft_cycle(run)
    with run.database.transaction() as session:
        digest = tokens.address_digest("p3@example.com")
        session.add(StoppedAddress(address_digest=digest, reason="no such mailbox"))
        find_person(session, "C1").email = ""
    assert {(one.id, one.reason) for one in copied(run).unreachable} == {
        ("P3", "no such mailbox"), ("C1", "no address"),
    }  # fmt: skip


@pytest.mark.parametrize(("person", "left"), [("P1", 15), ("AM2", 11)])
def test_people_who_were_erased_since_are_left_out_and_counted(run, person, left):
    open_cycle(run)
    with run.database.transaction() as session:
        erase(session, find_person(session, person), with_results=False, force=True)
    result = copied(run)
    assert result.erased == 1
    assert len(roster(run, "2027-Q1").assignments) == left
    assert not any(one.id.startswith("erased") for one in roster(run, "2027-Q1").people)


def test_a_cycle_without_a_roster_cannot_be_copied(run):
    with run.database.transaction() as session:
        pulse = questionnaires.load("account_manager_pulse")
        create_cycle(session, "2026-Q4", {"": pulse}, Policy())
    with pytest.raises(Refused, match="has no roster that could be copied"):
        copied(run)


@pytest.mark.parametrize(
    ("day", "later"),
    [
        ("2026-10-01", "2027-01-01"),
        ("2026-12-31", "2027-03-31"),
        ("2026-11-30", "2027-02-28"),
        ("2027-11-30", "2028-02-29"),
        ("2026-11-29", "2027-02-28"),
        ("2026-06-30", "2026-09-30"),
        ("2026-09-30", "2026-12-31"),
        ("2026-03-15", "2026-06-15"),
    ],
)
def test_a_quarter_later_is_the_same_day_and_a_last_day_stays_one(day, later):
    assert copies.a_quarter_later(date.fromisoformat(day)) == date.fromisoformat(later)


WINTER = Dates(
    at("2026-12-01"),
    at("2026-12-31T23:59:59"),
    (at("2026-12-10T09:00"), at("2026-12-20T09:00")),
)


def test_dates_come_a_quarter_later_at_the_same_time_of_the_day():
    assert shifted(WINTER, SHANGHAI, NOW) == Dates(
        at("2027-03-01"),
        at("2027-03-31T23:59:59"),
        (at("2027-03-10T09:00"), at("2027-03-20T09:00")),
    )


def test_the_clock_of_the_zone_counts_over_a_change_of_summer_time():
    zone = ZoneInfo("Europe/Berlin")
    dates = Dates(None, at("2027-01-31T18:00", zone))
    assert shifted(dates, zone, NOW).closes_at == datetime(2027, 4, 30, 16, tzinfo=UTC)


def test_with_another_closing_day_all_keep_their_distance_to_it():
    closes = at("2027-04-10T23:59:59")
    assert shifted(WINTER, SHANGHAI, NOW, closes_at=closes) == Dates(
        at("2027-03-11"), closes, (at("2027-03-20T09:00"), at("2027-03-30T09:00"))
    )


def test_reminders_outside_the_time_for_answers_are_left_out():
    opens, closes = at("2027-03-25"), at("2027-04-10T23:59:59")
    assert shifted(WINTER, SHANGHAI, NOW, opens, closes).remind_at == (at("2027-03-30T09:00"),)


def test_a_cycle_without_dates_gives_one_without():
    assert shifted(NO_DATES, SHANGHAI, NOW) == NO_DATES


def test_reminders_are_planned_in_the_copy(run):
    draft_cycle(
        run, opens_at=WINTER.opens_at, closes_at=WINTER.closes_at, remind_at=WINTER.remind_at
    )
    with run.database.transaction() as session:
        source = find_cycle(session, "2026-Q4")
        copy_cycle(session, source, "2027-Q1", shifted(dates_of(session, source), SHANGHAI, NOW))
        assert dates_of(session, find_cycle(session, "2027-Q1")).remind_at == (
            at("2027-03-10T09:00"), at("2027-03-20T09:00"),
        )  # fmt: skip


MANY = HEADER + "".join(
    f"M{n},Manager {n},m{n}@example.com,zh,{'key' if n < 20 else 'new'},,,,\n" for n in range(30)
)


def test_a_pilot_takes_managers_and_their_raters_only(run):
    draft_cycle(run)
    change = copied(run, "pilot", ratees={"AM2"}).change
    assert (change.ratees, change.raters) == (1, 6)
    people = {one.id: one.position for one in roster(run, "pilot").people}
    assert people == dict.fromkeys(["AM2", "B1", "P1", "P2", "C4", "C5"], "") | {"AM2": "key"}


def test_a_manager_of_a_pilot_who_also_rates_stays_the_manager_of_the_whole_cycle(run):
    draft_cycle(run, roster=ROSTER.replace("key,B1,P1|P2,,", "key,B1,P1|AM1,,"))
    copied(run, "pilot", ratees={"AM2"})
    with run.database.reading() as session:
        assert find_person(session, "AM1").position == "key"
    assert {one.id for one in roster(run, "pilot").ratees} == {"AM2"}


def test_a_share_is_drawn_of_each_position_and_is_the_same_every_time(run):
    draft_cycle(run, roster=MANY)
    everybody = roster(run, "2026-Q4")
    drawn = chosen_ratees(everybody, "pilot", share=0.2)
    assert sorted(int(one[1:]) < 20 for one in drawn) == [False] * 2 + [True] * 4
    assert chosen_ratees(everybody, "pilot", share=0.2) == drawn
    assert chosen_ratees(everybody, "another", share=0.2) != drawn
    assert len(chosen_ratees(everybody, "pilot", share=0.001)) == 2


def test_ids_and_positions_choose_too(run):
    draft_cycle(run, roster=MANY)
    everybody = roster(run, "2026-Q4")
    assert chosen_ratees(everybody, "p", ids=["M1", "M25"]) == {"M1", "M25"}
    assert len(chosen_ratees(everybody, "p", position="new")) == 10
    with pytest.raises(Refused, match="Nobody with the id M99 is rated there"):
        chosen_ratees(everybody, "p", ids=["M1", "M99"])
    with pytest.raises(Refused, match='has the position "old"; there are "key", "new"'):
        chosen_ratees(everybody, "p", position="old")


def test_the_second_cycle_takes_four_commands(cli, sqlite_run, tmp_path):
    draft_cycle(sqlite_run, closes_at=at("2026-12-31T23:59:59"))
    (tmp_path / "roster.csv").write_text(ROSTER.replace("Boss Sun", "Boss Li"), encoding="utf-8")
    steps = [
        cli("cycle", "clone", "2026-Q4", "2027-Q1"),
        cli("roster", "import", tmp_path / "roster.csv", "--cycle", "2027-Q1"),
        cli("cycle", "open", "2027-Q1"),
        cli("mail", "deliver"),
    ]
    assert [step.code for step in steps] == [0] * 4
    assert steps[0].out.splitlines()[:3] == [
        "Created 2027-Q1 from 2026-Q4: 2 account managers are rated by 12 people.",
        "  opens: not set; closes: 2027-03-31 23:59",
        "  reminders: none",
    ]
    assert "12 mails sent" in steps[3].out


def test_clone_with_the_newest_questionnaire_reads_it_again(cli, sqlite_run, tmp_path):
    draft_cycle(sqlite_run)
    cli.set(QUESTIONNAIRE_DIR=tmp_path)
    assert cli("cycle", "clone", "2026-Q4", "A", "--newest").code == 1  # tiny is nowhere
    (tmp_path / "tiny.yaml").write_text(TINY.replace("Tiny", "Tiny two"), encoding="utf-8")
    assert cli("cycle", "clone", "2026-Q4", "A", "--newest").code == 0
    with sqlite_run.database.reading() as session:
        (taken,) = copies.questionnaires_of(session, find_cycle(session, "A")).values()
    assert taken.title.said("en") == "Tiny two"


def test_a_clone_whose_dates_are_over_asks_for_others(cli, sqlite_run):
    draft_cycle(sqlite_run, closes_at=at("2026-07-31T23:59:59"))
    outcome = cli("cycle", "clone", "2026-Q4", "2027-Q1")
    assert (outcome.code, "choose a later one" in outcome.err) == (1, True)
    assert cli("cycle", "clone", "2026-Q4", "2027-Q1", "--closes", "2027-03-31").code == 0


def test_pilot_says_for_whom(cli, sqlite_run):
    draft_cycle(sqlite_run, closes_at=at("2026-12-31T23:59:59"))
    assert cli("cycle", "pilot", "2026-Q4", "P").code == 2
    assert cli("cycle", "pilot", "2026-Q4", "P", "--share", "0%").code == 2
    out = cli("cycle", "pilot", "2026-Q4", "P", "--ratees", "AM2", "--json").json
    assert (out["change"]["ratees"], out["closes_at"][:10], out["of"]) == (
        1,
        "2026-12-31",
        "2026-Q4",
    )
    assert cli("cycle", "pilot", "2026-Q4", "P2", "--share", "20%").code == 0
    assert "cycle pilot" in cli("audit", "--cycle", "P").out


@pytest.mark.parametrize(
    ("name", "later"),
    [
        ("2026-Q4", "2027-Q1"),
        ("2026 Q1", "2026 Q2"),
        ("客户经理 2026年第3季度", "客户经理 2026年第4季度"),
        ("pilot-2026Q2-south", "pilot-2026Q3-south"),
        ("practice", ""),
        ("2026-Q5", ""),
    ],
)
def test_the_next_quarter_is_named_where_the_name_tells_which_it_is(name, later):
    assert copies.next_name(name) == later
