"""What journeys have in common: signing in, filling in, and asking axe what a page lacks."""

from __future__ import annotations

from surveyapp.views.visitor import SESSION, _name
from tests.signing_in import PASSWORD, cookie

PATIENCE = 60_000  # milliseconds that a page may take on a slow machine


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

    asked.set_options(timeout=PATIENCE)
    return asked(found, message)


def follow(page, target, how="click"):
    """Press (or "tap") what leads to another page, and wait until that is there.

    A click returns before the next page comes: what is done at once is done to the page before, and
    going on elsewhere may call off what was sent.
    """
    with page.expect_navigation():
        getattr(target, how)()


def sizes_of(page, address, *, headers=False):
    """Go there; the bytes of everything that this loads, by address.

    Bodies are read at the end: one that is read as it comes may come too late to be counted.
    """
    replies = []
    page.on("response", lambda reply: replies.append(reply))
    page.goto(address, wait_until="networkidle")
    return {
        each.url: len(each.body()) + (len(str(each.headers)) if headers else 0) for each in replies
    }


def violations(page):
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    return [(v["id"], v["help"], v["nodes"][0]["html"][:120]) for v in found]
