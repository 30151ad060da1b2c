# ruff: noqa: E501  (SQL that makes the population)
"""Invented advocates of all the bars of the example, and what becomes of each in the year: by a number, no chance."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from django.db import connection

from advocates.models import Advocate, Bar, RoleKind, User
from advocates.services.bars import DATA, load_bars
from compliance.services.rulebooks import adopt_rulebook
from courses.models import Category, Course, DeliveryFormat, Provider, Segment, Session
from courses.services.attendance_rows import Row, sheet_of
from tests.advocates.rolls import csv, person
from tests.bench.population import RULEBOOK
from tests.factories import make_user

EVERY: Final = 100
"""Lots are drawn by ``LOT`` from 0 to 99; 37 shares no factor with it, so that few people draw many different ones."""
LOT: Final = "(a.licence_number::int * 37) % 100"


class Group(NamedTuple):
    """Lots ``first`` to ``last`` hold a course on a day, of so many minutes of law and of ethics."""

    day: dt.date
    first: int
    last: int
    law: int = 630
    ethics: int = 90
    delivery: DeliveryFormat = DeliveryFormat.IN_PERSON


COURSES: Final = (
    Group(dt.date(2025, 3, 14), 0, 52),  # done in spring
    Group(dt.date(2025, 3, 14), 89, 91, delivery=DeliveryFormat.RECORDED),  # too much of it from recordings
    Group(dt.date(2025, 3, 15), 92, 93, law=720, ethics=0),  # no ethics
    Group(dt.date(2025, 10, 10), 53, 62),  # after the second reminder
    Group(dt.date(2025, 10, 10), 96, 97),  # joined in July: enough for half a year
    Group(dt.date(2025, 12, 9), 63, 69),
    Group(dt.date(2025, 12, 27), 70, 74),  # in the last week
    Group(dt.date(2026, 1, 14), 75, 78),  # too late, before day 31
    Group(dt.date(2026, 2, 9), 79, 81),  # after it
    Group(dt.date(2026, 3, 13), 84, 85),  # suspended by then
)
EXCUSED: Final = (82, 83)
PETITION: Final = (84, 88)
SUSPENDED: Final = (84, 86)
MEMBERSHIP: Final = (86, 86)
_LENGTH: Final = dt.timedelta(hours=9)

_PEOPLE = """
    INSERT INTO advocates_advocate (bar_id, full_name, family_name, given_name, patronymic, name_key, search_key,
        licence_number, licence_key, joined_on, practice_form, email, phone, address, language, national_id, version,
        created_at, updated_at)
    SELECT (%(bars)s::bigint[])[1 + (n * n + n / 3) %% array_length(%(bars)s::bigint[], 1)],
           'Озёрная Мария ' || n, 'Озёрная', 'Мария', '', 'x' || n, 'ozernaia maria ' || n, n::text, n::text,
           CASE WHEN n * 37 %% 100 BETWEEN 96 AND 98 THEN date '2025-07-01' ELSE date '2015-03-02' END, '',
           CASE WHEN n %% 17 = 0 THEN '' ELSE 'a' || n || '@mail.example.kz' END, '', '',
           (ARRAY['kk', 'ru', '', 'en'])[1 + n %% 4], '', 0, now(), now()
      FROM generate_series(1, %(people)s) n;
    INSERT INTO advocates_membership (advocate_id, bar_id, period, ground, document, recorded_at)
    SELECT id, bar_id, daterange(joined_on, NULL), '', 'faults', now() FROM advocates_advocate;
    INSERT INTO advocates_statusspan (advocate_id, bar_id, status, period, ground, document, recorded_at)
    SELECT id, bar_id, 'active', daterange(joined_on, CASE {lot} WHEN 94 THEN date '2025-05-01' WHEN 95 THEN date '2024-06-01' END), '', 'faults', now()
      FROM advocates_advocate a;
    INSERT INTO advocates_statusspan (advocate_id, bar_id, status, period, ground, document, recorded_at)
    SELECT id, bar_id, CASE {lot} WHEN 94 THEN 'terminated' ELSE 'suspended_own' END,
           daterange(CASE {lot} WHEN 94 THEN date '2025-05-01' ELSE date '2024-06-01' END, NULL), '', 'faults', now()
      FROM advocates_advocate a WHERE {lot} IN (94, 95);
    INSERT INTO compliance_preferences (advocate_id, bar_id, reminder_days, unsubscribed_on, changed_at)
    SELECT id, bar_id, CASE WHEN licence_number::int %% 31 = 0 THEN ARRAY[60, 14] END,
           CASE WHEN licence_number::int %% 29 = 0 THEN date '2025-02-01' END, now()
      FROM advocates_advocate a WHERE licence_number::int %% 31 = 0 OR licence_number::int %% 29 = 0;
"""


class Office(NamedTuple):
    """The bars with advocates, and by bar the officer who acts for it."""

    national: Bar
    officers: dict[int, User]


def populate(people: int, bars_at_most: int) -> Office:
    """Some without an address, some of each language and of none, some who want other reminders or none."""
    load_bars(DATA / "kz.json")
    national = Bar.objects.get(code="KZ")
    bars = list(Bar.objects.filter(parent=national).order_by("code"))[:bars_at_most]
    Bar.objects.filter(parent=national).exclude(pk__in=[bar.pk for bar in bars]).delete()
    adopt_rulebook(national, json.loads(RULEBOOK.read_text(encoding="utf-8")), decision="faults", by=None)
    for code in ("law", "ethics"):
        Category.objects.create(bar=national, code=code, name_kk=code, name_ru=code)
    Provider.objects.create(bar=national, name_kk="Орталық", name_ru="Центр", name_en="Centre")
    with connection.cursor() as cursor:
        # As a restored dump: no trigger writes the audit trail. What happens in the year is written there.
        cursor.execute("SET session_replication_role = replica")
        for statement in _PEOPLE.format(lot=LOT).replace(LOT, LOT.replace("%", "%%")).strip().rstrip(";").split(";\n"):
            cursor.execute(statement, {"bars": [bar.pk for bar in bars], "people": people})
        cursor.execute("RESET session_replication_role")
        cursor.execute("ANALYZE")
    officers = {bar.pk: make_user(f"officer-{bar.pk}@bar.example.kz", bar=bar, role=RoleKind.BAR_ADMIN) for bar in bars}
    return Office(national, officers)


def drawn(first: int, last: int) -> list[int]:
    """Keys of the advocates with these lots; whoever joins later draws none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM advocates_advocate a WHERE {LOT} BETWEEN {first} AND {last}"
            " AND a.joined_on < date '2026-01-01' ORDER BY id"
        )
        return [key for (key,) in cursor.fetchall()]


class Held(NamedTuple):
    """A session of a bar: its key, its officer, and the report of who was there."""

    session: int
    officer: int
    report: str


def hold_courses(office: Office, day: dt.date, folder: Path) -> list[Held]:
    """The sessions of a day, one in each bar for each group; nobody has said yet who was there."""
    return [held for group in COURSES if group.day == day for held in hold(office, group, folder)]


def hold(office: Office, group: Group, folder: Path) -> Iterator[Held]:
    course = course_of(office.national, group)
    licences: dict[int, list[str]] = {}
    people = Advocate.objects.filter(pk__in=drawn(group.first, group.last)).order_by("pk")
    for bar, licence in people.values_list("bar_id", "licence_number"):
        licences.setdefault(bar, []).append(licence)
    starts = dt.datetime.combine(group.day, dt.time(4), dt.UTC)
    for bar, present in licences.items():
        session = Session.objects.create(bar_id=bar, course=course, starts_at=starts, ends_at=starts + _LENGTH)
        path = folder / f"{session.pk}.csv"
        path.write_bytes(_report(present))
        yield Held(session.pk, office.officers[bar].pk, str(path))


def _report(licences: list[str]) -> bytes:
    """All were there to the end; with them somebody whom no bar knows, and somebody who left at once."""
    minutes = int(_LENGTH.total_seconds()) // 60
    rows = [Row(licence=licence, minutes=minutes) for licence in licences]
    return sheet_of([*rows, Row(name="Гостева Анна Сергеевна", minutes=minutes), Row(licence=licences[0], minutes=1)])


def roll_of(bar: int, first: int, count: int, day: dt.date, phone: str) -> bytes:
    """A roll of a bar with newcomers of a day; with another telephone they are the same people."""
    numbers = range(first, first + count)
    return csv(
        person(bar * 100_000 + number, licence=f"{bar * 100_000 + number + 50_000_000}", joined=f"{day:%d.%m.%Y}",
               phone=f"{phone} {number:04d}")
        for number in numbers
    )  # fmt: skip


def course_of(national: Bar, group: Group) -> Course:
    number = f"{group.day}-{group.first}"
    course = Course.objects.create(
        bar=national, provider=Provider.objects.get(bar=national), number=number, name_kk=f"Курс {number} (kk)",
        name_ru=f"Курс {number}", name_en=f"Course {number}", format=group.delivery,
        accredited_from=dt.date(2025, 1, 1),
    )  # fmt: skip
    minutes = {"law": group.law, "ethics": group.ethics}
    for position, (code, length) in enumerate(((code, each) for code, each in minutes.items() if each), start=1):
        category = Category.objects.get(bar=national, code=code)
        Segment.objects.create(
            course=course, bar=national, position=position, title=code, category=category, minutes=length
        )
    return course
