"""surveyapp db and serve: running the service itself."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import waitress

from surveyapp import create_app, logs
from surveyapp.commands.base import Command, CommandGroup, json_option, runtime, show
from surveyapp.errors import Refused
from surveyapp.migrations import upgrade
from surveyapp.postman import delivering
from surveyapp.runtime import Runtime
from surveyapp.steps import accept_restore

THREADS = 8


@click.group(cls=CommandGroup, example="surveyapp db upgrade")
def db() -> None:
    """Keep the database schema current."""


@db.command("upgrade", example="surveyapp db upgrade")
def upgrade_() -> None:
    """Create the tables, or bring them to the schema of this version."""
    upgrade(runtime(migrated=False).database)
    click.echo("The database has the current schema.")


@db.command("accept-restore", example="surveyapp db accept-restore")
@json_option
def accept_restore_(as_json: bool) -> None:
    """Go on with an older backup: cycles that were closed since are closed without results."""
    given_up = accept_restore(runtime(newest=False))
    words = f"Closed without results: {', '.join(given_up)}." if given_up else "Nothing to accept."
    show({"closed_without_results": given_up}, as_json, lambda: words)


def free_socket(host: str, port: int) -> socket.socket:
    """A bound socket, or a refusal that says what to do about an occupied port."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise Refused(
            f"Cannot listen on {host}:{port} ({error.strerror}). Choose another port with --port."
        ) from error
    return sock


def make_server(run: Runtime, sock: socket.socket) -> Any:
    """A server on a bound socket; its ``run()`` serves until it is closed."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a short queue is no news
    return waitress.create_server(
        create_app(runtime=run), sockets=[sock], threads=THREADS, ident=None
    )


@contextmanager
def serving(run: Runtime, sock: socket.socket) -> Iterator[None]:
    """A server beside what is done meanwhile, in a thread that ends with it."""
    server = make_server(run, sock)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.task_dispatcher.shutdown()  # first: answers at hand need what is closed next
        server.trigger.pull_trigger(lambda: _hang_up(server))  # done by its own thread
        thread.join(10)


def _hang_up(server: Any) -> None:
    """Close a server with the connections that browsers keep; it would wait for their end."""
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    server.close()


@click.command(cls=Command, example="surveyapp serve --host 127.0.0.1 --port 8080")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535))
def serve(host: str, port: int) -> None:
    """Serve all pages and deliver mails; put a web server with TLS in front of it."""
    run = runtime()
    run.database.require_durable()
    sock = free_socket(host, port)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # as Ctrl-C: a batch of mails may end
    logs.begin()
    click.echo(f"Serving on http://{host}:{sock.getsockname()[1]} (stop with Ctrl-C)")
    with delivering(run):
        make_server(run, sock).run()
