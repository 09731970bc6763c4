"""Comments in the browser: what the program made of them, and what a person says instead."""

import pytest
from sqlalchemy import select

from analysis.disclosure import Policy
from surveyapp.models import AuditEvent, Role
from surveyapp.services.cycles import find_cycle
from surveyapp.services.results import comments
from surveyapp.services.results.comments import published_comments
from tests.counting import statements
from tests.factories import closed_cycle, released_cycle
from tests.signing_in import post, signed_in

PAGE = "/admin/cycles/2026-Q4/comments"
PRAISE = "Thanks, excellent work!"
UNREADABLE = "Хорошо"  # no engine reads this script


@pytest.fixture
def analyst(client):
    """The client of an HR analyst."""
    signed_in(client, Role.ANALYST)
    return client


def text(client, **query):
    reply = client.get(PAGE, query_string=query)
    assert reply.status_code == 200
    return reply.get_data(as_text=True)


def first(run):
    with run.database.reading() as session:
        return published_comments(session, find_cycle(session, "2026-Q4"))[0].comment.id


def test_comments_stand_there_with_what_the_program_says(run, analyst):
    released_cycle(run, analyst, text=PRAISE)
    page = text(analyst, which="all")
    assert PRAISE in page
    assert "The program says: positive" in page
    assert "Anything else?" in page


def test_the_page_speaks_chinese_too(run, analyst):
    released_cycle(run, analyst, text=PRAISE)
    post(analyst, "/account/language", language="zh", back="/admin/")
    page = text(analyst, which="all")
    assert "正面" in page
    assert "您还想说什么？" in page
    assert "The program says" not in page


def test_what_nobody_is_sure_of_is_shown_first(run, analyst):
    released_cycle(run, analyst, text=UNREADABLE)
    assert UNREADABLE in text(analyst)


def test_nothing_unsure_is_said_in_words(run, analyst):
    released_cycle(run, analyst, text=PRAISE)
    assert "Nothing to look at" in text(analyst, which="corrected")


def test_a_correction_stands_beside_what_the_program_said_and_is_taken_back(run, analyst):
    released_cycle(run, analyst, text=PRAISE)
    comment = first(run)
    reply = post(analyst, f"{PAGE}?which=all", comment=comment, label="negative")
    assert (reply.status_code, reply.headers["Location"]) == (303, f"{PAGE}?which=all&page=1")
    assert '<option value="negative" selected>' in text(analyst, which="corrected")
    post(analyst, PAGE, comment=comment, label="automatic")
    assert "Nothing to look at" in text(analyst, which="corrected")


def test_a_correction_stands_in_the_log_without_a_word_of_the_comment(run, analyst):
    released_cycle(run, analyst, text=PRAISE)
    comment = first(run)
    post(analyst, PAGE, comment=comment, label="mixed")
    with run.database.reading() as session:
        row = session.scalars(select(AuditEvent).filter_by(action="comment correct")).one()
        assert row.details == {"comment": comment, "label": "mixed"}


def test_a_comment_that_is_not_shown_cannot_be_labelled(run, analyst):
    released_cycle(run, analyst, text=PRAISE)
    assert post(analyst, PAGE, comment="0" * 32, label="mixed").status_code == 404


def test_a_label_that_is_none_is_refused(run, analyst):
    released_cycle(run, analyst, text=PRAISE)
    assert post(analyst, PAGE, comment=first(run), label="<b>").status_code == 400


def test_comments_below_the_threshold_are_on_no_page(run, analyst):
    released_cycle(run, analyst, text=PRAISE, policy=Policy(comment_threshold=6))
    page = text(analyst, which="all")
    assert "Peers" not in page
    assert "Customers" not in page
    assert PRAISE in page  # of those who are asked by name


def test_markup_in_a_comment_is_text(run, analyst):
    released_cycle(run, analyst, text="<script>alert(1)</script> bad")
    page = text(analyst, which="all")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; bad" in page


def test_nothing_is_shown_before_the_release(run, analyst):
    closed_cycle(run, analyst, text=PRAISE)
    reply = analyst.get(PAGE)
    assert reply.status_code == 409
    assert PRAISE not in reply.get_data(as_text=True)


def test_a_page_costs_the_same_statements_however_long_it_is(run, analyst):
    released_cycle(run, analyst, text=PRAISE)
    with run.database.reading() as session:
        shown = [
            of.comment.id for of in published_comments(session, find_cycle(session, "2026-Q4"))
        ]
    costs = []
    for corrected in (shown[:1], shown):
        for comment in corrected:
            post(analyst, PAGE, comment=comment, label="mixed")
        comments._kept.clear()
        text(analyst)  # reads what the acts have said
        with statements(run) as sent:
            assert text(analyst, which="corrected").count("<blockquote>") == len(corrected)
        costs.append(len(sent))
    assert costs[0] == costs[1] <= 8


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.MANAGER])
def test_comments_are_for_hr_alone(run, client, role):
    released_cycle(run, client, text=PRAISE)
    signed_in(client, role)
    assert client.get(PAGE).status_code == 403
    assert post(client, PAGE, comment=first(run), label="mixed").status_code == 403
