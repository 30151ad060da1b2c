"""Duties outside the periods: once after admission, or after coming back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .calendar import DAY, add_months, next_year_day, whole_years
from .facts import Facts
from .language.amounts import Number, exact
from .language.requirements import Duty, DutyWindow
from .language.rulebook import Rulebook
from .matching import matches, within
from .person import View, admission_of, holds
from .valuation import Valued, valued


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One duty in minutes, and the days in which it is to be met; `last` None: no day is set."""

    code: str
    first: date
    last: date | None
    required: Number
    counted: Number
    missing: Number
    status: Literal["met", "open", "missed"]
    clause: str


def duty_lines(rulebook: Rulebook, facts: Facts, today: date) -> tuple[DutyLine, ...]:
    """The duties of the member under the rules of today."""
    if not rulebook.duties:
        return ()
    admission = admission_of(rulebook, facts)
    view = View(facts, admission, today, today)
    return tuple(
        line
        for duty in rulebook.duties
        if holds(duty.when, view)
        for line in _lines(rulebook, duty, facts, admission, today)
    )


def _lines(rulebook: Rulebook, duty: Duty, facts: Facts, admission: date | None, today: date) -> Iterator[DutyLine]:
    earned = _earned(rulebook, duty, facts)
    yield from _returns(rulebook, duty, facts, earned, today)
    if duty.window and admission is not None:
        first = _opens(duty.window, admission)
        last = add_months(first, duty.window.months) - DAY
        counted = sum(item.minutes for item in earned if first <= item.day <= last)
        yield _line(rulebook, duty, first, last, (1, counted), today)


def _earned(rulebook: Rulebook, duty: Duty, facts: Facts) -> list[Valued]:
    categories = within(rulebook)
    return [item for item in valued(rulebook, facts.credits, facts.statuses) if matches(duty.counts, item, categories)]


def _returns(rulebook: Rulebook, duty: Duty, facts: Facts, earned: Sequence[Valued], today: date) -> Iterator[DutyLine]:
    """One for each return. Hours fill the first that is short, and no hour fills two."""
    backs = [(_years_owed(duty, start, end), end) for start, end in _away(facts, duty.return_from) if end <= today]
    left = [(item.day, item.minutes) for item in earned]
    for place, (years, back) in enumerate(backs):
        following = backs[place + 1][1] if place + 1 < len(backs) else date.max
        mine = sum(minutes for day, minutes in left if back <= day < following)
        left = [(day, minutes) for day, minutes in left if day >= following]
        lacking = max(0, duty.amount * rulebook.unit.minutes * years - mine)
        later: list[tuple[date, Number]] = []
        for day, minutes in left:
            taken = min(minutes, lacking)
            mine, lacking = mine + taken, lacking - taken
            later.append((day, minutes - taken))
        left = later
        yield _line(rulebook, duty, back, None, (years, exact(mine)), today)


def _away(facts: Facts, statuses: Sequence[str]) -> list[tuple[date, date]]:
    """Stretches of such statuses that are over: from one of them straight into another is no return."""
    found: list[tuple[date, date]] = []
    for span in sorted(facts.statuses, key=lambda each: each.start):
        if span.status not in statuses:
            continue
        start, end = span.start, span.end or date.max
        if found and start <= found[-1][1]:
            start, end = found[-1][0], max(found.pop()[1], end)
        found.append((start, end))
    return found


def _years_owed(duty: Duty, start: date, end: date) -> int:
    years = whole_years(start, end)
    return min(years, duty.at_most_years) if duty.at_most_years else years


def _opens(window: DutyWindow, admission: date) -> date:
    start = {
        "admission": admission,
        "month": admission.replace(day=1),
        "next_month": add_months(admission.replace(day=1), 1),
        "year_day": next_year_day(admission, window.on),
    }[window.starts]
    return add_months(start, window.plus_months)


def _line(
    rulebook: Rulebook, duty: Duty, first: date, last: date | None, owed: tuple[int, Number], today: date
) -> DutyLine:
    """`owed`: how many times the amount, and the minutes that count for it."""
    times, counted = owed
    required = exact(duty.amount * rulebook.unit.minutes * times)
    missing = max(0, required - counted)
    late = last is not None and today > last
    status: Literal["met", "open", "missed"] = "met" if not missing else "missed" if late else "open"
    return DutyLine(duty.code, first, last, required, counted, missing, status, duty.clause)
