"""From pools back to credits: what became of each, the earlier ones counting first and the later ones carried."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from .carrying import goes_on_as
from .language.amounts import Number
from .period import Frame
from .pools import Pooled
from .problem import Solution
from .valuation import Valued

Fate = Literal["counted", "late", "carried", "cut", "left", "unused"]


@dataclass(frozen=True, slots=True)
class Use:
    """Minutes of a credit with one fate in a period; `node` is where they are placed, of those that count.

    "late": they count here although earned after it. "left": earned after it and not needed. "cut": cannot count.
    "unused": carried in, and not touched so that the period's own surplus may be carried on.
    """

    item: Valued
    minutes: Number
    fate: Fate
    node: int | None = None


def shared(
    frame: Frame, pooled: Pooled, solution: Solution, late: set[int]
) -> tuple[tuple[Use, ...], tuple[Use, ...], tuple[Valued, ...]]:
    """Uses of the credit of the period, late uses, and the credit that goes on to the next period."""
    uses: list[Use] = []
    taken: list[Use] = []
    carried: list[Valued] = []
    for pool, items in enumerate(pooled.items):
        is_late = id(items[0]) in late
        found = list(_deal(items, _portions(pool, solution, is_late=is_late)))
        (taken if is_late else uses).extend(use for use in found if use.fate not in ("left",))
        carried.extend(_onward(frame, pool, solution, found))
    return tuple(uses), tuple(taken), tuple(carried)


def _portions(pool: int, solution: Solution, *, is_late: bool) -> list[tuple[Number | None, Fate, int | None]]:
    """What becomes of a pool, in the order in which its credits meet it; None: all that is left before the rest."""
    placed = [(minutes, node) for node, minutes in sorted(solution.placed[pool].items()) if minutes]
    if is_late:
        return [*((minutes, "late", node) for minutes, node in placed), (None, "left", None)]
    carried = solution.carried[pool] + solution.relabelled[pool]
    counted: list[tuple[Number | None, Fate, int | None]] = [(minutes, "counted", node) for minutes, node in placed]
    return [*counted, (None, "cut", None), (carried, "carried", None)]


def _deal(items: tuple[Valued, ...], portions: list[tuple[Number | None, Fate, int | None]]) -> Iterator[Use]:
    total = sum(item.minutes for item in items)
    rest = total - sum(minutes for minutes, _, _ in portions if minutes is not None)
    amounts = [(rest if minutes is None else minutes, fate, node) for minutes, fate, node in portions]
    place, left = 0, items[0].minutes
    for amount, fate, node in amounts:
        while amount > 0:
            while not left:
                place += 1
                left = items[place].minutes
            used = min(left, amount)
            yield Use(items[place], used, fate, node)
            left, amount = left - used, amount - used


def _onward(frame: Frame, pool: int, solution: Solution, uses: list[Use]) -> Iterator[Valued]:
    """Carried credit as it enters the next period: with its label as far as that may be kept."""
    keep = solution.carried[pool]
    for use in uses:
        if use.fate != "carried":
            continue
        kept, loose = goes_on_as(frame, use.item)
        labelled = min(use.minutes, keep)
        keep -= labelled
        if labelled:
            yield replace(kept, minutes=labelled)
        if use.minutes > labelled:
            yield replace(loose, minutes=use.minutes - labelled)
