# ruff: noqa: E501  (SQL that makes the population)
"""The sweep against the bare aggregate over the same ledger, one process each, in a database of its own."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from advocates.models import Bar
from compliance.models import Standing, SweepRange
from compliance.services.rulebooks import adopt_rulebook
from compliance.services.sweeps import start_sweep, sweep_range

ENTRIES = 20
TODAY = dt.date(2026, 1, 12)
NOW = dt.datetime(2026, 1, 12, 3, tzinfo=dt.UTC)
RULEBOOK = Path(settings.BASE_DIR) / "compliance" / "rulebooks" / "kz-example.json"

_PEOPLE = """
    INSERT INTO advocates_advocate (bar_id, full_name, family_name, given_name, patronymic, name_key, search_key,
        licence_number, licence_key, joined_on, practice_form, email, phone, address, language, national_id, version,
        created_at, updated_at)
    SELECT %(bar)s, 'Озёрная Мария ' || n, 'Озёрная', 'Мария', '', 'x' || n, 'ozernaia maria ' || n,
           n::text, n::text, '2015-03-02', '', '', '', '', 'ru', '', 0, now(), now()
      FROM generate_series(1, %(people)s) n;
    INSERT INTO advocates_membership (advocate_id, bar_id, period, ground, document, recorded_at)
    SELECT id, bar_id, daterange(joined_on, NULL), '', 'bench', now() FROM advocates_advocate;
    INSERT INTO advocates_statusspan (advocate_id, bar_id, status, period, ground, document, recorded_at)
    SELECT id, bar_id, 'active', daterange(joined_on, NULL), '', 'bench', now() FROM advocates_advocate;
"""
# Every third advocate has entries of only half the length, so that the population holds all standings; categories,
# formats and days are spread by arithmetic, the same in every run.
_ENTRIES = """
    INSERT INTO courses_adjustment (advocate_id, bar_id, category_id, format, minutes, earned_on, reason, document, made_at)
    SELECT a.id, a.bar_id, (%(categories)s::bigint[])[1 + (a.id * 7 + k * 5) %% 3], 1 + ((a.id * 3 + k * 11) %% 4)::int2,
           (CASE WHEN a.id %% 3 = 0 THEN 5 ELSE 20 END + ((a.id * 13 + k * 17) %% 46))::int4,
           date '2025-01-10' + ((a.id * 31 + k * 17) %% 350)::int4, 'bench', '', now()
      FROM advocates_advocate a, generate_series(1, %(each)s) k;
    INSERT INTO courses_entry (advocate_id, bar_id, category_id, format, minutes, earned_on, adjustment_id, reason, posted_at)
    SELECT advocate_id, bar_id, category_id, format, minutes, earned_on, id, '', now() FROM courses_adjustment ORDER BY id;
"""
_BASELINE = """
    SELECT count(*), sum(total) FROM (
        SELECT advocate_id, category_id, format, sum(minutes) AS total
          FROM courses_entry GROUP BY advocate_id, category_id, format
    ) AS cells
"""


@contextmanager
def _own_database() -> Iterator[None]:
    """A database made for the bench and dropped after it; the installation's own is not touched."""
    original = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)


def _populate(people: int) -> Bar:
    from courses.models import Category

    bar = Bar.objects.create(code="BENCH", name_kk="Сынақ", name_ru="Проба", name_en="Bench")
    categories = [
        Category.objects.create(bar=bar, code=code, name_kk=code, name_ru=code).pk
        for code in ("law", "ethics", "practice")
    ]
    adopt_rulebook(bar, json.loads(RULEBOOK.read_text(encoding="utf-8")), by=None)
    with connection.cursor() as cursor:
        for script, params in (
            (_PEOPLE, {"people": people, "bar": bar.pk}),
            (_ENTRIES, {"categories": categories, "each": ENTRIES}),
        ):
            for statement in script.strip().rstrip(";").split(";\n"):
                cursor.execute(statement, params)
        cursor.execute("VACUUM ANALYZE")
    return bar


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _aggregate() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_BASELINE)
        cursor.fetchall()


def _sweep(bar: Bar) -> None:
    run = start_sweep(bar, TODAY, now=NOW)
    for range_id in SweepRange.objects.filter(run=run).values_list("pk", flat=True):
        sweep_range(range_id, now=NOW)


def run(people: int, *, say: Callable[[str], None]) -> dict[str, object]:
    """Seconds of the bare aggregate (median of three), of a first sweep, and of one in which nothing has changed."""
    with _own_database():
        say(f"making {people:,} advocates with {ENTRIES} entries each …")
        bar = _populate(people)
        with connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 0")
        _aggregate()
        baseline = sorted(_seconds(_aggregate) for _ in range(3))[1]
        say("sweeping …")
        first = _seconds(lambda: _sweep(bar))
        assert Standing.objects.values("advocate").distinct().count() == people
        unchanged = _seconds(lambda: _sweep(bar))
        statuses = {
            status: Standing.objects.filter(status=status).count()
            for status in ("compliant", "short", "on_track", "at_risk")
        }
    return {
        "advocates": people, "entries": people * ENTRIES, "standings": statuses,
        "baseline_s": round(baseline, 3), "first_s": round(first, 3), "unchanged_s": round(unchanged, 3),
        "ratio_first": round(first / baseline, 2), "ratio_unchanged": round(unchanged / baseline, 2),
    }  # fmt: skip
