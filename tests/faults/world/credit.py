"""Courses of a day that are held, attended and confirmed at once: here nobody is killed over reports."""

from __future__ import annotations

import datetime as dt

from advocates.models import Advocate, Bar
from courses.models import Attendance, Decision, Session
from courses.services.sessions import confirm_session
from tests.faults.people import COURSES, Group, course_of, drawn


def post_courses(national: Bar, day: dt.date) -> None:
    """The sessions of a day, one in each bar for each group."""
    for group in COURSES:
        if group.day == day:
            _post(national, group)


def _post(national: Bar, group: Group) -> None:
    course = course_of(national, group)
    people: dict[int, list[Advocate]] = {}
    for person in Advocate.objects.filter(pk__in=drawn(group.first, group.last)).order_by("pk"):
        people.setdefault(person.bar_id, []).append(person)
    starts = dt.datetime.combine(group.day, dt.time(4), dt.UTC)
    for bar_id, members in people.items():
        session = Session.objects.create(
            bar_id=bar_id, course=course, starts_at=starts, ends_at=starts + dt.timedelta(hours=9)
        )
        Attendance.objects.bulk_create(
            Attendance(
                bar_id=bar_id,
                session=session,
                advocate=person,
                seconds=32400,
                decision=Decision.FULL,
                credit_percent=100,
            )
            for person in members
        )
        confirm_session(session, by=None, now=starts + dt.timedelta(hours=12))
