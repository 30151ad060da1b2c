from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.rules.program import Program, Unbounded


def test_three_caps_on_pairs_are_best_met_by_halves():
    program = Program()
    a, b, c = (program.variable(9) for _ in range(3))
    for pair in ([a, b], [b, c], [a, c]):
        program.at_most(1, dict.fromkeys(pair, 1))
    assert program.maximise({a: 1, b: 1, c: 1}) == [Fraction(1, 2)] * 3


def test_a_later_goal_chooses_among_equals_only():
    program = Program()
    a, b = program.variable(), program.variable()
    program.at_most(3, {a: 1, b: 1})
    assert program.maximise({a: 1, b: 1}, {b: 1}) == [0, 3]
    assert program.maximise({a: 1}, {b: 5}) == [3, 0]


def test_bounds_may_be_fractions_and_whole_answers_are_whole_numbers():
    program = Program()
    a, b = program.variable(Fraction(1, 2)), program.variable(Fraction(5, 3))
    program.at_most(Fraction(3, 2), {b: 1, a: 1})
    values = program.maximise({a: 1}, {b: 1})
    assert values == [Fraction(1, 2), 1]
    assert type(values[b]) is int


def test_a_variable_without_a_limit_that_pays_is_an_error():
    program = Program()
    with pytest.raises(Unbounded):
        program.maximise({program.variable(): 1})


def test_a_negative_bound_is_an_error():
    program = Program()
    with pytest.raises(ValueError, match="negative"):
        program.variable(-1)


def test_nothing_to_decide():
    assert Program().maximise() == []
    assert Program().maximise({}) == []


Row = tuple[list[int], int]


@st.composite
def programs(draw: st.DrawFn) -> tuple[int, list[Row], list[list[int]]]:
    count = draw(st.integers(1, 3))
    factors = st.lists(st.integers(-3, 3), min_size=count, max_size=count)
    limits = [([int(each == number) for each in range(count)], draw(st.integers(0, 6))) for number in range(count)]
    rows = draw(st.lists(st.tuples(factors, st.integers(0, 6)), max_size=4))
    return count, limits + rows, draw(st.lists(factors, min_size=1, max_size=3))


@given(programs())
@settings(max_examples=100, deadline=None)
def test_as_good_as_the_best_corner(drawn):
    """A linear program has its best at a corner: where as many rows as there are variables hold exactly."""
    count, rows, goals = drawn
    program = Program()
    for _ in range(count):
        program.variable()
    for factors, bound in rows:
        program.at_most(bound, dict(enumerate(factors)))
    found = program.maximise(*(dict(enumerate(goal)) for goal in goals))
    closed = rows + [([-int(each == number) for each in range(count)], 0) for number in range(count)]
    assert _keeps(closed, found)
    corners = (_corner(list(some)) for some in combinations(closed, count))
    assert _worth(goals, found) == max(_worth(goals, at) for at in corners if at is not None and _keeps(closed, at))


def _keeps(rows: list[Row], values) -> bool:
    return all(_dot(factors, values) <= bound for factors, bound in rows)


def _worth(goals: list[list[int]], values):
    return [_dot(goal, values) for goal in goals]


def _dot(factors, values):
    return sum(factor * value for factor, value in zip(factors, values, strict=True))


def _corner(rows: list[Row]) -> list[Fraction] | None:
    """Where the rows hold exactly, by Cramer's rule; None if they do not meet in one point."""
    matrix = [factors for factors, _ in rows]
    if not (whole := _determinant(matrix)):
        return None
    bounds = [bound for _, bound in rows]
    replaced = (
        [[*row[:at], bound, *row[at + 1 :]] for row, bound in zip(matrix, bounds, strict=True)]
        for at in range(len(rows))
    )
    return [Fraction(_determinant(each), whole) for each in replaced]


def _determinant(matrix: list[list[int]]) -> int:
    if not matrix:
        return 1
    minors = (_determinant([[*row[:at], *row[at + 1 :]] for row in matrix[1:]]) for at in range(len(matrix)))
    return sum((-1) ** at * factor * minor for at, (factor, minor) in enumerate(zip(matrix[0], minors, strict=True)))
