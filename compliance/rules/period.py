"""Periods: which stretches of time a member answers for, under which version of the rules each of them falls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from .anchors import Block, block_holding, next_block
from .calendar import DAY, add_months, months_between, next_year_day
from .facts import Facts, FactsError
from .joining import joined_on_start, own_end, own_start
from .language.periods import GroupAnchor, Joining
from .language.rulebook import Rulebook
from .person import View, admission_of, holds
from .variants import varied

LIMIT = 400
"""Periods of one member: more than anybody's, so that a faulty rulebook ends in an error and not in a loop."""


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to the period."""

    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@dataclass(frozen=True, slots=True)
class Frame:
    """A period with the rules that govern it: the version in force, with its variants that hold for the member.

    `block` is the whole block of months of which the period may be the last part. `counts_from` is the first day of
    credit for it, `first` the period of the admission, `index` its place among the member's regulated periods, of which
    there were `before` others since the admission, as far as any rule asks which one it is.
    """

    period: Period
    block: Block
    rulebook: Rulebook
    base: Rulebook
    variants: tuple[str, ...]
    counts_from: date
    index: int
    first: bool
    before: int = 0

    @property
    def due_on(self) -> date:
        deadline = self.rulebook.period.deadline
        if deadline.on:
            return next_year_day(self.period.end, deadline.on)
        return self.period.end + deadline.days_after * DAY


@dataclass(frozen=True, slots=True)
class Timeline:
    """The frames of one member, oldest first, and the first day after the last of them.

    `starts_on`: the first day of the first period, as long as it lies ahead.
    """

    frames: tuple[Frame, ...]
    after: date


def law_of(rulebooks: Rulebook | Sequence[Rulebook]) -> tuple[Rulebook, ...]:
    """The versions of the rules in the order in which they take effect."""
    if isinstance(rulebooks, Rulebook):
        return (rulebooks,)
    return tuple(sorted(rulebooks, key=lambda version: version.effective_from))


def timeline(law: Sequence[Rulebook], facts: Facts, today: date) -> Timeline:
    """The periods from the first one regulated to the one that holds `today`; equal answers are shared."""
    if not all(_by_days_alone(version) for version in law):
        return _timeline(law, facts, today)
    days = Days(*(getattr(facts, name) for name in Days._fields))
    return _shared(tuple(law), days, today)


@lru_cache(maxsize=512)
def _asks_which(version: Rulebook) -> bool:
    """Whether some rule, or one that a variant sets, looks at which of the member's periods it is."""
    return '"alternate"' in version.model_dump_json(by_alias=True, exclude_unset=True)


class Days(NamedTuple):
    """The facts from which periods follow where no rule looks at anything else."""

    joined_on: date | None
    admitted_on: date | None
    licensed_on: date | None
    born_on: date | None
    surname_at_admission: str
    group: str


@lru_cache(maxsize=512)
def _by_days_alone(version: Rulebook) -> bool:
    """Whether the periods follow from a few days of the member's life and the group, whatever else is known."""
    if version.variants:
        return False
    anchor = version.period.anchor
    asked = [group.when for group in anchor.groups if group.when] if isinstance(anchor, GroupAnchor) else []
    return not any(
        when.role or when.status or when.attributes or when.all_of or when.any_of or when.none_of for when in asked
    )


@lru_cache(maxsize=8192)
def _shared(law: tuple[Rulebook, ...], days: Days, today: date) -> Timeline:
    return _timeline(law, Facts(**days._asdict()), today)


def _timeline(law: Sequence[Rulebook], facts: Facts, today: date) -> Timeline:
    member = _Member(law, facts)
    frames: list[Frame] = []
    start = member.first_start()
    while start <= today:
        frame = member.frame(start, len(frames))
        frames.append(frame)
        start = member.after(frame)
        if len(frames) > LIMIT:
            raise FactsError("the rulebook gives the member more periods than a life has")
    return Timeline(tuple(frames), start)


def periods(rulebooks: Rulebook | Sequence[Rulebook], facts: Facts, today: date) -> tuple[Period, ...]:
    """The regulated periods, from the first one to the one that holds `today`; none if the first lies ahead."""
    return tuple(frame.period for frame in timeline(law_of(rulebooks), facts, today).frames)


class _Member:
    """One member under all versions of the rules."""

    def __init__(self, law: Sequence[Rulebook], facts: Facts) -> None:
        self.law, self.facts = law, facts
        self.counted_from: date | None = None  # blocks of the member's own, after a first period of its own
        self.before = 0  # periods of the member before the first that is regulated

    def first_start(self) -> date:
        """The first day of the first regulated period."""
        floor = self._first_regulated()
        admission = admission_of(self.law[0], self.facts)
        if admission is None:
            return floor
        rules = self.frame(admission, 0).rulebook
        view = View(self.facts, admission, admission, admission, first=True)
        start = joined_on_start(rules, view, admission)
        if start >= floor:
            return start
        first = self._first_of_older(rules, start, floor)
        if any(_asks_which(version) for version in self.law):
            self.before = self._until(start, first)
        return first

    def _first_of_older(self, rules: Rulebook, start: date, floor: date) -> date:
        """That of who began on a day before the rules did."""
        if any("period" in variant.set or "joining" in variant.set for variant in self.law[0].variants):
            return self._walked(start)
        if rules.joining.rule != "own":
            return floor
        own = self.frame(start, 0).period
        if _governs(self.law[0], own):  # though no whole block that began by then is
            return start
        after = own.end + DAY
        if rules.joining.then == "from_its_end":
            self.counted_from = after
            block = _own_block(rules.period.months, after, max(floor, after))
            return block.start if block.start >= floor else block.end + DAY
        return max(floor, after)

    def _until(self, start: date, first: date) -> int:
        """How many periods begin from `start` on before `first`."""
        number = 0
        while start < first and number < LIMIT:
            start = self.after(self.frame(start, number))
            number += 1
        return number

    def _walked(self, start: date) -> date:
        """The first start that the rules govern, period by period from the admission on."""
        for _step in range(LIMIT):
            frame = self.frame(start, 0)
            if _governs(self.law[0], frame.period):
                break
            start = self.after(frame)
        return start

    def frame(self, start: date, index: int) -> Frame:
        """The period that begins on `start`, under the newest version that governs it."""
        for version in reversed(self.law[1:]):
            frame = self._framed(version, start, index)
            if _governs(version, frame.period):
                return frame
        return self._framed(self.law[0], start, index)

    def after(self, frame: Frame) -> date:
        """Where the next period begins: at once, or with the next block after a first period of its own."""
        start = frame.period.end + DAY
        joining = frame.rulebook.joining
        if not frame.first or joining.rule != "own" or joining.then == "at_once":
            return start
        if joining.then == "from_its_end":
            self.counted_from = start
            return start
        rules = self.frame(start, frame.index + 1).rulebook
        view = View(self.facts, admission_of(rules, self.facts), start, start, frame.index + 1)
        return next_block(rules, view, start).start

    def _first_regulated(self) -> date:
        """The start of the first block that the oldest version governs."""
        base = self.law[0]
        effective = base.effective_from
        view = View(self.facts, admission_of(base, self.facts), effective, effective)
        if base.governs == "periods_ending":
            return block_holding(base, view, effective).start
        return next_block(base, view, effective).start

    def _framed(self, version: Rulebook, start: date, index: int) -> Frame:
        """The period under this version, with the variants that hold for it; these may change the period itself."""
        frame = self._spanned(version, version, (), start, index)
        for _round in range(2 if version.variants else 0):
            period = frame.period
            view = View(
                self.facts, admission_of(version, self.facts), period.start, period.end, index + self.before,
                frame.first, frame.block.group,
            )  # fmt: skip
            codes = tuple(variant.code for variant in version.variants if holds(variant.when, view))
            if codes == frame.variants:
                break
            frame = self._spanned(version, varied(version, codes), codes, start, index)
        return frame

    def _spanned(self, base: Rulebook, rules: Rulebook, variants: tuple[str, ...], start: date, index: int) -> Frame:
        admission = admission_of(base, self.facts)
        view = View(self.facts, admission, start, start, index)
        begins = admission if index == 0 and rules.joining.rule == "own" else None
        if begins is not None and start == own_start(rules, view, begins):
            block = Block(start, own_end(rules.joining, start))
            counts_from = _counts_from(rules.joining, begins, start)
            return Frame(Period(start, block.end), block, rules, base, variants, counts_from, index, True, self.before)
        block = block_holding(rules, view, start)
        if self.counted_from is not None and start >= self.counted_from:
            block = _own_block(rules.period.months, self.counted_from, start)
        for irregular in rules.period.irregular:
            if irregular.first == start:
                block = Block(start, irregular.last, block.group)
        period = Period(start, block.end)
        first = index == 0 and admission is not None and _begins(rules, view, admission, period)
        counts_from = _counts_from(rules.joining, admission, start) if first and admission else start
        return Frame(period, block, rules, base, variants, counts_from, index, first, self.before)


def _own_block(months: int, first: date, day: date) -> Block:
    """The block that holds the day, of those counted from `first`."""
    begun = months_between(first, day) // months * months
    return Block(add_months(first, begun), add_months(first, begun + months) - DAY)


def _governs(version: Rulebook, period: Period) -> bool:
    day = period.end if version.governs == "periods_ending" else period.start
    return version.effective_from <= day


def _begins(rules: Rulebook, view: View, admission: date, period: Period) -> bool:
    """Whether this is the period in which, or because of which, the member begins."""
    return period.start <= admission <= period.end or period.start == joined_on_start(rules, view, admission)


def _counts_from(joining: Joining, admission: date, start: date) -> date:
    if joining.counts_from == "start":
        return add_months(start, -joining.counts_months_before)
    return admission.replace(day=1) if joining.counts_from == "admission_month" else admission
