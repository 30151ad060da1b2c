"""What people may do about a shortage, step by step: which steps there are, from which day, and what each needs."""

from typing import Annotated, Final

from pydantic import Field, Strict

from .words import Code, Count, Flag, MonthDay, Months, Part, Text, Words

STATES: Final = (
    "open", "notified", "objected", "cured", "excused", "petition_drafted", "decided", "suspended", "refused",
    "licensor_told", "membership_drafted", "membership_ended", "closed",
)  # fmt: skip
"""The states of a case. Which of them a bar uses, and how it gets from one to another, its rules say."""

BY_ITSELF: Final = ("open", "notified", "cured")
"""States to which the system moves a case by itself: all three inform the advocate or are in their favour."""

DAYS_SINCE: Final = ("due", "grace", "term")
"""Days of a case: the last day for the hours, the last day of grace, and the last day of the term of a decision."""


class Earliest(Part):
    """The first day of a step: so many months, then days, after `since`; then the next such day of the year (`on`).

    `since` is one of "due", "grace" and "term", or a state: the day on which the case last came into it.
    """

    since: Code
    months: Count = 0
    days: Count = 0
    on: MonthDay | None = None
    clause: Code | None = None


class Term(Part):
    """How long what was decided may last, from the day of the decision on."""

    months_at_most: Months
    clause: Code


class CaseStepRule(Part):
    """One step of the ladder, always taken by a named officer.

    `what` says what it does; `advice` what follows from it, such as the term of an appeal. `while_short`: not once the
    hours are there. `unless_excused`: put off by the days that an accepted reason covers. `needs_day`: the day of what
    is recorded; `term`: the last day of what was decided as well. `passed`: only in a case that was in this state
    before. `reverses`: it takes an earlier step back.
    """

    code: Code
    name: Text
    what: Text
    from_states: Annotated[tuple[Code, ...], Field(min_length=1)]
    to_state: Code
    needs_reason: Flag = False
    needs_document: Flag = False
    needs_day: Flag = False
    while_short: Flag = False
    unless_excused: Flag = False
    passed: Code | None = None
    earliest: Earliest | None = None
    term: Term | None = None
    reverses: Flag = False
    advice: Text | None = None
    clause: Code | None = None


class Counted(Part):
    """Spans of a status that add up: all of them, or those whose ground names one of the articles."""

    status: Code
    articles: tuple[Words, ...] = ()


class SuspensionWindow(Part):
    """So many suspensions (`limit`) within so many consecutive months have a consequence; a warning comes earlier."""

    months: Months
    limit: Annotated[int, Strict(), Field(ge=2, le=20)]
    warn_at: Annotated[int, Strict(), Field(ge=1, le=20)]
    counts: Annotated[tuple[Counted, ...], Field(min_length=1)]
    clause: Code


class ExcuseReason(Part):
    """A reason that may be named; whoever decides says whether it is one."""

    code: Code
    name: Text
    clause: Code | None = None


class Excuses(Part):
    """Reasons for being late that the bar may accept. Days that an accepted one covers are not days of lateness."""

    reasons: Annotated[tuple[ExcuseReason, ...], Field(min_length=1)]
    clause: Code


class Enforcement(Part):
    """The ladder of cases. Nothing in it changes anybody's status: it says what people may record, and when."""

    steps: Annotated[tuple[CaseStepRule, ...], Field(min_length=1)]
    suspensions: SuspensionWindow | None = None
    excuses: Excuses | None = None
    clause: Code
