"""The exact optimum of a small linear program: the arithmetic under the allocation.

A flow would do while caps are nested or apart; caps that merely overlap are no network. So this is a simplex. Minutes
are divisible, so the optimum may be a fraction; nothing is ever rounded. The lines hold whole numbers, each line to a
scale of its own, and only what is not zero, as most of it is.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from math import gcd, lcm

from .problem import Amount

Terms = dict[int, int]


class Unbounded(ArithmeticError):
    """A goal can be raised without end: some variable lacks a limit."""


class Program:
    """Variables of 0 or more under rows "sum at most bound", with goals in the order of their importance.

    No bound may be negative, so that all variables may be 0: the search starts there.
    """

    __slots__ = ("_count", "_rows")

    def __init__(self) -> None:
        self._count = 0
        self._rows: list[tuple[Terms, Amount]] = []

    def variable(self, limit: Amount | None = None) -> int:
        """A new variable's number."""
        number = self._count
        self._count += 1
        if limit is not None:
            self.at_most(limit, {number: 1})
        return number

    def at_most(self, bound: Amount, terms: Mapping[int, int]) -> None:
        """The sum of the variables, each times its factor, is at most `bound`."""
        if bound < 0:
            raise ValueError(f"a bound is negative: {bound}")
        self._rows.append(({number: factor for number, factor in terms.items() if factor}, bound))

    def maximise(self, *goals: Mapping[int, int]) -> list[Amount]:
        """The best values, in the order of the variables: by the first goal, among equals by the second, and so on.

        Where all goals leave a choice it is always made the same way, by the numbers of the variables.
        """
        unit = lcm(*(bound.denominator for _, bound in self._rows))
        lines = [
            _Line({**terms, self._count + row: 1}, int(bound * unit), self._count + row)
            for row, (terms, bound) in enumerate(self._rows)
        ]
        at_zero: set[int] = set()
        for goal in goals:
            at_zero |= _raise(lines, {number: -factor for number, factor in goal.items() if number not in at_zero})
        values: list[Amount] = [0] * self._count
        for line in lines:
            if line.basic < self._count:
                values[line.basic] = plain(Fraction(line.bound, line.terms[line.basic] * unit))
        return values


def plain(amount: Amount) -> Amount:
    """The same amount, as an int if it is whole."""
    return amount.numerator if amount.denominator == 1 else amount


class _Line:
    """One equation: the terms sum to the bound. It tells its basic variable while the others outside are 0."""

    __slots__ = ("basic", "bound", "terms")

    def __init__(self, terms: Terms, bound: int, basic: int) -> None:
        self.terms, self.bound, self.basic = terms, bound, basic

    def clear(self, variable: int, by: "_Line") -> None:
        """Take the other line from this one as many times as rids this one of the variable."""
        factor = self.terms.get(variable)
        if not factor:
            return
        step = by.terms[variable]
        if step != 1:
            common = gcd(factor, step)
            factor, step = factor // common, step // common
        if step != 1:
            self.terms = {number: value * step for number, value in self.terms.items()}
            self.bound *= step
        self._subtract(factor, by)
        if step != 1:
            self._reduce()

    def _subtract(self, factor: int, by: "_Line") -> None:
        terms = self.terms
        for number, value in by.terms.items():
            rest = terms.get(number, 0) - factor * value
            if rest:
                terms[number] = rest
            else:
                terms.pop(number, None)
        self.bound -= factor * by.bound

    def _reduce(self) -> None:
        """Keep the numbers small."""
        common = gcd(self.bound, *self.terms.values())
        if common > 1:
            self.terms = {number: value // common for number, value in self.terms.items()}
            self.bound //= common


def _raise(lines: list[_Line], terms: Terms) -> set[int]:
    """Reach the best of one goal; gives the variables that must stay 0 to keep it, and takes them out of all lines."""
    goal = _Line(terms, 0, -1)
    for line in lines:
        goal.clear(line.basic, line)
    while (variable := _entering(goal)) is not None:
        leaving = _leaving(lines, variable)
        leaving.basic = variable
        goal.clear(variable, leaving)
        for line in lines:
            if line is not leaving:
                line.clear(variable, leaving)
    spent = {number for number, value in goal.terms.items() if value}
    for line in lines:
        for number in spent & line.terms.keys():
            del line.terms[number]
    return spent


def _entering(goal: _Line) -> int | None:
    """Bland's rule: the first variable that improves the goal, so that the search cannot go round in circles."""
    return min((number for number, value in goal.terms.items() if value < 0), default=None)


def _leaving(lines: Iterable[_Line], variable: int) -> _Line:
    """The line that first stops the entering variable; among equals that of the first variable."""
    best: _Line | None = None
    best_step = 0
    for line in lines:
        step = line.terms.get(variable, 0)
        if step <= 0:
            continue
        if best is not None:
            difference = line.bound * best_step - best.bound * step
            if difference > 0 or (difference == 0 and line.basic > best.basic):
                continue
        best, best_step = line, step
    if best is None:
        raise Unbounded
    return best
