"""surveyapp db, serve and doctor: running the service itself."""

from __future__ import annotations

import logging
import socket
from typing import Any

import click
import waitress

from surveyapp import create_app
from surveyapp.commands.base import Example, json_option, runtime, show
from surveyapp.config import from_environment
from surveyapp.errors import Refused, SurveyError
from surveyapp.migrations import is_current, upgrade
from surveyapp.runtime import Runtime, runtime_for

THREADS = 8


@click.group(cls=Example, example="surveyapp db upgrade")
def db() -> None:
    """Keep the database schema current."""


@db.command("upgrade", example="surveyapp db upgrade")
def upgrade_() -> None:
    """Create the tables, or bring them to the schema of this version."""
    upgrade(runtime(migrated=False).database.engine)
    click.echo("The database has the current schema.")


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


@click.command(cls=Example.command_class, example="surveyapp serve --host 127.0.0.1 --port 8080")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True, type=click.IntRange(0, 65535))
def serve(host: str, port: int) -> None:
    """Serve the rating pages; put a web server with TLS in front of it."""
    run = runtime()
    sock = free_socket(host, port)
    click.echo(f"Serving on http://{host}:{sock.getsockname()[1]} (stop with Ctrl-C)")
    make_server(run, sock).run()


@click.command(cls=Example.command_class, example="surveyapp doctor")
@json_option
def doctor(as_json: bool) -> None:
    """Check configuration, database and keys, and say what is wrong."""
    findings = {name: _finding(check) for name, check in _CHECKS.items()}
    lines = [f"{'ok  ' if not reason else 'FAIL'} {name}{': ' + reason if reason else ''}"
             for name, reason in findings.items()]  # fmt: skip
    show(findings, as_json, lambda: "\n".join(lines))
    if any(findings.values()):
        raise SurveyError("Something needs attention.")


def _finding(check: object) -> str:
    try:
        check()  # type: ignore[operator]
    except (SurveyError, OSError) as error:
        return str(error)
    return ""


def _check_schema() -> None:
    if not is_current(runtime_for(from_environment()).database.engine):
        raise Refused("no current schema; run: surveyapp db upgrade")


def _check_keys() -> None:
    folder = from_environment().key_dir
    if folder.exists() and folder.stat().st_mode & 0o077:
        raise Refused(f"{folder} can be read by others; run: chmod 700 {folder}")


def _check_key_place() -> None:
    config = from_environment()
    if config.key_dir.resolve().is_relative_to(config.data_dir.resolve()):
        raise Refused(
            f"{config.key_dir} lies inside the data folder, so a backup of the data would hold the "
            "keys; set SURVEYAPP_KEY_DIR to a folder outside"
        )


_CHECKS = {
    "public address": lambda: from_environment().base_url(),
    "database": _check_schema,
    "key folder is private": _check_keys,
    "key folder is outside the data": _check_key_place,
}
