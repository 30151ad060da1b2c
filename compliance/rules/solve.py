"""Allocation: the best use of what is held, when minimums, caps and carry-over compete for it.

What is best, in this order:

1. the fewest minutes missing, shared ones counted once;
2. the fewest minutes taken from after the period: they are used only as far as they lower what is missing;
3. the smallest sum of what is missing at each node, then the least missing in the period after;
4. the most carried to the next period, then those of the highest rank, then the most with their label;
5. the most minutes placed, then the most at their own place, then the first pools.

So what is beyond the requirement still counts where nothing better is to be done with it. Minutes are divisible.
"""

from .direct import Use, direct
from .linear import optimum
from .measure import missing, served, shortfalls
from .problem import Late, Problem, Solution
from .program import plain


def solve(problem: Problem, late: Late | None = None) -> Solution:
    """The best use; always the same for equal problems. No amount may be negative."""
    use = direct(problem) or optimum(problem)
    found = _measured(problem, use)
    if late is None or not any(late.held) or not any(found.shortfall):
        return found
    return _measured(problem, optimum(problem, late))


def _measured(problem: Problem, use: Use) -> Solution:
    serving = served(problem.nodes, use.placed)
    shortfall = shortfalls(problem.nodes, serving)
    return Solution(
        placed=tuple(
            [{node: plain(minutes) for node, minutes in by_node.items() if minutes} for by_node in use.placed]
        ),
        late=tuple(use.late),
        carried=tuple([plain(minutes) for minutes in use.carried]),
        relabelled=tuple(use.relabelled),
        served=tuple([plain(minutes) for minutes in serving]),
        shortfall=tuple([plain(minutes) for minutes in shortfall]),
        missing=plain(missing(problem.nodes, shortfall)) if any(shortfall) else 0,
    )
