"""surveyapp mail: deliver what is queued."""

from __future__ import annotations

from dataclasses import asdict

import click

from surveyapp.commands.base import CommandGroup, json_option, progress, runtime, show
from surveyapp.errors import MailUnavailable
from surveyapp.mail import MailServerGone
from surveyapp.models import MailState
from surveyapp.outbox import deliver, waiting_mails
from surveyapp.services import invitations


@click.group(cls=CommandGroup, example="surveyapp mail deliver")
def mail() -> None:
    """Send invitations and reminders."""


@mail.command("deliver", example="surveyapp mail deliver")
@click.option(
    "--retry-interrupted",
    is_flag=True,
    help="Send again what a killed delivery left half done (some may arrive twice).",
)
@click.option("--retry-failed", is_flag=True, help="Try again what was given up.")
@json_option
def deliver_(retry_interrupted: bool, retry_failed: bool, as_json: bool) -> None:
    """Send all queued mails; one failing address never stops the others."""
    run = runtime()
    again = [MailState.SENDING] * retry_interrupted + [MailState.FAILED] * retry_failed
    try:
        waiting = waiting_mails(run, *again)
        with progress("Mails", len(waiting)) as bar:
            result = deliver(run, waiting, bar.update)
    except MailServerGone as problem:
        raise MailUnavailable(f"No mail was sent: {problem}. The mails stay queued.") from problem
    with run.database.reading() as session:
        given_up = list(invitations.failed(session))
        unknown = invitations.interrupted(session)
    summary = asdict(result) | {
        "interrupted": unknown,
        "given_up": [{"email": a, "reason": r} for a, r in given_up],
    }
    lines = [
        f"{result.sent} invitations sent, {result.postponed} to be tried again, "
        f"{result.failed} refused; reminders are sent and not counted"
    ]
    lines += [f"  given up: {address}: {reason}" for address, reason in given_up]
    if given_up:
        lines.append("  mend the cause, then: surveyapp mail deliver --retry-failed")
    if unknown:
        lines.append(
            f"  {unknown} were interrupted and may or may not have left; to send them again: "
            "surveyapp mail deliver --retry-interrupted"
        )
    show(summary, as_json, lambda: "\n".join(lines))
    if result.stopped_by:
        raise MailUnavailable(f"The batch stopped: {result.stopped_by}. The rest stays queued.")
