"""The sweep against the bare aggregate over the same ledger, one process each, in a database of its own."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

from django.db import connection

from advocates.models import Bar
from compliance.models import Standing, SweepRange
from compliance.services.sweeps import start_sweep, sweep_range
from tests.bench.population import ENTRIES, own_database, populate, settled

TODAY = dt.date(2026, 1, 12)
NOW = dt.datetime(2026, 1, 12, 3, tzinfo=dt.UTC)

_BASELINE = """
    SELECT count(*), sum(total) FROM (
        SELECT advocate_id, category_id, format, sum(minutes) AS total
          FROM courses_entry GROUP BY advocate_id, category_id, format
    ) AS cells
"""


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _aggregate() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BASELINE)
        cursor.fetchall()


def sweep(bar: Bar) -> None:
    """A whole sweep of the bar, in this process."""
    run = start_sweep(bar, TODAY, now=NOW)
    for range_id in SweepRange.objects.filter(run=run).values_list("pk", flat=True):
        sweep_range(range_id, now=NOW)


def run(people: int, *, say: Callable[[str], None]) -> dict[str, object]:
    """Seconds of the bare aggregate (median of three), of a first sweep, and of one in which nothing has changed."""
    with own_database():
        say(f"making {people:,} advocates with {ENTRIES} entries each …")
        bar = populate(people)
        settled()
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
        _aggregate()
        baseline = sorted(_seconds(_aggregate) for _ in range(3))[1]
        say("sweeping …")
        first = _seconds(lambda: sweep(bar))
        assert Standing.objects.values("advocate").distinct().count() == people
        unchanged = _seconds(lambda: sweep(bar))
        statuses = {
            status: Standing.objects.filter(status=status).count()
            for status in ("compliant", "short", "on_track", "at_risk")
        }
    return {
        "advocates": people, "entries": people * ENTRIES, "standings": statuses,
        "baseline_s": round(baseline, 3), "first_s": round(first, 3), "unchanged_s": round(unchanged, 3),
        "ratio_first": round(first / baseline, 2), "ratio_unchanged": round(unchanged / baseline, 2),
    }  # fmt: skip
