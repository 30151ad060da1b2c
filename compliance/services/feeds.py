"""Calendar addresses: given, taken in use, taken back."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Final

from django.db import transaction
from django.db.models import Q

from advocates.acting import acting_for, finding_out
from advocates.models import Advocate
from compliance.models import CalendarFeed

BITS: Final = 256
_NOTED_EVERY: Final = dt.timedelta(hours=1)


@transaction.atomic
def give_address(advocate: Advocate, *, now: dt.datetime) -> str:
    """A new secret; the one before leads nowhere from now on. It is told this once and cannot be read again."""
    Advocate.objects.select_for_update().get(pk=advocate.pk)  # of two at once the later one counts
    take_back(advocate, now=now)
    secret = secrets.token_urlsafe(BITS // 8)
    CalendarFeed.objects.create(advocate=advocate, bar_id=advocate.bar_id, secret_sha256=digest_of(secret), made_at=now)
    return secret


def take_back(advocate: Advocate, *, now: dt.datetime) -> int:
    """Returns how many addresses were in use: one, or none."""
    return CalendarFeed.objects.in_use().filter(advocate=advocate).update(revoked_at=now)


def open_feed(secret: str, *, now: dt.datetime) -> CalendarFeed | None:
    """The feed with this secret, if it is in use. That it was used is noted, at most once an hour.

    Looked up by the digest: how long it takes says nothing about a secret that is nearly right.
    """
    rows = CalendarFeed.objects.in_use().filter(secret_sha256=digest_of(secret))
    with finding_out():
        feed = rows.select_related("advocate__bar", "advocate__user").first()
    if feed is not None and (feed.last_used_at is None or feed.last_used_at < now - _NOTED_EVERY):
        unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - _NOTED_EVERY)
        with acting_for(feed.advocate.user):
            CalendarFeed.objects.filter(unnoted, pk=feed.pk).update(last_used_at=now)
    return feed


def digest_of(secret: str) -> str:
    """The secret is 256 random bits, so one round of SHA-256 is enough: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()
