"""What commands share: the runtime, output for people and for machines, examples in --help."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from click._termui_impl import ProgressBar
from click.termui import progressbar

from surveyapp.config import from_environment
from surveyapp.errors import Refused
from surveyapp.migrations import is_current
from surveyapp.runtime import Runtime, runtime_for
from surveyapp.steps import require_newest


class _WithExample(click.Command):
    """A command whose --help ends with an example that can be copied."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Example"):
            formatter.write_text(self.example)


class Command(_WithExample):
    pass


class CommandGroup(_WithExample, click.Group):
    command_class = Command


def progress(label: str, length: int) -> ProgressBar[int]:
    """A bar on standard error, so that standard output stays for the result.

    Nothing at all where nobody watches: in a log a bar is noise.
    """
    return progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


confirm_option = click.option(
    "--confirm", "typed", metavar="KEY", help="The key once more, instead of being asked for it."
)


def typed_key(key: str, consequence: str, typed: str | None) -> str:
    """What somebody types to confirm an act that cannot be undone."""
    if typed is not None:
        return typed
    return str(click.prompt(f"{consequence}\nType {key} to confirm", err=True))


def runtime(*, migrated: bool = True, newest: bool = True) -> Runtime:
    """Configuration, database and keys; refuses an old schema and an older backup."""
    made = runtime_for(from_environment())
    if migrated and not is_current(made.database):
        place = made.database.engine.url.render_as_string(hide_password=True)
        raise Refused(f"{place} has no current schema. Run: surveyapp db upgrade")
    if migrated and newest:
        require_newest(made)
    return made


def read_json(file: Path) -> Any:
    """The content of a JSON file that somebody names."""
    try:
        return json.loads(file.read_bytes())
    except ValueError as error:
        raise Refused(f"{file} is no JSON: {error}.") from error


def show(result: Any, as_json: bool, words: Callable[[], str]) -> None:
    """Print a result for a machine or for a person."""
    if as_json:
        plain = asdict(result) if is_dataclass(result) and not isinstance(result, type) else result
        click.echo(json.dumps(plain, ensure_ascii=False, default=_said))
    else:
        click.echo(words())


def _said(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
