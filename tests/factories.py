"""Small, real rows for tests. Everything is invented."""

from __future__ import annotations

import datetime as dt
from itertools import count
from typing import Any

from advocates.models import Advocate, Bar, Role, RoleKind, User
from advocates.services.people import open_histories
from courses.models import Attendance, Category, Course, DeliveryFormat, Entry, Provider, Segment, Session
from courses.services.ledger import adjust

UTC = dt.UTC
_numbers = count(1)


def make_bar(code: str = "", parent: Bar | None = None, **fields: Any) -> Bar:
    code = code or f"T-{next(_numbers)}"
    names = {"name_kk": f"{code} адвокаттар алқасы", "name_ru": f"Коллегия адвокатов {code}", "name_en": f"{code} Bar"}
    return Bar.objects.create(code=code, parent=parent, **{**names, **fields})


def make_national() -> Bar:
    return make_bar("KZ")


def make_advocate(
    bar: Bar, full_name: str = "", *, joined_on: dt.date = dt.date(2015, 3, 2), **fields: Any
) -> Advocate:
    """An active advocate with a membership and a status from the day of joining."""
    from advocates.identifiers import licence_key
    from advocates.names import fold
    from advocates.searching import search_key

    number = next(_numbers)
    full_name = full_name or f"Озёрная Мария {number}"
    family, _, rest = full_name.partition(" ")
    given, _, patronymic = rest.partition(" ")
    fields.setdefault("licence_number", f"{11000000 + number}")
    fields.setdefault("email", f"a{number}@mail.example.kz")
    advocate = Advocate.objects.create(
        bar=bar, full_name=full_name, family_name=family, given_name=given, patronymic=patronymic,
        name_key=fold(full_name), search_key=search_key(full_name), licence_key=licence_key(fields["licence_number"]),
        joined_on=joined_on, **fields,
    )  # fmt: skip
    open_histories([(advocate.pk, joined_on)], bar_id=bar.pk, document="test roll")
    return advocate


def make_user(
    email: str = "", *, bar: Bar | None = None, role: RoleKind = RoleKind.COMPLIANCE_OFFICER, **fields: Any
) -> User:
    """A user; with ``bar``, a member of its staff."""
    user = User.objects.create_user(
        email or f"u{next(_numbers)}@mail.example.kz", "correct horse", is_staff=bar is not None, **fields
    )
    if bar is not None:
        Role.objects.create(user=user, bar=bar, kind=role)
    return user


def make_category(bar: Bar, code: str = "law") -> Category:
    """The category of that code, kept by the bar at the top of the tree."""
    while bar.parent is not None:
        bar = bar.parent
    names = {"name_kk": f"{code} (kk)", "name_ru": f"{code} (ru)", "name_en": code}
    return Category.objects.get_or_create(bar=bar, code=code, defaults=names)[0]


def make_course(bar: Bar, minutes: dict[str, int] | None = None, **fields: Any) -> Course:
    """An accredited course with one segment per category of ``minutes`` (default: 180 of law)."""
    number = next(_numbers)
    provider = Provider.objects.create(bar=bar, name_kk="Орталық", name_ru="Центр", name_en="Centre")
    fields = {"format": DeliveryFormat.IN_PERSON, "accredited_from": dt.date(2024, 1, 1), **fields}
    course = Course.objects.create(
        bar=bar, provider=provider, number=f"A-{number}", name_kk=f"Курс {number} (kk)", name_ru=f"Курс {number}",
        name_en=f"Course {number}", **fields,
    )  # fmt: skip
    for position, (code, length) in enumerate((minutes or {"law": 180}).items(), start=1):
        Segment.objects.create(
            course=course, bar=bar, position=position, title=code, category=make_category(bar, code), minutes=length
        )
    return course


def make_session(course: Course, starts_at: dt.datetime | None = None, minutes: int = 180, **fields: Any) -> Session:
    """Starts by default on 14 March 2025 at 10:00 in Almaty (05:00 UTC)."""
    starts_at = starts_at or dt.datetime(2025, 3, 14, 5, 0, tzinfo=UTC)
    return Session.objects.create(
        bar=course.bar, course=course, starts_at=starts_at, ends_at=starts_at + dt.timedelta(minutes=minutes), **fields
    )


def make_attendance(session: Session, advocate: Advocate, percent: int = 100) -> Attendance:
    decision = {0: "none", 100: "full"}.get(percent, "partial")
    return Attendance.objects.create(
        bar=session.bar,
        session=session,
        advocate=advocate,
        seconds=percent * 108,
        decision=decision,
        credit_percent=percent,
    )


def give_credit(
    advocate: Advocate,
    minutes: int,
    day: dt.date = dt.date(2025, 5, 20),
    category: str = "law",
    delivery: DeliveryFormat = DeliveryFormat.IN_PERSON,
) -> Entry:
    """Minutes in the ledger by an officer's adjustment: the shortest way to some credit."""
    return adjust(advocate, make_category(advocate.bar, category), delivery, minutes, day, reason="test", by=None)
