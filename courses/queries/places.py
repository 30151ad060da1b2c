"""Which sessions an advocate may take part in."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from advocates.models import Advocate, Bar
from courses.models import Registration, Session, SessionState


def sessions_open_to(advocate: Advocate) -> QuerySet[Session]:
    """Those of the advocate's own bar and of the bars above it; see ``docs`` for why not those of other bars."""
    return Session.objects.filter(bar__in=Bar.objects.above(advocate.bar))


def yet_to_come(sessions: QuerySet[Session], now: dt.datetime) -> QuerySet[Session]:
    """Planned and not begun, each with how many places are ``taken``."""
    taken = Count("registrations", Q(registrations__state=Registration.State.REGISTERED))
    return sessions.filter(state=SessionState.PLANNED, starts_at__gt=now).annotate(taken=taken)


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
