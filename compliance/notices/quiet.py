"""When somebody does not want to be written to."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from cle.core.errors import Text

_DAY = dt.timedelta(days=1)
LONGEST: Final = 20 * 3600
"""Seconds a day for which anybody may ask for quiet."""


def quiet_seconds(start: dt.time, end: dt.time) -> int:
    """How long it is quiet from ``start`` to ``end``, over midnight where ``end`` is not after ``start``."""
    began, ended = (time.hour * 3600 + time.minute * 60 + time.second for time in (start, end))
    return (ended - began) % 86_400 or 86_400


def fault_of(start: dt.time | None, end: dt.time | None) -> Text:
    """What is wrong with quiet hours that somebody asks for; "" for nothing, and for none."""
    if start is None or end is None:
        return "" if start is end else _("Quiet hours have a beginning and an end.")
    return _("Quiet hours last 20 hours at the most.") if quiet_seconds(start, end) > LONGEST else ""


def after_quiet(moment: dt.datetime, start: dt.time, end: dt.time, zone: str) -> dt.datetime:
    """``moment`` itself, or the end of the quiet hours that it falls into. Start and end are local times of the zone;
    the end is quiet no more.
    """
    local = moment.astimezone(ZoneInfo(zone))
    for day in (local.date() - _DAY, local.date()):
        began = dt.datetime.combine(day, start, ZoneInfo(zone))
        ended = dt.datetime.combine(day if end > start else day + _DAY, end, ZoneInfo(zone))
        if began <= local < ended:
            return ended
    return moment
