# ruff: noqa: E501  (SQL that makes the population)
"""Invented advocates with ledger entries, and courses, the same in every run, in a database of the bench's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from advocates.models import Bar
from compliance.services.rulebooks import adopt_rulebook
from courses.models import Category

ENTRIES = 20
COURSES = 400
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
    INSERT INTO courses_account (advocate_id, bar_id, version)
    SELECT advocate_id, bar_id, count(*) FROM courses_entry GROUP BY advocate_id, bar_id;
"""

# A provider's courses of all formats, with an agenda of three parts each, accredited for five years.
_COURSES = """
    INSERT INTO courses_provider (bar_id, name_kk, name_ru, name_en, contact, trusted)
    SELECT %(bar)s, 'Заң мектебі ' || n, 'Школа права ' || n, '', '', false FROM generate_series(1, 10) n;
    INSERT INTO courses_course (bar_id, provider_id, name_kk, name_ru, name_en, state, number, format, full_percent,
        partial_percent, accredited_from, accredited_until)
    SELECT p.bar_id, p.id, 'Азаматтық іс жүргізу, ' || n, 'Гражданский процесс, часть ' || n, '', 'approved',
           p.id || '-' || n, 1 + n %% 4, 80, 50, current_date - 365, current_date + 1460
      FROM courses_provider p, generate_series(1, %(courses)s / 10) n;
    INSERT INTO courses_segment (course_id, bar_id, position, day, title, category_id, minutes)
    SELECT c.id, c.bar_id, k, 1, 'Часть ' || k, (%(categories)s::bigint[])[1 + (c.id + k) %% 3], 45 + 15 * k
      FROM courses_course c, generate_series(1, 3) k;
"""


@contextmanager
def own_database() -> Iterator[None]:
    """A database made for the bench and dropped after it; the installation's own is not touched."""
    original = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(original, verbosity=0)


def populate(people: int, *, entries: int = ENTRIES) -> Bar:
    """A bar of so many people with so many ``entries`` each."""
    bar = Bar.objects.create(code="BENCH", name_kk="Сынақ", name_ru="Проба", name_en="Bench")
    categories = [
        Category.objects.create(bar=bar, code=code, name_kk=code, name_ru=code).pk
        for code in ("law", "ethics", "practice")
    ]
    adopt_rulebook(bar, json.loads(RULEBOOK.read_text(encoding="utf-8")), by=None)
    params = {"people": people, "bar": bar.pk, "categories": categories, "each": entries, "courses": COURSES}
    with connection.cursor() as cursor:
        # As a restored dump: no trigger writes the audit trail or checks keys, which would take most of the time.
        cursor.execute("SET session_replication_role = replica")
        for script in (_PEOPLE, _ENTRIES, _COURSES):
            for statement in script.strip().rstrip(";").split(";\n"):
                cursor.execute(statement, params)
        cursor.execute("RESET session_replication_role")
    return bar


def settled() -> None:
    """As a server is that has had the time to look after its tables, and to write them out.

    What is committed goes to the disk at once: else some rows would not be marked as visible to all, and sums would not
    be taken from an index. Then so do the tables: else the gigabytes that the bench has made would be on their way to
    the disk while something is timed. From here on the first change of a page writes all of it to the log.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        cursor.execute("SELECT pg_logical_emit_message(true, 'bench', '')")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET synchronous_commit")
        cursor.execute("CHECKPOINT")
