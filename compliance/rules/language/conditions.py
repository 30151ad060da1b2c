"""Whom, and in which period, a rule speaks of; and which credit."""

from typing import Annotated, Literal

from pydantic import Field, Strict

from .amounts import Amount, Number
from .words import Code, Count, DayRange, Flag, MonthDay, Part, Words, YearDays

YearSpan = Annotated[str, Strict(), Field(pattern=r"^(odd|even|\d{4}|\d{4}-\d{4}|-\d{4}|\d{4}-)$")]
Letters = Annotated[str, Strict(), Field(pattern=r"^\w(-\w)?$")]
When = Literal["any_day", "every_day", "first_day", "last_day"] | MonthDay


class NumberRange(Part):
    """A number within bounds; every bound that is given holds."""

    at_least: Amount | None = None
    above: Amount | None = None
    at_most: Amount | None = None
    below: Amount | None = None

    def holds(self, number: Number) -> bool:
        return (
            (self.at_least is None or number >= self.at_least)
            and (self.above is None or number > self.above)
            and (self.at_most is None or number <= self.at_most)
            and (self.below is None or number < self.below)
        )


class Alternate(Part):
    """Every so many periods of the member: {"every": 2, "is": 1} is the first, the third and so on."""

    every: Annotated[int, Strict(), Field(ge=2, le=20)]
    is_: Annotated[int, Strict(), Field(ge=0, le=19)] = Field(alias="is")


class Condition(Part):
    """Holds when every key that is given holds; a list under a key is met by any of its members.

    `age` and `years_since_admission` are counted at the `at` of the period. `admission` says which date is meant here,
    where it is not that of the whole rulebook. `on` says for which days of the period `role` and `status`
    are asked: any, every, the first or the last one, or the next such day of the year ("MM-DD") after its end.
    """

    admission: Literal["licensed", "admitted", "joined"] | None = None
    admitted: DayRange | None = None
    admitted_years: tuple[YearSpan, ...] = ()
    years_since_admission: NumberRange | None = None
    age: NumberRange | None = None
    at: Literal["start", "end"] = "end"
    born: YearDays | None = None
    surname: tuple[Letters, ...] = ()
    group: tuple[Code, ...] = ()
    role: tuple[Code, ...] = ()
    status: tuple[Code, ...] = ()
    on: When = "any_day"
    attributes: dict[Code, tuple[Words, ...]] = {}
    period_starts: DayRange | None = None
    period_ends: DayRange | None = None
    alternate: Alternate | None = None
    first_period: Flag | None = None
    months_subject: NumberRange | None = None
    days_subject: NumberRange | None = None
    all_of: tuple["Condition", ...] = ()
    any_of: tuple["Condition", ...] = ()
    none_of: tuple["Condition", ...] = ()


class Selector(Part):
    """Which credit: whatever meets every key that is given; empty: all. A category stands for those inside it too.

    `at_least` names measures of an activity (pages, words, minutes of the whole); `role` is the role in it.
    """

    categories: tuple[Code, ...] = ()
    formats: tuple[Code, ...] = ()
    activities: tuple[Code, ...] = ()
    roles: tuple[Code, ...] = ()
    courses: tuple[Words, ...] = ()
    tags: tuple[Code, ...] = ()
    repeat: Flag | None = None
    earned: DayRange | None = None
    last_months: Count | None = None
    at_least: dict[Code, Amount] = {}
    except_: "Selector | None" = Field(default=None, alias="except")

    def __hash__(self) -> int:
        """Agrees with equality; `at_least` is left to the comparison."""
        return hash((self.categories, self.formats, self.activities, self.roles, self.courses, self.tags))
