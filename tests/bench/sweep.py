"""The sweep against the bare aggregate over the same ledger, in a database of its own; and against what others do."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from importlib.util import find_spec
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min

from advocates.models import Advocate, Bar
from compliance.models import MovedOn, Standing, SweepRange
from compliance.queries.rules import rules_of
from compliance.rules import Credit, Facts, assess
from compliance.services.sweeps import shares_of_changes, start_sweep, sweep_range
from courses.models import DeliveryFormat, Entry
from tests.bench import processes as processes_of
from tests.bench.population import ENTRIES, own_database, populate, settled
from tests.bench.rivals import pandas_from_csv

TODAY = dt.date(2026, 1, 12)
NOW = dt.datetime(2026, 1, 12, 3, tzinfo=dt.UTC)
FEW = 300
"""Members of whom the slow ways are asked: their rate does not hang on how many there are."""

_BASELINE = """
    SELECT count(*), sum(total) FROM (
        SELECT advocate_id, category_id, format, sum(minutes) AS total
          FROM courses_entry GROUP BY advocate_id, category_id, format
    ) AS cells
"""
BASELINE_OF = _BASELINE.replace("GROUP BY", "WHERE advocate_id BETWEEN %s AND %s GROUP BY")
_GROUPED = """
    SELECT e.advocate_id, c.code, e.format, e.earned_on, sum(e.minutes)::int
      FROM courses_entry e JOIN courses_category c ON c.id = e.category_id
     WHERE e.advocate_id <= %s GROUP BY 1, 2, 3, 4 ORDER BY 1
"""
_ONE_PERCENT = """
    WITH new AS (
        INSERT INTO courses_adjustment (advocate_id, bar_id, category_id, format, minutes, earned_on, reason, document,
            made_at)
        SELECT a.id, a.bar_id, (SELECT min(id) FROM courses_category), 1, 1, date '2025-06-01', 'bench', '', now()
          FROM advocates_advocate a WHERE a.id %% 100 = %s
        RETURNING *
    )
    INSERT INTO courses_entry (advocate_id, bar_id, category_id, format, minutes, earned_on, adjustment_id, reason,
        posted_at)
    SELECT advocate_id, bar_id, category_id, format, minutes, earned_on, id, '', now() FROM new
"""


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _aggregate() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BASELINE)
        cursor.fetchall()


def _ranges(bar: Bar) -> list[int]:
    run = start_sweep(bar, TODAY, now=NOW)
    return list(SweepRange.objects.filter(run=run).order_by("pk").values_list("pk", flat=True))


def sweep(bar: Bar) -> None:
    """A whole sweep of the bar, in this process."""
    for range_id in _ranges(bar):
        sweep_range(range_id, now=NOW)


def changes() -> None:
    """What runs every minute: whoever is noted as moved on, share by share, in this process."""
    for share in shares_of_changes():
        processes_of.sweep_share(share)


def run(people: int, *, say: Callable[[str], None]) -> dict[str, object]:
    """Seconds of the bare aggregate (median of three), as PostgreSQL does it and by reading the table; of a first
    sweep, of one in which nothing has changed, and of one of those noted as moved on after a change to each hundredth
    advocate, by one process and by two (medians of three, others each time); how many times two processes are as quick
    as one, with a first sweep and with the halves of the bare aggregate, which is what the machine has to give; members
    a second; and the memory of a process that sweeps.
    """
    with own_database():
        say(f"making {people:,} advocates with {ENTRIES} entries each …")
        bar = populate(people)
        settled()
        return measured(bar, people, say=say)


def measured(bar: Bar, people: int, *, say: Callable[[str], None]) -> dict[str, object]:
    """The same of a population that is there; it is swept in the end."""
    _alone()
    _aggregate()
    baseline = sorted(_seconds(_aggregate) for _ in range(3))[1]
    _run_sql("SET enable_indexonlyscan = off")
    of_the_table = sorted(_seconds(_aggregate) for _ in range(3))[1]
    _run_sql("RESET enable_indexonlyscan")
    say("sweeping …")
    first = _seconds(lambda: sweep(bar))
    assert Standing.objects.values("advocate").distinct().count() == people
    unchanged = _seconds(lambda: sweep(bar))
    settled()  # by itself a server does so within minutes of a first sweep
    statuses = {
        status: Standing.objects.filter(status=status).count()
        for status in ("compliant", "short", "on_track", "at_risk")
    }
    changed = sorted(_of_one_percent(which, changes) for which in (7, 38, 69))[1]
    with _processes(2) as pool:
        by_two = sorted(_of_one_percent(which, lambda: _by(pool)) for which in (17, 48, 79))[1]
    say("one process and two …")
    (one, peak), (two, _each) = (_from_nothing(bar, count) for count in (1, 2))
    bare = _bare_speedup(bar)
    say("what others do …")
    few = min(FEW, people)
    loop, grouped = _seconds(lambda: member_by_member(bar, few)), _seconds(lambda: grouped_in_python(bar, few))
    pandas = round(few / pandas_from_csv(bar, few)) if find_spec("pandas") else None
    return {
        "advocates": people, "entries": people * ENTRIES, "standings": statuses,
        "baseline_s": round(baseline, 3), "baseline_of_the_table_s": round(of_the_table, 3),
        "first_s": round(first, 3), "unchanged_s": round(unchanged, 3),
        "one_percent_s": round(changed, 3), "one_percent_by_two_s": round(by_two, 3),
        "ratio_first": round(first / baseline, 2), "ratio_unchanged": round(unchanged / baseline, 2),
        "ratio_one_percent": round(changed / baseline, 3), "ratio_one_percent_by_two": round(by_two / baseline, 3),
        "two_processes_speedup": round(one / two, 2),
        "two_processes_speedup_bare": round(bare, 2),
        "members_per_s": {
            "sweep": round(people / first), "orm_loop": round(few / loop), "grouped_in_python": round(few / grouped),
            "pandas_from_csv": pandas,
        },
        "peak_memory_mb": peak,
    }  # fmt: skip


def _by(pool: ProcessPoolExecutor) -> None:
    list(pool.map(processes_of.sweep_share, shares_of_changes()))


def _of_one_percent(which: int, work: Callable[[], None]) -> float:
    """Seconds of the work once something has come to the ledgers of those of each hundred whose keys end so."""
    with connection.cursor() as cursor:
        cursor.execute(_ONE_PERCENT, [which])
    seconds = _seconds(work)
    assert not MovedOn.objects.exists()
    return seconds


def _alone() -> None:
    _run_sql("SET max_parallel_workers_per_gather = 0")


def _run_sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _from_nothing(bar: Bar, processes: int) -> tuple[float, int]:
    """Seconds of a first sweep by so many processes, which are there and connected before it begins; the memory of the
    one that needed most, in MB."""
    _run_sql("TRUNCATE compliance_standing, compliance_assessed")
    settled()
    ranges = _ranges(bar)
    with _processes(processes) as pool:
        peaks: list[int] = []
        return _seconds(lambda: peaks.extend(pool.map(processes_of.sweep_one, ranges))), max(peaks)


def _bare_speedup(bar: Bar) -> float:
    keys = Advocate.objects.filter(bar=bar).aggregate(first=Min("pk"), last=Max("pk"))
    middle = (keys["first"] + keys["last"]) // 2
    halves = [(keys["first"], middle), (middle + 1, keys["last"])]
    with _processes(2) as pool:
        list(pool.map(processes_of.add_up, halves))
        in_turn = _seconds(lambda: [pool.submit(processes_of.add_up, half).result() for half in halves])
        return in_turn / _seconds(lambda: list(pool.map(processes_of.add_up, halves)))


@contextmanager
def _processes(count: int) -> Iterator[ProcessPoolExecutor]:
    """So many, connected."""
    begin, name = processes_of.begin, connection.settings_dict["NAME"]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=spawn, initializer=begin, initargs=(name,)) as pool:
        list(pool.map(processes_of.ready, range(count)))
        yield pool


def member_by_member(bar: Bar, few: int) -> None:
    """As systems of the field do it: each member's records by the ORM, added up in Python, saved row by row."""
    law, names = rules_of(bar).law, {int(delivery): delivery.code for delivery in DeliveryFormat}
    for advocate in Advocate.objects.filter(bar=bar).order_by("pk")[:few]:
        sums: defaultdict[str, Decimal] = defaultdict(Decimal)
        credits = []
        for entry in Entry.objects.filter(advocate=advocate).select_related("category", "adjustment"):
            sums[entry.category.code] += entry.minutes
            kind = (entry.category.code, names[entry.format])
            credits.append(Credit(entry.earned_on, *kind, entry.minutes, str(entry.pk)))
        joined = advocate.memberships.order_by("pk").get().period.lower
        result = assess(law, Facts(joined_on=joined, credits=tuple(credits)), TODAY)
        with transaction.atomic():
            for period in result.periods:
                Standing.objects.filter(advocate=advocate, period_start=period.period.start).update(computed_at=NOW)


def grouped_in_python(bar: Bar, few: int) -> None:
    """One grouped statement for all, then the exact rules in Python for each; saved in bulk."""
    law, names = rules_of(bar).law, {int(delivery): delivery.code for delivery in DeliveryFormat}
    last = list(Advocate.objects.filter(bar=bar).order_by("pk").values_list("pk", flat=True)[:few])[-1]
    with connection.cursor() as cursor:
        cursor.execute(_GROUPED, [last])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    held: defaultdict[int, list[Credit]] = defaultdict(list)
    for place, (advocate, category, delivery, day, minutes) in enumerate(rows):
        held[advocate].append(Credit(day, category, names[delivery], minutes, str(place)))
    results = [assess(law, Facts(credits=tuple(credits)), TODAY) for credits in held.values()]
    standings = list(Standing.objects.filter(advocate__lte=last))
    assert len(results) <= len(standings)
    Standing.objects.bulk_update(standings, ["computed_at"])
