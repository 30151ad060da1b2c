"""Telling people about their sessions: a row for each notice, which then goes the way of all notices."""

from __future__ import annotations

import datetime as dt
from typing import Any

from compliance.models import Notice, NoticeChannel, NoticeState
from compliance.queries.session_notices import untold
from compliance.services.notices.ledger import note_planned


def plan_session_notices(*, now: dt.datetime) -> int:
    """A notice, due at once, for each who is to be told that a session is off or that a place is theirs.

    Returns how many are new: one per advocate, session and stage, and another for a place that was given up, asked for
    and gained once more. At most six statements; safe to run twice at once, and never too late: what was missed is
    found by the next run, until the session would begin.
    """
    planned = [_notice(place, stage, now) for stage, place in untold(now)]
    if not planned:
        return 0
    Notice.objects.bulk_create(planned, ignore_conflicts=True)
    note_planned(now)
    return Notice.objects.filter(uuid__in=[notice.uuid for notice in planned]).count()


def _notice(place: Any, stage: str, now: dt.datetime) -> Notice:
    """``place``: a row of ``untold``."""
    advocate = place.advocate
    return Notice(
        bar=advocate.bar, advocate=advocate, session_id=place.session_id, stage=stage, round=place.rounds + 1,
        due_at=now,
        channel=NoticeChannel.EMAIL, state=NoticeState.DUE, language=advocate.language or advocate.bar.language,
    )  # fmt: skip
