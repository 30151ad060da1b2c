"""The question of one period for the allocation: credit in pools, and what each pool may serve."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from .calendar import DAY, add_months, months_between
from .carrying import goes_on_as
from .kinds import Kinds, kinds_of
from .language.amounts import Number, exact, rounded
from .language.credit import Cap
from .language.figures import Share
from .language.requirements import Window
from .matching import within
from .period import Frame, Period
from .problem import CarryRule, Limit, Node, Problem
from .requirement import TOTAL, Requirement, step_of
from .tree import Ask, stretches
from .valuation import Valued


class Key(NamedTuple):
    """What tells a pool from another: all that some rule of this period, or of the next, can see of a credit.

    `mask` are the selectors that speak of it; `stretches` whether it was earned in each stretch that is asked for
    apart; `labels` the caps by day, year or course that it exceeds; `onward` its pool in the next period.
    """

    mask: int
    vintage: int | None
    category: str
    stretches: tuple[bool, ...]
    carriable: bool
    labels: tuple[str, ...] = ()
    onward: int | None = None


@dataclass(frozen=True, slots=True)
class Pooled:
    """A problem with the credit behind each pool, in the order in which it counts.

    `sources` has the code and the clause of the rule behind each limit.
    """

    problem: Problem
    items: tuple[tuple[Valued, ...], ...]
    keys: tuple[Key, ...]
    sources: tuple[tuple[str, str], ...]
    asks: tuple[Ask, ...]


class Pooling:
    """Puts the credit of one period into pools.

    `spent` is credit earned in it that fills the period before: caps by day, year or course hold for both together.
    `counted` is all that counted before, for caps whose window begins before the period.
    """

    def __init__(
        self,
        frame: Frame,
        required: Requirement,
        asked: tuple[Ask, ...],
        *,
        carries: bool,
        spent: Sequence[Valued] = (),
        counted: Sequence[Valued] = (),
    ) -> None:
        self.frame, self.required, self.asked = frame, required, asked
        self.rules = frame.rulebook
        self.kinds: Kinds = kinds_of(self.rules)
        self.carries = carries and self.rules.carry is not None
        self.split_caps = [cap for cap in self.rules.caps if in_parts(cap) and cap.code in required.caps]
        self.by_category = any(ask.category for ask in asked)
        self.stretched = [ask.stretch for ask in asked if ask.stretch]
        self.spent = self._spent(spent, counted)

    def pooled(self, items: Iterable[Valued], onward: Mapping[int, int] | None = None) -> Pooled:
        """`onward`: by the identity of a late credit, its pool in the next period."""
        kept = [item for item in items if item.minutes]
        labels = self._labels(kept)
        pools: dict[Key, list[Valued]] = {}
        for place, item in enumerate(kept):
            key = self._key(item)
            if labels or onward:
                key = key._replace(labels=labels[place] if labels else (), onward=(onward or {}).get(id(item)))
            pools.setdefault(key, []).append(item)
        return self._problem(pools)

    # --- telling credit apart ---

    def _key(self, item: Valued) -> Key:
        end = self.frame.period.end
        return Key(
            self.kinds.mask(item, end),
            item.vintage,
            item.category if self.by_category else "",
            self._earned_in(item, end) if self.stretched else (),
            self._carriable(item) if self.carries else True,
        )

    def _earned_in(self, item: Valued, end: date) -> tuple[bool, ...]:
        """The stretches in which it was earned; what is earned after the period prolongs the last of them."""
        day = min(item.day, end)
        return tuple(stretch.start <= day <= stretch.end for stretch in self.stretched)

    def _carriable(self, item: Valued) -> bool:
        carry = self.rules.carry
        if carry is None or carry.earned_last_months is None:
            return True
        return item.day >= add_months(self.frame.period.end + DAY, -carry.earned_last_months)

    def _labels(self, items: Sequence[Valued]) -> list[tuple[str, ...]]:
        """For caps by day, year or course: the ones that would be exceeded, by name, for each item under them."""
        if not self.split_caps:
            return []
        found: list[list[str]] = [[] for _ in items]
        for cap in self.split_caps:
            bit, sums = self.kinds.bit(cap.counts), defaultdict(list)
            for place, item in enumerate(items):
                if cap.per == "course" and not item.course:
                    continue
                if item.vintage is None and self.kinds.mask(item, self.frame.period.end) & bit:
                    sums[self._split(cap, item)].append(place)
            for name, places in sums.items():
                label = f"{cap.code}:{name}"
                if sum(items[place].minutes for place in places) > self._room(cap, label):
                    for place in places:
                        found[place].append(label)
        return [tuple(each) for each in found]

    def _spent(self, items: Sequence[Valued], counted: Sequence[Valued]) -> dict[str, Number]:
        """By the name of a cap by day, year, course or window: minutes under it that count for periods before."""
        found: defaultdict[str, Number] = defaultdict(int)
        period = self.frame.period
        own = [item for item in items if period.start <= item.day <= period.end]
        for cap in (cap for cap in self.rules.caps if cap.per != "period" or cap.window):
            bit, since = self.kinds.bit(cap.counts), _window_start(cap, period)
            for item in counted if cap.window else own:
                if (
                    item.day >= since
                    and (cap.per != "course" or item.course)
                    and self.kinds.mask(item, period.end) & bit
                ):
                    found[f"{cap.code}:{self._split(cap, item)}"] += item.minutes
        return found

    def _room(self, cap: Cap, label: str) -> Number:
        return max(0, self.required.caps[cap.code] - self.spent.get(label, 0))

    def _split(self, cap: Cap, item: Valued) -> str:
        if cap.window is not None:
            return _block_start(cap.window, item.day)
        if cap.per == "day":
            return item.day.isoformat()
        if cap.per == "course":
            return item.course
        parts = enumerate(stretches(self.frame.period, 12))
        return next((str(number) for number, part in parts if part.start <= item.day <= part.end), "late")

    # --- the problem ---

    def _problem(self, pools: dict[Key, list[Valued]]) -> Pooled:
        keys = list(pools)
        masks = [key.mask for key in keys]
        serves = [[self._serves(ask, key) for ask in self.asked] for key in keys]
        places = tuple(self._places(ask_by_ask, mask) for ask_by_ask, mask in zip(serves, masks, strict=True))
        nodes = tuple(
            Node(
                ask.required,
                ask.parent,
                ask.alongside,
                frozenset(pool for pool, found in enumerate(serves) if found[node] and places[pool])
                if ask.alongside
                else frozenset(),
                ask.rule.code if ask.stretch is not None and ask.rule is not None else "",
            )
            for node, ask in enumerate(self.asked)
        )
        limits, sources = self._limits(keys, masks, serves)
        held = tuple(_sum(items) for items in pools.values())
        samples = [items[0] for items in pools.values()]
        carry = self._carry(keys, masks, places, samples) if self.carries else None
        problem = Problem(held, nodes, places, limits, carry)
        return Pooled(problem, tuple(tuple(items) for items in pools.values()), tuple(keys), sources, self.asked)

    def _serves(self, ask: Ask, key: Key) -> bool:
        """Whether the pool is what the node speaks of itself."""
        mask = key.mask
        if key.vintage is not None and self._looks_back(ask):
            return False  # what the rest of the window holds has been taken off already
        if not mask & self.kinds.bit(ask.counts):
            return False
        if ask.stretch is not None and not key.stretches[self.stretched.index(ask.stretch)]:
            return False
        return not ask.category or ask.category in within(self.rules).get(key.category, {key.category})

    def _looks_back(self, ask: Ask) -> bool:
        window = ask.rule.window if ask.rule else self.rules.total.window
        return window is not None and window.rule != "ahead"

    def _places(self, serves: Sequence[bool], mask: int) -> tuple[int, ...]:
        """Where a pool may be placed, its own place first."""
        own = [n for n, ask in enumerate(self.asked) if serves[n] and not ask.alongside]
        others: list[int] = []
        limited: list[int] = []
        for node, ask in enumerate(self.asked):
            if ask.rule is None or ask.alongside or node in own or ask.category:
                continue
            for other in ask.rule.also:
                if mask & self.kinds.bit(other.counts):
                    (others if other.at_most is None else limited).append(node)
                    break
        full = self._innermost(own) + [node for node in self._innermost(others) if node not in own]
        kept = [node for node in full if not any(self._inside(other, node) for other in full)]
        return tuple(
            dict.fromkeys([*kept, *(node for node in limited if not any(self._inside(o, node) for o in kept))])
        )

    def _innermost(self, nodes: Sequence[int]) -> list[int]:
        return [node for node in nodes if not any(self._inside(other, node) for other in nodes)]

    def _inside(self, inner: int, outer: int) -> bool:
        """Whether a node lies strictly inside another."""
        parent = self.asked[inner].parent
        while parent >= 0:
            if parent == outer:
                return True
            parent = self.asked[parent].parent
        return False

    def _limits(
        self, keys: Sequence[Key], masks: Sequence[int], serves: Sequence[Sequence[bool]]
    ) -> tuple[tuple[Limit, ...], tuple[tuple[str, str], ...]]:
        found = []
        for cap in self.rules.caps:
            if cap.code not in self.required.caps:
                continue
            bit = self.kinds.bit(cap.counts)
            if not in_parts(cap):
                pools = frozenset(
                    p for p, m in enumerate(masks) if m & bit and (cap.window is None or keys[p].vintage is None)
                )
                found.append((Limit(pools, self._room(cap, f"{cap.code}:")), (cap.code, cap.clause)))
                continue
            names = sorted({label for key in keys for label in key.labels if label.startswith(f"{cap.code}:")})
            for name in names:
                pools = frozenset(p for p, key in enumerate(keys) if name in key.labels)
                found.append((Limit(pools, self._room(cap, name)), (cap.code, cap.clause)))
        for node, ask in enumerate(self.asked):
            for other in ask.rule.also if ask.rule and not ask.alongside and not ask.category else ():
                if other.at_most is not None:
                    bit = self.kinds.bit(other.counts)
                    pools = frozenset(p for p, m in enumerate(masks) if m & bit and not serves[p][node])
                    at_most = self.limit_amount(other.at_most, ask.rule.code if ask.rule else TOTAL)
                    found.append((Limit(pools, at_most, node), (ask.code, ask.clause)))
        return tuple(limit for limit, _ in found), tuple(source for _, source in found)

    def limit_amount(self, figure: Number | Share, code: str = TOTAL) -> Number:
        """A fixed figure, or a share of what a requirement comes to, in minutes; `code` is the rule that sets it."""
        if isinstance(figure, Share):
            minutes = exact(self.required.followed_by(code).get(figure.of, 0) * figure.share)
            if figure.rounding is None:
                return minutes
            return rounded(minutes, step_of(figure.rounding, self.rules.unit.minutes), figure.rounding.direction)
        return exact(figure * self.rules.unit.minutes)

    def _carry(
        self,
        keys: Sequence[Key],
        masks: Sequence[int],
        places: Sequence[tuple[int, ...]],
        samples: Sequence[Valued],
    ) -> CarryRule | None:
        carry = self.rules.carry
        if carry is None:
            return None
        bit = self.kinds.bit(carry.counts)
        pools = frozenset(
            pool for pool, key in enumerate(keys)
            if masks[pool] & bit and places[pool] and key.carriable and not self._expires(key.vintage)
        )  # fmt: skip
        limits = tuple(
            Limit(frozenset(p for p, m in enumerate(masks) if m & self.kinds.bit(limit.counts)),
                  self.limit_amount(limit.maximum))
            for limit in carry.limits
        )  # fmt: skip
        relabels = tuple(bool(limit.relabel_category or limit.relabel_format) for limit in carry.limits)
        kept, loose = self._worth(keys, samples)
        still = self._still_limited(samples)
        return CarryRule(self.limit_amount(carry.maximum), pools, limits, relabels, still, carry.capped, kept, loose)

    def _still_limited(self, samples: Sequence[Valued]) -> tuple[frozenset[int], ...]:
        """By carry limit, the pools of which it speaks even when they go on without their label."""
        carry = self.rules.carry
        masks = [self.kinds.mask(goes_on_as(self.frame, each)[1], self.frame.period.end) for each in samples]
        bits = [self.kinds.bit(limit.counts) for limit in carry.limits] if carry else []
        return tuple(frozenset(pool for pool, mask in enumerate(masks) if mask & bit) for bit in bits)

    def _worth(self, keys: Sequence[Key], samples: Sequence[Valued]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """How much a minute of each pool is worth carrying, as it would go on, with its label and without.

        What can serve most of what is asked now goes on first, then what lasts longest: the member's best.
        """
        found: tuple[list[int], list[int]] = ([], [])
        for key, sample in zip(keys, samples, strict=True):
            lasts = self.frame.index if key.vintage is None else key.vintage
            for ranks, goes_on in zip(found, goes_on_as(self.frame, sample), strict=True):
                mask = self.kinds.mask(goes_on, self.frame.period.end)
                then = key._replace(mask=mask, category=goes_on.category if self.by_category else "")
                ranks.append(1000 * sum(self._serves(ask, then) for ask in self.asked) + lasts)
        kept, loose = found
        return tuple(kept), tuple(min(pair) for pair in zip(kept, loose, strict=True))  # nobody drops a label at will

    def _expires(self, vintage: int | None) -> bool:
        """Whether credit of that period cannot be carried out of this one any more."""
        carry = self.rules.carry
        if vintage is None or carry is None:
            return False
        return self.frame.index - vintage >= carry.periods


def in_parts(cap: Cap) -> bool:
    """Whether a cap is asked of parts of the period's credit and not of all of it."""
    return cap.per != "period" or (cap.window is not None and cap.window.rule == "blocks")


def _window_start(cap: Cap, period: Period) -> date:
    """From when on credit counted in periods before leaves less of a cap."""
    if cap.window is None or cap.window.rule == "blocks":
        return date.min
    return add_months(period.end + DAY, -cap.window.months)


def _block_start(window: Window, day: date) -> str:
    """The block of the window that holds the day; a rolling one is not divided."""
    if window.first_start is None or window.rule == "rolling":
        return ""
    months = months_between(window.first_start, day) // window.months * window.months
    return add_months(window.first_start, months).isoformat()


def _sum(items: Iterable[Valued]) -> Number:
    return exact(sum(item.minutes for item in items))
