"""surveyapp person and retention: what is held about people, and how it goes."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from surveyapp import person_steps
from surveyapp.commands.base import CommandGroup, json_option, runtime, show
from surveyapp.services.audit import Act
from surveyapp.services.privacy import erasure


@click.group(cls=CommandGroup, example="surveyapp person export K01 --json")
def person() -> None:
    """Export or erase what is held about one person."""


@person.command(example="surveyapp person export K01 --json > K01.json")
@click.argument("identity", metavar="ID")
@json_option
def export(identity: str, as_json: bool) -> None:
    """Print everything that is held about the person with this ID of the roster."""
    held = person_steps.export(runtime(), identity)
    show(held, as_json, lambda: json.dumps(held, ensure_ascii=False, indent=2))


@person.command(example="surveyapp person erase K01")
@click.argument("identity", metavar="ID")
@click.option("--with-results", is_flag=True, help="Also delete the results about this person.")
@click.option("--force", is_flag=True, help="Even if the person takes part in an open cycle.")
@json_option
def erase(identity: str, with_results: bool, force: bool, as_json: bool) -> None:
    """Replace the identity of a person everywhere. It cannot be undone."""
    run = runtime()
    word = person_steps.erase(run, identity, with_results=with_results, force=force)
    words = (
        f"Erased: {word} stands for this person from now on. Reports, mail folders and backups "
        "that were made before still hold the name; see docs/operations.md."
    )
    show({"erased": word, "with_results": with_results}, as_json, lambda: words)
    person_steps.clean(run)


@click.group(cls=CommandGroup, example="surveyapp retention run --dry-run")
def retention() -> None:
    """Forget what has passed its time."""


@retention.command("run", example="surveyapp retention run --dry-run")
@click.option("--dry-run", is_flag=True, help="Say what would be forgotten; change nothing.")
@json_option
def run_(dry_run: bool, as_json: bool) -> None:
    """Forget links and raters by the rule SURVEYAPP_RETENTION_DAYS; let a timer run it daily."""
    run = runtime()
    rule = run.config.retention
    with run.database.transaction() as session:
        expired = erasure.apply_retention(session, rule, run.config.now())
        if any(asdict(expired).values()):
            run.note(session, Act.RETENTION, **asdict(expired))
        if dry_run:
            session.rollback()
    if not dry_run:  # even if nothing is due: an erasure before may have left its traces
        run.database.scrub(person_steps.IDENTITY_TABLES)
    words = (
        f"{'Would forget' if dry_run else 'Forgot'} {expired.links} links (closed "
        f"{rule.links} days ago), {expired.reports} links to reports (released {rule.reports} "
        f"days ago) and {expired.raters} raters (last cycle {rule.raters} days ago)."
    )
    show(asdict(expired) | {"dry_run": dry_run}, as_json, lambda: words)
