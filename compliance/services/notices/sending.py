"""Sending by e-mail: claimed, checked once more, sent, recorded as sent."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any, Final, NamedTuple

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F

from cle.core.clock import local_date
from compliance.calendars import CalendarEntry, write_entry
from compliance.models import Notice, NoticeChannel, NoticeState
from compliance.notices.letter import Letter, write_letter
from compliance.notices.message import build_message, message_id
from compliance.notices.session_letter import write_session_letter
from compliance.notices.stages import ABOUT_SESSIONS, OVERDUE, SESSION_OFF, is_optional
from compliance.queries.cases import told_by
from compliance.queries.notices import rulebooks_behind, standings_behind
from compliance.queries.preferences import awake
from compliance.queries.session_notices import place_behind
from compliance.services.cases import mark_notified

MAX_ATTEMPTS: Final = 8
LEASE: Final = dt.timedelta(minutes=15)
"""How long a sender may be silent before its notice is given to another: the time limit of a task."""
_FIRST_PAUSE: Final = dt.timedelta(minutes=5)
_LONGEST_PAUSE: Final = dt.timedelta(days=1)


class SendCounts(NamedTuple):
    """What became of the notices of one batch; those taken by another sender are in none of them."""

    sent: int
    withdrawn: int
    put_off: int
    to_print: int
    failed: int


def send_due(*, now: dt.datetime, limit: int) -> SendCounts:
    """Send up to ``limit`` due notices of all bars over one connection, oldest first.

    A mail server that cannot be reached, or refuses the account, raises OSError (smtplib's errors are such) before
    any further notice is taken: an outage costs no notice an attempt. An error that is no matter of mail ends the
    batch; the notice it comes from is out of the way when the next one starts.
    """
    release_abandoned(now)
    due = list(Notice.objects.due(now).order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
    if not due:
        return _counts(Counter())
    with get_connection() as connection:
        states = Counter(_one_of_many(pk, now, connection) for pk in due)
    return _counts(states)


def _one_of_many(pk: int, now: dt.datetime, connection: BaseEmailBackend) -> NoticeState | None:
    state = send_notice(pk, now=now, connection=connection)
    if state == NoticeState.DUE:  # the connection may be the reason
        connection.close()
        connection.open()
    return state


def _counts(states: Counter[NoticeState | None]) -> SendCounts:
    return SendCounts(
        sent=states[NoticeState.SENT],
        withdrawn=states[NoticeState.WITHDRAWN],
        put_off=states[NoticeState.DUE],
        to_print=states[NoticeState.TO_PRINT],
        failed=states[NoticeState.FAILED],
    )


def release_abandoned(now: dt.datetime) -> int:
    """Give back the notices of senders that died; returns how many."""
    return Notice.objects.release_abandoned(now - LEASE)


def send_notice(notice_id: int, *, now: dt.datetime, connection: BaseEmailBackend | None = None) -> NoticeState | None:
    """Send one notice; its state afterwards, ``due`` when it was put off; None when it is not due after all, or taken.

    At least once: a sender that dies after the server took the message leaves a notice that is sent again, with the
    same Message-ID. An error that is no matter of mail is raised, with the notice out of the way for a while.
    """
    if not Notice.objects.claim(notice_id, now):
        return None
    notice = Notice.objects.select_related(
        "advocate__bar", "advocate__preferences", "session__course", "session__bar"
    ).get(pk=notice_id)
    zone = notice.advocate.bar.time_zone
    later = awake(notice.advocate, notice.stage, now, zone, statutory=notice.statutory)
    if later > now:
        _let_sleep(notice, later)
        return None
    # Before anything can break: whatever does, even the process, this notice does not come back at once.
    Notice.objects.filter(pk=notice.pk).update(due_at=now + _pause(notice.attempts))
    if notice.attempts > MAX_ATTEMPTS:
        return _give_up(notice, "abandoned")
    letter = _letter(notice, now)
    if letter is None:
        return _leave(notice, NoticeState.WITHDRAWN)
    if not notice.advocate.email:
        if notice.stage in ABOUT_SESSIONS:
            return _leave(notice, NoticeState.WITHDRAWN)
        return _leave(notice, NoticeState.TO_PRINT, channel=NoticeChannel.PAPER)
    return _deliver(notice, letter, now, connection)


def _let_sleep(notice: Notice, until: dt.datetime) -> None:
    """It is quiet where the advocate is: back in the queue, as if nobody had taken it."""
    waiting = Notice.objects.filter(pk=notice.pk, state=NoticeState.DUE)
    waiting.update(due_at=until, claimed_at=None, attempts=F("attempts") - 1)


def _pause(attempts: int) -> dt.timedelta:
    return min(_FIRST_PAUSE * (1 << attempts), _LONGEST_PAUSE)


def _letter(notice: Notice, now: dt.datetime) -> Letter | None:
    """Rendered from what holds at this moment; None when there is nothing to write about any more."""
    if notice.session_id is not None:
        place = place_behind(notice, now)
        return write_session_letter(place, notice.stage) if place else None
    today = local_date(now, notice.advocate.bar.time_zone)
    standing = standings_behind([notice], today).get(notice.pk)
    if standing is None:
        return None
    rulebook = rulebooks_behind([standing])[standing.pk]
    return write_letter(notice.advocate, notice.stage, standing, rulebook, today)


def _deliver(notice: Notice, letter: Letter, now: dt.datetime, connection: BaseEmailBackend | None) -> NoticeState:
    try:
        build_message(notice, letter, connection, _calendar_entry(notice)).send()
    except SMTPRecipientsRefused as refusal:
        codes = [code for code, _text in refusal.recipients.values()]
        error = f"SMTPRecipientsRefused {max(codes)}"
        return _give_up(notice, error) if min(codes) >= 500 else _put_off(notice, error)
    except OSError as error:
        return _put_off(notice, _without_personal_data(error))
    return _record(notice, letter, now)


def _calendar_entry(notice: Notice) -> CalendarEntry | None:
    """What changes in the advocate's calendar, of a notice about a session."""
    if notice.session is None:
        return None
    return write_entry(notice.session, notice.advocate, off=notice.stage == SESSION_OFF, stamp=notice.due_at)


def _without_personal_data(error: OSError) -> str:
    """The kind and the code only: servers like to repeat the address in their answer."""
    code = f" {error.smtp_code}" if isinstance(error, SMTPResponseException) else ""
    return f"{type(error).__name__}{code}"


@transaction.atomic
def _record(notice: Notice, letter: Letter, now: dt.datetime) -> NoticeState:
    state = _leave(
        notice, NoticeState.SENT, sent_at=now, message_id=message_id(notice), address=notice.advocate.email, error="",
        language=notice.advocate.language or notice.advocate.bar.language, **letter._asdict(),
    )  # fmt: skip
    if notice.stage == OVERDUE:
        mark_notified(told_by([notice.pk]), now=now)
    return state


def _put_off(notice: Notice, error: str) -> NoticeState:
    """Back in the queue; ``due_at`` has been moved when the notice was taken."""
    if notice.attempts >= MAX_ATTEMPTS:
        return _give_up(notice, error)
    return _leave(notice, NoticeState.DUE, error=error)


def _give_up(notice: Notice, error: str) -> NoticeState:
    """A reminder fails where the office sees it. What is statutory must reach the advocate: it goes on paper."""
    if not is_optional(notice.stage, statutory=notice.statutory):
        return _leave(notice, NoticeState.TO_PRINT, channel=NoticeChannel.PAPER, error=error)
    return _leave(notice, NoticeState.FAILED, error=error)


def _leave(notice: Notice, state: NoticeState, **fields: Any) -> NoticeState:
    Notice.objects.filter(pk=notice.pk, state=NoticeState.DUE).update(state=state, claimed_at=None, **fields)
    return state
