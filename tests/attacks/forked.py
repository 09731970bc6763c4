"""Processes that are killed: forked from a warm one, so that a restart costs next to nothing.

Children run the functions below; what they get is a configuration, never a connection.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from typing import Any

from sqlalchemy import event

from surveyapp.commands.service import free_socket, make_server
from surveyapp.config import Config
from surveyapp.runtime import Runtime, runtime_for
from surveyapp.steps import close_and_destroy
from tests.waiting import until

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.attacks.forked", "psycopg", "surveyapp.views.rate"])


def started(target: Any, *arguments: Any) -> BaseProcess:
    process = _context.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def serve(config: Config, port: int) -> None:
    """The service as `surveyapp serve` runs it, on a port that is held for it (`held_port`)."""
    make_server(runtime_for(config), free_socket("127.0.0.1", port)).run()


@contextmanager
def held_port() -> Iterator[int]:
    """A port that nobody else is given, also while the service that listens on it is dead."""
    with free_socket("127.0.0.1", 0) as sock:
        yield sock.getsockname()[1]


def wait_until_up(port: int) -> None:
    def is_up() -> bool:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return True
        return False

    until(is_up, "the server did not come up", seconds=120, pause=0.005)


def close_until(config: Config, key: str, deadly: int) -> None:
    """Close a cycle; the process is killed at the n-th boundary."""
    run = runtime_for(config)
    at_boundary(run, deadly, lambda: os.kill(os.getpid(), signal.SIGKILL), commits=True)
    close_and_destroy(run, key)


def at_boundary(run: Runtime, number: int, strike: Any, *, commits: bool = False) -> list[str]:
    """Call ``strike`` at the n-th boundary of what ``run`` does; returns all that were passed.

    Boundaries lie before and after each statement, at each step of destroying a key file, and
    before each commit if asked (an error there would be one of our own making).
    """
    passed: list[str] = []

    def boundary(name: str) -> None:
        passed.append(name)
        if len(passed) == number:
            strike()

    engine = run.database.engine
    event.listen(engine, "before_cursor_execute", lambda *a: boundary(f"before {a[2][:40]}"))
    event.listen(engine, "after_cursor_execute", lambda *a: boundary(f"after {a[2][:40]}"))
    if commits:
        event.listen(engine, "commit", lambda *_: boundary("commit"))
    destroy = run.keys.destroy

    def watched(cycle_id: str) -> None:
        boundary("keys are there")
        path = run.keys._path(cycle_id)
        if path.exists():
            content = path.read_bytes()
            path.write_bytes(bytes(len(content)))  # as if killed between overwriting and removing
            boundary("keys are overwritten")
        destroy(cycle_id)
        boundary("keys are gone")

    run.keys.destroy = watched  # type: ignore[method-assign]
    return passed
