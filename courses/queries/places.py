"""Which sessions an advocate may take part in."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from advocates.acting import beyond_the_wall
from advocates.models import Advocate, Bar
from courses.models import Attendance, Registration, Session
from courses.queries.catalogue import Wanted, coming_sessions

ALL: Final = Wanted()


def sessions_open_to(advocate: Advocate) -> QuerySet[Session]:
    """Those of the advocate's own bar and of the bars above it; see ``docs`` for why not those of other bars."""
    return Session.objects.filter(bar__in=Bar.objects.above(advocate.bar))


def registrations_of(advocate: Advocate) -> QuerySet[Registration]:
    """Every one the advocate ever had, each with its ``place_in_line``: 1 for the first of a waiting list."""
    waiting = Registration.objects.filter(session=OuterRef("session"), state=Registration.State.WAITING)
    before = waiting.filter(
        Q(asked_at__lt=OuterRef("asked_at")) | Q(asked_at=OuterRef("asked_at"), pk__lte=OuterRef("pk"))
    )
    counted = before.order_by().values("session").annotate(n=Count("pk")).values("n")
    rows = Registration.objects.filter(advocate=advocate)
    place = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    return rows.annotate(place_in_line=place).select_related("session__course", "session__bar")


def yet_to_come(advocate: Advocate, now: dt.datetime, wanted: Wanted = ALL) -> QuerySet[Session]:
    """Coming sessions of accredited courses that are open to the advocate, each with how many places are ``taken``."""
    return counted(coming_sessions(now, wanted).filter(bar__in=Bar.objects.above(advocate.bar)))


def catalogue_of(advocate: Advocate, now: dt.datetime, wanted: Wanted) -> QuerySet[Session]:
    """The same, each with what it gives."""
    return with_what_they_give(yet_to_come(advocate, now, wanted))


def with_what_they_give(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Each with its bar, its course, who teaches it, and its agenda by category: in two statements more."""
    rows = sessions.select_related("bar", "course__bar", "course__provider")
    return rows.prefetch_related("course__segments__category")


def counted(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Each with how many places are ``taken``."""
    places = Registration.objects.filter(session=OuterRef("pk"), state=Registration.State.REGISTERED)
    taken = places.order_by().values("session").annotate(n=Count("pk")).values("n")
    return sessions.annotate(taken=Coalesce(Subquery(taken, output_field=IntegerField()), 0))


def offered_to(advocate: Advocate, now: dt.datetime, last: dt.date) -> QuerySet[Session]:
    """Of those, until that day, with a place left, and of courses at which the advocate has not been yet."""
    been = Attendance.objects.filter(advocate=advocate, voided_at=None).values("session__course")
    rows = catalogue_of(advocate, now, Wanted(last=last)).exclude(course__in=been)
    return rows.filter(Q(capacity=None) | Q(capacity__gt=F("taken")))


def held_places(advocate: Advocate, now: dt.datetime) -> QuerySet[Session]:
    """Sessions yet to come in which the advocate has a place, the soonest first, with what they give."""
    mine = Registration.objects.filter(advocate=advocate, state=Registration.State.REGISTERED).values("session")
    rows = coming_sessions(now, Wanted()).filter(pk__in=mine)
    return with_what_they_give(rows).order_by("starts_at", "pk")


@beyond_the_wall("places taken by others, and the next one in the waiting list")
def next_places(advocate: Advocate, now: dt.datetime) -> list[Registration]:
    """Places, and places in waiting lists, in sessions that are not over, the soonest first: those called off too."""
    rows = registrations_of(advocate).exclude(state=Registration.State.CANCELLED).filter(session__ends_at__gt=now)
    return list(rows.prefetch_related("session__course__segments__category").order_by("session__starts_at", "pk"))
