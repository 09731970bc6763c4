"""Delivering queued mails: each leaves after its claim is committed, none stops the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from surveyapp.errors import KeyUnavailable, Refused
from surveyapp.i18n import N_
from surveyapp.mail import (
    HungUp,
    Mailer,
    MailServerGone,
    Postponed,
    Rejected,
    mail_address,
    mailer,
)
from surveyapp.models import MailKind, MailState
from surveyapp.runtime import Runtime
from surveyapp.services import invitations
from surveyapp.services.accounts import account_links
from surveyapp.services.invitations import Sender
from surveyapp.services.mails import mailqueue, waves
from surveyapp.services.mails.mailqueue import Claim
from surveyapp.services.results import report_links
from surveyapp.services.running import recovery

# Whose links derive from a secret of the service; those of all others do from their cycle's key.
BY_SECRET = {
    MailKind.REPORT: report_links,
    MailKind.ACCOUNT: account_links,
    MailKind.PASSWORD: account_links,
}
MAX_HANG_UPS = 3  # one after another; then it is the server and not a message


@dataclass(frozen=True)
class Delivery:
    """What happened to a batch. Reminders are not counted: they go to those who have not answered,
    so their number would tell how many have."""

    sent: int = 0
    failed: int = 0
    postponed: int = 0
    stopped_by: str = ""  # why the batch ended early
    keyless_cycles: int = 0  # cycles whose keys are missing; their mails stay queued


def waiting_mails(run: Runtime, *again: MailState) -> list[str]:
    """The links whose mail is due, planned reminders and links asked for among them.

    ``again`` queues mails of these states once more.
    """
    now = run.config.now()
    with run.database.transaction() as session:
        if again:
            mailqueue.requeue(session, again)
        waves.queue_due(session, now)
        recovery.fulfil(session, now)
        return mailqueue.due(session, now)


def next_delivery(run: Runtime) -> datetime | None:
    """When there will be something to deliver again, as far as it is known."""
    now = run.config.now()
    with run.database.reading() as session:
        known = [mailqueue.next_due(session, now), waves.next_planned(session, now)]
    return min((at for at in known if at), default=None)


def sender_of(run: Runtime) -> Sender:
    """From whom mails come; refuses what no mail can carry."""
    sender = Sender(run.config.sender(), run.config.organisation, run.config.base_url())
    try:
        mail_address("", sender.address)
    except ValueError as error:
        raise Refused(
            N_("SURVEYAPP_MAIL_FROM must be a mail address: %(error)s."), error=error
        ) from error
    return sender


def deliver(run: Runtime, waiting: Sequence[str], progress: Callable[[int], Any]) -> Delivery:
    """Send the mails of these invitations; returns the counts.

    A server that stops answering ends the batch: what was not tried stays queued as it was.
    """
    sender = sender_of(run)
    if not waiting:
        return Delivery()
    with mailer(run.config.mail_url) as connection:
        batch = _Batch(run, connection, sender, progress)
        for identity in waiting:
            try:
                batch.deliver(identity)
            except MailServerGone as problem:
                with run.database.reading() as session:
                    left = mailqueue.first_mails_queued(session, waiting)
                return replace(batch.result(), postponed=left, stopped_by=str(problem))
    return batch.result()


@dataclass
class _Batch:
    run: Runtime
    connection: Mailer
    sender: Sender
    progress: Callable[[int], Any]
    keys: dict[str, bytes | None] = field(default_factory=dict)  # by cycle, or by purpose
    keyless: set[str] = field(default_factory=set)  # ids of cycles
    counts: Counter[str] = field(default_factory=Counter)
    hang_ups: int = 0

    def result(self) -> Delivery:
        counts = self.counts
        return Delivery(
            counts["sent"], counts["failed"], counts["postponed"], "", len(self.keyless)
        )

    def deliver(self, identity: str) -> None:
        claimed = self._claim(identity)
        if claimed is None:
            return
        claim, message = claimed
        try:
            self.connection.send(message)
        except MailServerGone:
            with self.run.database.transaction() as session:
                mailqueue.put_back(session, claim)
            raise
        except Rejected as problem:
            with self.run.database.transaction() as session:
                mailqueue.give_up(session, claim, str(problem))
            self._count(claim, "failed")
        except Postponed as problem:
            self._postpone(claim, problem)
        else:
            with self.run.database.transaction() as session:
                mailqueue.mark_sent(session, claim)
            self._count(claim, "sent")
            self.hang_ups = 0

    def _claim(self, identity: str) -> tuple[Claim, EmailMessage] | None:
        now = self.run.config.now()
        with self.run.database.transaction() as session:
            claim = mailqueue.claim(session, identity, now)
            if claim is None:
                return None
            try:
                room = BY_SECRET.get(MailKind(claim.kind), invitations)
                key = self._key_of(claim)
                return claim, room.compose(session, identity, key, self.sender, now)
            except KeyUnavailable:
                self.keyless.add(claim.cycle_id)
                mailqueue.put_back(session, claim)
                return None
            except ValueError as error:  # an address that no mail can carry
                mailqueue.give_up(session, claim, str(error))
        self._count(claim, "failed")
        return None

    def _postpone(self, claim: Claim, problem: Postponed) -> None:
        now, reason = self.run.config.now(), str(problem)
        with self.run.database.transaction() as session:
            if problem.judged:
                doubled = problem.maybe_sent
                mailqueue.postpone(session, claim, reason, now, maybe_sent=doubled)
            else:  # later, so that a message on which a server always dies blocks no other
                due_at = mailqueue.next_try(claim.id, 1, now)
                mailqueue.put_back(session, claim, due_at)
        self._count(claim, "postponed")
        self.hang_ups = self.hang_ups + 1 if isinstance(problem, HungUp) else 0
        if self.hang_ups == MAX_HANG_UPS:
            raise MailServerGone(reason)

    def _key_of(self, claim: Claim) -> bytes:
        """What its link derives from; a lost key must not hold up the mails of other cycles."""
        room = BY_SECRET.get(MailKind(claim.kind))
        name = room.PURPOSE if room else claim.cycle_id
        if name not in self.keys:
            try:
                keys = self.run.keys
                self.keys[name] = keys.derived(name) if room else keys.load(name).link_key
            except KeyUnavailable:
                self.keys[name] = None
        key = self.keys[name]
        if key is None:
            raise KeyUnavailable(name)
        return key

    def _count(self, claim: Claim, outcome: str) -> None:
        """Count and show all but reminders."""
        if claim.counted:
            self.counts[outcome] += 1
            self.progress(1)
