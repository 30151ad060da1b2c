"""The nightly jobs, run one after the other for one day, with something to look at meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from advocates.models import Bar
from compliance.models import SweepRange
from compliance.queries.certificates import closed_periods, sessions_without_certificates
from compliance.services.cases import review_cases
from compliance.services.certificates import issue_for_period, issue_for_session
from compliance.services.notices import plan_notices, send_due
from compliance.services.sweeps import start_sweep, sweep_range
from courses.models import Session

T = TypeVar("T")
Tick = Callable[[str, int, int], None]
LETTERS = 100


def certify_sessions(now: dt.datetime, tick: Tick) -> None:
    """Certificates of attendance for every confirmed session."""
    for done, total, session_id in _counted(sessions_without_certificates()):
        issue_for_session(Session.objects.get(pk=session_id), now=now)
        tick("certificates of attendance", done, total)


def judge_and_write(national: Bar, today: dt.date, now: dt.datetime, tick: Tick) -> None:
    """The sweep, the cases that it opens, and the notices."""
    run = start_sweep(national, today, now=now)
    for done, total, range_id in _counted(SweepRange.objects.filter(run=run).values_list("pk", flat=True)):
        sweep_range(range_id, now=now)
        tick("standings", done, total)
    planned = 0
    for bar in Bar.objects.below(national):
        review_cases(bar, today, now)
        planned += plan_notices(bar, today, now)
    _send(planned, now, tick)


def certify_period(national: Bar, today: dt.date, now: dt.datetime, tick: Tick) -> None:
    """Certificates of compliance for every period that has closed."""
    for done, total, bar in _counted(Bar.objects.below(national)):
        for start in closed_periods(bar, today):
            issue_for_period(bar, start, now=now)
        tick("certificates of compliance", done, total)


def _send(planned: int, now: dt.datetime, tick: Tick) -> None:
    handled = 0
    while any(counts := send_due(now=now, limit=LETTERS)):
        handled += sum(counts)
        tick("notices", handled, max(planned, handled))


def _counted(items: Iterable[T]) -> Iterator[tuple[int, int, T]]:
    """(how many are done after this one, of how many, the item)"""
    listed = list(items)
    return ((done, len(listed), item) for done, item in enumerate(listed, 1))
