"""Questionnaires in a real browser: written with and without script, for everybody to read."""

import pytest

from surveyapp import create_app
from surveyapp.services.drafts import authoring
from tests.factories import draft_cycle
from tests.journeys.steps import expect, follow, violations
from tests.people import NOW, TINY
from tests.signing_in import cookie, signed_in

ALL = "/admin/questionnaires/"
PAGES = [
    ALL,
    ALL + "tiny",
    ALL + "tiny/form/CUSTOMER",
    ALL + "-/compare?before=tiny@1&after=tiny@2",
    ALL + "-/new",
    ALL + "tiny@draft/edit",
    ALL + "tiny/copy",
    "/admin/cycles/2026-Q4/settings",
    "/admin/cycles/2026-Q4/calendar",
]


@pytest.fixture
def base(service):
    """The address of a service with versions and a faulty draft, and a draft of a cycle."""
    with service.database.transaction() as session:
        for text in (TINY, TINY.replace("en: Tiny", "en: Small")):
            authoring.save(session, "tiny", text.encode(), "anna", NOW)
        faulty = TINY.replace(", en: Tiny", "")
        authoring.keep_draft(session, "tiny", faulty.encode(), "anna", NOW)
    draft_cycle(service, closes_at=NOW.replace(month=12), remind_at=[NOW.replace(day=30)])
    return service.config.public_base_url


def admit(page, run):
    """Let the browser of this page be an administrator's."""
    client = create_app(runtime=run).test_client()
    signed_in(client)
    address = run.config.public_base_url
    page.context.add_cookies([{"name": "surveyapp", "value": cookie(client), "url": address}])
    return page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_fits_a_phone_and_can_be_read_by_everybody(service, base, phone, language):
    page = admit(phone, service)
    page.goto(base + ALL)
    if language == "zh":
        follow(page, page.get_by_role("button", name="中文"))
    for path in PAGES:
        page.goto(base + path)
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") == 390, path


def test_a_mistake_leads_to_its_line_and_enter_keeps_the_indentation(service, base, phone):
    page = admit(phone, service)
    page.goto(base + ALL + "tiny@draft/edit")
    page.get_by_role("link", name="Line 4, column 1").click()
    marked = "text.value.slice(text.selectionStart, text.selectionEnd)"
    assert page.evaluate(marked) == "title: {zh: 小问卷}"
    assert page.locator(".gutter .wrong").inner_text() == "4"
    page.locator("#text").fill("competencies:\n  - id: x")
    page.locator("#text").press("Enter")
    page.keyboard.type("name: y")
    expect(page.locator("#text")).to_have_value("competencies:\n  - id: x\n  name: y")


def test_without_script_mistakes_are_shown_and_the_text_is_mended_and_saved(
    service, base, phone_without_script
):
    page = admit(phone_without_script, service)
    page.goto(base + ALL + "tiny@draft/edit")
    faulty = page.locator("#text").input_value()
    page.get_by_role("button", name="Save as the next version").click()
    expect(page.locator("mark")).to_have_text("title")
    expect(page.locator("#text")).to_have_value(faulty)
    page.locator("#text").fill(TINY.replace("en: Tiny", "en: Mended"))
    page.get_by_role("button", name="Save as the next version").click()
    expect(page.locator("h1")).to_have_text("Mended")
