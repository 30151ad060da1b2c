"""Which steps are struck, and how: dealt before the year begins, the same for the same seed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final, NamedTuple

WORKER: Final = "worker"
DATABASE: Final = "database"
LEAST: Final = 5
"""Times that each step is struck, where there are kills enough."""
_OF_DATABASE: Final = 5
"""One kill of so many is the database's."""

_GUESS: Final = {
    "sweep": 60, "cases": 120, "plan": 200, "letters": 30, "certificates": 60, "archive": 30, "seal": 10,
    "roster": 40, "closing": 15, "roll": 30,
}  # fmt: skip


class Turn(NamedTuple):
    """A step on a day, and how much there is to strike at."""

    step: str
    day: dt.date
    weight: float


@dataclass(frozen=True, slots=True)
class Kill:
    """Who dies, and where the worker is then: ``after`` seconds from its ``statement``-th statement to the database
    on, or where the mail server has its ``message``-th message in hands and has not answered yet."""

    what: str = WORKER
    statement: int = 0
    after: float = 0.0
    message: int = 0

    @property
    def where(self) -> str:
        if self.message:
            return f"message {self.message} in hands"
        return f"statement {self.statement}" + (f" + {self.after * 1000:.0f} ms" if self.after else "")


@dataclass
class Lots:
    """``statements``: how many a step came to when it was last left in peace."""

    chance: Random
    dealt: dict[tuple[str, dt.date], list[str]]
    left: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    statements: dict[str, int] = field(default_factory=lambda: dict(_GUESS))

    def of(self, step: str, day: dt.date) -> list[str]:
        """Whom the lots of this turn strike, and those of turns before that were over too soon."""
        return self.left.pop(step, []) + self.dealt.pop((step, day), [])

    def draw(self, what: str, step: str, due: int) -> Kill:
        if step == "send" and due and self.chance.random() < 0.5:
            return Kill(what, message=self.chance.randint(1, due))
        statements = max(8, 8 * due) if step == "send" else self.statements[step]
        after = self.chance.choice((0.0, self.chance.uniform(0, 0.03)))
        return Kill(what, statement=self.chance.randint(1, max(1, statements)), after=after)


def deal(kills: int, chance: Random, turns: Sequence[Turn]) -> Lots:
    """Each step gets its least, the rest goes by weight; each lot falls on one of the step's days."""
    weights: dict[str, float] = defaultdict(float)
    for turn in turns:
        weights[turn.step] += turn.weight
    dealt: dict[tuple[str, dt.date], list[str]] = defaultdict(list)
    steps = list(_steps(kills, weights))
    database = set(chance.sample(range(kills), -(-kills // _OF_DATABASE)))
    for number, step in enumerate(steps):
        own = [turn for turn in turns if turn.step == step]
        (turn,) = chance.choices(own, [each.weight for each in own])
        dealt[step, turn.day].append(DATABASE if number in database else WORKER)
    return Lots(chance, dict(dealt))


def _steps(kills: int, weights: dict[str, float]) -> Iterable[str]:
    steps = [step for step, weight in weights.items() if weight]
    least = min(LEAST, kills // len(steps))
    rest, whole = kills - least * len(steps), sum(weights.values())
    shares = {step: rest * weights[step] / whole for step in steps}
    counts = {step: least + int(share) for step, share in shares.items()}
    by_remainder = sorted(steps, key=lambda step: shares[step] % 1, reverse=True)
    for step in by_remainder[: kills - sum(counts.values())]:
        counts[step] += 1
    for step in steps:
        yield from [step] * counts[step]
