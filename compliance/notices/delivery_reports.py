"""What mail servers report of a notice: read from their messages (RFC 3464, and forms of servers that do not know it).

Only our own Message-ID counts, as it stands in what is returned: it cannot be guessed, so that a forged report is about
nothing. Addresses and the words of servers are not taken over, but for the status code.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.utils import parseaddr
from typing import Any, Final, NamedTuple

from compliance.models import EventKind
from compliance.notices.message import notice_in

KINDS: Final = {
    "failed": EventKind.BOUNCED, "delayed": EventKind.DELAYED, "delivered": EventKind.DELIVERED,
    "relayed": EventKind.RELAYED, "expanded": EventKind.RELAYED,
}  # fmt: skip
"""By the word for what the server did (RFC 3464, 2.3.3)."""
_SERVERS: Final = ("mailer-daemon", "postmaster")
_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY: Final = re.compile(r"(?<![\d.])([45]\d\d)(?=[ -])")
_DELAYED: Final = re.compile(
    r"delayed|warning: message|not yet been delivered|will (?:continue|keep) (?:to try|trying)|"
    r"still being retried|отложен|задерж",
    re.IGNORECASE,
)
_ABOUT: Final = re.compile(r"^message-id:\s*(<\S+>)", re.IGNORECASE | re.MULTILINE)
_LONGEST: Final = 200_000


class Report(NamedTuple):
    """What became of which notice. ``code``: an enhanced status or a reply code, "" where none is given."""

    notice: uuid.UUID
    kind: EventKind
    code: str


def read_report(content: bytes) -> Report | None:
    """None for what is no report, or of nothing that was sent from here."""
    message = message_from_bytes(content[:_LONGEST])
    told = _told(message) or _told_in_words(message)
    notice = _about(message) if told else None
    return Report(notice, *told) if told and notice else None


def _told(message: Message) -> tuple[EventKind, str] | None:
    """From the part for programs: the worst that happened to any recipient; a notice has one."""
    found = [
        (KINDS[action], _first(_STATUS, str(block.get("Status", ""))))
        for block in _blocks(message)
        if (action := _word(block.get("Action"))) in KINDS
    ]
    worst = list(KINDS.values())
    return min(found, key=lambda each: worst.index(each[0])) if found else None


def _blocks(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            blocks: Any = part.get_payload()
            yield from (block for block in blocks if isinstance(block, Message))


def _word(value: Any) -> str:
    return re.split(r"[\s;(]", str(value or "").strip().lower(), maxsplit=1)[0]


def _told_in_words(message: Message) -> tuple[EventKind, str] | None:
    """From what a server writes for people. A vacation program is no server, whatever it repeats."""
    sender = parseaddr(str(message.get("From", "")))[1].partition("@")[0].lower()
    if sender not in _SERVERS and "X-Failed-Recipients" not in message:
        return None
    words = f"{message.get('Subject', '')}\n{_words(message)}"
    code = _first(_STATUS, words) or _first(_REPLY, words)
    if _DELAYED.search(words) and not code.startswith("5"):
        return EventKind.DELAYED, code
    known = code.startswith("5") or "X-Failed-Recipients" in message
    return (EventKind.BOUNCED, code) if known else None


def _about(message: Message) -> uuid.UUID | None:
    """The notice whose message came back, whole or its headers alone; last of all, as the report refers to it."""
    for part in message.walk():
        if part is message:
            continue
        kind = part.get_content_type()
        if "Message-ID" in part:  # of a message/rfc822 part, the message inside
            named = notice_in(str(part["Message-ID"]))
        elif kind in ("text/rfc822-headers", "message/rfc822-headers") or kind.startswith("text/"):
            named = notice_in(" ".join(_ABOUT.findall(_text(part))))
        else:
            named = None
        if named:
            return named
    own = " ".join(_ABOUT.findall(_text(message))) if not message.is_multipart() else ""
    referred = " ".join(str(message.get(name, "")) for name in ("In-Reply-To", "References", "X-Original-Message-ID"))
    return notice_in(own) or notice_in(referred)


def _words(message: Message) -> str:
    """The first text for people, without what it quotes."""
    part = next((part for part in message.walk() if part.get_content_type() == "text/plain"), None)
    return "" if part is None else re.split(r"(?im)^-+ .*(?:copy|original|копия|исходн)", _text(part), maxsplit=1)[0]


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else str(part.get_payload() or "")


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[1] if found else ""
