"""Duties outside the periods: once after admission, or after coming back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .calendar import DAY, add_months, next_year_day, whole_years
from .facts import Facts, StatusSpan
from .language.amounts import Number, exact
from .language.requirements import Duty, DutyWindow
from .language.rulebook import Rulebook
from .matching import matches, within
from .person import View, admission_of, holds
from .valuation import valued


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
    for span in facts.statuses:
        if span.status in duty.return_from and span.end is not None and span.end <= today:
            yield _line(rulebook, duty, facts, span.end, None, _years_owed(duty, span), today)
    if duty.window and admission is not None:
        first = _opens(duty.window, admission)
        last = add_months(first, duty.window.months) - DAY
        yield _line(rulebook, duty, facts, first, last, 1, today)


def _years_owed(duty: Duty, span: StatusSpan) -> int:
    years = whole_years(span.start, span.end) if span.end else 0
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
    rulebook: Rulebook, duty: Duty, facts: Facts, first: date, last: date | None, times: int, today: date
) -> DutyLine:
    categories = within(rulebook)
    counted = sum(
        item.minutes
        for item in valued(rulebook, facts.credits)
        if first <= item.day <= (last or date.max) and matches(duty.counts, item, categories)
    )
    required = exact(duty.amount * rulebook.unit.minutes * times)
    missing = max(0, required - counted)
    late = last is not None and today > last
    status: Literal["met", "open", "missed"] = "met" if not missing else "missed" if late else "open"
    return DutyLine(duty.code, first, last, required, counted, missing, status, duty.clause)
