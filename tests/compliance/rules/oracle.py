"""Small problems of allocation, and an oracle that tries every whole use of every minute. Slow, and plain to read."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from typing import NamedTuple

from hypothesis import strategies as st

from compliance.rules.problem import Amount, CarryRule, Late, Limit, Node, Problem, Solution
from compliance.rules.solve import solve

TIE = -1  # the last aim only chooses among equals; it depends on the order of pools


class Use(NamedTuple):
    """By pool."""

    placed: tuple[dict[int, Amount], ...]
    late: tuple[Amount, ...]
    carried: tuple[Amount, ...]
    relabelled: tuple[Amount, ...]


def use_of(found: Solution) -> Use:
    return Use(found.placed, found.late, found.carried, found.relabelled)


def best(problem: Problem, late: Late | None = None) -> tuple[Amount, ...]:
    """The worth of the best whole use."""
    return max(worth(problem, use, late) for use in _everything(problem, late) if allowed(problem, use, late))


def _everything(problem: Problem, late: Late | None) -> Iterator[Use]:
    pools = range(len(problem.held))
    for by_pool in product(*(list(_of_pool(problem, pool, late.held[pool] if late else 0)) for pool in pools)):
        yield Use(*zip(*by_pool, strict=True))


def _of_pool(problem: Problem, pool: int, after: int) -> Iterator[tuple[dict[int, int], int, int, int]]:
    held, places = problem.held[pool], problem.places[pool]
    going = range(held + 1 if problem.carry else 1)
    for late, carried, relabelled in product(range(after + 1), going, going):
        left = held + late - carried - relabelled
        for placed in product(range(held + late + 1), repeat=len(places)):
            if sum(placed) <= left:
                yield dict(zip(places, placed, strict=True)), late, carried, relabelled


def allowed(problem: Problem, use: Use, late: Late | None = None) -> bool:
    """Whether a use keeps every rule."""
    rules = [_within(problem, use, late, pool) for pool in range(len(problem.held))]
    capped = problem.carry is not None and problem.carry.capped
    for limit in problem.limits:
        if limit.node is None:
            amount = sum(_counted(use, pool) + (0 if capped else _going(use, pool)) for pool in limit.pools)
        else:
            amount = sum(use.placed[pool].get(limit.node, 0) for pool in limit.pools)
        rules.append(amount <= limit.at_most)
    if late and late.at_most is not None:
        rules.append(sum(use.late) <= late.at_most)
    return all(rules) and _may_carry(problem.carry, use)


def _within(problem: Problem, use: Use, late: Late | None, pool: int) -> bool:
    amounts = [*use.placed[pool].values(), use.late[pool], use.carried[pool], use.relabelled[pool]]
    return (
        all(amount >= 0 for amount in amounts)
        and use.placed[pool].keys() <= set(problem.places[pool])
        and use.late[pool] <= (late.held[pool] if late else 0)
        and _going(use, pool) <= problem.held[pool]
        and _counted(use, pool) + _going(use, pool) <= problem.held[pool] + use.late[pool]
    )


def _may_carry(carry: CarryRule | None, use: Use) -> bool:
    if carry is None:
        return not any(use.carried) and not any(use.relabelled)
    pools = range(len(use.placed))
    loose = {pool for limit, may in zip(carry.limits, carry.relabels, strict=True) if may for pool in limit.pools}
    return (
        sum(_going(use, pool) for pool in pools) <= carry.at_most
        and not any(_going(use, pool) for pool in pools if pool not in carry.pools)
        and not any(use.relabelled[pool] for pool in pools if pool not in loose)
        and all(
            sum(use.carried[pool] for pool in limit.pools) + sum(use.relabelled[pool] for pool in still)
            <= limit.at_most
            for limit, still in zip(carry.limits, carry.loose or ((),) * len(carry.limits), strict=True)
        )
    )


def worth(problem: Problem, use: Use, late: Late | None = None) -> tuple[Amount, ...]:
    """How well a use meets the aims, in their order; more is better."""
    count = len(problem.held)
    short = [_shortfall(problem.nodes, number, use) for number in range(len(problem.nodes))]
    carry = problem.carry
    rank = (carry.rank if carry else ()) or (0,) * count
    loose = (carry.loose_rank if carry else ()) or (0,) * count
    return (
        -_missing(problem.nodes, short, 0),
        -sum(use.late),
        -sum(short),
        *(_onward(late.onward, late.as_onward, use.late) if late else ()),
        sum(use.carried) + sum(use.relabelled),
        sum(rank[pool] * use.carried[pool] + loose[pool] * use.relabelled[pool] for pool in range(count)),
        sum(use.carried),
        sum(_counted(use, pool) for pool in range(count)),
        sum(use.placed[pool].get(places[0], 0) for pool, places in enumerate(problem.places) if places),
        sum((count - pool) * _counted(use, pool) for pool in range(count)),
    )


@cache
def _onward(onward: Problem, as_onward: tuple[int | None, ...], taken: tuple[Amount, ...]) -> tuple[Amount, Amount]:
    """What is left of the period after; that `solve` is right about one period alone is held apart."""
    held = list(onward.held)
    for there, minutes in zip(as_onward, taken, strict=True):
        if there is not None:
            held[there] -= minutes
    found = solve(replace(onward, held=tuple(held), carry=None))
    return -found.missing, -sum(found.shortfall)


def _counted(use: Use, pool: int) -> Amount:
    return sum(use.placed[pool].values())


def _going(use: Use, pool: int) -> Amount:
    return use.carried[pool] + use.relabelled[pool]


def _shortfall(nodes: tuple[Node, ...], number: int, use: Use) -> Amount:
    if nodes[number].alongside:
        return max(0, nodes[number].required - sum(_counted(use, pool) for pool in nodes[number].pools))
    serving = sum(
        minutes for placed in use.placed for node, minutes in placed.items() if number in _around(nodes, node)
    )
    return max(0, nodes[number].required - serving)


def _around(nodes: tuple[Node, ...], node: int) -> list[int]:
    return [0] if node == 0 else [node, *_around(nodes, nodes[node].parent)]


def _missing(nodes: tuple[Node, ...], short: list[Amount], at: int) -> Amount:
    inner = [number for number in range(1, len(nodes)) if nodes[number].parent == at]
    apart = [_missing(nodes, short, number) for number in inner if not nodes[number].alongside]
    beside: dict[object, Amount] = {}
    for number in inner:
        if nodes[number].alongside:
            name = nodes[number].stretch_of or number
            beside[name] = beside.get(name, 0) + _missing(nodes, short, number)
    return max(short[at], sum(apart), *beside.values(), 0)


@st.composite
def problems(
    draw: st.DrawFn, pools: int = 3, held: int = 2, places: int = 2, limits: int = 3, carry: bool = True
) -> Problem:
    """Any problem of a few minutes."""
    count = draw(st.integers(1, pools))
    nodes = [Node(draw(st.integers(0, 4)), -1)]
    for _ in range(draw(st.integers(0, 3))):
        parent = draw(st.integers(0, len(nodes) - 1))
        alongside = nodes[parent].alongside or draw(st.booleans())
        beside = draw(_some(count)) if alongside else frozenset()
        stretch = f"under {parent}" if alongside and draw(st.booleans()) else ""
        nodes.append(Node(draw(st.integers(0, 3)), parent, alongside, beside, stretch))
    open_nodes = [number for number, node in enumerate(nodes) if not node.alongside]
    place = st.lists(st.sampled_from(open_nodes), unique=True, max_size=places)
    limit = st.builds(Limit, _some(count), st.integers(0, 4), st.none() | st.sampled_from(open_nodes))
    return Problem(
        tuple(draw(st.integers(0, held)) for _ in range(count)),
        tuple(nodes),
        tuple(tuple(draw(place)) for _ in range(count)),
        tuple(draw(st.lists(limit, max_size=limits))),
        draw(carries(count)) if carry and draw(st.booleans()) else None,
    )


@st.composite
def carries(draw: st.DrawFn, count: int) -> CarryRule:
    limits = draw(st.lists(st.builds(Limit, _some(count), st.integers(0, 2)), max_size=2))
    rank = draw(st.just(()) | st.tuples(*[st.integers(0, 2)] * count))
    loose = draw(st.tuples(*[st.integers(0, most) for most in rank])) if rank else ()
    return CarryRule(
        draw(st.integers(0, 4)),
        draw(_some(count)),
        tuple(limits),
        tuple(draw(st.booleans()) for _ in limits),
        draw(st.just(()) | st.tuples(*[_some(count)] * len(limits))),
        draw(st.booleans()),
        rank,
        loose,
    )


@st.composite
def late_problems(draw: st.DrawFn) -> tuple[Problem, Late]:
    """A period of few minutes, carried or not, and the one after."""
    problem = draw(problems(pools=2))
    onward = draw(problems(carry=False))
    held = tuple(draw(st.integers(0, 2)) for _ in problem.held)
    as_onward = tuple(draw(st.none() | st.integers(0, len(onward.held) - 1)) for _ in problem.held)
    together = list(onward.held)
    for there, minutes in zip(as_onward, held, strict=True):
        if there is not None:
            together[there] += minutes
    at_most = draw(st.none() | st.integers(0, 3))
    return problem, Late(held, at_most, replace(onward, held=tuple(together)), as_onward)


def _some(count: int) -> st.SearchStrategy[frozenset[int]]:
    return st.frozensets(st.integers(0, count - 1), min_size=1)
