"""What anybody may take part in: approved courses whose accreditation holds, and their coming sessions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet

from advocates.models import Bar
from courses.models import Category, Course, CourseState, DeliveryFormat, Segment, Session, SessionState


class LocalDay(Func):
    """The calendar day of a moment in the time zone that a column names."""

    template = "(timezone(%(expressions)s))::date"
    output_field = DateField()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; "" or None where it does not matter. Categories, formats and bars by their codes."""

    category: str = ""
    format: str = ""
    bar: str = ""
    text: str = ""
    language: str = ""
    place: str = ""
    first: dt.date | None = None
    last: dt.date | None = None

    def of_course(self, course: str = "") -> Q:
        """The conditions on a course, or on the course of a row by the way to it ("course__")."""
        found = Q()
        if self.category:
            parts = Segment.objects.filter(course=OuterRef(f"{course}pk"), category__code=self.category)
            found &= Q(Exists(parts))
        if self.format:
            found &= Q(**{f"{course}format": DeliveryFormat[self.format.upper()]})
        if self.bar:
            found &= Q(**{f"{course}bar__code": self.bar})
        names = ("name_kk", "name_ru", "name_en", "provider__name_kk", "provider__name_ru", "provider__name_en")
        for word in self.text.split():
            said = Q()
            for name in names:
                said |= Q(**{f"{course}{name}__icontains": word})
            found &= said
        return found


def courses_on_offer(today: dt.date, wanted: Wanted) -> QuerySet[Course]:
    """Approved courses whose accreditation holds on the day."""
    return Course.objects.accredited_on(today).filter(wanted.of_course(), state=CourseState.APPROVED)


def coming_sessions(now: dt.datetime, wanted: Wanted) -> QuerySet[Session]:
    """Planned sessions that have not begun, of approved courses that are accredited on the day of the session.

    Days are those of the bar that holds the session.
    """
    rows = Session.objects.filter(state=SessionState.PLANNED, starts_at__gt=now, course__state=CourseState.APPROVED)
    rows = rows.annotate(local_day=LocalDay(F("bar__time_zone"), F("starts_at"))).filter(
        Q(course__accredited_until=None) | Q(course__accredited_until__gte=F("local_day")),
        wanted.of_course("course__"),
        course__accredited_from__lte=F("local_day"),
    )
    if wanted.language:
        rows = rows.filter(language=wanted.language)
    if wanted.place:
        rows = rows.filter(place__icontains=wanted.place)
    if wanted.first:
        rows = rows.filter(local_day__gte=wanted.first)
    if wanted.last:
        rows = rows.filter(local_day__lte=wanted.last)
    return rows


def categories_at(bar: Bar) -> QuerySet[Category]:
    """Those kept by the bar or one above it, in the order in which they were made."""
    return Category.objects.filter(bar__in=Bar.objects.above(bar)).order_by("pk")
