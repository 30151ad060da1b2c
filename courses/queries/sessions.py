"""Reading sessions with the numbers that stand beside them."""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from advocates.models import ImportState, Outcome
from courses.models import Attendance, AttendanceLine, Registration, Session, SessionState

State = Registration.State
COMING, TO_CONFIRM, PAST, CANCELLED = "coming", "confirm", "past", "cancelled"
WHEN: Final = (COMING, TO_CONFIRM, PAST, CANCELLED)


def at_stage(rows: QuerySet[Session], stage: str, now: dt.datetime) -> QuerySet[Session]:
    """Sessions that are still to end (the next first), held and not confirmed (the longest ago first), or all held."""
    if stage == COMING:
        return rows.filter(state=SessionState.PLANNED, ends_at__gt=now).order_by("starts_at", "pk")
    if stage == TO_CONFIRM:
        return rows.filter(state=SessionState.PLANNED, ends_at__lte=now).order_by("starts_at", "pk")
    if stage == CANCELLED:
        return rows.filter(state=SessionState.CANCELLED).order_by("-starts_at", "-pk")
    held = rows.exclude(state=SessionState.CANCELLED).filter(ends_at__lte=now)
    return held.order_by("-starts_at", "-pk")


def with_open_names(rows: QuerySet[Session]) -> QuerySet[Session]:
    """With ``open_names``: lines of applied reports on which a person has yet to decide."""
    lines = AttendanceLine.objects.filter(session=OuterRef("pk"), outcome=Outcome.AMBIGUOUS, resolved_at=None)
    counted = lines.filter(file__state=ImportState.APPLIED).order_by().values("session").annotate(number=Count("pk"))
    return rows.annotate(open_names=Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), 0))


def with_numbers(rows: QuerySet[Session]) -> QuerySet[Session]:
    """Sessions with ``registered``, ``waiting`` and ``present``: people, not counting what was cancelled or voided."""
    places = Registration.objects.filter(session=OuterRef("pk"))
    there = Attendance.objects.filter(session=OuterRef("pk"), voided_at=None)
    return rows.select_related("course", "bar").annotate(
        registered=_number(places.filter(state=State.REGISTERED)),
        waiting=_number(places.filter(state=State.WAITING)),
        present=_number(there),
    )


def _number(rows: QuerySet[Registration] | QuerySet[Attendance]) -> Coalesce:
    counted = rows.order_by().values("session").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
