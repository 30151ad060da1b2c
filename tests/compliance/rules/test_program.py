from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from compliance.rules.program import Program


def test_three_caps_on_pairs_have_no_broken_answer():
    program = Program()
    a, b, c = (program.variable(1, 9, whole=True) for _ in range(3))
    for pair in ([a, b], [b, c], [a, c]):
        program.at_most(1, pair)
    assert sum(program.solve()) == 1


def test_a_measure_pays_no_more_than_is_wanted():
    program = Program()
    used = program.variable(-1, 50, whole=True)
    program.at_most(0, [program.variable(10, 20)], [used])
    assert program.solve() == [20, 20]


def test_nothing_to_decide():
    assert Program().solve() == []


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[int], list[int], list[tuple[list[int], int]]]:
    count = draw(st.integers(1, 4))
    weights = draw(st.lists(st.integers(-3, 5), min_size=count, max_size=count))
    limits = draw(st.lists(st.integers(0, 4), min_size=count, max_size=count))
    row = st.tuples(st.lists(st.integers(0, count - 1), unique=True, min_size=1), st.integers(0, 6))
    return weights, limits, draw(st.lists(row, max_size=5))


@given(problems())
def test_as_good_as_trying_everything(problem):
    weights, limits, rows = problem
    program = Program()
    for weight, limit in zip(weights, limits, strict=True):
        program.variable(weight, limit, whole=True)
    for variables, bound in rows:
        program.at_most(bound, variables)
    found = program.solve()

    def allowed(values) -> bool:
        return all(sum(values[each] for each in variables) <= bound for variables, bound in rows)

    def worth(values) -> int:
        return sum(weight * value for weight, value in zip(weights, values, strict=True))

    everything = product(*(range(limit + 1) for limit in limits))
    assert allowed(found)
    assert all(0 <= value <= limit for value, limit in zip(found, limits, strict=True))
    assert worth(found) == max(worth(values) for values in everything if allowed(values))
