"""Suspensions that add up within a window of months (Law No. 176-VI, Art. 44(4)(5)), from the dated history.

The register keeps a status and, in words, the ground; which of them count, the rulebook says.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from advocates.models import Advocate, Bar, StatusSpan
from compliance.queries.rules import rules_of
from compliance.rules.calendar import add_months
from compliance.rules.enforcing import InWindow, Suspension, in_window
from compliance.rules.language.enforcement import SuspensionWindow


def window_of(bar: Bar, day: dt.date) -> SuspensionWindow | None:
    """By the rules in force on a day; None where they count nothing."""
    era = rules_of(bar).at(day)
    return era.rulebook.enforcement.suspensions if era and era.rulebook.enforcement else None


def suspensions_of(advocate: Advocate, rule: SuspensionWindow | None, today: dt.date) -> InWindow | None:
    if rule is None:
        return None
    rows = StatusSpan.objects.filter(advocate=advocate, status__in=_statuses(rule))
    return in_window(rule, _history(rows), today)


def near_the_limit(bar: Bar, rule: SuspensionWindow, today: dt.date) -> Iterator[tuple[Advocate, InWindow]]:
    """The bar's own advocates for whom the warning holds today, by name, in one statement."""
    rows = StatusSpan.objects.filter(
        advocate__bar=bar, status__in=_statuses(rule), period__startswith__gte=add_months(today, -rule.months)
    ).select_related("advocate")
    found: defaultdict[Advocate, list[StatusSpan]] = defaultdict(list)
    for row in rows.order_by("advocate__family_name", "advocate", "period"):
        found[row.advocate].append(row)
    for advocate, spans in found.items():
        counted = in_window(rule, _history(spans), today)
        if counted.warn:
            yield advocate, counted


def _statuses(rule: SuspensionWindow) -> set[str]:
    return {each.status for each in rule.counts}


def _history(rows: Iterable[Any]) -> list[Suspension]:
    return [
        Suspension(row.period.lower, row.status, row.ground, row.period.upper, row.document)
        for row in rows
        if row.period.lower is not None
    ]
