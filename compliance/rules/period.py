"""Periods: which blocks of time an advocate answers for, and which days the rules can tell apart."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from .compiled import Rules, rules_of
from .document import Rulebook
from .facts import Facts

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to the period; the last one is the due date."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def due_on(self) -> date:
        return self.end


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The dates that follow from one period; see `Assessment` for their meaning."""

    at_risk_from: date
    grace_ends_on: date
    petition_from: date


@dataclass(frozen=True, slots=True)
class Timeline:
    """The periods of one advocate with their dates.

    `slots` cuts time into two parts per period: the make-up window of the period before, then the rest. Slot 2i is
    the window at the head of period i, slot 2i+1 its rest; the last entry is the first day after the last period, or
    the first day of the first period as long as that lies ahead.
    """

    periods: tuple[Period, ...]
    deadlines: tuple[Deadlines, ...]
    slots: tuple[date, ...]


def periods(rulebook: Rulebook, facts: Facts, today: date) -> tuple[Period, ...]:
    """The regulated periods, from the first one to the one that holds `today`; none if the first lies ahead."""
    return timeline(rules_of(rulebook), facts, today).periods


def timeline(rules: Rules, facts: Facts, today: date) -> Timeline:
    """The periods with all that depends on nothing but them; equal answers are shared."""
    return _timeline(rules, facts.joined_on.year if facts.joined_on else None, today)


def first_start(rules: Rules, joined_in: int | None) -> date:
    """First day of the first regulated period of somebody who joined in that year; None: before records began."""
    effective = rules.effective_from
    floor = effective.year + (effective != date(effective.year, 1, 1))
    if rules.first_year is None:
        # Nobody knows when the blocks of an old member began, so they begin with the rules.
        anchor = floor if joined_in is None else joined_in + 1
        return date(_block(anchor, rules.years, floor, up=True), 1, 1)
    regulated = _block(rules.first_year, rules.years, floor, up=True)
    joined = regulated if joined_in is None else _block(rules.first_year, rules.years, joined_in, up=False)
    return date(max(regulated, joined), 1, 1)


def _block(anchor: int, years: int, year: int, *, up: bool) -> int:
    """First year of the block that holds `year`, or (up) of the first block not begun before it; from `anchor` on."""
    blocks = -((anchor - year) // years) if up else (year - anchor) // years
    return anchor + max(blocks, 0) * years


@lru_cache(maxsize=8192)
def _timeline(rules: Rules, joined_in: int | None, today: date) -> Timeline:
    found: list[Period] = []
    start = first_start(rules, joined_in)
    while start <= today:
        after = date(start.year + rules.years, 1, 1)
        found.append(Period(start, after - _DAY))
        start = after
    window = timedelta(days=rules.make_up_days)
    slots = [day for period in found for day in (period.start, period.start + window)]
    return Timeline(tuple(found), tuple(_deadlines(rules, period) for period in found), (*slots, start))


def _deadlines(rules: Rules, period: Period) -> Deadlines:
    grace_ends_on = period.due_on + timedelta(days=rules.grace_days)
    return Deadlines(period.due_on - timedelta(days=rules.at_risk_days), grace_ends_on, grace_ends_on + _DAY)


def boundaries(rulebook: Rulebook, first: date, last: date) -> tuple[date, ...]:
    """First days of the windows that the rules can tell apart, from the one that holds `first` to `last`.

    All credit of one category and format between two boundaries may be added up and dated at the earlier one
    without changing any assessment: windows begin where a period begins and where a make-up window is over.
    """
    rules = rules_of(rulebook)
    days: set[date] = set()
    for year in range(first.year - rules.years, last.year + 1):
        if rules.first_year is None or (year - rules.first_year) % rules.years == 0:
            start = date(year, 1, 1)
            days |= {start, start + timedelta(days=rules.make_up_days)}
    opening = max(day for day in days if day <= first)
    return tuple(sorted(day for day in days if opening <= day <= last))
