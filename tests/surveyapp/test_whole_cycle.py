"""One small cycle through the house, on both databases."""

from sqlalchemy import func, select

from surveyapp.models import Ballot, Comment, Draft, Response
from surveyapp.services import cycles
from surveyapp.services.datasets import collect_ratings
from tests.factories import open_cycle, released_cycle, submit, token_of


def test_everybody_answers_and_the_analysis_receives_the_groups(run, client):
    released_cycle(run, client, text="很好")
    with run.database.reading() as session:
        (data,) = collect_ratings(session, cycles.find_cycle(session, "2026-Q4"), "Morningstar")
    answered = {(group.ratee, group.key): group.answered for group in data.groups}
    assert answered == {
        ("AM1", "SELF"): 1,
        ("AM1", "SUPERVISOR"): 1,
        ("AM1", "PEER"): 4,
        ("AM1", "CUSTOMER"): 5,
        ("AM2", "SELF"): 1,
        ("AM2", "SUPERVISOR"): 1,
        ("AM2", "PEER+CUSTOMER"): 4,
    }


def test_a_submitted_form_is_received_and_leaves_one_ballot(run, client):
    open_cycle(run)
    reply = submit(client, token_of(run, "C1"))
    assert reply.status_code == 200
    assert "已收到" in reply.get_data(as_text=True)
    with run.database.reading() as session:
        assert session.scalar(select(func.count(Ballot.id))) == 1


def test_after_closing_only_responses_are_left(run, client):
    released_cycle(run, client)
    with run.database.reading() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (Ballot, Draft, Comment, Response)
        ]
    assert counts == [0, 0, 0, 17]
