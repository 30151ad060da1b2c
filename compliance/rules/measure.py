"""What a use of minutes amounts to: how much serves each node, and how much would complete the period."""

from collections.abc import Mapping, Sequence

from .problem import Amount, Node

Placed = Sequence[Mapping[int, Amount]]


def served(nodes: Sequence[Node], placed: Placed) -> list[Amount]:
    """By node: the minutes placed there and inside it; of a node that is alongside, all that its pools have placed."""
    amounts: list[Amount] = [0] * len(nodes)
    for by_node in placed:
        for node, minutes in by_node.items():
            amounts[node] += minutes
            while node:
                node = nodes[node].parent
                amounts[node] += minutes
    for number, asked in enumerate(nodes):
        if asked.alongside:
            amounts[number] = sum([sum(placed[pool].values()) for pool in asked.pools])
    return amounts


def shortfalls(nodes: Sequence[Node], serving: Sequence[Amount]) -> list[Amount]:
    """By node: what is missing there."""
    return [max(0, asked.required - amount) for asked, amount in zip(nodes, serving, strict=True)]


def missing(nodes: Sequence[Node], shortfall: Sequence[Amount], at: int = 0) -> Amount:
    """The fewest further minutes that would complete a node: apart for nodes beside each other, shared along the way.

    Nodes that are alongside share theirs with everything but the other stretches of the same thing.
    """
    apart: Amount = 0
    beside: dict[str, Amount] = {}
    for number, asked in enumerate(nodes):
        if number and asked.parent == at:
            lacking = missing(nodes, shortfall, number)
            if asked.alongside:
                name = asked.stretch_of or str(number)
                beside[name] = beside.get(name, 0) + lacking
            else:
                apart += lacking
    return max(shortfall[at], apart, *beside.values())
