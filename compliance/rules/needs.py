"""What is still needed: the fewest minutes that complete a period, and of which kind they must be."""

from collections import defaultdict
from dataclasses import dataclass, replace

from .language.amounts import Number
from .settling import Settled
from .tree import Ask


@dataclass(frozen=True, slots=True)
class Need:
    """Minutes still to be earned of credit that serves the line `serves`.

    Each of `also` names a line and how many of the minutes must serve that as well. `not_under` are caps that are
    used up: credit under them would not count.
    """

    minutes: Number
    serves: str
    also: tuple[tuple[str, Number], ...] = ()
    not_under: tuple[str, ...] = ()


def _stretched(ask: Ask) -> str:
    return ask.rule.code if ask.stretch is not None and ask.rule is not None else ask.code


def needs(settled: Settled) -> tuple[Need, ...]:
    """A cheapest way to complete the period: credits of these kinds add up to the fewest minutes possible."""
    asks, shortfall = settled.pooled.asks, settled.solution.shortfall
    closed = _used_up(settled)
    found: list[Need] = []
    below: defaultdict[int, Number] = defaultdict(int)
    for node in range(len(asks) - 1, -1, -1):
        if asks[node].alongside:
            continue
        own = max(0, shortfall[node] - below[node])
        if own:
            found.append(Need(own, asks[node].code, not_under=closed))
        below[asks[node].parent] += max(shortfall[node], below[node])
    beside: defaultdict[str, list[int]] = defaultdict(list)
    for node, ask in enumerate(asks):
        if ask.alongside and shortfall[node]:
            beside[_stretched(ask)].append(node)
    for nodes in beside.values():
        found = _laid_over(found, [(asks[node].code, shortfall[node]) for node in nodes], closed)
    return tuple(sorted(found, key=lambda need: [ask.code for ask in asks].index(need.serves)))


def _laid_over(found: list[Need], lines: list[tuple[str, Number]], closed: tuple[str, ...]) -> list[Need]:
    """The needs, of which so many minutes must serve each line as well, none two of them; more if they are too few."""
    room = [need.minutes for need in found]
    for code, minutes in lines:
        for place, need in enumerate(found):
            part = min(minutes, room[place])
            if part:
                found[place] = replace(need, also=(*need.also, (code, part)))
                room[place] -= part
                minutes -= part
        if minutes:
            found.append(Need(minutes, code, not_under=closed))
            room.append(0)
    return found


def _used_up(settled: Settled) -> tuple[str, ...]:
    """Caps of the whole period under which nothing more can count."""
    counted = [sum(placed.values()) for placed in settled.solution.placed]
    found = []
    whole_period = {cap.code for cap in settled.frame.rulebook.caps if cap.per == "period"}
    for (code, _clause), limit in zip(settled.pooled.sources, settled.pooled.problem.limits, strict=True):
        if limit.node is None and code in whole_period and sum(counted[pool] for pool in limit.pools) >= limit.at_most:
            found.append(code)
    return tuple(dict.fromkeys(found))
