"""How a notice leaves the hands of its sender: each way is a state, and a row of the ledger written with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, Final

from django.db import transaction

from compliance.models import EventKind, EventSource, Notice, NoticeChannel, NoticeState
from compliance.notices.duty import is_statutory
from compliance.notices.stages import OVERDUE
from compliance.queries.cases import told_by
from compliance.services.cases import mark_notified
from compliance.services.notices.ledger import event

MAX_ATTEMPTS: Final = 8
_OPEN: Final = (NoticeState.DUE, NoticeState.UNCERTAIN)
UNSAID: Final[dict[str, Any]] = {"subject": "", "text": "", "html": "", "envelope": {}}
"""Words that reached nobody: a letter on paper is written anew."""


@transaction.atomic
def leave(
    notice: Notice, state: NoticeState, kind: EventKind, at: dt.datetime, *, told: dict[str, Any] | None = None,
    **fields: Any,
) -> NoticeState:  # fmt: skip
    """``told``: more about the event; ``fields``: columns of the notice."""
    return _leave(notice, state, kind, at, told, **fields)


def _leave(
    notice: Notice, state: NoticeState, kind: EventKind, at: dt.datetime, told: dict[str, Any] | None, **fields: Any
) -> NoticeState:
    event(notice, kind, at, **(told or {})).save(force_insert=True)
    Notice.objects.filter(pk=notice.pk, state__in=_OPEN).update(
        state=state, claimed_at=None, handing_since=None, **fields
    )
    return state


def withdraw(notice: Notice, at: dt.datetime, why: str) -> NoticeState:
    return leave(notice, NoticeState.WITHDRAWN, EventKind.WITHDRAWN, at, told={"code": why}, **UNSAID)


def to_paper(notice: Notice, at: dt.datetime, why: str, **fields: Any) -> NoticeState:
    told = {"code": why, "channel": NoticeChannel.PAPER}
    more = {"channel": NoticeChannel.PAPER, **UNSAID, **fields}
    return leave(notice, NoticeState.TO_PRINT, EventKind.SECOND_CHANNEL, at, told=told, **more)


def give_up(notice: Notice, at: dt.datetime, error: str) -> NoticeState:
    """A reminder fails where the office sees it. What the law asks for must reach the advocate: it goes on paper."""
    if is_statutory(notice):
        return to_paper(notice, at, error, error=error)
    return leave(notice, NoticeState.FAILED, EventKind.GIVEN_UP, at, told={"code": error}, error=error)


def put_off(notice: Notice, at: dt.datetime, error: str) -> NoticeState:
    """Back in the queue; ``due_at`` has been moved when the notice was taken."""
    if notice.attempts >= MAX_ATTEMPTS:
        return give_up(notice, at, error)
    told = {"code": error, "source": EventSource.SERVER}
    return leave(notice, NoticeState.DUE, EventKind.REFUSED, at, told=told, error=error)


@transaction.atomic
def sent(notice: Notice, at: dt.datetime, *, cases: Collection[int] | None = None, **told: Any) -> NoticeState:
    """The server has it, or somebody who looked says so; the case that it speaks of counts as notified.

    ``cases``: keys of those that may be meant, where they are known.
    """
    kept = {"sent_at": notice.handing_since or at, "error": "", "address": notice.envelope.get("to", "")}
    state = _leave(notice, NoticeState.SENT, EventKind.ACCEPTED, at, told, **kept)
    if notice.stage == OVERDUE:
        mark_notified(told_by([notice.pk]) if cases is None else cases, now=at, by=told.get("by"))
    return state


def uncertain(notice: Notice, at: dt.datetime, why: str) -> NoticeState:
    """Kept as it is for a person to decide. ``handing_since`` stays: it says when it may have been sent."""
    with transaction.atomic():
        event(notice, EventKind.UNCERTAIN, at, code=why).save(force_insert=True)
        Notice.objects.filter(pk=notice.pk, state=NoticeState.DUE).update(
            state=NoticeState.UNCERTAIN, claimed_at=None, error=why, address=notice.envelope.get("to", "")
        )
    return NoticeState.UNCERTAIN


def again(notice: Notice, at: dt.datetime, kind: EventKind = EventKind.AGAIN, **told: Any) -> NoticeState:
    """Back in the queue at once, under the same Message-ID."""
    return leave(notice, NoticeState.DUE, kind, at, told=told, due_at=at)
