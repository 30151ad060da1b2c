"""Settling: the periods of one member counted one after the other, each taking what it may from its neighbours."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations, islice, product

from .calendar import DAY, add_months, next_year_day
from .facts import Facts
from .figuring import in_full, requirement
from .language.amounts import Number
from .language.requirements import Spread
from .language.rulebook import Rulebook
from .matching import within
from .period import Frame, Period, Timeline
from .pools import Pooled, Pooling
from .problem import Late, Solution
from .requirement import Requirement
from .sharing import Use, shared
from .solve import solve
from .tree import asks
from .valuation import Valued, lasting, marks, repeats_matter, valued, without_repeats
from .windows import Elsewhere, looks_elsewhere, sees_until, windowed

NOWHERE = -1
"""The pool of late credit that is of no use in the next period: it was earned before that begins."""

SUBSETS = 300
"""Choices of subjects tried one by one while something is missing, those with most credit first."""


@dataclass(frozen=True, slots=True)
class Settled:
    """One period after counting. `uses` says what became of every credit of the period, carried credit among it.

    `late` are uses of credit earned after the period; `carried` is credit that goes on to the next one. `earned` is
    the period's own credit as it was valued, and `outside` (in the last one) credit of no period at all.
    """

    frame: Frame
    requirement: Requirement
    pooled: Pooled
    solution: Solution
    uses: tuple[Use, ...] = ()
    late: tuple[Use, ...] = ()
    carried: tuple[Valued, ...] = ()
    outside: tuple[Valued, ...] = ()
    earned: tuple[Valued, ...] = ()


@dataclass(slots=True)
class _Ledger:
    """The member's credit by the index of the period in which it was earned, as far as it is not used up."""

    own: defaultdict[int, list[Valued]] = field(default_factory=lambda: defaultdict(list))
    outside: list[Valued] = field(default_factory=list)


def settle(line: Timeline, facts: Facts, today: date) -> list[Settled]:
    """Count every period in turn, oldest first. Raises FactsError if the facts contradict themselves."""
    frames = line.frames
    ledger = _by_period(line, facts)
    earned = _without_repeats(frames, ledger)
    settled: list[Settled] = []
    carried: tuple[Valued, ...] = ()
    spent: tuple[Valued, ...] = ()
    counted: tuple[Valued, ...] = ()
    remembers = any(cap.window for frame in frames for cap in frame.rulebook.caps)
    for index, frame in enumerate(frames):
        required = requirement(frame, facts)
        if looks_elsewhere(frame):
            later = _later(frames, ledger, index, facts, counted)
            required = windowed(frame, required, _elsewhere(settled, ledger, later))
        following = frames[index + 1] if index + 1 < len(frames) else None
        late = _late_items(frame, following, facts, ledger, index) if frame.period.end < today else []
        items = (*carried, *ledger.own[index])
        result = _settled(frame, required, facts, items, late, following, ledger.own[index + 1], spent, counted)
        if remembers:
            counted += _under_caps(result)
        spent = tuple(replace(use.item, minutes=use.minutes) for use in result.late)
        if result.late:
            ledger.own[index + 1] = _left(ledger.own[index + 1], result.late)
            ledger.outside = [item for item in _left(ledger.outside, result.late) if item.minutes]
        carried = result.carried
        settled.append(replace(result, earned=earned[index]))
    settled[-1] = replace(settled[-1], outside=tuple(ledger.outside))
    return settled


# --- credit by period ------------------------------------------------------------------------------------------------


def _by_period(line: Timeline, facts: Facts) -> _Ledger:
    """Credit valued by the rules of the period in which it was earned."""
    frames = line.frames
    ledger, by_rules = _Ledger(), defaultdict(list)
    starts = [frames[0].counts_from, *(frame.period.start for frame in frames[1:]), line.after]
    for credit in facts.credits:
        by_rules[bisect_right(starts, credit.day) - 1].append(credit)
    for index, credits in by_rules.items():
        frame = frames[min(max(index, 0), len(frames) - 1)]
        inside = 0 <= index < len(frames)
        for item in valued(frame.rulebook, credits, facts.statuses):
            # Between a first period of its own and the next block there may be days of no period.
            own = inside and item.day <= frame.period.end
            (ledger.own[index] if own else ledger.outside).append(item)
    return ledger


def _elsewhere(settled: Sequence[Settled], ledger: _Ledger, later: Sequence[Valued]) -> Elsewhere:
    """What the windows of a period may see of the periods before it and after it."""
    return Elsewhere([use for each in settled for use in (*each.uses, *each.late)], [*ledger.outside, *later])


def _later(
    frames: Sequence[Frame], ledger: _Ledger, index: int, facts: Facts, counted: tuple[Valued, ...]
) -> list[Valued]:
    """Credit of the periods after one at which it looks, as far as the caps of each let it count there."""
    found: list[Valued] = []
    until = sees_until(frames[index])
    seen = [frame for frame in frames[index:] if frame.period.start <= until]
    for place, frame in enumerate(seen if len(seen) > 1 else (), start=index):
        question = _Question(frame, requirement(frame, facts), facts, (), None, (), (), counted)
        result = question.best(ledger.own[place], carries=False)
        counted += _under_caps(result)
        if place > index:
            found += [replace(use.item, minutes=use.minutes) for use in result.uses if use.fate != "cut"]
    return found


def _without_repeats(frames: Sequence[Frame], ledger: _Ledger) -> list[tuple[Valued, ...]]:
    """By period, the credit earned in it; repeats are worth nothing, there and in the ledger."""
    seen: frozenset[str] = frozenset()
    found = []
    for index, frame in enumerate(frames):
        items = without_repeats(frame.rulebook, ledger.own[index], seen)
        if repeats_matter(frame.rulebook):
            seen |= lasting(frame.rulebook, (mark for item in items for mark in marks(frame.rulebook, item)))
        ledger.own[index] = list(items)
        found.append(items)
    return found


def late_until(rulebook: Rulebook, period: Period, facts: Facts) -> date:
    """The last day on which credit still fills the period; its own last day if there is no such time after it."""
    rule, end = rulebook.late, period.end
    last = max(end + rule.make_up_days * DAY, add_months(end + DAY, rule.make_up_months) - DAY)
    if rule.make_up_until:
        last = max(last, next_year_day(end, rule.make_up_until))
    for grant in facts.grants:
        if grant.kind == "extension" and grant.end and period.start <= grant.start <= end:
            last = max(last, grant.end)
    return last


def _late_items(frame: Frame, following: Frame | None, facts: Facts, ledger: _Ledger, index: int) -> list[Valued]:
    """Credit of the next period, or of no period, that may fill this one."""
    last = late_until(frame.rulebook, frame.period, facts)
    if last == frame.period.end:
        return []
    if following is not None:
        last = min(last, following.period.end)
    after = (*ledger.own[index + 1], *ledger.outside)
    found = [item for item in after if frame.period.end < item.day <= last and item.minutes]
    if not repeats_matter(frame.rulebook):
        return found
    here = frozenset(mark for item in ledger.own[index] for mark in marks(frame.rulebook, item))
    return [item for item in without_repeats(frame.rulebook, found, here) if item.minutes]


def _under_caps(result: Settled) -> tuple[Valued, ...]:
    """What a period leaves less of caps over several periods: what of its own counts in it, or goes on."""
    carry = result.frame.rulebook.carry
    fates = ("counted", "late") if carry is not None and carry.capped else ("counted", "late", "carried")
    uses = (*result.uses, *result.late)
    return tuple(
        replace(use.item, minutes=use.minutes) for use in uses if use.fate in fates and use.item.vintage is None
    )


def _left(items: Sequence[Valued], used: Iterable[Use]) -> list[Valued]:
    """What is left of the credit of a period once the one before has taken from it."""
    taken: defaultdict[int, Number] = defaultdict(int)
    for use in used:
        taken[id(use.item)] += use.minutes
    return [replace(item, minutes=item.minutes - taken[id(item)]) if taken[id(item)] else item for item in items]


# --- one period ------------------------------------------------------------------------------------------------------


def _settled(
    frame: Frame,
    required: Requirement,
    facts: Facts,
    items: Sequence[Valued],
    late: Sequence[Valued],
    following: Frame | None,
    after: Sequence[Valued],
    spent: Sequence[Valued],
    counted: Sequence[Valued],
) -> Settled:
    question = _Question(frame, required, facts, late, following, after, spent, counted)
    carry = frame.rulebook.carry
    if carry is not None and required.exempt and carry.from_exempt != "all":
        plain = question.best(items, carries=False)
        if carry.from_exempt == "nothing":
            return plain
        owed = replace(question, required=in_full(frame, facts), late=()).best(items, carries=True)
        return replace(plain, uses=owed.uses, carried=owed.carried)
    if carry is None or not carry.forfeit_if_used or not any(item.vintage is not None for item in items):
        return question.best(items, carries=True)
    # Whoever needs carried credit carries nothing; whoever does not is better off without touching it. Late hours do
    # not stand in for it: what was complete in time does not become late by more credit.
    alone = question.best([item for item in items if item.vintage is None], carries=True)
    helped = question.best(items, carries=False)
    if (helped.solution.missing, sum(helped.solution.late)) < (alone.solution.missing, sum(alone.solution.late)):
        return helped
    unused = tuple(Use(item, item.minutes, "unused") for item in items if item.vintage is not None)
    return replace(alone, uses=(*alone.uses, *unused))


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked in one period, whatever credit it is answered with; `spent` of it fills the period before, and
    `counted` is what counted in those before."""

    frame: Frame
    required: Requirement
    facts: Facts
    late: Sequence[Valued]
    following: Frame | None
    after: Sequence[Valued]
    spent: Sequence[Valued]
    counted: Sequence[Valued]

    def best(self, items: Sequence[Valued], *, carries: bool) -> Settled:
        """The best answer; of several choices of subjects the one under which least is missing."""
        choices = self._choices(items)
        first = self._answer(items, next(choices), carries)
        for choice in choices:
            if not first.solution.missing:
                break
            other = self._answer(items, choice, carries)
            if _lacking(other) < _lacking(first):
                first = other
        return first

    def _answer(self, items: Sequence[Valued], spread: dict[str, tuple[str, ...]], carries: bool) -> Settled:
        asked = asks(self.frame, self.required, self.facts, spread)
        pooling = Pooling(self.frame, self.required, asked, carries=carries, spent=self.spent, counted=self.counted)
        if not self.late:
            pooled = pooling.pooled(items)
            solution = solve(pooled.problem)
        else:
            following, onward = self._onward(self.following or self.frame)
            pooled = pooling.pooled((*items, *self.late), onward)
            problem, taken = self._late(pooled, following)
            solution = solve(problem.problem, taken)
            pooled = problem
        uses, late, carried = shared(self.frame, pooled, solution, {id(item) for item in self.late})
        return Settled(self.frame, self.required, pooled, solution, uses, late, carried)

    # --- late hours ---

    def _onward(self, following: Frame) -> tuple[Pooled, dict[int, int]]:
        """The next period's own question with all its credit, and by identity of each late credit its pool there."""
        required = requirement(following, self.facts)
        asked = asks(following, required, self.facts, {})
        pooled = Pooling(following, required, asked, carries=False, counted=self.counted).pooled(self.after)
        found = {id(item): pool for pool, items in enumerate(pooled.items) for item in items}
        return pooled, {id(item): found.get(id(item), NOWHERE) for item in self.late}

    def _late(self, pooled: Pooled, onward: Pooled) -> tuple[Pooled, Late]:
        """The problem with the late pools emptied, and what they hold apart."""
        late = {id(item) for item in self.late}
        is_late = [id(items[0]) in late for items in pooled.items]
        held = tuple(0 if is_late[pool] else each for pool, each in enumerate(pooled.problem.held))
        taken = tuple(each if is_late[pool] else 0 for pool, each in enumerate(pooled.problem.held))
        as_onward = tuple(None if key.onward == NOWHERE else key.onward for key in pooled.keys)
        at_most = self.frame.rulebook.late.make_up_at_most
        limit = None if at_most is None else at_most * self.frame.rulebook.unit.minutes
        return replace(pooled, problem=replace(pooled.problem, held=held)), Late(
            taken, limit, onward.problem, as_onward
        )

    # --- subjects ---

    def _choices(self, items: Sequence[Valued]) -> Iterator[dict[str, tuple[str, ...]]]:
        """Choices of the subjects that are to hold credit, those that hold most first."""
        rules = [
            rule for rule in self.frame.rulebook.requirements if rule.spread and rule.code in self.required.amounts
        ]
        if not rules:
            yield {}
            return
        held = self._held_by(self.frame.rulebook, items)
        ways = {rule.code: list(_subsets(rule.spread, held)) for rule in rules if rule.spread}
        for chosen in islice(product(*ways.values()), SUBSETS):
            yield dict(zip(ways, chosen, strict=True))

    def _held_by(self, rulebook: Rulebook, items: Sequence[Valued]) -> Mapping[str, Number]:
        held: defaultdict[str, Number] = defaultdict(int)
        categories = within(rulebook)
        for item in (*items, *self.late):
            for code in categories.get(item.category, {item.category}):
                held[code] += item.minutes
        return held


def _subsets(spread: Spread, held: Mapping[str, Number]) -> Iterator[tuple[str, ...]]:
    """Choices of enough subjects: those that hold most first, and no two that differ in empty subjects only."""
    ranked = sorted(spread.of, key=lambda code: (-held[code], code))
    full = [code for code in ranked if held[code]]
    empty = [code for code in ranked if not held[code]]
    for chosen in combinations(full, min(spread.at_least, len(full))):
        yield (*chosen, *empty[: spread.at_least - len(chosen)])


def _lacking(settled: Settled) -> tuple[Number, Number]:
    return settled.solution.missing, sum(settled.solution.shortfall)
