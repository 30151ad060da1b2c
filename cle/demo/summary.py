"""The demo in figures: per bar and in all, counted from the database, so that a second run prints the same."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count

from advocates.models import Advocate, Bar
from compliance.models import Certificate, Notice, NoticeState, Standing
from courses.models import Entry

COLUMNS = ("advocates", "credits", "compliant", "short", "exempt", "no_email", "notices_sent", "certificates_issued")


def summarise(bars: dict[str, Bar], period_start: dt.date) -> list[dict[str, Any]]:
    """One row of counts per bar: ``credits`` are ledger entries, standings those of the period that has just ended."""
    standings = Standing.objects.filter(period_start=period_start)
    counts = {
        "advocates": _by_bar(Advocate.objects.all(), "bar_id"),
        "credits": _by_bar(Entry.objects.order_by(), "advocate__bar_id"),
        "compliant": _by_bar(standings.filter(status="compliant"), "advocate__bar_id"),
        "short": _by_bar(standings.filter(status="short"), "advocate__bar_id"),
        "exempt": _by_bar(standings.filter(status="exempt"), "advocate__bar_id"),
        "no_email": _by_bar(Advocate.objects.without_email(), "bar_id"),
        "notices_sent": _by_bar(Notice.objects.filter(state=NoticeState.SENT).order_by(), "advocate__bar_id"),
        "certificates_issued": _by_bar(Certificate.objects.order_by(), "advocate__bar_id"),
    }
    return [
        {"code": code, "name": bar.name_en, **{key: counts[key].get(bar.pk, 0) for key in COLUMNS}}
        for code, bar in sorted(bars.items())
    ]


def total(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {key: sum(row[key] for row in rows) for key in COLUMNS}


def _by_bar(rows: Any, key: str) -> dict[int, int]:
    return dict(rows.values_list(key).annotate(number=Count("pk")))
