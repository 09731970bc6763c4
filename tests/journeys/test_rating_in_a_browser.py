"""What raters do, in a real browser at phone width."""

import re

import pytest
from sqlalchemy import func, select

import questionnaires
from analysis.disclosure import Policy
from surveyapp.models import Ballot, Draft
from surveyapp.services import cycles
from surveyapp.services.people import import_roster
from surveyapp.services.rosters.roster import read_roster
from surveyapp.steps import open_with_keys
from tests.factories import open_cycle, token_of
from tests.journeys.steps import expect, follow, sizes_of, violations
from tests.people import HEADER, ROSTER

LIMIT_BYTES = 40 * 1024


def open_360(run, roster=ROSTER):
    """The shared cast with the questionnaire of the product."""
    with run.database.transaction() as session:
        loaded = questionnaires.load("account_manager_360")
        cycle = cycles.create_cycle(session, "2026-Q4", {"": loaded}, Policy(), title="2026 Q4")
        import_roster(session, cycle, read_roster(roster.encode()))
    open_with_keys(run, "2026-Q4")


def count(run, table):
    with run.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def items(page):
    return page.locator("fieldset").count()


def tap_every_item(page, nth):
    """Tap one point per item; returns the number of taps."""
    for number in range(items(page)):
        page.locator("fieldset").nth(number).locator(".points label").nth(nth).tap()
    return items(page)


def test_a_customer_with_two_managers_needs_fourteen_taps_for_twelve_items(
    sqlite_run, address, phone
):
    open_360(sqlite_run)
    phone.goto(f"{address}/r/{token_of(sqlite_run, 'C4')}/1")
    taps = tap_every_item(phone, 3)
    assert taps == 12
    follow(phone, phone.locator("button[value=submit]"), "tap")
    follow(phone, phone.locator("a.button", has_text="Next"), "tap")
    phone.wait_for_selector("form")
    assert taps + 2 == 14
    assert count(sqlite_run, Ballot) == 1


def test_a_customer_of_five_managers_goes_from_one_to_the_next(sqlite_run, address, phone):
    five = [f"M{n},Manager {n},m{n}@example.com,en,key,,,," for n in range(1, 6)]
    customer = "C1,客户一,c1@harbour.example,zh,,,,Harbour,M1|M2|M3|M4|M5"
    open_cycle(sqlite_run, roster=HEADER + "\n".join([*five, customer, ""]))
    phone.goto(f"{address}/r/{token_of(sqlite_run, 'C1')}")
    assert phone.locator(".people li").count() == 5
    follow(phone, phone.locator(".people a.button").first, "tap")
    rated = []
    for _ in range(5):
        rated.append(phone.locator("h1").inner_text())
        tap_every_item(phone, 3)
        follow(phone, phone.locator("button[value=submit]"), "tap")
        phone.wait_for_selector("[data-state=received]")
        following = phone.locator("a.button[href*='/r/']")
        if following.count():
            follow(phone, following.first, "tap")
            phone.wait_for_selector("form")
    assert len(set(rated)) == 5
    assert count(sqlite_run, Ballot) == 5
    assert not following.count()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("wrong", ["A" * 43, "A" * 42, "%E5%AE%A2"])
def test_a_wrong_link_says_what_to_do(sqlite_run, address, phone, wrong, language):
    open_cycle(sqlite_run)
    reply = phone.goto(f"{address}/r/{wrong}?lang={language}")
    assert reply.status == 404
    assert phone.locator("main a[href^='/recover']").is_visible()
    words = {"zh": "链接", "en": "link"}
    assert words[language] in phone.locator("h1").inner_text()


def test_answers_save_by_themselves_and_say_so(sqlite_run, address, phone):
    open_cycle(sqlite_run)
    link = f"{address}/r/{token_of(sqlite_run, 'C2')}/1"
    phone.goto(link)
    phone.locator("fieldset").first.locator(".points label").nth(1).tap()
    phone.locator("textarea").fill("half a thought")
    phone.wait_for_selector("#progress:has-text('Saved')")
    expect(phone.locator("#progress")).to_contain_text("1 / 3")
    assert count(sqlite_run, Draft) == 1
    phone.goto(link)
    assert phone.locator("input[value='2']").first.is_checked()
    assert phone.locator("textarea").input_value() == "half a thought"


def test_it_says_saved_only_once_everything_is(sqlite_run, address, phone):
    """While a save is on its way, more is typed: when it arrives, that is not saved yet."""
    open_cycle(sqlite_run)
    phone.goto(f"{address}/r/{token_of(sqlite_run, 'C2')}/1")
    phone.evaluate(
        "new MutationObserver(() => (window.said ??= []).push(progress.textContent))"
        ".observe(progress, {childList: true, characterData: true, subtree: true})"
    )
    bodies = []

    def slow(route):
        bodies.append(route.request.post_data)
        if len(bodies) == 1:
            phone.locator("textarea").fill("half a thought")
        route.continue_()

    phone.route("**/1", slow)
    phone.locator("fieldset").first.locator(".points label").nth(1).tap()
    phone.wait_for_selector("#progress:has-text('Saved')")
    assert ["half" in body for body in bodies] == [False, True]
    assert [words for words in phone.evaluate("said") if "Saved" in words] == ["1 / 3 · Saved"]


def test_a_second_tab_is_told_that_the_first_has_saved_and_overwrites_nothing(
    sqlite_run, address, phone
):
    open_cycle(sqlite_run)
    link = f"{address}/r/{token_of(sqlite_run, 'C2')}/1"
    other = phone.context.new_page()
    for tab in (phone, other):
        tab.goto(link)
    for words in ("first", "first and more"):
        phone.locator("textarea").fill(words)
        phone.wait_for_selector("#progress:has-text('Saved')")
    other.locator("textarea").fill("second")
    other.wait_for_selector("#progress:has-text('Changed in another window')")
    assert other.locator("textarea").input_value() == "second"
    phone.reload()
    assert phone.locator("textarea").input_value() == "first and more"
    follow(other, other.locator("button[value=save]"))
    expect(other.locator("textarea")).to_have_value("second")


def test_a_text_that_names_somebody_gets_a_gentle_local_hint(sqlite_run, address, phone):
    open_cycle(sqlite_run)
    phone.goto(f"{address}/r/{token_of(sqlite_run, 'C2')}/1")
    hint = phone.locator(".hint")
    for harmless in ("Very quick answers.", "回复很快，服务很好。", "All 3 orders came in time."):
        phone.locator("textarea").fill(harmless)
        expect(hint, harmless).to_be_hidden()
    for telling in ("Ask Anna Keller", "call 13800138000", "me@x.com", "3月15日开会", "王经理说过"):
        phone.locator("textarea").fill(telling)
        expect(hint, telling).to_be_visible()


def test_everything_works_without_script(sqlite_run, address, phone_without_script):
    page = phone_without_script
    open_cycle(sqlite_run)
    page.goto(f"{address}/r/{token_of(sqlite_run, 'C2')}/1")
    page.locator("fieldset").first.locator(".points label").nth(1).click()
    follow(page, page.locator("button[value=save]"))
    expect(page.get_by_text("Saved. You can go on later")).to_be_visible()
    for number in range(items(page)):
        page.locator("fieldset").nth(number).locator(".points label").nth(2).click()
    page.locator("button[value=submit]").click()
    expect(page.get_by_text("Received, thank you")).to_be_visible()
    assert count(sqlite_run, Ballot) == 1


def test_a_form_is_filled_in_and_sent_with_the_keyboard_alone(sqlite_run, address, phone):
    open_cycle(sqlite_run)
    phone.goto(f"{address}/r/{token_of(sqlite_run, 'C2')}/1")
    answered = 0
    for _ in range(40):
        phone.keyboard.press("Tab")
        kind = phone.evaluate("document.activeElement.type || ''")
        if kind == "radio":
            phone.keyboard.press("Space")
            phone.keyboard.press("ArrowRight")
            answered += 1
        if phone.evaluate("document.activeElement.value") == "submit":
            phone.keyboard.press("Enter")
            break
    phone.wait_for_selector("[data-state=received]")
    assert answered == 3
    assert count(sqlite_run, Ballot) == 1


def test_a_focused_choice_can_be_seen(sqlite_run, address, phone):
    open_cycle(sqlite_run)
    phone.goto(f"{address}/r/{token_of(sqlite_run, 'C2')}/1")
    for _ in range(3):
        phone.keyboard.press("Tab")
    outline = phone.evaluate(
        "getComputedStyle(document.activeElement.closest('label')).outlineStyle"
    )
    assert outline == "solid"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("rater", ["AM1", "B1", "P1", "C4"])
def test_rating_pages_have_no_accessibility_violation(sqlite_run, address, phone, rater, language):
    open_360(sqlite_run)
    link = f"{address}/r/{token_of(sqlite_run, rater)}"
    for page in ("", "/1", "/99"):
        phone.goto(f"{link}{page}?lang={language}")
        assert violations(phone) == []


@pytest.mark.parametrize("rater", ["AM1", "P1", "C4"])
def test_a_form_with_all_it_loads_stays_under_forty_kilobytes(sqlite_run, address, phone, rater):
    open_360(sqlite_run)
    sizes = sizes_of(phone, f"{address}/r/{token_of(sqlite_run, rater)}/1", headers=True)
    assert len(sizes) >= 3
    assert sum(sizes.values()) <= LIMIT_BYTES, sizes


def test_long_chinese_names_and_forty_items_do_not_overflow(sqlite_run, address, phone):
    roster = ROSTER.replace("李文", "阿依古丽·买买提江·阿卜杜热合曼诺夫斯基同志" * 2)
    open_360(sqlite_run, roster)
    for rater in ("AM1", "B1", "C4"):
        for page in ("", "/1"):
            phone.goto(f"{address}/r/{token_of(sqlite_run, rater)}{page}")
            assert phone.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("width", [320, 360, 375, 390])
def test_no_word_below_a_point_is_broken(sqlite_run, address, phone, width):
    open_cycle(sqlite_run)
    phone.set_viewport_size({"width": width, "height": 700})
    phone.goto(f"{address}/r/{token_of(sqlite_run, 'C2')}/1?lang=en")
    lines = phone.evaluate(
        "[...document.querySelectorAll('.points span')].map(s => {"
        " const all = document.createRange(); all.selectNodeContents(s);"
        " return [s.textContent, all.getClientRects().length] })"
    )
    assert ["Sometimes", 1] in lines
    assert [word for word, count in lines if count > len(word.split())] == []


def test_the_page_talks_to_nobody_but_us_and_breaks_no_policy(sqlite_run, address, phone):
    open_cycle(sqlite_run)
    hosts, complaints = set(), []
    phone.on("request", lambda request: hosts.add(re.sub(r"(//[^/]+).*", r"\1", request.url)))
    phone.on("console", lambda message: complaints.append(message.text))
    phone.goto(f"{address}/r/{token_of(sqlite_run, 'C2')}/1", wait_until="networkidle")
    phone.locator("fieldset").first.locator(".points label").nth(1).tap()
    phone.wait_for_selector("#progress:has-text('Saved')")
    assert hosts == {address}
    assert complaints == []
