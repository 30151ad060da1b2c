"""The one entry to the rules: period, requirement, valuation, allocation and carry-out, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import add
from typing import Literal

from .allocation import Allocation, Onward, allocate, allocate_with_late
from .carry import CarryOut, after_make_up, carry_out
from .compiled import Rules, rules_of
from .document import Rulebook
from .facts import Facts
from .period import Deadlines, Period, Timeline, timeline
from .requirement import Requirement, Step, requirement_of
from .valuation import pooled

Status = Literal["compliant", "on_track", "at_risk", "short", "exempt"]


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a period in minutes; `code` is "total" or a category. Counted may exceed required."""

    code: str
    required: int
    counted: int
    missing: int
    clause: str


@dataclass(frozen=True, slots=True)
class PeriodAssessment:
    """How one period stands.

    `petition_from` is the first day on which the bar may ask for suspension if the period stays short: the day
    after the grace has run out (Kazakhstan: more than 30 calendar days late, Law No. 176-VI, Art. 43(3)(3)).
    "short" is said only after the due date. `made_up` minutes come from the make-up window.
    """

    period: Period
    due_on: date
    grace_ends_on: date
    petition_from: date
    status: Status
    lines: tuple[Line, ...]
    made_up: int
    carry: CarryOut
    steps: tuple[Step, ...]

    @property
    def missing(self) -> int:
        """The fewest minutes that complete the period: those of a category count towards the total as well."""
        total, *categories = (line.missing for line in self.lines)
        return max(total, sum(categories))


@dataclass(frozen=True, slots=True)
class Assessment:
    """The regulated periods, oldest first; the last one holds the day of the assessment.

    `changes_on` is the next day on which the passage of time alone may change the result, or what the bar may do.
    """

    periods: tuple[PeriodAssessment, ...]
    changes_on: date | None

    @property
    def current(self) -> PeriodAssessment | None:
        return self.periods[-1] if self.periods else None

    @property
    def previous(self) -> PeriodAssessment | None:
        return self.periods[-2] if len(self.periods) > 1 else None


@dataclass(frozen=True, slots=True)
class Settled:
    """One period after counting: what was asked, and what was used for it."""

    period: Period
    requirement: Requirement
    allocation: Allocation


def assess(rulebook: Rulebook, facts: Facts, today: date) -> Assessment:
    """How the advocate stands under the rulebook on that day.

    Raises FactsError if the credits contradict themselves.
    """
    rules = rules_of(rulebook)
    line = timeline(rules, facts, today)
    if not line.periods:
        return Assessment((), line.slots[0])
    settled = settle(rules, facts, line, today)
    results = tuple(
        [_result(rules, each, dates, today) for each, dates in zip(settled, line.deadlines, strict=True)],
    )
    return Assessment(results, _changes_on(results, line, today))


def settle(rules: Rules, facts: Facts, line: Timeline, today: date) -> list[Settled]:
    """Count every period in turn, oldest first; each takes its late minutes out of the one after it."""
    sums = pooled(rules, facts.credits, line.slots)
    requirements = [requirement_of(rules, facts, period) for period in line.periods]
    settled = []
    for index, period in enumerate(line.periods):
        own = _added(sums[2 * index], sums[2 * index + 1])
        if period.end < today:
            window = sums[2 * index + 2]
            onward = Onward(requirements[index + 1], tuple(_added(window, sums[2 * index + 3])))
            allocation = allocate_with_late(rules, requirements[index], own, window, onward)
            sums[2 * index + 2] = after_make_up(window, allocation.late)
        else:
            allocation = allocate(rules, requirements[index], own)
        settled.append(Settled(period, requirements[index], allocation))
    return settled


def _added(one: Sequence[int], other: Sequence[int]) -> list[int]:
    return list(map(add, one, other))


def _result(rules: Rules, settled: Settled, dates: Deadlines, today: date) -> PeriodAssessment:
    required, allocation = settled.requirement, settled.allocation
    made_up = sum(allocation.late)
    counted = _added(allocation.own, allocation.late) if made_up else allocation.own
    lines = _lines(rules, required, counted)
    steps = required.steps
    if made_up:
        steps = (*steps, Step("made_up", made_up, rules.make_up_clause))
    return PeriodAssessment(
        settled.period,
        settled.period.end,
        dates.grace_ends_on,
        dates.petition_from,
        _status(settled, dates, sum([line.missing for line in lines]), today),
        lines,
        made_up,
        carry_out(required.total, lines[0].counted),
        steps,
    )


def _lines(rules: Rules, required: Requirement, counted: Sequence[int]) -> tuple[Line, ...]:
    lines = [_line("total", required.total, sum(counted), rules.total_clause)]
    for category, minimum in zip(rules.categories, required.minimums, strict=True):
        lines.append(_line(category.code, minimum, sum([counted[pool] for pool in category.pools]), category.clause))
    return tuple(lines)


def _line(code: str, required: int, counted: int, clause: str) -> Line:
    return Line(code, required, counted, required - counted if counted < required else 0, clause)


def _status(settled: Settled, dates: Deadlines, missing: int, today: date) -> Status:
    if settled.requirement.exempt:
        return "exempt"
    if not missing:
        return "compliant"
    if today > settled.period.end:
        return "short"
    return "at_risk" if today >= dates.at_risk_from else "on_track"


def _changes_on(results: tuple[PeriodAssessment, ...], line: Timeline, today: date) -> date:
    nearest = line.periods[-1].end + timedelta(days=1)
    if results[-1].status == "on_track":
        nearest = min(nearest, line.deadlines[-1].at_risk_from)
    for result in results:
        if result.status == "short" and result.petition_from > today:
            nearest = min(nearest, result.petition_from)
    return nearest
