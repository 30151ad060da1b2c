"""Confirming one session and seeing it in the standings, among more and more advocates: it must not cost more."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

from advocates.models import Advocate, Bar
from compliance.models import MovedOn, Standing
from compliance.services.sweeps import sweep_changes
from courses.models import Attendance, Course, Decision, Entry, Session
from courses.services.sessions import confirm_session
from tests.bench.population import own_database, populate, settled
from tests.bench.sweep import NOW, TODAY, sweep

PRESENT = 50
SESSIONS = 5
_STARTS = dt.datetime(2025, 12, 1, 9, tzinfo=dt.UTC)


def run(sizes: list[int], *, say: Callable[[str], None]) -> dict[str, object]:
    """By population: seconds and statements of posting a session, and of bringing its people's standings up to date;
    and how many times the largest takes as long as the smallest."""
    found = {size: alone(size, say=say) for size in sizes}
    first, last = found[min(sizes)], found[max(sizes)]
    growth = {name: round(last[name] / first[name], 2) for name in ("posting_s", "standings_s")}
    return {"present": PRESENT, "by_advocates": found, "growth": growth}


def alone(people: int, *, say: Callable[[str], None]) -> dict[str, float]:
    with own_database():
        say(f"making {people:,} advocates, and their standings …")
        bar = populate(people)
        settled()
        sweep(bar)
        settled()
        return posted(bar)


def posted(bar: Bar) -> dict[str, float]:
    """Medians over a few sessions, each of people of its own."""
    MovedOn.objects.all().delete()
    held = [_held(bar, number) for number in range(SESSIONS + 1)]
    timed = [_one(bar, session) for session in held][1:]
    return {name: round(median(one[name] for one in timed), 4) for name in timed[0]}


def _held(bar: Bar, number: int) -> Session:
    """A session that is over, with its attendance on record and not confirmed."""
    course, starts = Course.objects.filter(bar=bar).earliest("pk"), _STARTS + dt.timedelta(hours=4 * number)
    session = Session.objects.create(bar=bar, course=course, starts_at=starts, ends_at=starts + dt.timedelta(hours=3))
    present = list(Advocate.objects.filter(bar=bar).order_by("pk")[number * PRESENT : (number + 1) * PRESENT])
    Attendance.objects.bulk_create(
        Attendance(
            bar=bar, session=session, advocate=one, seconds=10_800, decision=Decision.FULL, credit_percent=100
        )
        for one in present
    )  # fmt: skip
    return session


def _one(bar: Bar, session: Session) -> dict[str, float]:
    keys = sorted(Attendance.objects.filter(session=session).values_list("advocate_id", flat=True))
    with CaptureQueriesContext(connection) as asked:
        posting = _seconds(lambda: confirm_session(session, by=None, now=NOW))
    standings = _seconds(lambda: sweep_changes(bar, TODAY, now=NOW))
    assert Entry.objects.filter(attendance__session=session).exists()
    versions = Standing.objects.filter(advocate__in=keys).values_list("advocate_id", flat=True).distinct()
    assert len(versions) == len(keys)
    return {"posting_s": posting, "statements": len(asked), "standings_s": standings}


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
