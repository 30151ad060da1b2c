"""Working days, in which personal-data law sets its terms (Law No. 94-V, Art. 8(7), 19-1, 25(2)(8)).

Saturdays and Sundays are free, and the days that ``data/days_off`` names for a jurisdiction and a year with its
sources. Where no such file exists weekends alone are free: a term then ends early rather than late.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_DATA: Final = Path(__file__).resolve().parent / "data" / "days_off"
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class YearOff:
    """What departs from the week in one year: working days that are free, and days of rest that are worked."""

    off: frozenset[dt.date] = frozenset()
    working: frozenset[dt.date] = frozenset()


@cache
def year_off(jurisdiction: str, year: int) -> YearOff:
    path = _DATA / f"{jurisdiction.lower()}-{year}.json"
    if not path.exists():
        return YearOff()
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return YearOff(*(frozenset(map(dt.date.fromisoformat, document[name])) for name in ("off", "working")))


def unknown_years(first: dt.date, last: dt.date, jurisdiction: str) -> list[int]:
    """Years between two days of which no days off are known: a term in them was counted by weekends alone."""
    years = range(first.year, last.year + 1)
    return [year for year in years if not (_DATA / f"{jurisdiction.lower()}-{year}.json").exists()]


def is_working_day(day: dt.date, jurisdiction: str) -> bool:
    """``jurisdiction`` is the two-letter code of a bar's country ("KZ")."""
    year = year_off(jurisdiction, day.year)
    return day in year.working or (day.weekday() < 5 and day not in year.off)


def add_working_days(day: dt.date, number: int, jurisdiction: str) -> dt.date:
    """The last day of a term of so many working days that begins on the day after ``day``.

    Raises ValueError for a term of less than one day.
    """
    if number < 1:
        raise ValueError("a term has at least one day")
    for _counted in range(number):
        day += _DAY
        while not is_working_day(day, jurisdiction):
            day += _DAY
    return day
