"""Allocation: cases worked by hand. That no better use exists is in test_solve_best."""

from fractions import Fraction

import pytest

from compliance.rules.problem import CarryRule, Late, Limit, Node, Problem, Solution
from compliance.rules.solve import solve

TOTAL = Node(1440, -1)


def pools(*numbers: int) -> frozenset[int]:
    return frozenset(numbers)


def test_a_minute_serves_every_node_around_its_place():
    nodes = (Node(720, -1), Node(240, 0), Node(60, 1))  # professionalism inside ethics inside the total
    found = solve(Problem((500, 100, 40), nodes, ((0,), (1,), (2,))))
    assert found == Solution(
        placed=({0: 500}, {1: 100}, {2: 40}),
        late=(0, 0, 0),
        carried=(0, 0, 0),
        relabelled=(0, 0, 0),
        served=(640, 140, 40),
        shortfall=(80, 100, 20),
        missing=100,
    )


def test_what_nodes_beside_each_other_miss_adds_up_and_what_lies_alongside_is_shared():
    nodes = (Node(600, -1), Node(60, 0), Node(60, 0), Node(300, 0, alongside=True, pools=pools(0)))
    assert solve(Problem((0, 590), nodes, ((0,), (0,)))).missing == 300
    assert solve(Problem((250, 350), nodes, ((0,), (0,)))).missing == 120


def test_to_miss_fewest_comes_before_the_sum_of_what_each_node_misses():
    """Of three capped minutes each of the second pool would shorten three shortfalls, but not all that is missing."""
    beside = tuple(Node(3, 0, alongside=True, pools=pools(1)) for _ in range(3))
    found = solve(Problem((3, 3), (Node(0, -1), Node(4, 0), *beside), ((1,), (0,)), (Limit(pools(0, 1), 3),)))
    assert (found.missing, found.shortfall) == (2, (0, 2, 2, 2, 2))


def test_nodes_that_lie_alongside_do_not_add_to_each_other():
    """One capped minute: for either of two nodes apart, or for one of three that lie alongside and are met together."""
    beside = tuple(Node(1, 0, alongside=True, pools=pools(1)) for _ in range(3))
    nodes = (Node(0, -1), Node(1, 0), Node(1, 0), *beside)
    found = solve(Problem((1, 1), nodes, ((1,), (0,)), (Limit(pools(0, 1), 1),)))
    assert (found.missing, found.shortfall) == (1, (0, 0, 1, 1, 1, 1))


ETHICS_AND_CYBER = (TOTAL, Node(240, 0), Node(60, 0))
"""Pools: general, ethics, cyber ethics. Cyber ethics fills its own minimum, or at most three hours of ethics."""


def ethics_and_cyber(*held: int) -> Solution:
    return solve(Problem(held, ETHICS_AND_CYBER, ((0,), (1,), (2, 1)), (Limit(pools(2), 180, 1),)))


def test_siblings_share_a_pool_so_that_both_are_met():
    found = ethics_and_cyber(1140, 60, 240)
    assert (found.missing, found.shortfall) == (0, (0, 0, 0))
    assert found.placed[2] == {2: 60, 1: 180}


def test_a_limited_place_takes_no_more_and_the_rest_stays_at_home():
    found = ethics_and_cyber(1080, 0, 360)
    assert found.placed[2] == {2: 180, 1: 180}
    assert (found.served, found.shortfall, found.missing) == ((1440, 180, 180), (0, 60, 0), 60)


def test_another_place_is_not_used_without_need():
    assert ethics_and_cyber(900, 300, 240).placed[2] == {2: 240}


def test_surplus_of_a_pool_that_is_needed_elsewhere_stays_at_home():
    found = solve(Problem((60, 300), (Node(0, -1), Node(240, 0), Node(60, 0)), ((1,), (2, 1))))
    assert found.placed[1] == {2: 120, 1: 180}


def test_a_format_cap_leaves_out_what_is_needed_least():
    nodes = (TOTAL, Node(60, 0))
    cap = Limit(pools(2, 3), 100)  # recorded ethics and recorded general
    found = solve(Problem((10, 400, 80, 90), nodes, ((1,), (0,), (1,), (0,)), (cap,)))
    assert found.placed == ({1: 10}, {0: 400}, {1: 80}, {0: 20})
    found = solve(Problem((10, 400, 40, 90), nodes, ((1,), (0,), (1,), (0,)), (cap,)))
    assert found.placed == ({1: 10}, {0: 400}, {1: 40}, {0: 60})


def test_surplus_of_a_part_fills_the_other_part_of_a_partition():
    nodes = (Node(900, -1), Node(720, 0), Node(180, 0))  # 12 hours of any kind beside 3 hours of ethics
    problem = Problem((600, 300), nodes, ((1,), (2, 1)))
    found = solve(problem)
    assert (found.placed, found.missing) == (({1: 600}, {2: 180, 1: 120}), 0)
    assert solve(Problem((800, 100), nodes, problem.places)).missing == 80  # the other way round it does not


def test_all_surplus_counts_where_nothing_caps_it():
    assert solve(Problem((900, 200), (Node(720, -1), Node(60, 0)), ((0,), (1,)))).served == (1100, 200)


def test_what_has_no_place_does_not_count():
    assert solve(Problem((60, 60), (TOTAL,), ((), (0,)))).placed == ({}, {0: 60})


def test_overlapping_caps_may_split_a_minute():
    caps = tuple(Limit(pair, 361) for pair in (pools(0, 1), pools(1, 2), pools(0, 2)))
    found = solve(Problem((400, 400, 400), (TOTAL,), ((0,),) * 3, caps))
    assert found.served == (Fraction(1083, 2),)
    assert found.missing == Fraction(1797, 2)


def test_amounts_may_be_fractions():
    found = solve(Problem((Fraction(1, 3), Fraction(2, 3)), (Node(1, -1),), ((0,), (0,))))
    assert (found.served, found.missing) == ((1,), 0)
    assert type(found.served[0]) is int


def test_carry_keeps_what_is_asked_and_prefers_what_may_go():
    """22 hours, 3 of ethics; 15 live and 7 recorded, of which 8 count; 12 asked; 12 may go, 4 of them live."""
    nodes = (Node(720, -1), Node(180, 0))
    places = ((1,), (0,), (0,))  # live ethics, live, recorded
    carry = CarryRule(720, pools(0, 1, 2), (Limit(pools(0, 1), 240),))
    found = solve(Problem((180, 720, 420), nodes, places, (Limit(pools(2), 480),), carry))
    assert sum(found.carried) == 600
    assert sum(found.carried[:2]) <= 240
    assert (found.missing, found.served[0]) == (0, 720)


def test_what_exceeds_a_carry_limit_goes_without_its_label():
    """6 hours may go, 2 of them as ethics; the rest of the ethics goes as general credit."""
    nodes = (Node(720, -1), Node(60, 0))
    carry = CarryRule(360, pools(0, 1), (Limit(pools(0), 120),), (True,))
    found = solve(Problem((360, 720), nodes, ((1,), (0,)), carry=carry))
    assert (found.carried, found.relabelled) == ((0, 360), (0, 0))
    found = solve(Problem((1080, 0), nodes, ((1,), (0,)), carry=carry))
    assert (found.carried, found.relabelled) == ((120, 0), (240, 0))
    stuck = CarryRule(360, pools(0, 1), (Limit(pools(0), 120),), (False,))
    assert solve(Problem((1080, 0), nodes, ((1,), (0,)), carry=stuck)).carried == (120, 0)


def test_what_is_worth_most_goes_on_before_labels_are_looked_at():
    limits = (Limit(pools(0, 1), 1), Limit(pools(0, 2), 1))
    carry = CarryRule(2, pools(0, 1, 2), limits, (True, True), rank=(5, 1, 1))
    assert solve(Problem((2, 2, 2), (Node(0, -1),), ((0,),) * 3, carry=carry)).carried == (1, 0, 0)


def test_a_minimum_keeps_what_it_needs():
    carry = CarryRule(300, pools(0, 1))
    found = solve(Problem((600, 310), (Node(700, -1), Node(300, 0)), ((0,), (1,)), carry=carry))
    assert (found.carried, found.missing) == ((200, 10), 0)


def test_pools_change_places_so_that_more_can_be_carried():
    nodes = (Node(180, -1), Node(120, 0))
    found = solve(Problem((120, 180), nodes, ((1,), (0, 1)), carry=CarryRule(300, pools(0))))
    assert (found.carried, found.missing) == ((120, 0), 0)
    assert found.placed[1] == {0: 60, 1: 120}


def test_what_lies_alongside_keeps_what_it_needs():
    nodes = (Node(600, -1), Node(300, 0, alongside=True, pools=pools(1)))
    found = solve(Problem((500, 350), nodes, ((0,), (0,)), carry=CarryRule(300, pools(0, 1))))
    assert (found.carried, found.missing) == ((200, 50), 0)


@pytest.mark.parametrize(("capped", "carried"), [(False, 0), (True, 60)])
def test_what_a_cap_keeps_from_counting_is_carried_only_where_it_may(capped, carried):
    carry = CarryRule(360, pools(0, 1), capped=capped)
    found = solve(Problem((480, 300), (Node(720, -1),), ((0,), (0,)), (Limit(pools(1), 240),), carry))
    assert sum(found.carried) == carried
    assert found.served == (720,)


def test_nothing_that_is_needed_is_carried():
    carry = CarryRule(360, pools(0, 1))
    found = solve(Problem((700, 0), (Node(720, -1), Node(60, 0)), ((0,), (1,)), carry=carry))
    assert (found.carried, found.missing) == ((0, 0), 60)
    found = solve(Problem((800, 0), (Node(720, -1), Node(60, 0)), ((0,), (1,)), carry=carry))
    assert (found.carried, found.missing) == ((80, 0), 60)


def test_what_lasts_longer_is_carried_first():
    carry = CarryRule(60, pools(0, 1), rank=(2, 1))
    assert solve(Problem((400, 400), (Node(720, -1),), ((0,), (0,)), carry=carry)).carried == (60, 0)
    limited = CarryRule(60, pools(0, 1), (Limit(pools(0), 20),), rank=(2, 1))
    assert solve(Problem((400, 400), (Node(720, -1),), ((0,), (0,)), carry=limited)).carried == (20, 40)
    even = CarryRule(60, pools(0, 1))
    assert solve(Problem((400, 400), (Node(720, -1),), ((0,), (0,)), carry=even)).carried == (0, 60)


def late(held: tuple[int, ...], onward: Problem, at_most: int | None = None) -> Late:
    return Late(held, at_most, onward, tuple(range(len(held))))


NEXT = Problem((90, 90), (Node(600, -1), Node(60, 0)), ((1,), (0,)))


def test_late_minutes_fill_only_what_is_missing():
    found = solve(Problem((0, 600), NEXT.nodes, NEXT.places), late((90, 90), NEXT))
    assert (found.late, found.missing, found.served) == ((60, 0), 0, (660, 60))


def test_late_minutes_are_those_that_the_next_period_needs_least():
    found = solve(
        Problem((60, 500), NEXT.nodes, NEXT.places), late((60, 60), Problem((60, 60), NEXT.nodes, NEXT.places))
    )
    assert found.late == (0, 40)


def test_late_minutes_end_at_their_own_limit_and_none_are_carried():
    carry = CarryRule(60, pools(0, 1))
    found = solve(Problem((0, 700), NEXT.nodes, NEXT.places, carry=carry), late((90, 90), NEXT, at_most=20))
    assert (found.late, found.missing, found.carried) == ((20, 0), 40, (0, 60))


def test_without_a_need_nothing_late_is_taken():
    assert solve(Problem((60, 600), NEXT.nodes, NEXT.places), late((90, 90), NEXT)).late == (0, 0)
