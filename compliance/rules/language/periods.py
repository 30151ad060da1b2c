"""When: the blocks of time for which credit is owed, where they begin, and what is owed by who joins inside one."""

from typing import Annotated, Literal

from pydantic import Field, Strict

from .amounts import Amount, Rounding
from .conditions import Condition, NumberRange
from .words import Code, Count, Day, Days, Flag, MonthDay, Months, Part, Text


class FixedAnchor(Part):
    """Everybody has the same blocks, counted from `first_start` both ways: calendar years, fiscal years."""

    rule: Literal["fixed"]
    first_start: Day


class Group(Part):
    """Members of a group share blocks counted from `first_start`. The group in the facts decides, else `when`."""

    code: Code
    name: Text | None = None
    when: Condition | None = None
    first_start: Day


class GroupAnchor(Part):
    rule: Literal["groups"]
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]


class BirthMonthAnchor(Part):
    """Blocks begin on the first day of the month of birth; for the January-born on `january_day`."""

    rule: Literal["birth_month"]
    january_day: Annotated[int, Strict(), Field(ge=1, le=28)] = 1


class BirthdayAnchor(Part):
    """Blocks begin on the birthday; the first one on the last birthday not after the admission, or the first after it.

    "in_admission_year": on the birthday of the year of admission, be it before or after the admission.
    """

    rule: Literal["birthday"]
    first: Literal["before_admission", "after_admission", "in_admission_year"] = "before_admission"


class AdmissionAnchor(Part):
    """Blocks are counted from the admission: its day, the first of its month or of the next one, or the next such day.

    "year_day" is the next `on` ("MM-DD") after the admission: with "01-01" the 1 January after it.
    """

    rule: Literal["admission"]
    starts: Literal["day", "month", "next_month", "year_day"] = "day"
    on: MonthDay = "01-01"


Anchor = Annotated[
    FixedAnchor | GroupAnchor | BirthMonthAnchor | BirthdayAnchor | AdmissionAnchor, Field(discriminator="rule")
]


class Deadline(Part):
    """The hour of the last day, in the bar's zone. The due date may lie `days_after` the end, or on the next `on`.

    Credit still has to be earned inside the period, unless the make-up window says otherwise.
    """

    time: Annotated[str, Strict(), Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "23:59"
    days_after: Days = 0
    on: MonthDay | None = None


class Irregular(Part):
    """A period that the bar once made longer or shorter: it begins and ends on these days, whatever the anchor says."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")


class PeriodRule(Part):
    months: Months
    anchor: Anchor
    deadline: Deadline = Deadline()
    irregular: tuple[Irregular, ...] = ()
    clause: Code


class Joining(Part):
    """What is owed by who is admitted inside a period, its first day being inside, and from when credit counts.

    - "full", "prorated" or "exempt": for the block that holds the admission.
    - "later": the first block that starts on or after 1 January of the admission year plus `years_after`, or the
      first that ends at least `due_months_after` after the admission, whichever is given; before it nothing is owed.
    - "own": a first period of its own `months` from `starts`, up to the end of the month if `to_month_end`, or up to
      the next `ends_on` (with `years_after`: that of the calendar year so many after its start); the blocks of
      everybody follow, at once or (`then`) from the next one that begins, or blocks of the member's own, counted from
      its end.

    Credit counts for the first period from its `start`, or from the `admission` (the first of its month), be that
    before or after the start, or from so many months before the start.
    """

    rule: Literal["full", "prorated", "exempt", "later", "own"]
    years_after: Count | None = None
    due_months_after: Count | None = None
    months: Months | None = None
    starts: Literal["admission", "month", "next_month", "next_block", "year_day"] = "admission"
    starts_on: MonthDay = "01-01"
    to_month_end: Flag = False
    ends_on: MonthDay | None = None
    then: Literal["at_once", "next_block", "from_its_end"] = "at_once"
    counts_from: Literal["start", "admission", "admission_month"] = "start"
    counts_months_before: Count = 0
    clause: Code


class Band(Part):
    """Of a figure, the share that is owed by who is subject for so many months."""

    months: NumberRange
    share: Amount


class TableRow(Part):
    """What is owed by who is subject for so many months; requirements that are not named are prorated."""

    months: NumberRange
    amounts: dict[Code, Amount]


class Proration(Part):
    """How figures shrink with the time for which somebody is subject.

    `by` "months": figure × months subject / months of the period, or `per_month` credits for each month (the total
    only). `by` "days": by days in the same way. "none": they do not shrink.

    `month_counts`, the month convention: "any_part" (a month counts if any day of it is subject; so only complete
    months outside are taken out), "whole" (only if every day is), "after_joining" (as any_part, but the month of
    joining never counts), "majority" (at least half its days), "exact" (whole months and the fraction of the rest).
    `nothing_up_to`: with so many months (days, if by days) or fewer nothing is owed.
    """

    by: Literal["none", "months", "days"]
    month_counts: Literal["any_part", "whole", "after_joining", "majority", "exact"] = "any_part"
    per_month: Amount | None = None
    rounding: Rounding | None = None
    nothing_up_to: Amount | None = None
    bands: tuple[Band, ...] = ()
    table: tuple[TableRow, ...] = ()
    clause: Code


class Reduces(Part):
    """A status under which days count for a share of a day."""

    reduces_to: Amount


Effect = Literal["counts", "pauses", "exempt", "closed"] | Reduces


class Exemption(Part):
    """Who owes nothing for a whole period, or nothing of the requirements named; the days of the period decide."""

    code: Code
    name: Text | None = None
    when: Condition
    relieves: tuple[Code, ...] = ()
    clause: Code
