"""Reading delivery reports: what a mail server says about a mail of ours that it could not deliver.

Standard reports (RFC 3464) are read by their fields. Servers that write a letter instead are
understood where the letter comes from a mail system and names a reply code.
"""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum

from surveyapp.mail import what_was_said

MAX_BYTES = 1024 * 1024  # of a message
MAX_FILE = 64 * MAX_BYTES
# Two messages of an mbox. Without the end of the file it would be tried at every colon of a line.
BETWEEN = re.compile(rb"(?:\A|\n\r?\n)From \S+ [^\n]*\d\d:\d\d[^\n]*(?:\n|\Z)")
OUR_ID = re.compile(r"<\s*([0-9a-f]{32})@", re.IGNORECASE)
STATUS = re.compile(r"(?<![\d.])([245])\.[0-7]\.\d{1,3}(?!\.?\d)")  # not a version, not a date
REPLY = re.compile(r"(?<![\d.])([45])[0-5]\d(?=[ \-:])")
MAIL_SYSTEM = re.compile(r"mailer-daemon|postmaster|mail delivery (?:sub)?system", re.IGNORECASE)


class Verdict(StrEnum):
    HARD = "hard"  # will never arrive
    SOFT = "soft"  # late, or not this time
    IGNORED = "ignored"  # no report of a failure: an automatic reply, a success, an ordinary mail
    UNREADABLE = "unreadable"  # a report that does not say what happened


@dataclass(frozen=True)
class Report:
    verdict: Verdict
    reason: str = ""
    message_ids: tuple[str, ...] = ()  # the parts before "@" that may be ours


def messages_of(file: bytes) -> list[bytes]:
    """The messages of a file: those of an mbox, or the one that it is."""
    if not BETWEEN.match(file):
        return [file]
    return [message for message in BETWEEN.split(file) if message.strip()]


def read_report(raw: bytes) -> Report:
    """The verdict of one message; never raises, whatever the bytes are."""
    try:
        message = email.message_from_bytes(raw[:MAX_BYTES])
        verdict, reason = _verdict(message)
        return Report(verdict, reason, _message_ids(message))
    except RecursionError:  # parts within parts, a thousand deep
        return Report(Verdict.UNREADABLE)


def _verdict(message: Message) -> tuple[Verdict, str]:
    # Postfix and Exim mark their reports as automatic replies: what is a report comes first.
    if _report_type(message) == "disposition-notification":
        return Verdict.IGNORED, ""
    blocks = [block for part in message.walk() for block in _status_blocks(part)]
    if blocks:
        return max((_of_fields(block) for block in blocks), key=lambda found: _RANK[found[0]])
    if _is_letter_of_a_mail_system(message):
        return _of_letter(message)
    return Verdict.IGNORED, ""


_BY_DIGIT = {"2": Verdict.IGNORED, "4": Verdict.SOFT, "5": Verdict.HARD}
_RANK = {Verdict.IGNORED: 0, Verdict.UNREADABLE: 1, Verdict.SOFT: 2, Verdict.HARD: 3}


def _report_type(message: Message) -> str:
    return str(message.get_param("report-type") or "").lower()


def _status_blocks(part: Message) -> list[Message]:
    """The per-recipient blocks of a message/delivery-status part."""
    if part.get_content_type() not in {"message/delivery-status", "message/global-delivery-status"}:
        return []
    inside = part.get_payload()
    blocks = inside if isinstance(inside, list) else [email.message_from_string(str(inside))]
    found = [block for block in blocks if isinstance(block, Message)]
    recipients = [block for block in found if _field(block, "Action") or _field(block, "Status")]
    return recipients or found[:1]


def _of_fields(block: Message) -> tuple[Verdict, str]:
    action = _field(block, "Action").lower()
    said = _field(block, "Diagnostic-Code")
    digit = _digit(_field(block, "Status")) or _digit(said)
    reason = what_was_said(said.partition(";")[2] or said or f"{action} {_field(block, 'Status')}")
    if action.startswith(("delivered", "relayed", "expanded")) or digit == "2":
        return Verdict.IGNORED, ""
    if action.startswith("delayed") or digit == "4":
        return Verdict.SOFT, reason
    return (Verdict.HARD, reason) if digit == "5" else (Verdict.UNREADABLE, reason)


def _is_letter_of_a_mail_system(message: Message) -> bool:
    if message.get("X-Failed-Recipients"):
        return True
    if _field(message, "Auto-Submitted").lower().startswith("auto-replied"):
        return False  # "I am away": from a person, whatever its sender is called
    return bool(MAIL_SYSTEM.search(str(message.get("From", ""))))


def _of_letter(message: Message) -> tuple[Verdict, str]:
    for line in _text(message).splitlines():
        if digit := _digit(line):
            return _BY_DIGIT[digit], what_was_said(line)
    return Verdict.UNREADABLE, ""


def _digit(text: str) -> str:
    """The class of the first status or reply code in a text, such as "5"."""
    found = STATUS.search(text) or REPLY.search(text)
    return found.group(1) if found else ""


def _text(message: Message) -> str:
    parts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join(_decoded(part) for part in parts)


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        return payload.decode(part.get_content_charset() or "utf-8", errors="replace")
    except LookupError:
        return payload.decode(errors="replace")


def _message_ids(message: Message) -> tuple[str, ...]:
    """All ids of our form in headers and texts, wherever the server has put the original."""
    places = [f"{value}" for part in message.walk() for _, value in part.items()]
    places.append(_text(message))
    return tuple(dict.fromkeys(found.lower() for text in places for found in OUR_ID.findall(text)))


def _field(block: Message, name: str) -> str:
    return str(block.get(name, "")).strip()
