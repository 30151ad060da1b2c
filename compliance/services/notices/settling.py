"""Notices whose sender died between turning to the server and writing down its answer: looked up, then decided."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from advocates.models import User
from cle.core.errors import DomainError
from cle.mail_api import look_up
from compliance.models import EventKind, EventSource, Notice, NoticeState
from compliance.queries.outbox import undecided
from compliance.services.notices.mailbox import find_sent
from compliance.services.notices.outcomes import again, sent, uncertain

LEASE: Final = dt.timedelta(minutes=15)
"""How long a sender may be silent before its notice is given to another: the time limit of a task."""
AT_ONCE: Final = 50


def release_abandoned(now: dt.datetime) -> int:
    """Give back the notices of senders that died; returns how many are to be sent (again).

    One whose sender had turned to the server is looked for first: found, it is sent; not found, it is given back;
    where nobody can look, a person decides. What the law asks for does not wait for that longer than a day.
    """
    count = Notice.objects.release_abandoned(now - LEASE)
    for notice in _taken_over(now):
        count += settle(notice, now) == NoticeState.DUE
    for notice in undecided(now)[:AT_ONCE]:
        count += again(notice, now, code="undecided") == NoticeState.DUE
    return count


def _taken_over(now: dt.datetime) -> list[Notice]:
    """Each by exactly one settler."""
    rows = list(Notice.objects.abandoned(now - LEASE).exclude(handing_since=None).order_by("pk")[:AT_ONCE])
    return [
        row for row in rows
        if Notice.objects.filter(pk=row.pk, claimed_at=row.claimed_at, state=NoticeState.DUE).update(claimed_at=now)
    ]  # fmt: skip


def settle(notice: Notice, now: dt.datetime) -> NoticeState:
    """``notice``: claimed by the caller, and handed over without an answer."""
    for source, look in ((EventSource.PROVIDER, look_up), (EventSource.MAILBOX, find_sent)):
        found = look(notice.message_id)
        if found:
            return sent(notice, now, source=source)
        if found is False:
            return again(notice, now, EventKind.NOT_FOUND, source=source)
    return uncertain(notice, now, "unanswered")


@transaction.atomic
def decide(notice_id: int, *, arrived: bool, by: User, now: dt.datetime) -> NoticeState:
    """An officer says whether an uncertain notice arrived. Raises DomainError when it is not uncertain (any more)."""
    rows = Notice.objects.open_to(by).filter(pk=notice_id, state=NoticeState.UNCERTAIN)
    notice = rows.select_for_update(of=("self",)).select_related("advocate").first()
    if notice is None:
        raise DomainError("not-uncertain", _("Of this notice it is known what became of it."))
    if notice.advocate.user_id == by.pk:
        raise DomainError("own-letter", _("Nobody may decide that about a notice to themselves."))
    told: dict[str, Any] = {"source": EventSource.PERSON, "by": by}
    return sent(notice, now, **told) if arrived else again(notice, now, **told)
