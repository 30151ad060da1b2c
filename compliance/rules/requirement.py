"""The requirement: how many minutes an advocate owes in a period, and how that figure came about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from .compiled import Rules, rules_of
from .document import Rulebook
from .facts import Facts
from .period import Period

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One step towards a figure, for the explanation.

    `code`: "norm", "not_yet_member", "paused", "closed", "prorated", "joined_inside", "closed_at_due_date",
    "left" or "made_up". `minutes` is the figure after the step; `days` of `of_days` is what it rests on, if anything.
    """

    code: str
    minutes: int
    clause: str
    days: int = 0
    of_days: int = 0


@dataclass(frozen=True, slots=True)
class Requirement:
    """What is owed: `minimums` by category of `codes`, `caps` by format cap of the rulebook, all in minutes."""

    total: int
    codes: tuple[str, ...]
    minimums: tuple[int, ...]
    caps: tuple[int, ...]
    exempt: bool
    steps: tuple[Step, ...]

    @property
    def categories(self) -> dict[str, int]:
        return dict(zip(self.codes, self.minimums, strict=True))


@dataclass(frozen=True, slots=True)
class _Profile:
    """The part of the facts that can change the requirement of one period; None or empty when nothing does."""

    joined_on: date | None
    left: bool
    spans: tuple[tuple[str, date, date], ...]  # effect, first day, last day; clipped to the period


def requirement(rulebook: Rulebook, facts: Facts, period: Period) -> Requirement:
    """What the rulebook asks of the advocate in the period.

    Days under a status that pauses or exempts, and days closed and reopened, shrink it pro rata. Nothing is owed by
    who is outside the bar or closed on the due date, or who had no day of duty at all.
    """
    return requirement_of(rules_of(rulebook), facts, period)


def requirement_of(rules: Rules, facts: Facts, period: Period) -> Requirement:
    """The same for a compiled rulebook; shared by all whose history in the period is the same."""
    joined_on = facts.joined_on
    if joined_on is not None and joined_on <= period.start:
        joined_on = None
    left = facts.left_on is not None and facts.left_on <= period.end
    spans = tuple(sorted(_spans(rules, facts, period))) if facts.statuses else ()
    if joined_on is None and not left and not spans:
        return _full(rules)
    return _reduced(rules, period, _Profile(joined_on, left, spans))


def _spans(rules: Rules, facts: Facts, period: Period) -> Iterator[tuple[str, date, date]]:
    for span in facts.statuses:
        effect = rules.statuses.get(span.status, "counts")
        if effect == "counts" or span.start > period.end:
            continue
        end = period.end if span.end is None else min(span.end - _DAY, period.end)
        start = max(span.start, period.start)
        if start <= end:
            yield effect, start, end


@lru_cache(maxsize=256)
def _full(rules: Rules) -> Requirement:
    return Requirement(
        total=rules.total,
        codes=tuple(category.code for category in rules.categories),
        minimums=tuple(category.minimum for category in rules.categories),
        caps=tuple(cap.maximum for cap in rules.caps),
        exempt=False,
        steps=(Step("norm", rules.total, rules.total_clause),),
    )


@lru_cache(maxsize=16384)
def _reduced(rules: Rules, period: Period, profile: _Profile) -> Requirement:
    norm = Step("norm", rules.total, rules.total_clause)
    if profile.left:
        return _nothing(rules, norm, Step("left", 0, rules.statuses_clause))
    if any(effect == "closed" and end == period.end for effect, _, end in profile.spans):
        return _nothing(rules, norm, Step("closed_at_due_date", 0, rules.statuses_clause))
    if profile.joined_on is not None and rules.first_period == "exempt":
        return _nothing(rules, norm, Step("joined_inside", 0, rules.first_period_clause))
    steps, subject = _days_subject(rules, period, profile)
    if subject == period.days:
        return _full(rules)
    if subject == 0:
        return _nothing(rules, norm, *steps)
    return _prorated(rules, norm, steps, subject, period.days)


def _nothing(rules: Rules, *steps: Step) -> Requirement:
    full = _full(rules)
    return Requirement(0, full.codes, (0,) * len(full.codes), full.caps, exempt=True, steps=steps)


def _days_subject(rules: Rules, period: Period, profile: _Profile) -> tuple[list[Step], int]:
    """The steps that take days away, each with the days it takes, and the days that remain."""
    steps: list[Step] = []
    free: set[date] = set()
    member_from = profile.joined_on or period.start
    if rules.first_period == "prorated_days" and member_from > period.start:
        free.update(_days(period.start, member_from - _DAY))
        steps.append(Step("not_yet_member", rules.total, rules.first_period_clause, len(free), period.days))
    for effect, start, end in profile.spans:
        before = len(free)
        free.update(_days(max(start, member_from), end))
        code = "closed" if effect == "closed" else "paused"
        if len(free) > before:
            steps.append(Step(code, rules.total, rules.statuses_clause, len(free) - before, period.days))
    return steps, period.days - len(free)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def _prorated(rules: Rules, norm: Step, steps: list[Step], subject: int, of_days: int) -> Requirement:
    def part(minutes: int) -> int:
        return _rounded(rules, minutes * subject, of_days)

    total = part(rules.total)
    return Requirement(
        total=total,
        codes=tuple(category.code for category in rules.categories),
        minimums=tuple(part(category.minimum) for category in rules.categories),
        caps=tuple(part(cap.maximum) if cap.prorated else cap.maximum for cap in rules.caps),
        exempt=False,
        steps=(norm, *steps, Step("prorated", total, rules.proration_clause, subject, of_days)),
    )


def _rounded(rules: Rules, numerator: int, denominator: int) -> int:
    """The quotient in whole minutes, rounded as the rulebook names."""
    if rules.rounding == "down_to_minute":
        return numerator // denominator
    unit = rules.unit_minutes if rules.rounding == "up_to_unit" else 1
    return -(-numerator // (denominator * unit)) * unit
