"""One line per bar: how many advocates it has, how they stand, and what is open. For those who answer for the bars."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet, Sum

from advocates.models import Membership
from compliance.models import Case, CaseState, Notice, NoticeState, Standing
from compliance.queries.cases import licensed
from courses.models import Session, SessionState

OVER = (CaseState.CURED, CaseState.EXCUSED, CaseState.CLOSED)
UNDELIVERED = (NoticeState.FAILED, NoticeState.TO_PRINT)


@dataclass(slots=True)
class Line:
    """``standings`` by status; ``missing`` in minutes, of everybody who still lacks some."""

    advocates: int = 0
    standings: dict[str, int] = field(default_factory=dict)
    missing: int = 0
    open_cases: int = 0
    undelivered: int = 0
    sessions: int = 0


def lines_of(
    bars: Collection[int], today: dt.date, since: dt.datetime, period_start: dt.date | None
) -> dict[int, Line]:
    """The lines of these bars in five statements; standings of that period or, for None, of each one's newest, and of
    those who have a licence, as in the lists of people.

    Members are those of ``today``; sessions are those that were held since ``since``.
    """
    lines = {bar: Line() for bar in bars}
    members = Membership.objects.filter(bar__in=bars, period__contains=today)
    for bar, number in members.values_list("bar").annotate(number=Count("pk")):
        lines[bar].advocates = number
    for bar, status, number, missing in _standings(bars, today, period_start):
        lines[bar].standings[status] = number
        lines[bar].missing += missing
    cases = Case.objects.filter(advocate__bar__in=bars).exclude(state__in=OVER)
    for bar, number in cases.order_by().values_list("advocate__bar").annotate(number=Count("pk")):
        lines[bar].open_cases = number
    notices = Notice.objects.filter(advocate__bar__in=bars, state__in=UNDELIVERED)
    for bar, number in notices.order_by().values_list("advocate__bar").annotate(number=Count("pk")):
        lines[bar].undelivered = number
    held = Session.objects.filter(bar__in=bars, state=SessionState.CONFIRMED, starts_at__gte=since)
    for bar, number in held.order_by().values_list("bar").annotate(number=Count("pk")):
        lines[bar].sessions = number
    return lines


def _standings(
    bars: Collection[int], today: dt.date, period_start: dt.date | None
) -> QuerySet[Standing, tuple[int, str, int, int]]:
    rows = Standing.objects.filter(advocate__bar__in=bars)
    if period_start is None:
        rows = Standing.objects.filter(pk__in=rows.current().values("pk"))
    else:
        rows = rows.filter(period_start=period_start)
    return licensed(rows, today).values_list("advocate__bar", "status").annotate(number=Count("pk"), sum=Sum("missing"))
