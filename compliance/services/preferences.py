"""An advocate's wishes about how the bar writes to them."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from advocates.models import Advocate
from compliance.models import Preferences


@transaction.atomic
def set_preferences(advocate: Advocate, **wishes: Any) -> Preferences:
    """``wishes``: any of language, reminder_days, quiet_from, quiet_until; what is left out stays as it is."""
    if "language" in wishes:
        advocate.language = wishes.pop("language")
        advocate.save(update_fields=["language", "updated_at"])
    if "reminder_days" in wishes and wishes["reminder_days"] is not None:
        wishes["reminder_days"] = sorted(set(wishes["reminder_days"]), reverse=True)
    made, _new = Preferences.objects.update_or_create(
        advocate=advocate, defaults=wishes, create_defaults={**wishes, "bar_id": advocate.bar_id}
    )
    return made
