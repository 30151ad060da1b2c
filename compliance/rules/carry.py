"""Carry-out: what of one period's credit reaches into the next."""

from collections import defaultdict
from dataclasses import dataclass

from .language.amounts import Number
from .pools import Pooling
from .settling import Settled


@dataclass(frozen=True, slots=True)
class CarryOut:
    """`carried` minutes go on, of which `by_requirement` could serve each requirement again; `lapsed` end here.

    Lapsed are minutes that counted above the norm and are not carried.
    """

    carried: Number
    lapsed: Number
    by_requirement: tuple[tuple[str, Number], ...] = ()


def carry_out(settled: Settled) -> CarryOut:
    """What becomes of the surplus of a period."""
    carried = sum(item.minutes for item in settled.carried)
    counted = sum(use.minutes for use in (*settled.uses, *settled.late) if use.fate in ("counted", "late"))
    lapsed = max(0, counted - _needed(settled))
    return CarryOut(carried, lapsed, tuple(_by_requirement(settled)) if carried else ())


def _needed(settled: Settled) -> Number:
    """Minutes that serve what is asked: of the total, or of all that lies within it where that is more."""
    asks, served = settled.pooled.asks, settled.solution.served
    inside: defaultdict[int, Number] = defaultdict(int)
    for node in range(len(asks) - 1, -1, -1):
        if not asks[node].alongside:
            inside[asks[node].parent] += max(min(asks[node].required, served[node]), inside[node])
    return inside[-1]


def _by_requirement(settled: Settled) -> list[tuple[str, Number]]:
    """Carried minutes by the node where they would be at home under the rules of their own period."""
    pooling = Pooling(settled.frame, settled.requirement, settled.pooled.asks, carries=False)
    pooled = pooling.pooled(settled.carried)
    nodes = pooled.problem.nodes
    found: dict[str, Number] = {}
    for pool, minutes in enumerate(pooled.problem.held):
        place = pooled.problem.places[pool][0] if pooled.problem.places[pool] else -1
        while place >= 0:
            code = pooled.asks[place].code
            found[code] = found.get(code, 0) + minutes
            place = nodes[place].parent
        for node, each in enumerate(nodes):
            if each.alongside and pool in each.pools:
                code = pooled.asks[node].code
                found[code] = found.get(code, 0) + minutes
    return list(found.items())
