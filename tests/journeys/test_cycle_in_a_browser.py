"""HR runs whole cycles in a real browser: the first from an empty database, then the second."""

from __future__ import annotations

import re
from io import BytesIO

import pyotp
import pytest
from pypdf import PdfReader

from analysis.disclosure import Policy
from surveyapp import create_app
from tests.factories import delivered, everybody_answers, released_cycle, token_of
from tests.journeys.steps import PATIENCE, carry_session, expect, follow
from tests.people import ROSTER
from tests.signing_in import PASSWORD, invited, signed_in


@pytest.fixture
def desk(browser):
    """A window on HR's desk, and every form that it sends."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.sent = []
    page.on("request", lambda made: page.sent.append(made.url) if made.method == "POST" else None)
    yield page
    context.close()


def come_in(page, run, link):
    """From the link of a new account to the first page."""
    send = page.locator("main form.stack button").last
    page.goto(f"{run.config.public_base_url}{link}")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=again]").fill(PASSWORD)
    follow(page, send)
    page.locator("input[name=email]").fill("hr@example.com")
    page.locator("input[name=password]").fill(PASSWORD)
    follow(page, page.locator("main form button.wide").first)
    key = page.locator(".secret code").text_content().replace(" ", "")
    page.locator("input[name=code]").fill(pyotp.TOTP(key).at(run.config.now()))
    follow(page, send)
    follow(page, page.locator("main a.button"))


def upload_roster(page, folder):
    (folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    page.locator("input[type=file]").set_input_files(folder / "roster.csv")
    follow(page, page.locator("button[value=look]"))
    follow(page, page.locator("button[value=store]"))


def confirmed(page, action, key):
    """Open what a step says of itself, type the key, and do it."""
    form = page.locator("form", has=page.locator(f"button[value={action}]"))
    form.locator("xpath=preceding-sibling::summary").click()
    form.locator("input[name=typed]").fill(key)
    follow(page, form.locator(f"button[value={action}]"))


@pytest.mark.parametrize("word", ["zh", "en"])
def test_the_first_cycle_from_an_empty_database_to_a_released_pdf(service, desk, word, tmp_path):
    base = service.config.public_base_url
    come_in(desk, service, invited(service, "hr@example.com"))
    if word == "en":
        follow(desk, desk.get_by_role("button", name="English"))
    follow(desk, desk.locator("a[href='/admin/cycles/new']").first)
    desk.locator("input[name=key]").fill("2026-Q4")
    desk.locator("input[name=title]").fill("2026 Q4")
    desk.locator("input[name=closes]").fill("2026-12-31")
    desk.locator("select[name=questionnaire]").select_option("account_manager_360")
    follow(desk, desk.locator("main form.stack button"))
    upload_roster(desk, tmp_path)
    desk.goto(f"{base}/admin/cycles/2026-Q4")
    confirmed(desk, "open", "2026-Q4")
    assert len(delivered(service)) == 12
    client = create_app(runtime=service).test_client()
    everybody_answers(service, client, text="always quick, and kind")
    desk.reload()
    confirmed(desk, "close", "2026-Q4")
    confirmed(desk, "release", "2026-Q4")
    follow(desk, desk.locator("main a[href$='/results']").first)
    pdf = desk.locator("a[href$='report.pdf']").first.get_attribute("href")
    reply = desk.request.get(base + pdf)
    assert reply.headers["content-type"] == "application/pdf"
    assert "李文" in PdfReader(BytesIO(reply.body())).pages[0].extract_text()


def test_the_second_cycle_takes_four_actions(service, desk, tmp_path):
    app = create_app(runtime=service)
    released_cycle(service, app.test_client(), key="2026-Q3")
    hr = app.test_client()
    signed_in(hr, "administrator")
    carry_session(desk, hr, service.config.public_base_url)
    desk.goto(f"{service.config.public_base_url}/admin/cycles/2026-Q3")
    # 1: clone
    follow(desk, desk.locator("a[href$='/copy']"))
    expect(desk.locator("input[name=key]")).to_have_value("2026-Q4")
    desk.locator("input[name=closes]").fill("2026-12-31")
    follow(desk, desk.locator("main form.stack button"))
    # 2: upload the roster
    upload_roster(desk, tmp_path)
    follow(desk, desk.locator("main a[href='/admin/cycles/2026-Q4']").last)
    # 3: look at the mails
    follow(desk, desk.locator("a[href$='/mails']").first)
    expect(desk.locator(".letter-text")).to_contain_text("/r/sample")
    follow(desk, desk.locator(".trail a[href='/admin/cycles/2026-Q4']"))
    # 4: launch
    confirmed(desk, "open", "2026-Q4")
    steps = [re.sub(r".*/admin/cycles/", "", url) for url in desk.sent]
    assert steps == ["2026-Q3/copy", "2026-Q4/roster", "2026-Q4/roster", "2026-Q4"]
    mails = [
        mail for mail in delivered(service) if token_of(service, "AM1", "2026-Q4") in str(mail)
    ]
    assert [mail["To"] for mail in mails] == ["李文 <li@example.com>"]


@pytest.mark.parametrize("role", ["manager", "supervisor"])
def test_from_the_first_page_to_the_pdf_it_takes_two_taps(service, phone, role):
    app = create_app(runtime=service)
    released_cycle(service, app.test_client(), key="2026-Q3", policy=Policy(supervisor_reads=True))
    reader = app.test_client()
    signed_in(reader, role)
    carry_session(phone, reader, service.config.public_base_url)
    first = "/my/" if role == "manager" else "/my/team/"
    phone.goto(service.config.public_base_url + first)
    follow(phone, phone.locator("main a[href*='/ratees/']:not([href*='.pdf'])").first, "tap")
    phone.wait_for_selector("a.button[href*='report.pdf']")
    pdf = phone.locator("a.button[href*='report.pdf']").get_attribute("href")
    reply = phone.request.get(service.config.public_base_url + pdf)
    assert reply.body().startswith(b"%PDF-")
