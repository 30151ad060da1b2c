"""The lines of an assessment: what is asked, what counts and what is missing."""

from dataclasses import dataclass

from .language.amounts import Number
from .settling import Settled


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a period in minutes; `code` is "total" or a requirement. Counted may exceed required.

    Counted is all credit that may count there, surplus and what is carried on among it.
    """

    code: str
    required: Number
    counted: Number
    missing: Number
    clause: str


def lines_of(settled: Settled) -> tuple[Line, ...]:
    """The figures of a period that has been settled, the total first and none before the line around it."""
    counted = _counted(settled)
    return tuple(
        Line(ask.code, ask.required, counted[node], settled.solution.shortfall[node], ask.clause)
        for node, ask in enumerate(settled.pooled.asks)
    )


def _counted(settled: Settled) -> list[Number]:
    """What counts at each node: what serves it, and what of its own credit is carried on and no cap holds back."""
    counted = list(settled.solution.served)
    for pool, moved in enumerate(_carried_under_caps(settled)):
        if moved:
            for node in range(len(counted)):
                if _belongs(settled, pool, node):
                    counted[node] += moved
    return counted


def _carried_under_caps(settled: Settled) -> list[Number]:
    """By pool, carried minutes that would count here as well."""
    solution, problem = settled.solution, settled.pooled.problem
    moved = [kept + loose for kept, loose in zip(solution.carried, solution.relabelled, strict=True)]
    if problem.carry is None or not problem.carry.capped or not any(moved):
        return moved
    caps = [limit for limit in problem.limits if limit.node is None]
    rooms = [limit.at_most - sum(sum(solution.placed[pool].values()) for pool in limit.pools) for limit in caps]
    for pool, amount in enumerate(moved):
        over = [place for place, limit in enumerate(caps) if pool in limit.pools]
        moved[pool] = min([amount, *(rooms[place] for place in over)])
        for place in over:
            rooms[place] -= moved[pool]
    return moved


def _belongs(settled: Settled, pool: int, node: int) -> bool:
    nodes = settled.pooled.problem.nodes
    if nodes[node].alongside:
        return pool in nodes[node].pools
    place = settled.pooled.problem.places[pool][0]
    while place >= 0:
        if place == node:
            return True
        place = nodes[place].parent
    return False
