"""An exact optimum in whole numbers for small linear programs: the arithmetic under the allocation.

A flow would do while caps are nested or apart. Caps that merely overlap are no network: three formats, each two of
them capped together at one minute, have 1.5 as their best sum and 1 as their best whole sum. So this is a simplex
with branching. The tableau holds integers over one common divisor, and nothing is ever rounded.
"""

from collections.abc import Iterable, Sequence

Row = list[int]


class Program:
    """Maximise a weighted sum of variables, each between 0 and its limit, under rows "sum at most bound".

    Variables named `whole` must come before all others, and no row may ask more of them than their lower bounds
    allow; the others are measures of them that are whole by themselves once those are. The search branches on the
    earliest broken variable, so those that decide most should come first.
    """

    __slots__ = ("_rows", "_weights", "_wholes")

    def __init__(self) -> None:
        self._weights: list[int] = []
        self._rows: list[tuple[dict[int, int], int]] = []
        self._wholes = 0

    def variable(self, weight: int, limit: int, *, whole: bool = False) -> int:
        """A new variable's number."""
        number = len(self._weights)
        self._weights.append(weight)
        self._wholes += whole
        self._rows.append(({number: 1}, limit))
        return number

    def at_most(self, bound: int, plus: Iterable[int], minus: Iterable[int] = ()) -> None:
        """The sum of `plus` less the sum of `minus` is at most `bound`."""
        self._rows.append((dict.fromkeys(plus, 1) | dict.fromkeys(minus, -1), bound))

    def solve(self) -> list[int]:
        """The best values, in the order of the variables; always the same among equally good ones."""
        count = len(self._weights)
        dense = [[terms.get(number, 0) for number in range(count)] + [bound] for terms, bound in self._rows]
        return _branch(self._weights, dense, self._wholes)


def _branch(weights: Sequence[int], rows: list[Row], wholes: int) -> list[int]:
    """Best whole values: split on a broken value, drop every branch that cannot beat the best one found."""
    best: list[int] = [0] * len(weights)
    best_value = -1
    pending = [([0] * len(weights), rows)]
    while pending:
        lower, limited = pending.pop()
        shifted = _shifted(limited, lower)
        if shifted is None:
            continue
        values, divisor = _relaxed(weights, shifted)
        values = [value + low * divisor for value, low in zip(values, lower, strict=True)]
        bound = sum(weight * value for weight, value in zip(weights, values, strict=True)) // divisor
        if bound <= best_value:
            continue
        broken = next((number for number in range(wholes) if values[number] % divisor), None)
        if broken is None:
            best, best_value = [value // divisor for value in values], bound
            continue
        floor = values[broken] // divisor
        above = [floor + 1 if number == broken else low for number, low in enumerate(lower)]
        below = [int(number == broken) for number in range(len(weights))] + [floor]
        pending += [(above, limited), (lower, [*limited, below])]
    return best


def _shifted(rows: list[Row], lower: list[int]) -> list[Row] | None:
    """The rows for what exceeds the lower bounds; None if the bounds alone already break one."""
    if not any(lower):
        return rows
    shifted = [[*row[:-1], row[-1] - sum(a * low for a, low in zip(row, lower, strict=False))] for row in rows]
    return None if any(row[-1] < 0 for row in shifted) else shifted


def _relaxed(weights: Sequence[int], rows: list[Row]) -> tuple[list[int], int]:
    """Best values when they may be broken, as numerators over one divisor. Every row's bound must be >= 0."""
    count = len(weights)
    tableau = [list(row) for row in rows] + [[-weight for weight in weights] + [0]]
    outside = list(range(count))  # variable of each column
    basis = list(range(count, count + len(rows)))  # variable of each row
    divisor = 1
    while (column := _entering(tableau[-1], outside)) is not None:
        row = _leaving(tableau, basis, column)
        divisor = _pivot(tableau, row, column, divisor)
        basis[row], outside[column] = outside[column], basis[row]
    values = [0] * count
    for row, variable in enumerate(basis):
        if variable < count:
            values[variable] = tableau[row][-1]
    return values, divisor


def _entering(goal: Row, outside: list[int]) -> int | None:
    """Bland's rule: the first variable that improves the goal, so that the search cannot go round in circles."""
    improving = [column for column, variable in enumerate(outside) if goal[column] < 0]
    return min(improving, key=outside.__getitem__, default=None)


def _leaving(tableau: list[Row], basis: list[int], column: int) -> int:
    """The row that first stops the entering variable; every variable has a limit, so there is one."""
    best = -1
    for row, variable in enumerate(basis):
        step = tableau[row][column]
        if step <= 0:
            continue
        if best >= 0:
            difference = tableau[row][-1] * tableau[best][column] - tableau[best][-1] * step
            if difference > 0 or (difference == 0 and variable > basis[best]):
                continue
        best = row
    return best


def _pivot(tableau: list[Row], row: int, column: int, divisor: int) -> int:
    """Exchange the variables of a row and a column. All divisions here are exact (Edmonds); gives the new divisor."""
    pivot_row = tableau[row]
    pivot = pivot_row[column]
    for index, line in enumerate(tableau):
        if index == row:
            continue
        factor = line[column]
        if factor:
            line[:] = [(a * pivot - factor * b) // divisor for a, b in zip(line, pivot_row, strict=True)]
            line[column] = -factor
        elif pivot != divisor:
            line[:] = [a * pivot // divisor for a in line]
    pivot_row[column] = divisor
    return pivot
