"""Reading sessions with the numbers that stand beside them."""

from __future__ import annotations

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.models import Attendance, Registration, Session

State = Registration.State


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
