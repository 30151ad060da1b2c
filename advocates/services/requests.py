"""Answers that are kept for calls sent again: for a day, since they may name people."""

from __future__ import annotations

import datetime as dt
from typing import Final

from advocates.models import IdempotentRequest

KEPT: Final = dt.timedelta(days=1)


def forget_answers(*, now: dt.datetime) -> int:
    """Delete the answers whose day is over; returns how many."""
    return IdempotentRequest.objects.filter(made_at__lt=now - KEPT).delete()[0]
