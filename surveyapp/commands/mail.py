"""surveyapp mail: deliver what is queued."""

from __future__ import annotations

from dataclasses import asdict

import click

from surveyapp.commands.base import Example, json_option, progress, runtime, show
from surveyapp.errors import SurveyError
from surveyapp.mail import MailServerGone
from surveyapp.outbox import deliver, waiting_mails
from surveyapp.services import invitations


@click.group(cls=Example, example="surveyapp mail deliver")
def mail() -> None:
    """Send invitations and reminders."""


class MailUnavailable(SurveyError):
    exit_code = 3


@mail.command("deliver", example="surveyapp mail deliver")
@click.option(
    "--retry-interrupted",
    is_flag=True,
    help="Send again what a killed delivery left half done (some may arrive twice).",
)
@json_option
def deliver_(retry_interrupted: bool, as_json: bool) -> None:
    """Send all queued mails; one failing address never stops the others."""
    run = runtime()
    try:
        waiting = waiting_mails(run, retry_interrupted=retry_interrupted)
        with progress("Mails", len(waiting)) as bar:
            result = deliver(run, waiting, bar.update)
    except MailServerGone as problem:
        raise MailUnavailable(f"No mail was sent: {problem}. The mails stay queued.") from problem
    with run.database.reading() as session:
        given_up = list(invitations.failed(session))
    summary = asdict(result) | {"given_up": [{"email": a, "reason": r} for a, r in given_up]}
    lines = [f"{result.sent} sent, {result.postponed} to be tried again, {result.failed} refused"]
    lines += [f"  given up: {address}: {reason}" for address, reason in given_up]
    show(summary, as_json, lambda: "\n".join(lines))
    if result.stopped_by:
        raise MailUnavailable(f"The batch stopped: {result.stopped_by}. The rest stays queued.")
