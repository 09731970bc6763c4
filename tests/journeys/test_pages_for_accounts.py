"""Every page for people with an account, in a real browser: nothing axe minds, nothing too wide."""

from __future__ import annotations

import pytest

from surveyapp import create_app
from surveyapp.models import Role
from surveyapp.services.accounts import accounts
from tests.account_pages import Page, account_pages, known_values
from tests.factories import draft_cycle, open_cycle, released_cycle, sent_reports
from tests.journeys.conftest import DESKTOP, PHONE
from tests.journeys.steps import PATIENCE, carry_session, violations
from tests.signing_in import signed_in

NO_PAGES = (".pdf", ".zip", "/progress", "/record", "/text")  # axe has nothing to say of them
OWN = [Page(Role.ADMINISTRATOR, "/account/"), Page(Role.ADMINISTRATOR, "/admin/nothing")]
LIMIT_BYTES = 150 * 1000  # with styles, scripts and pictures
WORDS = "kind words, and a wish: please call back sooner"


@pytest.fixture
def everything(service):
    """A cycle in each state that has pages of its own, and a signed-in client of each role."""
    app = create_app(runtime=service)
    released_cycle(service, app.test_client(), text=WORDS, key="2026-Q3")
    sent_reports(service, "2026-Q3")
    open_cycle(service, key="2026-Q4")
    draft_cycle(service, key="2027-Q1")
    clients = {role: app.test_client() for role in Role}
    members = {role: signed_in(client, role) for role, client in clients.items()}
    known = known_values(
        service,
        ("2027-Q1", "2026-Q4", "2026-Q3"),
        ratee="AM1",
        rater="C1",
        supervisor="B1",
        account=members[Role.MANAGER].id,
    )
    return app, clients, members, known


def shows_all(address):
    """The cycle in which a page has something to show: raters are helped in an open one, and what
    its roster cannot show is told until it closes."""
    return "2026-Q4" if "/raters/" in address or address.endswith("/groups") else "2026-Q3"


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("word", "size"), [("zh", PHONE), ("en", DESKTOP)])
def test_no_page_has_a_violation_overflows_or_is_heavy(
    service, everything, browser, word, size, shoot
):
    app, clients, members, known = everything
    context = browser.new_context(viewport=size)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    base = service.config.public_base_url
    loaded = []
    page.on("response", lambda reply: loaded.append(reply))
    seen = 0
    for role, client in clients.items():
        with service.database.transaction() as session:
            accounts.account_of(session, members[role].id).language = word
        carry_session(page, client, base)
        for one in [*account_pages(app, known), *OWN]:
            if one.role != role or one.address.endswith(NO_PAGES):
                continue
            loaded.clear()
            reply = page.goto(base + one.address)
            if reply.status != 200:  # the results of a cycle that has none yet, or raters of others
                assert reply.status in (404, 409), one.address
                assert shows_all(one.address) not in one.address
            page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            assert violations(page) == [], one.address
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= page.viewport_size["width"], one.address
            # Read here and not as they come: a body that comes late would go uncounted.
            weight = sum(len(each.body()) for each in loaded if each.ok)
            assert weight <= LIMIT_BYTES, one.address
            shoot(page, word, one.address)
            seen += 1
    assert seen > 20
    context.close()
