"""The allocation against an oracle that tries every possible use of every minute."""

from collections.abc import Iterator, Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from compliance.rules import Rulebook
from compliance.rules.allocation import Onward, allocate, allocate_with_late, missing
from compliance.rules.compiled import Rules, rules_of
from compliance.rules.requirement import Requirement
from tests.compliance.rules.books import book, cap, category
from tests.compliance.rules.strategies import FORMATS


def asked(rules: Rules, total: int | None = None) -> Requirement:
    return Requirement(
        rules.total if total is None else total,
        tuple(each.code for each in rules.categories),
        tuple(each.minimum for each in rules.categories),
        tuple(each.maximum for each in rules.caps),
        exempt=False,
        steps=(),
    )


def uses(rules: Rules, required: Requirement, held: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every use of the minutes held that keeps the caps."""
    for use in product(*(range(each + 1) for each in held)):
        if all(
            sum(use[pool] for pool in cap.pools) <= most for cap, most in zip(rules.caps, required.caps, strict=True)
        ):
            yield use


@st.composite
def small_books(draw: st.DrawFn) -> Rulebook:
    families = draw(st.sets(st.frozensets(st.sampled_from(FORMATS[:3]), min_size=1), max_size=3))
    return book(
        total_minutes=draw(st.integers(4, 8)),
        categories=[category("ethics", draw(st.integers(0, 3)))],
        format_caps=[cap(draw(st.integers(0, 4)), *sorted(each)) for each in sorted(families, key=sorted)],
    )


def held(draw: st.DrawFn, rules: Rules, pools: int, most: int) -> tuple[int, ...]:
    """Minutes in a few of the pools, so that the oracle ends in reasonable time."""
    chosen = draw(st.sets(st.integers(0, rules.pool_count - 1), max_size=pools))
    return tuple(draw(st.integers(1, most)) if pool in chosen else 0 for pool in range(rules.pool_count))


@given(small_books(), st.data())
def test_inside_the_period_nothing_better_exists(rulebook, data):
    rules = rules_of(rulebook)
    required, own = asked(rules), held(data.draw, rules, 5, 3)
    best = min((missing(rules, required, use), -sum(use)) for use in uses(rules, required, own))
    found = allocate(rules, required, own)
    assert found.own in set(uses(rules, required, own))
    assert (missing(rules, required, found.own), -sum(found.own)) == best
    assert not any(found.late)


@given(small_books(), st.data())
def test_with_late_minutes_nothing_better_exists(rulebook, data):
    rules = rules_of(rulebook)
    required, own = asked(rules), held(data.draw, rules, 3, 3)
    late, rest = held(data.draw, rules, 3, 2), held(data.draw, rules, 2, 2)
    following = tuple(a + b for a, b in zip(late, rest, strict=True))
    after = asked(rules, total=data.draw(st.integers(4, 8)))
    found = allocate_with_late(rules, required, own, late, Onward(after, following))
    key = _cost(rules, required, after, following)
    best = min(
        key(use, taken)
        for taken in product(*(range(each + 1) for each in late))
        for use in product(*(range(each + 1) for each in own))
        if _keeps(rules, required, [a + b for a, b in zip(use, taken, strict=True)])
    )
    assert _keeps(rules, required, [a + b for a, b in zip(found.own, found.late, strict=True)])
    assert all(taken <= most for taken, most in zip(found.late, late, strict=True))
    assert key(found.own, found.late)[:3] == best[:3]


def _keeps(rules: Rules, required: Requirement, use: Sequence[int]) -> bool:
    return all(
        sum(use[pool] for pool in cap.pools) <= most for cap, most in zip(rules.caps, required.caps, strict=True)
    )


def _cost(rules: Rules, required: Requirement, after: Requirement, following: Sequence[int]):
    onward: dict[tuple[int, ...], int] = {}

    def key(use: tuple[int, ...], taken: tuple[int, ...]) -> tuple[int, int, int, int]:
        if taken not in onward:
            left = [a - b for a, b in zip(following, taken, strict=True)]
            onward[taken] = min(missing(rules, after, each) for each in uses(rules, after, left))
        together = [a + b for a, b in zip(use, taken, strict=True)]
        return missing(rules, required, together), sum(taken), onward[taken], -sum(use)

    return key


def test_without_a_binding_cap_everything_counts():
    rules = rules_of(book(format_caps=[cap(300, "recorded")]))
    assert allocate(rules, asked(rules), [500, 300]).own == (500, 300)


def test_capped_minutes_go_first_where_a_minimum_needs_them():
    rules = rules_of(book(categories=[category("ethics", 60)], format_caps=[cap(100, "recorded")]))
    # pools: ethics, ethics recorded, other, other recorded
    assert allocate(rules, asked(rules), [10, 80, 400, 90]).own == (10, 80, 400, 20)
    assert allocate(rules, asked(rules), [10, 40, 400, 90]).own == (10, 40, 400, 60)


def test_two_caps_and_two_minimums_where_taking_in_turn_fails():
    rulebook = book(
        categories=[category("ethics", 60), category("practice", 60)],
        format_caps=[cap(60, "recorded"), cap(60, "reading", clause="cap-2")],
    )
    rules = rules_of(rulebook)
    own = [0] * rules.pool_count
    own[rules.pool("ethics", "recorded")] = own[rules.pool("ethics", "reading")] = 60
    own[rules.pool("practice", "recorded")] = 60
    own[rules.pool("practice", "live")], own[rules.pool("law", "reading")] = 0, 60
    found = allocate(rules, asked(rules), own).own
    assert missing(rules, asked(rules), found) == 480  # only the total: each minimum gets the format it can use
    assert found[rules.pool("ethics", "reading")] == found[rules.pool("practice", "recorded")] == 60


def test_three_overlapping_caps_at_real_size():
    pairs = [("live", "online"), ("online", "recorded"), ("live", "recorded")]
    rulebook = book(
        total_minutes=1200,
        categories=[category(code, 200) for code in ("law", "ethics", "practice")],
        format_caps=[cap(361, *pair) for pair in pairs],
    )
    rules = rules_of(rulebook)
    own = [0] * rules.pool_count
    for code in ("law", "ethics", "practice"):
        for form, minutes in (("live", 331), ("online", 247), ("recorded", 403)):
            own[rules.pool(code, form)] = minutes
    found = allocate(rules, asked(rules), own)
    assert sum(found.own) == 541  # half of three times 361, as no minute is broken
    late = [minutes // 2 for minutes in own]
    again = allocate_with_late(rules, asked(rules), own, late, Onward(asked(rules), tuple(own)))
    assert (sum(again.own), sum(again.late)) == (541, 0)


def test_make_up_takes_what_the_next_period_needs_least():
    rules = rules_of(book(categories=[category("ethics", 60)]))
    own, late = [60, 500], [60, 60]
    found = allocate_with_late(rules, asked(rules), own, late, Onward(asked(rules), (60, 60)))
    assert found.late == (0, 40)


def test_make_up_takes_only_what_is_missing():
    rules = rules_of(book(categories=[category("ethics", 60)]))
    found = allocate_with_late(rules, asked(rules), [0, 600], [90, 90], Onward(asked(rules), (90, 90)))
    assert found.late == (60, 0)
