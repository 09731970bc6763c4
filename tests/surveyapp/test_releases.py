"""What leaves passes the release guard, and stays what it was."""

import pytest
from sqlalchemy import delete, select

from surveyapp.errors import Refused
from surveyapp.models import Response
from surveyapp.services import releases
from surveyapp.services.cycles import find_cycle
from surveyapp.steps import release
from tests.factories import closed_cycle, released_cycle


def shown(run):
    with run.database.reading() as session:
        return releases.released_data(session, find_cycle(session, "2026-Q4"), "Morningstar")


def test_every_number_of_a_release_was_asked_of_the_guard(run, client, monkeypatch):
    closed_cycle(run, client)
    asked = []
    real = releases.guard

    def listening(requested, released, policy):
        asked.extend(number.id for number in requested)
        return real(requested, released, policy)

    monkeypatch.setattr(releases, "guard", listening)
    release(run, "2026-Q4")
    assert {"AM1/PEER/quick", "AM1/CUSTOMER/slow", "AM2/PEER+CUSTOMER/clear"} <= set(asked)


def test_a_number_that_the_guard_holds_back_stops_the_release(run, client, monkeypatch):
    closed_cycle(run, client)
    monkeypatch.setattr(
        releases, "published_numbers", lambda *words: unrounded(releases_numbers(*words))
    )
    with pytest.raises(Refused, match=r"release guard holds back \d+ numbers"):
        release(run, "2026-Q4")
    with run.database.reading() as session:
        assert find_cycle(session, "2026-Q4").released_at is None


releases_numbers = releases.published_numbers


def unrounded(numbers):
    """The same numbers with more digits than few raters may be shown with."""
    from dataclasses import replace

    return tuple(replace(number, form="exact") for number in numbers)


def test_answers_that_changed_after_the_release_are_not_shown(run, client):
    released_cycle(run, client)
    assert shown(run)
    with run.database.transaction() as session:
        one = session.scalars(select(Response.id)).first()
        session.execute(delete(Response).where(Response.id == one))
    with pytest.raises(Refused, match="not those that were released"):
        shown(run)


def test_the_version_of_the_answers_tells_nothing_of_their_content(run, client):
    released_cycle(run, client)
    with run.database.transaction() as session:
        cycle = find_cycle(session, "2026-Q4")
        before = releases.version_of(session, cycle)
        for response in session.scalars(select(Response)):
            response.ratings = {}
        session.flush()
        assert releases.version_of(session, cycle) == before == cycle.released_version
