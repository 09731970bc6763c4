"""What journeys have in common: signing in, filling in, and asking axe what a page lacks."""

from __future__ import annotations

from surveyapp.views.visitor import SESSION, _name
from tests.signing_in import PASSWORD, cookie


def fill_and_send(page, button, **fields):
    for name, value in fields.items():
        page.locator(f"input[name={name}]").fill(value)
    page.get_by_role("button", name=button, exact=True).click()


def sign_in(page, run, who):
    page.goto(f"{run.config.public_base_url}/account/sign-in")
    fill_and_send(page, "Sign in", email=who.email, password=PASSWORD)
    if who.authenticator:
        fill_and_send(page, "Continue", code=who.authenticator.at(run.config.now()))
    page.wait_for_selector(".main-nav")


def carry_session(page, client, base):
    """The browser goes on with the session that a test client holds."""
    with client.application.test_request_context():
        name = _name(SESSION)
    page.context.add_cookies([{"name": name, "value": cookie(client), "url": base}])


def expect(found, message=None):
    """Ask until it is so, up to a bound: after a click the next page may still be on its way."""
    from playwright.sync_api import expect as asked

    asked.set_options(timeout=20_000)
    return asked(found, message)


def violations(page):
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    return [(v["id"], v["help"], v["nodes"][0]["html"][:120]) for v in found]
