"""What is asked of a period."""

from typing import Annotated, Literal

from pydantic import Field, Strict

from .amounts import Amount, Rounding
from .conditions import Condition, Selector
from .figures import Figure, PlainFigure
from .words import Code, Day, Flag, MonthDay, Months, Part, Text


class Category(Part):
    """A subject of learning; `within` names the category of which it is a part."""

    code: Code
    name: Text
    within: Code | None = None


class Window(Part):
    """The requirement looks at its own stretch of months instead of the period alone.

    "rolling": the months up to the end of the period; "ahead": the months from its start; "blocks": fixed stretches
    counted from `first_start`, due in the period in which one ends.
    """

    rule: Literal["rolling", "ahead", "blocks"]
    months: Months
    first_start: Day | None = None


class Limited(Part):
    """Other credit that may serve a requirement, up to an amount if one is given."""

    counts: Selector
    at_most: PlainFigure | None = None


class Alternative(Part):
    """Another way to meet the same requirement: another amount, over its own window and prorated by it."""

    amount: Figure
    window: Window | None = None
    clause: Code | None = None


class Spread(Part):
    """Of the categories `of`, at least `at_least` must each hold `each` credits (0: any credit at all)."""

    of: Annotated[tuple[Code, ...], Field(min_length=1)]
    at_least: Annotated[int, Strict(), Field(ge=1, le=40)]
    each: Amount = 0


class Asked(Part):
    """What total and requirements share. Among figures by case the first that holds is taken; none: nothing is asked.

    `prorate`: "with_total", "never", or "dropped" (not asked at all of who is prorated). `any_of` are alternatives;
    whichever asks least is taken.
    """

    amount: Figure
    counts: Selector = Selector()
    prorate: Literal["with_total", "never", "dropped"] = "with_total"
    rounding: Rounding | None = None
    window: Window | None = None
    any_of: tuple[Alternative, ...] = ()
    clause: Code


class Total(Asked):
    name: Text | None = None


class Requirement(Asked):
    """A minimum inside the total, or inside the requirement `within`: an hour that serves it serves those around it.

    Requirements side by side do not share an hour, unless one is `alongside`: it then takes nothing from the others
    (a format, or a mark that any hour may carry). `also` lists other credit that may serve it, up to a limit.
    `in_each`: the amount is asked in every stretch of so many months, prorated by the time subject in that stretch.
    `per_title`: once for each title in the facts, of credit in the category of that name.
    """

    code: Code
    name: Text
    within: Code = "total"
    alongside: Flag = False
    also: tuple[Limited, ...] = ()
    in_each: Months | None = None
    per_title: Flag = False
    spread: Spread | None = None
    when: Condition | None = None


class Act(Part):
    """Something to be done rather than hours to be earned: a plan, a reflection, a declaration, a fee.

    It is due so many days after the end of the period (before it, if less than nothing), or on the next such day of
    the year (`on`, "MM-DD") after the end. One that is due after the end can be done late; one that is due inside the
    period can be done until its end.
    """

    code: Code
    name: Text
    days_after: Annotated[int, Strict(), Field(ge=-3660, le=3660)] = 0
    on: MonthDay | None = None
    needed_to_comply: Flag = True
    when: Condition | None = None
    clause: Code


class DutyWindow(Part):
    """A stretch of months that begins at the admission, or with the next `on` after it, plus `plus_months`."""

    starts: Literal["admission", "month", "next_month", "year_day"] = "admission"
    on: MonthDay = "01-01"
    plus_months: Annotated[int, Strict(), Field(ge=-120, le=120)] = 0
    months: Months


class Duty(Part):
    """A duty outside the periods: once after admission (`window`), or after coming back from a status (`return_from`).

    After a return, `amount` is owed for each full year away, at most `at_most_years`.
    """

    code: Code
    name: Text
    amount: Amount
    counts: Selector = Selector()
    window: DutyWindow | None = None
    return_from: tuple[Code, ...] = ()
    at_most_years: Annotated[int, Strict(), Field(ge=1, le=50)] | None = None
    when: Condition | None = None
    clause: Code
