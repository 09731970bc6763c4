"""surveyapp keys: bringing back lost keys from the escrow copy."""

from __future__ import annotations

from pathlib import Path

import click

from surveyapp.commands.base import CommandGroup, json_option, runtime, show
from surveyapp.errors import Refused
from surveyapp.escrow import Escrow
from surveyapp.steps import restore_keys

existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)
passphrase_option = click.option(
    "--passphrase-file",
    type=existing_file,
    help="Read the passphrase from the first line of a file instead of asking for it.",
)


def asked_passphrase(file: Path | None, *, new: bool) -> str:
    """The passphrase of an escrow copy; a new one is asked for twice."""
    if file is None:
        return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=new, err=True))
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise Refused(f"{file} is no UTF-8 text; its first line must be the passphrase.") from error
    if not lines:
        raise Refused(f"{file} is empty; its first line must be the passphrase.")
    return lines[0]


@click.group(cls=CommandGroup, example="surveyapp keys restore /media/safe/2026-Q4.escrow")
def keys() -> None:
    """Bring back the keys of an open cycle."""


@keys.command(example="surveyapp keys restore /media/safe/2026-Q4.escrow")
@click.argument("file", type=existing_file)
@passphrase_option
@json_option
def restore(file: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Put the keys of an open cycle back from the escrow copy FILE."""
    run = runtime()
    cycle = restore_keys(run, Escrow(file, asked_passphrase(passphrase_file, new=False)))
    words = f"The keys of {cycle} are back. Destroy {file} when the cycle is closed."
    show({"cycle": cycle, "restored": True}, as_json, lambda: words)
