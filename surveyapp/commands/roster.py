"""surveyapp roster: who rates whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import click

from surveyapp.commands.base import CommandGroup, json_option, runtime, show
from surveyapp.errors import BadInput
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.people import RosterChange
from surveyapp.services.rosters import rostermaps
from surveyapp.services.rosters.contacts import LeftOut
from surveyapp.services.rosters.rosterfiles import (
    MOST_FORMS,
    RosterEffect,
    RosterFile,
    RosterPreview,
    preview,
    store,
)
from surveyapp.services.rosters.rosterplans import AssignmentLine, RosterDiff
from surveyapp.services.rosters.rosterundo import undo_import

MAX_LINES = 20  # of one kind, in words; --json has all


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
    "map_name",
    help="YAML file that says which of your columns means which of ours, or a name of roster maps.",
)
@click.option("--sheet", default="", help="Of a workbook; else its first visible sheet with rows.")
@click.option(
    "--most-forms",
    default=MOST_FORMS,
    show_default=True,
    type=click.IntRange(1),
    help="With --dry-run: name raters who would have more forms than this.",
)
@json_option
def import_file(
    file: Path, key: str, dry_run: bool, map_name: str | None, sheet: str, most_forms: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Make the roster of a cycle equal to FILE (CSV or .xlsx); docs/roster.md has the columns.

    With the map of an export of contacts, FILE adds customers to the roster there is.
    """
    given = RosterFile(file.read_bytes(), file.name, _map(map_name), sheet)
    run = runtime()
    if dry_run:
        with run.database.reading() as session:
            looked = preview(session, find_cycle(session, key), given, most_forms)
        return _show_preview(looked, as_json)
    with run.database.transaction() as session:
        change, read_as = store(session, find_cycle(session, key, lock=True), given)
        run.note(session, Act.ROSTER, key, ratees=change.ratees, raters=change.raters)
    return show(change, as_json, lambda: "\n".join(_words("Stored", change, read_as)))


def _map(name: str | None) -> bytes | None:
    if name is None:
        return None
    path = Path(name)
    return path.read_bytes() if path.is_file() else rostermaps.shipped_map(name)


@roster.command(example="surveyapp roster undo --cycle 2026-Q4")
@click.option("--cycle", "key", required=True, help="Key of a cycle in state draft.")
@json_option
def undo(key: str, as_json: bool) -> None:
    """Make the roster of a draft what it was before its last import."""
    run = runtime()
    with run.database.transaction() as session:
        change = undo_import(session, find_cycle(session, key, lock=True))
        run.note(session, Act.UNDO_ROSTER, key, ratees=change.ratees, raters=change.raters)
    words = (
        f"Undone: {change.assignments_added} assignments are back and "
        f"{change.assignments_removed} are gone."
    )
    show(change, as_json, lambda: words)


@roster.command(example="surveyapp roster maps zoho > my-map.yaml")
@click.argument("name", required=False)
@json_option
def maps(name: str | None, as_json: bool) -> None:
    """List the maps that are shipped, or print one, to be changed and given with --map."""
    if name:
        text = rostermaps.shipped_map(name).decode()
        return show({"name": name, "text": text}, as_json, lambda: text.rstrip())
    found = rostermaps.shipped()
    lines = [f"{one.name:10} {one.title}" for one in found]
    return show({"maps": [asdict(one) for one in found]}, as_json, lambda: "\n".join(lines))


def _show_preview(looked: RosterPreview, as_json: bool) -> None:
    effect = looked.effect
    if effect is None:
        if as_json:
            show(looked, True, str)
        raise BadInput(looked.summary, () if as_json else looked.problems)
    result = asdict(effect.change) | {"cycle": looked.cycle, "problems": []} | asdict(effect)
    show(result, as_json, lambda: "\n".join(_effect_words(effect)))


def _words(begun: str, change: RosterChange, read_as: str) -> Iterator[str]:
    yield f"{begun} (read as {read_as}):"
    yield f"  {change.ratees} account managers are rated by {change.raters} people"
    yield f"  people: {change.people_added} new, {change.people_changed} changed"
    yield f"  assignments: {change.assignments_added} new, {change.assignments_removed} removed"
    if change.not_asked:
        yield f"  {change.not_asked} left out: the questionnaire has no items for them"
    for position in change.unused_positions:
        yield f'  nobody has the position "{position}", which has a questionnaire of its own'
    for position in change.unused_weights:
        yield f'  nobody has the position "{position}", for which the questionnaire has weights'


def _effect_words(effect: RosterEffect) -> Iterator[str]:
    yield from _words("Would store", effect.change, effect.read_as)
    if not effect.is_first:
        yield from _cut(_diff_words(effect.diff))
    yield from _cut(_left_out_words(effect.left_out))
    yield from _cut(
        f"  {rater.id} {rater.name} would have {rater.forms} forms, more than {effect.most_forms}"
        for rater in effect.workload
        if rater.too_many
    )
    yield from _cut(
        f"  no mail would leave to {rater.id} {rater.email}: {rater.stopped}"
        for rater in effect.workload
        if rater.stopped
    )
    yield f"  mails when the cycle opens: {sum(not rater.stopped for rater in effect.workload)}"
    if effect.forecast:
        yield f"  groups that cannot be shown as one would wish: {len(effect.forecast)}"


def _diff_words(diff: RosterDiff) -> Iterator[str]:
    for mark, people in (
        ("+", (*diff.people_added, *diff.people_joined)),
        ("-", diff.people_removed),
    ):
        yield from (f"  {mark} {person.id} {person.name}" for person in people)
    for change in diff.people_changed:
        for one in change.fields:
            yield f'  ~ {change.id} {one.field}: "{one.before}" becomes "{one.after}"'
    yield from (f"  + {_said(line)}" for line in diff.assignments_added)
    yield from (f"  - {_said(line)}" for line in diff.assignments_removed)


def _said(line: AssignmentLine) -> str:
    return f"{line.rater} {line.rater_name} rates {line.ratee} {line.ratee_name} ({line.relation})"


def _left_out_words(left_out: Sequence[LeftOut]) -> Iterator[str]:
    reasons = Counter(one.reason for one in left_out)
    for reason, count in reasons.most_common():
        first = next(one.line for one in left_out if one.reason == reason)
        yield f"  {count} rows left out, the first is {first}: {reason}"


def _cut(lines: Iterator[str]) -> Iterator[str]:
    shown = list(lines)
    yield from shown[:MAX_LINES]
    if len(shown) > MAX_LINES:
        yield f"  ... and {len(shown) - MAX_LINES} more, all with --json"
