"""What small-cell suppression promises, held against an oracle that tries every table that a reader could think of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compliance.statistics.suppression import Shown, list_without_small, without_small

SMALLEST = 5
_count = st.integers(0, 9) | st.sampled_from([0, 0, 1, 2, 40])
_tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(_count, min_size=width, max_size=width), min_size=1, max_size=4)
)


def flat(shown: Shown) -> list[int | None]:
    """Body row by row with its sum, then the sums of columns and the total."""
    rows = [cell for row, total in zip(shown.counts, shown.of_rows, strict=True) for cell in (*row, total)]
    return [*rows, *shown.of_columns, shown.total]


def whole(counts: Sequence[Sequence[int]]) -> list[int]:
    sums = [sum(column) for column in zip(*counts, strict=True)]
    return [cell for row in [*counts, sums] for cell in (*row, sum(row))]


def equations(rows: int, columns: int) -> list[list[int]]:
    """Each row and each column of the table with its sums, by the place of its entries: the last is the sum."""
    width = columns + 1
    lines = [[row * width + column for column in range(width)] for row in range(rows + 1)]
    return lines + [[row * width + column for row in range(rows + 1)] for column in range(width)]


def by_subtraction(given: list[int | None], lines: list[list[int]]) -> set[int]:
    """Places left out whose value the equations alone determine: a unit vector in the span of their rows."""
    unknown = [place for place, value in enumerate(given) if value is None]
    if not unknown:
        return set()
    matrix = np.zeros((len(lines), len(unknown)))
    for number, line in enumerate(lines):
        for place in line:
            if given[place] is None:
                matrix[number, unknown.index(place)] = -1 if place == line[-1] else 1
    rank = np.linalg.matrix_rank(matrix)
    units = np.eye(len(unknown))
    return {
        place for place, unit in zip(unknown, units, strict=True)
        if np.linalg.matrix_rank(np.vstack([matrix, unit])) == rank
    }  # fmt: skip


def alternatives(given: list[int | None], true: list[int], lines: list[list[int]], width: int) -> Iterator[list[int]]:
    """Every table near the true one that fits what is shown, with at least 1 in each place left out."""
    body = [p for p, value in enumerate(given) if value is None and p not in {line[-1] for line in lines}]
    for change in product((-2, -1, 0, 1, 2), repeat=len(body)):
        cells = list(true)
        for place, by in zip(body, change, strict=True):
            cells[place] += by
        for line in sorted(lines, key=lambda line: line[-1] == len(true) - 1):
            cells[line[-1]] = sum(cells[place] for place in line[:-1])
        if all(cell >= 1 if shown is None else cell == shown for cell, shown in zip(cells, given, strict=True)):
            yield cells


@given(_tables)
@settings(max_examples=300, deadline=None)
@example([[3, 40], [0, 0]])
@example([[1, 1, 1, 1, 1]])
@example([[1, 1], [1, 1]])
@example([[3, 0], [40, 0]])
@example([[4]])
@example([[0, 0]])
def test_nothing_left_out_follows_by_subtraction(counts: list[list[int]]) -> None:
    given = flat(without_small(counts, SMALLEST))
    assert by_subtraction(given, equations(len(counts), len(counts[0]))) == set()


@given(st.lists(st.lists(st.sampled_from([0, 1, 1, 2, 4, 6, 40]), min_size=2, max_size=2), min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
@example([[1, 1], [1, 1]])
@example([[1, 0], [4, 6]])
def test_nor_by_knowing_that_what_is_left_out_is_at_least_one(counts: list[list[int]]) -> None:
    given, true = flat(without_small(counts, SMALLEST)), whole(counts)
    found = list(alternatives(given, true, equations(len(counts), 2), 3))
    for place, value in enumerate(given):
        assert value is not None or len({cells[place] for cells in found}) > 1


@given(_tables)
@settings(max_examples=200, deadline=None)
def test_what_is_shown_is_true_and_never_small(counts: list[list[int]]) -> None:
    for shown, true in zip(flat(without_small(counts, SMALLEST)), whole(counts), strict=True):
        assert shown in (None, true)
        assert shown is None or shown == 0 or shown >= SMALLEST
        assert true != 0 or shown == 0


@given(st.lists(_count, min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
@example([1, 1, 1, 1, 1])
@example([3, 40])
@example([3])
def test_a_list_keeps_the_same_promises(counts: list[int]) -> None:
    cells, total = list_without_small(counts, SMALLEST)
    given = [*cells, total]
    line = [list(range(len(given)))]
    assert by_subtraction(given, line) == set()
    for shown, true in zip(given, [*counts, sum(counts)], strict=True):
        assert shown in (None, true)
        assert shown is None or shown == 0 or shown >= SMALLEST
    hidden = [true for true, shown in zip(counts, cells, strict=True) if shown is None]
    assert total is None or not hidden or max(hidden) > 1


@pytest.mark.parametrize(
    ("counts", "cells", "total"),
    [
        ([7, 8], (7, 8), 15),
        ([3, 40, 12], (None, 40, None), 55),  # the smallest of the others goes with it
        ([2, 3, 40], (None, None, 40), 45),
        ([3, 0, 0], (None, 0, 0), None),
        ([0, 0], (0, 0), 0),
    ],
)
def test_as_little_as_needed_is_left_out_of_a_list(
    counts: list[int], cells: tuple[int | None, ...], total: int | None
) -> None:
    assert list_without_small(counts, SMALLEST) == (cells, total)


def test_a_table_by_hand() -> None:
    shown = without_small([[30, 2, 9], [41, 8, 12], [55, 20, 11]], SMALLEST)
    assert shown.counts == ((30, None, None), (41, None, None), (55, 20, 11))
    assert (shown.of_rows, shown.of_columns, shown.total) == ((41, 61, 86), (126, 30, 32), 188)


def test_an_oracle_that_could_find_nothing_would_prove_nothing() -> None:
    lines = equations(1, 2)
    assert by_subtraction([None, 40, 43, None, 40, 43], lines) == {0, 3}
    found = list(alternatives([None, None, 2, None, None, 2], [1, 1, 2, 1, 1, 2], lines, 3))
    assert found == [[1, 1, 2, 1, 1, 2]]
