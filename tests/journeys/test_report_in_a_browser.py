"""What managers do with the link to their report: a real browser, on a phone and a large screen."""

from __future__ import annotations

import re

import pytest

from analysis.pdf.labels import LABELS
from surveyapp import create_app
from surveyapp.views.report_pages import report_page
from tests.analysis.pdf.sample_reports import EVERY
from tests.factories import delivered, released_cycle, report_token, sent_reports
from tests.journeys.steps import PATIENCE, expect, sizes_of, violations

LIMIT_BYTES = 100 * 1024  # a page with all it loads, uncompressed
WIDE = {"width": 1280, "height": 900}


@pytest.fixture
def released(sqlite_run, address):
    """A released cycle; its address is that of the running server."""
    client = create_app(runtime=sqlite_run).test_client()
    released_cycle(sqlite_run, client, text="kind words, and a wish: please call back sooner")
    sent_reports(sqlite_run)
    return sqlite_run


@pytest.fixture
def link(released, address):
    return lambda who="AM1": f"{address}/m/{report_token(released, who)}"


@pytest.fixture
def large_screen(browser):
    context = browser.new_context(viewport=WIDE)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def sample(sqlite_run, address, phone):
    """Show a report made by hand as the server would."""
    app = create_app(runtime=sqlite_run)

    def show(name, page):
        from flask import g

        report = EVERY[name]()
        with app.test_request_context("/"):
            g.language, g.asked_language = report.language, None
            html = report_page(report, "/report.pdf")
        page.route("**/sample", lambda route: route.fulfill(body=html, content_type="text/html"))
        page.goto(f"{address}/sample")
        page.unroute("**/sample")

    return show


def test_from_the_mail_to_the_pdf_it_takes_two_taps(released, address, phone):
    mail = next(m for m in delivered(released) if "li@" in m["To"] and "/m/" in body(m))
    (first,) = re.findall(r"https://\S+(/m/\S+)", body(mail))
    phone.goto(address + first)  # the first tap
    assert phone.locator("h1").inner_text() == "客户经理多方反馈报告"
    button = phone.locator("a.button", has_text="PDF")
    assert button.bounding_box()["y"] < phone.viewport_size["height"]  # no search for the second
    reply = phone.request.get(address + button.get_attribute("href"))
    assert reply.body().startswith(b"%PDF-")


def body(mail):
    return mail.get_body(("plain",)).get_content()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_report_has_no_accessibility_violation(link, phone, large_screen, language):
    for page in (phone, large_screen):
        page.goto(f"{link()}?lang={language}")
        assert page.locator("h2").count() > 5
        assert violations(page) == []


@pytest.mark.parametrize("name", ["rich_zh", "rich_en", "sparse", "hidden", "hr", "large"])
def test_no_kind_of_report_has_an_accessibility_violation(sample, phone, large_screen, name):
    for page in (phone, large_screen):
        sample(name, page)
        assert violations(page) == []


def test_a_page_that_cannot_be_shown_has_no_violation(released, address, phone):
    phone.goto(f"{address}/m/{'A' * 43}")
    assert violations(phone) == []


@pytest.mark.parametrize("name", ["rich_zh", "rich_en", "hidden", "long_names", "large"])
def test_nothing_overflows_a_phone(sample, phone, name):
    sample(name, phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


QUOTE = """() => {
    const quote = document.createElement("span");
    quote.textContent = "\u201c";
    document.querySelector("main").append(quote);
    const style = getComputedStyle(quote);
    return [quote.getBoundingClientRect().width / parseFloat(style.fontSize), style.fontFamily];
}"""


def test_each_language_is_set_in_its_own_fonts(link, address, phone):
    """Also where only fonts of Chinese are installed, whose quotation marks are wide."""
    for page in (link(), f"{address}/recover", f"{address}/account/sign-in"):
        phone.goto(f"{page}?lang=en")
        width, fonts = phone.evaluate(QUOTE)
        assert width < 0.6, page
        assert fonts.startswith("-apple-system"), page
        phone.goto(f"{page}?lang=zh")
        assert phone.evaluate(QUOTE)[1].startswith('"PingFang SC"'), page


@pytest.mark.parametrize("width", [768, 1280])
@pytest.mark.parametrize("name", ["rich_en", "large"])
def test_names_keep_room_beside_many_columns(sample, large_screen, name, width):
    """Five groups, the others and the gap once left them sixty pixels."""
    large_screen.set_viewport_size({"width": width, "height": 900})
    sample(name, large_screen)
    assert large_screen.evaluate("document.documentElement.scrollWidth") <= width
    names = large_screen.locator(".charted tbody .what")
    assert names.count() > 5
    for one in names.all():
        assert one.bounding_box()["width"] >= 140


def test_tables_stay_tables_on_a_phone(sample, phone):
    sample("rich_en", phone)
    table = phone.get_by_role("table", name="Competencies")
    assert table.get_by_role("row").count() == 7
    assert table.get_by_role("columnheader", name="Peers").count() == 1
    assert table.get_by_role("rowheader", name=re.compile("Integrity")).count() == 1
    chart = table.get_by_role("img", name=re.compile("Integrity on the scale from 1 to 5"))
    assert chart.count() == 1


def test_the_way_through_a_report_by_keyboard_can_be_seen(sample, large_screen):
    sample("rich_en", large_screen)
    large_screen.keyboard.press("Tab")
    assert large_screen.evaluate("document.activeElement.className") == "skip"
    assert large_screen.locator(".skip").bounding_box()["y"] >= 0
    large_screen.keyboard.press("Enter")
    expect(large_screen.locator("#content")).to_be_focused()
    large_screen.keyboard.press("Shift+Tab")
    outline = large_screen.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_the_contents_lead_to_every_section(sample, large_screen):
    sample("rich_zh", large_screen)
    for entry in large_screen.locator(".contents a").all():
        target = entry.get_attribute("href")
        assert large_screen.locator(f"{target} h2").inner_text() == entry.inner_text()


def test_marks_have_their_colours_and_stand_in_their_charts(sample, phone):
    sample("rich_zh", phone)
    colours = phone.evaluate(
        "[...document.querySelectorAll('defs > *')].map(e => getComputedStyle(e).fill)"
    )
    assert len(set(colours)) == 5
    for chart in phone.locator("svg.dots").all()[:4]:
        frame = chart.bounding_box()
        for mark in chart.locator("use").all():
            box = mark.bounding_box()
            assert frame["x"] - 1 <= box["x"]
            assert box["x"] + box["width"] <= frame["x"] + frame["width"] + 1


def test_a_printed_report_leaves_out_what_only_a_screen_needs(sample, large_screen):
    sample("rich_zh", large_screen)
    large_screen.emulate_media(media="print")
    for unneeded in (".contents", ".languages", ".button"):
        assert not large_screen.locator(unneeded).is_visible()
    assert large_screen.get_by_text(LABELS["zh"].plan, exact=True).is_visible()


def test_a_printed_table_leaves_room_for_its_labels(sample, large_screen):
    large_screen.set_viewport_size({"width": 794, "height": 1123})  # A4
    sample("large", large_screen)
    large_screen.emulate_media(media="print")
    for table in large_screen.locator("table.scores").all()[:3]:
        assert table.locator("tbody .what").first.bounding_box()["width"] >= 110
    assert large_screen.evaluate("document.documentElement.scrollWidth") <= 794


def test_everything_is_there_without_script_and_nothing_from_elsewhere(link, address, phone):
    hosts, complaints = set(), []
    phone.on("request", lambda request: hosts.add(re.sub(r"(//[^/]+).*", r"\1", request.url)))
    phone.on("console", lambda message: complaints.append(message.text))
    phone.goto(link(), wait_until="networkidle")
    assert phone.locator("script").count() == 0
    assert (hosts, complaints) == ({address}, [])


def test_a_page_with_all_it_loads_is_light(link, phone):
    sizes = sizes_of(phone, link())
    assert len(sizes) >= 2
    assert sum(sizes.values()) <= LIMIT_BYTES, sizes
