"""Fixtures of the whole suite. Tests that ask for ``run`` run on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import CodeType

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import create_engine, make_url, text

from surveyapp import create_app, db
from surveyapp.config import Config
from surveyapp.migrations import upgrade
from surveyapp.runtime import Runtime, runtime_for
from surveyapp.security import QuietFlask
from tests import postgres
from tests.commands import Commands
from tests.people import NOW

# How long an example takes says more of the machine than of the code.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


class Compiled(BytecodeCache):
    """Templates compiled once in a process, not by each of its thousands of applications."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}  # by name and by a digest of the source

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


QuietFlask.jinja_options = {"bytecode_cache": Compiled()}


def missing(what: str) -> None:
    """Skip with a visible reason; in CI nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI lacks {what}")
    pytest.skip(f"{what} is not installed here")


QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """One real browser for all tests that need one: Playwright starts once in a process."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright (make check installs it)")
    if not chromium:
        missing("a browser (Debian: chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=QUIET, timeout=120_000)
        yield started
        started.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file; each test copies it."""
    path = tmp_path_factory.mktemp("template") / "surveyapp.sqlite3"
    run = runtime_for(_config(path.parent, f"sqlite:///{path}"))
    upgrade(run.database)
    run.database.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    given = os.environ.get("SURVEYAPP_TEST_DATABASE_URL")
    if given:
        yield given
        return
    binaries = postgres.find_binaries()
    if binaries is None:
        missing("a PostgreSQL server (Debian: postgresql)")
    with postgres.server(binaries) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated, empty database; each test copies it."""
    name = f"template_{uuid.uuid4().hex}"
    _administer(postgres_server, f'CREATE DATABASE "{name}"')
    url = make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
    run = runtime_for(_config(tmp_path_factory.mktemp("pg"), url))
    upgrade(run.database)
    run.database.engine.dispose()
    return name


def _administer(server: str, command: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(command))
    engine.dispose()


def _config(folder: Path, url: str) -> Config:
    return Config(
        data_dir=folder / "data",
        database_url=url,
        key_dir=folder / "keys",
        secret_file=folder / "keys" / "secret",
        mail_url=f"folder:{folder / 'mail'}",
        public_base_url="https://feedback.example.com",
        organisation="Morningstar",
        test_now=NOW,
    )


@pytest.fixture
def sqlite_run(sqlite_template: Path, tmp_path: Path) -> Iterator[Runtime]:
    """A service on a fresh SQLite database."""
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "surveyapp.sqlite3"
    shutil.copy(sqlite_template, path)
    run = runtime_for(_config(tmp_path, f"sqlite:///{path}"))
    yield run
    run.database.engine.dispose()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests of many at once: on a slow machine the last one waits long, and is not sent away.

    Goes before ``run`` (``usefixtures``), which makes the pool of connections.
    """
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 120_000)
    monkeypatch.setattr(db, "POOL_TIMEOUT", 120)


@pytest.fixture(params=["sqlite", "postgresql"])
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Runtime]:
    """A service on a fresh database of either kind."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_run")
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template")
    name = f"test_{uuid.uuid4().hex}"
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    run = runtime_for(_config(tmp_path, url))
    yield run
    run.database.engine.dispose()
    _administer(server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def at():
    """The same service at another time: ``at(run, moment)``."""
    return lambda run, moment: replace(run, config=replace(run.config, test_now=moment))


@pytest.fixture
def cli(
    sqlite_run: Runtime, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Commands:
    """The command line, on SQLite."""
    return Commands(sqlite_run, monkeypatch, capsys)


@pytest.fixture
def client(run: Runtime) -> FlaskClient:
    return create_app(runtime=run).test_client()
