"""Disks that fail or are full: no answer is acknowledged that is not stored."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from itertools import product
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import select

from surveyapp import create_app, sealing
from surveyapp.models import Assignment, Ballot, Cycle
from surveyapp.runtime import runtime_for
from tests.attacks.forked import wait_until_up
from tests.attacks.one_submission import CODES
from tests.attacks.posting import Form, forms
from tests.attacks.test_server_killed import roster
from tests.conftest import _config
from tests.dumps import dump
from tests.factories import open_cycle

ROOT = Path(__file__).parents[2]
SYSCALLS = ("pwrite64", "fdatasync", "fsync", "write", "ftruncate")
SERVE = "from surveyapp.cli import main; main()"
MOST = 60  # calls of one kind that a submission makes at the most
SHORT = [("pwrite64", "ENOSPC", 1), ("pwrite64", "EIO", 3), ("fdatasync", "EIO", 1)]


def environment(run) -> dict[str, str]:
    """The service of a test, for another process."""
    # No mail leaves meanwhile: its writes would be among those that are counted and broken.
    ours = replace(run.config, deliver_every=0).environment()
    return {**os.environ, **ours, "PYTHONPATH": str(ROOT)}


def places(scaled) -> Iterator[tuple[str, str, int, list[bool]]]:
    """(system call, error, which call of it, list for "did it occur"); in full all that occur."""
    for call, error, number in SHORT:
        yield call, error, number, []
    for call, error in scaled((), product(SYSCALLS, ("EIO", "ENOSPC"))):
        occurred = [True]
        for number in range(1, MOST):
            if occurred[-1]:
                yield call, error, number, occurred


def submitted_under(run, strace, form, injection: str, call: str, log: Path) -> tuple[int, int]:
    """The status codes of two submissions, the first of which meets the error."""
    bodies = [urlencode(form.data([1, 2, 3], text)) for text in ("first", "second")]
    done = subprocess.run(
        [strace, "-f", "--seccomp-bpf", "-qq", "-o", log, "-e", f"trace={call}",
         "-e", f"inject={injection}", sys.executable, "-m", "tests.attacks.one_submission",
         form.address, *bodies],
        env=environment(run), cwd=ROOT, capture_output=True, check=False, timeout=300,
    )  # fmt: skip
    assert not done.stderr, done.stderr.decode()
    first, second = divmod(done.returncode, 10)
    return CODES[first], CODES[second]


@pytest.mark.timeout(900)
def test_no_answer_is_acknowledged_that_the_disk_did_not_take(
    sqlite_run, strace, tmp_path, scaled, figures
):
    open_cycle(sqlite_run, roster=roster(2, 200))
    todo = iter([form for form in forms(sqlite_run) if form.relation == "CUSTOMER"])
    outcomes: Counter[tuple[int, int]] = Counter()
    wrong = []
    for call, error, number, occurred in places(scaled):
        form, log = next(todo), tmp_path / "trace"
        injection = f"{call}:error={error}:when={number}"
        first, second = submitted_under(sqlite_run, strace, form, injection, call, log)
        occurred.append("(INJECTED)" in log.read_text())
        outcomes[first, second] += occurred[-1]
        kept = texts_of(sqlite_run, form)
        if second != 200 or len(kept) != 1 or (first == 200 and kept != ["first"]):
            wrong.append((injection, first, second, kept))
    figures(
        injected=outcomes.total(),
        refused=sum(count for (first, _), count in outcomes.items() if first == 503),
        false_acknowledgements=len(wrong),
    )
    assert wrong == []
    assert set(outcomes) <= {(200, 200), (503, 200)}
    assert outcomes[503, 200] >= 2


def texts_of(run, form: Form) -> list[str]:
    """What the ballots say that came since the last time; they are taken out of the box."""
    with run.database.transaction() as session:
        states = session.scalars(select(Assignment.state).where(Assignment.id == form.assignment))
        assert list(states) == ["submitted"]
        ballots = list(session.scalars(select(Ballot)))
        keys = run.keys.load(session.scalars(select(Cycle.id)).one())
        for ballot in ballots:
            session.delete(ballot)
    return [sealing.open_ballot(keys.private_key, b.ciphertext)["texts"]["wish"] for b in ballots]


def serving(run, *before: str) -> tuple[subprocess.Popen, str]:
    """A real server process, and its address."""
    command = [*before, sys.executable, "-c", SERVE, "serve", "--port", "0"]
    process = subprocess.Popen(command, env=environment(run), cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout
    said = re.match(rb"Serving on (http://127\.0\.0\.1:(\d+)) ", process.stdout.readline())
    assert said
    wait_until_up(int(said[2]))
    return process, said[1].decode()


def test_the_answer_is_on_the_disk_before_the_receipt_is_on_the_wire(
    sqlite_run, strace, tmp_path, figures
):
    open_cycle(sqlite_run)
    form = forms(sqlite_run)[0]
    log = tmp_path / "trace"
    process, address = serving(
        sqlite_run, strace, "-f", "-y", "-qq", "-s", "32", "-o", str(log),
        "-e", "trace=pwrite64,fdatasync,fsync,sendto,recvfrom",
    )  # fmt: skip
    try:
        body = urlencode(form.data([1, 2, 3])).encode()
        with urlopen(Request(address + form.address, body), timeout=120) as reply:
            assert reply.status == 200
    finally:
        # strace ends with the server that it started.
        for server in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            os.kill(int(server), signal.SIGTERM)
        process.wait(120)
        process.stdout.close()
    lines = log.read_text().splitlines()
    asked = next(n for n, line in enumerate(lines) if "recvfrom(" in line and "POST /r/" in line)
    told = next(n for n, line in enumerate(lines) if "sendto(" in line and "HTTP/1.1 200" in line)
    written = [n for n in range(asked, told) if re.search(r"pwrite64\(.*-wal>", lines[n])]
    synced = [n for n in range(asked, told) if re.search(r"fdatasync\(.*-wal>\) += 0", lines[n])]
    figures(journal_writes=len(written), syncs_before_receipt=len(synced))
    assert written
    assert written[-1] < synced[-1] < told


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """Mount a disk of 2 MiB there, if this process may."""
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    mounted = not subprocess.run(command, capture_output=True, check=False).returncode
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def filled_up(run) -> Iterator[None]:
    """No byte more fits on the disk of the database."""
    filler = run.config.data_dir / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    yield
    filler.unlink()


@contextmanager
def limited(run) -> Iterator[None]:
    """No file of this process may grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("way", ["small disk", "limited size"])
def test_a_full_disk_is_told_as_503_and_forgotten_when_there_is_room(
    sqlite_template, tmp_path, way
):
    data = tmp_path / "data"
    data.mkdir()
    with small_disk(data) if way == "small disk" else nullcontext(True) as usable:
        if not usable:
            pytest.skip("mounting a small disk is not permitted; the limited size is tried")
        shutil.copy(sqlite_template, data / "surveyapp.sqlite3")
        run = runtime_for(_config(tmp_path, f"sqlite:///{data / 'surveyapp.sqlite3'}"))
        open_cycle(run, roster=roster(1, 40))
        client = create_app(runtime=run).test_client()
        codes = []
        todo = forms(run)
        before = dump(run)
        with filled_up(run) if way == "small disk" else limited(run):
            for form in todo:
                reply = client.post(form.address, data=form.data([1, 2, 3], "words"))
                codes.append(reply.status_code)
                assert (reply.status_code == 503) == (reply.headers.get("Retry-After") == "5")
            assert client.get(todo[0].address).status_code == 200
        assert set(codes) <= {200, 503}
        assert codes.count(503) > 0
        assert len(dump(run)["ballot"]) == codes.count(200)
        assert codes.count(200) or dump(run) == before
        for form in todo:
            assert client.post(form.address, data=form.data([1, 2, 3])).status_code == 200
        assert len(dump(run)["ballot"]) == len(todo)
        run.database.engine.dispose()
