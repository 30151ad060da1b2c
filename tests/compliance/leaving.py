"""Advocates who left their bar, and have nothing waiting there."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from advocates.models import Advocate, Membership, StatusSpan, Withdrawal
from tests.factories import make_user

LEFT_ON = dt.date(2020, 1, 31)


def leave(someone: Advocate, day: dt.date = LEFT_ON) -> None:
    """End membership and status on that day, past the services; every withdrawal is answered."""
    with connection.cursor() as cursor:
        for model in (Membership, StatusSpan):
            sql = f"UPDATE {model._meta.db_table} SET period = daterange(lower(period), %s) WHERE advocate_id = %s"
            cursor.execute(sql, [day, someone.pk])
    waiting = Withdrawal.objects.filter(advocate=someone, answered_at=None)
    waiting.update(answered_at=dt.datetime(2026, 11, 26, tzinfo=dt.UTC), answer="stopped", answered_by=make_user())
