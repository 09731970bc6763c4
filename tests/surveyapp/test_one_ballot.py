"""However often and however parallel one form is sent, one ballot is in the box."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from surveyapp import create_app
from surveyapp.models import Assignment, AssignmentState, Ballot, Draft
from tests.factories import filled, open_cycle, token_of

TIMES = 50

pytestmark = pytest.mark.usefixtures("patient")


def send_together(run, address, actions, app=None):
    """Send one post per action, all at the same moment; returns the status codes."""
    app = app or create_app(runtime=run)
    data = filled(app.test_client().get(address).get_data(as_text=True))
    start = Barrier(len(actions))

    def send(action):
        start.wait(120)
        return app.test_client().post(address, data=data | {"action": action}).status_code

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(send, actions))


def counts(run):
    with run.database.reading() as session:
        submitted = Assignment.state == AssignmentState.SUBMITTED
        return (
            session.scalar(select(func.count(Ballot.id))),
            session.scalar(select(func.count(Assignment.id)).where(submitted)),
            session.scalar(select(func.count(Draft.assignment_id))),
        )


def test_fifty_parallel_posts_with_one_link_leave_exactly_one_ballot(run):
    open_cycle(run)
    codes = send_together(run, f"/r/{token_of(run, 'C1')}/1", ["submit"] * TIMES)
    assert set(codes) == {200}
    assert counts(run) == (1, 1, 0)


def test_saving_while_submitting_never_leaves_a_draft(run):
    open_cycle(run)
    codes = send_together(run, f"/r/{token_of(run, 'C1')}/1", ["save", "submit"] * 10)
    assert set(codes) == {200}
    assert counts(run) == (1, 1, 0)


def test_submitting_and_declining_at_once_ends_in_one_of_both(run):
    open_cycle(run)
    send_together(run, f"/r/{token_of(run, 'C1')}/1", ["decline", "submit"] * 10)
    ballots, submitted, _ = counts(run)
    assert ballots == submitted <= 1
