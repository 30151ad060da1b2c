"""The nightly jobs, run one after the other for one day, with something to look at meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from advocates.models import Bar
from cle.demo.workers import Job, Workers
from compliance.models import Notice, SweepRange
from compliance.queries.certificates import closed_periods, sessions_without_certificates
from compliance.services.cases import review_cases
from compliance.services.certificates import issue_for_period, issue_for_session
from compliance.services.notices import plan_notices, send_due
from compliance.services.sweeps import start_sweep, sweep_range
from courses.models import Session

Tick = Callable[[str, int, int], None]
LETTERS = 25
"""Letters per job: small enough that the last ones are shared out."""


def run_night(national: Bar, today: dt.date, now: dt.datetime, workers: Workers, tick: Tick) -> None:
    """What beat starts each night, in the same order."""
    run = start_sweep(national, today, now=now)
    ranges = SweepRange.objects.filter(run=run).values_list("pk", flat=True)
    bars = list(Bar.objects.below(national).values_list("pk", flat=True))
    steps: tuple[tuple[str, Callable[..., None], list[Job]], ...] = (
        ("standings", judge, [(pk, now) for pk in ranges]),
        ("cases and notices due", review, [(pk, today, now) for pk in bars]),
    )
    for what, work, jobs in steps:
        _do(workers, what, work, jobs, tick)
    due = Notice.objects.due(now).count()
    _do(workers, "notices sent", send, [(now,)] * -(-due // LETTERS), tick)
    sessions = sessions_without_certificates()
    _do(workers, "certificates of attendance", certify_session, [(pk, now) for pk in sessions], tick)
    _do(workers, "certificates of compliance", certify_periods, [(pk, today, now) for pk in bars], tick)


def _do(workers: Workers, what: str, work: Callable[..., None], jobs: Iterable[Job], tick: Tick) -> None:
    listed = list(jobs)
    for done, _job in enumerate(workers.do(work, listed), 1):
        tick(what, done, len(listed))


def judge(range_id: int, now: dt.datetime) -> None:
    sweep_range(range_id, now=now)


def review(bar_id: int, today: dt.date, now: dt.datetime) -> None:
    bar = Bar.objects.get(pk=bar_id)
    review_cases(bar, today, now)
    plan_notices(bar, today, now)


def send(now: dt.datetime) -> None:
    """Send ``LETTERS`` letters, or all that are left; what another process has taken does not count."""
    handled = 0
    while handled < LETTERS and Notice.objects.due(now).exists():
        handled += sum(send_due(now=now, limit=LETTERS - handled))


def certify_session(session_id: int, now: dt.datetime) -> None:
    issue_for_session(Session.objects.get(pk=session_id), now=now)


def certify_periods(bar_id: int, today: dt.date, now: dt.datetime) -> None:
    bar = Bar.objects.get(pk=bar_id)
    for start in closed_periods(bar, today):
        issue_for_period(bar, start, now=now)
