"""Reading the ledger of a bar."""

from __future__ import annotations

from typing import Final

from django.db.models import Q, QuerySet

from advocates.models import Bar
from courses.models import Entry

SOURCES: Final = {
    "attendance": Q(attendance__isnull=False),
    "claim": Q(claim__isnull=False),
    "adjustment": Q(adjustment__isnull=False),
    "reversal": Q(reverses__isnull=False),
}
"""What an entry comes from: exactly one of these."""


def ledger_of(bar: Bar) -> QuerySet[Entry]:
    """The entries of the bar's advocates of today, with all that an answer about them shows; one statement."""
    return Entry.objects.for_bar(bar).select_related(
        "advocate", "category", "attendance__session__course", "claim", "reversed_by"
    )


def source_of(entry: Entry) -> str:
    """The key in ``SOURCES``."""
    if entry.reverses_id is not None:
        return "reversal"
    return "attendance" if entry.attendance_id else "claim" if entry.claim_id else "adjustment"
