"""What is a provider's own: courses, sessions, rosters, statements that nobody came, and the minutes posted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, QuerySet, Sum, Value, When

from advocates.acting import beyond_the_wall
from advocates.models import ImportState
from cle.core.clock import local_midnight
from courses.models import AttendanceFile, Course, Entry, NilReturn, Provider, Session, SessionState

ROSTER, NIL, DUE, NONE = "roster", "nil", "due", "none"
"""What there is about a session, or is due, or is not asked for: not held yet, called off, or confirmed by the bar."""


def courses_of(provider: Provider) -> QuerySet[Course]:
    return Course.objects.for_bar(provider.bar_id).filter(provider=provider)


def sessions_of(provider: Provider, now: dt.datetime) -> QuerySet[Session]:
    """With ``report``: what the provider has posted about a session, or still has to."""
    rows = Session.objects.for_bar(provider.bar_id).filter(course__provider=provider).select_related("course", "bar")
    posted = rosters_of(provider).filter(session=OuterRef("pk")).exclude(state=ImportState.DISCARDED)
    said = NilReturn.objects.filter(session=OuterRef("pk"), withdrawn_at=None)
    return rows.annotate(
        report=Case(
            When(Exists(posted), then=Value(ROSTER)),
            When(Exists(said), then=Value(NIL)),
            When(state__in=[SessionState.CANCELLED, SessionState.CONFIRMED], then=Value(NONE)),
            When(ends_at__lte=now, then=Value(DUE)),
            default=Value(NONE),
        )
    )


def sessions_between(provider: Provider, first: dt.date, last: dt.date) -> QuerySet[Session]:
    """Those that begin on the days from ``first`` to ``last``, of the bar's time zone, both included."""
    zone = provider.bar.time_zone
    days = local_midnight(first, zone), local_midnight(last + dt.timedelta(days=1), zone)
    rows = Session.objects.for_bar(provider.bar_id).filter(course__provider=provider)
    return rows.filter(starts_at__gte=days[0], starts_at__lt=days[1])


def overdue_of(provider: Provider, now: dt.datetime) -> QuerySet[Session]:
    """Sessions that were held, and not confirmed, of which neither a roster nor a nil return is there."""
    rows: Any = sessions_of(provider, now)
    overdue: QuerySet[Session] = rows.filter(report=DUE)
    return overdue


def rosters_of(provider: Provider) -> QuerySet[AttendanceFile]:
    """The reports that the provider has posted; what the bar's staff have uploaded is not among them."""
    return AttendanceFile.objects.for_bar(provider.bar_id).filter(provider=provider).defer("content")


@beyond_the_wall("sums of what was posted for a provider's own sessions")
def postings_of(provider: Provider, first: dt.date, last: dt.date) -> list[dict[str, Any]]:
    """By session: people and credit minutes that stand in the ledger for the days from ``first`` to ``last``.

    Fees per posted hour are reckoned from these: ten people of ninety minutes are fifteen hours.
    """
    rows = Entry.objects.filter(
        attendance__session__course__provider=provider, reversed_by=None, earned_on__range=(first, last)
    )
    by_session = rows.values("attendance__session", "attendance__session__course__number", "earned_on")
    counted = by_session.annotate(people=Count("advocate", distinct=True), total=Sum("minutes"))
    return [
        {
            "session": row["attendance__session"], "course_number": row["attendance__session__course__number"],
            "earned_on": row["earned_on"], "people": row["people"], "minutes": row["total"],
        }
        for row in counted.order_by("earned_on", "attendance__session")
    ]  # fmt: skip
