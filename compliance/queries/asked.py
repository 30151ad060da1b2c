"""What an advocate may object to."""

from __future__ import annotations

import datetime as dt

from advocates.models import Advocate
from compliance.models import Case, Standing


def periods_to_object_to(advocate: Advocate) -> list[dt.date]:
    """First days of the periods in which the advocate stands somehow, or has a case: the newest first."""
    about = {"advocate": advocate}
    starts = Standing.objects.filter(**about).values_list("period_start", flat=True)
    cases = Case.objects.filter(**about).values_list("period_start", flat=True)
    return sorted({*starts, *cases}, reverse=True)
