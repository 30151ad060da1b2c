"""How many advocates of a bar stand how, by unit and by what is missing; and the periods there are figures of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Max

from compliance.models import Standing
from compliance.models.standings import StandingStatus
from compliance.statistics.suppression import list_without_small, without_small

Counts = tuple[int | None, ...]

STATUSES = tuple(StandingStatus.values)

_LACKING = """
    SELECT a.bar_id, s.period_start, h.codes[n], count(*) FILTER (WHERE s.figures[3 * n] > 0), count(*)
      FROM compliance_standing s
      JOIN advocates_advocate a ON a.id = s.advocate_id
      JOIN compliance_headings h ON h.id = s.headings_id
     CROSS JOIN LATERAL generate_subscripts(h.codes, 1) AS n
     WHERE a.bar_id = ANY(%s) AND (%s::date IS NULL OR s.period_start = %s) AND h.codes[n] <> 'total'
     GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class PeriodOfBar:
    """A period in which advocates of the bar stand somehow; ``due_on`` is the last of their deadlines."""

    bar_id: int
    start: dt.date
    end: dt.date
    due_on: dt.date

    def closed(self, today: dt.date) -> bool:
        return self.due_on < today


@dataclass(frozen=True, slots=True)
class Lacking:
    """A requirement: how many lack something of it, of how many to whom it applies."""

    code: str
    missing: int | None
    of: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Advocates by standing (in the order of STATUSES) and unit (None: in none); None is what is not shown."""

    total: int | None
    by_status: Counts
    units: tuple[tuple[int | None, str, int | None, Counts], ...]
    lacking: tuple[Lacking, ...]


Key = tuple[int, dt.date]


def periods_of_bars(bars: Collection[int]) -> list[PeriodOfBar]:
    """By bar, the newest period first."""
    rows = Standing.objects.filter(advocate__bar__in=bars).values_list("advocate__bar", "period_start")
    dated = rows.annotate(end=Max("period_end"), due=Max("due_on")).order_by("advocate__bar", "-period_start")
    return [PeriodOfBar(*row) for row in dated]


def figures_of(bars: Collection[int], smallest: int, period_start: dt.date | None = None) -> dict[Key, Figures]:
    """The figures of each bar and period, counts below ``smallest`` left out (1: none), in two statements.

    Whoever may see more than one of the tables sees the same counts left out in each: those of the whole bar are the
    sums of those by unit.
    """
    lacking = _lacking(bars, period_start)
    return {key: _figures(units, lacking.get(key, []), smallest) for key, units in _units(bars, period_start).items()}


def _units(bars: Collection[int], period_start: dt.date | None) -> dict[Key, dict[tuple[Any, str], list[int]]]:
    rows = Standing.objects.filter(advocate__bar__in=bars)
    if period_start is not None:
        rows = rows.filter(period_start=period_start)
    columns = ("advocate__bar", "period_start", "advocate__unit", "advocate__unit__name", "status")
    found: dict[Key, dict[tuple[Any, str], list[int]]] = {}
    for bar, start, unit, name, status, count in rows.values_list(*columns).annotate(count=Count("pk")):
        counts = found.setdefault((bar, start), {}).setdefault((unit, name or ""), [0] * len(STATUSES))
        counts[STATUSES.index(status)] = count
    return found


def _lacking(bars: Collection[int], period_start: dt.date | None) -> dict[Key, list[tuple[str, int, int]]]:
    found: dict[Key, list[tuple[str, int, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LACKING, [list(bars), period_start, period_start])
        for bar, start, code, missing, of in cursor.fetchall():
            found.setdefault((bar, start), []).append((code, missing, of))
    return found


def _figures(
    units: dict[tuple[Any, str], list[int]], lacking: Sequence[tuple[str, int, int]], smallest: int
) -> Figures:
    named = sorted(units, key=lambda unit: (unit[1] == "", unit[1]))
    shown = without_small([units[unit] for unit in named], smallest)
    rows = tuple(
        (key, name, total, counts)
        for (key, name), total, counts in zip(named, shown.of_rows, shown.counts, strict=True)
    )
    needs = tuple(_requirement(*row, smallest, shown.total is not None) for row in lacking)
    return Figures(shown.total, shown.of_columns, rows, needs)


def _requirement(code: str, missing: int, of: int, smallest: int, total_is_shown: bool) -> Lacking:
    """Nothing is said of it where the number of people is left out elsewhere, for here it would stand again."""
    (few, _met), total = list_without_small([missing, of - missing], smallest)
    return Lacking(code, few, total) if total_is_shown else Lacking(code, None, None)
