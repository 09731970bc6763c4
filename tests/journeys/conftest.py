"""A served application and a real browser: Debian's chromium, driven by Playwright."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from surveyapp.commands.service import free_socket, make_server
from surveyapp.runtime import Runtime

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def address(sqlite_run: Runtime) -> Iterator[str]:
    """The address of a running server."""
    sock = free_socket("127.0.0.1", 0)
    port = sock.getsockname()[1]
    server = make_server(sqlite_run, sock)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(10)


@pytest.fixture
def service(sqlite_run: Runtime) -> Iterator[Runtime]:
    """A running service that knows its own address; its cookies go over plain HTTP here."""
    sock = free_socket("127.0.0.1", 0)
    base = f"http://127.0.0.1:{sock.getsockname()[1]}"
    run = replace(sqlite_run, config=replace(sqlite_run.config, public_base_url=base))
    server = make_server(run, sock)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield run
    server.close()
    server.task_dispatcher.shutdown()
    thread.join(10)


@pytest.fixture
def phone(browser):
    """A page on a phone of 390 px."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone_without_script(browser):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()
