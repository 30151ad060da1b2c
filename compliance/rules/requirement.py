"""The requirement: what somebody owes in a period, in minutes, and how each figure came about."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .facts import Facts
from .language.amounts import Number, Rounding, exact
from .language.figures import Share
from .language.rulebook import Rulebook
from .period import Frame
from .person import View, admission_of
from .subject import Subject

TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Step:
    """One step towards a figure, for the explanation.

    `minutes` is the figure after the step; `part` of `whole` is what it rests on (days of a status, months subject),
    `of` the requirement it speaks of.
    """

    code: str
    minutes: Number
    clause: str
    part: Number = 0
    whole: Number = 0
    of: str = TOTAL


@dataclass(frozen=True, slots=True)
class Requirement:
    """What is owed: minutes by requirement code, the total among them, and what each cap comes to.

    `alternatives` are other amounts by which a requirement may be met, in the order of the rulebook; `stretches` are
    the amounts of a requirement in each of its stretches. `released`: what is not asked of this member, be it by an
    exemption or because proration drops it. `national` is what was owed before a region raised it.
    `limits_follow` are the amounts of which limits are shares: what would have been asked of who is exempt from it.
    """

    amounts: Mapping[str, Number]
    caps: Mapping[str, Number]
    exempt: bool
    steps: tuple[Step, ...]
    subject: Subject
    limits_follow: Mapping[str, Number]
    alternatives: Mapping[str, tuple[Number, ...]] = field(default_factory=dict)
    stretches: Mapping[str, tuple[Number, ...]] = field(default_factory=dict)
    released: frozenset[str] = frozenset()
    national: "Requirement | None" = None

    @property
    def total(self) -> Number:
        return self.amounts[TOTAL]

    def followed_by(self, code: str) -> Mapping[str, Number]:
        """The amounts of which limits of that requirement are shares: those of the bar that wrote it."""
        if self.national is not None and code in self.national.amounts:
            return self.national.followed_by(code)
        return self.limits_follow


def limits_by_share(rules: Rulebook) -> bool:
    """Whether what may count, be lent or be carried depends on what is asked."""
    figures = [cap.maximum for cap in rules.caps]
    figures += [other.at_most for each in rules.requirements for other in each.also if other.at_most is not None]
    if rules.carry is not None:
        figures += [rules.carry.maximum, *(limit.maximum for limit in rules.carry.limits)]
    cases = [case.is_ for figure in figures if isinstance(figure, tuple) for case in figure]
    return any(isinstance(figure, Share) for figure in (*figures, *cases))


def view_of(frame: Frame, facts: Facts) -> View:
    """The member in the period, for conditions."""
    admission = admission_of(frame.base, facts)
    period = frame.period
    index = frame.index + frame.before
    return View(facts, admission, period.start, period.end, index, frame.first, frame.block.group)


def step_of(rounding: Rounding, unit: int) -> Number:
    """The step of a rounding in minutes."""
    if rounding.to_minutes is not None:
        return rounding.to_minutes
    return exact((rounding.to or 1) * unit)
