"""Writing down what happens to notices. Rows are only ever added; whoever changes a notice adds the row with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from compliance.models import EventKind, Notice, NoticeEvent, NoticeState


def event(notice: Notice, kind: EventKind, at: dt.datetime, **more: Any) -> NoticeEvent:
    """Not written yet. ``more``: code, provider_id, sender, digests, source, key, by, channel."""
    about = {"notice": notice, "bar_id": notice.bar_id, "advocate_id": notice.advocate_id}
    return NoticeEvent(kind=kind, at=at, **{**about, "channel": notice.channel, **more})


def note(notices: Iterable[Notice], kind: EventKind, at: dt.datetime, **more: Any) -> None:
    """The same of each; one statement."""
    NoticeEvent.objects.bulk_create(event(notice, kind, at, **more) for notice in notices)


def note_planned(at: dt.datetime, again: Sequence[Notice] = ()) -> int:
    """Of notices that wait and of which nothing is written down yet, whoever planned them, and of those withdrawn
    before that are needed ``again``; returns how many. At most two statements.
    """
    known = NoticeEvent.objects.filter(notice=OuterRef("pk"))
    waiting = Notice.objects.filter(state__in=[NoticeState.DUE, NoticeState.TO_PRINT])
    new = [*waiting.filter(~Exists(known)).only("pk", "bar_id", "advocate_id", "channel"), *_whole(again)]
    if new:
        note(new, EventKind.PLANNED, at)
    return len(new)


def _whole(notices: Sequence[Notice]) -> list[Notice]:
    """With their bars: whoever planned them has not read these."""
    return list(Notice.objects.filter(pk__in=[row.pk for row in notices])) if notices else []
