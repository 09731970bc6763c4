"""Delivering queued mails: each leaves after its claim is committed, none stops the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from surveyapp.errors import Refused
from surveyapp.mail import Mailer, MailServerGone, Postponed, Rejected, mail_address, mailer
from surveyapp.models import Invitation
from surveyapp.runtime import Runtime
from surveyapp.sealing import CycleKeys
from surveyapp.services import invitations
from surveyapp.services.invitations import Sender


@dataclass(frozen=True)
class Delivery:
    sent: int = 0
    failed: int = 0
    postponed: int = 0
    stopped_by: str = ""  # why the batch ended early


def waiting_mails(run: Runtime, *, retry_interrupted: bool = False) -> list[str]:
    """The invitations whose mail is due."""
    with run.database.transaction() as session:
        if retry_interrupted:
            invitations.requeue_interrupted(session)
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
                return replace(result, postponed=len(waiting) - result.sent - result.failed)
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
        cycle_id = session.get_one(Invitation, invitation_id).cycle_id
        if cycle_id not in keys:
            keys[cycle_id] = run.keys.load(cycle_id)
        now = run.config.now()
        try:
            message = invitations.compose(session, invitation_id, keys[cycle_id], sender, now)
        except ValueError as error:  # an address that no mail can carry; the roster let it through
            invitations.mark_failed(session, invitation_id, str(error), final=True)
            return replace(result, failed=result.failed + 1)
    try:
        connection.send(message)
    except (Rejected, Postponed) as problem:
        final = isinstance(problem, Rejected)
        with run.database.transaction() as session:
            invitations.mark_failed(session, invitation_id, str(problem), final=final)
        if final:
            return replace(result, failed=result.failed + 1)
        stopped_by = str(problem) if isinstance(problem, MailServerGone) else ""
        return replace(result, postponed=result.postponed + 1, stopped_by=stopped_by)
    with run.database.transaction() as session:
        invitations.mark_sent(session, invitation_id)
    return replace(result, sent=result.sent + 1)
