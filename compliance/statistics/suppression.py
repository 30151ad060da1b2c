"""Small counts left out of a table so that nobody can work them out from what is left.

A table is counts by row and column with its sums. Counts from 1 to below a threshold are left out, sums too; then
as many others as are needed so that no count left out follows from those shown. Zeros are always shown, so a
reader knows of what is left out that it is at least 1.

How that is known: every row and every column of the table with its sums, taken with a minus, adds up to nothing. So
another table, with the same counts shown, differs by cycles that go from row to column and back and change the counts
on their way by one up and one down in turn. A count is safe when some such cycle through it touches only counts that
are left out; where there is none, the cheapest one is made by leaving out the counts on its way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

Entry = tuple[int, int]
Node = tuple[str, int]
Step = tuple[Node, Entry]

_SUM = 1_000_000_000
"""Cost of leaving out a sum, on top of its value: only where nothing else helps."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be published: None for what is left out. ``counts`` by row, then the sums of rows and of columns."""

    counts: tuple[tuple[int | None, ...], ...]
    of_rows: tuple[int | None, ...]
    of_columns: tuple[int | None, ...]
    total: int | None


def without_small(counts: Sequence[Sequence[int]], smallest: int) -> Shown:
    """The table with nothing that tells a count from 1 to ``smallest`` - 1. All rows have the same length."""
    columns = [sum(column) for column in zip(*counts, strict=True)]
    rows = [[*row, sum(row)] for row in counts]
    table = _Table([*rows, [*columns, sum(columns)]])
    table.protect(smallest)
    shown = [tuple(None if (r, c) in table.hidden else v for c, v in enumerate(row)) for r, row in enumerate(table.all)]
    body, sums = shown[:-1], shown[-1]
    return Shown(tuple(row[:-1] for row in body), tuple(row[-1] for row in body), sums[:-1], sums[-1])


def list_without_small(counts: Sequence[int], smallest: int) -> tuple[tuple[int | None, ...], int | None]:
    """The same for a list and its sum."""
    table = _Table([[*counts, sum(counts)], [1] * (len(counts) + 1)], unpublished={1})
    table.protect(smallest)
    shown = [None if (0, column) in table.hidden else value for column, value in enumerate(table.all[0])]
    return tuple(shown[:-1]), shown[-1]


@dataclass(slots=True)
class _Table:
    """Counts with the sums as the last row and column. Of ``unpublished`` rows nothing is shown and nothing known."""

    all: list[list[int]]
    unpublished: set[int] = field(default_factory=set)
    hidden: set[Entry] = field(default_factory=set)

    def protect(self, smallest: int) -> None:
        free = {(row, column) for row in self.unpublished for column in range(len(self.all[0]))}
        waiting = [entry for entry in self._entries() if entry not in free and 0 < self._value(entry) < smallest]
        self.hidden = {*free, *waiting}
        while waiting:
            more = self._needed_for(waiting.pop())
            self.hidden.update(more)
            waiting.extend(more)

    def _entries(self) -> Iterable[Entry]:
        return ((row, column) for row in range(len(self.all)) for column in range(len(self.all[0])))

    def _value(self, entry: Entry) -> int:
        return self.all[entry[0]][entry[1]]

    def _needed_for(self, entry: Entry) -> list[Entry]:
        """What must be left out as well; nothing where the entry is safe, which it then stays."""
        ways = [up for up in (True, False) if self._may(entry, up)]
        if any(self._is_safe(entry, up) for up in ways):
            return []
        found = [self._cheapest(entry, up) for up in ways]
        return min((way for way in found if way is not None), key=lambda way: way[0])[1]

    def _may(self, entry: Entry, up: bool) -> bool:
        """Whether the entry, taken with its sign, can be one more (or less): no count falls to 0, which is shown."""
        if entry[0] in self.unpublished:
            return True
        is_sum = (entry[0] == len(self.all) - 1) != (entry[1] == len(self.all[0]) - 1)
        grows = up != is_sum
        return self._value(entry) >= (1 if grows else 2)

    def _is_safe(self, entry: Entry, up: bool) -> bool:
        """Whether a cycle through it touches only what is left out: mostly so, and found sooner than the cheapest."""
        start, end = self._ends(entry, up)
        seen, waiting = {start}, [start]
        while waiting:
            for following, crossed in self._steps(waiting.pop(), self.hidden):
                if crossed != entry and following not in seen:
                    if following == end:
                        return True
                    seen.add(following)
                    waiting.append(following)
        return False

    def _ends(self, entry: Entry, up: bool) -> tuple[Node, Node]:
        """Where a cycle goes on after it has crossed the entry, and where it comes back to it."""
        row, column = ("row", entry[0]), ("column", entry[1])
        return (column, row) if up else (row, column)

    def _cheapest(self, entry: Entry, up: bool) -> tuple[int, list[Entry]] | None:
        """Cost and the new entries of the cheapest cycle that changes the entry upwards (or downwards)."""
        start, end = self._ends(entry, up)
        costs, came, heap = {start: 0}, dict[Node, Step](), [(0, start)]
        while heap:
            cost, node = heappop(heap)
            if node == end:
                return cost, self._new_on(came, start, end)
            for following, crossed in self._steps(node):
                longer = cost + self._cost(crossed)
                if crossed != entry and longer < costs.get(following, longer + 1):
                    costs[following], came[following] = longer, (node, crossed)
                    heappush(heap, (longer, following))
        return None

    def _steps(self, node: Node, within: set[Entry] | None = None) -> Iterable[Step]:
        """From a row to a column an entry goes up, from a column to a row it goes down; ``within`` some entries."""
        kind, index = node
        if kind == "row":
            crossed = [(("column", column), (index, column)) for column in range(len(self.all[0]))]
        else:
            crossed = [(("row", row), (row, index)) for row in range(len(self.all))]
        known = crossed if within is None else [step for step in crossed if step[1] in within]
        return (step for step in known if self._value(step[1]) and self._may(step[1], kind == "row"))

    def _cost(self, entry: Entry) -> int:
        if entry in self.hidden:
            return 0
        is_sum = entry[0] == len(self.all) - 1 or entry[1] == len(self.all[0]) - 1
        return self._value(entry) + (_SUM if is_sum else 0)

    def _new_on(self, came: dict[Node, Step], start: Node, end: Node) -> list[Entry]:
        new: list[Entry] = []
        while end != start:
            end, crossed = came[end]
            if crossed not in self.hidden:
                new.append(crossed)
        return new
