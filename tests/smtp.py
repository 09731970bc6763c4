"""A real SMTP server on the loopback address, for tests of mail."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from enum import Enum
from ssl import SSLContext

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class Drop(Enum):
    """When a connection ends: before the message, or between the message and the reply."""

    BEFORE = "before"
    AFTER = "after"


class Postbox:
    """Keeps what arrives; refuses the recipients it is told to refuse."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.options: list[list[str]] = []
        self.refused: dict[str, str] = {}  # address -> reply
        self.refuse_all = ""  # reply to every recipient
        self.encrypted: list[bool] = []  # per mail
        self.drops: dict[str, list[Drop]] = {}  # address -> what happens to each try in turn
        self.connections = 0
        self.refused_sender = ""  # reply
        self.gone_after: int | None = None  # mails
        self.eight_bit = True
        self.port = 0

    def arrived_at(self) -> list[str]:
        return [mail["To"].addresses[0].addr_spec for mail in self.mails]

    def to(self, address: str) -> EmailMessage:
        return next(m for m in self.mails if m["To"].addresses[0].addr_spec == address)

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        session.host_name = hostname
        self.connections += 1
        return [line for line in responses if self.eight_bit or "8BITMIME" not in line]

    async def handle_MAIL(self, server, session, envelope, address, mail_options):  # noqa: N802
        self.options.append(mail_options)
        if self.gone_after is not None and len(self.mails) >= self.gone_after:
            server.transport.close()
        if self.refused_sender:
            return self.refused_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802
        if self.refuse_all or address in self.refused:
            return self.refuse_all or self.refused[address]
        if self._next_drop(address) == Drop.BEFORE:
            self.drops[address].pop(0)
            server.transport.close()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.raw.append(envelope.content)
        self.encrypted.append(session.ssl is not None)
        self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        if self._next_drop(envelope.rcpt_tos[0]) == Drop.AFTER:
            self.drops[envelope.rcpt_tos[0]].pop(0)
            server.transport.close()
        return "250 OK"

    def _next_drop(self, address: str) -> Drop | None:
        return next(iter(self.drops.get(address, [])), None)


class _AnyPort(Controller):
    """Controller asks its own port before it says it is ready; with port 0 it must look it up."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _knows(server, session, envelope, mechanism, given):
    return AuthResult(success=given == LoginPassword(b"us er", b"p@ss:w"), handled=False)


@contextmanager
def smtp_server(*, login: bool = False, tls: SSLContext | None = None) -> Iterator[Postbox]:
    """With ``tls`` the server demands STARTTLS, and a login only over it."""
    postbox = Postbox()
    options: dict = {"tls_context": tls, "require_starttls": True} if tls else {}
    if login:
        options |= {"auth_require_tls": bool(tls), "authenticator": _knows}
    controller = _AnyPort(postbox, hostname="127.0.0.1", port=0, ready_timeout=60, **options)
    controller.start()
    postbox.port = controller.port
    try:
        yield postbox
    finally:
        controller.stop()
