"""Signing in and the pages for accounts, in a real browser."""

import pytest

from surveyapp.services.accounts import accounts
from tests.factories import open_cycle
from tests.journeys.steps import expect, fill_and_send, violations
from tests.signing_in import PASSWORD, invited, member


def language(run, who, word):
    with run.database.transaction() as session:
        accounts.account_of(session, who.id).language = word


def test_an_invited_administrator_comes_from_the_link_to_the_cycles(service, page):
    open_cycle(service)
    base = service.config.public_base_url
    link = invited(service, "anna@example.com")
    page.goto(f"{base}{link}")
    expect(page.get_by_text("选择密码").or_(page.get_by_text("设置密码")).first).to_be_visible()
    page.goto(f"{base}{link}?lang=en")
    fill_and_send(page, "Set the password", password=PASSWORD, again=PASSWORD)
    expect(page.get_by_text("The password is set. Please sign in with it.")).to_be_visible()
    fill_and_send(page, "Sign in", email="Anna@Example.com", password=PASSWORD)
    page.get_by_text("改为手动输入密钥").click()
    key = page.locator(".secret code").inner_text().replace(" ", "")
    import pyotp

    page.locator("input[name=code]").fill(pyotp.TOTP(key).at(service.config.now()))
    page.get_by_role("button", name="继续").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="已保存，继续").click()
    expect(page.locator("h1")).to_have_text("评价周期")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("row", name="2026 Q4")).to_be_visible()


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
    page.wait_for_selector(".notice.wrong")
    assert violations(page) == []
    shoot(page, word, "refused")
    fill_and_send(page, "Sign in", email=who.email, password=PASSWORD)
    page.wait_for_selector(".qr")
    assert violations(page) == []
    shoot(page, word, "authenticator")
