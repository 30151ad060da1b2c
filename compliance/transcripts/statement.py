"""What a printed transcript says: plain values, from which the paper is drawn."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from compliance.certificates.words import Pair

State = Literal["counts", "taken_back", "correction"]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the ledger, in whole minutes; a correction has them with a minus."""

    day: date
    what: Pair
    category: Pair
    format: str
    minutes: int
    state: State


@dataclass(frozen=True, slots=True)
class Check:
    """What a statement that was issued with a number says besides: how anybody can check it, and who signs it."""

    serial: str
    code: str
    url: str
    signatory: str
    office: Pair


@dataclass(frozen=True, slots=True)
class Statement:
    """One person's ledger, or a part of it, in the order of its days.

    ``narrowed`` names what it was narrowed to, apart from the days; empty when it is whole. ``first`` or ``last`` None:
    from the beginning, until the end.

    PII: full name, licence number and date, what was learned.
    """

    bar: Pair
    full_name: str
    licence_number: str
    licence_date: str
    first: date | None
    last: date | None
    narrowed: tuple[Pair, ...]
    lines: tuple[Line, ...]
    unit_minutes: int
    made_on: date
    example: bool
    check: Check | None = None

    @property
    def minutes(self) -> int:
        """What the lines add up to, corrections included."""
        return sum(line.minutes for line in self.lines)

    @property
    def by_category(self) -> list[tuple[Pair, int]]:
        totals: dict[Pair, int] = {}
        for line in self.lines:
            totals[line.category] = totals.get(line.category, 0) + line.minutes
        return sorted(totals.items())
