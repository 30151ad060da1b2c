"""Sending by e-mail: claimed, checked once more, handed over, recorded as sent."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Final, NamedTuple

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from cle.mail import Refused, Unanswered
from compliance.models import EventKind, EventSource, Notice, NoticeEvent, NoticeState
from compliance.notices.digests import digests_of
from compliance.notices.letter import Letter
from compliance.notices.message import NoticeMessage, assemble, envelope_of, message_id, sender_of
from compliance.notices.stages import ABOUT_SESSIONS
from compliance.queries.outbox import due_keys
from compliance.queries.preferences import awake, has_unsubscribed
from compliance.services.notices.drafts import Draft, drafts_of
from compliance.services.notices.ledger import event, note_planned
from compliance.services.notices.outcomes import MAX_ATTEMPTS, give_up, put_off, sent, to_paper, withdraw
from compliance.services.notices.settling import LEASE, release_abandoned, settle

__all__ = ["LEASE", "MAX_ATTEMPTS", "SendCounts", "release_abandoned", "send_due", "send_notice"]

_FIRST_PAUSE: Final = dt.timedelta(minutes=5)
_LONGEST_PAUSE: Final = dt.timedelta(days=1)
TOGETHER: Final = 50
"""Notices whose standings, rules and wishes are read at once: a second or two of sending, so they are of now."""


class SendCounts(NamedTuple):
    """What became of the notices of one batch; those taken by another sender are in none of them."""

    sent: int
    withdrawn: int
    put_off: int
    to_print: int
    failed: int


def send_due(*, now: dt.datetime, limit: int) -> SendCounts:
    """Send up to ``limit`` due notices of all bars over one connection, the most urgent first, within the limits of
    their senders.

    A mail server that cannot be reached, or refuses the account, raises OSError (smtplib's errors are such) before
    any further notice is taken: an outage costs no notice an attempt. An error that is no matter of mail ends the
    batch; the notice it comes from is out of the way when the next one starts.
    """
    release_abandoned(now)
    note_planned(now)
    due = due_keys(now, limit)
    if not due:
        return _counts(Counter())
    with get_connection() as connection:
        states = Counter(_one_after_the_other(due, now, connection))
    return _counts(states)


def _one_after_the_other(
    due: list[int], now: dt.datetime, connection: BaseEmailBackend
) -> Iterator[NoticeState | None]:
    for start in range(0, len(due), TOGETHER):
        for draft in drafts_of(due[start : start + TOGETHER], now):
            state = _send(draft, now, connection)
            if state in (NoticeState.DUE, NoticeState.UNCERTAIN):  # the connection may be the reason
                connection.close()
                connection.open()
            yield state


def _counts(states: Counter[NoticeState | None]) -> SendCounts:
    return SendCounts(
        sent=states[NoticeState.SENT],
        withdrawn=states[NoticeState.WITHDRAWN],
        put_off=states[NoticeState.DUE],
        to_print=states[NoticeState.TO_PRINT],
        failed=states[NoticeState.FAILED],
    )


def send_notice(notice_id: int, *, now: dt.datetime, connection: BaseEmailBackend | None = None) -> NoticeState | None:
    """Send one notice; its state afterwards, ``due`` when it was put off; None when it is not due after all, or taken.

    Once, as far as the protocol allows it: a sender that dies while it talks to the server leaves a notice that is
    settled before anybody sends it again (``settling``), and then with the same Message-ID. An error that is no matter
    of mail is raised, with the notice out of the way for a while.
    """
    states = [_send(draft, now, connection) for draft in drafts_of([notice_id], now)]
    return states[0] if states else None


def _send(draft: Draft, now: dt.datetime, connection: BaseEmailBackend | None) -> NoticeState | None:
    notice = draft.notice
    zone = notice.advocate.bar.time_zone
    later = awake(notice.advocate, notice.stage, now, zone, statutory=notice.statutory)
    if later > now:  # it is quiet where the advocate is
        Notice.objects.due(now).filter(pk=notice.pk).update(due_at=later)
        return None
    notice.attempts += 1
    if not Notice.objects.claim(notice.pk, now, now + _pause(notice.attempts)):
        return None
    if notice.attempts > MAX_ATTEMPTS:
        return give_up(notice, now, "abandoned")
    if has_unsubscribed(notice.advocate, notice.stage, statutory=notice.statutory):
        return withdraw(notice, now, "unsubscribed")
    letter = draft.letter(now)
    if letter is None:
        return withdraw(notice, now, "no-longer-needed")
    if not notice.advocate.email:
        if notice.stage in ABOUT_SESSIONS:
            return withdraw(notice, now, "no-address")
        return to_paper(notice, now, "no-address")
    return _deliver(draft, letter, now, connection)


def _pause(attempts: int) -> dt.timedelta:
    return min(_FIRST_PAUSE * (1 << attempts), _LONGEST_PAUSE)


def _deliver(draft: Draft, letter: Letter, now: dt.datetime, connection: BaseEmailBackend | None) -> NoticeState:
    notice = draft.notice
    message = _handed(draft, letter, now, connection)
    try:
        message.send()
    except SMTPRecipientsRefused as refusal:
        codes = [code for code, _text in refusal.recipients.values()]
        error = f"SMTPRecipientsRefused {max(codes)}"
        return give_up(notice, now, error) if min(codes) >= 500 else put_off(notice, now, error)
    except Refused as refusal:
        return give_up(notice, now, f"Refused {refusal.code}")
    except Unanswered:
        return settle(notice, now)
    except OSError as error:
        return put_off(notice, now, _without_personal_data(error))
    except ValueError:  # nothing was sent of a message that cannot be put into bytes
        Notice.objects.filter(pk=notice.pk).update(handing_since=None)
        raise
    told = {"code": message.answer, "provider_id": message.provider_id, "source": EventSource.SERVER}
    return sent(notice, now, cases=draft.cases, **told)


def _handed(draft: Draft, letter: Letter, now: dt.datetime, connection: BaseEmailBackend | None) -> NoticeMessage:
    """The message, after it is written down, for good, what it says and that its server is being turned to."""
    notice = draft.notice
    notice.language = notice.advocate.language or notice.advocate.bar.language
    notice.handing_since, notice.message_id = now, message_id(notice)
    notice.envelope = envelope = envelope_of(notice, draft.entry(now), now=now)
    message = assemble(envelope, letter.subject, letter.text, letter.html, connection)
    digests = digests_of(letter.subject, letter.text, letter.html, message.whole.as_bytes(linesep="\r\n"))
    with transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(
            handing_since=now, message_id=notice.message_id, envelope=envelope, language=notice.language,
            **letter._asdict(),
        )  # fmt: skip
        NoticeEvent.objects.bulk_create([
            event(notice, EventKind.CLAIMED, now),
            event(notice, EventKind.HANDING, now, sender=sender_of(notice.advocate.bar), digests=digests),
        ])  # fmt: skip
    return message


def _without_personal_data(error: OSError) -> str:
    """The kind and the code only: servers like to repeat the address in their answer."""
    code = f" {error.smtp_code}" if isinstance(error, SMTPResponseException) else ""
    return f"{type(error).__name__}{code}"
