"""The tutorial, followed word by word in a real browser."""

from __future__ import annotations

import re

import pytest

from surveyapp.commands.service import free_socket
from tests.journeys.conftest import DESKTOP
from tests.journeys.steps import PATIENCE
from tests.tutorial import DOCUMENT, reader


@pytest.fixture
def desk(browser):
    context = browser.new_context(viewport=DESKTOP, locale="en")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def test_the_tutorial_leads_from_nothing_to_a_report(desk, phone, tmp_path):
    seen = []
    # Held all the while, so that nobody else is given this port before the service listens on it.
    with (
        free_socket("127.0.0.1", 0) as held,
        reader(tmp_path, str(held.getsockname()[1]), desk, phone) as one,
    ):
        one.seen = lambda picture, page: seen.append(picture)
        steps = one.follow()
    assert steps > 30
    text = DOCUMENT.read_text(encoding="utf-8")
    assert seen == re.findall(r"\(images/([^)]+)\)", text)
    pressed = re.findall(r"[Pp]ress\s+\*\*", text)
    assert len(pressed) > 10
