"""Sessions held and confirmed, periods closed, and certificates issued for them. Everything is invented."""

from __future__ import annotations

import datetime as dt

from advocates.models import Advocate, Bar
from compliance.models import Certificate
from compliance.services.certificates import issue_for_period, issue_for_session
from courses.models import Session
from courses.services.sessions import confirm_session
from tests.compliance.rows import START, make_standing
from tests.factories import UTC, make_advocate, make_attendance, make_course, make_session

ISSUED = dt.datetime(2026, 12, 31, 20, 30, tzinfo=UTC)
"""Half past one on New Year's night in Almaty: a year later than in UTC."""


def held(bar: Bar, *people: Advocate, percent: int = 100, minutes: dict[str, int] | None = None) -> Session:
    """A confirmed session of 180 minutes that these people attended, with its credit posted."""
    session = make_session(make_course(bar, minutes))
    for person in people:
        make_attendance(session, person, percent)
    confirm_session(session, by=None, now=ISSUED)
    return session


def crowd(bar: Bar, size: int) -> list[Advocate]:
    return [make_advocate(bar) for _ in range(size)]


def attended(person: Advocate, *, bar: Bar | None = None) -> Certificate:
    """A certificate of attendance, issued by that bar or the person's own."""
    issue_for_session(held(bar or person.bar, person), now=ISSUED)
    return Certificate.objects.filter(advocate=person, kind="attendance").latest("pk")


def passed(person: Advocate) -> Certificate:
    """A certificate of compliance for 2026; the bar needs a rulebook."""
    make_standing(person, "compliant")
    issue_for_period(person.bar, START, now=ISSUED + dt.timedelta(days=1))
    return Certificate.objects.get(advocate=person, kind="compliance")


def numbers(bar: Bar) -> list[int]:
    return list(Certificate.objects.filter(bar=bar).order_by("number").values_list("number", flat=True))
