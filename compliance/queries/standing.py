"""Where the advocates of some bars stand in a period: by status, bar and unit, what is lacking, and since when they
meet the requirements. Exact counts, for those who may read the standings themselves; ``statistics`` is for the others.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db import connection
from django.db.models import Count, Max, Sum

from advocates.models import ENDED
from compliance.models import Standing, StandingStatus
from compliance.models.standings import StandingQuerySet
from compliance.queries.cases import licensed

LACKING = (StandingStatus.SHORT, StandingStatus.AT_RISK, StandingStatus.ON_TRACK)

# As ``licensed``: the lists behind the figures do not have them either.
_LICENSED = """
    NOT EXISTS (SELECT FROM advocates_statusspan gone
                 WHERE gone.advocate_id = s.advocate_id AND gone.period @> %(today)s::date
                   AND gone.status = ANY(%(ended)s))
"""

_LACKING = f"""
    SELECT h.codes[n], count(*) FILTER (WHERE s.figures[3 * n] > 0), count(*), sum(s.figures[3 * n])::bigint
      FROM compliance_standing s
      JOIN advocates_advocate a ON a.id = s.advocate_id
      JOIN compliance_headings h ON h.id = s.headings_id
     CROSS JOIN LATERAL generate_subscripts(h.codes, 1) AS n
     WHERE a.bar_id = ANY(%(bars)s) AND (%(units)s::bigint[] IS NULL OR a.unit_id = ANY(%(units)s))
       AND s.period_start = %(start)s AND s.status <> 'exempt' AND {_LICENSED}
     GROUP BY 1 ORDER BY h.codes[n] <> 'total', 1
"""  # noqa: S608

# The day on which the entries of the period, reversals included, first came to the total. Where they never do, though
# the requirements are met (hours carried over from before), the day of the last entry; the first day without any.
_MET = f"""
    WITH met AS (
        SELECT s.advocate_id, s.required, s.period_start
          FROM compliance_standing s
          JOIN advocates_advocate a ON a.id = s.advocate_id
         WHERE a.bar_id = ANY(%(bars)s) AND (%(units)s::bigint[] IS NULL OR a.unit_id = ANY(%(units)s))
           AND s.period_start = %(start)s AND s.status = 'compliant' AND {_LICENSED}
    ), earned AS (
        SELECT e.advocate_id, e.earned_on, met.required, sum(sum(e.minutes)) OVER so_far AS minutes
          FROM courses_entry e JOIN met USING (advocate_id)
         WHERE e.earned_on BETWEEN %(start)s AND %(last)s
         GROUP BY e.advocate_id, e.earned_on, met.required
        WINDOW so_far AS (PARTITION BY e.advocate_id ORDER BY e.earned_on)
    ), dated AS (
        SELECT met.advocate_id,
               coalesce(min(earned.earned_on) FILTER (WHERE earned.minutes >= earned.required),
                        max(earned.earned_on), met.period_start) AS day
          FROM met LEFT JOIN earned USING (advocate_id)
         GROUP BY met.advocate_id, met.period_start
    )
    SELECT day, count(*) FROM dated GROUP BY day ORDER BY day
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Whose:
    """Keys of bars and, where not everybody of them is meant, of units."""

    bars: tuple[int, ...]
    units: tuple[int, ...] | None = None

    def standings(self) -> StandingQuerySet:
        rows = Standing.objects.filter(advocate__bar__in=self.bars)
        return rows if self.units is None else rows.filter(advocate__unit__in=self.units)


@dataclass(frozen=True, slots=True)
class Dates:
    """A period with the last of its deadlines, and the last of the days from which a petition is possible."""

    start: dt.date
    end: dt.date
    due_on: dt.date
    petition_from: dt.date


@dataclass(frozen=True, slots=True)
class Group:
    """Advocates by how they stand, of a bar or a unit: ``key`` is None for those in no unit; ``missing`` in minutes."""

    key: int | None
    name: str
    counts: dict[str, int]
    missing: int

    @property
    def advocates(self) -> int:
        return sum(self.counts.values())

    @property
    def short(self) -> int:
        return self.counts[StandingStatus.SHORT]

    @property
    def lacking(self) -> int:
        """Late or not, something is missing."""
        return sum(self.counts[status] for status in LACKING)

    @property
    def obliged(self) -> int:
        """Those who have to meet the requirements: all but the exempt."""
        return self.advocates - self.counts[StandingStatus.EXEMPT]

    @property
    def percent_met(self) -> int | None:
        return percent(self.counts[StandingStatus.COMPLIANT], self.obliged)


@dataclass(frozen=True, slots=True)
class Lack:
    """A requirement: how many lack something of it, of how many to whom it applies, and how many minutes together."""

    code: str
    people: int
    of: int
    missing: int


@dataclass(frozen=True, slots=True)
class Point:
    """How many had met the requirements by the end of a day, of how many who have to."""

    day: dt.date
    met: int
    of: int

    @property
    def share(self) -> float:
        return 100 * self.met / self.of if self.of else 0.0


def percent(part: int, whole: int) -> int | None:
    """Rounded down, so that 100 is said of all alone; None of nothing."""
    return part * 100 // whole if whole else None


def periods_of(whose: Whose) -> list[Dates]:
    """The newest first."""
    ends = {"end": Max("period_end"), "due": Max("due_on"), "petition": Max("petition_from")}
    rows = whose.standings().order_by("-period_start").values_list("period_start").annotate(**ends)
    return [Dates(*row) for row in rows]


def groups_of(whose: Whose, start: dt.date, by: str, today: dt.date) -> list[Group]:
    """The standings of a period of those who have a licence, by "bar" or by "unit", in one statement. Names of bars are
    left to others."""
    columns = ("advocate__bar", "advocate__bar__code") if by == "bar" else ("advocate__unit", "advocate__unit__name")
    rows = licensed(whose.standings().filter(period_start=start), today).values_list(*columns, "status")
    found: dict[Any, Group] = {}
    for key, name, status, number, missing in rows.annotate(Count("pk"), Sum("missing")):
        group = found.get(key) or Group(key, name or "", dict.fromkeys(StandingStatus.values, 0), 0)
        found[key] = Group(key, group.name, {**group.counts, status: number}, group.missing + missing)
    return sorted(found.values(), key=lambda group: (-group.short, -group.lacking, group.name))


def together(groups: Collection[Group]) -> Group:
    counts = {status: sum(group.counts[status] for group in groups) for status in StandingStatus.values}
    return Group(None, "", counts, sum(group.missing for group in groups))


def lacking_of(whose: Whose, start: dt.date, today: dt.date) -> list[Lack]:
    """The total first, then the requirements by their codes; those who are exempt are not counted."""
    return [Lack(*row) for row in _asked(_LACKING, whose, today, start=start)]


def curve_of(whose: Whose, dates: Dates, of: int, today: dt.date) -> list[Point]:
    """Who meets the requirements as they stand today, by the day on which their hours came to the total.

    A point for the end of each week, and one for the last day, which is today or the last day of grace; its number
    is that of the advocates who are compliant. Empty before the period begins.
    """
    last = min(today, dates.petition_from - dt.timedelta(days=1))
    if last < dates.start:
        return []
    days = _weeks(dates.start, last)
    met = [0] * len(days)
    for day, number in _asked(_MET, whose, today, start=dates.start, last=min(today, dates.petition_from)):
        met[_place(days, day)] += number
    return [Point(day, number, of) for day, number in zip(days, accumulate(met), strict=True)]


def _weeks(first: dt.date, last: dt.date) -> list[dt.date]:
    whole = range(6, (last - first).days, 7)
    return [*(first + dt.timedelta(days=day) for day in whole), last]


def _place(days: Sequence[dt.date], day: dt.date) -> int:
    """The first point that is not before the day; what came later still stands in the last one."""
    return min((day - days[0] + dt.timedelta(days=6)).days // 7 if day > days[0] else 0, len(days) - 1)


def _asked(statement: str, whose: Whose, today: dt.date, **given: Any) -> list[tuple[Any, ...]]:
    units = None if whose.units is None else list(whose.units)
    said = {"bars": list(whose.bars), "units": units, "today": today, "ended": list(ENDED), **given}
    with connection.cursor() as cursor:
        cursor.execute(statement, said)
        return list(cursor.fetchall())
