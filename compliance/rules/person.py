"""Whether a condition holds for somebody in a period."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from .calendar import next_year_day, whole_years
from .facts import Facts, FactsError, RoleSpan, StatusSpan
from .language.amounts import Number
from .language.conditions import Condition, NumberRange
from .language.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class View:
    """A person in a stretch of days. `index` counts the member's periods since admission from 0; `months` and `days`
    are those subject, known only where figures are made."""

    facts: Facts
    admission: date | None
    start: date
    end: date
    index: int = 0
    first: bool = False
    group: str = ""
    months: Number | None = None
    days: Number | None = None


def admission_of(rulebook: Rulebook, facts: Facts) -> date | None:
    """The day that the rulebook means by admission, or the nearest thing known."""
    return _admission(rulebook.admission, facts)


def _admission(meant: str, facts: Facts) -> date | None:
    known = {"licensed": facts.licensed_on, "admitted": facts.admitted_on, "joined": facts.joined_on}
    return next((known[name] for name in (meant, "admitted", "joined", "licensed") if known[name]), None)


def holds(condition: Condition | None, view: View) -> bool:
    """Whether every part of the condition holds. None always does."""
    if condition is None:
        return True
    return (
        _of_person(condition, view)
        and _of_days(condition, view)
        and _of_period(condition, view)
        and all(holds(each, view) for each in condition.all_of)
        and (not condition.any_of or any(holds(each, view) for each in condition.any_of))
        and not any(holds(each, view) for each in condition.none_of)
    )


def _of_person(condition: Condition, view: View) -> bool:
    return (
        _admitted(condition, view)
        and (condition.born is None or condition.born.holds(_known(view.facts.born_on, "born")))
        and (not condition.surname or _initial_in(view.facts.surname_at_admission, condition.surname))
        and (not condition.group or (view.group or view.facts.group) in condition.group)
        and all(view.facts.attributes.get(key) in values for key, values in condition.attributes.items())
        and _aged(condition, view)
    )


def _admitted(condition: Condition, view: View) -> bool:
    if condition.admitted is None and not condition.admitted_years and condition.years_since_admission is None:
        return True
    admission = _admission(condition.admission, view.facts) if condition.admission else view.admission
    if admission is None:
        # A member since before records began: long ago, whatever is asked.
        span, years = condition.admitted, condition.years_since_admission
        early = (span is None or span.first is None) and not condition.admitted_years
        return early and (years is None or (years.below is None and years.at_most is None))
    day = view.start if condition.at == "start" else view.end
    return (
        (condition.admitted is None or condition.admitted.holds(admission))
        and (not condition.admitted_years or _year_in(admission.year, condition.admitted_years))
        and (
            condition.years_since_admission is None
            or condition.years_since_admission.holds(whole_years(admission, day))
        )
    )


def _aged(condition: Condition, view: View) -> bool:
    if condition.age is None:
        return True
    day = view.start if condition.at == "start" else view.end
    return condition.age.holds(max(0, whole_years(_known(view.facts.born_on, "born"), day)))


def _known(day: date | None, name: str) -> date:
    if day is None:
        raise FactsError(f"{name}: the rulebook asks for this day and the facts do not have it")
    return day


def _initial_in(surname: str, ranges: Iterable[str]) -> bool:
    if not surname.strip():
        raise FactsError("surname_at_admission: the rulebook asks for it and the facts do not have it")
    initial = surname.strip()[0].upper()
    return any(letters[0].upper() <= initial <= letters[-1].upper() for letters in ranges)


def _year_in(year: int, spans: Iterable[str]) -> bool:
    return any(_in_span(year, span) for span in spans)


def _in_span(year: int, span: str) -> bool:
    if span in ("odd", "even"):
        return year % 2 == (span == "odd")
    first, dash, last = span.partition("-")
    if not dash:
        return year == int(first)
    return (not first or int(first) <= year) and (not last or year <= int(last))


def _of_days(condition: Condition, view: View) -> bool:
    facts = view.facts
    return (
        not condition.status
        or _on(condition, view, facts.statuses, lambda day: status_on(facts.statuses, day) in condition.status)
    ) and (
        not condition.role or _on(condition, view, facts.roles, lambda day: _has_role(facts.roles, condition.role, day))
    )


def status_on(statuses: Iterable[StatusSpan], day: date) -> str:
    """The status on a day; "active" where none is recorded. Of several the one that began last."""
    held = [span for span in statuses if span.start <= day and (span.end is None or day < span.end)]
    return max(held, key=lambda span: (span.start, span.status)).status if held else "active"


def _has_role(roles: Iterable[RoleSpan], wanted: tuple[str, ...], day: date) -> bool:
    return any(
        span.role in wanted and (span.start is None or span.start <= day) and (span.end is None or day < span.end)
        for span in roles
    )


def _on(
    condition: Condition, view: View, spans: Iterable[StatusSpan | RoleSpan], holds_on: Callable[[date], bool]
) -> bool:
    """Whether it holds on the days that the condition asks for; it can only turn where a span begins or ends."""
    if condition.on == "first_day":
        return holds_on(view.start)
    if condition.on == "last_day":
        return holds_on(view.end)
    if condition.on not in ("any_day", "every_day"):
        return holds_on(next_year_day(view.end, condition.on))
    start = view.start
    if condition.on == "every_day" and view.admission is not None:
        start = max(start, min(view.admission, view.end))  # the days before are nobody's
    turns = {start, *(day for span in spans for day in (span.start, span.end) if day)}
    seen = [holds_on(day) for day in turns if start <= day <= view.end]
    return any(seen) if condition.on == "any_day" else all(seen)


def _of_period(condition: Condition, view: View) -> bool:
    alternate = condition.alternate
    return (
        (condition.period_starts is None or condition.period_starts.holds(view.start))
        and (condition.period_ends is None or condition.period_ends.holds(view.end))
        and (condition.first_period is None or condition.first_period == view.first)
        and (alternate is None or (view.index + 1) % alternate.every == alternate.is_ % alternate.every)
        and _within(condition.months_subject, view.months)
        and _within(condition.days_subject, view.days)
    )


def _within(bounds: NumberRange | None, number: Number | None) -> bool:
    return bounds is None or (number is not None and bounds.holds(number))
