"""What the program made of the comments, and what a person says instead."""

import pytest
from sqlalchemy import event, select

from analysis.disclosure import Policy
from analysis.sentiment import Clause, CommentSentiment
from questionnaires.model import Relation
from surveyapp import create_app
from surveyapp.errors import NotFound, Refused
from surveyapp.models import AuditEvent, Comment
from surveyapp.services.cycles import find_cycle
from surveyapp.services.reports import plan_reports
from surveyapp.services.results import comments
from surveyapp.services.results.comments import (
    correct_label,
    published_comments,
    review_page,
    to_review,
    untagged_phrases,
)
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


def test_what_contradicts_itself_waits_to_be_looked_at(run, client, monkeypatch):
    released_cycle(run, client, text="Thanks, excellent work!")
    assert page_of(run).count == 0
    clauses = (Clause(0, 6, -0.6), Clause(8, 23, 0.98))
    torn = CommentSentiment(0.97, "mixed", 0.8, "en", "test", clauses)
    monkeypatch.setattr("analysis.comments.score_comments", lambda texts, **_: [torn] * len(texts))
    comments._kept.clear()
    rows = page_of(run).rows
    assert rows
    assert {(row.program.label, row.program.confidence) for row in rows} == {("mixed", 0.8)}
    assert len(to_review(published(run))) == page_of(run).unsure == len(rows)
    comments._kept.clear()  # for no other test


def test_only_comments_that_are_shown_can_be_labelled(run, client):
    released_cycle(run, client, text="fine")
    with pytest.raises(NotFound, match="No comment nowhere"):
        correct(run, "nowhere", "positive")


def test_nothing_is_listed_before_the_release(run, client):
    closed_cycle(run, client, text="fine")
    with pytest.raises(Refused, match="released or imported"):
        published(run)


def page_of(run, which="unsure", number=1, size=25):
    with run.database.reading() as session:
        return review_page(session, find_cycle(session, KEY), which, number, size)


def test_the_page_shows_what_the_program_said_and_what_a_person_says_instead(run, client):
    released_cycle(run, client, text="Thanks, excellent work!")
    first = page_of(run, "all").rows[0]
    correct(run, first.id, "negative")
    (row,) = page_of(run, "corrected").rows
    assert (row.id, row.program, row.correction) == (first.id, first.program, "negative")
    assert row.program.label == "positive"
    assert row.question.wording(Relation.PEER, "en") == "Anything else?"
    assert (row.ratee_id, row.ratee_name) in {("AM1", "李文"), ("AM2", "Bao Yu")}
    assert row.text == "Thanks, excellent work!"


def test_the_page_and_the_report_show_the_same_comments(run, client):
    released_cycle(run, client, text="Thanks, excellent work!")
    shown = sorted((of.comment.id, of.comment.ratee, of.comment.group) for of in published(run))
    rows = page_of(run, "all", size=100).rows
    assert sorted((row.id, row.ratee_id, "+".join(row.relations)) for row in rows) == shown


def test_pages_hold_every_comment_once_least_certain_first(run, client):
    released_cycle(run, client, text="Хорошо")
    whole = page_of(run, "all", size=100)
    last = page_of(run, "all", size=3).last
    pages = [page_of(run, "all", number, size=3) for number in range(1, last + 1)]
    rows = [row for page in pages for row in page.rows]
    assert rows == list(whole.rows)
    confidences = [row.program.confidence for row in rows]
    assert confidences == sorted(confidences)
    assert whole.count == len({row.id for row in rows}) == len(rows) > 6


@pytest.mark.parametrize(("asked", "given"), [(-1, 1), (0, 1), (99, 2)])
def test_a_page_that_is_not_there_gives_the_nearest(run, client, asked, given):
    released_cycle(run, client, text="fine")
    size = page_of(run, "all", size=100).count - 1
    found = page_of(run, "all", asked, size)
    assert (found.number, found.last, len(found.rows)) == (given, 2, size if given == 1 else 1)


def test_what_is_corrected_leaves_the_page_of_the_unsure_and_comes_back_when_taken_back(
    run, client
):
    released_cycle(run, client, text="Хорошо")
    before = page_of(run)
    correct(run, before.rows[0].id, "neutral")
    after = page_of(run)
    assert (after.unsure, after.corrected) == (before.unsure - 1, 1)
    assert before.rows[0].id not in {row.id for row in after.rows}
    correct(run, before.rows[0].id, None)
    assert page_of(run) == before


def test_comments_below_the_threshold_are_on_no_page(run, client):
    few = Policy(comment_threshold=6)
    released_cycle(run, client, text="Thanks, excellent work!", policy=few)
    anonymous = {Relation.PEER, Relation.CUSTOMER}
    assert not [row for row in page_of(run, "all", size=100).rows if anonymous & {*row.relations}]
    assert page_of(run, "all").count > 0


def test_nothing_is_on_a_page_before_the_release(run, client):
    closed_cycle(run, client, text="fine")
    with pytest.raises(Refused, match="released or imported"):
        page_of(run)


def test_nothing_is_on_a_page_when_the_answers_are_no_longer_those_released(run, client):
    released_cycle(run, client, text="fine")
    page_of(run, "all")  # judged and kept
    with run.database.transaction() as session:
        session.delete(session.scalars(select(Comment)).first())
    with pytest.raises(Refused, match="not those that were released"):
        page_of(run, "all")


def statements(run, **options):
    counted = []
    with run.database.reading() as session:
        cycle = find_cycle(session, KEY)
        event.listen(session.connection(), "before_cursor_execute", lambda *a: counted.append(a[2]))
        review_page(session, cycle, "all", **options)
    return len(counted)


def test_a_page_costs_the_same_statements_however_long_it_is(run, client):
    released_cycle(run, client, text="fine")
    comments._kept.clear()
    first = statements(run, size=1)
    assert statements(run, size=1) == statements(run, size=100) <= 4
    comments._kept.clear()
    assert statements(run, size=100) == first <= 10


def test_of_a_comment_nothing_but_its_random_id_is_kept_in_memory(run, client):
    released_cycle(run, client, text="Thanks, excellent work!")
    page_of(run, "all")
    assert "positive" in repr(comments._kept)
    assert "excellent" not in repr(comments._kept)


def test_only_a_few_cycles_are_kept_in_memory(run, client):
    released_cycle(run, client, text="fine")
    comments._kept.update({(str(number), None): {} for number in range(comments.MAX_KEPT + 3)})
    page_of(run, "all")
    assert len(comments._kept) == comments.MAX_KEPT


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


def test_the_command_pages_through_what_is_to_be_looked_at(cli, sqlite_run):
    client = create_app(runtime=sqlite_run).test_client()
    released_cycle(sqlite_run, client, text="Хорошо")
    whole = cli("comment", "list", KEY, "--review", "--json").json
    first = cli("comment", "list", KEY, "--review", "--page", "1", "--json").json
    assert first["comments"] == whole["comments"][:25]
    assert whole["count"] == len(whole["comments"])
    assert "page 1 of 1" in cli("comment", "list", KEY, "--review", "--page", "1").out


def test_frequent_words_without_a_competency_are_listed_from_the_comment_threshold_on(run, client):
    released_cycle(run, client, text="The canteen is lovely")
    with run.database.reading() as session:
        cycle = find_cycle(session, KEY)
        found = dict(untagged_phrases(session, cycle, ""))
        shown = len(published_comments(session, cycle))
    assert found["canteen"] == shown >= Policy().comment_threshold
