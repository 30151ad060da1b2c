"""What is still needed: the fewest minutes that complete a period, and of which kind they must be."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .language.amounts import Number
from .pools import in_parts
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
    found: defaultdict[int, list[Need]] = defaultdict(list)
    beside: defaultdict[int, defaultdict[str, list[tuple[str, Number]]]] = defaultdict(lambda: defaultdict(list))
    for node, ask in enumerate(asks):
        if ask.alongside and shortfall[node]:
            beside[_beside(asks, node)][_stretched(ask)].append((ask.code, shortfall[node]))
    for node in range(len(asks) - 1, -1, -1):
        if asks[node].alongside:
            continue
        own = shortfall[node] - sum(need.minutes for need in found[node])
        if own > 0:
            found[node].append(Need(own, asks[node].code, not_under=closed))
        for lines in beside[node].values():
            found[node] = _laid_over(found[node], lines, closed)
        found[asks[node].parent] += found[node]
    return tuple(sorted(found[0], key=lambda need: [ask.code for ask in asks].index(need.serves)))


def _beside(asks: Sequence[Ask], node: int) -> int:
    """The node that a node alongside lies in: only minutes that serve that one may serve it as well."""
    while asks[node].alongside:
        node = asks[node].parent
    return node


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
    whole_period = {cap.code for cap in settled.frame.rulebook.caps if not in_parts(cap)}
    for (code, _clause), limit in zip(settled.pooled.sources, settled.pooled.problem.limits, strict=True):
        if limit.node is None and code in whole_period and sum(counted[pool] for pool in limit.pools) >= limit.at_most:
            found.append(code)
    return tuple(dict.fromkeys(found))
