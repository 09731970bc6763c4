"""surveyapp report send and revoke: personal links to released reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import click

from surveyapp.commands.base import Command, json_option, runtime, show
from surveyapp.services import cycles
from surveyapp.services.audit import Act
from surveyapp.services.results import report_links
from surveyapp.services.results.report_links import Sending
from surveyapp.steps import send_reports

_cycle = click.option("--cycle", "key", required=True)
_ratee = click.option("--ratee", metavar="ID", help="External id of one manager; default all.")


@click.command(cls=Command, example="surveyapp report send --cycle 2026-Q4 --dry-run")
@_cycle
@_ratee
@click.option("--again", is_flag=True, help="Also to those who got one: the same link once more.")
@click.option("--dry-run", is_flag=True, help="Say what would be queued; store nothing.")
@json_option
def send(key: str, ratee: str | None, again: bool, dry_run: bool, as_json: bool) -> None:
    """Queue one mail per manager with a personal link to the report, on a page and as PDF."""
    sending = send_reports(runtime(), key, ratee=ratee, again=again, dry_run=dry_run)
    done = {"cycle": key, "dry_run": dry_run} | asdict(sending)
    show(done, as_json, lambda: "\n".join(_words(sending, dry_run)))


def _words(sending: Sending, dry_run: bool) -> Iterator[str]:
    following = "" if dry_run or not sending.queued else " Next: surveyapp mail deliver"
    yield f"{len(sending.queued)} mails {'would be' if dry_run else 'are'} queued.{following}"
    if sending.sent_before:
        yield f"  {len(sending.sent_before)} managers have their link already (--again sends it)"
    for who in sending.without_address:
        yield f"  {who} has no mail address"


@click.command(cls=Command, example="surveyapp report revoke --cycle 2026-Q4 --ratee AM01")
@_cycle
@_ratee
@json_option
def revoke(key: str, ratee: str | None, as_json: bool) -> None:
    """Let links to reports lead nowhere; `report send` makes new ones."""
    run = runtime()
    with run.database.transaction() as session:
        revoked = report_links.revoke(session, cycles.find_cycle(session, key), ratee)
        if revoked:
            run.note(session, Act.REVOKE_REPORT, key, count=len(revoked))
    done = {"cycle": key, "revoked": revoked}
    show(done, as_json, lambda: f"{len(revoked)} links lead nowhere from now on.")
