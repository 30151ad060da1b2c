"""E-mail backends: one that keeps the server's answer, and one that files each message where there is no server."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend


class Unanswered(OSError):
    """The whole message was handed over, and the connection ended before the answer: it may be sent, or not."""


class Refused(OSError):
    """The provider will not take this message, however often it is asked. ``code`` is its answer."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Listening:
    """Keeps the answer to the last message, and tells no answer from a refusal."""

    answer = ""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """As smtplib's, which says the same of a connection that breaks before, while and after it is handed over."""
        connection: Any = self
        self.answer = ""
        connection.putcmd("data")
        code, said = connection.getreply()
        if code != 354:
            raise smtplib.SMTPDataError(code, said)
        connection.send(_stuffed(msg))
        try:
            code, said = connection.getreply()
        except OSError as error:
            raise Unanswered(type(error).__name__) from error
        self.answer = spoken(code, said)
        return code, said


class PlainSMTP(_Listening, smtplib.SMTP):
    pass


class TlsSMTP(_Listening, smtplib.SMTP_SSL):
    pass


def _stuffed(message: bytes) -> bytes:
    """With a dot before each line that begins with one, and the end (RFC 5321, 4.5.2)."""
    lines = re.sub(rb"(?m)^\.", b"..", message)
    return (lines if lines.endswith(b"\r\n") else lines + b"\r\n") + b".\r\n"


def spoken(code: int, said: bytes) -> str:
    """An answer in one line; without its words where they repeat an address, as servers like to do."""
    words = " ".join(said.decode("ascii", "replace").split())
    return f"{code}" if "@" in words else f"{code} {words}"[:200]


class SmtpBackend(EmailBackend):
    """Django's, with the server's answer in ``answer`` of each message that it has taken."""

    @property
    def connection_class(self) -> Any:
        return TlsSMTP if self.use_ssl else PlainSMTP

    def _send(self, email_message: EmailMessage) -> bool:
        sent = bool(super()._send(email_message))  # type: ignore[misc]
        if isinstance(self.connection, _Listening):
            email_message.answer = self.connection.answer
        return sent


class FolderBackend(BaseEmailBackend):
    """Writes ``<message id>.eml`` into ``settings.EMAIL_FOLDER``; the same message again is the same file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            name = re.sub(r"[^A-Za-z0-9.@-]", "", message["Message-ID"])
            (folder / f"{name}.eml").write_bytes(message.as_bytes())
        return len(email_messages)
