"""Allocation as a linear program: every choice that a problem leaves, and what is best among them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .direct import Use
from .problem import Amount, CarryRule, Late, Limit, Node, Problem
from .program import Program, Terms


class Sum(NamedTuple):
    """A constant and variables, each times its factor."""

    constant: Amount
    terms: Terms


@dataclass(frozen=True, slots=True)
class Choices:
    """The variables of one period, by pool: minutes placed by node, carried with and without label, and taken late."""

    placed: dict[int, dict[int, int]]
    carried: dict[int, int] = field(default_factory=dict)
    relabelled: dict[int, int] = field(default_factory=dict)
    late: dict[int, int] = field(default_factory=dict)

    def counted(self, pools: Iterable[int]) -> list[int]:
        """All that is placed of these pools."""
        return [variable for pool in pools for variable in self.placed.get(pool, {}).values()]

    def going(self, pools: Iterable[int]) -> list[int]:
        """All that is carried of these pools."""
        return [each[pool] for pool in pools for each in (self.carried, self.relabelled) if pool in each]


def optimum(problem: Problem, late: Late | None = None) -> Use:
    """The best use of what is held, and of late minutes where there are any."""
    program = Program()
    after: Sequence[Amount] = late.held if late else [0] * len(problem.held)
    together = [own + more for own, more in zip(problem.held, after, strict=True)]
    choices = _choices(program, problem, after, together)
    _hold(program, problem, choices)
    _keep_limits(program, problem, choices, together)
    missing, short = _least_missing(program, problem, choices, together)
    fewest, *onward = _least_harm(program, late, choices) if late else [{}]
    values = program.maximise(missing, fewest, short, *onward, *_most_kept(problem, choices))
    return _read(choices, values, len(problem.held))


def _choices(program: Program, problem: Problem, after: Sequence[Amount], together: Sequence[Amount]) -> Choices:
    choices = Choices(_places(program, problem, together))
    for pool, minutes in enumerate(after):
        if minutes:
            choices.late[pool] = program.variable(minutes)
    if (carry := problem.carry) and carry.at_most:
        held = [pool for pool in sorted(carry.pools) if problem.held[pool]]
        choices.carried.update({pool: program.variable() for pool in held})
        loose = {pool for limit, may in zip(carry.limits, carry.relabels, strict=False) if may for pool in limit.pools}
        choices.relabelled.update({pool: program.variable() for pool in held if pool in loose})
        _limit_carry(program, carry, choices, problem.held)
    return choices


def _places(program: Program, problem: Problem, held: Sequence[Amount]) -> dict[int, dict[int, int]]:
    """By pool that holds anything, a variable for each of its places."""
    return {
        pool: {node: program.variable() for node in problem.places[pool]}
        for pool, minutes in enumerate(held)
        if minutes and problem.places[pool]
    }


def _limit_carry(program: Program, carry: CarryRule, choices: Choices, held: Sequence[Amount]) -> None:
    _cap(program, carry.at_most, choices.going(carry.pools), held, carry.pools)
    for limit, loose in zip(carry.limits, carry.loose or (frozenset(),) * len(carry.limits), strict=True):
        going = [choices.carried[pool] for pool in limit.pools if pool in choices.carried]
        going += [choices.relabelled[pool] for pool in loose if pool in choices.relabelled]
        _cap(program, limit.at_most, going, held, limit.pools | loose)


def _cap(program: Program, at_most: Amount, plus: list[int], held: Sequence[Amount], pools: Iterable[int]) -> None:
    """At most so much, unless the pools hold no more anyway."""
    if sum([held[pool] for pool in pools]) > at_most:
        program.at_most(at_most, dict.fromkeys(plus, 1))


def _hold(program: Program, problem: Problem, choices: Choices) -> None:
    """No more is used of a pool than it holds, late minutes among it.

    That none of these is carried needs no row: to take one for that would break the aim of taking the fewest.
    """
    for pool in sorted(choices.placed.keys() | choices.carried.keys()):
        used = dict.fromkeys([*choices.counted([pool]), *choices.going([pool])], 1)
        if pool in choices.late:
            used[choices.late[pool]] = -1
        program.at_most(problem.held[pool], used)


def _keep_limits(program: Program, problem: Problem, choices: Choices, held: Sequence[Amount]) -> None:
    beyond = problem.carry is not None and problem.carry.capped
    for limit in problem.limits:
        counted = _placed_under(limit, choices)
        if limit.node is None and not beyond:
            counted += choices.going(limit.pools)
        _cap(program, limit.at_most, counted, held, limit.pools)


def _placed_under(limit: Limit, choices: Choices) -> list[int]:
    if limit.node is None:
        return choices.counted(limit.pools)
    placed = [choices.placed.get(pool, {}) for pool in limit.pools]
    return [by_node[limit.node] for by_node in placed if limit.node in by_node]


def _least_missing(program: Program, problem: Problem, choices: Choices, held: Sequence[Amount]) -> list[Terms]:
    """Two goals: the least missing, then the smallest sum of shortfalls."""
    short = [_shortfall(program, problem, number, choices, held) for number in range(len(problem.nodes))]
    return [_less(_missing(program, problem.nodes, short, 0).terms), _less(_total(short).terms)]


def _shortfall(program: Program, problem: Problem, number: int, choices: Choices, held: Sequence[Amount]) -> Sum:
    """What is missing at a node: what it asks, less what serves it, plus what serves it beyond that."""
    asked = problem.nodes[number]
    if not asked.required:
        return Sum(0, {})
    serving = _serving(problem, number, choices)
    terms = {variable: -1 for pool in serving for variable in serving[pool]}
    if sum([held[pool] for pool in serving]) > asked.required:
        beyond = program.variable()
        terms[beyond] = 1
        program.at_most(asked.required, _less(terms))
    return Sum(asked.required, terms)


def _serving(problem: Problem, number: int, choices: Choices) -> dict[int, list[int]]:
    """By pool, the variables of minutes that serve a node."""
    asked = problem.nodes[number]
    if asked.alongside:
        return {pool: choices.counted([pool]) for pool in sorted(asked.pools) if pool in choices.placed}
    inside = [_lies_in(problem.nodes, node, number) for node in range(len(problem.nodes))]
    serving = {
        pool: [variable for node, variable in by_node.items() if inside[node]]
        for pool, by_node in choices.placed.items()
    }
    return {pool: variables for pool, variables in serving.items() if variables}


def _lies_in(nodes: Sequence[Node], node: int, outer: int) -> bool:
    while node and node != outer:
        node = nodes[node].parent
    return node == outer


def _missing(program: Program, nodes: Sequence[Node], short: Sequence[Sum], at: int) -> Sum:
    """The missing of a node: no less than its own shortfall, nor than what its inner nodes lack.

    It is the one of these that is largest with nothing placed, plus a variable by which another may come to exceed it.
    """
    inner = [number for number in range(1, len(nodes)) if nodes[number].parent == at]
    lacking = {number: _missing(program, nodes, short, number) for number in inner}
    apart = _total([lacking[number] for number in inner if not nodes[number].alongside])
    beside: dict[str, list[Sum]] = {}
    for number in inner:
        if nodes[number].alongside:
            beside.setdefault(nodes[number].stretch_of or str(number), []).append(lacking[number])
    candidates = [short[at], apart, *[_total(each) for each in beside.values()]]
    largest = max(candidates, key=lambda each: each.constant)
    others = [each for each in candidates if each is not largest and each.constant]
    if not others:
        return largest
    more = program.variable()
    found = Sum(largest.constant, {**largest.terms, more: 1})
    for other in others:
        program.at_most(found.constant - other.constant, _total([other, Sum(0, _less(found.terms))]).terms)
    return found


def _total(sums: Iterable[Sum]) -> Sum:
    constant: Amount = 0
    terms: Terms = {}
    for each in sums:
        constant += each.constant
        for variable, factor in each.terms.items():
            terms[variable] = terms.get(variable, 0) + factor
    return Sum(constant, terms)


def _less(terms: Mapping[int, int]) -> Terms:
    return {variable: -factor for variable, factor in terms.items()}


def _least_harm(program: Program, late: Late, choices: Choices) -> list[Terms]:
    """Goals: the fewest late minutes, then the least missing in the period that they come from."""
    if late.at_most is not None:
        program.at_most(late.at_most, dict.fromkeys(choices.late.values(), 1))
    onward = late.onward
    following = Choices(_places(program, onward, onward.held))
    for pool in following.placed:
        gone = [variable for here, variable in choices.late.items() if late.as_onward[here] == pool]
        program.at_most(onward.held[pool], dict.fromkeys([*following.counted([pool]), *gone], 1))
    for limit in onward.limits:
        _cap(program, limit.at_most, _placed_under(limit, following), onward.held, limit.pools)
    fewest = dict.fromkeys(choices.late.values(), -1)
    return [fewest, *_least_missing(program, onward, following, onward.held)]


def _most_kept(problem: Problem, choices: Choices) -> list[Terms]:
    """Goals: the most carried, best labelled and ranked; the most placed, at its own place, of the first pools."""
    count = len(problem.held)
    return [
        dict.fromkeys(choices.going(range(count)), 1),
        _most_worth(problem.carry, choices) if problem.carry else {},
        dict.fromkeys(choices.carried.values(), 1) if choices.relabelled else {},
        dict.fromkeys(choices.counted(range(count)), 1),
        {by_node[problem.places[pool][0]]: 1 for pool, by_node in choices.placed.items()},
        {variable: count - pool for pool, by_node in choices.placed.items() for variable in by_node.values()},
    ]


def _most_worth(carry: CarryRule, choices: Choices) -> Terms:
    ranks = ((choices.carried, carry.rank), (choices.relabelled, carry.loose_rank))
    return {variable: rank[pool] for variables, rank in ranks if rank for pool, variable in variables.items()}


def _read(choices: Choices, values: Sequence[Amount], count: int) -> Use:
    placed = [{node: values[number] for node, number in choices.placed.get(pool, {}).items()} for pool in range(count)]
    return Use(placed, *[_by_pool(each, values, count) for each in (choices.late, choices.carried, choices.relabelled)])


def _by_pool(variables: Mapping[int, int], values: Sequence[Amount], count: int) -> list[Amount]:
    return [values[variables[pool]] if pool in variables else 0 for pool in range(count)]
