"""Comments in the browser: what the program made of them, and what a person says instead."""

import pytest
from sqlalchemy import select

from analysis.disclosure import Policy
from surveyapp.models import AuditEvent, Comment, Role
from surveyapp.services.cycles import find_cycle
from surveyapp.services.drafts import authoring
from surveyapp.services.results import comments
from surveyapp.services.results.comments import published_comments
from tests.counting import statements
from tests.factories import closed_cycle, fields, released_cycle
from tests.people import NOW, TINY
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


def test_a_label_that_somebody_else_gave_is_not_overwritten_unseen(run, analyst):
    released_cycle(run, analyst, text=UNREADABLE)
    comment, seen = first(run), fields(text(analyst))["seen"]
    post(analyst, PAGE, comment=comment, label="negative", seen=seen)
    refused = post(analyst, PAGE, comment=comment, label="mixed", seen=seen)
    assert refused.status_code == 409
    assert "yours takes the place of theirs: negative</p>" in refused.text
    assert refused.text.count(f"<blockquote>{UNREADABLE}") == 1  # the one it is about, and no other
    assert '<option value="mixed" selected>' in refused.text
    assert '<option value="negative" selected>' in text(analyst, which="corrected")
    again = {"comment": comment, "label": "mixed", "seen": fields(refused.text)["seen"]}
    assert post(analyst, PAGE, **again).status_code == 303
    assert '<option value="mixed" selected>' in text(analyst, which="corrected")


def test_a_correction_that_was_taken_back_meanwhile_is_said_to_be(run, analyst):
    released_cycle(run, analyst, text=PRAISE)
    comment = first(run)
    post(analyst, PAGE, comment=comment, label="negative")
    seen = fields(text(analyst, which="corrected"))["seen"]
    post(analyst, PAGE, comment=comment, label="automatic", seen=seen)
    refused = post(analyst, f"{PAGE}?lang=zh", comment=comment, label="mixed", seen=seen)
    assert refused.status_code == 409
    assert "将以您的标签替换对方的标签：同程序判断" in refused.text


def test_two_who_give_the_same_label_do_not_disturb_each_other(run, analyst):
    released_cycle(run, analyst, text=PRAISE)
    given = {
        "comment": first(run),
        "label": "mixed",
        "seen": fields(text(analyst, which="all"))["seen"],
    }
    assert [post(analyst, PAGE, **given).status_code for _ in range(2)] == [303, 303]


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


LUNCH = "The canteen is lovely"  # no competency is about it


def test_frequent_words_without_a_competency_stand_there_with_how_often_they_are_said(run, analyst):
    released_cycle(run, analyst, text=LUNCH)
    with run.database.reading() as session:
        shown = len(published_comments(session, find_cycle(session, "2026-Q4")))
    page = text(analyst, which="phrases")
    row = '<tr><th scope="row">canteen</th><td class="number" data-label="Parts of comments">'
    assert f"{row}{shown}</td>" in page
    assert shown < 12  # comments of the groups that are not shown are not counted
    assert LUNCH not in page


def test_the_words_lead_to_the_questionnaire_whose_keywords_they_could_become(run, analyst):
    released_cycle(run, analyst, text=LUNCH)
    link = '<a href="/admin/questionnaires/tiny">Tiny</a>'
    assert link not in text(analyst, which="phrases")  # nobody could look it up
    with run.database.transaction() as session:
        authoring.begin(session, TINY.encode(), "tiny.yaml", "", NOW)
    assert link in text(analyst, which="phrases")
    assert analyst.get("/admin/questionnaires/tiny").status_code == 200


def test_words_said_less_often_than_the_threshold_for_comments_are_not_told(run, analyst):
    released_cycle(run, analyst, text=LUNCH, policy=Policy(comment_threshold=6))
    assert text(analyst, which="all").count(LUNCH) == 4  # of those who are asked by name
    page = text(analyst, which="phrases")
    assert "Nothing is frequent" in page
    assert "canteen" not in page


def test_frequent_words_in_chinese(run, analyst):
    released_cycle(run, analyst, text="食堂很好")
    post(analyst, "/account/language", language="zh", back="/admin/")
    page = text(analyst, which="phrases")
    assert '<th scope="row">食堂' in page
    assert "补充关键词" in page
    assert "Frequent" not in page


def test_frequent_words_cost_the_same_statements_however_many_comments_there_are(run, analyst):
    released_cycle(run, analyst, text=LUNCH)
    text(analyst, which="phrases")
    with statements(run) as sent:
        text(analyst, which="phrases")
    assert len(sent) <= 16


def test_no_words_are_told_once_the_answers_are_not_those_released(run, analyst):
    released_cycle(run, analyst, text=LUNCH)
    text(analyst, which="phrases")  # read and kept
    with run.database.transaction() as session:
        session.delete(session.scalars(select(Comment)).first())
    reply = analyst.get(PAGE, query_string={"which": "phrases"})
    assert (reply.status_code, "canteen" in reply.text) == (409, False)


def test_nothing_is_shown_before_the_release(run, analyst):
    closed_cycle(run, analyst, text=PRAISE)
    for which in ("unsure", "phrases"):
        reply = analyst.get(PAGE, query_string={"which": which})
        assert reply.status_code == 409
        assert "excellent" not in reply.get_data(as_text=True)


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
    assert client.get(f"{PAGE}?which=phrases").status_code == 403
    assert post(client, PAGE, comment=first(run), label="mixed").status_code == 403
