"""A form as raters read it, without link, ratee or storage: the same page, and a dead one."""

import re

import pytest
from flask.testing import FlaskClient

import questionnaires
from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp import create_app
from surveyapp.errors import Refused
from surveyapp.views.preview import preview_page
from tests.factories import open_cycle, tiny_questionnaire, token_of

FULL = questionnaires.load("account_manager_360")
# One rater of each relation to Li Wen, and the place of that form on the page behind the link.
FORMS = {"SELF": ("AM1", 1), "SUPERVISOR": ("B1", 2), "PEER": ("P1", 2), "CUSTOMER": ("C4", 2)}


@pytest.fixture
def client(sqlite_run) -> FlaskClient:
    open_cycle(sqlite_run, policy=Policy(threshold=4))
    return create_app(runtime=sqlite_run).test_client()


def asked(page: str) -> str:
    """What a form asks: from its heading to its buttons, without the form itself."""
    inner = page[page.index("<h1>") : page.index('<p class="progress"')]
    inner = re.sub(r"<form[^>]*>\n", "<div>\n", inner)
    return re.sub(r'<input type="hidden"[^>]*>\n', "", inner)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("relation", Relation)
def test_the_preview_is_the_page_that_raters_get(client, sqlite_run, tmp_path, relation, language):
    rater, number = FORMS[relation]
    token = token_of(sqlite_run, rater)
    real = client.get(f"/r/{token}/{number}?lang={language}").get_data(as_text=True)
    name = re.search(r"<h1>(.*)</h1>", real)[1]
    of, policy = tiny_questionnaire(tmp_path), Policy(threshold=4)
    page = preview_page(of, relation, language, policy=policy, name=name, standalone=True)
    assert asked(page) == asked(real)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("relation", Relation)
def test_nothing_of_a_preview_can_be_sent_or_leads_away(relation, language):
    page = preview_page(FULL, relation, language, standalone=True)
    assert not re.search(r"<form|<script|formaction|<a |action=\"(?!submit|save|decline)", page)
    assert not re.search(r"(src|href)=\"(?!data:,\")", page)
    assert "http" not in page


def test_a_preview_asks_every_item_of_the_relation_and_no_other():
    page = preview_page(FULL, Relation.CUSTOMER, "zh", standalone=True)
    fields = set(re.findall(r'name="item-([^"]+)"', page))
    assert fields == {item.id for item in FULL.items_for(Relation.CUSTOMER)}


def test_a_preview_says_that_it_is_one_and_names_nobody():
    page = preview_page(FULL, Relation.PEER, "zh", standalone=True)
    assert "预览：此页面上的内容不会提交。" in page
    assert "示例经理" in page
    assert "{ratee}" not in page


def test_texts_of_the_questionnaire_are_no_markup(tmp_path):
    text = tiny_questionnaire(tmp_path).title.model_copy(update={"root": {"en": "<b>x</b>"}})
    of = tiny_questionnaire(tmp_path).model_copy(update={"introduction": text})
    page = preview_page(of, Relation.PEER, "en", name="<i>y</i>", standalone=True)
    assert "&lt;b&gt;x" in page
    assert "<b>x" not in page
    assert "<i>y" not in page


def test_a_relation_that_is_asked_nothing_has_no_form():
    with pytest.raises(Refused, match="asks PEER nothing"):
        preview_page(questionnaires.load("account_manager_pulse"), Relation.PEER, "zh")


def test_in_a_page_of_the_service_the_preview_takes_its_style_from_there(sqlite_run):
    with create_app(runtime=sqlite_run).test_request_context("/"):
        page = preview_page(FULL, Relation.PEER, "zh")
    assert '<link rel="stylesheet" href="/static/rate.css">' in page
    assert "<style>" not in page


def test_the_command_writes_a_page_of_its_own(cli, tmp_path):
    words = ("questionnaire", "preview", "account_manager_360", "--relation", "CUSTOMER")
    outcome = cli(*words, "--language", "en", "--out", tmp_path / "form.html", "--json")
    assert outcome.json == {"file": str(tmp_path / "form.html"), "items": 12, "minutes": 2}
    page = (tmp_path / "form.html").read_text(encoding="utf-8")
    assert page == preview_page(FULL, Relation.CUSTOMER, "en", standalone=True)
    assert ".points{" in page
