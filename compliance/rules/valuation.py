"""Valuation: what each credit is worth in minutes of credit, before asking where it counts.

The order of operations: reversals are taken off; a credit that is not approved is worth nothing; one shorter than its
minimum is worth nothing, or counts as another category; minutes are rounded to credits; then the activity decides
(times, per measure, fixed), unless the rulebook says that rounding comes after it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import lru_cache

from .facts import Credit, FactsError, StatusSpan
from .language.amounts import Direction, Number, exact, rounded
from .language.credit import Activity
from .language.rulebook import Rulebook
from .matching import matches, within
from .person import status_on
from .requirement import step_of

Netted = tuple[Credit, Number]
"""A credit and the minutes of it that were not taken back."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Minutes that a credit does not count, and why: a reason code and the clause (empty where there is none)."""

    minutes: Number
    reason: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Valued:
    """A credit with its worth: `minutes` of credit of this category and format.

    `losses` are minutes of its length that were worth nothing. `vintage` is the index of the period in which carried
    credit was earned, None for credit of the period itself; `clause` is what decided the worth.
    """

    credit: Credit
    category: str
    format: str
    minutes: Number
    losses: tuple[Loss, ...] = ()
    clause: str = ""
    vintage: int | None = None

    @property
    def day(self) -> date:
        return self.credit.day

    @property
    def activity(self) -> str:
        return self.credit.activity

    @property
    def role(self) -> str:
        return self.credit.role

    @property
    def course(self) -> str:
        return self.credit.course

    @property
    def tags(self) -> tuple[str, ...]:
        return self.credit.tags

    @property
    def repeat(self) -> bool:
        return self.credit.repeat

    @property
    def measures(self) -> dict[str, Number]:
        return self.credit.measures


def netted(credits: Iterable[Credit]) -> tuple[Netted, ...]:
    """Credits in their order, each with the minutes of it that were not taken back.

    Raises FactsError if more was reversed on a day than earned.
    """
    ordered = sorted(credits, key=lambda credit: credit.order)
    if not any(credit.minutes < 0 for credit in ordered):
        return tuple([(credit, credit.minutes) for credit in ordered])
    back: defaultdict[tuple[date, str, str, str], Number] = defaultdict(int)
    for credit in ordered:
        if credit.minutes < 0:
            back[_key(credit)] -= credit.minutes
    kept = []
    for credit in reversed(ordered):
        if credit.minutes < 0:
            continue
        taken = min(back[_key(credit)], credit.minutes)
        back[_key(credit)] -= taken
        kept.append((credit, credit.minutes - taken))
    if any(back.values()):
        raise FactsError("credits: more minutes were reversed on a day than earned on it in the same kind of credit")
    return tuple(reversed(kept))


def _key(credit: Credit) -> tuple[date, str, str, str]:
    return credit.day, credit.category, credit.format, credit.course


def valued(rulebook: Rulebook, credits: Iterable[Credit], statuses: Sequence[StatusSpan] = ()) -> tuple[Valued, ...]:
    """What each credit is worth under the rulebook, in the order of `netted`; `statuses` are those of the member."""
    excluded = rulebook.valuation.not_during
    if _by_length(rulebook) and not (excluded and statuses):
        return tuple([_plain(credit, minutes, rulebook) for credit, minutes in netted(credits)])
    kept = netted(credits)
    sittings = _sittings(kept) if rulebook.valuation.minimums else {}
    found = [
        _valued(rulebook, credit, minutes, sittings.get(credit.sitting, [(credit, minutes)]))
        for credit, minutes in kept
    ]
    if excluded and statuses:
        found = [_unless_during(rulebook, item, statuses) for item in found]
    return tuple(found)


def _sittings(kept: Sequence[Netted]) -> dict[tuple[object, ...], list[Netted]]:
    """The approved subjects of each course that was taken at one time."""
    found: defaultdict[tuple[object, ...], list[Netted]] = defaultdict(list)
    for credit, minutes in kept:
        if credit.course and credit.state == "approved":
            found[credit.sitting].append((credit, minutes))
    return found


def _unless_during(rulebook: Rulebook, item: Valued, statuses: Sequence[StatusSpan]) -> Valued:
    if item.minutes and status_on(statuses, item.day) in rulebook.valuation.not_during:
        return _worthless(item, "status", rulebook.valuation.clause)
    return item


@lru_cache(maxsize=512)
def _by_length(rulebook: Rulebook) -> bool:
    """Whether every approved credit is worth its length."""
    valuation = rulebook.valuation
    return valuation.rounding is None and not valuation.minimums and not rulebook.activities


def _plain(credit: Credit, minutes: Number, rulebook: Rulebook) -> Valued:
    if credit.state != "approved" or credit.credits is not None or minutes != credit.minutes:
        return _valued(rulebook, credit, minutes, ())
    return Valued(credit, credit.category, credit.format, minutes)


def _valued(rulebook: Rulebook, credit: Credit, minutes: Number, sitting: Sequence[Netted]) -> Valued:
    """`sitting`: the credit and those that were earned with it, as far as a minimum looks at them together."""
    reversed_ = (Loss(credit.minutes - minutes, "reversed"),) if minutes < credit.minutes else ()
    if credit.minutes and not minutes:
        return Valued(credit, credit.category, credit.format, 0, reversed_)
    if credit.state != "approved":
        lost = _given(rulebook, credit, minutes) if credit.credits is not None else minutes
        return Valued(credit, credit.category, credit.format, 0, (*reversed_, Loss(lost, credit.state)))
    if credit.credits is not None:
        worth = _given(rulebook, credit, minutes)
        return Valued(credit, credit.category, credit.format, worth, reversed_, rulebook.valuation.clause)
    return _measured(rulebook, credit, minutes, sitting, reversed_)


def _given(rulebook: Rulebook, credit: Credit, minutes: Number) -> Number:
    """What the facts say it is worth, less the share of its length that was taken back."""
    worth = Fraction(credit.credits or 0) * rulebook.unit.minutes
    return exact(worth * minutes / credit.minutes if credit.minutes else worth)


def _measured(
    rulebook: Rulebook, credit: Credit, minutes: Number, sitting: Sequence[Netted], losses: tuple[Loss, ...]
) -> Valued:
    categories = within(rulebook)
    category = credit.category
    rule = next((each for each in rulebook.activities if matches(each.counts, credit, categories)), None)
    by_length = rule is None or (rule.fixed is None and rule.per is None)
    for minimum in rulebook.valuation.minimums if by_length else ():
        if not matches(minimum.counts, credit, categories):
            continue
        if sum(length for each, length in sitting if matches(minimum.counts, each, categories)) < minimum.minutes:
            if minimum.becomes is None:
                return Valued(credit, category, credit.format, 0, (*losses, Loss(minutes, "too_short", minimum.clause)))
            category = minimum.becomes
    worth, lost = _worth(rulebook, rule, credit, minutes)
    if rule is not None and minutes and not worth and (rule.times == 0 or not by_length):
        losses = (*losses, Loss(minutes, "worth_nothing", rule.clause))
    elif lost > 0:
        losses = (*losses, Loss(lost, "rounding", rulebook.valuation.clause))
    return Valued(
        credit,
        (rule.becomes if rule else None) or category,
        (rule.becomes_format if rule else None) or credit.format,
        worth,
        losses,
        rule.clause if rule else rulebook.valuation.clause,
    )


def _worth(rulebook: Rulebook, rule: Activity | None, credit: Credit, minutes: Number) -> tuple[Number, Number]:
    """Minutes of credit, and minutes of the length that rounding took away."""
    if rule is None:
        worth = _rounded(rulebook, minutes)
        return worth, minutes - worth
    if rule.fixed is not None:
        return exact(rule.fixed * rulebook.unit.minutes), 0
    if rule.per is not None:
        share = Fraction(credit.measures.get(rule.per.measure, 0)) / rule.per.quantity
        units = share.numerator // share.denominator if rule.per.whole else share
        return exact(units * rule.per.credits * rulebook.unit.minutes), 0
    if rule.rounding == "after":
        return _rounded(rulebook, exact(minutes * rule.times)), 0
    base = _rounded(rulebook, minutes) if rule.rounding == "before" else minutes
    return exact(base * rule.times), minutes - base


def _rounded(rulebook: Rulebook, minutes: Number) -> Number:
    step = _step(rulebook)
    return minutes if step is None else rounded(minutes, *step)


@lru_cache(maxsize=512)
def _step(rulebook: Rulebook) -> tuple[Number, Direction] | None:
    rule = rulebook.valuation.rounding
    return None if rule is None else (step_of(rule, rulebook.unit.minutes), rule.direction)


def repeats_matter(rulebook: Rulebook) -> bool:
    """Whether the rules look at what was learned before."""
    return rulebook.duplicates is not None or any(each.once for each in rulebook.activities)


def without_repeats(rulebook: Rulebook, items: Sequence[Valued], earlier: frozenset[str]) -> tuple[Valued, ...]:
    """The credits of one period, of which the same course again, and what may count only once, are worth nothing.

    Subjects of one sitting are several credits of the same course and no repeat of each other. `earlier`: marks of
    what counted in earlier periods, as `marks` gives them.
    """
    if not repeats_matter(rulebook):
        return tuple(items)
    seen = set(earlier)
    subjects: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
    kept = []
    for item in sorted(items, key=lambda each: each.credit.order):
        counted = subjects[item.credit.sitting]
        another = bool(counted) and item.credit.category not in counted
        again = _repeated(rulebook, item, seen, another_subject=another)
        seen |= marks(rulebook, item)
        if not again and item.minutes:
            counted.add(item.credit.category)
        kept.append(_worthless(item, *again) if again and item.minutes else item)
    return tuple(kept)


def marks(rulebook: Rulebook, item: Valued) -> frozenset[str]:
    """What a counted credit leaves behind by which a repeat of it is known."""
    if not item.minutes:
        return frozenset()
    found = {f"course:{item.course}"} if item.course else set()
    categories = within(rulebook)
    found.update(
        f"once:{each.code}"
        for each in rulebook.activities
        if each.once and matches(each.counts, item.credit, categories)
    )
    return frozenset(found)


def lasting(rulebook: Rulebook, found: Iterable[str]) -> frozenset[str]:
    """Of the marks of one period, those that later periods still look at."""
    ever = rulebook.duplicates is not None and rulebook.duplicates.within == "ever"
    return frozenset(mark for mark in found if ever or mark.startswith("once:"))


def _repeated(rulebook: Rulebook, item: Valued, seen: set[str], *, another_subject: bool) -> tuple[str, str] | None:
    categories = within(rulebook)
    for each in rulebook.activities:
        if each.once and f"once:{each.code}" in seen and matches(each.counts, item.credit, categories):
            return "once_only", each.clause
    rule = None if another_subject else rulebook.duplicates
    if rule and item.course and f"course:{item.course}" in seen and matches(rule.counts, item, categories):
        return "duplicate", rule.clause
    return None


def _worthless(item: Valued, reason: str, clause: str) -> Valued:
    return replace(item, minutes=0, losses=(*item.losses, Loss(item.minutes, reason, clause)))
