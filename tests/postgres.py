"""A PostgreSQL server of our own: a fresh folder, a Unix socket, no network, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import until

START_TIMEOUT = 120
# Tests need no durability; the service itself checks it where it runs.
SETTINGS = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off",
            "-c", "max_connections=80", "-c", "autovacuum=off"]  # fmt: skip


def find_binaries() -> Path | None:
    """The folder with initdb and postgres, or None."""
    named = os.environ.get("SURVEYAPP_TEST_PG_BIN")
    folders = [Path(named)] if named else list(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = shutil.which("initdb")
    folders += [Path(on_path).resolve().parent] if on_path else []
    for folder in sorted(folders, reverse=True):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


@contextmanager
def server(binaries: Path) -> Iterator[str]:
    """A running server; yields the URL of its maintenance database."""
    folder = Path(tempfile.mkdtemp(prefix="surveyapp-pg-"))
    account = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        nobody = pwd.getpwnam("nobody")
        account = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    data = folder / "data"
    process = None
    try:
        subprocess.run(
            [binaries / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder, timeout=START_TIMEOUT, **account,
        )  # fmt: skip
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", folder, *SETTINGS],
                stdout=log, stderr=log, cwd=folder, **account,
            )  # fmt: skip
        url = f"postgresql+psycopg://tester@/postgres?host={folder}"
        _wait_until_ready(binaries, folder)
        yield url
    finally:
        if process:
            process.terminate()
            process.wait(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(binaries: Path, folder: Path) -> None:
    command = [binaries / "pg_isready", "-q", "-h", folder, "-U", "tester"]

    def is_ready() -> bool:
        return subprocess.run(command, check=False).returncode == 0

    try:
        until(is_ready, "PostgreSQL was not ready", seconds=START_TIMEOUT)
    except TimeoutError as error:
        raise TimeoutError((folder / "log").read_text()) from error
