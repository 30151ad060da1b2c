"""What is known about one advocate: the input of the rules, without a name and without a database."""

from dataclasses import dataclass
from datetime import date


class FactsError(ValueError):
    """The facts contradict themselves, so that no assessment of them would be true."""


@dataclass(frozen=True, slots=True)
class Credit:
    """Minutes earned on a day. A reversal repeats day, category and format of what it reverses, with minus minutes."""

    day: date
    category: str
    format: str
    minutes: int
    ref: str = ""


@dataclass(frozen=True, slots=True)
class StatusSpan:
    """A status from `start` up to, but not including, `end`; None means that it lasts."""

    status: str
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """`joined_on` None: a member since before records began. `left_on` is the first day outside the bar.

    Credits are what has been earned by the day of the assessment; their order and that of the statuses do not
    matter. A day without a status counts as a day of duty.
    """

    joined_on: date | None = None
    left_on: date | None = None
    statuses: tuple[StatusSpan, ...] = ()
    credits: tuple[Credit, ...] = ()
