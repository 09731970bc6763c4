"""surveyapp mail: deliver what is queued, and read what came back."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from surveyapp.commands.base import CommandGroup, json_option, progress, runtime, show
from surveyapp.commands.mail_looks import preview, test, words
from surveyapp.dsn import MAX_FILE, Verdict, messages_of
from surveyapp.errors import KeyUnavailable, MailUnavailable, Refused
from surveyapp.mail import MailServerGone
from surveyapp.models import MailState
from surveyapp.outbox import Delivery, deliver, next_delivery, waiting_mails
from surveyapp.runtime import Runtime
from surveyapp.services.mails import mailqueue
from surveyapp.services.mails.bounces import FOREIGN, Bounce
from surveyapp.steps import read_bounces


@click.group(cls=CommandGroup, example="surveyapp mail deliver")
def mail() -> None:
    """Send invitations, reminders and links; read what could not be delivered."""


for command in (preview, test, words):
    mail.add_command(command)


@mail.command("deliver", example="surveyapp mail deliver")
@click.option(
    "--retry-interrupted",
    is_flag=True,
    help="Send at once, not after 15 minutes, what a killed delivery left half done "
    "(some may arrive twice).",
)
@click.option("--retry-failed", is_flag=True, help="Try again what was given up or bounced.")
@json_option
def deliver_(retry_interrupted: bool, retry_failed: bool, as_json: bool) -> None:
    """Send all mails that are due; one failing address never stops the others."""
    run = runtime()
    again = [MailState.SENDING] * retry_interrupted + [MailState.FAILED] * retry_failed
    try:
        waiting = waiting_mails(run, *again)
        with progress("Mails", _counted(run, waiting)) as bar:
            result = deliver(run, waiting, bar.update)
    except MailServerGone as problem:
        raise MailUnavailable(f"No mail was sent: {problem}. The mails stay queued.") from problem
    summary = asdict(result) | _queue(run)
    show(summary, as_json, lambda: "\n".join(_delivery_words(result, summary)))
    if result.stopped_by:
        raise MailUnavailable(f"The batch stopped: {result.stopped_by}. The rest stays queued.")
    if result.keyless_cycles:
        raise KeyUnavailable(
            f"The keys of {result.keyless_cycles} cycles are missing; their mails stay queued. "
            "Run: surveyapp doctor; for links to reports: surveyapp report send --again"
        )


def _counted(run: Runtime, waiting: list[str]) -> int:
    """The length of the bar. Reminders do not move it: their number tells who has answered."""
    with run.database.reading() as session:
        return mailqueue.first_mails_queued(session, waiting)


def _queue(run: Runtime) -> dict[str, Any]:
    following = next_delivery(run)
    with run.database.reading() as session:
        return {
            "interrupted": mailqueue.interrupted(session),
            "possibly_doubled": mailqueue.possibly_doubled(session),
            "next_due": following and following.isoformat(timespec="minutes"),
            "given_up": [{"email": a, "reason": r} for a, r in mailqueue.failed(session)],
        }


def _delivery_words(result: Delivery, queue: dict[str, Any]) -> Iterator[str]:
    yield (
        f"{result.sent} mails sent, {result.postponed} to be tried again, "
        f"{result.failed} refused; reminders are sent and not counted"
    )
    for lost in queue["given_up"]:
        yield f"  given up: {lost['email']}: {lost['reason']}"
    if queue["given_up"]:
        yield (
            "  mend the cause, then: surveyapp mail deliver --retry-failed\n"
            "  or the address: surveyapp rater correct-address CYCLE --rater ID --email ADDRESS"
        )
    if queue["interrupted"]:
        yield (
            f"  {queue['interrupted']} were interrupted and may or may not have left; they are "
            "sent again after 15 minutes, or now: surveyapp mail deliver --retry-interrupted"
        )
    if queue["possibly_doubled"]:
        yield f"  {queue['possibly_doubled']} raters may have got a mail twice"
    if queue["next_due"]:
        yield f"  the next mails are due at {queue['next_due']}"


@mail.command("bounces", example="surveyapp mail bounces /var/mail/feedback/Maildir")
@click.argument("places", metavar="FILE...", nargs=-1, required=True)
@json_option
def bounces(places: tuple[str, ...], as_json: bool) -> None:
    """Read delivery reports: files (or an mbox), folders (or a Maildir), or - for standard input.

    An address that bounced for good gets no more mails; reading a report twice does no harm.
    """
    run = runtime()
    noted = [bounce for _, bounce in read_bounces(run, _messages(places))]
    counts = Counter(bounce.verdict for bounce in noted)
    result: dict[str, Any] = {verdict: counts[verdict] for verdict in (*Verdict, FOREIGN)}
    result["stopped"] = [
        {"email": bounce.address, "reason": bounce.reason}
        for bounce in noted
        if bounce.verdict == Verdict.HARD
    ]
    show(result, as_json, lambda: "\n".join(_bounce_words(noted, counts)))


def _messages(places: Iterable[str]) -> Iterator[bytes]:
    for place in places:
        if place == "-":
            yield from messages_of(sys.stdin.buffer.read(MAX_FILE))
            continue
        try:
            for path in _files(Path(place)):
                with path.open("rb") as file:
                    yield from messages_of(file.read(MAX_FILE))
        except OSError as error:
            raise Refused(f"Cannot read {place}: {error.strerror}.") from error


def _files(place: Path) -> list[Path]:
    """The messages of a folder; those of a Maildir lie in new and cur."""
    if not place.is_dir():
        return [place]
    inner = [place / name for name in ("new", "cur") if (place / name).is_dir()]
    found = [path for folder in inner or [place] for path in folder.iterdir()]
    return sorted(path for path in found if path.is_file())


def _bounce_words(noted: list[Bounce], counts: Counter[str]) -> Iterator[str]:
    yield (
        f"{counts[Verdict.HARD]} bounced for good, {counts[Verdict.SOFT]} delayed, "
        f"{counts[Verdict.IGNORED]} ignored, {counts[Verdict.UNREADABLE]} not understood, "
        f"{counts[FOREIGN]} not about mails of open cycles or reports"
    )
    for bounce in noted:
        if bounce.verdict == Verdict.HARD:
            yield f"  no more mails to {bounce.address}: {bounce.reason}"
