"""What each credit counted for and what not, with the reason: data taken from the same count as the assessment."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from .facts import Credit, Facts
from .language.amounts import Number
from .language.rulebook import Rulebook
from .period import Period, Timeline
from .settling import Settled
from .sharing import Use
from .valuation import Valued, valued

Reason = Literal[
    "counted",
    "carried",
    "used_for_previous_period",
    "cap",
    "not_asked",
    "unused",
    "outside_period",
    "before_effective",
    "reversed",
    "pending",
    "refused",
    "not_accredited",
    "too_short",
    "worth_nothing",
    "status",
    "rounding",
    "duplicate",
    "once_only",
]


@dataclass(frozen=True, slots=True)
class Portion:
    """Part of a credit with one fate, in minutes. `counts_for` names lines of the period's assessment.

    Empty `counts_for`: it counts nowhere, and `clause` says why.
    """

    minutes: Number
    reason: Reason
    period: Period | None
    counts_for: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A credit, what it is worth in minutes, as which category, and what became of it. A reversal has no portions.

    Portions add up to the length of the credit, or to its worth where an activity multiplies it; those with the
    reason "rounding" or "too_short" are of its length.
    """

    credit: Credit
    worth: Number
    portions: tuple[Portion, ...]
    counted_as: str = ""


def explained(line: Timeline, settled: Sequence[Settled], facts: Facts) -> tuple[Explained, ...]:
    """The explanation of periods that have been settled."""
    found: defaultdict[int, list[Portion]] = defaultdict(list)
    worth: dict[int, Number] = {}
    counted_as: dict[int, str] = {}
    for each in settled:
        for item in each.earned:
            worth[id(item.credit)] = item.minutes
            counted_as[id(item.credit)] = item.category
            found[id(item.credit)] += [Portion(loss.minutes, _reason(loss.reason), each.frame.period, (), loss.clause)
                                       for loss in item.losses]  # fmt: skip
        for use in (*each.uses, *each.late):
            worth.setdefault(id(use.item.credit), use.item.minutes)
            found[id(use.item.credit)].append(_portion(each, use))
    for item in settled[-1].outside:
        worth.setdefault(id(item.credit), item.minutes)
        found[id(item.credit)] += _outside(line.frames[0].base, item)
    ordered = sorted(facts.credits, key=lambda credit: credit.order)
    return tuple(
        Explained(
            credit,
            worth.get(id(credit), 0),
            _tidy(found[id(credit)]),
            counted_as.get(id(credit), credit.category),
        )
        for credit in ordered
    )


def _reason(code: str) -> Reason:
    return code  # type: ignore[return-value]


def _tidy(portions: Iterable[Portion]) -> tuple[Portion, ...]:
    return tuple(portion for portion in portions if portion.minutes)


def unregulated(law: Sequence[Rulebook], facts: Facts) -> Iterator[Explained]:
    for item in valued(law[0], facts.credits):
        yield Explained(item.credit, item.minutes, tuple(_outside(law[0], item)))


def _outside(base: Rulebook, item: Valued) -> list[Portion]:
    reason: Reason = "before_effective" if item.day < base.effective_from else "outside_period"
    losses = [Portion(loss.minutes, _reason(loss.reason), None, (), loss.clause) for loss in item.losses]
    rest = [Portion(item.minutes, reason, None, (), base.period.clause)] if item.minutes else []
    return [*losses, *rest]


def _portion(settled: Settled, use: Use) -> Portion:
    period, rules = settled.frame.period, settled.frame.rulebook
    if use.fate == "unused":
        return Portion(use.minutes, "unused", period, (), rules.carry.clause if rules.carry else "")
    if use.fate == "cut" or (use.node is None and use.fate != "carried"):
        reason, clause = _why_cut(settled, use.item)
        return Portion(use.minutes, reason, period, (), clause)
    if use.fate == "carried":
        clause = rules.carry.clause if rules.carry else ""
        return Portion(use.minutes, "carried", period, (), clause)
    codes = tuple(_codes(settled, use))
    if use.fate == "late":
        return Portion(use.minutes, "used_for_previous_period", period, codes, rules.late.make_up_clause)
    return Portion(use.minutes, "counted", period, codes, settled.pooled.asks[use.node or 0].clause)


def _codes(settled: Settled, use: Use) -> Iterator[str]:
    """The lines that the use serves: where it is placed and all around it, then those alongside."""
    asks, nodes = settled.pooled.asks, settled.pooled.problem.nodes
    place, chain = use.node if use.node is not None else 0, []
    while place >= 0:
        chain.append(asks[place].code)
        place = nodes[place].parent
    yield from reversed(chain)
    pool = _pool_of(settled, use.item)
    yield from (asks[node].code for node, each in enumerate(nodes) if each.alongside and pool in each.pools)


def _pool_of(settled: Settled, item: Valued) -> int:
    return next(pool for pool, items in enumerate(settled.pooled.items) if any(each is item for each in items))


def _why_cut(settled: Settled, item: Valued) -> tuple[Reason, str]:
    """The first cap over the credit that is used up; none: the rules have no place for it."""
    pool = _pool_of(settled, item)
    if not settled.pooled.problem.places[pool]:
        return "not_asked", settled.frame.rulebook.total.clause
    counted = [
        sum(placed.values()) + carried + relabelled
        for placed, carried, relabelled in zip(
            settled.solution.placed, settled.solution.carried, settled.solution.relabelled, strict=True
        )
    ]
    over = [
        (clause, limit)
        for (_, clause), limit in zip(settled.pooled.sources, settled.pooled.problem.limits, strict=True)
        if pool in limit.pools and limit.node is None
    ]
    full = [clause for clause, limit in over if sum(counted[each] for each in limit.pools) >= limit.at_most]
    return "cap", (full or [clause for clause, _ in over] or [""])[0]
