"""A served application and a real browser: Debian's chromium, driven by Playwright."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from surveyapp.commands.service import free_socket, serving
from surveyapp.runtime import Runtime
from tests.journeys.steps import PATIENCE

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture
def address(sqlite_run: Runtime) -> Iterator[str]:
    """The address of a running server."""
    sock = free_socket("127.0.0.1", 0)
    with serving(sqlite_run, sock):
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"


@pytest.fixture
def service(sqlite_run: Runtime) -> Iterator[Runtime]:
    """A running service that knows its own address; its cookies go over plain HTTP here."""
    sock = free_socket("127.0.0.1", 0)
    base = f"http://127.0.0.1:{sock.getsockname()[1]}"
    run = replace(sqlite_run, config=replace(sqlite_run.config, public_base_url=base))
    with serving(run, sock):
        yield run


@pytest.fixture
def phone(browser):
    """A page on a phone of 390 px."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def phone_without_script(browser):
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture(params=["phone", "desktop"])
def page(request, browser):
    size = PHONE if request.param == "phone" else DESKTOP
    context = browser.new_context(viewport=size, locale="en")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture
def shoot(request):
    """Keep a picture where SURVEYAPP_SHOTS says so; to look at."""
    folder = os.environ.get("SURVEYAPP_SHOTS")

    def keep(page, *words):
        if folder:
            name = "-".join(str(w).strip("/").replace("/", "_") or "root" for w in words)
            width = page.viewport_size["width"]
            page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)

    return keep
