"""The results of a cycle in a real browser: read, accessible, and all reports made at once."""

import zipfile
from dataclasses import replace

import pytest

from surveyapp import create_app
from surveyapp.commands.service import free_socket, serving
from surveyapp.views.visitor import SESSION
from tests.factories import ratee_id, released_cycle
from tests.journeys.conftest import PHONE
from tests.journeys.steps import PATIENCE, violations
from tests.people import HEADER
from tests.signing_in import cookie, post, signed_in

ROSTER = HEADER + "".join(
    f"M{n},Manager {n},m{n}@example.com,en,key,B1,"
    f"{'|'.join(f'M{(n + k) % 10}' for k in (1, 2, 3, 4))},,\n"
    for n in range(10)
) + "B1,Boss Sun,boss@example.com,en,,,,,\n"  # fmt: skip
CYCLE = "/admin/cycles/2026-Q4"


@pytest.fixture
def service(sqlite_run):
    """A running service that knows its own address, where the results of a cycle are out."""
    sock = free_socket("127.0.0.1", 0)
    base = f"http://127.0.0.1:{sock.getsockname()[1]}"
    run = replace(sqlite_run, config=replace(sqlite_run.config, public_base_url=base))
    released_cycle(
        run, create_app(runtime=run).test_client(), roster=ROSTER, text="The service is slow."
    )
    with serving(run, sock):
        yield run


@pytest.fixture
def analyst(service):
    """The client of an analyst, whose session the phone shares."""
    client = create_app(runtime=service).test_client()
    signed_in(client, "analyst")
    return client


@pytest.fixture
def page(browser, service, analyst):
    """A phone on which the analyst is signed in."""
    context = browser.new_context(viewport=PHONE, locale="en")
    context.set_default_timeout(PATIENCE)
    base = service.config.public_base_url
    context.add_cookies([{"name": SESSION, "value": cookie(analyst), "url": base}])
    yield context.new_page()
    context.close()


def pages_of(run):
    team = ratee_id(run, "B1")
    return [
        f"{CYCLE}/{page}"
        for page in ("results", "results/statistics", "company", "teams", f"teams/{team}", "note",
                     "comments", "compare", "batch")
    ] + ["/admin/cycles/2026-Q4/ratees/" + ratee_id(run, "M1")]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_breaks_a_rule_of_accessibility_or_scrolls_sideways(
    service, page, analyst, language
):
    post(analyst, "/account/language", language=language, back="/admin/")
    found = []
    for place in pages_of(service):
        page.goto(service.config.public_base_url + place)
        found += [(place, *each) for each in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            found.append((place, "scrolls sideways", ""))
    assert found == []


def test_all_reports_are_watched_and_taken_along(service, page):
    page.goto(f"{service.config.public_base_url}{CYCLE}/batch")
    page.get_by_role("button", name="Make all reports").click()
    link = page.get_by_role("link", name="Download all as one file")
    link.wait_for(timeout=5 * PATIENCE)  # the script brings it, without a hand
    with page.expect_download() as download:
        link.click()
    with zipfile.ZipFile(download.value.path()) as whole:
        assert len(whole.namelist()) == 10
