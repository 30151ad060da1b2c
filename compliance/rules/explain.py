"""What each credit counted for and what not, with the reason: data taken from the same count as the assessment."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .assess import Settled, settle
from .compiled import Rules, rules_of
from .document import Rulebook
from .facts import Credit, Facts
from .period import Period, Timeline, timeline
from .valuation import valued

Reason = Literal["counted", "format_cap", "outside_period", "used_for_previous_period", "before_effective", "reversed"]


@dataclass(frozen=True, slots=True)
class Portion:
    """Part of a credit with one fate. `counts_for` names lines of the period's assessment; empty: it counts nowhere."""

    minutes: int
    reason: Reason
    period: Period | None
    counts_for: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A credit and what became of its minutes; the portions add up to them. A reversal itself has none."""

    credit: Credit
    portions: tuple[Portion, ...]


def explain(rulebook: Rulebook, facts: Facts, today: date) -> tuple[Explained, ...]:
    """Every credit by day, then category, format and reference; earlier ones count, and make up, before later ones.

    Raises FactsError as `assess` does.
    """
    rules = rules_of(rulebook)
    line = timeline(rules, facts, today)
    budget = _Budget(rules, line, settle(rules, facts, line, today) if line.periods else [])
    net = {(credit.day, credit.category, credit.format): credit.minutes for credit in valued(facts.credits)}
    ordered = sorted(facts.credits, key=lambda credit: (credit.day, credit.category, credit.format, credit.ref))
    return tuple(Explained(credit, tuple(_portions(budget, net, credit))) for credit in ordered)


def _portions(budget: "_Budget", net: dict[tuple[date, str, str], int], credit: Credit) -> Iterator[Portion]:
    if credit.minutes <= 0:
        return
    key = (credit.day, credit.category, credit.format)
    valid = min(credit.minutes, net.get(key, 0))
    if valid:
        net[key] -= valid
        yield from budget.spend(credit, valid)
    if valid < credit.minutes:
        yield Portion(credit.minutes - valid, "reversed", None, (), "")


class _Budget:
    """How many minutes each pool may still count, handed out to the credits in their order."""

    def __init__(self, rules: Rules, line: Timeline, settled: list[Settled]) -> None:
        self._rules, self._line, self._settled = rules, line, settled
        self._own = [list(each.allocation.own) for each in settled]
        self._late = [list(each.allocation.late) for each in settled]

    def spend(self, credit: Credit, minutes: int) -> Iterator[Portion]:
        """The fates of the next `minutes` of the credit's pool."""
        slot = bisect_right(self._line.slots, credit.day) - 1
        index = slot // 2
        if slot < 0 or index >= len(self._settled):
            yield self._outside(credit, minutes)
            return
        pool = self._rules.pool(credit.category, credit.format)
        if slot % 2 == 0 and index > 0 and (used := min(minutes, self._late[index - 1][pool])):
            self._late[index - 1][pool] -= used
            yield self._counted(used, pool, index - 1, "used_for_previous_period", self._rules.make_up_clause)
            minutes -= used
        if minutes and (used := min(minutes, self._own[index][pool])):
            self._own[index][pool] -= used
            yield self._counted(used, pool, index, "counted", self._rules.total_clause)
            minutes -= used
        if minutes:
            yield Portion(minutes, "format_cap", self._settled[index].period, (), self._cap_clause(pool, index))

    def _outside(self, credit: Credit, minutes: int) -> Portion:
        before = credit.day < self._rules.effective_from
        return Portion(minutes, "before_effective" if before else "outside_period", None, (), self._rules.period_clause)

    def _counted(self, minutes: int, pool: int, index: int, reason: Reason, clause: str) -> Portion:
        codes = ["total", *(category.code for category in self._rules.categories if pool in category.pools)]
        return Portion(minutes, reason, self._settled[index].period, tuple(codes), clause)

    def _cap_clause(self, pool: int, index: int) -> str:
        """The first cap over the pool that is used up."""
        each = self._settled[index]
        counted = [a + b for a, b in zip(each.allocation.own, each.allocation.late, strict=True)]
        over = [cap for cap in zip(self._rules.caps, each.requirement.caps, strict=True) if pool in cap[0].pools]
        full = [cap.clause for cap, maximum in over if sum(counted[each] for each in cap.pools) >= maximum]
        return full[0] if full else ""
