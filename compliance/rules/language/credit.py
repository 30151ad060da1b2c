"""What an hour of learning is worth: conversion, activities, repeats and caps."""

from typing import Literal

from .amounts import Amount, Rounding
from .conditions import Selector
from .figures import Figure
from .requirements import Window
from .words import Code, Flag, Part, Text


class Unit(Part):
    """The credit in which figures are given: so many minutes (45 academic, 50 or 60 clock), or a point of as many.

    `short` stands behind a figure in running text ("h", "ак. ч"); without it the name does.
    """

    minutes: Literal[45, 50, 60]
    name: Text
    short: Text | None = None


class Minimum(Part):
    """Credit of the kind `counts` shorter than this is worth nothing, or (`becomes`) counts as another category.

    Of a named course, what was taken in one sitting is measured together. It says nothing of activities that earn a
    fixed number of credits, or by another measure than their length.
    """

    counts: Selector = Selector()
    minutes: Amount
    becomes: Code | None = None
    clause: Code


class Valuation(Part):
    """Minutes to credits: minimums first, then division by the unit, then rounding, then what the activity is worth.

    Credit earned on a day with one of the statuses `not_during` is worth nothing.
    """

    rounding: Rounding | None = None
    minimums: tuple[Minimum, ...] = ()
    not_during: tuple[Code, ...] = ()
    clause: Code


class PerMeasure(Part):
    """`credits` for every whole `quantity` of a measure; `whole` False counts parts of it too."""

    measure: Code
    quantity: Amount
    credits: Amount
    whole: Flag = True


class Activity(Part):
    """What an activity earns; the first that fits a credit is taken, and a credit that none fits earns its length.

    `times` the credit of its length (rounded before, after or not at all), or `per` a measure, or `fixed`.
    `once`: only the first ever counts. `becomes` and `becomes_format` say as what it counts.
    """

    code: Code
    name: Text | None = None
    counts: Selector
    times: Amount = 1
    per: PerMeasure | None = None
    fixed: Amount | None = None
    rounding: Literal["before", "after", "none"] = "before"
    once: Flag = False
    becomes: Code | None = None
    becomes_format: Code | None = None
    clause: Code


class Cap(Part):
    """The most that credit of a kind may count: in the period, on one day, in each twelve months of it, or per course.

    With a `window`, at most that in its months, which may begin before the period ("rolling": the months up to its end;
    "blocks"): what counted in them before leaves so much less.
    `prorated` lets a fixed amount shrink with the total; a share of the total follows it by itself.
    """

    code: Code
    name: Text | None = None
    counts: Selector = Selector()
    maximum: Figure
    per: Literal["period", "day", "year", "course"] = "period"
    window: Window | None = None
    prorated: Flag = False
    clause: Code


class Duplicates(Part):
    """The same course again earns nothing, within one period or ever."""

    within: Literal["period", "ever"]
    counts: Selector = Selector()
    clause: Code
