"""The roll as the office looks through it: who is in which status today, and how each stands."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from advocates.identifiers import licence_key
from advocates.models import StatusSpan
from advocates.models.people import AdvocateQuerySet
from compliance.models import Standing, StandingStatus
from compliance.queries.doubtful import with_doubtful_addresses

_STANDINGS = Standing.objects.filter(advocate=OuterRef("pk"))


def with_status(people: AdvocateQuerySet, today: dt.date) -> AdvocateQuerySet:
    """With ``status_today``, None for who has none on that day."""
    running = StatusSpan.objects.filter(advocate=OuterRef("pk"), period__contains=today)
    return people.annotate(status_today=Subquery(running.values("status")[:1]))


def with_standing(people: AdvocateQuerySet) -> AdvocateQuerySet:
    """With ``is_short``, in whichever period, and with ``newest``: the standing in the newest one."""
    newest = _STANDINGS.order_by("-period_start").values("status")[:1]
    return people.annotate(is_short=Exists(_STANDINGS.filter(status=StandingStatus.SHORT)), newest=Subquery(newest))


def standing_as(people: AdvocateQuerySet, status: str) -> AdvocateQuerySet:
    """Of people ``with_standing``: who is short in any period is short, others are as in their newest one."""
    if status == StandingStatus.SHORT:
        return people.filter(Q(is_short=True))
    return people.filter(Q(is_short=False), Q(newest=status))


def sought(people: AdvocateQuerySet, asked: dict[str, Any], today: dt.date) -> AdvocateQuerySet:
    """Whom the filters leave: name, licence, unit, status, standing, without_email, doubtful_email.

    Those not given ask nothing.
    """
    rows = with_status(people, today)
    if name := asked.get("name"):
        rows = rows.named(name)
    if licence := asked.get("licence"):
        rows = rows.filter(licence_key=licence_key(licence))
    if unit := asked.get("unit"):
        rows = rows.filter(unit=unit)
    if status := asked.get("status"):
        rows = rows.filter(Q(status_today=status))
    if asked.get("without_email"):
        rows = rows.without_email()
    if asked.get("doubtful_email"):
        rows = with_doubtful_addresses(rows)
    return rows.select_related("unit").by_name()
