"""Delivering queued mails: each leaves after its claim is committed, none stops the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from surveyapp.errors import Refused
from surveyapp.mail import Mailer, MailServerGone, Postponed, Rejected, mail_address, mailer
from surveyapp.models import Invitation, MailState
from surveyapp.runtime import Runtime
from surveyapp.sealing import CycleKeys
from surveyapp.services import invitations
from surveyapp.services.invitations import Sender


@dataclass(frozen=True)
class Delivery:
    """What happened to a batch. Reminders are not counted: they go to those who have not answered,
    so their number would tell how many have."""

    sent: int = 0
    failed: int = 0
    postponed: int = 0
    stopped_by: str = ""  # why the batch ended early


def waiting_mails(run: Runtime, *again: MailState) -> list[str]:
    """The invitations whose mail is due; ``again`` queues mails of these states once more."""
    with run.database.transaction() as session:
        invitations.requeue(session, again)
        return invitations.due(session, run.config.now())


def deliver(run: Runtime, waiting: Sequence[str], progress: Callable[[int], Any]) -> Delivery:
    """Send the mails of these invitations; returns the counts.

    A server that stops answering ends the batch: what was not tried stays queued as it was.
    """
    sender = Sender(run.config.sender(), run.config.organisation, run.config.base_url())
    try:
        mail_address("", sender.address)
    except ValueError as error:
        raise Refused(f"SURVEYAPP_MAIL_FROM must be a mail address: {error}.") from error
    result = Delivery()
    if not waiting:
        return result
    keys: dict[str, CycleKeys] = {}
    with mailer(run.config.mail_url) as connection:
        for invitation_id in waiting:
            result = _deliver_one(run, connection, invitation_id, sender, keys, result)
            if result.stopped_by:
                with run.database.reading() as session:
                    left = invitations.first_mails_queued(session, waiting)
                return replace(result, postponed=left)
            progress(1)
    return result


def _deliver_one(
    run: Runtime,
    connection: Mailer,
    invitation_id: str,
    sender: Sender,
    keys: dict[str, CycleKeys],
    result: Delivery,
) -> Delivery:
    with run.database.transaction() as session:
        if not invitations.mark_sending(session, invitation_id):
            return result
        invitation = session.get_one(Invitation, invitation_id)
        cycle_id, is_reminder = invitation.cycle_id, invitation.wave > 0
        if cycle_id not in keys:
            keys[cycle_id] = run.keys.load(cycle_id)
        now = run.config.now()
        try:
            message = invitations.compose(session, invitation_id, keys[cycle_id], sender, now)
        except ValueError as error:  # an address that no mail can carry; the roster let it through
            invitations.mark_failed(session, invitation_id, str(error), final=True)
            return result if is_reminder else replace(result, failed=result.failed + 1)
    try:
        connection.send(message)
    except MailServerGone as problem:
        with run.database.transaction() as session:
            invitations.mark_untried(session, invitation_id)
        return replace(result, stopped_by=str(problem))
    except (Rejected, Postponed) as problem:
        final = isinstance(problem, Rejected)
        with run.database.transaction() as session:
            invitations.mark_failed(session, invitation_id, str(problem), final=final)
        if is_reminder:
            return result
        if final:
            return replace(result, failed=result.failed + 1)
        return replace(result, postponed=result.postponed + 1)
    with run.database.transaction() as session:
        invitations.mark_sent(session, invitation_id)
    return result if is_reminder else replace(result, sent=result.sent + 1)
