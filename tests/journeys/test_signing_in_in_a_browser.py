"""Signing in and the pages for accounts, in a real browser."""

from pathlib import Path

import pytest

from surveyapp.services import accounts
from tests.factories import open_cycle
from tests.journeys.conftest import PHONE
from tests.signing_in import PASSWORD, invited, member

DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(params=["phone", "desktop"])
def page(request, browser):
    size = PHONE if request.param == "phone" else DESKTOP
    context = browser.new_context(viewport=size, locale="en")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


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


def language(run, who, word):
    with run.database.transaction() as session:
        accounts.account_of(session, who.id).language = word


def test_an_invited_administrator_comes_from_the_link_to_the_cycles(service, page):
    open_cycle(service)
    base = service.config.public_base_url
    link = invited(service, "anna@example.com")
    page.goto(f"{base}{link}")
    assert page.get_by_text("选择密码").or_(page.get_by_text("设置密码")).first.is_visible()
    page.goto(f"{base}{link}?lang=en")
    fill_and_send(page, "Set the password", password=PASSWORD, again=PASSWORD)
    assert page.get_by_text("The password is set. Please sign in with it.").is_visible()
    fill_and_send(page, "Sign in", email="Anna@Example.com", password=PASSWORD)
    page.get_by_text("改为手动输入密钥").click()
    key = page.locator(".secret code").inner_text().replace(" ", "")
    import pyotp

    page.locator("input[name=code]").fill(pyotp.TOTP(key).at(service.config.now()))
    page.get_by_role("button", name="继续").click()
    assert page.locator(".codes li").count() == 10
    page.get_by_role("link", name="已保存，继续").click()
    assert page.locator("h1").inner_text() == "评价周期"
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("row", name="2026 Q4").is_visible()


ADDRESSES = ("/admin/", "/my/", "/admin/audit", "/admin/people/accounts",
             "/admin/people/accounts/{id}", "/account/", "/admin/nothing")  # fmt: skip


@pytest.mark.parametrize("word", ["zh", "en"])
def test_pages_for_accounts_have_no_accessibility_violation_and_do_not_overflow(
    service, page, word, shoot
):
    open_cycle(service)
    who = member(service, "administrator")
    member(service, "manager")
    invited(service, "anna.with.a.very.long.address@subsidiary.example.com")
    sign_in(page, service, who)
    language(service, who, word)
    for address in ADDRESSES:
        page.goto(service.config.public_base_url + address.format(id=who.id))
        for details in page.locator("details > summary").all():
            details.click()
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
        shoot(page, word, address)


@pytest.mark.parametrize("word", ["zh", "en"])
def test_the_way_in_has_no_accessibility_violation(service, page, word, shoot):
    base = service.config.public_base_url
    who = member(service, "administrator", authenticator=False)
    for address in (
        f"/account/sign-in?lang={word}",
        f"{invited(service, 'anna@example.com')}?lang={word}",
        f"/account/link/{'A' * 43}?lang={word}",
    ):
        page.goto(base + address)
        assert violations(page) == [], address
        shoot(page, word, address.partition("?")[0][:14])
    language(service, who, word)
    page.goto(f"{base}/account/sign-in?lang=en")
    fill_and_send(page, "Sign in", email=who.email, password="not the right one")
    assert violations(page) == []
    shoot(page, word, "refused")
    fill_and_send(page, "Sign in", email=who.email, password=PASSWORD)
    page.wait_for_selector(".qr")
    assert violations(page) == []
    shoot(page, word, "authenticator")


def violations(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(v["id"], v["help"], v["nodes"][0]["html"]) for v in found]


@pytest.fixture
def shoot(request):
    """Keep a picture where SURVEYAPP_SHOTS says so; to look at."""
    import os

    folder = os.environ.get("SURVEYAPP_SHOTS")

    def keep(page, *words):
        if folder:
            name = "-".join(str(w).strip("/").replace("/", "_") or "root" for w in words)
            width = page.viewport_size["width"]
            page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)

    return keep
