"""The tutorial, followed word by word in a real browser."""

from __future__ import annotations

import re

import pytest

from surveyapp.commands.service import free_socket
from tests.journeys.conftest import DESKTOP
from tests.tutorial import DOCUMENT, reader


@pytest.fixture
def desk(browser):
    context = browser.new_context(viewport=DESKTOP, locale="en")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_the_tutorial_leads_from_nothing_to_a_report(desk, phone, tmp_path):
    with free_socket("127.0.0.1", 0) as sock:
        port = str(sock.getsockname()[1])
    seen = []
    with reader(tmp_path, port, desk, phone) as one:
        one.seen = lambda picture, page: seen.append(picture)
        steps = one.follow()
    assert steps > 30
    text = DOCUMENT.read_text(encoding="utf-8")
    assert seen == re.findall(r"\(images/([^)]+)\)", text)
    pressed = re.findall(r"[Pp]ress\s+\*\*", text)
    assert len(pressed) > 10
