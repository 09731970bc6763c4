"""What delivery reports mean for the mails of open cycles and of released reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from surveyapp import tokens
from surveyapp.dsn import Report, Verdict
from surveyapp.models import Invitation, MailKind, MailState, StoppedAddress
from surveyapp.services.mails.mailqueue import Link, held, is_live

FOREIGN = "foreign"  # a report about a mail that is none of ours, or of a closed cycle


@dataclass(frozen=True)
class Bounce:
    verdict: str  # of dsn.Verdict, or FOREIGN
    address: str = ""
    reason: str = ""


def note_bounces(
    session: Session,
    reports: Iterable[Report],
    link_keys: Mapping[str, bytes],
    other_keys: Mapping[type[Link], bytes] | None = None,
) -> list[Bounce]:
    """Stop mails to addresses that bounced for good, note the others.

    ``link_keys``: by cycle id; ``other_keys``: what other links derive from, by their table.
    """
    ours = _our_mails(session, link_keys)
    for table, key in (other_keys or {}).items():
        ours |= _other_mails(session, table, key)
    return [_note(session, report, ours) for report in reports]


def as_reported(report: Report, bounce: Bounce) -> str:
    """What a report says of a mail of ours, by itself.

    What it meant here is not for everybody: where a later mail had left, a reminder mostly, it
    means nothing any more, and that would tell who had not answered by then.
    """
    return FOREIGN if bounce.verdict == FOREIGN else report.verdict


def _our_mails(session: Session, link_keys: Mapping[str, bytes]) -> dict[str, tuple[str, int]]:
    """Message-ID -> link and wave, made anew from the link keys: none is stored.

    Mails under an earlier link are left out: they went to an address that may have been corrected.
    """
    rows = session.execute(
        select(Invitation.id, Invitation.cycle_id, Invitation.generation, Invitation.wave).where(
            Invitation.cycle_id.in_(link_keys)
        )
    )
    return {
        tokens.message_id(link_keys[cycle_id], identity, generation, number): (identity, number)
        for identity, cycle_id, generation, wave in rows
        for number in range(wave + 1)
    }


def _other_mails(session: Session, table: type[Link], key: bytes) -> dict[str, tuple[str, int]]:
    rows = session.execute(select(table.id, table.generation, table.wave).where(is_live(table)))
    return {
        tokens.message_id(key, identity, generation, number): (identity, number)
        for identity, generation, wave in rows
        for number in range(wave + 1)
    }


def _note(session: Session, report: Report, ours: Mapping[str, tuple[str, int]]) -> Bounce:
    if report.verdict in {Verdict.IGNORED, Verdict.UNREADABLE}:
        return Bounce(report.verdict)
    found = next((ours[one] for one in report.message_ids if one in ours), None)
    if found is None:
        return Bounce(FOREIGN)
    identity, wave = found
    link = held(session, identity)
    if link is None or _is_late(session, link, wave):
        return Bounce(Verdict.IGNORED)
    address = link.recipient.email
    reason = f"bounced: {report.reason}"[:200]
    if link.mail_state != MailState.FAILED:
        link.mail_error = reason
    if report.verdict == Verdict.HARD:
        link.mail_state, link.mail_due_at = MailState.FAILED, None
        session.merge(StoppedAddress(address_digest=tokens.address_digest(address), reason=reason))
    session.flush()
    return Bounce(report.verdict, address, report.reason)


def _is_late(session: Session, link: Link, wave: int) -> bool:
    """Whether a later mail tells more: the mailbox may have been mended since.

    Once reminders have left, this holds of every first mail of the cycle, also of those to raters
    who needed none: who is not on the list of failed mails would have been reminded.
    """
    if wave != link.wave:
        return True
    if not isinstance(link, Invitation) or link.mail_kind == MailKind.REMINDER:
        return False
    reminded = exists().where(
        Invitation.cycle_id == link.cycle_id, Invitation.mail_kind == MailKind.REMINDER
    )
    first = link.generation == 1 and wave == 0
    return first and bool(session.scalar(select(reminded)))
