"""A cycle goes from draft to released, one step at a time, each step once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

import questionnaires
from analysis.disclosure import Policy
from surveyapp.errors import NotFound, Refused
from surveyapp.models import Cycle, CycleState, Invitation
from surveyapp.services import cycles
from surveyapp.services.freezing import frozen
from surveyapp.services.releases import release_cycle
from surveyapp.steps import close_and_destroy, open_with_keys
from tests.dumps import dump
from tests.factories import draft_cycle, open_cycle, released_cycle
from tests.people import NOW

PULSE = questionnaires.load("account_manager_pulse")


def state(run, key="2026-Q4"):
    with run.database.reading() as session:
        return cycles.find_cycle(session, key).state


def create(run, key="2026-Q4", policy=None, **options):
    with run.database.transaction() as session:
        cycles.create_cycle(session, key, {"": PULSE}, policy or Policy(), **options)


def release(run):
    with run.database.transaction() as session:
        release_cycle(session, cycles.find_cycle(session, "2026-Q4"), NOW)


def test_the_state_follows_the_steps(run):
    draft_cycle(run)
    states = [state(run)]
    open_with_keys(run, "2026-Q4")
    states.append(state(run))
    close_and_destroy(run, "2026-Q4")
    states.append(state(run))
    release(run)
    states.append(state(run))
    assert states == [
        CycleState.DRAFT, CycleState.OPEN, CycleState.CLOSED, CycleState.RELEASED,
    ]  # fmt: skip


def test_opening_queues_one_invitation_per_rater_with_a_digest_of_their_own(run):
    draft_cycle(run)
    assert open_with_keys(run, "2026-Q4") == 12
    with run.database.reading() as session:
        assert len(set(session.scalars(select(Invitation.token_digest)))) == 12


def test_opening_twice_is_refused_and_keeps_the_first_key(run):
    open_cycle(run)
    before = dump(run)
    with run.database.reading() as session:
        cycle = session.scalars(select(Cycle)).one()
    key = run.keys.load(cycle.id).private_key
    with pytest.raises(Refused, match="is open; this needs a cycle that is draft"):
        open_with_keys(run, "2026-Q4")
    assert dump(run) == before
    assert run.keys.load(cycle.id).private_key == key


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            lambda run: close_and_destroy(run, "2026-Q4"),
            "is draft; this needs a cycle that is open",
        ),
        (release, "is draft; this needs a cycle that is closed"),
    ],
)
def test_a_step_out_of_turn_is_refused(run, step, message):
    draft_cycle(run)
    before = dump(run)
    with pytest.raises(Refused, match=message):
        step(run)
    assert dump(run) == before


def test_releasing_twice_is_refused(run, client):
    released_cycle(run, client)
    with pytest.raises(Refused, match="is released; this needs a cycle that is closed"):
        release(run)


def test_an_unknown_cycle_is_named_with_the_ones_there_are(run):
    draft_cycle(run)
    with (
        run.database.reading() as session,
        pytest.raises(NotFound, match=r'no cycle "x"\. Cycles: 2026-Q4\.'),
    ):
        cycles.find_cycle(session, "x")


@pytest.mark.parametrize("key", ["", "../x", "a/b", "a b", ".x", "x" * 65, "a\n"])
def test_a_key_that_cannot_name_a_file_is_refused(sqlite_run, key):
    with pytest.raises(Refused, match="is no key of a cycle"):
        create(sqlite_run, key)


@pytest.mark.parametrize("title", ["a\nb", "a\u2028b", "x" * 201])
def test_a_title_of_several_lines_is_refused(sqlite_run, title):
    with pytest.raises(Refused, match="one line of at most 200 characters"):
        create(sqlite_run, title=title)


@pytest.mark.parametrize("zone", ["Mars/Base", "", "Asia", "../etc", "Asia/\u4e0a\u6d77"])
def test_an_unknown_time_zone_is_refused(sqlite_run, zone):
    with pytest.raises(Refused, match="There is no time zone"):
        create(sqlite_run, timezone=zone)


def test_a_key_in_use_is_refused(run):
    create(run)
    with pytest.raises(Refused, match='a cycle "2026-Q4" already'):
        create(run)


def test_a_cycle_cannot_close_before_it_opens(sqlite_run):
    with pytest.raises(Refused, match="close before it opens"):
        create(sqlite_run, opens_at=NOW, closes_at=NOW - timedelta(days=1))


def test_a_cycle_whose_closing_day_is_over_does_not_open(run):
    draft_cycle(run, closes_at=NOW)
    with pytest.raises(Refused, match="The closing day is over"):
        open_with_keys(run, "2026-Q4")
    assert state(run) == CycleState.DRAFT


def test_a_cycle_without_a_roster_does_not_open(run):
    create(run)
    with pytest.raises(Refused, match=r"no roster\. Run: surveyapp roster import"):
        open_with_keys(run, "2026-Q4")


@pytest.mark.parametrize("policy", [{"threshold": 2}, {"comment_threshold": 2}])
def test_a_threshold_below_three_is_no_policy(policy):
    with pytest.raises(ValueError, match="greater than or equal to 3"):
        Policy(**policy)


def test_a_cycle_keeps_the_questionnaire_it_was_made_with(run):
    draft_cycle(run)
    with run.database.reading() as session:
        (row,) = cycles.find_cycle(session, "2026-Q4").questionnaires
        assert frozen(session, row.questionnaire_hash).content_hash == row.questionnaire_hash


def test_a_failed_opening_leaves_a_draft_that_can_be_opened(run, monkeypatch):
    draft_cycle(run)
    with monkeypatch.context() as broken:
        broken.setattr("surveyapp.services.invitations.issue", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            open_with_keys(run, "2026-Q4")
    assert state(run) == CycleState.DRAFT
    assert open_with_keys(replace(run), "2026-Q4") == 12


@pytest.mark.usefixtures("patient")
def test_of_many_openings_at_once_one_wins_and_its_key_is_the_one_kept(run):
    draft_cycle(run)

    def attempt(_):
        try:
            return open_with_keys(run, "2026-Q4")
        except Refused:
            return 0

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8))) == [0] * 7 + [12]
    with run.database.reading() as session:
        cycle = cycles.find_cycle(session, "2026-Q4")
        assert run.keys.load(cycle.id).public_key == cycle.public_key
