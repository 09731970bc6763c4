"""Mail: composing one invitation, and handing a message to a folder or an SMTP server."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from surveyapp import i18n
from surveyapp.errors import Refused
from surveyapp.i18n import N_

SMTP_TIMEOUT = 30
ONE_CLICK = "List-Unsubscribe=One-Click"  # RFC 8058: mail programs post exactly this
CLOSING = 421  # the server ends the connection with this reply; some greylists do so too
LOGIN_WANTED = {530, 534, 535, 538}  # nothing is wrong with the recipient
TAKES_MESSAGE = 354  # the last reply before the message itself
ANY_ADDRESS = re.compile(r"[^\s<>:;\"']+@[^\s<>:;\"']+")
SHORT = re.compile(
    r".{1,150}(?:[ ，。；：！？、]|$)|.{1,150}"
)  # in bytes far below what SMTP allows
FORM = "folder:PATH or smtp://user:password@host:port?starttls=1"


@dataclass(frozen=True)
class MailWords:
    """Words of one's own in the place of the usual ones, which stay where these are empty."""

    subject: str = ""
    greeting: str = ""  # the first paragraphs, with the name
    closing: str = ""


@dataclass(frozen=True)
class InvitationMail:
    """All that a mail says; ``ratees`` are (name, relation) in the order of the page."""

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
    kind: str  # of models.MailKind
    message_id: str
    minutes: int = 0  # for all forms together
    words: MailWords = MailWords()
    test: bool = False  # for the eyes of whoever runs the cycle; its links lead nowhere

    @property
    def opt_out(self) -> str:
        return f"{self.link}/mail"


@dataclass(frozen=True)
class ReportMail:
    """All that the mail about a released report says: nothing of what is in it."""

    sender: str
    organisation: str
    address: str
    name: str
    language: str
    cycle_title: str
    link: str
    message_id: str
    test: bool = False  # for the eyes of whoever runs the cycle; its link leads nowhere


@dataclass(frozen=True)
class AccountMail:
    """All that the mail says which brings the link to set a password."""

    sender: str
    organisation: str
    address: str
    name: str  # empty for accounts of nobody in the roster
    language: str
    link: str
    message_id: str
    kind: str  # of models.MailKind
    cycle_title: str = ""  # it is about none


Letter = TypeVar("Letter", InvitationMail, ReportMail, AccountMail)


class Rejected(Exception):
    """This message will never be accepted; trying again is useless."""


class Postponed(Exception):
    """This message could not be handed over now; a later try may succeed.

    ``judged``: the server got as far as this message; else it has nothing to do with it.
    ``maybe_sent``: the connection ended between the message and the reply, so nobody knows.
    """

    def __init__(self, reason: str, *, judged: bool = True, maybe_sent: bool = False) -> None:
        super().__init__(reason)
        self.judged, self.maybe_sent = judged, maybe_sent


class HungUp(Postponed):
    """The connection ended with this message; another connection may do better."""


class MailServerGone(Exception):
    """The server takes no message at all at the moment; trying the next one is useless."""


class Mailer(Protocol):
    def ready(self) -> None:
        """Raise `MailServerGone` unless a message could be handed over now."""

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
    environment.filters["short"] = _short_lines
    environment.install_gettext_translations(i18n.translations(language), newstyle=True)  # type: ignore[attr-defined]
    return environment


def _short_lines(text: str) -> str:
    """The same text in lines that every server takes, broken at a blank or after a mark."""
    lines = (SHORT.findall(line) or [""] for line in text.split("\n"))
    return "\n".join(piece.rstrip(" ") for pieces in lines for piece in pieces)


def _one_line(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f\u2028\u2029]+", " ", text).strip()


def what_was_said(text: str) -> str:
    """A server's words as they are kept: one line, and no address of anybody."""
    return _one_line(ANY_ADDRESS.sub("...", text))[:150]


PLACEHOLDERS = ("name", "organisation", "cycle", "closes", "minutes")


def _filled(mail: InvitationMail, closes: str) -> MailWords:
    """Each placeholder becomes one line; what comes in with a name is no placeholder again."""
    values = (mail.name, mail.organisation, mail.cycle_title, closes, str(mail.minutes))
    said = {f"{{{name}}}": _one_line(v) for name, v in zip(PLACEHOLDERS, values, strict=True)}
    known = re.compile("|".join(map(re.escape, said)))

    def fill(text: str) -> str:
        return known.sub(lambda found: said[found[0]], text)

    words = mail.words
    return MailWords(fill(words.subject), fill(words.greeting), fill(words.closing))


def _cleaned(mail: Letter) -> Letter:
    """The same mail in which no name can begin a new line: the only link stays ours."""
    return replace(
        mail,
        organisation=_one_line(mail.organisation),
        name=_one_line(mail.name),
        cycle_title=_one_line(mail.cycle_title),
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
    """The mail in text and HTML: the personal link, and apart from it the way to stop reminders.

    Raises ValueError for an address that no mail can carry.
    """
    mail = replace(
        mail, ratees=tuple((_one_line(name), relation) for name, relation in mail.ratees)
    )
    closes = i18n.moment(mail.closes_at, mail.language, mail.timezone) if mail.closes_at else ""
    message = _composed("invitation", mail, now, closes=closes, words=_filled(mail, closes))
    if not mail.test:
        message["List-Unsubscribe"] = f"<{mail.opt_out}>"
        message["List-Unsubscribe-Post"] = ONE_CLICK
    return message


def compose_report(mail: ReportMail, now: datetime) -> EmailMessage:
    """The mail that brings the link to a report, in text and HTML.

    Raises ValueError for an address that no mail can carry.
    """
    return _composed("report", mail, now)


def compose_account(mail: AccountMail, now: datetime) -> EmailMessage:
    """The mail that brings the link to set a password, in text and HTML.

    Raises ValueError for an address that no mail can carry.
    """
    return _composed("account", mail, now)


def _composed(name: str, mail: Letter, now: datetime, **words: object) -> EmailMessage:
    """The mail of the three templates of this name."""
    mail = _cleaned(mail)
    templates = _templates(mail.language)

    def rendered(suffix: str) -> str:
        return templates.get_template(f"{name}.{suffix}").render(mail=mail, **words)

    message = EmailMessage(policy=POLICY)
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


class _OneLine(UniqueUnstructuredHeader):
    """A header that holds an address of ours: folded or encoded no program would find it."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _OneLine)  # type: ignore[arg-type]  # as its own types are
POLICY = SMTP.clone(header_factory=_headers)


class FolderMailer:
    """Writes each message as one ``.eml`` file; for trying out and for tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def ready(self) -> None:
        there = next(path for path in (self.folder, *self.folder.parents) if path.exists())
        if not there.is_dir() or not os.access(there, os.W_OK):
            raise MailServerGone(f"the mail folder {self.folder} cannot be written")

    def send(self, message: EmailMessage) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = message["Message-ID"].strip("<>").partition("@")[0]
            partial = self.folder / f".{name}.part"
            partial.write_bytes(message.as_bytes())
            partial.rename(self.folder / f"{name}.eml")
        except OSError as error:
            raise MailServerGone(f"the mail folder cannot be written: {error.strerror}") from error


class _Connection(smtplib.SMTP):
    """Remembers the last reply, so that the end of a connection can be judged."""

    last_reply = 0

    def getreply(self) -> tuple[int, bytes]:
        code, words = super().getreply()
        self.last_reply = code
        return code, words


class SmtpMailer:
    """Hands messages to an SMTP server over one connection, and over another if that ends."""

    def __init__(self, server: _Server) -> None:
        self.server = server
        self.connection = _connected(server)

    def ready(self) -> None:
        try:
            self.connection.ehlo_or_helo_if_needed()
        except OSError as error:
            raise MailServerGone(f"the mail server {self.server.host}: {error}") from error

    def send(self, message: EmailMessage) -> None:
        if self.connection.sock is None:
            self.connection = _connected(self.server)
        try:
            self._hand_over(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise _verdict(code, reason) from error
        except smtplib.SMTPSenderRefused as error:
            if error.smtp_code == CLOSING:
                raise _verdict(error.smtp_code, error.smtp_error) from error
            # It is the sender or the login that is wrong: no recipient may pay for that.
            raise MailServerGone(f"it refuses {error.sender}: {error}") from error
        except smtplib.SMTPDataError as error:
            raise _verdict(error.smtp_code, error.smtp_error) from error
        except OSError as error:  # smtplib's own errors are among them
            self.connection.close()
            taken = self.connection.last_reply == TAKES_MESSAGE
            words = f"the connection was lost ({error})"
            raise HungUp(words, judged=taken, maybe_sent=taken) from error

    def _hand_over(self, message: EmailMessage) -> None:
        self.connection.ehlo_or_helo_if_needed()
        eight_bit = self.connection.has_extn("8bitmime")
        if not eight_bit:
            message.policy = message.policy.clone(cte_type="7bit")
        self.connection.send_message(message, mail_options=["BODY=8BITMIME"] * eight_bit)

    def close(self) -> None:
        with suppress(OSError):
            self.connection.quit()
        self.connection.close()


def _verdict(code: int, reason: bytes | str) -> Rejected | Postponed | MailServerGone:
    words = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    reason = what_was_said(f"{code} {words}")
    if code == CLOSING:
        return HungUp(reason)
    if code in LOGIN_WANTED:
        return MailServerGone(reason)
    return Rejected(reason) if code >= 500 else Postponed(reason)


@contextmanager
def mailer(url: str) -> Iterator[Mailer]:
    """The mailer of ``folder:PATH`` or ``smtp://user:password@host:port?starttls=1``."""
    if url.startswith("folder:"):
        yield FolderMailer(Path(url.removeprefix("folder:")))
        return
    smtp = SmtpMailer(_server(url))
    try:
        yield smtp
    finally:
        smtp.close()


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
        raise Refused(
            N_("SURVEYAPP_MAIL_URL must read %(form)s; its port is no number"), form=FORM
        ) from None
    options = parse_qs(parts.query, keep_blank_values=True)
    if parts.scheme != "smtp" or not parts.hostname or options.keys() - {"starttls"}:
        raise Refused(N_("SURVEYAPP_MAIL_URL must read %(form)s"), form=FORM)
    return _Server(
        host=parts.hostname,
        port=port,
        starttls=options.get("starttls", ["0"]) != ["0"],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _connected(server: _Server) -> _Connection:
    try:
        connection = _Connection(server.host, server.port, timeout=SMTP_TIMEOUT)
    except OSError as error:
        raise MailServerGone(f"the mail server {server.host} does not answer: {error}") from error
    try:
        _secured(connection, server)
    except MailServerGone:
        connection.close()
        raise
    return connection


def _secured(connection: smtplib.SMTP, server: _Server) -> None:
    try:
        if server.starttls:
            connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password)
    except OSError as error:
        raise MailServerGone(f"the mail server {server.host} lets nobody in: {error}") from error
