"""The only readers of the clock. Everything below is given ``now`` or ``today``."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> dt.datetime:
    return timezone.now()


def local_date(moment: dt.datetime, zone: str) -> dt.date:
    """The calendar day at ``moment`` in an IANA zone; deadlines are local days, not UTC days."""
    return moment.astimezone(ZoneInfo(zone)).date()


def local_midnight(day: dt.date, zone: str) -> dt.datetime:
    """The first instant of ``day`` in an IANA zone."""
    return dt.datetime.combine(day, dt.time(), ZoneInfo(zone))
