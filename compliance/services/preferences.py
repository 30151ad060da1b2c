"""An advocate's wishes about how the bar writes to them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from advocates.models import Advocate
from cle.core.clock import local_date
from compliance.models import Notice, Preferences


def unsubscribe(notice: uuid.UUID, *, now: dt.datetime) -> None:
    """The advocate whom that notice was for gets nothing optional any more; the first day on which they said so counts.

    Safe to run twice at once. The advocate takes it back among their preferences.
    """
    found = Notice.objects.filter(uuid=notice).select_related("advocate__bar").first()
    if found is None:
        return
    advocate = found.advocate
    day = local_date(now, advocate.bar.time_zone)
    defaults = {"bar_id": advocate.bar_id, "unsubscribed_on": day}
    wishes, new = Preferences.objects.get_or_create(advocate=advocate, defaults=defaults)
    if not new:
        Preferences.objects.filter(pk=wishes.pk, unsubscribed_on=None).update(unsubscribed_on=day, changed_at=now)


@transaction.atomic
def set_preferences(advocate: Advocate, **wishes: Any) -> Preferences:
    """``wishes``: any of language, reminder_days, quiet_from, quiet_until, unsubscribed_on; what is left out stays."""
    if "language" in wishes:
        advocate.language = wishes.pop("language")
        advocate.save(update_fields=["language", "updated_at"])
    if "reminder_days" in wishes and wishes["reminder_days"] is not None:
        wishes["reminder_days"] = sorted(set(wishes["reminder_days"]), reverse=True)
    made, _new = Preferences.objects.update_or_create(
        advocate=advocate, defaults=wishes, create_defaults={**wishes, "bar_id": advocate.bar_id}
    )
    return made
