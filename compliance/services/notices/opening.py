"""Proof that a notice was read."""

from __future__ import annotations

import datetime as dt

from advocates.models import User
from compliance.models import Notice, NoticeOpening


def note_opening(notice: Notice, *, by: User, now: dt.datetime) -> NoticeOpening:
    """The first time counts; every later one changes nothing. Safe to run twice at once."""
    fields = {"advocate_id": notice.advocate_id, "bar_id": notice.bar_id, "by": by, "at": now}
    return NoticeOpening.objects.get_or_create(notice=notice, defaults=fields)[0]
