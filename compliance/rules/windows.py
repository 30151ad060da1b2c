"""Requirements that look beyond their period: what counted in the rest of their window is taken off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from .calendar import DAY, add_months, months_between
from .language.amounts import Number
from .language.requirements import Asked, Window
from .matching import matches, within
from .period import Frame, Period
from .requirement import TOTAL, Requirement, Step
from .sharing import Use
from .valuation import Valued


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Credit of other periods: what became of it in those before, and what was earned in none or in those after."""

    before: Sequence[Use]
    others: Sequence[Valued]

    def within(self, stretch: Period, own: Period) -> Iterator[tuple[Valued, Number]]:
        """Minutes in a stretch of days that are not the period's own to count."""
        for use in self.before:
            if use.fate != "cut" and stretch.start <= use.item.day <= stretch.end and use.item.vintage is None:
                yield use.item, use.minutes
        for item in self.others:
            if stretch.start <= item.day <= stretch.end and not own.start <= item.day <= own.end:
                yield item, item.minutes


def windowed(frame: Frame, required: Requirement, elsewhere: Elsewhere) -> Requirement:
    """The requirement with every window applied, and the least of the alternatives taken."""
    asked = [(code, rule) for code, rule in _rules(frame) if (rule.window or rule.any_of) and code in required.amounts]
    if required.exempt or not asked:
        return required
    amounts, steps = dict(required.amounts), list(required.steps)
    for code, rule in asked:
        least, clause = min(_ways(frame, required, code, rule, elsewhere), key=lambda way: way[0])
        if least != amounts[code]:
            steps.append(Step("window", least, clause, of=code))
        amounts[code] = least
    return replace(required, amounts=amounts, steps=tuple(steps), national=_national(frame, required, elsewhere))


def _national(frame: Frame, required: Requirement, elsewhere: Elsewhere) -> Requirement | None:
    national = frame.rulebook.national
    if national is None or required.national is None:
        return None
    return windowed(replace(frame, rulebook=national), required.national, elsewhere)


def looks_elsewhere(frame: Frame) -> bool:
    """Whether the rules of the frame have a window at all."""
    return any(rule.window or rule.any_of for _code, rule in _rules(frame))


def sees_until(frame: Frame) -> date:
    """The last day at which a window of the period looks; that of the period itself where none reaches beyond it."""
    rules = [rule for _code, rule in _rules(frame)]
    windows = [rule.window for rule in rules] + [other.window for rule in rules for other in rule.any_of]
    stretches = [stretch_of(window, frame.period) for window in windows if window and window.rule == "ahead"]
    return max([frame.period.end, *(stretch.end for stretch in stretches if stretch)])


def _rules(frame: Frame) -> list[tuple[str, Asked]]:
    return [(TOTAL, frame.rulebook.total), *((rule.code, rule) for rule in frame.rulebook.requirements)]


def _ways(
    frame: Frame, required: Requirement, code: str, rule: Asked, elsewhere: Elsewhere
) -> Iterator[tuple[Number, str]]:
    """What is left to earn in the period itself by each way of meeting the requirement, and its clause."""
    yield _left(frame, rule, rule.window, required.amounts[code], elsewhere), rule.clause
    for other, amount in zip(rule.any_of, required.alternatives.get(code, ()), strict=False):
        yield _left(frame, rule, other.window, amount, elsewhere), other.clause or rule.clause


def _left(frame: Frame, rule: Asked, window: Window | None, amount: Number, elsewhere: Elsewhere) -> Number:
    if window is None:
        return amount
    stretch = stretch_of(window, frame.period)
    if stretch is None:
        return 0
    categories, own = within(frame.rulebook), Period(frame.counts_from, frame.period.end)
    counted = sum(
        minutes
        for item, minutes in elsewhere.within(stretch, own)
        if matches(rule.counts, item, categories, frame.period.end)
    )
    return max(0, amount - counted)


def stretch_of(window: Window, period: Period) -> Period | None:
    """The days that the window looks at; None: it does not end in this period."""
    if window.rule == "rolling":
        return Period(add_months(period.end + DAY, -window.months), period.end)
    if window.rule == "ahead":
        return Period(period.start, add_months(period.start, window.months) - DAY)
    first = window.first_start or date(2000, 1, 1)
    start = add_months(first, months_between(first, period.end) // window.months * window.months)
    end = add_months(start, window.months) - DAY
    return Period(start, end) if period.start <= end <= period.end else None
