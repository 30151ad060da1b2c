"""Whom to tell that a session is off, or that a place has become theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from compliance.models import Notice, NoticeState
from compliance.notices.stages import PLACE_GAINED, SESSION_OFF
from courses.models import Registration, RegistrationState, Session, SessionState

_HELD = (RegistrationState.REGISTERED, RegistrationState.WAITING)


class Told(NamedTuple):
    """How many would get an e-mail, and how many have no address: they see it on their desk alone."""

    by_email: int
    on_the_desk: int


def would_be_told(session: Session, now: dt.datetime) -> Told:
    """If the session were called off now: those with a place, and those who wait for one. Nobody once it has begun."""
    if session.starts_at <= now:
        return Told(0, 0)
    places = Registration.objects.filter(session=session, state__in=_HELD)
    counts = places.aggregate(all=Count("pk"), mailed=Count("pk", ~Q(advocate__email="")))
    return Told(counts["mailed"], counts["all"] - counts["mailed"])


def untold(now: dt.datetime) -> Iterator[tuple[str, Registration]]:
    """Places in sessions yet to come of which the advocate has to be told something, and at which stage.

    What was said about a place that was given up since does not tell of one that was asked for later. Adds ``rounds``:
    how many notices of the stage there have been.
    """
    for stage, places in _to_tell(now).items():
        notices = Notice.objects.filter(advocate=OuterRef("advocate"), session=OuterRef("session"), stage=stage)
        said = notices.annotate(said_at=Coalesce("sent_at", "due_at")).filter(
            Q(said_at__gte=OuterRef("asked_at")) | Q(state=NoticeState.DUE)
        )
        rounds = Subquery(notices.order_by("-round").values("round")[:1])
        rows = places.exclude(advocate__email="").filter(~Exists(said)).annotate(rounds=Coalesce(rounds, 0))
        yield from ((stage, place) for place in rows.select_related("advocate__bar").order_by("pk"))


def place_behind(notice: Notice, now: dt.datetime) -> Registration | None:
    """The place that a notice about a session is about, if what it says still holds."""
    rows = _to_tell(now)[notice.stage].filter(session=notice.session_id, advocate=notice.advocate_id)
    return rows.select_related("session__course", "session__bar", "advocate__bar").first()


def _to_tell(now: dt.datetime) -> dict[str, QuerySet[Registration]]:
    coming = Registration.objects.filter(session__starts_at__gt=now)
    off = coming.filter(session__state=SessionState.CANCELLED, state__in=_HELD)
    gained = coming.filter(session__state=SessionState.PLANNED, state=RegistrationState.REGISTERED, moved_up=True)
    return {SESSION_OFF: off, PLACE_GAINED: gained}
