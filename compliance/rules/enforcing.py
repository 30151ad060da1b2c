"""The ladder of cases, reckoned: first days of steps, last days of terms, days excused, suspensions that add up."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from .calendar import DAY, add_months, next_year_day
from .faults import RuleProblem
from .language.enforcement import BY_ITSELF, DAYS_SINCE, STATES, CaseStepRule, Counted, Enforcement, SuspensionWindow
from .language.rulebook import Rulebook
from .period import Period


@dataclass(frozen=True, slots=True)
class CaseDays:
    """The days of a case that steps reckon from. `reached`: by state, the day on which the case last came into it."""

    due_on: date
    grace_ends_on: date
    term_ends_on: date | None = None
    reached: Mapping[str, date] = field(default_factory=dict)


def first_day(step: CaseStepRule, days: CaseDays) -> date | None:
    """The day from which the step may be taken; None where no day is set, or the one to reckon from is not known."""
    if step.earliest is None:
        return None
    known = {"due": days.due_on, "grace": days.grace_ends_on, "term": days.term_ends_on}
    since = known[step.earliest.since] if step.earliest.since in known else days.reached.get(step.earliest.since)
    if since is None:
        return None
    day = add_months(since, step.earliest.months) + step.earliest.days * DAY
    return next_year_day(day, step.earliest.on, same_day=True) if step.earliest.on else day


def last_day(step: CaseStepRule, decided_on: date) -> date | None:
    """The latest day on which the term of a decision may end: 15 May for three months from 15 February."""
    return add_months(decided_on, step.term.months_at_most) if step.term else None


def first_unexcused(due_on: date, first: date, excused: Iterable[Period], today: date) -> date:
    """`first`, a day after `due_on`, put off by the days in between that a valid reason covers.

    A day that is itself covered is no day to begin either, neither that one nor, if it has come, today.
    """
    spans = sorted(excused, key=lambda span: span.start)
    day, needed = due_on, (first - due_on).days
    while needed > 0:
        day += DAY
        needed -= not _covered(day, spans)
    day = max(day, today) if _covered(max(day, today), spans) else day
    while _covered(day, spans):
        day += DAY
    return day


def _covered(day: date, spans: Sequence[Period]) -> bool:
    return any(span.start <= day <= span.end for span in spans)


# --- suspensions within a window -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Suspension:
    """Of the dated history: a status from the day of the decision (included) to `until` (excluded), and its ground."""

    on: date
    status: str
    ground: str = ""
    until: date | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class InWindow:
    """`counted`: within the months up to today. `unclear`: of a status that counts by ground, with none that is named.

    `reached_on`: the last day on which there were as many as the limit within the months; None: never.
    """

    counted: tuple[Suspension, ...]
    unclear: tuple[Suspension, ...]
    reached_on: date | None
    warn: bool
    first_leaves_on: date | None


def in_window(rule: SuspensionWindow, history: Iterable[Suspension], today: date) -> InWindow:
    """Counted by the day of the decision; the day so many months later is still within the months.

    10.03.2025, 05.04.2026 and 10.03.2028 are three within 36 months; 11.03.2028 leaves two.
    """
    known = [each for each in _joined(history) if each.on <= today]
    counting = [each for each in known if any(_counts(rule.counts, each))]
    within = tuple(each for each in counting if today <= add_months(each.on, rule.months))
    unclear = tuple(
        each for each in known
        if each not in counting and today <= add_months(each.on, rule.months) and not articles_in(each.ground)
        and any(each.status == one.status for one in rule.counts)
    )  # fmt: skip
    full = [
        later.on for first, later in zip(counting, counting[rule.limit - 1 :], strict=False)
        if later.on <= add_months(first.on, rule.months)
    ]  # fmt: skip
    leaves = add_months(within[0].on, rule.months) + DAY if within else None
    return InWindow(within, unclear, full[-1] if full else None, len(within) >= rule.warn_at, leaves)


def _joined(history: Iterable[Suspension]) -> list[Suspension]:
    """One decision may lie in several rows that follow each other without a gap, as after a change of bar."""
    in_order = sorted(history, key=lambda each: each.on)
    again = {
        id(later) for earlier, later in pairwise(in_order)
        if earlier.until == later.on
        and (earlier.status, earlier.ground, earlier.document) == (later.status, later.ground, later.document)
        and later.document
    }  # fmt: skip
    return [each for each in in_order if id(each) not in again]


def _counts(rules: Iterable[Counted], each: Suspension) -> Iterator[bool]:
    for rule in rules:
        named = {article for one in rule.articles for article in articles_in(one)}
        yield each.status == rule.status and (not rule.articles or bool(named & articles_in(each.ground)))


_SHORT = re.compile(r"(\d+)\s*\(\s*(\d+)\s*\)\s*\(\s*(\d+(?:-\d+)?)\s*\)")
_RUSSIAN = re.compile(r"(\d+(?:-\d+)?)\s*\)\s*(?:п\.|пункта)\s*(\d+)\s*(?:ст\.|статьи)\s*(\d+)", re.IGNORECASE)
_KAZAKH = re.compile(
    r"(\d+)\s*-?\s*бап\w*\s*,?\s*(\d+)\s*-?\s*тарма\w*\s*,?\s*(\d+(?:-\d+)?)\s*\)", re.IGNORECASE
)  # fmt: skip


def articles_in(ground: str) -> set[str]:
    """Articles that a ground names, as "43(3)(3)"; also "пп. 3) п. 3 ст. 43" and "43-баптың 3-тармағының 3)"."""
    found = {f"{article}({part})({point})" for article, part, point in _SHORT.findall(ground)}
    found |= {f"{article}({part})({point})" for point, part, article in _RUSSIAN.findall(ground)}
    return found | {f"{article}({part})({point})" for article, part, point in _KAZAKH.findall(ground)}


# --- faults and doubts -----------------------------------------------------------------------------------------------


def faults_of_enforcement(rulebook: Rulebook) -> Iterator[RuleProblem]:
    """What does not fit together in the ladder."""
    rule = rulebook.enforcement
    if rule is None:
        return
    codes: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    for index, step in enumerate(rule.steps):
        path = f"enforcement.steps.{index}"
        if step.code in codes:
            yield RuleProblem(f"{path}.code", f"the code '{step.code}' is already taken")
        codes.add(step.code)
        yield from _states(step, path)
        for state in step.from_states:
            if (state, step.to_state) in pairs:
                yield RuleProblem(path, f"another step leads from '{state}' to '{step.to_state}' already")
            pairs.add((state, step.to_state))
        yield from _days(rule, step, path)
    yield from _suspensions(rulebook, rule)
    reasons = [each.code for each in rule.excuses.reasons] if rule.excuses else []
    for index, code in enumerate(reasons):
        if code in reasons[:index]:
            yield RuleProblem(f"enforcement.excuses.reasons.{index}.code", f"the code '{code}' is already taken")


def _states(step: CaseStepRule, path: str) -> Iterator[RuleProblem]:
    named = [("from_states", state) for state in step.from_states]
    named += [("to_state", step.to_state), *([("passed", step.passed)] if step.passed else [])]
    for key, state in named:
        if state not in STATES:
            yield RuleProblem(f"{path}.{key}", f"there is no state '{state}'")
    if step.to_state in ("open", "cured"):
        yield RuleProblem(f"{path}.to_state", f"'{step.to_state}' is for the hours to say, not for people")
    if step.to_state in step.from_states:
        yield RuleProblem(f"{path}.to_state", "leads to where it begins")
    if step.reverses and not step.needs_reason:
        yield RuleProblem(f"{path}.needs_reason", "is required of a step that takes another one back")


def _days(rule: Enforcement, step: CaseStepRule, path: str) -> Iterator[RuleProblem]:
    if step.term and not step.needs_document:
        yield RuleProblem(f"{path}.needs_document", "is required of a decision with a term")
    since = step.earliest.since if step.earliest else None
    if since and since not in (*DAYS_SINCE, *STATES):
        yield RuleProblem(f"{path}.earliest.since", f"there is no day '{since}'")
    if since == "term" and not any(other.term for other in rule.steps):
        yield RuleProblem(f"{path}.earliest.since", "no step has a term")


def _suspensions(rulebook: Rulebook, rule: Enforcement) -> Iterator[RuleProblem]:
    if rule.suspensions is None:
        return
    if rule.suspensions.warn_at > rule.suspensions.limit:
        yield RuleProblem("enforcement.suspensions.warn_at", "must not be more than the limit")
    for index, each in enumerate(rule.suspensions.counts):
        if each.status not in rulebook.statuses:
            yield RuleProblem(f"enforcement.suspensions.counts.{index}.status", f"there is no status '{each.status}'")
        for article in each.articles:
            if article not in articles_in(article):
                yield RuleProblem(
                    f"enforcement.suspensions.counts.{index}.articles", f"'{article}' is not written as 43(3)(4)"
                )


def doubts_of_enforcement(rulebook: Rulebook) -> Iterator[RuleProblem]:
    """States that nothing leads to, and states that nothing leads out of."""
    rule = rulebook.enforcement
    if rule is None:
        return
    reached = {*BY_ITSELF, *(step.to_state for step in rule.steps)}
    left = {state for step in rule.steps for state in step.from_states}
    for index, step in enumerate(rule.steps):
        path = f"enforcement.steps.{index}"
        if not reached.intersection(step.from_states):
            yield RuleProblem(f"{path}.from_states", "can never be taken: nothing leads to where it begins")
        if step.to_state not in left and step.to_state != "closed":
            yield RuleProblem(f"{path}.to_state", f"nothing leads out of '{step.to_state}' again")
