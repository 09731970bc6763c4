"""surveyapp cycle: create, open, remind, close, release, status, forecast."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp.commands.base import CommandGroup, json_option, read_json, runtime, show
from surveyapp.commands.keys import asked_passphrase, passphrase_option
from surveyapp.commands.sources import load
from surveyapp.config import from_environment
from surveyapp.days import LAST_YEAR, end_of
from surveyapp.escrow import Escrow
from surveyapp.models import CycleState
from surveyapp.services import cycles, records
from surveyapp.services.audit import Act
from surveyapp.services.drafts import forecasts, settings
from surveyapp.services.mails import failedmails, mailqueue
from surveyapp.services.running.cycleview import cycle_state
from surveyapp.steps import close_and_destroy, open_with_keys
from surveyapp.steps import release as release_results

DATE_LENGTH = len("2026-12-31")


@click.group(cls=CommandGroup, example="surveyapp cycle status 2026-Q4")
def cycle() -> None:
    """Run a cycle from its creation to its release."""


def moment(text: str, zone: ZoneInfo, *, end_of_day: bool) -> datetime:
    """A date (start or end of that day in the zone) or a date and time."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f'"{text}" is no date; write 2026-12-31 or 2026-12-31T18:00'
        ) from None
    if parsed.year > LAST_YEAR:
        raise click.BadParameter(f'"{text}" is too far away; the last year is {LAST_YEAR}')
    if len(text) <= DATE_LENGTH and end_of_day:
        return end_of(parsed.date(), zone)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)


def morning(text: str, zone: ZoneInfo) -> datetime:
    """A date and time, or nine o'clock of a date: when people read mails."""
    return moment(text if len(text) > DATE_LENGTH else f"{text}T09:00", zone, end_of_day=False)


def _position(text: str) -> tuple[str, str]:
    position, equals, key = text.partition("=")
    if not (position.strip() and equals and key.strip()):
        raise click.BadParameter(f'"{text}" must read POSITION=QUESTIONNAIRE')
    return position.strip(), key.strip()


def nomination_rule(text: str) -> tuple[Relation, tuple[int, int]]:
    """A relation with the least and the most raters, from PEER=3-8."""
    found = re.fullmatch(r"(PEER|CUSTOMER)=(\d{1,3})-(\d{1,3})", text.strip().upper())
    if not found:
        raise click.BadParameter(f'"{text}" must read PEER=3-8 or CUSTOMER=3-10')
    return Relation(found[1]), (int(found[2]), int(found[3]))


nominate_option = click.option(
    "--nominate",
    multiple=True,
    metavar="RELATION=LEAST-MOST",
    help="Let ratees propose raters of a relation, so many; may be repeated.",
)


@cycle.command(
    example="surveyapp cycle create 2026-Q4 --questionnaire account_manager_360 --closes 2026-12-31"
)
@click.argument("key")
@click.option(
    "--questionnaire",
    "default",
    required=True,
    help="Key, KEY@VERSION or YAML file, for all positions.",
)
@click.option(
    "--position",
    "positions",
    multiple=True,
    metavar="POSITION=QUESTIONNAIRE",
    help="Another questionnaire for one position; may be repeated.",
)
@click.option("--title", default="", help='What raters and managers read, e.g. "2026 Q4".')
@click.option("--opens", help="No mail leaves before this date.")
@click.option("--closes", help="Last day for answers.")
@click.option(
    "--remind",
    "reminders",
    multiple=True,
    metavar="DATE",
    help="Queue a reminder on this date (09:00 unless a time is given); may be repeated.",
)
@click.option("--timezone", help="Zone of these dates (default SURVEYAPP_TIMEZONE).")
@click.option(
    "--threshold",
    default=3,
    show_default=True,
    type=click.IntRange(3, 20),
    help="Fewest answers of an anonymous group that are shown.",
)
@click.option(
    "--comment-threshold",
    default=5,
    show_default=True,
    type=click.IntRange(3, 50),
    help="Fewest answers of an anonymous group whose comments are shown.",
)
@click.option(
    "--customers",
    type=click.Choice(["anonymous", "named"]),
    default="anonymous",
    show_default=True,
    help="Whether customers' answers carry their name.",
)
@click.option(
    "--supervisor-reads/--no-supervisor-reads",
    default=True,
    show_default=True,
    help="Whether supervisors read the reports of their team; raters are told.",
)
@nominate_option
@json_option
def create(
    key: str, default: str, positions: tuple[str, ...], title: str, opens: str | None,
    closes: str | None, reminders: tuple[str, ...], timezone: str | None, threshold: int,
    comment_threshold: int, customers: str, supervisor_reads: bool, nominate: tuple[str, ...],
    as_json: bool,
) -> None:  # fmt: skip
    """Create the cycle KEY in state draft."""
    config = from_environment()
    timezone = timezone or config.timezone
    zone = cycles.zone(timezone)
    policy = Policy.model_validate(
        {
            "threshold": threshold,
            "comment_threshold": comment_threshold,
            "customers": customers,
            "supervisor_reads": supervisor_reads,
        }
    )
    chosen = {"": load(default)} | {p: load(q) for p, q in map(_position, positions)}
    opens_at = moment(opens, zone, end_of_day=False) if opens else None
    closes_at = moment(closes, zone, end_of_day=True) if closes else None
    cycles.require_future(closes_at, config.now())
    run = runtime()
    with run.database.transaction() as session:
        made = cycles.create_cycle(
            session, key, chosen, policy,
            title=title, timezone=timezone, opens_at=opens_at, closes_at=closes_at,
            remind_at=[morning(text, zone) for text in reminders],
        )  # fmt: skip
        settings.allow_nominations(session, made, dict(map(nomination_rule, nominate)))
        run.note(session, Act.CREATE, key)
    done = {"cycle": key, "state": CycleState.DRAFT}
    show(done, as_json, lambda: f"Created {key}. Next: surveyapp roster import FILE --cycle {key}")


@cycle.command("open", example="surveyapp cycle open 2026-Q4 --escrow /media/safe/2026-Q4.escrow")
@click.argument("key")
@click.option(
    "--escrow",
    "escrow_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a copy of the cycle's keys to this file, protected by a passphrase.",
)
@passphrase_option
@json_option
def open_(key: str, escrow_file: Path | None, passphrase_file: Path | None, as_json: bool) -> None:
    """Freeze questionnaires, roster and policy, and queue one mail per rater."""
    run = runtime()
    run.config.base_url()
    escrow = None
    if escrow_file:
        escrow = Escrow(escrow_file, asked_passphrase(passphrase_file, new=True))
    count = open_with_keys(run, key, escrow)
    done = {"cycle": key, "state": CycleState.OPEN, "invitations": count}
    show(
        done,
        as_json,
        lambda: f"Opened {key}: {count} mails are queued. Next: surveyapp mail deliver",
    )


@cycle.command(example="surveyapp cycle remind 2026-Q4 && surveyapp mail deliver")
@click.argument("key")
@json_option
def remind(key: str, as_json: bool) -> None:
    """Queue one reminder for every rater with something open; names nobody."""
    run = runtime()
    with run.database.transaction() as session:
        found = cycles.find_cycle(session, key)
        cycles.require_state(found, CycleState.OPEN)
        cycles.require_future(found.closes_at, run.config.now())
        mailqueue.remind(session, found)
        run.note(session, Act.REMIND, key)
    show({"cycle": key}, as_json, lambda: "Reminders are queued. Next: surveyapp mail deliver")


@cycle.command(example="surveyapp cycle close 2026-Q4")
@click.argument("key")
@click.option(
    "--despite-extensions",
    is_flag=True,
    help="Even if a rater was given more time that is not over.",
)
@json_option
def close(key: str, despite_extensions: bool, as_json: bool) -> None:
    """Count, merge, open and mix the ballots, then destroy the keys of the cycle.

    On a closed cycle it only makes sure that keys and files are clean.
    """
    run = runtime()
    closed_now = close_and_destroy(run, key, despite_extensions=despite_extensions)
    with run.database.reading() as session:
        escrow = cycles.find_cycle(session, key).escrow_file
    done = {"cycle": key, "state": CycleState.CLOSED, "closed_now": closed_now, "escrow": escrow}
    began = f"Closed {key}" if closed_now else f"{key} was closed before"
    words = f"{began}; its keys are destroyed. Next: surveyapp cycle release {key}"
    if escrow:
        words += (
            f"\nNow destroy the escrow copy {escrow} by hand, wherever it lies: with it, backups "
            "from before the closing can still be opened."
        )
    show(done, as_json, lambda: words)


@cycle.command(example="surveyapp cycle release 2026-Q4")
@click.argument("key")
@json_option
def release(key: str, as_json: bool) -> None:
    """Make the results readable."""
    release_results(runtime(), key)
    done = {"cycle": key, "state": CycleState.RELEASED}
    show(
        done,
        as_json,
        lambda: f"Released {key}. Next: surveyapp report build --cycle {key} --out reports",
    )


@cycle.command(example="surveyapp cycle status 2026-Q4 --ratees")
@click.argument("key")
@click.option("--ratees", is_flag=True, help="Also ratee by ratee.")
@json_option
def status(key: str, ratees: bool, as_json: bool) -> None:
    """Say the state and, banded, how many have answered."""
    run = runtime()
    with run.database.reading() as session:
        view = cycle_state(session, cycles.find_cycle(session, key), run.config.now())
    lines = [f"{key}: {view.state}"]
    for row in view.relations:
        ready = (
            ""
            if row.ready_cells is None
            else f"; {row.ready_cells} of {row.cells} groups can be shown"
        )
        lines.append(f"  {row.relation:10} answered: {row.answered}{ready}")
    for ratee in view.ratees if ratees else ():
        told = ", ".join(f"{cell.relation} {cell.answered}" for cell in ratee.cells)
        lines.append(f"  {ratee.id} {ratee.name}: {told}")
    show({"cycle": key} | asdict(view), as_json, lambda: "\n".join(lines))


@cycle.command(example="surveyapp cycle mails 2026-Q4 --retry K03")
@click.argument("key")
@click.option("--retry", "rater", metavar="ID", help="Queue the failed mail of this rater again.")
@click.option("--retry-all", is_flag=True, help="Queue all failed mails of the cycle again.")
@json_option
def mails(key: str, rater: str | None, retry_all: bool, as_json: bool) -> None:
    """List the mails of a cycle that were given up, reminders apart; try them again."""
    run = runtime()
    if rater or retry_all:
        with run.database.transaction() as session:
            found = cycles.find_cycle(session, key)
            count = failedmails.retry(session, found, None if retry_all else rater)
            run.note(session, Act.RETRY_MAIL, key, mails=count)
        words = f"{count} mails are queued again. Next: surveyapp mail deliver"
        return show({"cycle": key, "queued": count}, as_json, lambda: words)
    with run.database.reading() as session:
        failed = failedmails.failed_mails(session, cycles.find_cycle(session, key))
    lines = [f"{mail.id} {mail.name} {mail.email}: {mail.reason}" for mail in failed]
    result = {"cycle": key, "failed": [asdict(mail) for mail in failed]}
    return show(result, as_json, lambda: "\n".join(lines) or "No mail has failed.")


@cycle.command(example="surveyapp cycle forecast 2026-Q4")
@click.argument("key")
@json_option
def forecast(key: str, as_json: bool) -> None:
    """Name the groups that this roster can never show, and what would mend it."""
    with runtime().database.reading() as session:
        rows = forecasts.forecast(session, cycles.find_cycle(session, key))
    lines = [
        f"{row.ratee_id} {row.ratee_name}: {' and '.join(row.relations)} {row.outcome}; {row.mend}"
        for row in rows
    ]
    words = "\n".join(lines) or "With this roster every group can be shown if everybody answers."
    result = {"cycle": key, "groups": [asdict(row) | {"mend": row.mend} for row in rows]}
    show(result, as_json, lambda: words)


@cycle.command(example="surveyapp cycle record 2026-Q4 > 2026-Q4.record.json")
@click.argument("key")
@click.option("--verify", is_flag=True, help="Check the signature and say what was signed.")
@click.option(
    "--file",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --verify: a record that was written out, instead of the one in the database.",
)
@json_option
def record(key: str, verify: bool, file: Path | None, as_json: bool) -> None:
    """Print the signed record of the closing of a cycle, or verify it."""
    run = runtime()
    with run.database.reading() as session:
        signed = records.signed_record(session, cycles.find_cycle(session, key))
    if not verify:
        return show(signed, True, str)
    if file:
        signed = read_json(file)
    said = records.verify_record(signed, run.keys.signing_key(), key)
    words = f"Genuine: {key} was closed at {said['closed_at']}, signed by {said['signed_by']}."
    return show(said, as_json, lambda: words)
