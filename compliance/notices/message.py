"""A letter as an e-mail."""

from __future__ import annotations

from email.mime.text import MIMEText
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from compliance.calendars import CalendarEntry
from compliance.models import Notice
from compliance.notices.letter import Letter


def message_id(notice: Notice) -> str:
    """Always the same for a notice, so that a notice sent twice is one message to the reader's mail program."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"<{notice.uuid}@{host.encode('idna').decode('ascii')}>"


def build_message(
    notice: Notice, letter: Letter, connection: BaseEmailBackend | None = None, entry: CalendarEntry | None = None
) -> EmailMultiAlternatives:
    """To the advocate, from the bar of today. Marked as automatic, so that vacation programs do not answer.

    ``entry`` is attached as the calendar file that changes what stands in the advocate's calendar.
    """
    bar = notice.advocate.bar
    sender = bar.sender_email or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    message = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        formataddr((bar.name_in(notice.language), sender)),
        [notice.advocate.email],
        headers={"Message-ID": message_id(notice), "Auto-Submitted": "auto-generated"},
        reply_to=[sender],
        connection=connection,
    )
    message.attach_alternative(letter.html, "text/html")
    if entry is not None:
        message.attach(_attached(entry))
    return message


def _attached(entry: CalendarEntry) -> MIMEText:
    part = MIMEText(entry.content.decode(), "calendar", "utf-8")
    part.set_param("method", entry.method)
    part.add_header("Content-Disposition", "attachment", filename="session.ics")
    return part
