"""surveyapp cycle: edit, extend, take-back, delete, forget."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from analysis.disclosure import Policy
from surveyapp import steps
from surveyapp.commands.base import Command, confirm_option, json_option, runtime, show, typed_key
from surveyapp.commands.cycle import moment, morning, nominate_option, nomination_rule
from surveyapp.models import CycleState
from surveyapp.services import cycles
from surveyapp.services.audit import Act
from surveyapp.services.drafts.settings import (
    CycleSettings,
    change_settings,
    extend_cycle,
    settings_of,
)
from surveyapp.services.privacy import endings

NONE = "none"


@click.command(
    cls=Command, example="surveyapp cycle edit 2026-Q4 --closes 2027-01-08 --remind 2026-12-15"
)
@click.argument("key")
@click.option("--title", help='What raters and managers read, e.g. "2026 Q4".')
@click.option("--opens", help="No mail leaves before this date; none for at once.")
@click.option("--closes", help="Last day for answers; none for no last day.")
@click.option(
    "--remind",
    "reminders",
    multiple=True,
    metavar="DATE",
    help="In place of all planned reminders; may be repeated; none for no reminders.",
)
@click.option("--threshold", type=click.IntRange(3, 20), help="Fewest answers that are shown.")
@click.option("--comment-threshold", type=click.IntRange(3, 50), help="The same of comments.")
@click.option("--customers", type=click.Choice(["anonymous", "named"]))
@click.option(
    "--supervisor-reads/--no-supervisor-reads",
    default=None,
    help="Whether supervisors read the reports of their team; raters are told.",
)
@nominate_option
@click.option("--no-nominations", is_flag=True, help="Ratees propose nobody.")
@json_option
def edit(key: str, no_nominations: bool, as_json: bool, **given: Any) -> None:
    """Change what a draft says, as long as it is one; what is not named stays."""
    named = [name for name, value in given.items() if value not in (None, ())]
    if not (no_nominations or named):
        raise click.UsageError("Name at least one option; see --help.")
    run = runtime()
    with run.database.transaction() as session:
        found = cycles.find_cycle(session, key, lock=True)
        wanted = _edited(settings_of(session, found), ZoneInfo(found.timezone), given)
        if no_nominations:
            wanted = replace(wanted, nominations={})
        change_settings(session, found, wanted, run.config.now())
        changed = sorted(named) + ["nominate"] * no_nominations
        run.note(session, Act.EDIT, key, changed=changed)
    done = {"cycle": key} | asdict(wanted) | {"policy": wanted.policy.model_dump(mode="json")}
    show(done, as_json, lambda: f"Changed {key}.")


def _edited(now: CycleSettings, zone: ZoneInfo, given: dict[str, Any]) -> CycleSettings:
    """The settings in which stands what was given."""
    policy = {
        name: given[name]
        for name in ("threshold", "comment_threshold", "customers", "supervisor_reads")
        if given[name] is not None
    }
    rules = dict(map(nomination_rule, given["nominate"]))
    reminders = [text for text in given["reminders"] if text != NONE]
    return replace(
        now,
        title=now.title if given["title"] is None else given["title"],
        opens_at=_moment(given["opens"], now.opens_at, zone, end_of_day=False),
        closes_at=_moment(given["closes"], now.closes_at, zone, end_of_day=True),
        remind_at=(
            tuple(morning(text, zone) for text in reminders)
            if given["reminders"]
            else now.remind_at
        ),
        policy=Policy.model_validate(now.policy.model_dump() | policy),
        nominations=rules or now.nominations,
    )


def _moment(
    text: str | None, before: datetime | None, zone: ZoneInfo, *, end_of_day: bool
) -> datetime | None:
    if text is None:
        return before
    return None if text == NONE else moment(text, zone, end_of_day=end_of_day)


@click.command(cls=Command, example="surveyapp cycle extend 2026-Q4 --closes 2027-01-08")
@click.argument("key")
@click.option("--closes", required=True, help="The new last day for answers, later than before.")
@click.option("--remind", "reminders", multiple=True, metavar="DATE", help="One more reminder.")
@json_option
def extend(key: str, closes: str, reminders: tuple[str, ...], as_json: bool) -> None:
    """Let all raters of an open cycle answer longer; mails from now on name the new day."""
    run = runtime()
    with run.database.transaction() as session:
        found = cycles.find_cycle(session, key, lock=True)
        zone, before = ZoneInfo(found.timezone), found.closes_at
        until = moment(closes, zone, end_of_day=True)
        more = tuple(morning(text, zone) for text in reminders)
        extend_cycle(session, found, until, run.config.now(), more)
        was = before.isoformat() if before else ""
        run.note(session, Act.EXTEND_ALL, key, before=was, until=until.isoformat())
    done = {"cycle": key, "closes_at": until.isoformat()}
    words = (
        f"{key} takes answers until {until:%Y-%m-%d %H:%M}. "
        f"To say so to those who have something open: surveyapp cycle remind {key}"
    )
    show(done, as_json, lambda: words)


@click.command("take-back", cls=Command, example="surveyapp cycle take-back 2026-Q4")
@click.argument("key")
@json_option
def take_back(key: str, as_json: bool) -> None:
    """Make an opened cycle a draft again, as long as no mail has left."""
    escrow = steps.take_back(runtime(), key)
    done = {"cycle": key, "state": CycleState.DRAFT, "escrow": escrow}
    words = (
        f"{key} is a draft again, with the same raters; approved nominations stay too. "
        f"Next: surveyapp roster import FILE --cycle {key}"
    )
    if escrow:
        words += f"\nNow destroy the escrow copy {escrow} by hand: its keys are worthless."
    show(done, as_json, lambda: words)


@click.command(cls=Command, example="surveyapp cycle delete 2026-Q4")
@click.argument("key")
@confirm_option
@json_option
def delete(key: str, typed: str | None, as_json: bool) -> None:
    """Delete a draft with its roster. It cannot be undone."""
    run = runtime()
    with run.database.reading() as session:
        cycles.require_state(cycles.find_cycle(session, key), CycleState.DRAFT)
    said = f"The draft {key} and its roster will be gone; people stay known."
    steps.delete(run, key, typed_key(key, said, typed))
    show({"deleted": key}, as_json, lambda: f"Deleted the draft {key}.")


@click.command(cls=Command, example="surveyapp cycle forget 2024-Q4")
@click.argument("key")
@confirm_option
@json_option
def forget(key: str, typed: str | None, as_json: bool) -> None:
    """Delete an ended cycle with its results, in the database and its files.

    It cannot be undone. Reports, mail folders and backups made before are out of reach.
    """
    run = runtime()
    with run.database.reading() as session:
        cycles.require_state(cycles.find_cycle(session, key), *endings.ENDED)
    said = (
        f"All results of {key}, its roster and its signed record will be gone for good. Reports of "
        "later cycles will not compare with it any more."
    )
    steps.forget(run, key, typed_key(key, said, typed))
    words = (
        f"{key} is forgotten. Reports, mail folders and backups that were made before still hold "
        "it; see docs/operations.md."
    )
    show({"forgotten": key}, as_json, lambda: words)
