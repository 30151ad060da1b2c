"""For how much of a period somebody is subject to the duty: days and months, by the convention the rulebook names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache

from .calendar import DAY, add_months, months_between
from .facts import OUTSIDE, Facts
from .joining import joined_on_start
from .language.amounts import Number, exact
from .language.periods import Proration, Reduces
from .language.rulebook import Rulebook
from .period import Frame
from .person import View

Days = list[Number]


@dataclass(frozen=True, slots=True)
class Span:
    """Days of a block that weigh less than a day of duty, and why: "not_yet_member", "paused", "closed", …"""

    code: str
    start: date
    end: date
    weight: Number


@dataclass(frozen=True, slots=True)
class Subject:
    """Of a block: `held` of `of` months (or days) subject, and what was taken away by each span, in days.

    `months` are those subject by the month convention, whether or not figures shrink by them.
    """

    held: Number
    of: int
    months: Number
    days: Number
    of_days: int
    taken: tuple[tuple[Span, Number], ...]
    end: date

    @property
    def whole(self) -> bool:
        return self.held == self.of

    def over_before(self, admission: date | None) -> bool:
        """Whether all of it lies before the admission."""
        return admission is not None and self.end < admission


def spans_of(frame: Frame, facts: Facts, admission: date | None) -> tuple[Span, ...]:
    """What takes days away from the duty, clipped to the block, in order."""
    block, found = frame.block, []
    if frame.period.start > block.start:
        found.append(Span("not_yet_begun", block.start, frame.period.start - DAY, 0))
    since = date.min
    if frame.first and admission is not None and admission > block.start:
        if frame.rulebook.joining.rule == "prorated":
            found.append(Span("not_yet_member", block.start, min(admission - DAY, block.end), 0))
        else:
            since = admission  # who owes the period in full is not relieved by what was before joining
    return _inside([*found, *_relieved(frame.rulebook, facts, since)], block.start, block.end)


def subject_over(frame: Frame, facts: Facts, admission: date | None, first: date, last: date) -> Subject:
    """For how much of a stretch of days that may reach beyond the block: none of it from before the membership."""
    found, since = [], date.min
    if admission is not None and admission > first:
        since = admission
        if frame.rulebook.joining.rule != "prorated":
            view = View(facts, admission, admission, admission, first=True)
            since = min(admission, joined_on_start(frame.rulebook, view, admission))
        found.append(Span("not_yet_member", first, since - DAY, 0))
    spans = _inside([*found, *_relieved(frame.rulebook, facts, since)], first, last)
    return _by(frame.rulebook.proration, first, last, spans, admission)


def _relieved(rules: Rulebook, facts: Facts, since: date) -> Iterator[Span]:
    """The days from `since` on with a status that takes them away, or makes less of them, and those granted."""
    for status in facts.statuses:
        effect = rules.statuses.get(status.status, "closed" if status.status == OUTSIDE else "counts")
        if effect != "counts":
            code, weight = _weighed(effect)
            last = status.end - DAY if status.end else date.max
            yield Span(code, max(status.start, since), last, weight)
    for grant in facts.grants:
        if grant.kind == "exemption":
            yield Span("granted", grant.start, grant.end - DAY if grant.end else date.max, 0)


def _inside(spans: Iterable[Span], first: date, last: date) -> tuple[Span, ...]:
    inside = [
        Span(span.code, max(span.start, first), min(span.end, last), span.weight)
        for span in spans
        if span.start <= last and span.end >= first and span.start <= span.end
    ]
    return tuple(sorted(inside, key=lambda span: (span.start, span.end, span.code)))


def _weighed(effect: str | Reduces) -> tuple[str, Number]:
    if isinstance(effect, Reduces):
        return "reduced", effect.reduces_to
    return ("closed" if effect == "closed" else "paused"), 0


def subject_to(frame: Frame, spans: tuple[Span, ...], joined_on: date | None) -> Subject:
    """Months or days subject in the block of the frame."""
    return subject_in(frame, spans, joined_on, frame.block.start, frame.block.end)


def subject_in(frame: Frame, spans: tuple[Span, ...], joined_on: date | None, first: date, last: date) -> Subject:
    """The same for a part of the block."""
    if first > frame.block.start or last < frame.block.end:
        inside = (replace(span, start=max(span.start, first), end=min(span.end, last)) for span in spans)
        spans = tuple(span for span in inside if span.start <= span.end)
    return _by(frame.rulebook.proration, first, last, spans, joined_on)


def _by(rule: Proration, first: date, last: date, spans: tuple[Span, ...], joined_on: date | None) -> Subject:
    """Counted in months or in days, as the rules prorate."""
    found = _subject(first, last, rule.month_counts, spans, joined_on)
    return replace(found, held=found.days, of=found.of_days) if rule.by == "days" else found


@lru_cache(maxsize=16384)
def _subject(start: date, end: date, convention: str, spans: tuple[Span, ...], joined_on: date | None) -> Subject:
    of_days = (end - start).days + 1
    weights: Days = [1] * of_days
    taken = []
    for span in spans:
        first, last = (span.start - start).days, (span.end - start).days
        lost: Number = 0
        for index in range(first, last + 1):
            lost += max(0, weights[index] - span.weight)
            weights[index] = min(weights[index], span.weight)
        if lost:
            taken.append((span, lost))
    days = exact(sum(weights))
    months = months_between(start, end + DAY)
    months += add_months(start, months) <= end
    held = exact(sum(_month(start, index, weights, convention, joined_on) for index in range(months)))
    return Subject(held, months, held, days, of_days, tuple(taken), end)


def _month(start: date, index: int, weights: Days, convention: str, joined_on: date | None) -> Number:
    """What a month of the block counts: 1, 0 or a share of it."""
    first, after = add_months(start, index), add_months(start, index + 1)
    days = weights[(first - start).days : (after - start).days]
    if not days:
        return 0
    if convention == "after_joining" and joined_on is not None and first <= joined_on < after:
        return 0
    if convention == "whole":
        return min(days)
    if convention == "exact":
        return Fraction(sum(days)) / len(days)
    if convention == "majority":
        return 1 if 2 * sum(days) >= len(days) else 0
    return max(days)
