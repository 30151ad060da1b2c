"""What stands in an advocate's calendar."""

from __future__ import annotations

import datetime as dt
from typing import Final

from advocates.models import Advocate
from compliance.models import CalendarFeed, Standing
from courses.models import Registration, RegistrationState

KEPT: Final = dt.timedelta(days=90)
"""How long what is over stays in the calendar."""


def places_of(advocate: Advocate, now: dt.datetime) -> list[Registration]:
    """Places in sessions, and in waiting lists, of sessions that are not long over; cancelled sessions too."""
    rows = Registration.objects.filter(advocate=advocate, session__ends_at__gte=now - KEPT)
    rows = rows.exclude(state=RegistrationState.CANCELLED).select_related("session__course", "session__bar")
    return list(rows.order_by("session__starts_at", "pk"))


def deadlines_of(advocate: Advocate, today: dt.date) -> list[Standing]:
    """Periods in which hours are still missing and whose due date is not long past."""
    rows = Standing.objects.missing_hours().filter(advocate=advocate, due_on__gte=today - KEPT)
    return list(rows.order_by("due_on", "pk"))


def feed_of(advocate: Advocate) -> CalendarFeed | None:
    """The address that is in use; what it is was told once, and is known no more."""
    return CalendarFeed.objects.in_use().filter(advocate=advocate).first()
