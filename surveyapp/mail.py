"""Mail: composing one invitation, and handing a message to a folder or an SMTP server."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from surveyapp import i18n
from surveyapp.errors import Refused

SMTP_TIMEOUT = 30


@dataclass(frozen=True)
class InvitationMail:
    """All that an invitation says; ``ratees`` are (name, relation) in the order of the page."""

    sender: str
    organisation: str
    address: str
    name: str
    language: str
    cycle_title: str
    link: str
    ratees: tuple[tuple[str, str], ...]
    closes_at: datetime | None
    timezone: str
    promise: tuple[str, ...]
    reminder: bool
    message_id: str


class Rejected(Exception):
    """This message will never be accepted; trying again is useless."""


class Postponed(Exception):
    """This message could not be handed over now; a later try may succeed."""


class Mailer(Protocol):
    def send(self, message: EmailMessage) -> None: ...


@cache
def _templates(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("surveyapp", "templates/mail"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(i18n.translations(language), newstyle=True)  # type: ignore[attr-defined]
    return environment


def _one_line(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f\u2028\u2029]+", " ", text).strip()


def compose_invitation(mail: InvitationMail, now: datetime) -> EmailMessage:
    """The invitation or reminder: text and HTML, one link, nothing secret in a header."""
    templates = _templates(mail.language)
    closes = i18n.moment(mail.closes_at, mail.language, mail.timezone) if mail.closes_at else ""

    def rendered(suffix: str) -> str:
        return templates.get_template(f"invitation.{suffix}").render(mail=mail, closes=closes)

    message = EmailMessage(policy=SMTPUTF8 if not mail.address.isascii() else SMTP)
    message["Subject"] = _one_line(rendered("subject.txt"))
    message["From"] = Address(_one_line(mail.organisation), addr_spec=mail.sender)
    message["To"] = Address(_one_line(mail.name), addr_spec=mail.address)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.message_id}@{mail.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(rendered("txt"))
    message.add_alternative(rendered("html"), subtype="html")
    return message


class FolderMailer:
    """Writes each message as one ``.eml`` file; for trying out and for tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = message["Message-ID"].strip("<>").partition("@")[0]
            partial = self.folder / f".{name}.part"
            partial.write_bytes(message.as_bytes())
            partial.rename(self.folder / f"{name}.eml")
        except OSError as error:
            raise Postponed(f"the mail folder cannot be written: {error.strerror}") from error


class SmtpMailer:
    """Hands messages to an SMTP server over one connection."""

    def __init__(self, connection: smtplib.SMTP) -> None:
        self.connection = connection

    def send(self, message: EmailMessage) -> None:
        try:
            self.connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise _verdict(code, reason) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _verdict(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Postponed(type(error).__name__) from error


def _verdict(code: int, reason: bytes | str) -> Rejected | Postponed:
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    kind = Rejected if code >= 500 else Postponed
    return kind(_one_line(f"{code} {words}")[:150])


@contextmanager
def mailer(url: str) -> Iterator[Mailer]:
    """The mailer of ``folder:PATH`` or ``smtp://user:password@host:port?starttls=1``."""
    if url.startswith("folder:"):
        yield FolderMailer(Path(url.removeprefix("folder:")))
        return
    parts = urlsplit(url)
    if parts.scheme != "smtp" or not parts.hostname:
        raise Refused(
            "SURVEYAPP_MAIL_URL must read folder:PATH or smtp://user:password@host:port?starttls=1"
        )
    try:
        connection = smtplib.SMTP(parts.hostname, parts.port or 25, timeout=SMTP_TIMEOUT)
    except OSError as error:
        raise Postponed(f"the mail server {parts.hostname} does not answer: {error}") from error
    with connection:
        if parse_qs(parts.query).get("starttls") == ["1"]:
            connection.starttls(context=ssl.create_default_context())
        if parts.username:
            connection.login(unquote(parts.username), unquote(parts.password or ""))
        yield SmtpMailer(connection)
