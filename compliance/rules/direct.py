"""The usual case, without a search: everything fits at its own place, and no other place would do better."""

from collections.abc import Sequence
from typing import NamedTuple

from .measure import served, shortfalls
from .problem import Amount, CarryRule, Node, Problem


class Use(NamedTuple):
    """A use of minutes, by pool; the fields are those of a `Solution`."""

    placed: list[dict[int, Amount]]
    late: list[Amount]
    carried: list[Amount]
    relabelled: list[Amount]


def direct(problem: Problem) -> Use | None:
    """The best use inside the period if simple sums prove it to be the best, else None."""
    placed: list[dict[int, Amount]] = [
        {places[0]: held} if held and places else {} for held, places in zip(problem.held, problem.places, strict=True)
    ]
    if not _fits(problem, placed):
        return None
    serving = served(problem.nodes, placed)
    if not _best_at_home(problem, shortfalls(problem.nodes, serving)):
        return None
    carried = _carried(problem, serving)
    if carried is None:
        return None
    for by_node, amount in zip(placed, carried, strict=True):
        if amount:
            for node in by_node:
                by_node[node] -= amount
    none: list[Amount] = [0] * len(placed)
    return Use(placed, none, carried, none)


def _fits(problem: Problem, placed: list[dict[int, Amount]]) -> bool:
    """Whether no limit keeps any of it from counting."""
    for limit in problem.limits:
        if limit.node is None:
            filled = sum([sum(placed[pool].values()) for pool in limit.pools])
        else:
            filled = sum([placed[pool].get(limit.node, 0) for pool in limit.pools])
        if filled > limit.at_most:
            return False
    return True


def _best_at_home(problem: Problem, shortfall: Sequence[Amount]) -> bool:
    """Whether no minute could serve a node with a shortfall at another of its places only.

    Then every node is served as well as it can ever be, all of them at once.
    """
    if not any(shortfall):
        return True
    for held, places in zip(problem.held, problem.places, strict=True):
        if held and len(places) > 1:
            home = _around(problem.nodes, places[0])
            for place in places[1:]:
                if any(shortfall[node] for node in _around(problem.nodes, place) if node not in home):
                    return False
    return True


def _around(nodes: Sequence[Node], node: int) -> list[int]:
    """A node and all around it, up to the total."""
    around = [node]
    while node:
        node = nodes[node].parent
        around.append(node)
    return around


def _carried(problem: Problem, serving: Sequence[Amount]) -> list[Amount] | None:
    """By pool, what is carried; None if that takes a search."""
    carry = problem.carry
    none: list[Amount] = [0] * len(problem.held)
    if carry is None or not carry.at_most:
        return none
    if any(problem.held[pool] and not problem.places[pool] for pool in carry.pools):
        return None
    if serving[0] <= problem.nodes[0].required:
        return none  # to carry any of it would leave as much missing from the total
    if any(held and len(places) > 1 for held, places in zip(problem.held, problem.places, strict=True)):
        return None
    carried = _surplus(problem, carry, serving)
    return carried if _allowed(problem, carry, serving, carried) else None


def _surplus(problem: Problem, carry: CarryRule, serving: Sequence[Amount]) -> list[Amount]:
    """What no node needs, as if nothing else limited it: pools of the highest rank first, among equals the last pool.

    To take in turn is exact here, as the nodes lie in one another or apart.
    """
    carried: list[Amount] = [0] * len(problem.held)
    room = [max(0, amount - asked.required) for asked, amount in zip(problem.nodes, serving, strict=True)]
    left = carry.at_most
    for pool in sorted(carry.pools, key=lambda pool: (carry.rank[pool] if carry.rank else 0, pool), reverse=True):
        if problem.held[pool]:
            around = _around(problem.nodes, problem.places[pool][0])
            amount = min(problem.held[pool], left, *[room[node] for node in around])
            carried[pool] = amount
            left -= amount
            for node in around:
                room[node] -= amount
    return carried


def _allowed(problem: Problem, carry: CarryRule, serving: Sequence[Amount], carried: list[Amount]) -> bool:
    """Whether the surplus keeps to the limits of carrying and leaves nodes that are alongside what they need."""
    if any(sum([carried[pool] for pool in limit.pools]) > limit.at_most for limit in carry.limits):
        return False
    return all(
        sum([carried[pool] for pool in asked.pools]) <= max(0, amount - asked.required)
        for asked, amount in zip(problem.nodes, serving, strict=True)
        if asked.alongside
    )
