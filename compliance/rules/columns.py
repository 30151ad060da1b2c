"""Columns: rules under which a standing follows from sums of credit, and which sums they are.

Where every credit is worth its length and nothing looks at a single one (its day, its course, what was learned
before), all credit of a kind earned between two boundaries may be added up. The sums of many people can then be
compared at once; whoever has a cap that binds or hours to be made up is for `assess`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from .calendar import DAY
from .facts import Credit, Facts
from .kinds import kinds_of
from .language.conditions import Condition, Selector
from .language.rulebook import Rulebook
from .language.words import Part
from .period import Frame, Timeline
from .pools import Pooling
from .references import parts
from .requirement import Requirement
from .settling import late_until
from .tree import Ask, asks
from .valuation import Valued

Kind = tuple[str, str]
"""Category and format of a credit, by their codes."""


_RULEBOOK = (
    "editor_schema", "schema_version", "code", "version", "title", "example", "effective_from", "governs", "leaves_out",
    "zone", "admission", "unit", "period", "joining", "total", "categories", "requirements", "duties", "valuation",
    "caps", "late", "stages", "proration", "statuses", "statuses_clause", "exemptions", "at_risk_days", "reminder_days",
    "notices", "enforcement", "examples", "clauses",
)  # fmt: skip
_ASKED = ("code", "name", "amount", "counts", "prorate", "rounding", "within", "alongside", "when", "clause")
_CAP = ("code", "name", "counts", "maximum", "prorated", "clause")


def adds_up(rulebook: Rulebook) -> bool:
    """Whether a standing under these rules depends on sums of credit by category and format alone.

    True where nothing is set that could look at a single credit. What the rules ask about the person (statuses,
    admission, the period) does not matter: people with the same facts are asked the same.
    """
    return (
        _sets_only(rulebook, _RULEBOOK)
        and _sets_only(rulebook.valuation, ("clause",))
        and all(_sets_only(each, _ASKED) for each in (rulebook.total, *rulebook.requirements))
        and all(_sets_only(cap, _CAP) for cap in rulebook.caps)
        and all(_by_kind(selector) for selector in kinds_of(rulebook).places)
    )


def _sets_only(part: Part, names: Sequence[str]) -> bool:
    """Whether every other key of the part is as if it were left out."""
    return all(
        name in names or getattr(part, name) == known.get_default(call_default_factory=True)
        for name, known in type(part).model_fields.items()
    )


def _by_kind(selector: Selector) -> bool:
    """Whether the selector looks at category and format only."""
    inner = selector.except_
    return _sets_only(selector, ("categories", "formats", "except_")) and (inner is None or _by_kind(inner))


@lru_cache(maxsize=64)
def ignores_the_past(law: tuple[Rulebook, ...]) -> bool:
    """Whether nothing that happened before the rules began matters to them, not even when somebody joined.

    True where everybody has the same blocks, who joins inside one is the only special case, and no rule has a
    condition.
    """
    return all(
        version.period.anchor.rule == "fixed"
        and version.governs == "periods_starting"
        and version.joining.rule in ("full", "prorated", "exempt")
        and version.admission != "licensed"
        and not version.variants
        and not any(isinstance(part, Condition) for _, part in parts(version))
        for version in law
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """The pools into which credit is added up: kinds of credit that no version of the rules tells apart.

    `pools` numbers them by kind, `stand_ins` has one kind of each.
    """

    pools: dict[Kind, int]
    stand_ins: tuple[Kind, ...]
    _seen: dict[tuple[object, ...], "Shape"] = field(default_factory=dict)

    def shape(self, frame: Frame, owed: Requirement, facts: Facts) -> "Shape":
        """What the lines of a period add up; the same for all periods under one version that ask for the same lines."""
        key = frame.rulebook, *owed.amounts, None, *owed.caps
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = _shaped(self.stand_ins, frame, owed, facts)
        return found


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of a period and the pools that are summed for it; it lies inside the line of the number `parent`."""

    code: str
    clause: str
    parent: int
    alongside: bool
    pools: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """The lines of a period, the total first and none before the line around it; and the pools under each cap.

    Not `settled`: a kind of credit may serve one of two lines, and sums do not say which.
    """

    lines: tuple[Heading, ...]
    caps: tuple[tuple[str, tuple[int, ...]], ...]
    settled: bool


@lru_cache(maxsize=64)
def plan_of(law: tuple[Rulebook, ...], kinds: tuple[Kind, ...]) -> Plan | None:
    """How the credit of these kinds is added up under all versions of the rules; None where sums do not decide."""
    if not all(adds_up(version) for version in law):
        return None
    pools: dict[tuple[int, ...], int] = {}
    found, stand_ins = {}, []
    for kind in kinds:
        item = _sample(kind)
        masks = tuple(kinds_of(version).mask(item, date.max) for version in law)
        if masks not in pools:
            pools[masks] = len(pools)
            stand_ins.append(kind)
        found[kind] = pools[masks]
    return Plan(found, tuple(stand_ins))


def _sample(kind: Kind, day: date = date.min) -> Valued:
    return Valued(Credit(day, *kind, minutes=1), *kind, minutes=1)


def _shaped(stand_ins: Sequence[Kind], frame: Frame, owed: Requirement, facts: Facts) -> Shape:
    asked = asks(frame, owed, facts, {})
    samples = [_sample(kind, frame.period.start) for kind in stand_ins]
    pooled = Pooling(frame, owed, asked, carries=False).pooled(samples)
    pool_of = {id(item): pool for pool, items in enumerate(pooled.items) for item in items}
    places = [pooled.problem.places[pool_of[id(item)]] for item in samples]
    beside = [pooled.problem.nodes[node].pools for node in range(len(asked))]
    lines = []
    for node, ask in enumerate(asked):
        if ask.alongside:
            pools = tuple(number for number, item in enumerate(samples) if pool_of[id(item)] in beside[node])
        else:
            pools = tuple(number for number, own in enumerate(places) if own and node in _around(asked, own[0]))
        lines.append(Heading(ask.code, ask.clause, ask.parent, ask.alongside, pools))
    return Shape(tuple(lines), _caps(frame, owed, samples), all(len(each) <= 1 for each in places))


def _around(asked: Sequence[Ask], node: int) -> list[int]:
    """The node and all around it."""
    around = []
    while node >= 0:
        around.append(node)
        node = asked[node].parent
    return around


def _caps(frame: Frame, owed: Requirement, samples: Sequence[Valued]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    kinds = kinds_of(frame.rulebook)
    masks = [kinds.mask(item, frame.period.end) for item in samples]
    return tuple(
        (cap.code, tuple(pool for pool, mask in enumerate(masks) if mask & kinds.bit(cap.counts)))
        for cap in frame.rulebook.caps
        if cap.code in owed.caps
    )


@dataclass(frozen=True, slots=True)
class Span:
    """The days of one period: its credit is that from `first` to `last`; what is earned later, through `late_last`,
    may still fill it.
    """

    first: date
    last: date
    late_last: date

    @property
    def cuts(self) -> tuple[date, date, date]:
        """The days on which another part of time begins."""
        return self.first, self.last + DAY, self.late_last + DAY


def spans(line: Timeline, facts: Facts) -> tuple[Span, ...]:
    """The periods of a member as far as credit is concerned."""
    found = []
    for index, frame in enumerate(line.frames):
        first = frame.period.start if index else frame.counts_from
        found.append(
            Span(first, frame.period.end, max(frame.period.end, late_until(frame.rulebook, frame.period, facts)))
        )
    return tuple(found)
