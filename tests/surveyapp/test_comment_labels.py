"""What the program made of the comments, and what a person says instead."""

import pytest
from sqlalchemy import select

from surveyapp import create_app
from surveyapp.errors import NotFound, Refused
from surveyapp.models import AuditEvent, Comment
from surveyapp.services.comments import correct_label, published_comments, to_review
from surveyapp.services.cycles import find_cycle
from surveyapp.services.reports import plan_reports
from tests.factories import closed_cycle, released_cycle

KEY = "2026-Q4"


def published(run):
    with run.database.reading() as session:
        return published_comments(session, find_cycle(session, KEY))


def correct(run, comment_id, label):
    with run.database.transaction() as session:
        correct_label(session, find_cycle(session, KEY), comment_id, label)


def printed(run):
    """The comments of the English reports with their words for the tone."""
    with run.database.reading() as session:
        made = plan_reports(session, find_cycle(session, KEY), "", languages=("en",))
    return {
        comment.sentiment_text
        for report in made
        for block in report.comments
        for comment in block.comments
    }


def test_a_correction_is_kept_and_shown_as_one(run, client):
    released_cycle(run, client, text="Thanks, excellent work!")
    first = published(run)[0]
    correct(run, first.comment.id, "negative")
    found = {scored.comment.id: scored for scored in published(run)}
    assert (found[first.comment.id].label, found[first.comment.id].certain) == ("negative", True)
    assert "negative (corrected)" in printed(run)


def test_a_correction_can_be_taken_back(run, client):
    released_cycle(run, client, text="Thanks, excellent work!")
    first = published(run)[0]
    correct(run, first.comment.id, "negative")
    correct(run, first.comment.id, None)
    assert first.comment.id in {scored.comment.id for scored in published(run)}
    assert not any("corrected" in words for words in printed(run))


def test_a_correction_changes_no_word_of_the_comment(run, client):
    released_cycle(run, client, text="Thanks, excellent work!")
    before = sorted(scored.comment.text for scored in published(run))
    correct(run, published(run)[0].comment.id, "mixed")
    assert sorted(scored.comment.text for scored in published(run)) == before


def test_what_nobody_is_sure_of_stands_first_and_leaves_the_list_when_it_is_labelled(run, client):
    released_cycle(run, client, text="Хорошо")  # no engine reads this script
    unsure = to_review(published(run))
    assert unsure == published(run)[: len(unsure)]
    assert unsure
    correct(run, unsure[0].comment.id, "neutral")
    assert len(to_review(published(run))) == len(unsure) - 1


def test_only_comments_that_are_shown_can_be_labelled(run, client):
    released_cycle(run, client, text="fine")
    with pytest.raises(NotFound, match="No comment nowhere"):
        correct(run, "nowhere", "positive")


def test_nothing_is_listed_before_the_release(run, client):
    closed_cycle(run, client, text="fine")
    with pytest.raises(Refused, match="released or imported"):
        published(run)


def test_the_command_lists_and_corrects_and_leaves_a_trace(cli, sqlite_run):
    client = create_app(runtime=sqlite_run).test_client()
    released_cycle(sqlite_run, client, text="Thanks, excellent work!")
    listed = cli("comment", "list", KEY, "--json").json["comments"]
    outcome = cli("comment", "correct", KEY, listed[0]["id"], "--label", "mixed")
    assert outcome.code == 0
    again = {one["id"]: one for one in cli("comment", "list", KEY, "--json").json["comments"]}
    assert (again[listed[0]["id"]]["label"], again[listed[0]["id"]]["corrected"]) == ("mixed", True)
    with sqlite_run.database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "comment correct"))
        assert event.one().details == {"comment": listed[0]["id"], "label": "mixed"}
        assert session.scalars(select(Comment.label).where(Comment.label.is_not(None))).all() == [
            "mixed"
        ]
