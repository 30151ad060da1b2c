"""A letter as an e-mail, the same bytes each time it is put together from what is kept."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
from email.generator import BytesGenerator
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from advocates.models import Bar
from compliance.calendars import CalendarEntry
from compliance.models import Notice
from compliance.notices.duty import is_statutory
from compliance.notices.leaving import leaving_address
from compliance.notices.letter import Letter

Envelope = dict[str, str]
"""All of a message but its words: from, to, reply_to, date, message_id, leave (where optional letters are stopped),
calendar and calendar_method. PII: the address."""
_OURS: Final = re.compile(r"<?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@([^>\s]+)>?", re.IGNORECASE)


def message_id(notice: Notice) -> str:
    """Always the same for a notice, so that a notice sent twice is one message to the reader's mail program."""
    return f"<{notice.uuid}@{_host()}>"


def notice_in(text: str) -> uuid.UUID | None:
    """The uuid of the notice whose Message-ID stands in the text; None where there is none of this installation."""
    for found in _OURS.finditer(text):
        if found[2].lower() == _host():
            return uuid.UUID(found[1])
    return None


def _host() -> str:
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return host.encode("idna").decode("ascii")


def sender_of(bar: Bar) -> str:
    """The bar's own address, or the installation's."""
    return bar.sender_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def envelope_of(notice: Notice, entry: CalendarEntry | None = None, *, now: dt.datetime) -> Envelope:
    """To the advocate, from the bar of today. ``entry`` is the calendar file that changes the advocate's calendar."""
    bar = notice.advocate.bar
    sender = sender_of(bar)
    return {
        "from": formataddr((bar.name_in(notice.language), sender)),
        "to": notice.advocate.email,
        "reply_to": sender,
        "date": format_datetime(now.astimezone(dt.UTC)),
        "message_id": message_id(notice),
        "leave": "" if is_statutory(notice) else leaving_address(notice),
        "calendar": entry.content.decode() if entry else "",
        "calendar_method": entry.method if entry else "",
    }


def build_message(
    notice: Notice,
    letter: Letter,
    connection: BaseEmailBackend | None = None,
    entry: CalendarEntry | None = None,
    *,
    now: dt.datetime,
) -> NoticeMessage:
    envelope = envelope_of(notice, entry, now=now)
    return assemble(envelope, letter.subject, letter.text, letter.html, connection)


def assemble(
    envelope: Envelope, subject: str, text: str, html: str, connection: BaseEmailBackend | None = None
) -> NoticeMessage:
    """Marked as automatic, so that vacation programs do not answer."""
    headers = {"Message-ID": envelope["message_id"], "Date": envelope["date"], "Auto-Submitted": "auto-generated"}
    if envelope["leave"]:
        headers["List-Unsubscribe"] = f"<{envelope['leave']}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = NoticeMessage(
        subject, text, envelope["from"], [envelope["to"]], headers=headers, reply_to=[envelope["reply_to"]],
        connection=connection,
    )  # fmt: skip
    message.attach_alternative(html, "text/html")
    if envelope["calendar"]:
        message.attach(_attached(envelope))
    return message


class NoticeMessage(EmailMultiAlternatives):
    """Put together once, without chance. ``answer`` and ``provider_id`` are the server's, once it has taken it."""

    answer: str = ""
    provider_id: str = ""

    def message(self, **_policy: Any) -> Any:
        return self.whole

    @cached_property
    def whole(self) -> Whole:
        made = super().message()
        name = re.sub(r"\W", "", str(self.extra_headers["Message-ID"]))
        for number, part in enumerate(part for part in made.walk() if part.is_multipart()):
            part.set_boundary(f"=-{name[:40]}-{number}")
        return Whole(made)


class Whole:
    """The finished message. Its bytes, as a server gets them, are made once."""

    def __init__(self, made: Any) -> None:
        self._made = made
        content = io.BytesIO()
        # Django has folded what holds letters; an address of letters to stop is never broken, as some programs want it.
        BytesGenerator(content, mangle_from_=False, maxheaderlen=998).flatten(made, linesep="\r\n")
        self._bytes = content.getvalue()

    def __getitem__(self, name: str) -> Any:
        return self._made[name]

    def as_bytes(self, unixfrom: bool = False, linesep: str = "\n") -> bytes:
        return self._bytes if linesep == "\r\n" else self._bytes.replace(b"\r\n", b"\n")


def _attached(envelope: Envelope) -> MIMEText:
    part = MIMEText(envelope["calendar"], "calendar", "utf-8")
    part.set_param("method", envelope["calendar_method"])
    part.add_header("Content-Disposition", "attachment", filename="calendar.ics")
    return part
