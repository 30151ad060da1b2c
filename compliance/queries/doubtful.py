"""Addresses from which letters come back. They stay on file: a person finds out the right one."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef

from advocates.models import Advocate
from advocates.models.people import AdvocateQuerySet
from compliance.models import EventKind, NoticeEvent


def bounced_since(advocate: Advocate) -> dt.datetime | None:
    """When the first letter to the address of today came back, unless one has reached it since."""
    events = NoticeEvent.objects.filter(advocate=advocate, notice__address=advocate.email)
    found = {EventKind.BOUNCED: None, EventKind.DELIVERED: None}
    rows = events.filter(kind__in=found).order_by("at", "pk").values_list("kind", "at") if advocate.email else ()
    since: dt.datetime | None = None
    for kind, at in rows:
        since = None if kind == EventKind.DELIVERED else since or at
    return since


def with_doubtful_addresses(advocates: AdvocateQuerySet) -> AdvocateQuerySet:
    """Those whose last report about the address of today says that a letter came back."""
    about = NoticeEvent.objects.filter(advocate=OuterRef("pk"), notice__address=OuterRef("email"))
    back = about.filter(kind=EventKind.BOUNCED)
    later = NoticeEvent.objects.filter(
        advocate=OuterRef("advocate"), kind=EventKind.DELIVERED, at__gte=OuterRef("at"),
        notice__address=OuterRef("notice__address"),
    )  # fmt: skip
    return advocates.exclude(email="").filter(Exists(back.filter(~Exists(later))))
