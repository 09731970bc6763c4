"""surveyapp roster: who rates whom."""

from __future__ import annotations

from pathlib import Path

import click

from surveyapp.commands.base import CommandGroup, json_option, runtime, show
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.people import RosterChange, import_roster
from surveyapp.services.roster import read_roster


@click.group(
    cls=CommandGroup, example="surveyapp roster import roster.csv --cycle 2026-Q4 --dry-run"
)
def roster() -> None:
    """Bring people into a cycle."""


@roster.command("import", example="surveyapp roster import roster.csv --cycle 2026-Q4 --dry-run")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--cycle", "key", required=True, help="Key of a cycle in state draft.")
@click.option("--dry-run", is_flag=True, help="Check and say what would change; store nothing.")
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML file that says which of your columns means which of ours.",
)
@json_option
def import_file(file: Path, key: str, dry_run: bool, map_file: Path | None, as_json: bool) -> None:
    """Make the roster of a cycle equal to FILE (CSV); docs/roster.md describes the columns."""
    columns = map_file.read_bytes() if map_file else None
    read = read_roster(file.read_bytes(), file.name, columns)
    run = runtime()
    with run.database.transaction() as session:
        change = import_roster(session, find_cycle(session, key, lock=True), read)
        run.note(session, Act.ROSTER, key, ratees=change.ratees, raters=change.raters)
        if dry_run:
            session.rollback()
    show(change, as_json, lambda: _words(change, read.encoding, dry_run))


def _words(change: RosterChange, encoding: str, dry_run: bool) -> str:
    lines = [
        f"{'Would store' if dry_run else 'Stored'} (read as {encoding}):",
        f"  {change.ratees} account managers are rated by {change.raters} people",
        f"  people: {change.people_added} new, {change.people_changed} changed",
        f"  assignments: {change.assignments_added} new, {change.assignments_removed} removed",
    ]
    if change.not_asked:
        lines.append(f"  {change.not_asked} left out: the questionnaire has no items for them")
    lines += [
        f'  nobody has the position "{position}", which has a questionnaire of its own'
        for position in change.unused_positions
    ]
    lines += [
        f'  nobody has the position "{position}", for which the questionnaire has weights'
        for position in change.unused_weights
    ]
    return "\n".join(lines)
