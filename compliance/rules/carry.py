"""Carry-out: what of one period's credit reaches into the next, or has already been taken out of it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CarryOut:
    """`carried` minutes go to the next period; `lapsed` minutes counted above the norm and end with the period."""

    carried: int
    lapsed: int


def carry_out(required: int, counted: int) -> CarryOut:
    """What becomes of the minutes above the norm. The language has no carry-over yet, so all of them lapse."""
    return CarryOut(carried=0, lapsed=max(0, counted - required))


def after_make_up(window: Sequence[int], taken: Sequence[int]) -> list[int]:
    """What a make-up window still holds, by pool, for the period it opens: no minute counts twice."""
    return [held - used for held, used in zip(window, taken, strict=True)]
