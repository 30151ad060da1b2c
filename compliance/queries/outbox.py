"""What waits to be sent, in which order, and how much of it a sender's limits let through now."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from email.utils import parseaddr
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.db.models import Case, Count, DateField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf, TruncDate

from advocates.models import Bar
from compliance.models import EventKind, Notice, NoticeEvent, NoticeState, Standing
from compliance.models.notices import NoticeQuerySet
from compliance.notices.duty import STATUTORY

HOUR: Final = dt.timedelta(hours=1)
DAY: Final = dt.timedelta(days=1)


class Limits(NamedTuple):
    """Letters that a sender may send in an hour and in a day; 0 for as many as there are."""

    per_hour: int
    per_day: int


def limits_of(sender: str) -> Limits:
    return Limits(*settings.MAIL_LIMITS.get(sender, (settings.MAIL_PER_HOUR, settings.MAIL_PER_DAY)))


def due_keys(now: dt.datetime, limit: int) -> list[int]:
    """Keys of the notices to send now: those that the law asks for first, then by the day that they are about, then
    the oldest; of each sender no more than is left of its hour and its day, counted from the ledger.
    """
    if not (settings.MAIL_PER_HOUR or settings.MAIL_PER_DAY or settings.MAIL_LIMITS):
        return list(_in_order(Notice.objects.due(now)).values_list("pk", flat=True)[:limit])
    chosen: list[tuple[Any, ...]] = []
    waiting = list(_by_sender(Notice.objects.due(now)).order_by().values_list("sender", flat=True).distinct())
    left = left_of(waiting, now)
    for sender in waiting:
        rows = _in_order(_by_sender(Notice.objects.due(now)).filter(sender=sender))
        most = min(limit, left.get(sender, limit))
        chosen += rows.values_list("courtesy", "deadline", "due_at", "pk")[:most]
    chosen.sort(key=lambda row: (row[0], row[1] is None, row[1] or dt.date.max, *row[2:]))
    return [row[3] for row in chosen[:limit]]


def _by_sender(notices: NoticeQuerySet) -> QuerySet[Any]:
    usual = Value(parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    found: QuerySet[Any] = notices.annotate(sender=Coalesce(NullIf("advocate__bar__sender_email", Value("")), usual))
    return found


def _in_order(notices: QuerySet[Any]) -> QuerySet[Any]:
    standing = Standing.objects.filter(advocate=OuterRef("advocate"), period_start=OuterRef("period_start"))
    rows: QuerySet[Any] = notices.annotate(
        courtesy=Case(When(STATUTORY, then=0), default=1),
        deadline=Coalesce(
            Subquery(standing.values("due_on")[:1]), TruncDate("session__starts_at"), output_field=DateField()
        ),
    )
    return rows.order_by("courtesy", F("deadline").asc(nulls_last=True), "due_at", "pk")


def left_of(senders: list[str], now: dt.datetime) -> dict[str, int]:
    """How many letters each may still send now; those without limits are left out. One statement."""
    limited = {sender: limits for sender in senders if any(limits := limits_of(sender))}
    used = _used(list(limited), now) if limited else {}
    return {sender: _left(limits, used.get(sender, Limits(0, 0))) for sender, limits in limited.items()}


def _used(senders: list[str], now: dt.datetime) -> dict[str, Limits]:
    """Handed over in the last hour and day, whatever came of it: providers count attempts."""
    rows = NoticeEvent.objects.filter(kind=EventKind.HANDING, sender__in=senders, at__gt=now - DAY)
    counts = (
        rows.order_by().values_list("sender").annotate(hour=Count("pk", filter=Q(at__gt=now - HOUR)), day=Count("pk"))
    )
    return {sender: Limits(hour, day) for sender, hour, day in counts}


def _left(limits: Limits, used: Limits) -> int:
    return max(0, min(most - done for most, done in zip(limits, used, strict=True) if most))


class Queue(NamedTuple):
    """Letters of a sender that wait, its limits, and when the last of them will have gone at that rate."""

    waiting: int
    limits: Limits
    empty_at: dt.datetime | None


def queue_of(bar: Bar, sender: str, now: dt.datetime) -> Queue:
    """Of everybody who sends from that address: they share its limits. None where nothing waits, or nothing limits."""
    rows = _by_sender(Notice.objects.filter(state=NoticeState.DUE)).filter(sender=sender)
    waiting, limits = rows.count(), limits_of(sender)
    if not waiting or not any(limits):
        return Queue(waiting, limits, None)
    return Queue(waiting, limits, _empty_at(waiting, limits, _used([sender], now).get(sender, Limits(0, 0)), now))


def _empty_at(waiting: int, limits: Limits, used: Limits, now: dt.datetime) -> dt.datetime:
    """The later of what the hours and what the days allow; the windows roll, so it is about right, not exact."""
    waits = Counter({HOUR: 0, DAY: 0})
    for step, most, done in zip((HOUR, DAY), limits, used, strict=True):
        if most:
            waits[step] = (waiting + done - 1) // most
    return now + max(step * count for step, count in waits.items())


def undecided(now: dt.datetime) -> QuerySet[Notice]:
    """Statutory notices of which nobody has said within a day whether they arrived: a lost one is worse than two."""
    return Notice.objects.filter(STATUTORY, state=NoticeState.UNCERTAIN, handing_since__lt=now - DAY)
