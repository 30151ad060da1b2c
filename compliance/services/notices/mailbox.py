"""The mailbox to which reports of mail servers come (IMAP, by settings): read, written down, and only then marked."""

from __future__ import annotations

import datetime as dt
import hashlib
import imaplib
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from django.conf import settings

from compliance.models import EventSource
from compliance.notices.delivery_reports import read_report
from compliance.services.notices.reports import record_report

logger = logging.getLogger(__name__)
AT_ONCE: Final = 200
_REPORTS: Final = '(UNSEEN OR HEADER Content-Type "report" OR FROM "mailer-daemon" FROM "postmaster")'
"""Letters of people are neither read nor marked."""
_WHOLE: Final = "(BODY.PEEK[]<0.200000>)"


def read_mailbox(*, now: dt.datetime) -> int:
    """Write down what new reports say; returns how many told something new. Does nothing without a mailbox.

    A message is marked as seen once it is written down, or found to say nothing: what is interrupted is read again,
    and counts once. Raises OSError or imaplib's error when the mailbox cannot be reached.
    """
    if not settings.MAILBOX_HOST:
        return 0
    told = 0
    with _folder(settings.MAILBOX_FOLDER, readonly=False) as mailbox:
        for uid in _found(mailbox, _REPORTS)[:AT_ONCE]:
            told += _taken_in(_content(mailbox, uid), now)
            mailbox.uid("STORE", uid, "+FLAGS", r"(\Seen)")
    return told


def _taken_in(content: bytes, now: dt.datetime) -> bool:
    report = read_report(content)
    if report is None:
        logger.info("a message in the mailbox says nothing about any notice")
        return False
    key = f"mailbox:{hashlib.sha256(content).hexdigest()}"
    return record_report(report, source=EventSource.MAILBOX, key=key, now=now)


def find_sent(message_id: str) -> bool | None:
    """Whether a message is in the folder of sent ones; None without such a folder, or while it cannot be asked."""
    if not (settings.MAILBOX_HOST and settings.MAILBOX_SENT_FOLDER):
        return None
    try:
        with _folder(settings.MAILBOX_SENT_FOLDER, readonly=True) as mailbox:
            return bool(_found(mailbox, f'(HEADER Message-ID "{message_id}")'))
    except (OSError, imaplib.IMAP4.error) as error:
        logger.warning("the folder of sent messages cannot be asked: %s", type(error).__name__)
        return None


@contextmanager
def _folder(name: str, *, readonly: bool) -> Iterator[imaplib.IMAP4]:
    security = settings.MAILBOX_SECURITY
    make: Any = imaplib.IMAP4_SSL if security == "tls" else imaplib.IMAP4
    mailbox: imaplib.IMAP4 = make(settings.MAILBOX_HOST, settings.MAILBOX_PORT, timeout=settings.EMAIL_TIMEOUT)
    try:
        if security == "starttls":
            mailbox.starttls()
        mailbox.login(settings.MAILBOX_USER, settings.MAILBOX_PASSWORD)
        state, _said = mailbox.select(f'"{name}"', readonly=readonly)
        if state != "OK":
            raise mailbox.error("no such folder")
        yield mailbox
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            mailbox.logout()
        with suppress(OSError):
            mailbox.shutdown()


def _found(mailbox: imaplib.IMAP4, criteria: str) -> list[str]:
    state, found = mailbox.uid("SEARCH", criteria)
    if state != "OK":
        raise mailbox.error("SEARCH refused")
    return [uid.decode() for uid in (found[0] or b"").split()]


def _content(mailbox: imaplib.IMAP4, uid: str) -> bytes:
    state, parts = mailbox.uid("FETCH", uid, _WHOLE)
    if state != "OK":
        raise mailbox.error("FETCH refused")
    return next((part[1] for part in parts if isinstance(part, tuple)), b"")
