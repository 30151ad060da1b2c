"""A real SMTP server on the loopback interface that keeps what it is sent, or answers as a test wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.plugins.services import free_port

OK = "250 OK"


@dataclass
class Sink:
    """``recipient`` and ``data`` are the answers to RCPT TO and to the message; ``sessions`` counts greetings.

    ``silent``: takes the message and hangs up. ``keep`` is given the bytes of each message.
    """

    recipient: str = OK
    data: str = OK
    sessions: int = 0
    silent: bool = False
    keep: Callable[[bytes], object] = len
    messages: list[EmailMessage] = field(default_factory=list)
    port: int = field(default_factory=free_port)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient == OK:
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data.startswith("250") or self.silent:
            self.keep(envelope.original_content or b"")
            message: Any = message_from_bytes(envelope.original_content or b"", policy=policy.default)
            self.messages.append(message)
        if self.silent:
            server.transport.close()
        return self.data

    def controller(self) -> Controller:
        return Controller(self, hostname="127.0.0.1", port=self.port)
