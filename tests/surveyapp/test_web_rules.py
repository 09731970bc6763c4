"""Rules that hold for every answer of the service, whoever asks for what."""

from __future__ import annotations

import re
import socket
import threading
from http.client import HTTPConnection
from pathlib import Path

import pytest

import surveyapp
from surveyapp.commands.service import free_socket, serving
from tests.factories import open_cycle, token_of
from tests.signing_in import member, post, signed_in

ROOT = Path(surveyapp.__file__).parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STATIC = sorted(path.name for path in (ROOT / "static").iterdir() if path.is_file())
ADDRESSES = ("/", "/recover", "/account/sign-in", "/readyz", "/healthz", "/nowhere", "/r/x")


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH"])
def test_methods_that_nobody_needs_are_refused(run, client, method):
    for address in ("/", "/account/sign-in", "/static/admin.css"):
        assert client.open(address, method=method).status_code == 405


def test_no_answer_is_for_pages_of_other_origins(run, client):
    for address in ADDRESSES:
        reply = client.get(address, headers={"Origin": "https://evil.example"})
        assert [name for name, _ in reply.headers if name.startswith("Access-Control")] == []


def test_every_text_says_in_which_characters_it_is_written(run, client):
    for address in (*ADDRESSES, *(f"/static/{name}" for name in STATIC)):
        with client.get(address) as reply:
            said = reply.headers["Content-Type"]
        assert said.startswith("application/json") or "charset=utf-8" in said, address


def test_every_answer_forbids_guessing_of_types_framing_and_other_sources(run, client):
    for address in (*ADDRESSES, *(f"/static/{name}" for name in STATIC)):
        with client.get(address) as reply:
            policy = reply.headers["Content-Security-Policy"]
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            assert reply.headers["Referrer-Policy"] == "no-referrer"
        for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert part in policy


def test_nothing_but_style_and_script_may_be_kept_in_a_cache(run, client):
    open_cycle(run)
    link = f"/r/{token_of(run, 'C1')}"
    signed_in(client)
    for address in (*ADDRESSES, link, f"{link}/1", "/admin/", "/account/"):
        assert client.get(address).headers["Cache-Control"] == "no-store"


def test_folders_are_not_listed(run, client):
    for address in ("/static/", "/static/..", "/static/../config.py", "/.git/config"):
        assert client.get(address).status_code == 404


def test_passwords_are_masked_and_may_be_pasted_and_filled_in():
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"onpaste|oncopy|oncontextmenu", text)
        for field in re.findall(r"ui\.field\(form\.(?:password|again|present).*?\) }}", text):
            assert 'type="password"' in field
            assert re.search(r'"autocomplete": "(current|new)-password"', field)


def test_every_page_of_an_account_offers_to_sign_out(run, client):
    signed_in(client)
    for address in ("/account/", "/admin/", "/admin/audit", "/account/second-factor"):
        assert 'action="/account/sign-out"' in client.get(address).text


def test_what_the_address_says_does_not_stand_in_for_a_field_of_the_form(run, client):
    who = member(run, "manager")
    client.get("/account/sign-in")
    address = f"/account/sign-in?email={who.email}&password=four+loud+herons+whistle"
    assert post(client, address).status_code == 422


def test_nothing_is_kept_in_the_browser_but_cookies():
    for path in [*(ROOT / "static").glob("*.js"), *TEMPLATES]:
        text = path.read_text(encoding="utf-8")
        found = re.findall(r"localStorage|sessionStorage|indexedDB|document\.cookie", text)
        assert not found, path.name


def test_no_script_makes_markup_or_code_of_text():
    for path in [*(ROOT / "static").glob("*.js"), *TEMPLATES]:
        text = path.read_text(encoding="utf-8")
        sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function"
        assert not re.findall(sinks, text), path.name


def test_no_template_switches_escaping_off():
    for path in TEMPLATES:
        assert not re.search(r"\|\s*safe|autoescape", path.read_text(encoding="utf-8")), path.name


def said_to(run, *requests: bytes) -> bytes:
    """What the server answers over one connection, until it ends it."""
    sock = free_socket("127.0.0.1", 0)
    with (
        serving(run, sock),
        socket.create_connection(sock.getsockname(), timeout=120) as connection,
    ):
        connection.sendall(b"".join(requests))
        answers = b""
        while part := connection.recv(65536):
            answers += part
    return answers


def test_a_server_that_ends_waits_for_no_connection_that_a_browser_keeps(sqlite_run, caplog):
    before = set(threading.enumerate())
    sock = free_socket("127.0.0.1", 0)
    with serving(sqlite_run, sock):
        kept = HTTPConnection(*sock.getsockname(), timeout=20)
        kept.request("GET", "/healthz", headers={"Host": "localhost"})
        assert kept.getresponse().read()
        assert kept.sock is not None  # it stays open
    assert set(threading.enumerate()) <= before
    assert kept.sock.recv(1) == b""
    kept.close()
    assert caplog.messages == []  # nor does it speak of it to whoever tries the demo


def test_a_request_of_two_lengths_is_read_by_its_chunks(sqlite_run):
    """Were the other length believed, the second request would hide in the body of the first."""
    second = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    body = b"0\r\n\r\n" + second
    head = b"POST /recover HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
    answers = said_to(sqlite_run, head, b"Content-Length: %d\r\n\r\n" % len(body), body)
    assert answers.count(b"HTTP/1.1 ") == 2
    assert answers.rpartition(b"HTTP/1.1 ")[2].startswith(b"200 OK")


@pytest.mark.parametrize(
    "header", [b"Transfer-Encoding: xchunked", b"Content-Length: +5", b"Content-Length: 5, 6"]
)
def test_a_request_of_no_clear_length_is_refused_and_the_connection_ended(sqlite_run, header):
    head = b"POST /recover HTTP/1.1\r\nHost: localhost\r\n" + header + b"\r\n\r\n"
    answers = said_to(sqlite_run, head, b"12345GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answers.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501"))
    assert answers.count(b"HTTP/1.1 ") == 1
