"""Signing in through a provider on another site, in a real browser, with script and without."""

from dataclasses import replace

import pytest

from surveyapp.commands.service import free_socket, serving
from surveyapp.config import OidcSettings
from surveyapp.models import Role
from surveyapp.services.accounts import accounts
from tests.journeys.conftest import PHONE
from tests.journeys.steps import PATIENCE, follow, violations
from tests.people import NOW
from tests.provider import CLIENT, SECRET, provider_server


@pytest.fixture
def provider():
    """On another host name than the service, so that the browser takes it for another site."""
    with provider_server("localhost") as provider:
        yield provider


@pytest.fixture
def service(sqlite_run, provider):
    """A running service with the provider and one account that has no password."""
    sock = free_socket("127.0.0.1", 0)
    base = f"http://127.0.0.1:{sock.getsockname()[1]}"
    settings = OidcSettings(provider.issuer, CLIENT, SECRET, "Harbour ID")
    config = replace(sqlite_run.config, public_base_url=base, oidc=settings)
    run = replace(sqlite_run, config=config)
    run.keys.ensure_secret()
    with run.database.transaction() as session:
        accounts.create(session, "anna@example.com", [Role.ANALYST], NOW, language="en")
    with serving(run, sock):
        yield base


@pytest.fixture
def page_without_script(browser):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def test_one_tap_leads_to_the_provider_and_back_to_the_cycles(service, page):
    refused = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    page.goto(f"{service}/account/sign-in?lang=en")
    page.get_by_role("button", name="Sign in with Harbour ID").click()
    page.wait_for_selector(".main-nav")
    assert page.url == f"{service}/admin/"
    assert refused == []


def test_without_script_one_more_button_is_pressed(service, page_without_script):
    page = page_without_script
    page.goto(f"{service}/account/sign-in?lang=en")
    page.get_by_role("button", name="Sign in with Harbour ID").click()
    page.wait_for_url("**/account/provider/callback?**")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_selector(".main-nav")
    assert page.url == f"{service}/admin/"


@pytest.mark.parametrize("word", ["zh", "en"])
def test_pages_on_the_way_have_no_accessibility_violation(service, page, provider, word, shoot):
    for path in ("sign-in", "forgotten"):
        page.goto(f"{service}/account/{path}?lang={word}")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        shoot(page, word, path)
    page.locator("input[name=email]").fill("nobody@example.com")
    follow(page, page.locator("main form button"))
    assert violations(page) == []
    shoot(page, word, "asked")
    provider.verified = False
    page.goto(f"{service}/account/sign-in?lang={word}")
    page.get_by_role("button", name="Harbour ID").click()
    page.wait_for_selector(".notice.wrong")
    assert violations(page) == []
    shoot(page, word, "refused-by-provider")
    provider.verified = True
    page.goto(f"{service}/account/sign-in?lang={word}")
    page.get_by_role("button", name="Harbour ID").click()
    page.wait_for_selector(".main-nav")
    for path in ("", "second-factor"):
        page.goto(f"{service}/account/{path}?lang={word}")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        shoot(page, word, f"own-{path}")
