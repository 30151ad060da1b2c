"""SHA-256 of what was said: of the words, and of the whole message as the server got it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from compliance.models import Notice
from compliance.notices.message import assemble

WORDS = ("subject", "text", "html")


def digests_of(subject: str, text: str, html: str, message: bytes | None = None) -> dict[str, str]:
    """By "subject", "text", "html" and, of an e-mail, "message"; hexadecimal."""
    parts = {"subject": subject.encode(), "text": text.encode(), "html": html.encode()}
    whole = parts if message is None else {**parts, "message": message}
    return {name: hashlib.sha256(content).hexdigest() for name, content in whole.items()}


def message_of(notice: Notice) -> bytes:
    """The e-mail once more, from what is kept of it."""
    return assemble(notice.envelope, notice.subject, notice.text, notice.html).whole.as_bytes(linesep="\r\n")


def compared(notice: Notice, kept: Mapping[str, str]) -> dict[str, bool]:
    """Whether each sum in the ledger is that of what is kept today. Another version of the program may put the same
    words together to other bytes: then "message" alone differs.
    """
    message = message_of(notice) if "message" in kept and notice.envelope else None
    now = digests_of(notice.subject, notice.text, notice.html, message)
    return {name: now.get(name) == digest for name, digest in kept.items()}
