"""Arithmetic of days and months."""

from calendar import monthrange
from datetime import date, timedelta

DAY = timedelta(days=1)


def on_day(year: int, month: int, day: int) -> date:
    """That day of the month, or its last one where the month is shorter (29 February)."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def add_months(start: date, months: int, *, day: int | None = None) -> date:
    """`start` so many months on; on `day` of the month, by default its own, or the last day where there is none."""
    ordinal = start.year * 12 + start.month - 1 + months
    return on_day(ordinal // 12, ordinal % 12 + 1, day or start.day)


def months_between(first: date, later: date) -> int:
    """Whole months from `first` to `later`; negative when it lies before."""
    months = (later.year - first.year) * 12 + later.month - first.month
    return months - (add_months(first, months) > later)


def month_end(day: date) -> date:
    return add_months(day.replace(day=1), 1) - DAY


def next_year_day(day: date, month_day: str, *, same_day: bool = False) -> date:
    """The next such day of the year ("MM-DD") after `day`; `day` itself if it is one and `same_day`."""
    month, of_month = (int(part) for part in month_day.split("-"))
    found = on_day(day.year, month, of_month)
    return found if found > day or (same_day and found == day) else on_day(day.year + 1, month, of_month)


def whole_years(first: date, later: date) -> int:
    """Birthdays and anniversaries passed; 29 February is kept on 28 February in other years."""
    return months_between(first, later) // 12
