"""What advocates wish about reminders, read along with what they are reminded of."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from advocates.models import Advocate
from compliance.models import Preferences
from compliance.models.standings import StandingQuerySet
from compliance.notices.quiet import after_quiet
from compliance.notices.stages import is_optional

FURTHEST = 365
"""Days ahead of a due date that anybody may ask to be reminded."""


def chosen_days(advocate: Advocate) -> tuple[int, ...] | None:
    """Days before the due date on which the advocate wants reminders; None for those of the rules."""
    wished = wishes_of(advocate).reminder_days
    return None if wished is None else tuple(wished)


def near(standings: StandingQuerySet, today: dt.date, usual: int) -> StandingQuerySet:
    """Due within ``usual`` days, or of somebody who has chosen the days and may have chosen earlier ones."""
    soon = Q(due_on__lte=today + dt.timedelta(days=usual))
    chosen = Q(advocate__preferences__reminder_days__isnull=False, due_on__lte=today + dt.timedelta(days=FURTHEST))
    return standings.filter(soon | chosen).select_related("advocate__preferences")


def wishes_of(advocate: Advocate) -> Preferences:
    """Those of somebody who has not said any are empty."""
    said: Preferences | None = getattr(advocate, "preferences", None)
    return said or Preferences()


def kept_wishes(advocate: Advocate) -> Preferences:
    """As ``wishes_of``, asked of the database."""
    return Preferences.objects.filter(advocate=advocate).first() or Preferences(advocate=advocate)


def awake(advocate: Advocate, stage: str, moment: dt.datetime, zone: str, *, statutory: bool = False) -> dt.datetime:
    """The first time from ``moment`` on at which the advocate may be written to. Statutory notices heed no quiet."""
    wishes = wishes_of(advocate)
    if not is_optional(stage, statutory=statutory) or wishes.quiet_from is None or wishes.quiet_until is None:
        return moment
    return after_quiet(moment, wishes.quiet_from, wishes.quiet_until, zone)


def has_unsubscribed(advocate: Advocate, stage: str, *, statutory: bool = False) -> bool:
    """Whether the advocate has stopped letters of that kind. Statutory notices cannot be stopped."""
    return is_optional(stage, statutory=statutory) and wishes_of(advocate).unsubscribed_on is not None
