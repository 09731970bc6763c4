"""How far an attack goes, and the figures that it found."""

from __future__ import annotations

import os
import random
import shutil
import subprocess

import pytest

from tests.conftest import missing

FULL = os.environ.get("SURVEYAPP_ATTACK_SCALE", "small") == "full"
SEED = 20261122


@pytest.fixture
def scaled():
    """``scaled(short, full)``: how often an attack is tried in this run."""
    return lambda short, full: full if FULL else short


@pytest.fixture
def rng() -> random.Random:
    return random.Random(SEED)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids, links and keys are drawn from a seed too; goes after ``run``, whose names must differ.

    What only chance could let fail then fails always or never.
    """
    source = random.Random(SEED)
    for place in ("os.urandom", "random._urandom"):  # of uuid, and of secrets
        monkeypatch.setattr(place, source.randbytes)


@pytest.fixture(scope="session")
def strace() -> str:
    """A strace that may trace here."""
    found = shutil.which("strace")
    if not found:
        missing("strace (Debian: strace)")
    tried = subprocess.run([found, "-o", "/dev/null", "true"], capture_output=True, check=False)
    if tried.returncode:
        missing("the permission to trace processes")
    return found


@pytest.fixture
def figures(request: pytest.FixtureRequest):
    """``figures(kills=8, lost=0)``: noted with the test, printed by ``make attack``."""

    def note(**found: object) -> None:
        request.node.user_properties += [(f"figure:{name}", value) for name, value in found.items()]

    return note


def pytest_terminal_summary(terminalreporter) -> None:
    if not FULL:
        return
    reports = [r for group in terminalreporter.stats.values() for r in group]
    lines = {
        f"{report.nodeid.rpartition('::')[2]}.{name.removeprefix('figure:')}={value}"
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name.startswith("figure:")
    }
    for line in sorted(lines):
        terminalreporter.write_line(line)
