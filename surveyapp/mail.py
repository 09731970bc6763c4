"""Mail: composing one invitation, and handing a message to a folder or an SMTP server."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from surveyapp import i18n
from surveyapp.errors import Refused

SMTP_TIMEOUT = 30
# Service closing, and the replies that ask for a login: nothing is wrong with the recipient.
NOT_THE_RECIPIENT = {421, 530, 534, 535, 538}
FORM = "folder:PATH or smtp://user:password@host:port?starttls=1"


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


class MailServerGone(Postponed):
    """The server takes no message at all at the moment; trying the next one is useless."""


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


def _cleaned(mail: InvitationMail) -> InvitationMail:
    """The same mail in which no name can begin a new line: the only link stays ours."""
    return replace(
        mail,
        organisation=_one_line(mail.organisation),
        name=_one_line(mail.name),
        cycle_title=_one_line(mail.cycle_title),
        ratees=tuple((_one_line(name), relation) for name, relation in mail.ratees),
    )


def mail_address(name: str, spec: str) -> Address:
    """An address that every server can carry: a Chinese domain in its ASCII form.

    Raises ValueError where there is none, or where ``spec`` holds more than an address.
    """
    local, _, domain = spec.rpartition("@")
    plain = f"{local}@{domain.encode('idna').decode()}"
    try:
        address = Address(name, addr_spec=plain)
    except (MessageError, IndexError) as error:  # what the standard library says to "@x"
        raise ValueError(f'"{spec}" is no mail address') from error
    if address.addr_spec != plain or " " in plain:
        raise ValueError(f'"{spec}" is no mail address')
    return address


def compose_invitation(mail: InvitationMail, now: datetime) -> EmailMessage:
    """The invitation or reminder: text and HTML, one link, nothing secret in a header.

    Raises ValueError for an address that no mail can carry.
    """
    mail = _cleaned(mail)
    templates = _templates(mail.language)
    closes = i18n.moment(mail.closes_at, mail.language, mail.timezone) if mail.closes_at else ""

    def rendered(suffix: str) -> str:
        return templates.get_template(f"invitation.{suffix}").render(mail=mail, closes=closes)

    message = EmailMessage(policy=SMTP)
    message["Subject"] = _one_line(rendered("subject.txt"))
    message["From"] = sender = mail_address(mail.organisation, mail.sender)
    message["To"] = mail_address(mail.name, mail.address)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail.message_id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    # As it is, not in base64: the link can be read and copied from the file of a mail folder.
    message.set_content(rendered("txt"), cte="8bit")
    message.add_alternative(rendered("html"), subtype="html", cte="8bit")
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
            self.connection.ehlo_or_helo_if_needed()
            eight_bit = self.connection.has_extn("8bitmime")
            if not eight_bit:
                message.policy = message.policy.clone(cte_type="7bit")
            self.connection.send_message(message, mail_options=["BODY=8BITMIME"] * eight_bit)
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise _verdict(code, reason) from error
        except smtplib.SMTPSenderRefused as error:
            # It is the sender or the login that is wrong: no recipient may pay for that.
            raise MailServerGone(f"it refuses {error.sender}: {error}") from error
        except smtplib.SMTPDataError as error:
            raise _verdict(error.smtp_code, error.smtp_error) from error
        except OSError as error:  # smtplib's own errors are among them
            raise MailServerGone(f"the connection was lost ({error})") from error


def _verdict(code: int, reason: bytes | str) -> Rejected | Postponed:
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    reason = _one_line(f"{code} {words}")[:150]
    if code in NOT_THE_RECIPIENT:
        return MailServerGone(reason)
    return Rejected(reason) if code >= 500 else Postponed(reason)


@contextmanager
def mailer(url: str) -> Iterator[Mailer]:
    """The mailer of ``folder:PATH`` or ``smtp://user:password@host:port?starttls=1``."""
    if url.startswith("folder:"):
        yield FolderMailer(Path(url.removeprefix("folder:")))
        return
    with _connected(_server(url)) as connection:
        yield SmtpMailer(connection)


@dataclass(frozen=True)
class _Server:
    host: str
    port: int
    starttls: bool
    user: str
    password: str = field(repr=False)


def _server(url: str) -> _Server:
    try:
        parts = urlsplit(url)
        port = parts.port or 25
    except ValueError:
        raise Refused(f"SURVEYAPP_MAIL_URL must read {FORM}; its port is no number") from None
    options = parse_qs(parts.query, keep_blank_values=True)
    if parts.scheme != "smtp" or not parts.hostname or options.keys() - {"starttls"}:
        raise Refused(f"SURVEYAPP_MAIL_URL must read {FORM}")
    return _Server(
        host=parts.hostname,
        port=port,
        starttls=options.get("starttls", ["0"]) != ["0"],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


@contextmanager
def _connected(server: _Server) -> Iterator[smtplib.SMTP]:
    try:
        connection = smtplib.SMTP(server.host, server.port, timeout=SMTP_TIMEOUT)
    except OSError as error:
        raise MailServerGone(f"the mail server {server.host} does not answer: {error}") from error
    try:
        _secured(connection, server)
        yield connection
    finally:
        with suppress(OSError):
            connection.quit()
        connection.close()


def _secured(connection: smtplib.SMTP, server: _Server) -> None:
    try:
        if server.starttls:
            connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password)
    except OSError as error:
        raise MailServerGone(f"the mail server {server.host} lets nobody in: {error}") from error
