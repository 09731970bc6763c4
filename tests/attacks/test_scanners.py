"""Mail gateways, link previews and virus scanners open every link of a mail: nothing may change."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from surveyapp.commands.service import free_socket, serving
from tests.attacks.posting import forms
from tests.dumps import dump
from tests.factories import delivered, open_cycle, released_cycle, sent_reports

AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 SafeLinks", "Barracuda Sentinel (EE)",
    "Mimecast/1.0 URL Protect", "ProofPoint URL Defense", "Symantec-ClickTime/1.0",
    "facebookexternalhit/1.1", "Twitterbot/1.0", "Slackbot-LinkExpanding 1.0", "WhatsApp/2.23 A",
    "MicroMessenger/8.0.44", "DingTalkBot-LinkService/1.0", "Lark-Preview/1.0", "TelegramBot",
    "LinkedInBot/1.0", "Googlebot/2.1", "Baiduspider/2.0", "bingbot/2.0", "curl/8.5.0",
    "python-requests/2.32", "Wget/1.21", "Java/17.0", "", "HeadlessChrome/126.0",
)  # fmt: skip
HEADERS = (
    {"Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"X-Moz": "prefetch"},
    {"X-Purpose": "preview"}, {"Accept": "application/json"}, {"Accept": "image/*"},
    {"Range": "bytes=0-0"}, {"If-None-Match": "*"}, {"Referer": "https://mail.example/"},
    {"X-HTTP-Method-Override": "POST"}, {"Cache-Control": "no-cache"}, {"Upgrade": "h2c"},
)  # fmt: skip
PATTERNS = [
    *[(method, {"User-Agent": agent}) for agent in AGENTS for method in ("GET", "HEAD")],
    *[(method, headers) for headers in HEADERS for method in ("GET", "OPTIONS")],
]
QUERIES = ("", "?utm_source=mail", "?action=submit&item-quick=3", "?action=decline", "?lang=en")


def links(mail) -> set[str]:
    """Every address in any part and any header of a mail, as path and query."""
    texts = [str(value) for value in mail.values()]
    texts += [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    found = {link for text in texts for link in re.findall(r"https?://[^\s\"'<>]+", text)}
    return {urlsplit(link)._replace(scheme="", netloc="").geturl() for link in found}


def reachable(client, addresses: set[str]) -> set[str]:
    """These pages and all that they link to, one step further each, as a crawler goes."""
    seen: set[str] = set()
    while addresses - seen:
        address = min(addresses - seen)
        seen.add(address)
        page = client.get(address, buffered=True).get_data().decode(errors="replace")
        addresses |= {a.replace("&amp;", "&") for a in re.findall(r'(?:href|src)="(/[^"]*)"', page)}
    return seen


def test_no_scanner_changes_a_row_whatever_link_of_the_mails_it_follows(
    run, client, scaled, figures
):
    open_cycle(run)
    mails = delivered(run)
    addresses = {link for mail in mails for link in links(mail)}
    assert len(addresses) >= len(mails)
    before = dump(run)
    everywhere = reachable(client, set(addresses))
    assert len(everywhere) > len(addresses) + len(mails)
    patterns = PATTERNS[:: scaled(2, 1)]
    assert len(patterns) >= 30
    for address in sorted(addresses)[:: scaled(3, 1)]:
        for method, headers in patterns:
            reply = client.open(address, method=method, headers=headers, buffered=True)
            assert reply.status_code < 500
    for address in sorted(everywhere):
        for query in QUERIES:
            client.get(address.partition("?")[0] + query, buffered=True)
    figures(
        patterns=len(patterns), addresses=len(everywhere), rows_changed=int(dump(run) != before)
    )
    assert dump(run) == before


def test_no_scanner_changes_a_row_by_reading_reports(run, client):
    released_cycle(run, client)
    sent_reports(run)
    mails = [mail for mail in delivered(run) if "/m/" in mail.get_body(("plain",)).get_content()]
    addresses = {link for mail in mails for link in links(mail)}
    before = dump(run)
    everywhere = reachable(client, set(addresses))
    assert len(everywhere) >= 2 * len(mails) == 4
    for address in sorted(everywhere):
        for method, headers in PATTERNS:
            reply = client.open(address, method=method, headers=headers, buffered=True)
            assert reply.status_code < 500
    assert dump(run) == before


def test_a_scanner_that_presses_every_button_without_the_page_changes_no_row(run, client):
    open_cycle(run)
    before = dump(run)
    for form in forms(run):
        for action in ("save", "submit", "decline", ""):
            assert client.post(form.address, data={"action": action}).status_code in (400, 422)
        # It did read the page, but does not fill in a form: nothing is submitted either.
        token = {"form_token": form.data([1, 2, 3])["form_token"]}
        assert client.post(form.address, data=token | {"action": "submit"}).status_code == 422
    assert dump(run) == before


def test_a_headless_browser_that_renders_the_pages_changes_no_row(sqlite_run, browser):
    """With scripts on, scrolled, left open past the first autosave, and closed again."""
    open_cycle(sqlite_run)
    everybody = forms(sqlite_run)
    before = dump(sqlite_run)
    sock = free_socket("127.0.0.1", 0)
    with serving(sqlite_run, sock):
        page = browser.new_page()
        for form in everybody[:4]:
            page.goto(f"http://127.0.0.1:{sock.getsockname()[1]}{form.address}")
            page.mouse.wheel(0, 4000)
            page.wait_for_timeout(300)
        page.close()
    assert dump(sqlite_run) == before
