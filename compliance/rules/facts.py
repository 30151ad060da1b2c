"""What is known about one advocate: the input of the rules, without a name and without a database.

The same classes are the facts document in JSON (`facts_reading`); there a field is called by its alias.
"""

from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from .language.amounts import Amount, Number
from .language.words import Code, Day, Flag

OUTSIDE = "outside_bar"
"""The status of the days between two memberships: closed, where the rulebook does not say otherwise."""

State = Literal["approved", "pending", "refused", "not_accredited"]


class FactsError(ValueError):
    """The facts contradict themselves or the rulebook, so that no assessment of them would be true."""


def _minutes(value: object) -> Number:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 1_000_000:
        raise ValueError("must be a whole number of minutes")
    return value


Minutes = Annotated[Number, BeforeValidator(_minutes)]
_STRICT = ConfigDict(extra="forbid", populate_by_name=True)


@dataclass(frozen=True, slots=True)
class Credit:
    """An hour of learning: `minutes` of it without breaks, or `credits` where their number is already decided.

    `activity` is what was done ("attendance", "teaching", …) and `role` in what part of it; `measures` are its pages,
    words and the like. `repeat`: given or taken before. `day` is the day of completion. A reversal repeats day,
    category, format and course of what it reverses, with minus minutes.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    day: Annotated[Day, Field(alias="on")]
    category: Code = "general"
    format: Code = "live"
    minutes: Minutes = 0
    ref: str = ""
    credits: Amount | None = None
    activity: Code = "attendance"
    role: str = ""
    repeat: Flag = False
    course: str = ""
    tags: tuple[Code, ...] = ()
    measures: dict[Code, Amount] = field(default_factory=dict)
    state: State = "approved"

    @property
    def order(self) -> tuple[object, ...]:
        """Earlier credit counts before later; of two on one day it does not depend on who names them first."""
        key = (self.day, self.category, self.format, self.ref, self.course, self.activity, self.role, self.minutes)
        if self.credits is None and not self.tags and not self.measures and not self.repeat:
            return (*key, self.state)
        more = (self.credits, self.tags, sorted(self.measures.items()), self.repeat)
        return (*key, f"{self.state} {more}")

    @property
    def sitting(self) -> tuple[object, ...]:
        """What it shares with the other subjects of a course that was taken at one time; only of a named course."""
        return self.course, self.day, self.format, self.activity, self.role


@dataclass(frozen=True, slots=True)
class StatusSpan:
    """A status from `start` up to, but not including, `end` (`until` in JSON); None means that it lasts."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    status: Code
    start: Annotated[Day, Field(alias="from")]
    end: Annotated[Day | None, Field(alias="until")] = None


@dataclass(frozen=True, slots=True)
class RoleSpan:
    """A role held from `start` up to, but not including, `end`; without days: always."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    role: Code
    start: Annotated[Day | None, Field(alias="from")] = None
    end: Annotated[Day | None, Field(alias="until")] = None


@dataclass(frozen=True, slots=True)
class Grant:
    """What the bar decided for one person.

    "exemption": the days from `start` up to `end` are not subject. "extension": credit until `end` fills the period
    that holds `start`, which is due then. "reduction": `credits` less of `of` in that period. "excuse": being late in
    that period has a valid reason; the figures stay.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    kind: Literal["exemption", "extension", "reduction", "excuse"]
    start: Annotated[Day, Field(alias="from")]
    end: Annotated[Day | None, Field(alias="until")] = None
    of: Code = "total"
    credits: Amount = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """An act on a day: a plan filed, a fee paid, a grace period asked for.

    `period` (`for` in JSON) is a day of the period it is for. Without it, an act serves an earlier period that it is in
    time for; else, of the period it falls in and the one before, the one whose end is nearer, if that misses it.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    act: Code
    day: Annotated[Day, Field(alias="on")]
    period: Annotated[Day | None, Field(alias="for")] = None


@dataclass(frozen=True, slots=True)
class Facts:
    """`joined_on` None: a member since before records began. `left_on` is the first day outside the bar.

    The admission is `licensed_on`, `admitted_on` or `joined_on`, as the rulebook says; another of them stands in for
    one that is not known. Credits are what has been earned by the day of the assessment; their order and that of the
    statuses do not matter. A day without a status counts as "active". `group` and `surname_at_admission` are frozen
    at admission. `late_before` is how many periods in a row before the first one assessed were missed.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    joined_on: Annotated[Day | None, Field(alias="joined")] = None
    left_on: Annotated[Day | None, Field(alias="left")] = None
    statuses: tuple[StatusSpan, ...] = ()
    credits: tuple[Credit, ...] = ()
    admitted_on: Annotated[Day | None, Field(alias="admitted")] = None
    licensed_on: Annotated[Day | None, Field(alias="licensed")] = None
    born_on: Annotated[Day | None, Field(alias="born")] = None
    surname_at_admission: str = ""
    group: str = ""
    roles: tuple[RoleSpan, ...] = ()
    titles: tuple[Code, ...] = ()
    attributes: dict[Code, str] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    acts: tuple[Done, ...] = ()
    late_before: int = 0
    editor_schema: Annotated[str, Field(alias="$schema")] = ""


def told_apart(facts: Facts) -> Facts:
    """The facts with each credit an object of its own, so that what became of it can be kept by identity."""
    if len({id(credit) for credit in facts.credits}) == len(facts.credits):
        return facts
    return replace(facts, credits=tuple(replace(credit) for credit in facts.credits))
