"""The rulebook document: what a bar writes down about continuing legal education, checked for shape.

All durations are whole minutes; `unit` only says in which hour a figure is shown. Each rule names the clause it
rests on, so that a notice can cite it.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict


def _iso_day(value: object) -> object:
    """Refuse the epoch numbers and timestamps that pydantic would otherwise turn into days."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or len(value) != 10:
        raise ValueError("must be a date written YYYY-MM-DD")
    return value


Day = Annotated[date, BeforeValidator(_iso_day)]
Flag = Annotated[bool, Strict()]
Minutes = Annotated[int, Strict(), Field(ge=0, le=1_000_000)]
Days = Annotated[int, Strict(), Field(ge=0, le=3660)]
Year = Annotated[int, Strict(), Field(ge=1900, le=2200)]
Code = Annotated[str, Strict(), Field(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
Words = Annotated[str, Strict(), Field(min_length=1, max_length=4000)]

Effect = Literal["counts", "pauses", "exempt", "closed"]
FirstPeriodRule = Literal["full", "exempt", "prorated_days"]
Rounding = Literal["up_to_minute", "down_to_minute", "up_to_unit"]


class Part(BaseModel):
    """Base of every part of the document: unchangeable once read, and no key it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Part):
    """One text in the three languages of the bar."""

    kk: Words
    ru: Words
    en: Words


class Clause(Part):
    """Where a rule is written. `read_on` is the day somebody last compared the text with its source."""

    document: Words
    article: str = ""
    url: str = ""
    read_on: Day | None = None
    text: Text


class Unit(Part):
    """The hour in which figures are shown: academic (45), instruction (50) or clock (60)."""

    minutes: Literal[45, 50, 60]
    name: Text


class CalendarStart(Part):
    """Everybody has the same blocks of years, counted from 1 January of `first_year`."""

    rule: Literal["calendar"]
    first_year: Year


class JoiningStart(Part):
    """Each advocate has personal blocks of years, counted from the 1 January after the day of joining."""

    rule: Literal["year_after_joining"]


class PeriodRule(Part):
    years: Annotated[int, Strict(), Field(ge=1, le=5)]
    start: Annotated[CalendarStart | JoiningStart, Field(discriminator="rule")]
    clause: Code


class Category(Part):
    """A subject with its minimum inside the total; 0 means that it is only named."""

    code: Code
    name: Text
    minimum_minutes: Minutes
    clause: Code


class FormatCap(Part):
    """The most that all credit in these formats together may count; `prorated` lets it shrink with the total."""

    formats: Annotated[tuple[Code, ...], Field(min_length=1)]
    maximum_minutes: Minutes
    prorated: Flag = False
    clause: Code


class LateRule(Part):
    """After the due date: days until the bar may act, and days in which late credit fills the missed period.

    A make-up window is shorter than 366 days, so it never reaches past the period that follows.
    """

    grace_days: Days = 0
    grace_clause: Code
    make_up_days: Annotated[int, Strict(), Field(ge=0, lt=366)] = 0
    make_up_clause: Code


class FirstPeriod(Part):
    """What is owed in the period in which an advocate joins."""

    rule: FirstPeriodRule
    clause: Code


class Proration(Part):
    """How a requirement shrinks: by days subject over days of the period, rounded once, in the way named here."""

    by: Literal["days"] = "days"
    rounding: Rounding = "up_to_minute"
    clause: Code


class Extends(Part):
    """The national rulebook to which a regional document adds."""

    code: Code


class Rulebook(Part):
    """One dated version of a bar's rules. It governs the periods that start on or after `effective_from`."""

    schema_version: Literal[1] = Field(alias="schema")
    code: Code
    version: Words
    title: Text
    example: Flag
    extends: Extends | None = None
    effective_from: Day
    unit: Unit
    period: PeriodRule
    total_minutes: Minutes
    total_clause: Code
    categories: tuple[Category, ...] = ()
    format_caps: tuple[FormatCap, ...] = ()
    late: LateRule
    first_period: FirstPeriod
    proration: Proration
    statuses: dict[Code, Effect]
    statuses_clause: Code
    at_risk_days: Days
    reminder_days: tuple[Days, ...] = ()
    clauses: dict[Code, Clause]

    def __hash__(self) -> int:
        """Agrees with equality, and is cheap: the compiled form is looked up by it once per assessment."""
        return hash((self.code, self.version))
