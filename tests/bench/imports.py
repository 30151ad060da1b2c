"""Attendance reports and a roll through the importers of the product, against a bare COPY of the same rows."""

from __future__ import annotations

import csv
import datetime as dt
import io
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

from django.db import connection

from advocates.models import Advocate, Bar, Outcome
from advocates.services.roll import apply_roll, preview_roll
from courses.models import Attendance, AttendanceFile, AttendanceLine, Course, Session
from courses.services.attendance import apply_attendance, preview_attendance
from tests.bench.api import FAMILIES, GIVEN, named
from tests.bench.population import ENTRIES, own_database, populate, settled

ROWS_OF_A_FILE = 20_000
"""Rows of one session's report, one for each advocate of the bench; so many files as make the rows asked for."""

Made = TypeVar("Made")

NOW = dt.datetime(2026, 1, 12, 3, tzinfo=dt.UTC)
_STARTS = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
_ATTENDANCE = ("licence number", "name", "join time", "leave time")
_ROLL = ("№", "Фамилия, имя, отчество", "№ лицензии", "Дата лицензии", "Дата вступления", "E-mail")
_SHORT, _EVERY = "%Y-%m-%d %H:%M:%S", 33
"""Each so many rows one is bad: its person is on no roll, it has no time of leaving, no readable one, or nobody."""


_OF_REPORT = {
    "courses_attendanceline": "file_id = %(file)s",
    "courses_attendance": "session_id = %(whose)s",
    "advocates_change": """("table", "row") IN (SELECT 'courses_attendance', id::text FROM courses_attendance
        WHERE session_id = %(whose)s)""",
}
_OF_ROLL = {
    "advocates_rollline": "file_id = %(file)s",
    **dict.fromkeys(("advocates_advocate", "advocates_membership", "advocates_statusspan"), "bar_id = %(whose)s"),
    "advocates_change": "bar_id = %(whose)s",
}
"""The rows that come of an import, by table."""


class Timed(NamedTuple):
    """Seconds of the importer in its two steps, of the bare COPY, and of ``_kept``; what became of the rows."""

    previewed: float
    applied: float
    copied: float
    kept: float
    rows: int
    outcomes: dict[str, int]


def run(rows: int, *, say: Callable[[str], None], rows_of_a_file: int = ROWS_OF_A_FILE) -> dict[str, object]:
    """Rows a second and the ratio to a bare COPY, of attendance reports and of a roll; outcomes of all rows."""
    each = min(rows, rows_of_a_file)
    with own_database():
        say(f"making {each:,} advocates …")
        bar = populate(each, entries=ENTRIES if each <= ROWS_OF_A_FILE else 0)
        named()
        settled()
        say(f"importing {rows:,} rows of attendance …")
        attendance = imported_attendance(bar, rows, each)
        say(f"importing a roll of {rows:,} …")
        roll = imported_roll(rows)
    return {"rows_of_a_file": each, "attendance": figures(attendance), "roll": figures([roll])}


def imported_attendance(bar: Bar, rows: int, each: int) -> list[Timed]:
    """One report after another, and between them the same rows into a plain table."""
    course = Course.objects.filter(bar=bar).earliest("pk")
    people = list(Advocate.objects.filter(bar=bar).order_by("pk").values_list("licence_number", "full_name")[:each])
    return [_one_report(course, people, number) for number in range(-(-rows // each))]


def imported_roll(people: int) -> Timed:
    """A roll of a bar that had none."""
    bar = Bar.objects.create(code="ROLL", name_kk="Тізім", name_ru="Список", name_en="Roll")
    content = sheet(_ROLL, roll_rows(people))
    copied = _copied(content, _ROLL)
    previewed, file = _timed(lambda: preview_roll(bar, content, "roll.csv", by=None, today=NOW.date()))
    applied, _file = _timed(lambda: apply_roll(file, by=None, now=NOW))
    assert file.rows == people == sum(file.counts.values())
    assert Advocate.objects.filter(bar=bar).count() == file.created
    return Timed(previewed, applied, copied, _kept(_OF_ROLL, file.pk, bar.pk), file.rows, file.counts)


def figures(reports: list[Timed]) -> dict[str, object]:
    rows = sum(one.rows for one in reports)
    previewed, applied = sum(one.previewed for one in reports), sum(one.applied for one in reports)
    copied, kept = sum(one.copied for one in reports), sum(one.kept for one in reports)
    return {
        "rows": rows, "outcomes": {kind: sum(one.outcomes[kind] for one in reports) for kind in reports[0].outcomes},
        "copy_s": round(copied, 3), "preview_s": round(previewed, 3), "apply_s": round(applied, 3),
        "rows_kept_s": round(kept, 3), "rows_per_s": round(rows / (previewed + applied)),
        "ratio": round((previewed + applied) / copied, 1), "ratio_to_rows_kept": round((previewed + applied) / kept, 1),
    }  # fmt: skip


def attendance_rows(people: list[tuple[str, str]], starts: dt.datetime) -> Iterator[tuple[str, ...]]:
    """One stay for each of the people, some of them bad."""
    for number, (licence, name) in enumerate(people):
        came = f"{starts + dt.timedelta(minutes=number % 11):{_SHORT}}"
        left = f"{starts + dt.timedelta(minutes=181 - number % 7):{_SHORT}}"
        yield licence, name, came, left
        if number % _EVERY == 7:
            yield _bad(number, licence, name, came)


def _bad(number: int, licence: str, name: str, came: str) -> tuple[str, ...]:
    kinds = (
        (f"9{number:07}", f"Неизвестная Особа {number}", came, came),
        (licence, name, came, ""),
        (licence, name, came, "25:61"),
        ("", "", came, came),
    )
    return kinds[number // _EVERY % len(kinds)]


def roll_rows(people: int) -> Iterator[tuple[str, ...]]:
    """People of a roll; each hundredth has an impossible date of the licence."""
    for number in range(1, people + 1):
        name = f"{FAMILIES[number % len(FAMILIES)]} {GIVEN[number // 7 % len(GIVEN)]} Б{number}"
        day = "31.02.2010" if number % 100 == 7 else f"{1 + number % 28:02}.{1 + number % 12:02}.2010"
        yield str(number), name, f"{14_000_000 + number}", day, "02.03.2015", f"a{number}@roll.example"


def sheet(heading: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> bytes:
    page = io.StringIO(newline="")
    writer = csv.writer(page)
    writer.writerow(heading)
    writer.writerows(rows)
    return page.getvalue().encode()


def _one_report(course: Course, people: list[tuple[str, str]], number: int) -> Timed:
    starts = _STARTS + dt.timedelta(hours=4 * number)
    session = Session.objects.create(
        bar=course.bar, course=course, starts_at=starts, ends_at=starts + dt.timedelta(hours=3)
    )
    content = sheet(_ATTENDANCE, attendance_rows(people, starts))
    copied = _copied(content, _ATTENDANCE)
    previewed, file = _timed(lambda: preview_attendance(session, content, "report.csv", by=None, time_zone="UTC"))
    applied, _file = _timed(lambda: apply_attendance(file, by=None, now=NOW))
    _accounted(file, session)
    return Timed(previewed, applied, copied, _kept(_OF_REPORT, file.pk, session.pk), file.rows, file.counts)


def _accounted(file: AttendanceFile, session: Session) -> None:
    """Each row has one outcome, each bad row its reason, and each person one attendance."""
    assert file.rows == sum(file.counts.values())
    assert Attendance.objects.filter(session=session).count() == file.lines.filter(outcome=Outcome.CREATED).count()
    unread = AttendanceLine.objects.filter(file=file, outcome__in=(Outcome.REJECTED, Outcome.AMBIGUOUS), problems=[])
    assert not unread.exists()


def _copied(content: bytes, heading: tuple[str, ...]) -> float:
    """Seconds of the bytes of the file into a plain table, all of it text, and nothing asked."""
    columns = ", ".join(f"c{number} text" for number in range(len(heading)))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare_copy ({columns})")
        seconds, _none = _timed(lambda: _copy(cursor, content))
        cursor.execute("DROP TABLE bare_copy")
    return seconds


def _kept(tables: dict[str, str], file: int, whose: int) -> float:
    """Seconds in which PostgreSQL alone writes the rows that came of the import: into tables with the same columns,
    checks and indexes, from tables in which they stand already; no foreign keys, no triggers, nothing decided."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(tables)}")  # else the rows of the trail are looked for one by one
        for table, which in tables.items():
            cursor.execute(f"CREATE TEMP TABLE from_{table} AS SELECT * FROM {table} WHERE {which}",
                           {"file": file, "whose": whose})  # fmt: skip
            cursor.execute(f"CREATE TABLE into_{table} (LIKE {table} INCLUDING ALL)")
        seconds, _none = _timed(
            lambda: [cursor.execute(f"INSERT INTO into_{table} SELECT * FROM from_{table}") for table in tables]
        )
        for table in tables:
            cursor.execute(f"DROP TABLE into_{table}")
            cursor.execute(f"DROP TABLE from_{table}")
    return seconds


def _copy(cursor: Any, content: bytes) -> None:
    with cursor.copy("COPY bare_copy FROM STDIN (FORMAT CSV, HEADER)") as copy:
        copy.write(content)


def _timed(work: Callable[[], Made]) -> tuple[float, Made]:
    start = time.perf_counter()
    made = work()
    return time.perf_counter() - start, made
