"""Allocation against an oracle that tries everything, and what must hold of every problem."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.rules.direct import direct
from compliance.rules.linear import optimum
from compliance.rules.problem import Amount, CarryRule, Limit, Node, Problem
from compliance.rules.solve import solve
from tests.compliance.rules.oracle import TIE, allowed, best, late_problems, problems, use_of, worth

few = settings(max_examples=80, deadline=None)


def hold(problem, late=None) -> None:
    """The use found is allowed, and no whole use is better; if it is whole itself, it is as good as the best."""
    use = use_of(solve(problem, late))
    assert allowed(problem, use, late)
    found, whole = worth(problem, use, late), best(problem, late)
    assert found >= whole
    if _is_whole(use):
        assert found == whole


def _is_whole(use) -> bool:
    amounts = [*use.late, *use.carried, *use.relabelled, *(each for placed in use.placed for each in placed.values())]
    return all(isinstance(amount, int) for amount in amounts)


@given(problems())
@few
def test_inside_the_period_nothing_better_exists(problem):
    hold(problem)


@given(late_problems())
@few
def test_with_late_minutes_nothing_better_exists(drawn):
    hold(*drawn)


@given(problems(pools=2, held=1), st.sampled_from([2, 3]))
@few
def test_nor_among_halves_and_thirds(problem, scale):
    """A use of minutes broken in so many parts is a whole use of a problem so many times as large."""
    found = worth(problem, use_of(solve(problem)))
    assert tuple(scale * each for each in found) >= best(enlarged(problem, scale))


@given(problems(pools=4, held=9))
@few
def test_the_unit_is_irrelevant(problem):
    small = enlarged(problem, Fraction(1, 6))
    assert tuple(6 * each for each in worth(small, use_of(solve(small)))) == worth(problem, use_of(solve(problem)))


def enlarged(problem: Problem, scale: Amount) -> Problem:
    carry = problem.carry
    if carry:
        carry = replace(carry, at_most=carry.at_most * scale, limits=_wider(carry.limits, scale))
    return Problem(
        tuple(each * scale for each in problem.held),
        tuple(replace(node, required=node.required * scale) for node in problem.nodes),
        problem.places,
        _wider(problem.limits, scale),
        carry,
    )


@given(problems(limits=1, carry=False))
@few
def test_caps_that_do_not_overlap_break_no_minute(problem):
    if not any(node.alongside for node in problem.nodes):
        use = use_of(solve(problem))
        assert _is_whole(use)
        assert worth(problem, use) == best(problem)


@given(problems(pools=4, held=9) | problems(pools=4, held=9, places=1), st.booleans())
@settings(max_examples=150, deadline=None)
def test_the_direct_way_and_the_search_agree(problem, everything):
    problem = roomy(problem, everything)
    use = direct(problem)
    if use:
        searched = optimum(problem)
        assert [_filled(use.placed), *use[1:]] == [_filled(searched.placed), *searched[1:]]


def roomy(problem: Problem, everything: bool) -> Problem:
    """The problem with limits so wide that few of them bind, and with any pool carried if `everything` is."""
    carry = problem.carry
    if carry:
        pools = frozenset(range(len(problem.held))) if everything else carry.pools
        carry = replace(carry, at_most=carry.at_most * 3, pools=pools, limits=_wider(carry.limits, 4))
    return replace(problem, limits=_wider(problem.limits, 8), carry=carry)


def _wider(limits: tuple[Limit, ...], times: Amount) -> tuple[Limit, ...]:
    return tuple(replace(limit, at_most=limit.at_most * times) for limit in limits)


def _filled(placed):
    return [{node: minutes for node, minutes in by_node.items() if minutes} for by_node in placed]


@given(problems(pools=4, held=9), st.randoms(use_true_random=False))
@few
def test_the_order_of_pools_is_irrelevant(problem, random):
    order = list(range(len(problem.held)))
    random.shuffle(order)
    shuffled = rearranged(problem, order)
    assert worth(shuffled, use_of(solve(shuffled)))[:TIE] == worth(problem, use_of(solve(problem)))[:TIE]


@given(problems(pools=3, held=9), st.data())
@few
def test_a_pool_in_two_parts_is_worth_as_much(problem, data):
    pool = data.draw(st.integers(0, len(problem.held) - 1))
    part = data.draw(st.integers(0, problem.held[pool]))
    split = rearranged(problem, [*range(len(problem.held)), pool])
    held = list(split.held)
    held[pool], held[-1] = held[pool] - part, part
    split = replace(split, held=tuple(held))
    assert worth(split, use_of(solve(split)))[:TIE] == worth(problem, use_of(solve(problem)))[:TIE]


def rearranged(problem: Problem, order: list[int]) -> Problem:
    """The problem with these pools of it, in this order; one named twice becomes two."""

    def moved(pools: frozenset[int]) -> frozenset[int]:
        return frozenset(new for new, old in enumerate(order) if old in pools)

    def limits(some: tuple[Limit, ...]) -> tuple[Limit, ...]:
        return tuple(replace(limit, pools=moved(limit.pools)) for limit in some)

    carry = problem.carry
    if carry:
        rank = tuple(carry.rank[old] for old in order) if carry.rank else ()
        carry = replace(
            carry,
            pools=moved(carry.pools),
            limits=limits(carry.limits),
            loose=tuple(moved(each) for each in carry.loose),
            rank=rank,
            loose_rank=tuple(carry.loose_rank[old] for old in order) if carry.loose_rank else (),
        )
    return Problem(
        tuple(problem.held[old] for old in order),
        tuple(replace(node, pools=moved(node.pools)) for node in problem.nodes),
        tuple(problem.places[old] for old in order),
        limits(problem.limits),
        carry,
    )


@given(problems(pools=4, held=9), st.data())
@few
def test_more_credit_never_leaves_more_missing(problem, data):
    held = list(problem.held)
    held[data.draw(st.integers(0, len(held) - 1))] += data.draw(st.integers(1, 5))
    more = replace(problem, held=tuple(held))
    assert solve(more).missing <= solve(problem).missing


@given(late_problems())
@few
def test_twice_is_the_same_to_the_byte(drawn):
    problem, late = drawn
    again = replace(problem, nodes=tuple(_copied(node) for node in problem.nodes))
    assert repr(solve(problem, late)) == repr(solve(again, late))


def _copied(node: Node) -> Node:
    return replace(node, pools=frozenset(sorted(node.pools, reverse=True)))


def test_three_overlapping_caps_and_carry_at_real_size():
    nodes = (Node(1440, -1), Node(240, 0), Node(60, 1), Node(300, 0, True, frozenset({0, 3, 6})), Node(60, 0))
    places = ((0,), (1, 0), (2,), (0,), (1,), (4, 1), (0,), (4,), (1, 4))
    caps = tuple(Limit(frozenset(each), 361) for each in ((0, 1, 2), (2, 3, 4), (0, 4, 5)))
    carry = CarryRule(360, frozenset(range(9)), (Limit(frozenset({1, 2, 4}), 61),), (True,), (), True, (1, 2, 0) * 3)
    problem = Problem((331, 247, 403, 291, 187, 209, 340, 120, 77), nodes, places, caps, carry)
    use = use_of(solve(problem))
    assert allowed(problem, use)
    assert sum(use.carried) + sum(use.relabelled) == 360
